// SPDX-License-Identifier: Apache-2.0
// One HTML file for people without a terminal: a card for each group of pods with its first minutes
// as a picture, what is found about it, the lines that matter, what to change. Manifest text is
// hostile: all of it is escaped, and a policy forbids the page to load anything.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

#include "report/frame.hpp"
#include "report/group.hpp"
#include "report/html_parts.hpp"
#include "report/text.hpp"
#include "report/words.hpp"
#include "report/writers.hpp"
#include "rules/rule.hpp"

namespace podseer::report {
namespace {

/// Seconds that the picture shows, as the timeline of the forecast does.
constexpr double kShown = 300;
constexpr int kNameColumns = 150;  // of 1000 units of the picture's width
constexpr int kRow = 18;

std::string escaped(std::string_view text) { return xml_escaped(printable(text, true)); }

/// Names in backticks or quotes stand out as code.
std::string prose(std::string_view text) {
  std::string out;
  bool in_code = false;
  for (const char c : escaped(text)) {
    if (c != '`') {
      out += c;
      continue;
    }
    out += in_code ? "</code>" : "<code>";
    in_code = !in_code;
  }
  return in_code ? out + "</code>" : out;
}

class HtmlWriter {
 public:
  HtmlWriter(const Report& report, std::ostream& out) : report_(report), out_(out), pods_(report), reasons_(report) {}
  void write();

 private:
  void write_head();
  void write_row(const lifecycle::Forecast& row, const std::vector<Group>& groups);
  void write_picture(const lifecycle::Forecast& row);
  void write_group(const Group& group, bool open);
  void write_term(std::string_view term, const std::string& html) {
    if (!html.empty()) out_ << "<dt>" << term << "</dt><dd>" << html << "</dd>";
  }
  void write_objects_without_pods(const std::vector<Group>& groups);

  const Report& report_;
  std::ostream& out_;
  PodIndex pods_;
  WhyIndex reasons_;
};

void HtmlWriter::write_head() {
  const Summary& sum = report_.summary;
  out_ << "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
          "script-src "
          "'unsafe-inline'\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<title>podseer</title>\n<style>"
       << kHtmlStyle << "</style></head>\n<body><header>\n<h1>What kubectl get pods will show</h1>\n<p class=\"dim\">"
       << count_of(sum.errors, "error") << ", " << count_of(sum.warnings, "warning") << ", "
       << count_of(sum.notes, "note") << " in " << count_of(sum.objects, "object") << " ("
       << count_of(sum.files, "file") << "), " << count_of(sum.pods, "pod")
       << "; podseer " PODSEER_VERSION
          ", Kubernetes 1.34</p>\n"
          "<div class=\"tools\" hidden><input type=\"search\" id=\"words\" placeholder=\"Filter: name, status, rule, "
          "text\" "
          "aria-label=\"Filter\"><label><input type=\"checkbox\" id=\"failing\"> only what fails</label>"
          "<span class=\"dim\" id=\"shown\" role=\"status\"></span></div>\n</header><main>\n";
}

void HtmlWriter::write_picture(const lifecycle::Forecast& row) {
  if (row.timeline.empty()) return;
  const double scale = (1000.0 - kNameColumns - 30) / kShown;  // room for the last minute's name
  const int height = static_cast<int>(row.timeline.size()) * kRow + 20;
  char number[64];
  const auto x_of = [&](double seconds) { return kNameColumns + std::clamp(seconds, 0.0, kShown) * scale; };
  out_ << "<svg viewBox=\"0 0 1000 " << height << "\" role=\"img\" aria-label=\"The first five minutes\">";
  for (int minute = 0; minute <= 5; ++minute) {
    std::snprintf(number, sizeof number, "%.1f", x_of(minute * 60));
    out_ << "<line class=\"axis\" x1=\"" << number << "\" x2=\"" << number << "\" y1=\"0\" y2=\"" << height - 16
         << "\"/><text x=\"" << number << "\" y=\"" << height - 4 << "\">" << minute << "m</text>";
  }
  int y = 2;
  for (const lifecycle::TimelineRow& line : row.timeline) {
    out_ << "<text x=\"0\" y=\"" << y + 11 << "\">" << escaped(cut(line.container, 22, true)) << "</text>";
    for (const lifecycle::TimelineSegment& segment : line.segments) {
      if (segment.begin >= kShown) continue;
      const double end = std::isfinite(segment.end) ? segment.end : kShown;
      const double from = x_of(segment.begin);
      std::snprintf(number, sizeof number, "x=\"%.1f\" width=\"%.1f\"", from, std::max(1.5, x_of(end) - from));
      out_ << "<rect class=\"" << escaped(segment.state) << "\" " << number << " y=\"" << y << "\" height=\""
           << kRow - 4 << "\"><title>";
      std::snprintf(number, sizeof number, "%.0f s: ", segment.begin);
      out_ << number << escaped(segment.reason.empty() ? segment.state : segment.reason) << "</title></rect>";
    }
    y += kRow;
  }
  out_ << "</svg>\n";
}

void HtmlWriter::write_group(const Group& group, bool open) {
  const rules::Finding& finding = *group.findings.front();
  const std::string_view severity = name_of(finding.severity);
  out_ << "<details" << (open ? " open" : "") << "><summary><span class=\"" << severity << "\">" << severity
       << "</span> <code>" << escaped(finding.rule) << "</code> " << prose(finding.message) << "</summary>\n";
  Style style;
  style.width = 110;
  std::vector<Label> labels = {{finding.span, finding.label, true}};
  for (const rules::Note& note : finding.notes) {
    if (note.span.exists() && note.span != finding.span) labels.push_back({note.span, note.message, false});
  }
  const std::vector<std::string> frame = draw_frame(report_, labels, style);
  if (!frame.empty()) {
    out_ << "<pre>";
    for (const std::string& line : frame) out_ << xml_escaped(line) << '\n';
    out_ << "</pre>\n";
  }
  out_ << "<dl>";
  if (!finding.predicts.empty()) write_term("kubectl", "<code>" + escaped(finding.predicts) + "</code>");
  write_term("certainty", std::string(name_of(finding.certainty)));
  for (const rules::Note& note : finding.notes) {
    if (!note.span.exists()) write_term("note", prose(note.message));
  }
  if (const rules::Rule* rule = rules::find_rule(finding.rule)) write_term("why", prose(rule->info.why));
  write_term("help", prose(finding.help));
  if (!finding.confirm.empty()) write_term("confirm", "<code>" + escaped(finding.confirm) + "</code>");
  std::string others;
  for (std::size_t i = 1; i < group.findings.size() && i <= 20; ++i) {
    others += (i > 1 ? ", " : "") + escaped(object_of(*group.findings[i]));
  }
  if (group.findings.size() > 21) others += " and " + std::to_string(group.findings.size() - 21) + " more";
  write_term("also", others);
  out_ << "</dl></details>\n";
}

void HtmlWriter::write_row(const lifecycle::Forecast& row, const std::vector<Group>& groups) {
  const std::string_view kind = row.healthy() ? "good" : "bad";
  out_ << "<section class=\"card " << kind << "\"><div class=\"top\"><h2>" << escaped(row.pod_name)
       << "</h2><span class=\"status\">" << escaped(row.status) << "</span>";
  if (!row.ready.empty()) out_ << "<span class=\"chip\">ready " << escaped(row.ready) << "</span>";
  if (row.restarts_growing) out_ << "<span class=\"chip\">restarts growing</span>";
  if (row.count != 1)
    out_ << "<span class=\"chip\">" << count_of(static_cast<std::size_t>(std::max(0, row.count)), "pod") << "</span>";
  if (!row.healthy()) out_ << "<span class=\"chip\">" << name_of(row.certainty) << "</span>";
  out_ << "<span class=\"dim\">" << escaped(owner_of(row)) << " in " << escaped(row.ns) << "</span></div>\n";
  const std::string why = reasons_.why(row);
  if (!why.empty()) out_ << "<div>" << prose(why) << "</div>\n";
  if (!row.then.empty()) {
    out_ << "<div class=\"dim\">once that is mended: ";
    for (std::size_t i = 0; i < row.then.size(); ++i) out_ << (i > 0 ? " \u2192 " : "") << escaped(row.then[i]);
    out_ << "</div>\n";
  }
  write_picture(row);
  for (const Group& group : groups) write_group(group, &group == &groups.front());
  out_ << "</section>\n";
}

void HtmlWriter::write_objects_without_pods(const std::vector<Group>& groups) {
  for (const Group& group : groups) {
    const rules::Finding& finding = *group.findings.front();
    out_ << "<section class=\"card " << (finding.severity == rules::Severity::Error ? "bad" : "warn")
         << "\"><div class=\"top\"><h2>" << escaped(object_of(finding).empty() ? finding.rule : object_of(finding))
         << "</h2></div>\n";
    write_group(group, true);
    out_ << "</section>\n";
  }
}

void HtmlWriter::write() {
  std::map<const lifecycle::Forecast*, std::vector<Group>> of_row;
  std::vector<Group> alone;
  for (Group& group : group_findings(report_.findings)) {
    const std::vector<const lifecycle::Forecast*> rows = pods_.rows(*group.findings.front());
    const auto decides = std::find_if(rows.begin(), rows.end(), [&](const lifecycle::Forecast* row) {
      return std::find(row->findings.begin(), row->findings.end(), group.findings.front()->rule) != row->findings.end();
    });
    if (rows.empty()) alone.push_back(std::move(group));
    else of_row[decides != rows.end() ? *decides : rows.front()].push_back(std::move(group));
  }
  write_head();
  write_objects_without_pods(alone);
  for (const bool healthy : {false, true}) {
    for (const lifecycle::Forecast& row : report_.forecasts) {
      if (row.healthy() == healthy) write_row(row, of_row[&row]);
    }
  }
  if (report_.forecasts.empty() && alone.empty()) out_ << "<p>No pods and no findings.</p>\n";
  out_ << "</main><script>" << kHtmlScript << "</script></body></html>\n";
}

}  // namespace

void write_check_html(const Report& report, const Style&, std::ostream& out) { HtmlWriter(report, out).write(); }

}  // namespace podseer::report
