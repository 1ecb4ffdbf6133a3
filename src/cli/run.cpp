// SPDX-License-Identifier: Apache-2.0
// One function a command, and the exit status: 0 nothing at or above the threshold, 1 findings,
// 2 the call or the environment is wrong, 3 a bug of ours.
#include "cli/run.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <set>
#include <sstream>
#include <string>

#include "cli/add_ignore.hpp"
#include "cli/catalogue.hpp"
#include "cli/commands.hpp"
#include "cli/config.hpp"
#include "cli/emit.hpp"
#include "cli/fix.hpp"
#include "cli/help.hpp"
#include "cli/inputs.hpp"
#include "cli/interrupt.hpp"
#include "cli/language.hpp"
#include "cli/options.hpp"
#include "cli/pipeline.hpp"
#include "cli/progress.hpp"
#include "cli/secrets.hpp"
#include "cli/select.hpp"
#include "cli/write_file.hpp"
#include "report/reporter.hpp"
#include "report/text.hpp"

namespace podseer::cli {
namespace {

int complain(const std::string& sentence) {
  std::fprintf(stderr, "podseer: error: %s\n", report::printable(sentence, true).c_str());
  return 2;
}

void warn(const Options& options, const std::vector<std::string>& sentences) {
  if (options.quiet > 0) return;
  for (const std::string& sentence : sentences) {
    std::fprintf(stderr, "podseer: warning: %s\n", report::printable(sentence, true).c_str());
  }
}

/// What the call is wrong about, if anything; each one a line.
bool complained(const Analysis& analysis, const Options& options) {
  for (const std::string& error : analysis.errors) complain(report::printable(error, true));
  warn(options, analysis.warnings);
  return !analysis.errors.empty();
}

report::Report report_of(const Analysis& analysis, double seconds) {
  report::Report report;
  report.sources = &analysis.sources;
  report.findings = analysis.findings;
  report.forecasts = analysis.forecasts;
  report.objects = analysis.objects;
  report.notices = analysis.notices;
  report.summary.files = analysis.files.size();
  report.summary.objects = analysis.objects.size();
  for (const lifecycle::Forecast& forecast : analysis.forecasts) {
    report.summary.pods += static_cast<std::size_t>(std::max(0, forecast.count));
  }
  for (const rules::Finding& finding : analysis.findings) {
    report.summary.errors += finding.severity == rules::Severity::Error;
    report.summary.warnings += finding.severity == rules::Severity::Warning;
    report.summary.notes += finding.severity == rules::Severity::Note;
  }
  report.summary.seconds = seconds;
  return report;
}

/// 1 when a finding that people must act on is at least as sure as --fail-on asks.
int status_of(const Analysis& analysis, const Options& options) {
  using FailOn = Options::FailOn;
  const FailOn threshold = options.fail_on.value_or(FailOn::Likely);
  if (options.exit_zero || threshold == FailOn::Never) return 0;
  const auto needed = threshold == FailOn::Certain  ? lifecycle::Certainty::Certain
                      : threshold == FailOn::Likely ? lifecycle::Certainty::Likely
                                                    : lifecycle::Certainty::Possible;
  for (const rules::Finding& finding : analysis.findings) {
    const bool note = finding.severity == rules::Severity::Note && threshold != FailOn::Possible;
    if (!note && finding.certainty >= needed) return 1;
  }
  for (const lifecycle::Forecast& row : analysis.forecasts) {  // fails, though no rule says why
    if (!row.healthy() && row.findings.empty() && row.certainty >= needed) return 1;
  }
  return 0;
}

/// The paths that are read: those given, the configuration's, or the whole tree as context of --focus.
void settle_paths(Options& options) {
  if (options.focus) {
    options.focus_paths = options.paths;
    options.paths.clear();
  }
  if (options.paths.empty() && options.files_from.empty()) options.paths = options.config_paths;
}

int show_files(const Options& options) {
  std::vector<std::string> errors;
  std::string text;
  for (const std::string& path : list_inputs(options, errors)) text += path + "\n";
  for (const std::string& error : errors) complain(report::printable(error, true));
  if (!errors.empty()) return 2;
  const std::string wrong = write_stdout(text);
  return wrong.empty() ? 0 : complain(wrong);
}

/// The lines, 0-based, that hold something secret.
std::set<std::size_t> lines_of(const std::vector<source::SourceSpan>& secrets, source::FileId file,
                               const source::SourceFile& text) {
  std::set<std::size_t> lines;
  for (const source::SourceSpan& span : secrets) {
    if (span.file != file) continue;
    for (std::size_t line = text.position(span.begin).line; line <= text.position(span.end).line; ++line)
      lines.insert(line - 1);
  }
  return lines;
}

/// --diff: prints what the fixes would change, 1 when there is anything. --fix: writes the files; nothing
/// is returned when that went well, and the rest is to be told.
std::optional<int> mend(const Options& options, const Analysis& analysis) {
  const Fixed fixed = apply_fixes(analysis.findings, analysis.sources, options.unsafe_fixes);
  std::string text;
  const std::vector<source::SourceSpan> secrets =
      options.diff ? secret_spans(analysis) : std::vector<source::SourceSpan>{};
  for (const auto& [file, after] : fixed.files) {
    const source::SourceFile& before = analysis.sources.file(file);
    if (options.diff) {
      text += unified_diff(before.path(), before.bytes(), after, lines_of(secrets, file, before));
    } else if (before.path() == "<stdin>") {
      return complain("standard input cannot be fixed in place; --diff prints the changes");
    } else if (const std::string wrong = write_file_whole(before.path(), after); !wrong.empty()) {
      return complain(wrong);
    }
  }
  if (options.diff) {
    hide_secrets(analysis, text);  // in the lines that change
    const std::string wrong = write_stdout(text);
    return wrong.empty() ? (text.empty() ? 0 : 1) : complain(wrong);
  }
  if (options.quiet == 0 && fixed.applied > 0) {
    std::fprintf(stderr, "podseer: %zu mended in %zu file%s\n", fixed.applied, fixed.files.size(),
                 fixed.files.size() == 1 ? "" : "s");
  }
  return std::nullopt;
}

int look(Options options) {
  const auto begin = std::chrono::steady_clock::now();
  if (const std::string wrong = load_config(options); !wrong.empty()) {
    std::fputs(wrong.c_str(), stderr);
    return 2;
  }
  settle_paths(options);
  for (const std::string& path : options.focus_paths) {
    std::error_code ignored;
    if (path != "-" && !std::filesystem::exists(path, ignored))
      return complain("no such path: '" + report::printable(path, true) + "'");
  }
  if (options.show_files) return show_files(options);
  if (options.show_settings) {
    const std::string wrong = write_stdout(settings_of(options));
    return wrong.empty() ? 0 : complain(wrong);
  }
  // Never destroyed: taking thousands of trees apart piece by piece costs a tenth of the run.
  static auto* const kept = new std::deque<Analysis>;
  Analysis& analysis = kept->emplace_back();
  Progress progress(Progress::wanted(options.quiet));
  analysis.progress = &progress;
  analyse(options, analysis);
  progress.stop();
  analysis.progress = nullptr;
  if (complained(analysis, options)) return 2;
  if (analysis.files.empty()) {
    const std::string sentence = "nothing to read: no .yaml, .yml or .json file there";
    if (options.fail_on_empty) return complain(sentence);
    warn(options, {sentence});
  }
  options.lang = language_of(options);
  for (rules::Finding& finding : analysis.findings)
    finding.fingerprint = fingerprint_of(finding);  // the same in every language
  if (options.lang == "ko") translate(analysis.findings);
  redact(analysis);
  const std::vector<rules::Finding> all = analysis.findings;  // what is not told still explains the forecast
  const Selection selection = options.command == Command::Check ? select_findings(options, analysis) : Selection{};
  if (!selection.error.empty()) return complain(selection.error);
  if (options.lang == "ko") translate(analysis.findings);  // those about ignores came last
  if (options.add_ignore) {
    const AddedIgnores added = add_ignores(analysis, *options.add_ignore);
    warn(options, added.skipped);
    if (!added.error.empty()) return complain(added.error);
    if (options.quiet == 0)
      std::fprintf(stderr, "podseer: %zu line%s marked\n", added.lines, added.lines == 1 ? "" : "s");
    return added.skipped.empty() ? 0 : 1;
  }
  if (options.fix || options.diff) {
    if (const std::optional<int> status = mend(options, analysis)) return *status;
    Options again = options;  // what is left is told
    again.fix = false;
    return look(std::move(again));
  }
  const std::vector<source::SourceSpan> secrets = secret_spans(analysis);
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
  report::Report report = report_of(analysis, spent.count());
  report.all_findings = all;
  report.secrets = secrets;
  report.summary.hidden = selection.hidden;
  if (const std::string wrong = emit(report, options, analysis); !wrong.empty()) return complain(wrong);
  if (selection.elsewhere > 0 && options.quiet == 0) {
    std::fprintf(stderr, "podseer: %zu more elsewhere; `podseer check` without --focus tells them\n",
                 selection.elsewhere);
  }
  return options.command == Command::Forecast ? 0 : status_of(analysis, options);
}

int print(const std::string& text) {
  const std::string wrong = write_stdout(text);
  return wrong.empty() ? 0 : complain(wrong);
}

int print_completions(const Options& options) {
  const std::string shell = options.words.empty() ? std::string() : options.words.front();
  const std::string text = completions(shell, describe_commands());
  if (text.empty()) return complain("completions for which shell? bash, zsh or fish");
  return print(text);
}

int version(const Options& options) {
  if (options.format == "json") {
    std::printf("{\"name\": \"podseer\", \"version\": \"%s\", \"kubernetes\": \"1.34\"}\n", PODSEER_VERSION);
  } else {
    std::printf("podseer %s (Kubernetes 1.34)\n", PODSEER_VERSION);
  }
  return 0;
}

}  // namespace

int run(int argc, char** argv) {
  end_cleanly();
  const Parsed parsed = parse_command_line(argc, argv);
  if (parsed.exit) return *parsed.exit;
  switch (parsed.options.command) {
    case Command::Check:
    case Command::Forecast: return look(parsed.options);
    case Command::Version: return version(parsed.options);
    case Command::Explain: return explain(parsed.options);
    case Command::Rules: return list_rules(parsed.options);
    case Command::Graph: return graph(parsed.options);
    case Command::Diff: return diff(parsed.options);
    case Command::Lsp: return lsp(parsed.options);
    case Command::Init: return init();
    case Command::Completions: return print_completions(parsed.options);
    case Command::Man: return print(manual_page(describe_commands()));
    case Command::Help: break;
  }
  return 0;
}

}  // namespace podseer::cli
