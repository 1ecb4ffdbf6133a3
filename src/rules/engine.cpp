// SPDX-License-Identifier: Apache-2.0
// Every rule looks at every pod, in the order of the codes. Results of earlier stages (reading,
// admission) reach the user through the same catalogue.
#include "rules/engine.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>

#include "source/ascii.hpp"
#include "source/check.hpp"

namespace podseer::rules {
namespace {

// FNV-1a, 64 bit: stable across platforms and versions.
std::uint64_t hash(std::string_view text, std::uint64_t state = 14695981039346656037ULL) {
  for (const char c : text) {
    state ^= static_cast<unsigned char>(c);
    state *= 1099511628211ULL;
  }
  return state;
}

void complete(Finding& finding) {
  std::uint64_t state = hash(finding.rule);
  for (const std::string_view part : {std::string_view(finding.object_kind), std::string_view(finding.object_namespace),
                                      std::string_view(finding.object_name), std::string_view(finding.field_path)}) {
    state = hash("\x1f", state);
    state = hash(part, state);
  }
  char buffer[17];
  std::snprintf(buffer, sizeof buffer, "%016llx", static_cast<unsigned long long>(state));
  finding.fingerprint = buffer;
}

}  // namespace

Severity severity_of(Severity rule, Certainty certainty) {
  switch (certainty) {
    case Certainty::Certain: return rule;
    case Certainty::Likely: return std::min(rule, Severity::Warning);
    case Certainty::Possible: return Severity::Note;
  }
  return rule;
}

Finding make_finding(const Rule& rule, SourceSpan span, std::span<const Argument> arguments) {
  Finding finding;
  finding.rule = rule.info.code;
  finding.certainty = rule.info.certainty;
  finding.severity = severity_of(rule.info.severity, finding.certainty);
  finding.span = span;
  finding.message = fill(rule.info.message, arguments);
  finding.label = fill(rule.info.label, arguments);
  finding.help = fill(rule.info.help, arguments);
  finding.confirm = fill(rule.info.confirm, arguments);
  finding.predicts = rule.info.predicts;
  for (const Argument& argument : arguments) finding.arguments.emplace_back(argument.first, argument.second);
  return finding;
}

std::vector<Finding> run_rules(const kube::PodTemplate& pod, const world::World& world,
                               const RuleContext::Facts& facts) {
  RuleContext context(world, pod, facts);
  for (const Rule& rule : all_rules()) {
    if (rule.function == nullptr) continue;
    context.set_running(&rule);
    rule.function(pod, context);
  }
  std::vector<Finding> findings = std::move(context.findings());
  for (Finding& finding : findings) complete(finding);
  order(findings);
  return findings;
}

void order(std::vector<Finding>& findings) {
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    if (a.span.file != b.span.file) return a.span.file < b.span.file;
    if (a.span.begin != b.span.begin) return a.span.begin < b.span.begin;
    return a.rule < b.rule;
  });
}

namespace {

constexpr std::string_view kServerWarning = "POD120";

/// What admission knows better than the rule: the word that was meant, and why the written one is none.
void suggest(const admission::ApiError& error, Finding& finding) {
  if (!error.help.empty()) finding.notes.push_back({{}, error.help});
  if (error.suggestion.empty()) return;
  finding.help = "write " + error.suggestion;
  if (!error.span.exists()) return;
  const std::size_t dot = error.field.rfind('.');
  const std::string_view written =
      dot == std::string::npos ? std::string_view(error.field) : std::string_view(error.field).substr(dot + 1);
  const bool field = error.type == admission::ErrorType::UnknownField;
  finding.fix = Fix{"Write " + error.suggestion,
                    {{error.span, error.suggestion}},
                    field && source::same_letters(written, error.suggestion)};
}

}  // namespace

std::vector<Finding> warning_findings(const kube::Object& object, const admission::Verdict& verdict) {
  std::vector<Finding> findings;
  const Rule* rule = find_rule(kServerWarning);
  if (rule == nullptr) return findings;
  for (const admission::Warning& warning : verdict.warnings) {
    const Argument arguments[] = {
        {"kind", std::string(object.kind)}, {"name", std::string(object.name)}, {"warning", warning.line}};
    Finding finding = make_finding(*rule, warning.span.exists() ? warning.span : object.name_span, arguments);
    finding.field_path = warning.field;
    finding.object_kind = object.kind;
    finding.object_namespace = object.ns;
    finding.object_name = object.name;
    complete(finding);
    findings.push_back(std::move(finding));
  }
  return findings;
}

namespace {

/// No name holds braces, so one that does is a template that happens to be YAML: `name: web-{{ .Index }}`.
bool is_template(const kube::Object& object) {
  const auto holds_braces = [](std::string_view text) {
    const std::size_t begin = text.find("{{");
    return begin != std::string_view::npos && text.find("}}", begin) != std::string_view::npos;
  };
  return holds_braces(object.name) || holds_braces(object.generate_name) || holds_braces(object.ns);
}

}  // namespace

std::vector<Finding> admission_findings(const kube::Object& object, const admission::Verdict& verdict) {
  if (verdict.accepted) return warning_findings(object, verdict);
  std::vector<Finding> findings;
  if (const Rule* rule = find_rule("POD102"); rule != nullptr && is_template(object)) {
    const Argument arguments[] = {{"message", "this is a template that has not been rendered: it holds '{{'"}};
    Finding finding = make_finding(*rule, object.name_span, arguments);
    finding.object_kind = object.kind;
    complete(finding);
    findings.push_back(std::move(finding));
    return findings;
  }
  for (const admission::ApiError& error : verdict.errors) {
    const Rule* rule = find_rule(admission::rule_of(error.type));
    if (rule == nullptr) continue;
    const std::string name = object.name.empty() ? std::string(object.generate_name) : std::string(object.name);
    const Argument arguments[] = {
        {"kind", std::string(object.kind)},
        {"name", name},
        {"field", error.field},
        {"error", error.field.empty() ? error.message : error.field + ": " + error.message},
        {"message", error.message},
        {"suggestion", error.suggestion},
    };
    Finding finding = make_finding(*rule, error.span.exists() ? error.span : object.name_span, arguments);
    if (error.from_absence) {
      finding.certainty = Certainty::Likely;
      finding.severity = severity_of(rule->info.severity, finding.certainty);
    }
    finding.field_path = error.field;
    finding.object_kind = object.kind;
    finding.object_namespace = object.ns;
    finding.object_name = name;
    suggest(error, finding);
    complete(finding);
    findings.push_back(std::move(finding));
  }
  return findings;
}

void drop_told_warnings(std::vector<Finding>& findings) {
  const auto is_warning = [](const Finding& finding) { return finding.rule == kServerWarning; };
  if (std::none_of(findings.begin(), findings.end(), is_warning)) return;
  std::vector<SourceSpan> told;  // by file and begin; the end is the furthest one of the file so far
  for (const Finding& finding : findings) {
    if (!is_warning(finding) && finding.span.exists()) told.push_back(finding.span);
  }
  const auto before = [](const SourceSpan& a, const SourceSpan& b) {
    return std::pair(a.file, a.begin) < std::pair(b.file, b.begin);
  };
  std::sort(told.begin(), told.end(), before);
  for (std::size_t i = 1; i < told.size(); ++i) {
    if (told[i].file == told[i - 1].file) told[i].end = std::max(told[i].end, told[i - 1].end);
  }
  std::erase_if(findings, [&](const Finding& finding) {
    if (!is_warning(finding)) return false;
    SourceSpan end = finding.span;
    end.begin = end.end;
    const auto after = std::lower_bound(told.begin(), told.end(), end, before);
    return after != told.begin() && std::prev(after)->file == finding.span.file &&
           std::prev(after)->end > finding.span.begin;
  });
}

std::vector<Finding> reading_findings(std::span<const yaml::Problem> problems, source::FileId file) {
  std::vector<Finding> findings;
  for (const yaml::Problem& problem : problems) {
    std::string_view code = "POD101";
    if (problem.kind == yaml::Problem::Kind::Template) code = "POD102";
    if (problem.kind == yaml::Problem::Kind::DuplicateKey) code = "POD103";
    if (problem.kind == yaml::Problem::Kind::IgnoredContent) code = "POD104";
    const Rule* rule = find_rule(code);
    if (rule == nullptr) continue;
    const Argument arguments[] = {{"message", problem.message}, {"kubectl", problem.kubectl}};
    SourceSpan span = problem.span;
    if (!span.exists()) span.file = file;
    Finding finding = make_finding(*rule, span, arguments);
    if (problem.related.exists()) finding.notes.push_back({problem.related, "this one wins"});
    if (!problem.kubectl.empty()) finding.notes.push_back({{}, "kubectl says: " + problem.kubectl});
    complete(finding);
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace podseer::rules
