// SPDX-License-Identifier: Apache-2.0
// Probes and lifecycle hooks, as the API server 1.34 checks them (validateProbe, validateHandler).
// A port is a number or a name; that the name belongs to a container port is checked by nobody.
// Numbers that are 0 are replaced by their defaults, except the initial delay. lifecycle.stopSignal
// is dropped (gate ContainerStopSignals is off). Worked example: `httpGet: {port: "8080"}` is a
// port name without a letter, and refused.
#include "admission/pod_checks.hpp"

namespace podseer::admission {
namespace {

constexpr std::string_view kSchemes[] = {"HTTP", "HTTPS"};

void validate_http_get(const View& http, const Path& path, Errors& errors) {
  validate_port_number_or_name(http["port"], path.child("port"), errors);
  const View scheme = http["scheme"];
  if (!scheme.str().empty()) require_one_of(scheme, path.child("scheme"), kSchemes, errors);
  const View headers = http["httpHeaders"];
  for (const yaml::Node& node : headers.items()) {
    const View name = view_of(node, headers)["name"];
    add_complaints(kube::check_http_header_name(name.str()), path.child("httpHeaders"), name.span(), quoted(name),
                   errors);
  }
}

void validate_sleep(const View& sleep, const Path& path, const PodFacts& pod, Errors& errors) {
  const View seconds = sleep["seconds"];
  if (seconds.integer() >= 0 && seconds.integer() <= pod.grace_seconds) return;
  invalid_number(
      path, seconds,
      "must be non-negative and less than terminationGracePeriodSeconds (" + std::to_string(pod.grace_seconds) + ")",
      errors);
}

/// Of a probe (`hook` false: exec, httpGet, tcpSocket, grpc) or a hook (sleep instead of grpc).
void validate_handler(const View& handler, const Path& path, bool hook, const PodFacts& pod, Errors& errors) {
  int handlers = 0;
  const std::string_view last = hook ? "sleep" : "grpc";
  for (const std::string_view key :
       {std::string_view("exec"), std::string_view("httpGet"), std::string_view("tcpSocket"), last}) {
    const View action = handler[key];
    if (action.absent()) continue;
    const Path at = path.child(key);
    if (handlers++ > 0) {
      errors.forbidden(at, action, "may not specify more than 1 handler type");
    } else if (key == "exec") {
      if (action["command"].size() == 0) errors.required(at.child("command"), action["command"]);
    } else if (key == "httpGet") {
      validate_http_get(action, at, errors);
    } else if (key == "tcpSocket") {
      validate_port_number_or_name(action["port"], at.child("port"), errors);
    } else if (key == "grpc") {
      const View port = action["port"];
      add_complaints(kube::check_port_number(port.integer()), at.child("port"), port.span(),
                     std::to_string(port.integer()), errors);
    } else {
      validate_sleep(action, at, pod, errors);
    }
  }
  if (handlers == 0) errors.required(path, handler, "must specify a handler type");
}

}  // namespace

void validate_lifecycle(const View& lifecycle, const Path& path, const PodFacts& pod, Errors& errors) {
  for (const std::string_view key : {"postStart", "preStop"}) {
    const View hook = lifecycle[key];
    if (hook.present()) validate_handler(hook, path.child(key), true, pod, errors);
  }
}

void validate_probe(const View& probe, const Path& path, ProbeKind kind, const PodFacts& pod, Errors& errors) {
  if (probe.absent()) return;
  validate_handler(probe, path, false, pod, errors);
  for (const std::string_view key :
       {"initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"}) {
    validate_non_negative(probe[key], path.child(key), errors);
  }
  const View grace = probe["terminationGracePeriodSeconds"];
  const Path grace_path = path.child("terminationGracePeriodSeconds");
  if (grace.present() && grace.integer() <= 0) invalid_number(grace_path, grace, "must be greater than 0", errors);
  if (kind == ProbeKind::Readiness) {
    if (grace.present()) invalid_number(grace_path, grace, "must not be set for readinessProbes", errors);
    return;
  }
  const View success = probe["successThreshold"];
  if (success.integer() != 0 && success.integer() != 1) {
    invalid_number(path.child("successThreshold"), success, "must be 1", errors);
  }
}

}  // namespace podseer::admission
