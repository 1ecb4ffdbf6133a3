// SPDX-License-Identifier: Apache-2.0
// One function a command, and the exit status: 0 nothing at or above the threshold, 1 findings,
// 2 the call or the environment is wrong, 3 a bug of ours.
#include "cli/run.hpp"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>

#include "cli/catalogue.hpp"
#include "cli/emit.hpp"
#include "cli/options.hpp"
#include "cli/pipeline.hpp"
#include "report/reporter.hpp"
#include "report/text.hpp"

namespace podseer::cli {
namespace {

int complain(const std::string& sentence) {
  std::fprintf(stderr, "podseer: error: %s\n", sentence.c_str());
  return 2;
}

/// What the call is wrong about, if anything; each one a line.
bool complained(const Analysis& analysis, const Options& options) {
  for (const std::string& error : analysis.errors) complain(report::printable(error, true));
  if (options.quiet == 0) {
    for (const std::string& warning : analysis.warnings) {
      std::fprintf(stderr, "podseer: warning: %s\n", report::printable(warning, true).c_str());
    }
  }
  return !analysis.errors.empty();
}

report::Report report_of(const Analysis& analysis, double seconds) {
  report::Report report;
  report.sources = &analysis.sources;
  report.findings = analysis.findings;
  report.forecasts = analysis.forecasts;
  report.objects = analysis.objects;
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
  return 0;
}

int look(const Options& options) {
  const auto begin = std::chrono::steady_clock::now();
  Analysis analysis;
  analyse(options, analysis);
  if (complained(analysis, options)) return 2;
  if (analysis.files.empty()) {
    if (options.fail_on_empty) return complain("nothing to read: no .yaml, .yml or .json file there");
    if (options.quiet == 0) std::fprintf(stderr, "podseer: warning: nothing to read: no .yaml, .yml or .json file there\n");
  }
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
  const report::Report report = report_of(analysis, spent.count());
  if (const std::string wrong = emit(report, options, analysis); !wrong.empty()) return complain(wrong);
  return options.command == Command::Forecast ? 0 : status_of(analysis, options);
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
  std::signal(SIGPIPE, SIG_IGN);
  const Parsed parsed = parse_command_line(argc, argv);
  if (parsed.exit) return *parsed.exit;
  switch (parsed.options.command) {
    case Command::Check:
    case Command::Forecast: return look(parsed.options);
    case Command::Version: return version(parsed.options);
    case Command::Explain: return explain(parsed.options);
    case Command::Rules: return list_rules(parsed.options);
    case Command::Completions:
    case Command::Man: return complain("this command is not there yet");
    case Command::Help: break;
  }
  return 0;
}

}  // namespace podseer::cli
