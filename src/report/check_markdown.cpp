// SPDX-License-Identifier: Apache-2.0
// Markdown for job summaries and pull requests: a verdict, a table of pods, a section a root cause.
// GitHub refuses summaries above 1 MiB, so the list ends before that.
#include <sstream>

#include "report/frame.hpp"
#include "report/group.hpp"
#include "report/place.hpp"
#include "report/text.hpp"
#include "report/words.hpp"
#include "report/writers.hpp"

namespace podseer::report {
namespace {

constexpr std::size_t kMaxBytes = 900 * 1024;

/// Text that Markdown shall not interpret, for a table cell or a line.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : printable(text, true)) {
    if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '&') out += "&amp;";
    else if (c == '|' || c == '*' || c == '_' || c == '[' || c == ']' || c == '\\' || c == '#' || c == '~')
      out += '\\', out += c;
    else out += c;
  }
  return out;
}

/// Code in backticks; text with backticks is shown plain.
std::string code(std::string_view text) {
  const std::string shown = printable(text, true);
  if (shown.empty() || shown.find('`') != std::string::npos || shown.find('|') != std::string::npos) return plain(text);
  return "`" + shown + "`";
}

/// Messages write names in backticks already: those stay code, the rest is made plain.
std::string prose(std::string_view text) {
  std::string out;
  bool in_code = false;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    std::size_t end = text.find('`', begin);
    const bool last = end == std::string_view::npos;
    if (last) end = text.size();
    const std::string_view part = text.substr(begin, end - begin);
    if (in_code && !last) out += code(part);
    else out += (in_code ? "\\`" : "") + plain(part);
    in_code = !in_code;
    begin = end + 1;
  }
  return out;
}

std::string_view sign_of(rules::Severity severity) {
  switch (severity) {
    case rules::Severity::Error: return "\u274c";
    case rules::Severity::Warning: return "\u26a0\ufe0f";
    case rules::Severity::Note: break;
  }
  return "\u2139\ufe0f";
}

void write_pods(const Report& report, std::ostream& out) {
  if (report.forecasts.empty()) return;
  out << "\n| Pod | Ready | Status | Restarts | Why |\n|---|---|---|---|---|\n";
  const WhyIndex reasons(report);
  for (const lifecycle::Forecast& row : report.forecasts) {
    if (out.tellp() > static_cast<std::streamoff>(kMaxBytes / 3)) {
      out << "| \u2026 | | | | |\n";
      break;
    }
    out << "| " << code(row.pod_name) << (row.count > 1 ? " \u00d7" + std::to_string(row.count) : "") << " | "
        << row.ready << " | " << (row.healthy() ? "\u2705 " : "\u274c ") << code(row.status) << " | "
        << (row.restarts_growing ? "growing" : std::to_string(row.restarts)) << " | " << prose(reasons.why(row))
        << " |\n";
  }
}

void write_group(const Report& report, const Group& group, std::ostream& out) {
  const rules::Finding& finding = *group.findings.front();
  out << "\n#### " << sign_of(finding.severity) << ' ' << finding.rule << ": " << prose(finding.message) << "\n\n";
  Style style;
  style.width = 100;
  std::vector<Label> labels = {{finding.span, finding.label, true}};
  for (const rules::Note& note : finding.notes) {
    if (note.span.exists() && note.span != finding.span) labels.push_back({note.span, note.message, false});
  }
  const std::vector<std::string> frame = draw_frame(report, labels, style);
  if (!frame.empty()) {
    out << "````text\n";
    for (const std::string& line : frame) out << line << '\n';
    out << "````\n\n";
  }
  out << "- certainty: " << name_of(finding.certainty) << '\n';
  if (!finding.predicts.empty()) out << "- kubectl shows " << code(finding.predicts) << '\n';
  for (const rules::Note& note : finding.notes) {
    if (!note.span.exists()) out << "- " << prose(note.message) << '\n';
  }
  if (!finding.help.empty()) out << "- **help**: " << prose(finding.help) << '\n';
  if (!finding.confirm.empty()) out << "- confirm: " << code(finding.confirm) << '\n';
  if (group.findings.size() > 1) {
    out << "- also:";
    for (std::size_t i = 1; i < group.findings.size() && i <= 20; ++i) {
      out << (i > 1 ? ", " : " ") << code(object_of(*group.findings[i]));
    }
    if (group.findings.size() > 21) out << " and " << group.findings.size() - 21 << " more";
    out << '\n';
  }
}

}  // namespace

void write_check_markdown(const Report& report, const Style&, std::ostream& out) {
  const Summary& sum = report.summary;
  std::ostringstream text;
  if (sum.errors + sum.warnings + sum.notes == 0) {
    text << "### \u2705 podseer: no failure predicted for " << count_of(sum.pods, "pod") << "\n";
  } else {
    text << "### " << (sum.errors > 0 ? "\u274c" : "\u26a0\ufe0f") << " podseer: " << count_of(sum.errors, "error")
         << ", " << count_of(sum.warnings, "warning") << " in " << count_of(sum.objects, "object") << " ("
         << count_of(sum.files, "file") << ")\n";
  }
  write_pods(report, text);
  const std::vector<Group> groups = group_findings(report.findings);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (text.tellp() > static_cast<std::streamoff>(kMaxBytes)) {
      text << "\n\u2026 and " << groups.size() - i << " more.\n";
      break;
    }
    write_group(report, groups[i], text);
  }
  out << text.str();
}

}  // namespace podseer::report
