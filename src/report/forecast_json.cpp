// SPDX-License-Identifier: Apache-2.0
// podseer/forecast/v1: see schemas/forecast-v1.schema.json.
#include "report/group.hpp"
#include "report/json_writer.hpp"
#include "report/words.hpp"
#include "report/writers.hpp"

namespace podseer::report {
namespace {

void write_object(const ObjectRow& row, JsonWriter& json) {
  json.begin_object();
  json.text("file", row.file);
  json.number("document", row.document);
  json.text("kind", row.kind);
  json.text("namespace", row.ns);
  json.text("name", row.name);
  json.text("admission", row.accepted ? "accepted" : "rejected");
  json.text("message", row.message);
  json.array("errors");
  for (const ObjectRow::Error& error : row.errors) {
    json.begin_object();
    json.text("type", error.type);
    json.text("field", error.field);
    json.text("message", error.message);
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

void write_names(std::string_view name, const std::vector<std::string>& values, JsonWriter& json) {
  json.array(name);
  for (const std::string& value : values) json.text(value);
  json.end_array();
}

void write_status(const lifecycle::ContainerStatus& status, JsonWriter& json) {
  using State = lifecycle::ContainerStatus::State;
  json.begin_object();
  json.text("name", status.name);
  json.text("image", status.image);
  json.flag("init", status.init);
  json.text("state", status.state == State::Waiting   ? "waiting"
                     : status.state == State::Running ? "running"
                                                      : "terminated");
  json.text("reason", status.reason);
  json.text("message", status.message);
  if (status.state == State::Terminated) json.number("exitCode", status.exit_code);
  json.number("restartCount", status.restart_count);
  json.flag("started", status.started);
  json.flag("ready", status.ready);
  if (!status.last_reason.empty()) {
    json.object("last");
    json.text("reason", status.last_reason);
    json.number("exitCode", status.last_exit_code);
    json.end_object();
  }
  json.end_object();
}

void write_pod(const lifecycle::Forecast& pod, const WhyIndex& reasons, JsonWriter& json) {
  json.begin_object();
  json.text("owner", owner_of(pod));
  json.text("name", pod.pod_name);
  json.text("namespace", pod.ns);
  json.number("count", pod.count);
  json.text("phase", pod.phase);
  json.text("status", pod.status);
  json.text("ready", pod.ready);
  json.text("restarts", pod.restarts_growing ? "growing" : "none");
  json.text("certainty", name_of(pod.certainty));
  json.text("why", reasons.why(pod));
  json.text("message", pod.message);
  json.text("node", pod.node_name);
  write_names("findings", pod.findings, json);
  write_names("then", pod.then, json);
  json.array("conditions");
  for (const lifecycle::Condition& condition : pod.conditions) {
    json.begin_object();
    json.text("type", condition.type);
    json.text("status", condition.status);
    json.text("reason", condition.reason);
    if (!condition.message.empty()) json.text("message", condition.message);
    json.end_object();
  }
  json.end_array();
  json.array("containers");
  for (const lifecycle::ContainerStatus& status : pod.init_statuses) write_status(status, json);
  for (const lifecycle::ContainerStatus& status : pod.container_statuses) write_status(status, json);
  json.end_array();
  json.end_object();
}

}  // namespace

void write_forecast_json(const Report& report, const Style&, std::ostream& out) {
  JsonWriter json;
  json.begin_object();
  json.text("schema", "podseer/forecast/v1");
  json.array("objects");
  for (const ObjectRow& row : report.objects) write_object(row, json);
  json.end_array();
  json.array("pods");
  const WhyIndex reasons(report);
  for (const lifecycle::Forecast& pod : report.forecasts) write_pod(pod, reasons, json);
  json.end_array();
  json.end_object();
  json.write_to(out);
}

}  // namespace podseer::report
