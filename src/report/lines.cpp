// SPDX-License-Identifier: Apache-2.0
// One line a finding: `unix` and `gcc` for editors and problem matchers, `github` for annotations.
#include <algorithm>
#include <array>

#include "report/place.hpp"
#include "report/text.hpp"
#include "report/uri.hpp"
#include "report/words.hpp"
#include "report/writers.hpp"
#include "source/utf8.hpp"

namespace podseer::report {
namespace {

/// GitHub shows ten annotations of a level a step (docs: workflow commands, limits).
constexpr std::size_t kAnnotations = 10;

std::string one_line(std::string_view text) {
  std::string out = printable(text, true);
  return out;
}

std::string sentence(const rules::Finding& finding) {
  std::string text = finding.message;
  if (!finding.predicts.empty()) text += " (" + finding.predicts + ")";
  return text;
}

/// What a workflow command's data may not hold raw (actions/toolkit, command.ts).
std::string escape_data(std::string_view text) {
  std::string out;
  for (const char c : source::valid_utf8(text)) {
    if (c == '%') out += "%25";
    else if (c == '\r') out += "%0D";
    else if (c == '\n') out += "%0A";
    else if (static_cast<unsigned char>(c) < 0x20) out += ' ';
    else out += c;
  }
  return out;
}

std::string escape_property(std::string_view text) {
  std::string out;
  for (const char c : escape_data(text)) {
    if (c == ':') out += "%3A";
    else if (c == ',') out += "%2C";
    else out += c;
  }
  return out;
}

void write_annotation(const Report& report, const Style& style, const rules::Finding& finding, std::ostream& out) {
  const Place place = place_of(*report.sources, finding.span);
  const std::string_view level = finding.severity == rules::Severity::Note ? "notice" : name_of(finding.severity);
  out << "::" << level;
  if (!place.file.empty()) {
    const bool one = place.line == place.end_line;  // columns of several lines are dropped by the runner
    out << " file=" << escape_property(path_from_root(place.file, style.root)) << ",line=" << place.line
        << ",endLine=" << place.end_line;
    if (one) out << ",col=" << place.column << ",endColumn=" << std::max(place.end_column, place.column + 1);
    out << ",title=" << escape_property(finding.rule + (finding.predicts.empty() ? "" : " " + finding.predicts));
  } else {
    out << " title=" << escape_property(finding.rule);
  }
  std::string text = finding.message;
  if (!finding.label.empty()) text += "\n" + finding.label;
  for (const rules::Note& note : finding.notes) {
    const Place related = place_of(*report.sources, note.span);
    text += "\n" + (related.file.empty() ? std::string() : related.file + ":" + std::to_string(related.line) + ": ") +
            note.message;
  }
  if (!finding.help.empty()) text += "\nhelp: " + finding.help;
  out << "::" << escape_data(text) << '\n';
}

void write_lines(const Report& report, bool gcc, std::ostream& out) {
  for (const rules::Finding& finding : report.findings) {
    const Place place = place_of(*report.sources, finding.span);
    out << one_line(place.file.empty() ? "podseer" : place.file) << ':' << std::max(place.line, 1U) << ':'
        << std::max(place.column, 1U) << ": " << name_of(finding.severity) << ": " << one_line(sentence(finding))
        << " [" << finding.rule << "]\n";
    if (!gcc) continue;
    for (const rules::Note& note : finding.notes) {
      const Place related = place_of(*report.sources, note.span);
      if (related.file.empty()) continue;
      out << one_line(related.file) << ':' << related.line << ':' << related.column
          << ": note: " << one_line(note.message) << '\n';
    }
  }
}

}  // namespace

void write_check_unix(const Report& report, const Style&, std::ostream& out) { write_lines(report, false, out); }

void write_check_gcc(const Report& report, const Style&, std::ostream& out) { write_lines(report, true, out); }

void write_check_github(const Report& report, const Style& style, std::ostream& out) {
  std::vector<const rules::Finding*> sorted;
  for (const rules::Finding& finding : report.findings) sorted.push_back(&finding);
  std::stable_sort(sorted.begin(), sorted.end(), [](const rules::Finding* a, const rules::Finding* b) {
    if (a->severity != b->severity) return a->severity > b->severity;
    return a->certainty > b->certainty;
  });
  std::array<std::size_t, 3> told{};
  std::size_t left = 0;
  for (const rules::Finding* finding : sorted) {
    std::size_t& count = told[static_cast<std::size_t>(finding->severity)];
    if (count >= kAnnotations) ++left;
    else ++count, write_annotation(report, style, *finding, out);
  }
  const Summary& sum = report.summary;
  out << "podseer: " << count_of(sum.errors, "error") << ", " << count_of(sum.warnings, "warning") << " in "
      << count_of(sum.objects, "object") << " (" << count_of(sum.files, "file") << ")";
  if (left > 0) out << "; " << left << " more than GitHub shows, see the log or the job summary";
  out << '\n';
}

}  // namespace podseer::report
