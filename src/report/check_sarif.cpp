// SPDX-License-Identifier: Apache-2.0
// SARIF 2.1.0 as GitHub code scanning, VS Code and JetBrains read it. GitHub looks only at the first
// location of a result, at primaryLocationLineHash and at inline code flows; alerts show in a pull
// request only where all their lines are in the diff, so regions stay on one line.
#include <algorithm>
#include <map>
#include <unordered_map>

#include "report/frame.hpp"
#include "report/group.hpp"
#include "report/json_writer.hpp"
#include "report/line_hash.hpp"
#include "report/page.hpp"
#include "report/place.hpp"
#include "report/uri.hpp"
#include "report/words.hpp"
#include "report/writers.hpp"
#include "rules/rule.hpp"

namespace podseer::report {
namespace {

// GitHub's limits (docs: SARIF support for code scanning).
constexpr std::size_t kResults = 25000;
constexpr std::size_t kRelated = 100;
constexpr std::size_t kDescription = 1000;
constexpr const char* kSchema = "https://json.schemastore.org/sarif-2.1.0.json";

/// A sentence: the multitool's SARIF2001 wants a period.
std::string sentence(std::string_view text) {
  std::string out = printable(text, true);
  // "[x](1)" would be a link to a related location.
  for (std::size_t at = out.find("]("); at != std::string::npos; at = out.find("](", at + 3)) out.insert(at + 1, " ");
  if (!out.empty() && out.back() != '.' && out.back() != '!' && out.back() != '?') out += '.';
  return out;
}

std::string_view precision_of(lifecycle::Certainty certainty) {
  switch (certainty) {
    case lifecycle::Certainty::Certain: return "very-high";
    case lifecycle::Certainty::Likely: return "high";
    case lifecycle::Certainty::Possible: break;
  }
  return "medium";
}

/// The moment in the pod's life that the code's hundred stands for.
std::string_view moment_of(std::string_view code) {
  switch (code.size() > 3 ? code[3] : '0') {
    case '1': return "admission";
    case '2': return "scheduling";
    case '3': return "image";
    case '4': return "container-creation";
    case '5': return "crash";
    case '6': return "readiness";
    case '7': return "resources";
    case '8': return "rollout";
    default: return "other";
  }
}

class SarifWriter {
 public:
  SarifWriter(const Report& report, const Style& style) : report_(report), style_(style), pods_(report) {}
  void write(std::ostream& out);

 private:
  void text_of(std::string_view name, std::string_view text) {
    json_.object(name);
    json_.text("text", text);
    json_.end_object();
  }
  void write_rules();
  void write_rule(const std::string& code);
  void write_result(const rules::Finding& finding);
  void write_message(const rules::Finding& finding);
  void write_physical(source::SourceSpan span, bool context);
  void write_location(source::SourceSpan span, std::string_view message, int id);
  void write_fingerprints(const rules::Finding& finding);
  void write_code_flow(const rules::Finding& finding);
  void write_fix(const rules::Finding& finding);
  void write_properties(const rules::Finding& finding);
  void write_artifact(std::string_view file);
  void write_invocation();
  const std::vector<std::string>& hashes_of(source::FileId file);

  const Report& report_;
  const Style& style_;
  PodIndex pods_;
  JsonWriter json_;
  std::map<std::string, int> rule_index_;
  std::unordered_map<source::FileId, std::vector<std::string>> hashes_;
};

const std::vector<std::string>& SarifWriter::hashes_of(source::FileId file) {
  const auto [at, fresh] = hashes_.try_emplace(file);
  if (fresh) at->second = line_hashes(report_.sources->file(file).bytes());
  return at->second;
}

void SarifWriter::write_rule(const std::string& code) {
  const rules::Rule* rule = rules::find_rule(code);
  rules::RuleInfo info;
  if (rule != nullptr) info = rule->info;
  const std::string name = info.name.empty() ? "Pod" + code : pascal_case(info.name);
  const std::string title = info.title.empty() ? code : std::string(info.title);
  const std::string why = info.why.empty() ? title : std::string(info.why);
  json_.begin_object();
  json_.text("id", code);
  json_.text("name", name);
  text_of("shortDescription", sentence(cut(title, static_cast<int>(kDescription), true)));
  text_of("fullDescription", sentence(cut(why, static_cast<int>(kDescription), true)));
  json_.object("help");
  json_.text("text", sentence(why));  // the rule's own help has placeholders; a result says it in full
  if (rule != nullptr) json_.text("markdown", readable_page(info));
  json_.end_object();
  json_.object("defaultConfiguration");
  json_.text("level", name_of(info.severity));
  json_.end_object();
  json_.object("properties");
  json_.array("tags");
  json_.text("kubernetes");
  json_.text(moment_of(code));
  json_.end_array();
  json_.text("precision", precision_of(info.certainty));
  json_.text("problem.severity", info.severity == rules::Severity::Note ? "recommendation" : name_of(info.severity));
  json_.end_object();
  json_.end_object();
}

void SarifWriter::write_rules() {
  for (const rules::Finding& finding : report_.findings) rule_index_.emplace(finding.rule, 0);
  json_.array("rules");
  int index = 0;
  for (auto& [code, at] : rule_index_) {
    at = index++;
    write_rule(code);
  }
  json_.end_array();
}

void SarifWriter::write_artifact(std::string_view file) {
  const std::string path = path_from_root(std::string(file), style_.root);
  json_.object("artifactLocation");
  if (path.starts_with('/')) {
    json_.text("uri", "file://" + percent_encoded(path));
  } else {
    json_.text("uri", percent_encoded(path));
    json_.text("uriBaseId", "%SRCROOT%");
  }
  json_.end_object();
}

/// The run went well unless something that should have been read was not: then results are missing.
void SarifWriter::write_invocation() {
  const bool whole = std::none_of(report_.notices.begin(), report_.notices.end(),
                                  [](const Notice& notice) { return notice.level == rules::Severity::Error; });
  json_.array("invocations");
  json_.begin_object();
  json_.flag("executionSuccessful", whole);
  if (!report_.notices.empty()) {
    json_.array("toolExecutionNotifications");
    for (const Notice& notice : report_.notices) {
      json_.begin_object();
      json_.text("level", name_of(notice.level));
      text_of("message", sentence(notice.message));
      if (!notice.file.empty()) {
        json_.array("locations");
        json_.begin_object();
        json_.object("physicalLocation");
        write_artifact(notice.file);
        json_.end_object();
        json_.end_object();
        json_.end_array();
      }
      json_.end_object();
    }
    json_.end_array();
  }
  json_.end_object();
  json_.end_array();
}

/// The place on its first line, in UTF-16 columns.
void SarifWriter::write_physical(source::SourceSpan span, bool context) {
  const source::SourceFile& file = report_.sources->file(span.file);
  json_.object("physicalLocation");
  write_artifact(file.path());
  const source::LineColumn begin = file.position(span.begin);
  const auto line_end = static_cast<std::uint32_t>(file.line_begin(begin.line) + file.line(begin.line).size());
  const std::uint32_t end = std::clamp(span.end, span.begin, std::max(span.begin, line_end));
  const std::uint32_t first = file.utf16_column(span.begin);
  json_.object("region");
  json_.number("startLine", begin.line);
  json_.number("startColumn", first);
  json_.number("endLine", begin.line);
  json_.number("endColumn", std::max(file.utf16_column(end), first + 1));
  if (context) {
    std::string snippet;
    for (const Cell& cell : cells_of(report_, file, span.file, begin.line, true)) {
      if (cell.begin >= span.begin && cell.begin < std::max(end, span.begin + 1)) snippet += cell.glyph;
    }
    if (!snippet.empty()) text_of("snippet", snippet);
  }
  json_.end_object();
  if (context) {
    const std::uint32_t from = begin.line > 1 ? begin.line - 1 : begin.line;
    const std::uint32_t to = std::min(begin.line + 1, file.line_count());
    std::string snippet;
    for (std::uint32_t line = from; line <= to; ++line) snippet += shown_line(report_, span.file, line, true) + "\n";
    json_.object("contextRegion");
    json_.number("startLine", from);
    json_.number("endLine", to);
    text_of("snippet", snippet);
    json_.end_object();
  }
  json_.end_object();
}

void SarifWriter::write_location(source::SourceSpan span, std::string_view message, int id) {
  json_.begin_object();
  if (id > 0) json_.number("id", id);
  write_physical(span, false);
  if (!message.empty()) text_of("message", sentence(message));
  json_.end_object();
}

void SarifWriter::write_message(const rules::Finding& finding) {
  std::string text = sentence(finding.message);
  if (std::count(finding.label.begin(), finding.label.end(), ' ') > 3) text += " " + sentence(finding.label);
  int id = 1;
  for (const rules::Note& note : finding.notes) {
    const std::string words = sentence(note.message);
    if (note.span.exists() && id <= static_cast<int>(kRelated)) {
      const Place place = place_of(*report_.sources, note.span);
      text += " [" + printable(path_from_root(place.file, style_.root), true) + ":" + std::to_string(place.line) +
              "](" + std::to_string(id++) + "): " + words;
    } else {
      text += " " + words;
    }
  }
  if (!finding.help.empty()) text += " Help: " + sentence(finding.help);
  text_of("message", text);
}

void SarifWriter::write_fingerprints(const rules::Finding& finding) {
  json_.object("partialFingerprints");
  if (finding.span.exists()) {
    const std::vector<std::string>& hashes = hashes_of(finding.span.file);
    const std::uint32_t line = report_.sources->file(finding.span.file).position(finding.span.begin).line;
    if (line >= 1 && line <= hashes.size()) json_.text("primaryLocationLineHash", hashes[line - 1]);
  }
  if (!finding.fingerprint.empty()) json_.text("podseer/object/v1", finding.fingerprint);
  json_.end_object();
}

/// The pod's life as "show paths": applied, what it meets, the failure, what comes next.
void SarifWriter::write_code_flow(const rules::Finding& finding) {
  const std::vector<const lifecycle::Forecast*> rows = pods_.rows(finding);
  if (rows.empty() || finding.predicts.empty()) return;
  const lifecycle::Forecast& row = *rows.front();
  const source::SourceSpan owner = row.pod->owner->name_span;
  std::vector<std::pair<source::SourceSpan, std::string>> steps;
  if (owner.exists()) {
    const std::string pods = row.count > 1 ? std::to_string(row.count) + " pods are" : "the pod is";
    steps.emplace_back(owner, owner_of(row) + " is applied: " + pods + " created");
  }
  for (const rules::Note& note : finding.notes) {
    if (note.span.exists()) steps.emplace_back(note.span, note.message);
  }
  steps.emplace_back(finding.span, "kubectl get pods shows " + finding.predicts);
  const bool decides = !row.findings.empty() && row.findings.front() == finding.rule;
  if (decides && !row.then.empty()) steps.emplace_back(finding.span, "once this is mended: " + row.then.front());
  if (steps.size() < 2) return;
  json_.array("codeFlows");
  json_.begin_object();
  text_of("message", "The life of " + row.pod_name + ".");
  json_.array("threadFlows");
  json_.begin_object();
  json_.array("locations");
  for (const auto& [span, words] : steps) {
    json_.begin_object();
    json_.object("location");
    write_physical(span, false);
    text_of("message", sentence(words));
    json_.end_object();
    json_.end_object();
  }
  json_.end_array();
  json_.end_object();
  json_.end_array();
  json_.end_object();
  json_.end_array();
}

void SarifWriter::write_fix(const rules::Finding& finding) {
  if (!finding.fix || finding.fix->edits.empty()) return;
  json_.array("fixes");
  json_.begin_object();
  text_of("description", sentence(finding.fix->title));
  json_.array("artifactChanges");
  for (const rules::Edit& edit : finding.fix->edits) {
    const source::SourceFile& file = report_.sources->file(edit.span.file);
    const source::LineColumn begin = file.position(edit.span.begin);
    const source::LineColumn end = file.position(edit.span.end);
    json_.begin_object();
    json_.object("artifactLocation");
    json_.text("uri", percent_encoded(path_from_root(file.path(), style_.root)));
    json_.end_object();
    json_.array("replacements");
    json_.begin_object();
    json_.object("deletedRegion");
    json_.number("startLine", begin.line);
    json_.number("startColumn", file.utf16_column(edit.span.begin));
    json_.number("endLine", end.line);
    json_.number("endColumn", file.utf16_column(edit.span.end));
    json_.end_object();
    text_of("insertedContent", edit.replacement);
    json_.end_object();
    json_.end_array();
    json_.end_object();
  }
  json_.end_array();
  json_.end_object();
  json_.end_array();
}

void SarifWriter::write_properties(const rules::Finding& finding) {
  json_.object("properties");
  json_.text("certainty", name_of(finding.certainty));
  if (!finding.predicts.empty()) json_.text("predicts", finding.predicts);
  if (!finding.object_kind.empty()) json_.text("object", object_of(finding));
  if (!finding.field_path.empty()) json_.text("fieldPath", finding.field_path);
  json_.end_object();
}

void SarifWriter::write_result(const rules::Finding& finding) {
  json_.begin_object();
  json_.text("ruleId", finding.rule);
  json_.number("ruleIndex", rule_index_[finding.rule]);
  json_.text("level", name_of(finding.severity));
  write_message(finding);
  json_.array("locations");
  json_.begin_object();
  write_physical(finding.span, true);
  if (!finding.object_kind.empty()) {
    json_.array("logicalLocations");
    json_.begin_object();
    json_.text("fullyQualifiedName", object_of(finding) + (finding.field_path.empty() ? "" : "/" + finding.field_path));
    json_.text("kind", "object");
    json_.end_object();
    json_.end_array();
  }
  json_.end_object();
  json_.end_array();
  const auto placed = [](const rules::Note& note) { return note.span.exists(); };
  if (std::any_of(finding.notes.begin(), finding.notes.end(), placed)) {
    json_.array("relatedLocations");
    int id = 1;
    for (const rules::Note& note : finding.notes) {
      if (placed(note) && id <= static_cast<int>(kRelated)) write_location(note.span, note.message, id++);
    }
    json_.end_array();
  }
  write_code_flow(finding);
  write_fingerprints(finding);
  write_fix(finding);
  write_properties(finding);
  json_.end_object();
}

void SarifWriter::write(std::ostream& out) {
  json_.begin_object();
  json_.text("$schema", kSchema);
  json_.text("version", "2.1.0");
  json_.array("runs");
  json_.begin_object();
  json_.object("tool");
  json_.object("driver");
  json_.text("name", "podseer");
  json_.text("fullName", "podseer: what kubectl get pods will show");
  json_.text("version", PODSEER_VERSION);
  json_.text("semanticVersion", PODSEER_VERSION);
  write_rules();
  json_.end_object();
  json_.end_object();
  write_invocation();
  json_.object("originalUriBaseIds");
  json_.object("%SRCROOT%");
  text_of("description", "The root of the repository.");
  json_.end_object();
  json_.end_object();
  json_.text("columnKind", "utf16CodeUnits");
  json_.array("results");
  std::size_t count = 0;
  for (const rules::Finding& finding : report_.findings) {
    if (!finding.span.exists() || count++ >= kResults) continue;
    write_result(finding);
  }
  json_.end_array();
  json_.end_object();
  json_.end_array();
  json_.end_object();
  json_.write_to(out);
}

}  // namespace

void write_check_sarif(const Report& report, const Style& style, std::ostream& out) {
  SarifWriter(report, style).write(out);
}

}  // namespace podseer::report
