// SPDX-License-Identifier: Apache-2.0
// The report for people: what will be seen, where it comes from, what to change, what comes next.
//
//     error[POD402] missing-key: container `app` cannot be created: ConfigMap `app-config` has no key `LOG_LEVL`
//       --> k8s/web.yaml:31:19
//        |
//     31 |               key: LOG_LEVL
//        |                    ^^^^^^^^ no such key
//        = kubectl:   web-*   0/1   CreateContainerConfigError   (3 pods)
//        = help:      did you mean `LOG_LEVEL`?
#include <algorithm>
#include <cstdio>

#include "report/frame.hpp"
#include "report/group.hpp"
#include "report/paint.hpp"
#include "report/place.hpp"
#include "report/text.hpp"
#include "report/words.hpp"
#include "report/writers.hpp"
#include "rules/rule.hpp"

namespace podseer::report {
namespace {

constexpr std::size_t kListed = 12;  // further findings of a group that are listed one by one
constexpr int kLabelColumn = 11;     // columns of "confirm:   "

class TextWriter {
 public:
  TextWriter(const Report& report, const Style& style, std::ostream& out)
      : report_(report), style_(style), out_(out), pods_(report) {}

  void write() {
    for (const Group& group : group_findings(report_.findings)) write_group(group);
    write_summary();
  }

 private:
  [[nodiscard]] std::string clean(std::string_view text) const { return printable(text, style_.unicode); }
  void write_group(const Group& group);
  void write_headline(const rules::Finding& finding);
  void write_frame(const rules::Finding& finding);
  void write_facts(const Group& group);
  void write_fact(std::string_view name, std::string_view text, Ink ink = Ink::Plain);
  void write_pods(const rules::Finding& finding);
  void write_others(const Group& group);
  void write_summary();

  const Report& report_;
  const Style& style_;
  std::ostream& out_;
  PodIndex pods_;
  int gutter_ = 1;
};

void TextWriter::write_headline(const rules::Finding& finding) {
  const std::string_view severity = name_of(finding.severity);
  const rules::Rule* rule = rules::find_rule(finding.rule);
  std::string head = std::string(severity) + "[" + finding.rule + "]";
  std::string rest = rule != nullptr ? " " + std::string(rule->info.name) + ": " : ": ";
  rest += clean(finding.message);
  const std::vector<std::string> lines = wrap(head + rest, style_.width);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string_view line = lines[i];
    if (i == 0 && line.starts_with(head)) {
      out_ << painted(style_, ink_of(finding.severity), head);
      line.remove_prefix(head.size());
    }
    out_ << painted(style_, Ink::Bold, line) << '\n';
  }
}

void TextWriter::write_frame(const rules::Finding& finding) {
  std::vector<Label> labels = {{finding.span, finding.label, true}};
  for (const rules::Note& note : finding.notes) {
    if (note.span.exists() && note.span != finding.span) labels.push_back({note.span, note.message, false});
  }
  gutter_ = gutter_of(report_, labels);
  for (const std::string& line : draw_frame(report_, labels, style_)) out_ << line << '\n';
}

void TextWriter::write_fact(std::string_view name, std::string_view text, Ink ink) {
  if (text.empty()) return;
  const std::string blank(static_cast<std::size_t>(gutter_ + 1), ' ');
  const int indent = gutter_ + 3 + kLabelColumn;
  bool first = true;
  for (const std::string& line : wrap(clean(text), std::max(24, style_.width - indent))) {
    if (first) {
      out_ << blank << painted(style_, Ink::Gutter, "= ") << pad_right(std::string(name) + ":", kLabelColumn);
    } else {
      out_ << std::string(static_cast<std::size_t>(indent), ' ');
    }
    out_ << painted(style_, ink, line) << '\n';
    first = false;
  }
}

/// What the table will show, and where this finding stands in the chain of failures.
void TextWriter::write_pods(const rules::Finding& finding) {
  const std::vector<const lifecycle::Forecast*> rows = pods_.rows(finding);
  const lifecycle::Forecast* decides = nullptr;
  const lifecycle::Forecast* hidden = nullptr;
  for (const lifecycle::Forecast* row : rows) {
    const auto at = std::find(row->findings.begin(), row->findings.end(), finding.rule);
    if (at == row->findings.begin() && at != row->findings.end()) decides = decides == nullptr ? row : decides;
    else if (!row->findings.empty()) hidden = hidden == nullptr ? row : hidden;
  }
  const std::string arrow = style_.unicode ? " \u2192 " : " -> ";
  if (decides != nullptr) {
    std::string row = clean(kubectl_row(*decides));
    write_fact("kubectl", row, Ink::Bold);
    std::string chain;
    for (const std::string& status : decides->then) chain += (chain.empty() ? "" : arrow) + status;
    if (!chain.empty()) write_fact("then", chain + " once this is mended");
  } else if (hidden != nullptr && !finding.predicts.empty()) {
    write_fact("kubectl", finding.predicts + " once " + hidden->findings.front() + " (" + hidden->status + ") is mended");
  } else if (!finding.predicts.empty() && finding.certainty != lifecycle::Certainty::Possible) {
    write_fact("kubectl", finding.predicts, Ink::Bold);
  } else if (!finding.predicts.empty()) {
    write_fact("kubectl", "maybe " + finding.predicts);
  }
}

void TextWriter::write_others(const Group& group) {
  for (std::size_t i = 1; i < group.findings.size(); ++i) {
    if (i > kListed) {
      write_fact("also", "and " + std::to_string(group.findings.size() - i) + " more");
      return;
    }
    const rules::Finding& other = *group.findings[i];
    const Place place = place_of(*report_.sources, other.span);
    std::string text = object_of(other);
    if (!place.file.empty()) {
      text += (text.empty() ? "" : "  ") + place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
    }
    write_fact("also", text);
  }
}

void TextWriter::write_facts(const Group& group) {
  const rules::Finding& finding = *group.findings.front();
  write_pods(finding);
  write_fact("certainty", name_of(finding.certainty));
  for (const rules::Note& note : finding.notes) {
    if (!note.span.exists()) write_fact("note", note.message);
  }
  write_fact("help", finding.help, Ink::Help);
  if (finding.fix && finding.fix->safe) write_fact("fix", finding.fix->title + " (podseer check --fix)", Ink::Help);
  write_fact("confirm", finding.confirm);
  write_others(group);
}

void TextWriter::write_group(const Group& group) {
  const rules::Finding& finding = *group.findings.front();
  write_headline(finding);
  write_frame(finding);
  write_facts(group);
  out_ << '\n';
}

void TextWriter::write_summary() {
  const Summary& sum = report_.summary;
  std::string scope = count_of(sum.objects, "object") + " (" + count_of(sum.files, "file");
  if (sum.seconds > 0) {
    char spent[32];
    std::snprintf(spent, sizeof spent, ", %.0f ms", sum.seconds * 1000);
    scope += spent;
  }
  scope += ")";
  if (sum.errors + sum.warnings + sum.notes == 0) {
    out_ << painted(style_, Ink::Good, "no failure predicted") << " for " << count_of(sum.pods, "pod") << " in " << scope;
  } else {
    std::string counts = painted(style_, sum.errors > 0 ? Ink::Error : Ink::Plain, count_of(sum.errors, "error")) + ", " +
                         painted(style_, sum.warnings > 0 ? Ink::Warning : Ink::Plain, count_of(sum.warnings, "warning"));
    if (sum.notes > 0) counts += ", " + painted(style_, Ink::Note, count_of(sum.notes, "note"));
    out_ << counts << " in " << scope;
  }
  if (sum.hidden > 0) out_ << "; " << sum.hidden << " ignored";
  out_ << '\n';
  if (!report_.findings.empty()) {
    out_ << painted(style_, Ink::Dim, "more: podseer explain " + report_.findings.front().rule + "; podseer forecast shows the table of pods") << '\n';
  }
}

}  // namespace

void write_check_text(const Report& report, const Style& style, std::ostream& out) {
  TextWriter(report, style, out).write();
}

}  // namespace podseer::report
