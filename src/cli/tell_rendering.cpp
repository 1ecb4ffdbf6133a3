// SPDX-License-Identifier: Apache-2.0
// What could not be rendered, told once a chart or overlay: a template is no manifest, and a hundred syntax
// errors would say less than one sentence.
#include <filesystem>
#include <map>
#include <set>

#include "cli/render.hpp"
#include "cli/spawn.hpp"

namespace podseer::cli {
namespace {

/// One note for each chart that was met unrendered.
void tell_charts(const Options& options, const Rendered& rendered, Analysis& analysis) {
  std::set<std::string> told;  // their own trouble says more
  for (const Rendered::Trouble& trouble : rendered.troubles) told.insert(trouble.root);
  const bool wanted = options.render != Options::Render::Never && !options.isolate;
  std::map<std::string, std::pair<source::FileId, std::size_t>> charts;
  for (const FileUnit& unit : analysis.files) {
    if (!unit.skipped || unit.chart.empty()) continue;
    if (told.contains(std::filesystem::path(unit.chart).lexically_normal().generic_string())) continue;
    const auto [at, fresh] = charts.try_emplace(unit.chart, unit.file, 0);
    ++at->second.second;
  }
  for (const auto& [chart, first] : charts) {
    yaml::Problem problem;
    problem.kind = yaml::Problem::Kind::Template;
    const std::size_t braces = analysis.sources.file(first.first).bytes().find("{{");
    problem.span = {first.first, static_cast<std::uint32_t>(braces), static_cast<std::uint32_t>(braces + 2)};
    const std::string skipped =
        std::to_string(first.second) + (first.second == 1 ? " template is skipped" : " templates are skipped");
    problem.message =
        wanted && !on_path("helm") ? "helm is not on PATH: " + skipped : "this Helm chart is not rendered: " + skipped;
    analysis.notices.push_back(
        {rules::Severity::Note, chart + ": " + problem.message, analysis.sources.file(first.first).path()});
    std::vector<rules::Finding> found = rules::reading_findings({&problem, 1}, first.first);
    std::move(found.begin(), found.end(), std::back_inserter(analysis.findings));
  }
}

/// What the rendering tools refused, or that there are none.
void tell_troubles(const Rendered& rendered, Analysis& analysis) {
  for (const Rendered::Trouble& trouble : rendered.troubles) {
    const bool placed = trouble.file != source::kNoFile;
    analysis.notices.push_back({trouble.failed ? rules::Severity::Warning : rules::Severity::Note, trouble.message,
                                placed ? analysis.sources.file(trouble.file).path() : std::string()});
    if (!placed) {
      analysis.warnings.push_back(trouble.message);
      continue;
    }
    const rules::Rule* rule = rules::find_rule(trouble.failed ? "POD119" : "POD102");
    if (rule == nullptr) continue;
    const rules::Argument arguments[] = {{"message", trouble.message}};
    analysis.findings.push_back(rules::make_finding(*rule, {trouble.file, 0, 0}, arguments));
  }
}

/// Helm's own word for where a document comes from, in what came through a pipe.
void tell_sources(Analysis& analysis) {
  constexpr std::string_view kMark = "# Source: ";
  for (rules::Finding& finding : analysis.findings) {
    if (!finding.span.exists()) continue;
    const std::string_view before = analysis.sources.file(finding.span.file).bytes().substr(0, finding.span.begin);
    const std::size_t at = before.rfind(kMark);
    if (at == std::string_view::npos || (at > 0 && before[at - 1] != '\n') ||
        before.find("\n---", at) != std::string_view::npos)
      continue;
    const std::string_view rest = before.substr(at + kMark.size());
    finding.notes.push_back({{}, "rendered from " + std::string(rest.substr(0, rest.find_first_of("\r\n")))});
  }
}

}  // namespace

void tell_rendering(const Options& options, const Rendered& rendered, Analysis& analysis) {
  tell_sources(analysis);
  tell_troubles(rendered, analysis);
  tell_charts(options, rendered, analysis);
}

}  // namespace podseer::cli
