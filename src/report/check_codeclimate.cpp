// SPDX-License-Identifier: Apache-2.0
// Code Climate's issue list in the form that GitLab reads (artifacts:reports:codequality).
#include "report/json_writer.hpp"
#include "report/place.hpp"
#include "report/uri.hpp"
#include "report/words.hpp"
#include "report/writers.hpp"

namespace podseer::report {
namespace {

/// GitLab's levels: info, minor, major, critical, blocker.
std::string_view level_of(const rules::Finding& finding) {
  switch (finding.severity) {
    case rules::Severity::Error: return finding.certainty == lifecycle::Certainty::Certain ? "blocker" : "critical";
    case rules::Severity::Warning: return "major";
    case rules::Severity::Note: break;
  }
  return "info";
}

}  // namespace

void write_check_codeclimate(const Report& report, const Style& style, std::ostream& out) {
  JsonWriter json;
  json.begin_array();
  for (const rules::Finding& finding : report.findings) {
    const Place place = place_of(*report.sources, finding.span);
    if (place.file.empty()) continue;
    json.begin_object();
    json.text("type", "issue");
    json.text("check_name", finding.rule);
    json.text("description", finding.message + (finding.predicts.empty() ? "" : " (" + finding.predicts + ")"));
    json.array("categories");
    json.text("Bug Risk");
    json.end_array();
    json.text("severity", level_of(finding));
    json.text("fingerprint", finding.fingerprint.empty()
                                 ? finding.rule + ":" + place.file + ":" + std::to_string(place.line) + ":" +
                                       std::to_string(place.column)
                                 : finding.fingerprint);
    json.object("location");
    json.text("path", path_from_root(place.file, style.root));
    json.object("positions");
    json.object("begin");
    json.number("line", place.line);
    json.number("column", place.column);
    json.end_object();
    json.object("end");
    json.number("line", place.end_line);
    json.number("column", place.end_column);
    json.end_object();
    json.end_object();
    json.end_object();
    json.end_object();
  }
  json.end_array();
  json.write_to(out);
}

}  // namespace podseer::report
