// SPDX-License-Identifier: Apache-2.0
// A pod spec as a whole, in the order in which the API server 1.34 checks it (ValidatePodSpec,
// ValidatePodCreate, ValidatePodTemplateSpec). Pods and templates differ: a Pod's requests are
// filled from its limits, its hostPorts from hostNetwork, its image must not be padded with blanks,
// and a negative grace period becomes 1. hostnameOverride is dropped (its gate is off). Worked
// example: a Deployment without spec.template.spec gives `spec.template.spec.containers: Required
// value`.
#include "admission/effective_pod.hpp"
#include "admission/pod_checks.hpp"

namespace podseer::admission {
namespace {

constexpr std::string_view kRestartPolicies[] = {"Always", "OnFailure", "Never"};
constexpr std::string_view kDnsPolicies[] = {"ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"};
constexpr std::string_view kPreemptionPolicies[] = {"PreemptLowerPriority", "Never"};
constexpr std::int64_t kDefaultGraceSeconds = 30;   // v1.DefaultTerminationGracePeriodSeconds
constexpr std::int64_t kDeadlineMax = 2147483647;   // math.MaxInt32
constexpr std::size_t kNameserversMax = 3;          // MaxDNSNameservers
constexpr std::size_t kSearchesMax = 32;            // MaxDNSSearchPaths
constexpr std::size_t kSearchCharactersMax = 2048;  // MaxDNSSearchListChars

PodFacts facts_of(const View& spec, const PodSpecContext& context) {
  PodFacts pod;
  pod.spec = spec;
  pod.context = &context;
  pod.host_network = spec["hostNetwork"].flag();
  const View host_users = spec["hostUsers"];
  pod.host_users = host_users.absent() || host_users.flag();
  pod.restart_policy = spec["restartPolicy"].str();
  if (pod.restart_policy.empty()) pod.restart_policy = "Always";
  pod.grace_seconds = spec["terminationGracePeriodSeconds"].integer(kDefaultGraceSeconds);
  if (pod.is_pod() && pod.grace_seconds < 0) pod.grace_seconds = 1;
  pod.os = spec["os"]["name"].str();
  return pod;
}

/// On a Pod a hostPort that is absent was copied from the containerPort; templates may leave it
/// out.
void validate_host_network_ports(const Path& path, const PodFacts& pod, Errors& errors) {
  if (!pod.host_network) return;
  const View containers = pod.spec["containers"];
  const Path containers_path = path.child("containers");
  std::size_t i = 0;
  for (const yaml::Node& node : containers.items()) {
    const Path container_path = containers_path.index(i++);
    const Path ports_path = container_path.child("ports");
    const View ports = view_of(node, containers)["ports"];
    std::size_t k = 0;
    for (const yaml::Node& port_node : ports.items()) {
      const View port = view_of(port_node, ports);
      const Path at = ports_path.index(k++);
      const View host_port = port["hostPort"];
      if (host_port.integer() == 0 || host_port.integer() == port["containerPort"].integer()) continue;
      invalid_number(at.child("hostPort"), host_port, "must match `containerPort` when `hostNetwork` is true", errors);
    }
  }
}

/// A search domain: labels that may begin with `_`, joined by dots.
bool is_search_domain(std::string_view text) {
  const auto edge = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  while (true) {
    const std::size_t dot = text.find('.');
    std::string_view label = text.substr(0, dot);
    if (label.starts_with('_')) label.remove_prefix(1);
    if (label.empty() || !edge(label.front()) || !edge(label.back())) return false;
    for (const char c : label) {
      if (!edge(c) && c != '-' && c != '_') return false;
    }
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

void validate_search(const View& search, const Path& path, Errors& errors) {
  constexpr std::size_t kDomainMax = 253;  // DNS1123SubdomainMaxLength
  std::string_view text = search.str();
  if (text == ".") return;
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.size() > kDomainMax) errors.invalid(path, search, go_quote(text), kube::max_length_message(kDomainMax));
  if (is_search_domain(text)) return;
  errors.invalid(path, search, go_quote(text),
                 "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric "
                 "characters, '_', '-' or '.', "
                 "and must start and end with an alphanumeric character (e.g. 'example.com', regex "
                 "used for validation "
                 "is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')");
}

void validate_dns_config(const View& config, std::string_view policy, const Path& path, Errors& errors) {
  const View servers = config["nameservers"];
  const Path servers_path = path.child("nameservers");
  if (policy == "None") {
    if (config.absent()) {
      errors.required(path, config, "must provide `dnsConfig` when `dnsPolicy` is None");
      return;
    }
    if (servers.size() == 0) {
      errors.required(servers_path, servers, "must provide at least one DNS nameserver when `dnsPolicy` is None");
      return;
    }
  }
  if (config.absent()) return;
  if (servers.size() > kNameserversMax) {
    errors.invalid(servers_path, servers, "must not have more than 3 nameservers");
  }
  std::size_t i = 0;
  for (const yaml::Node& node : servers.items()) {
    const View server = view_of(node, servers);
    add_complaints(kube::check_ip(server.str()), servers_path.index(i++), server, errors);
  }
  const View searches = config["searches"];
  const Path searches_path = path.child("searches");
  if (searches.size() > kSearchesMax)
    errors.invalid(searches_path, searches, "must not have more than 32 search paths");
  std::size_t characters = searches.size() > 0 ? searches.size() - 1 : 0;
  for (const yaml::Node& node : searches.items()) characters += node.string_or("").size();
  if (characters > kSearchCharactersMax) {
    errors.invalid(searches_path, searches,
                   "must not have more than 2048 characters (including spaces) in the search list");
  }
  i = 0;
  for (const yaml::Node& node : searches.items())
    validate_search(view_of(node, searches), searches_path.index(i++), errors);
  const View options = config["options"];
  const Path options_path = path.child("options");
  i = 0;
  for (const yaml::Node& node : options.items()) {
    const View name = view_of(node, options)["name"];
    const Path at = options_path.index(i++);
    if (name.str().empty()) errors.required(at, name, "must not be empty");
  }
}

void validate_gates(const Path& path, const PodFacts& pod, Errors& errors) {
  const View readiness = pod.spec["readinessGates"];
  const Path readiness_path = path.child("readinessGates");
  std::size_t i = 0;
  for (const yaml::Node& node : readiness.items()) {
    const View type = view_of(node, readiness)["conditionType"];
    const Path at = readiness_path.index(i++);
    add_complaints(kube::check_qualified_name(type.str()), at.child("conditionType"), type.span(), quoted(type),
                   errors);
  }
  const View scheduling = pod.spec["schedulingGates"];
  const Path scheduling_path = path.child("schedulingGates");
  SeenNames names;
  i = 0;
  for (const yaml::Node& node : scheduling.items()) {
    const View name = view_of(node, scheduling)["name"];
    const Path at = scheduling_path.index(i++);
    add_complaints(kube::check_qualified_name(name.str()), at, name.span(), quoted(name), errors);
    if (!names.add(name.str())) errors.add(ErrorType::Duplicate, at, name.span(), "Duplicate value: " + quoted(name));
  }
}

void validate_host_aliases(const View& aliases, const Path& path, Errors& errors) {
  std::size_t i = 0;
  for (const yaml::Node& node : aliases.items()) {
    const View alias = view_of(node, aliases);
    const Path at = path.index(i++);
    const View ip = alias["ip"];
    add_complaints(kube::check_ip(ip.str()), at.child("ip"), ip.span(), quoted(ip), errors);
    const View names = alias["hostnames"];
    const Path names_path = at.child("hostnames");
    std::size_t k = 0;
    for (const yaml::Node& name_node : names.items()) {
      const View name = view_of(name_node, names);
      add_complaints(kube::check_dns_subdomain(name.str()), names_path.index(k++), name.span(), quoted(name), errors);
    }
  }
}

/// A name that may be empty, and is a DNS subdomain otherwise.
void validate_reference(std::string_view key, const Path& path, const PodFacts& pod, Errors& errors) {
  const View name = pod.spec[key];
  if (!name.str().empty()) add_complaints(kube::check_dns_subdomain(name.str()), path.child(key), name, errors);
}

void validate_host_names(const Path& path, const PodFacts& pod, Errors& errors) {
  if (pod.context->ignore_host_names) return;
  for (const std::string_view key : {"hostname", "subdomain"}) {
    const View name = pod.spec[key];
    if (!name.str().empty()) add_complaints(kube::check_dns_label(name.str()), path.child(key), name, errors);
  }
}

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// What a Pod is checked for and a template is not.
void validate_pod_only(const Path& path, const View& spec, Errors& errors) {
  for (const std::string_view list : {"containers", "initContainers"}) {
    const View containers = spec[list];
    const Path list_path = path.child(list);
    std::size_t i = 0;
    for (const yaml::Node& node : containers.items()) {
      const View image = view_of(node, containers)["image"];
      const Path at = list_path.index(i++);
      if (image.str().empty() || (!is_blank(image.str().front()) && !is_blank(image.str().back()))) continue;
      invalid_text(at.child("image"), image, "must not have leading or trailing whitespace", errors);
    }
  }
}

}  // namespace

void validate_pod_spec(const View& spec, const Path& path, const PodSpecContext& context, Errors& errors) {
  PodFacts pod = facts_of(spec, context);
  validate_volumes(path.child("volumes"), pod, errors);
  validate_resource_claims(path.child("resourceClaims"), pod, errors);
  validate_containers(path.child("containers"), pod, errors);
  validate_init_containers(path.child("initContainers"), pod, errors);
  validate_ephemeral_containers(path.child("ephemeralContainers"), pod, errors);
  validate_pod_resources(path, pod, errors);
  validate_host_network_ports(path, pod, errors);
  if (const View policy = spec["restartPolicy"]; !policy.str().empty()) {
    require_one_of(policy, path.child("restartPolicy"), kRestartPolicies, errors);
  }
  const View dns_policy = spec["dnsPolicy"];
  if (!dns_policy.str().empty()) require_one_of(dns_policy, path.child("dnsPolicy"), kDnsPolicies, errors);
  validate_node_selector(spec["nodeSelector"], path.child("nodeSelector"), errors);
  validate_pod_security_context(path, pod, errors);
  validate_affinity(spec["affinity"], path.child("affinity"), pod, errors);
  validate_dns_config(spec["dnsConfig"], dns_policy.str(), path.child("dnsConfig"), errors);
  validate_gates(path, pod, errors);
  validate_topology_spread(spec["topologySpreadConstraints"], path.child("topologySpreadConstraints"), pod, errors);
  validate_windows_host_process(path, pod, errors);
  validate_host_users(path, pod, errors);
  if (spec["serviceAccountName"].str().empty()) {
    // The deprecated spelling is copied; its errors are reported under the new one.
    const View old = spec["serviceAccount"];
    if (!old.str().empty()) {
      add_complaints(kube::check_dns_subdomain(old.str()), path.child("serviceAccountName"), old, errors);
    }
  } else {
    validate_reference("serviceAccountName", path, pod, errors);
  }
  validate_reference("nodeName", path, pod, errors);
  if (const View deadline = spec["activeDeadlineSeconds"]; deadline.present()) {
    add_complaints(kube::check_in_range(deadline.integer(), 1, kDeadlineMax), path.child("activeDeadlineSeconds"),
                   deadline, errors);
  }
  validate_host_names(path, pod, errors);
  validate_tolerations(spec["tolerations"], path.child("tolerations"), errors);
  validate_host_aliases(spec["hostAliases"], path.child("hostAliases"), errors);
  validate_reference("priorityClassName", path, pod, errors);
  if (const View runtime = spec["runtimeClassName"]; runtime.present()) {
    add_complaints(kube::check_dns_subdomain(runtime.str()), path.child("runtimeClassName"), runtime, errors);
  }
  if (const View policy = spec["preemptionPolicy"]; policy.present()) {
    if (policy.str().empty()) {
      errors.required(path.child("preemptionPolicy"), policy);
    } else {
      require_one_of(policy, path.child("preemptionPolicy"), kPreemptionPolicies, errors);
    }
  }
  validate_overhead(spec["overhead"], path.child("overhead"), errors);
  validate_os(path, pod, errors);
}

void validate_pod_template(const View& pod_template, const Path& path, const PodSpecContext& context, Errors& errors) {
  const View metadata = pod_template["metadata"];
  const View annotations = metadata["annotations"];
  const View spec = pod_template["spec"];
  const Path spec_path = path.child("spec");
  validate_labels(metadata["labels"], path.child("labels"), errors);
  validate_annotations(annotations, path.child("annotations"), errors);
  validate_pod_annotations(annotations, path.child("annotations"), spec, errors);
  validate_pod_spec(spec, spec_path, context, errors);
  validate_annotations_match_fields(annotations, spec, spec_path, errors);
  const View ephemeral = spec["ephemeralContainers"];
  if (ephemeral.size() > 0) {
    errors.forbidden(spec_path.child("ephemeralContainers"), ephemeral,
                     "ephemeral containers not allowed in pod template");
  }
}

void validate_pod(const View& root, const kube::Object&, Errors& errors) {
  const View metadata = root["metadata"];
  const View annotations = metadata["annotations"];
  const View spec = root["spec"];
  const Path metadata_path("metadata");
  const Path path("spec");
  validate_object_meta(metadata, metadata_path, NameRule::Subdomain, true, errors);
  validate_pod_annotations(annotations, metadata_path.child("annotations"), spec, errors);
  PodSpecContext context;
  context.is_template = false;
  context.metadata = metadata;
  validate_pod_spec(spec, path, context, errors);
  validate_pod_only(path, spec, errors);
  const View ephemeral = spec["ephemeralContainers"];
  if (ephemeral.size() > 0) errors.forbidden(path.child("ephemeralContainers"), ephemeral, "cannot be set on create");
  if (!spec["nodeName"].str().empty() && spec["schedulingGates"].size() > 0) {
    errors.forbidden(path.child("nodeName"), spec["nodeName"],
                     "cannot be set until all schedulingGates have been cleared");
  }
  validate_annotations_match_fields(annotations, spec, path, errors);
}

void validate_pod_template_object(const View& root, const kube::Object&, Errors& errors) {
  validate_object_meta(root["metadata"], Path("metadata"), NameRule::Subdomain, true, errors);
  PodSpecContext context;
  const View pod_template = root["template"];
  context.metadata = pod_template["metadata"];
  validate_pod_template(pod_template, Path("template"), context, errors);
}

void validate_as_pod(const PodSource& pod, Errors& errors) {
  const Path path("spec");
  const View& spec = pod.spec;
  // Everything but the image passed as a template already; only these parts are judged differently.
  bool differs = spec["hostNetwork"].flag() || spec["affinity"].present() || spec["resources"].present() ||
                 spec["topologySpreadConstraints"].size() > 0 || spec["terminationGracePeriodSeconds"].integer() < 0;
  const View volumes = spec["volumes"];
  for (const yaml::Node& node : volumes.items()) differs = differs || view_of(node, volumes)["ephemeral"].present();
  if (differs) {
    PodSpecContext context;
    context.is_template = false;
    context.metadata = pod.metadata;
    if (pod.workload == kube::WorkloadKind::StatefulSet) {
      context.ignore_host_names = true;
      context.claim_templates = View(pod.owner->root, pod.owner->name_span)["spec"]["volumeClaimTemplates"];
    }
    validate_pod_spec(spec, path, context, errors);
  }
  validate_pod_only(path, spec, errors);
}

}  // namespace podseer::admission
