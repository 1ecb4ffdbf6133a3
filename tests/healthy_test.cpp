// SPDX-License-Identifier: Apache-2.0
// Healthy manifests in many styles: nothing above a note may be said about any of them. A reported
// false alarm becomes a file there before it is mended.
#include <algorithm>

#include "catch.hpp"
#include "cli/options.hpp"
#include "cli/pipeline.hpp"
#include "paths.hpp"

using namespace podseer;

TEST_CASE("healthy manifests get no finding above a note", "[rules][healthy]") {
  std::string directory = tests::source_path("testdata/healthy").string();
  std::string words[] = {"podseer", "check", "--isolated", "--isolate", directory};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  const cli::Parsed parsed = cli::parse_command_line(static_cast<int>(argv.size()), argv.data());
  REQUIRE_FALSE(parsed.exit.has_value());
  cli::Analysis analysis;
  cli::analyse(parsed.options, analysis);
  CHECK(analysis.errors.empty());
  CHECK(analysis.objects.size() >= 40);
  for (const rules::Finding& finding : analysis.findings) {
    const source::SourceFile& file = analysis.sources.file(finding.span.file);
    INFO(file.path() << ":" << file.position(finding.span.begin).line << " " << finding.rule << " " << finding.message);
    CHECK(finding.severity == rules::Severity::Note);
  }
  for (const lifecycle::Forecast& forecast : analysis.forecasts) {
    INFO(forecast.pod->owner->name << " shows " << forecast.status << ": " << forecast.reason_text);
    CHECK(forecast.healthy());
  }
}
