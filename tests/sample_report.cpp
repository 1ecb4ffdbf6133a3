// SPDX-License-Identifier: Apache-2.0
#include "sample_report.hpp"

#include <sstream>

#include "catch.hpp"
#include "paths.hpp"

namespace podseer::tests {

source::SourceSpan SampleReport::span(source::FileId file, std::string_view piece) const {
  const std::size_t at = sources_.file(file).bytes().find(piece);
  REQUIRE(at != std::string_view::npos);
  return {file, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + piece.size())};
}

SampleReport::SampleReport() {
  const source::FileId config =
      sources_.add("k8s/config.yaml", read_file(source_path("testdata/golden/world/config.yaml")));
  const source::FileId web = sources_.add("k8s/web app.yaml", read_file(source_path("testdata/golden/world/web.yaml")));
  owner_.kind = "Deployment";
  owner_.name = "web";
  owner_.ns = "shop";
  owner_.file = web;
  owner_.name_span = span(web, "web");
  pod_.owner = &owner_;
  pod_.workload = kube::WorkloadKind::Deployment;

  rules::Finding key;
  key.rule = "POD402";
  key.message = "container 'web' cannot be created: ConfigMap 'app-config' has no key 'LOG_LEVL'";
  key.label = "no such key";
  key.span = span(web, "LOG_LEVL");
  key.notes = {{span(config, "LOG_LEVEL"), "did you mean this key?"},
               {span(web, "app-config"), "this ConfigMap is given"},
               {{}, "optional is not true"}};
  key.help = "write `key: LOG_LEVEL`, or add the key to the ConfigMap";
  key.confirm = "kubectl describe pod -n shop -l app=web";
  key.predicts = "CreateContainerConfigError";
  key.field_path = "spec.template.spec.containers[0].env[0].valueFrom.configMapKeyRef.key";
  key.object_kind = "Deployment";
  key.object_namespace = "shop";
  key.object_name = "web";
  key.fix = rules::Fix{"Write LOG_LEVEL", {{key.span, "LOG_LEVEL"}}, true};
  key.fingerprint = "0123456789abcdef";
  key.root_cause = "ConfigMap/shop/app-config";

  rules::Finding secret;
  secret.rule = "POD109";
  secret.certainty = lifecycle::Certainty::Certain;
  secret.message = "Secret \"app-secret\" is invalid: illegal base64 data at input byte 16";
  secret.span = span(config, "aHVudGVyMmh1bnRlcjI");
  secret.label = "not base64";
  secret.object_kind = "Secret";
  secret.object_namespace = "shop";
  secret.object_name = "app-secret";
  secret.fingerprint = "fedcba9876543210";

  rules::Finding other = key;
  other.certainty = lifecycle::Certainty::Likely;
  other.severity = rules::Severity::Warning;
  other.span = span(web, "DB_PASSWORD");
  other.message = "percent % comma, colon: and a line\nbreak; markup <b>&amp; | `code` [x](1)";
  other.notes = {{span(web, "hunter2hunter2"), "a value that nobody may see"}};
  other.fix.reset();
  other.fingerprint = "00000000000000aa";

  rules::Finding note;
  note.rule = "POD304";
  note.severity = rules::Severity::Note;
  note.certainty = lifecycle::Certainty::Possible;
  note.message = "the tag may move";
  note.span = span(web, "nginx:1.27");
  note.predicts = "ImagePullBackOff";
  note.object_kind = "Deployment";
  note.object_namespace = "shop";
  note.object_name = "web";
  note.fingerprint = "00000000000000bb";
  findings_ = {secret, key, other, note};

  lifecycle::Forecast row;
  row.pod = &pod_;
  row.pod_name = "web-*";
  row.ns = "shop";
  row.count = 3;
  row.phase = "Pending";
  row.status = "CreateContainerConfigError";
  row.ready = "0/1";
  row.reason_text = "configmap key missing";
  row.findings = {"POD402"};
  row.then = {"ImagePullBackOff", "Running"};
  row.conditions = {{"PodScheduled", "True", "", ""},
                    {"Ready", "False", "ContainersNotReady", "containers with unready status: [web]"}};
  lifecycle::ContainerStatus status;
  status.name = "web";
  status.image = "nginx:1.27";
  status.reason = "CreateContainerConfigError";
  status.message = "couldn't find key LOG_LEVL in ConfigMap shop/app-config";
  row.container_statuses = {status};
  row.timeline = {
      {"web", false, {{0, 2, "waiting", "ContainerCreating"}, {2, 300, "waiting", "CreateContainerConfigError"}}}};
  forecasts_ = {row};

  objects_ = {{"k8s/config.yaml", 0, "ConfigMap", "shop", "app-config", true, "", {}},
              {"k8s/config.yaml",
               1,
               "Secret",
               "shop",
               "app-secret",
               false,
               "illegal base64 data at input byte 16",
               {{"WrongType", "", "illegal base64 data at input byte 16"}}},
              {"k8s/web app.yaml", 0, "Deployment", "shop", "web", true, "", {}}};
  secrets_ = {span(config, "aHVudGVyMmh1bnRlcjI"), span(web, "hunter2hunter2")};

  report_.sources = &sources_;
  report_.findings = findings_;
  report_.forecasts = forecasts_;
  report_.objects = objects_;
  report_.secrets = secrets_;
  report_.summary.files = 2;
  report_.summary.objects = 3;
  report_.summary.pods = 3;
  report_.summary.errors = 2;
  report_.summary.warnings = 1;
  report_.summary.notes = 1;
  report_.summary.hidden = 1;
}

std::string SampleReport::write(report::CheckWriter writer, const report::Style& style) const {
  REQUIRE(writer != nullptr);
  std::ostringstream out;
  writer(report_, style, out);
  return out.str();
}

}  // namespace podseer::tests
