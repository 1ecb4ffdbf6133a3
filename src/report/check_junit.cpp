// SPDX-License-Identifier: Apache-2.0
// JUnit XML, as Jenkins, GitLab and Bitbucket read it: a suite a file, a case a finding. A file
// without findings has one case that passes, so that a clean run is not an empty report.
#include <map>

#include "report/place.hpp"
#include "report/text.hpp"
#include "report/words.hpp"
#include "report/writers.hpp"

namespace podseer::report {
namespace {

/// In an attribute a line break is written as a reference: XML would make it a blank, and a CI system
/// that reads the log could take what follows for a command.
std::string attribute(std::string_view text) {
  std::string out;
  for (const char c : xml_escaped(text)) {
    if (c == '\n') {
      out += "&#10;";
    } else if (c == '\r') {
      out += "&#13;";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

/// Text of an element keeps its lines, but none of them begins as a command of a CI system.
std::string content(std::string_view text) {
  std::string out;
  for (const char c : xml_escaped(text)) {
    if (c == '\r') {
      out += "&#13;";
      continue;
    }
    if ((c == ':' || c == '#') && (out.empty() || out.back() == '\n')) out.push_back(' ');
    out.push_back(c);
  }
  return out;
}

void write_case(const Report& report, const rules::Finding& finding, const std::string& file, std::ostream& out) {
  const Place place = place_of(*report.sources, finding.span);
  const std::string object = object_of(finding);
  out << "    <testcase classname=\"" << attribute(file) << "\" name=\"" << attribute(finding.rule)
      << (object.empty() ? "" : " " + attribute(object)) << "\" file=\"" << attribute(file) << "\" line=\""
      << place.line << "\">\n";
  std::string body =
      place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column) + ": " + finding.message;
  for (const rules::Note& note : finding.notes) body += "\n" + note.message;
  if (!finding.help.empty()) body += "\nhelp: " + finding.help;
  if (finding.severity == rules::Severity::Note) {
    out << "      <system-out>" << content(body) << "</system-out>\n";
  } else {
    out << "      <failure type=\"" << name_of(finding.severity) << "\" message=\"" << attribute(finding.message)
        << "\">" << content(body) << "</failure>\n";
  }
  out << "    </testcase>\n";
}

}  // namespace

void write_check_junit(const Report& report, const Style&, std::ostream& out) {
  std::map<std::string, std::vector<const rules::Finding*>> suites;
  for (const ObjectRow& row : report.objects) suites[std::string(row.file)];
  std::size_t failures = 0;
  std::size_t cases = 0;
  for (const rules::Finding& finding : report.findings) {
    const Place place = place_of(*report.sources, finding.span);
    suites[place.file.empty() ? "podseer" : place.file].push_back(&finding);
    failures += finding.severity != rules::Severity::Note;
  }
  for (const auto& [file, findings] : suites) cases += std::max<std::size_t>(1, findings.size());
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"podseer\" tests=\"" << cases
      << "\" failures=\"" << failures << "\">\n";
  for (const auto& [file, findings] : suites) {
    std::size_t failed = 0;
    for (const rules::Finding* finding : findings) failed += finding->severity != rules::Severity::Note;
    out << "  <testsuite name=\"" << attribute(file) << "\" tests=\"" << std::max<std::size_t>(1, findings.size())
        << "\" failures=\"" << failed << "\">\n";
    for (const rules::Finding* finding : findings) write_case(report, *finding, file, out);
    if (findings.empty()) {
      out << "    <testcase classname=\"" << attribute(file) << "\" name=\"no failure predicted\"/>\n";
    }
    out << "  </testsuite>\n";
  }
  out << "</testsuites>\n";
}

}  // namespace podseer::report
