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
#include <utility>

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

/// The fixed words of the report in Korean; rules bring their own texts.
std::string_view korean(std::string_view word) {
  static constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"then", "그다음"},  {"certainty", "확실성"}, {"note", "참고"},    {"help", "해결"},   {"fix", "수정"},
      {"confirm", "확인"}, {"also", "같은 원인"},   {"certain", "확실"}, {"likely", "유력"}, {"possible", "가능"}};
  for (const auto& [english, translated] : kWords) {
    if (english == word) return translated;
  }
  return word;
}

class TextWriter {
 public:
  TextWriter(const Report& report, const Style& style, std::ostream& out)
      : report_(report), style_(style), out_(out), pods_(report) {}

  void write() {
    for (const Group& group : group_findings(report_.findings)) write_group(group);
    write_unexplained();
    if (!style_.quiet) write_summary();
  }

 private:
  [[nodiscard]] std::string_view word(std::string_view english) const {
    return style_.korean && style_.unicode ? korean(english) : english;
  }
  [[nodiscard]] std::string in_language(std::string english, std::string translated) const {
    return style_.korean && style_.unicode ? std::move(translated) : std::move(english);
  }
  [[nodiscard]] std::string counts() const;
  [[nodiscard]] std::string clean(std::string_view text) const { return printable(text, style_.unicode); }
  void write_group(const Group& group);
  void write_headline(const rules::Finding& finding);
  void write_frame(const rules::Finding& finding);
  void write_facts(const Group& group);
  void write_fact(std::string_view name, std::string_view text, Ink ink = Ink::Plain);
  void write_pods(const rules::Finding& finding);
  void write_others(const Group& group);
  void write_unexplained();
  void write_summary();

  const Report& report_;
  const Style& style_;
  std::ostream& out_;
  PodIndex pods_;
  int gutter_ = 1;
  std::size_t unexplained_ = 0;  // pods that fail without a finding
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
      out_ << blank << painted(style_, Ink::Gutter, "= ") << pad_right(std::string(word(name)) + ":", kLabelColumn);
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
    if (!chain.empty()) write_fact("then", in_language(chain + " once this is mended", chain + " (이것을 고친 뒤)"));
  } else if (hidden != nullptr && !finding.predicts.empty()) {
    const std::string& first = hidden->findings.front();
    write_fact("kubectl", in_language(finding.predicts + " once " + first + " (" + hidden->status + ") is mended",
                                      finding.predicts + " (" + first + " " + hidden->status + " 문제를 고친 뒤)"));
  } else if (!finding.predicts.empty() && finding.certainty != lifecycle::Certainty::Possible) {
    write_fact("kubectl", finding.predicts, Ink::Bold);
  } else if (!finding.predicts.empty()) {
    write_fact("kubectl", in_language("maybe " + finding.predicts, finding.predicts + "일 수 있음"));
  }
}

void TextWriter::write_others(const Group& group) {
  for (std::size_t i = 1; i < group.findings.size(); ++i) {
    if (i > kListed) {
      const std::string left = std::to_string(group.findings.size() - i);
      write_fact("also", in_language("and " + left + " more", "그 밖에 " + left + "개"));
      return;
    }
    const rules::Finding& other = *group.findings[i];
    const Place place = place_of(*report_.sources, other.span);
    std::string text = object_of(other);
    if (!place.file.empty()) {
      text += (text.empty() ? "" : "  ") + place.file + ":" + std::to_string(place.line) + ":" +
              std::to_string(place.column);
    }
    write_fact("also", text);
  }
}

void TextWriter::write_facts(const Group& group) {
  const rules::Finding& finding = *group.findings.front();
  write_pods(finding);
  write_fact("certainty", word(name_of(finding.certainty)));
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

/// Pods that will fail although no rule says why: they must not pass for healthy.
void TextWriter::write_unexplained() {
  for (const lifecycle::Forecast& row : report_.forecasts) {
    if (row.healthy() || !row.findings.empty()) continue;
    unexplained_ += static_cast<std::size_t>(std::max(1, row.count));
    out_ << painted(style_, Ink::Error, "error") << painted(style_, Ink::Bold, ": " + clean(kubectl_row(row))) << '\n';
    std::string_view mark = "  = ";
    for (const std::string& line : wrap(clean(row.reason_text), std::max(24, style_.width - 4))) {
      if (!line.empty()) out_ << mark << line << '\n';
      mark = "    ";
    }
  }
  if (unexplained_ > 0) out_ << '\n';
}

/// "2 errors, 1 warning in 3 objects (2 files, 4 ms)", or that nothing is predicted to fail.
std::string TextWriter::counts() const {
  const Summary& sum = report_.summary;
  std::string spent;
  if (sum.seconds > 0) {
    char text[32];
    std::snprintf(text, sizeof text, ", %.0f ms", sum.seconds * 1000);
    spent = text;
  }
  const auto number = [](std::size_t count) { return std::to_string(count) + "개"; };
  const std::string scope =
      in_language(count_of(sum.objects, "object") + " (" + count_of(sum.files, "file") + spent + ")",
                  "객체 " + number(sum.objects) + " (파일 " + number(sum.files) + spent + ")");
  if (sum.errors + sum.warnings + sum.notes == 0 && unexplained_ > 0) {
    return painted(style_, Ink::Error,
                   in_language(count_of(unexplained_, "pod") + " will fail",
                               "파드 " + number(unexplained_) + " 실패 예측")) +
           in_language(" in ", ": ") + scope;
  }
  if (sum.errors + sum.warnings + sum.notes == 0) {
    return painted(style_, Ink::Good, in_language("no failure predicted", "예측된 실패 없음")) +
           in_language(" for " + count_of(sum.pods, "pod") + " in ", ": 파드 " + number(sum.pods) + ", ") + scope;
  }
  std::string text = painted(style_, sum.errors > 0 ? Ink::Error : Ink::Plain,
                             in_language(count_of(sum.errors, "error"), "오류 " + number(sum.errors)));
  text += ", " + painted(style_, sum.warnings > 0 ? Ink::Warning : Ink::Plain,
                         in_language(count_of(sum.warnings, "warning"), "경고 " + number(sum.warnings)));
  if (sum.notes > 0)
    text += ", " + painted(style_, Ink::Note, in_language(count_of(sum.notes, "note"), "참고 " + number(sum.notes)));
  return text + in_language(" in ", ": ") + scope;
}

void TextWriter::write_summary() {
  const std::size_t hidden = report_.summary.hidden;
  out_ << counts();
  if (hidden > 0)
    out_ << in_language("; " + std::to_string(hidden) + " ignored", "; " + std::to_string(hidden) + "개 무시됨");
  out_ << '\n';
  if (report_.findings.empty()) return;
  const std::string& code = report_.findings.front().rule;
  out_ << painted(style_, Ink::Dim,
                  in_language("more: podseer explain " + code + "; podseer forecast shows the table of pods",
                              "더 보기: podseer explain " + code + "; 파드 표는 podseer forecast"))
       << '\n';
}

}  // namespace

void write_check_text(const Report& report, const Style& style, std::ostream& out) {
  TextWriter(report, style, out).write();
}

}  // namespace podseer::report
