// SPDX-License-Identifier: Apache-2.0
// Containers of a pod, as the API server 1.34 checks them (validateContainers,
// validateInitContainers, validateEphemeralContainers). Names are unique across main and init
// containers. The image's syntax is never checked here; surrounding blanks are, but on Pods only: a
// Deployment with ` nginx` is accepted and its pods are refused. An init container may have probes
// and hooks only as a sidecar. restartPolicy of a main container, and of an init container any but
// Always, is dropped (gate ContainerRestartRules is off).
#include "admission/pod_checks.hpp"

namespace podseer::admission {
namespace {

constexpr std::string_view kPullPolicies[] = {"Always", "IfNotPresent", "Never"};
constexpr std::string_view kProtocols[] = {"SCTP", "TCP", "UDP"};
constexpr std::string_view kTerminationPolicies[] = {"File", "FallbackToLogsOnError"};
constexpr std::string_view kResizeResources[] = {"cpu", "memory"};
constexpr std::string_view kResizePolicies[] = {"NotRequired", "RestartContainer"};

/// hostPort as the server sees it: on a Pod with hostNetwork an absent one is the containerPort.
std::int64_t host_port_of(const View& port, const PodFacts& pod) {
  const std::int64_t written = port["hostPort"].integer();
  if (written != 0 || !pod.is_pod() || !pod.host_network) return written;
  return port["containerPort"].integer();
}

void validate_ports(const View& ports, const Path& path, const PodFacts& pod, Errors& errors) {
  SeenNames names;
  std::size_t i = 0;
  for (const yaml::Node& node : ports.items()) {
    const View port = view_of(node, ports);
    const Path at = path.index(i++);
    const View name = port["name"];
    if (!name.str().empty()) {
      const kube::Complaints complaints = kube::check_port_name(name.str());
      add_complaints(complaints, at.child("name"), name, errors);
      if (complaints.empty() && !names.add(name.str())) errors.duplicate(at.child("name"), name);
    }
    const View container_port = port["containerPort"];
    if (container_port.integer() == 0) {
      errors.required(at.child("containerPort"), container_port);
    } else {
      add_complaints(kube::check_port_number(container_port.integer()), at.child("containerPort"), container_port,
                     errors);
    }
    const std::int64_t host_port = host_port_of(port, pod);
    if (host_port != 0) {
      const View place = port["hostPort"].integer() != 0 ? port["hostPort"] : container_port;
      add_complaints(kube::check_port_number(host_port), at.child("hostPort"), place.span(), std::to_string(host_port),
                     errors);
    }
    const View protocol = port["protocol"];
    if (!protocol.str().empty()) require_one_of(protocol, at.child("protocol"), kProtocols, errors);
  }
}

void validate_resize_policy(const View& policies, const Path& path, const PodFacts& pod, Errors& errors) {
  SeenNames seen;
  std::size_t i = 0;
  for (const yaml::Node& node : policies.items()) {
    const View policy = view_of(node, policies);
    const View resource = policy["resourceName"];
    const View restart = policy["restartPolicy"];
    const Path at = path.index(i++);
    if (!seen.add(resource.str())) errors.duplicate(at, resource);
    if (resource.str().empty()) {
      errors.required(path, resource);
    } else {
      require_one_of(resource, path, kResizeResources, errors);
    }
    if (restart.str().empty()) {
      errors.required(path, restart);
    } else {
      require_one_of(restart, path, kResizePolicies, errors);
    }
    if (pod.restart_policy == "Never" && restart.str() != "NotRequired") {
      invalid_text(path, restart, "must be 'NotRequired' when `restartPolicy` is 'Never'", errors);
    }
  }
}

/// What every kind of container is checked for.
void validate_common(const View& container, const Path& path, const PodFacts& pod, Errors& errors) {
  const View name = container["name"];
  if (name.str().empty()) {
    errors.required(path.child("name"), name);
  } else {
    add_complaints(kube::check_dns_label(name.str()), path.child("name"), name, errors);
  }
  const View image = container["image"];
  if (image.str().empty()) errors.required(path.child("image"), image);
  const View policy = container["terminationMessagePolicy"];
  if (!policy.str().empty()) {
    require_one_of(policy, path.child("terminationMessagePolicy"), kTerminationPolicies, errors);
  }
  validate_ports(container["ports"], path.child("ports"), pod, errors);
  validate_env(container["env"], path.child("env"), errors);
  validate_env_from(container["envFrom"], path.child("envFrom"), errors);
  validate_volume_mounts(container, path.child("volumeMounts"), pod, errors);
  validate_volume_devices(container, path.child("volumeDevices"), pod, errors);
  const View pull = container["imagePullPolicy"];
  if (!pull.str().empty()) require_one_of(pull, path.child("imagePullPolicy"), kPullPolicies, errors);
  validate_resources(container["resources"], path.child("resources"), pod, errors);
  validate_resize_policy(container["resizePolicy"], path.child("resizePolicy"), pod, errors);
  validate_security_context(container["securityContext"], path.child("securityContext"), pod, errors);
}

void validate_probes(const View& container, const Path& path, const PodFacts& pod, Errors& errors) {
  validate_lifecycle(container["lifecycle"], path.child("lifecycle"), pod, errors);
  validate_probe(container["livenessProbe"], path.child("livenessProbe"), ProbeKind::Liveness, pod, errors);
  validate_probe(container["readinessProbe"], path.child("readinessProbe"), ProbeKind::Readiness, pod, errors);
  validate_probe(container["startupProbe"], path.child("startupProbe"), ProbeKind::Startup, pod, errors);
}

/// `seen` keeps "TCP/ip/port" of the containers so far; text is only built for ports that are set.
void collect_host_ports(const View& container, const Path& path, const PodFacts& pod, std::vector<std::string>& seen,
                        Errors& errors) {
  const Path ports_path = path.child("ports");
  const View ports = container["ports"];
  std::size_t i = 0;
  for (const yaml::Node& node : ports.items()) {
    const View port = view_of(node, ports);
    const Path at = ports_path.index(i++);
    const std::int64_t host_port = host_port_of(port, pod);
    if (host_port == 0) continue;
    const std::string_view protocol = port["protocol"].str();
    std::string key = std::string(protocol.empty() ? "TCP" : protocol) + "/" + std::string(port["hostIP"].str()) + "/" +
                      std::to_string(host_port);
    bool found = false;
    for (const std::string& one : seen) found = found || one == key;
    if (found) {
      const View place = port["hostPort"].present() ? port["hostPort"] : port["containerPort"];
      errors.add(ErrorType::Duplicate, at.child("hostPort"), place.span(), "Duplicate value: " + go_quote(key));
    } else if (seen.size() < 4096) {  // a pod with more has other worries; keeps hostile lists cheap
      seen.push_back(std::move(key));
    }
  }
}

}  // namespace

void validate_containers(const Path& path, const PodFacts& pod, Errors& errors) {
  const View containers = pod.spec["containers"];
  if (containers.size() == 0) {
    errors.required(path, containers);
    return;
  }
  SeenNames names;
  std::size_t i = 0;
  for (const yaml::Node& node : containers.items()) {
    const View container = view_of(node, containers);
    const Path at = path.index(i++);
    validate_common(container, at, pod, errors);
    const View name = container["name"];
    if (!names.add(name.str()))
      errors.add(ErrorType::Duplicate, at.child("name"), name.span(), "Duplicate value: " + quoted(name));
    validate_probes(container, at, pod, errors);
  }
  std::vector<std::string> ports;
  i = 0;
  for (const yaml::Node& node : containers.items()) {
    const Path at = path.index(i++);
    collect_host_ports(view_of(node, containers), at, pod, ports, errors);
  }
}

void validate_init_containers(const Path& path, const PodFacts& pod, Errors& errors) {
  const View containers = pod.spec["initContainers"];
  if (containers.size() == 0) return;
  SeenNames names;
  for (const yaml::Node& node : pod.spec["containers"].items()) names.add(view_of(node, pod.spec)["name"].str());
  constexpr std::string_view kSidecarOnly[] = {"lifecycle", "livenessProbe", "readinessProbe", "startupProbe"};
  std::size_t i = 0;
  for (const yaml::Node& node : containers.items()) {
    const View container = view_of(node, containers);
    const Path at = path.index(i++);
    validate_common(container, at, pod, errors);
    const View name = container["name"];
    if (names.has(name.str())) {
      errors.add(ErrorType::Duplicate, at.child("name"), name.span(), "Duplicate value: " + quoted(name));
    } else if (!name.str().empty()) {
      names.add(name.str());
    }
    std::vector<std::string> ports;
    collect_host_ports(container, path.index(0), pod, ports,
                       errors);  // the server counts from 0 here
    if (container["restartPolicy"].str() == "Always") {
      validate_probes(container, at, pod, errors);
      continue;
    }
    for (const std::string_view key : kSidecarOnly) {
      const View field = container[key];
      if (field.absent()) continue;
      // A lifecycle that holds nothing but stopSignal is dropped whole.
      if (key == "lifecycle" && field["postStart"].absent() && field["preStop"].absent() &&
          field["stopSignal"].present()) {
        continue;
      }
      errors.forbidden(at.child(key), field, "may not be set for init containers without restartPolicy=Always");
    }
  }
}

void validate_ephemeral_containers(const Path& path, const PodFacts& pod, Errors& errors) {
  const View containers = pod.spec["ephemeralContainers"];
  if (containers.size() == 0) return;
  SeenNames names, others;
  for (const std::string_view list : {"containers", "initContainers"}) {
    for (const yaml::Node& node : pod.spec[list].items()) {
      names.add(view_of(node, pod.spec)["name"].str());
      others.add(view_of(node, pod.spec)["name"].str());
    }
  }
  constexpr std::string_view kForbidden[] = {"ports",        "resources", "livenessProbe", "readinessProbe",
                                             "startupProbe", "lifecycle", "resizePolicy"};
  std::size_t i = 0;
  for (const yaml::Node& node : containers.items()) {
    const View container = view_of(node, containers);
    const Path at = path.index(i++);
    validate_common(container, at, pod, errors);
    const View image = container["image"];
    if (!image.str().empty() && (image.str().front() == ' ' || image.str().back() == ' ')) {
      invalid_text(at.child("image"), image, "must not have leading or trailing whitespace", errors);
    }
    const View name = container["name"];
    if (!names.add(name.str())) {
      errors.add(ErrorType::Duplicate, at.child("name"), name.span(), "Duplicate value: " + quoted(name));
    }
    const View target = container["targetContainerName"];
    if (!target.str().empty() && !others.has(target.str())) errors.not_found(at.child("targetContainerName"), target);
    for (const std::string_view key : kForbidden) {
      const View field = container[key];
      const bool set = key == "resources" ? field.size() > 0 : field.present();
      if (set) errors.forbidden(at.child(key), field, "cannot be set for an Ephemeral Container");
    }
  }
}

}  // namespace podseer::admission
