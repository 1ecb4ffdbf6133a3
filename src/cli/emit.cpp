// SPDX-License-Identifier: Apache-2.0
#include "cli/emit.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sstream>

#include "cli/language.hpp"
#include "cli/write_file.hpp"
#include "report/uri.hpp"
#include "report/writers.hpp"
#include "source/ascii.hpp"

namespace podseer::cli {
namespace {
namespace fs = std::filesystem;

bool set_and_not_zero(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' && std::strcmp(value, "0") != 0;
}

bool set_and_not_empty(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

/// --color, then NO_COLOR, then FORCE_COLOR and CLICOLOR_FORCE, then TERM=dumb, then: is it a terminal?
bool wants_color(When when, bool to_file) {
  if (when != When::Auto) return when == When::Always;
  if (to_file || set_and_not_empty("NO_COLOR")) return false;
  if (set_and_not_zero("FORCE_COLOR") || set_and_not_zero("CLICOLOR_FORCE")) return true;
  const char* term = std::getenv("TERM");
  if (term != nullptr && std::strcmp(term, "dumb") == 0) return false;
  return isatty(STDOUT_FILENO) == 1;
}

/// Files are UTF-8; a terminal says by its locale. An unset locale is taken for UTF-8.
bool speaks_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (!set_and_not_empty(name)) continue;
    const std::string value = source::lowered(std::getenv(name));
    return value.find("utf-8") != std::string::npos || value.find("utf8") != std::string::npos;
  }
  return true;
}

int columns() {
  if (const char* value = std::getenv("COLUMNS")) {
    const int wanted = std::atoi(value);
    if (wanted >= 20 && wanted <= 1000) return wanted;
  }
  winsize size{};
  if (isatty(STDOUT_FILENO) == 1 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
    return size.ws_col;
  return 80;
}

bool is_an_input(const std::string& path, const Analysis& analysis) {
  std::error_code ignored;
  for (const FileUnit& unit : analysis.files) {
    if (fs::equivalent(path, analysis.sources.file(unit.file).path(), ignored)) return true;
  }
  return false;
}

}  // namespace

report::Style style_of(const Options& options, bool to_file) {
  report::Style style;
  style.color = wants_color(options.color, to_file);
  style.unicode = !options.ascii && (to_file || speaks_utf8());
  style.width = options.width ? *options.width : to_file ? 100 : columns();
  style.terminal = options.width.has_value() || (!to_file && isatty(STDOUT_FILENO) == 1);
  style.quiet = options.quiet > 0;
  style.korean = language_of(options) == "ko";
  return style;
}

std::string write_stdout(std::string_view text) {
  const std::string wrong = write_all(STDOUT_FILENO, text);
  if (wrong.empty() || errno == EPIPE) return {};
  return "cannot write to standard output: " + wrong;
}

std::string emit(const report::Report& report, const Options& options, const Analysis& analysis) {
  const bool forecast = options.command == Command::Forecast;
  const std::string standard = options.format.value_or(forecast ? "table" : "text");
  std::vector<Output> outputs = options.outputs;
  const bool extra_only =
      std::all_of(outputs.begin(), outputs.end(), [](const Output& o) { return !o.format.empty() && o.path != "-"; });
  if (extra_only) outputs.insert(outputs.begin(), Output{standard, "-"});
  for (const Output& output : outputs) {
    const std::string& format = output.format.empty() ? standard : output.format;
    const bool to_file = output.path != "-";
    const report::CheckWriter writer = forecast ? report::forecast_writer(format) : report::check_writer(format);
    if (!to_file && options.quiet > 1) continue;
    if (to_file && is_an_input(output.path, analysis)) {
      return "--output '" + output.path + "' is one of the files that are read; it is not overwritten";
    }
    std::ostringstream text;
    report::Style style = style_of(options, to_file);
    style.root = options.sarif_root ? *options.sarif_root : report::repository_root();
    writer(report, style, text);
    if (options.statistics && format == "text") report::write_statistics(report, style, text);
    const std::string wrong = to_file ? write_file_whole(output.path, text.str()) : write_stdout(text.str());
    if (!wrong.empty()) return wrong;
  }
  return {};
}

}  // namespace podseer::cli
