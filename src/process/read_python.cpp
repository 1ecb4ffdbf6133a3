// SPDX-License-Identifier: Apache-2.0
// Python command lines: `-m http.server 80` as an ordinary user cannot bind; a script is read with known values
// only, and whatever it does that the reader does not know makes the answer Unknown.
#include <algorithm>
#include <cctype>

#include "process/python_machine.hpp"

namespace podseer::process {
namespace {

using Cause = Outcome::Cause;

/// `path` is empty for the text of -c. `words`: index of the first argument of the script itself.
Outcome read_script(const Started& started, const std::string& text, const std::string& path, std::size_t words) {
  const auto at = [&](int line, Outcome out) {
    const auto number = static_cast<std::size_t>(std::max(line, 0));
    return path.empty() ? at_argument(started, text, number, std::move(out))
                        : at_line(started, path, number, {}, std::move(out));
  };
  const python::Module module = python::parse(text);
  if (!module.syntax_error.empty()) {
    return at(static_cast<int>(module.error_line),
              ends(1, Cause::SyntaxError, {}, "SyntaxError: " + module.syntax_error,
                   "line " + std::to_string(module.error_line) + " is no Python: " + module.syntax_error));
  }
  if (!module.understood) return {};
  python::Machine machine(
      started, path.empty() ? started.cwd : path.substr(0, path.rfind('/')),
      {started.argv.begin() + static_cast<std::ptrdiff_t>(std::min(words, started.argv.size())), started.argv.end()});
  Outcome out = machine.run(module.body);
  return out.kind == Outcome::Kind::Exits && out.exit_code != 0 ? at(machine.line(), std::move(out)) : out;
}

bool python_name(std::string_view word) {
  return !word.empty() && std::isdigit(static_cast<unsigned char>(word.front())) == 0 &&
         std::all_of(word.begin(), word.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

Outcome serve_files(const Started& started, std::size_t first) {
  std::int64_t port = 8000;
  std::string address;
  for (std::size_t i = first; i < started.argv.size(); ++i) {
    if (!started.argv[i]) return serves({}, false);
    const std::string& word = *started.argv[i];
    if (word == "--bind" || word == "-b" || word == "--directory" || word == "-d" || word == "--protocol" ||
        word == "-p") {
      ++i;
      if ((word == "--bind" || word == "-b") && i < started.argv.size()) {
        if (!started.argv[i]) return serves({}, false);
        address = *started.argv[i];
      }
    } else if (word.starts_with("--bind=")) {
      address = word.substr(7);
    } else if (!word.starts_with('-')) {
      if (word.find_first_not_of("0123456789") != std::string::npos || word.size() > 5) {
        return ends(2, Cause::Configuration, word, "server.py: error: argument port: invalid int value: '" + word + "'",
                    "'" + word + "' is no port");
      }
      port = std::atoll(word.c_str());
    }
  }
  if (started.context->may_bind(started.uid, port) == Answer::No) {
    return ends(1, Cause::PrivilegedPort, std::to_string(port), "PermissionError: [Errno 13] Permission denied",
                "only root may bind port " + std::to_string(port) + " here");
  }
  const bool local = loopback(address);
  Outcome out = local ? serves({}, true) : serves({port}, true);
  if (local) out.listens_local = {port};
  out.subject = "http.server";
  out.plain_servers = true;
  return out;
}

}  // namespace

Outcome read_python(const Started& started) {
  const bool root_known = started.context->credentials.uid_known;
  for (std::size_t i = 1; i < started.argv.size(); ++i) {
    if (!started.argv[i]) return {};
    const std::string& word = *started.argv[i];
    const bool more = i + 1 < started.argv.size() && started.argv[i + 1];
    if (word == "-m" && more) {
      const std::string& module = *started.argv[i + 1];
      if (module == "http.server" && root_known) return serve_files(started, i + 2);
      if (module == "http.server") return serves({}, false);
      // What it does is not known, but where an import of it would fail, so does this.
      const std::string top = module.substr(0, module.find('.'));
      if (!python_name(top)) return {};
      const std::string file = join_path(started.cwd, top + ".py");
      if (top == module && started.files->stat(join_path(started.cwd, top)).kind == FileInfo::Kind::Missing) {
        if (const auto text = started.files->read(file)) return read_script(started, *text, file, i + 2);
      }
      Outcome imported = read_script(started, "import " + top, {}, i + 2);
      if (imported.cause != Cause::MissingTool) return {};
      imported.log = started.name + ": No module named " + (top == module ? top : "'" + top + "'");
      return imported;
    }
    if (word == "-c" && more) return read_script(started, *started.argv[i + 1], {}, i + 2);
    if (word == "-V" || word == "--version" || word == "-h" || word == "--help")
      return ends(0, Cause::NoArguments, started.name, "", started.name + " only prints a text");
    if (word == "-W" || word == "-X") {
      ++i;
      continue;
    }
    if (word == "-i" || word == "-") return {};
    if (word.starts_with('-')) continue;
    const std::string path = join_path(started.cwd, word);
    const FileInfo info = started.files->stat(path);
    if (info.kind == FileInfo::Kind::Missing) {
      return ends(2, Cause::MissingFile, path,
                  started.name + ": can't open file '" + path + "': [Errno 2] No such file or directory",
                  "the script " + path + " is not there");
    }
    const auto text = started.files->read(path);
    if (!text) return {};
    return read_script(started, *text, path, i + 1);
  }
  if (started.context->reads_forever) return serves({}, true);
  return ends(0, Cause::EndOfInput, started.name, "", started.name + " reads standard input, which is at its end");
}

}  // namespace podseer::process
