// SPDX-License-Identifier: Apache-2.0
// podseer/check/v1: see schemas/check-v1.schema.json.
#include "report/json_writer.hpp"
#include "report/place.hpp"
#include "report/words.hpp"
#include "report/writers.hpp"

namespace podseer::report {
namespace {

void write_related(const Report& report, const rules::Note& note, JsonWriter& json) {
  const Place place = place_of(*report.sources, note.span);
  json.begin_object();
  json.text("file", place.file);
  json.number("line", place.line);
  json.number("column", place.column);
  json.number("endLine", place.end_line);
  json.number("endColumn", place.end_column);
  json.text("message", note.message);
  json.end_object();
}

void write_fix(const Report& report, const rules::Fix& fix, JsonWriter& json) {
  json.object("fix");
  json.text("title", fix.title);
  json.flag("safe", fix.safe);
  json.array("edits");
  for (const rules::Edit& edit : fix.edits) {
    const Place place = place_of(*report.sources, edit.span);
    json.begin_object();
    json.text("file", place.file);
    json.number("begin", edit.span.begin);
    json.number("end", edit.span.end);
    json.text("replacement", edit.replacement);
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

void write_finding(const Report& report, const rules::Finding& finding, JsonWriter& json) {
  const Place place = place_of(*report.sources, finding.span);
  json.begin_object();
  json.text("rule", finding.rule);
  json.text("severity", name_of(finding.severity));
  json.text("certainty", name_of(finding.certainty));
  json.text("message", finding.message);
  json.text("file", place.file);
  json.number("line", place.line);
  json.number("column", place.column);
  json.number("endLine", place.end_line);
  json.number("endColumn", place.end_column);
  json.text("fieldPath", finding.field_path);
  json.object("object");
  json.text("kind", finding.object_kind);
  json.text("namespace", finding.object_namespace);
  json.text("name", finding.object_name);
  json.end_object();
  json.text("predicts", finding.predicts);
  json.array("related");
  for (const rules::Note& note : finding.notes) {
    if (note.span.exists()) write_related(report, note, json);
  }
  json.end_array();
  json.array("notes");
  for (const rules::Note& note : finding.notes) {
    if (!note.span.exists()) json.text(note.message);
  }
  json.end_array();
  json.text("help", finding.help);
  json.text("confirm", finding.confirm);
  json.text("rootCause", finding.root_cause);
  json.text("fingerprint", finding.fingerprint);
  if (finding.fix) write_fix(report, *finding.fix, json);
  json.end_object();
}

}  // namespace

void write_check_json(const Report& report, const Style&, std::ostream& out) {
  JsonWriter json;
  json.begin_object();
  json.text("schema", "podseer/check/v1");
  json.array("findings");
  for (const rules::Finding& finding : report.findings) write_finding(report, finding, json);
  json.end_array();
  json.array("notices");
  for (const Notice& notice : report.notices) {
    json.begin_object();
    json.text("level", name_of(notice.level));
    json.text("message", notice.message);
    json.text("file", notice.file);
    json.end_object();
  }
  json.end_array();
  json.object("summary");
  json.number("objects", static_cast<std::int64_t>(report.summary.objects));
  json.number("files", static_cast<std::int64_t>(report.summary.files));
  json.number("pods", static_cast<std::int64_t>(report.summary.pods));
  json.number("errors", static_cast<std::int64_t>(report.summary.errors));
  json.number("warnings", static_cast<std::int64_t>(report.summary.warnings));
  json.number("notes", static_cast<std::int64_t>(report.summary.notes));
  json.number("hidden", static_cast<std::int64_t>(report.summary.hidden));
  json.end_object();
  json.end_object();
  json.write_to(out);
}

}  // namespace podseer::report
