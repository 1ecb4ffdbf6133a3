// SPDX-License-Identifier: Apache-2.0
// Pod specs and the workloads that stamp them out, with the API server's defaults (facts: admission
// section 5; Kubernetes 1.34): a Deployment has one replica and 25%/25%, a Job one completion.
#include "kube/pod.hpp"

#include <algorithm>
#include <iterator>

#include "kube/pod_read.hpp"
#include "yaml/node.hpp"

namespace podseer::kube {
namespace {

const yaml::Node* present(const yaml::Node& parent, std::string_view key) {
  const yaml::Node* node = parent.find(key);
  return node == nullptr || node->is_null() ? nullptr : node;
}

PodAffinityTerm read_affinity_term(const yaml::Node& node) {
  PodAffinityTerm term;
  term.span = node.span();
  term.label_selector = LabelSelector::read(node.find("labelSelector"));
  term.namespaces = read_views(node.find("namespaces"));
  term.namespace_selector = LabelSelector::read(node.find("namespaceSelector"));
  term.topology_key = read_text(node, "topologyKey");
  term.match_label_keys = read_views(node.find("matchLabelKeys"));
  term.mismatch_label_keys = read_views(node.find("mismatchLabelKeys"));
  return term;
}

void read_affinity(const yaml::Node& spec, PodSpec& pod) {
  static constexpr std::string_view kRequired = "requiredDuringSchedulingIgnoredDuringExecution";
  const yaml::Node* affinity = present(spec, "affinity");
  if (affinity == nullptr) return;
  if (const yaml::Node* node = affinity->find("nodeAffinity")) {
    if (const yaml::Node* required = present(*node, kRequired)) {
      pod.required_node_affinity_present = true;
      pod.node_affinity_span = key_span(*node, kRequired);
      if (const yaml::Node* terms = required->find("nodeSelectorTerms")) {
        for (const yaml::Node& term : terms->items()) {
          pod.required_node_affinity.push_back(NodeSelectorTerm::read(term));
        }
      }
    }
  }
  const auto terms = [&](std::string_view key, std::vector<PodAffinityTerm>& list) {
    const yaml::Node* node = affinity->find(key);
    const yaml::Node* required = node == nullptr ? nullptr : node->find(kRequired);
    if (required == nullptr) return;
    for (const yaml::Node& term : required->items()) list.push_back(read_affinity_term(term));
  };
  terms("podAffinity", pod.required_pod_affinity);
  terms("podAntiAffinity", pod.required_pod_anti_affinity);
}

void read_spread(const yaml::Node& spec, PodSpec& pod) {
  const yaml::Node* list = spec.find("topologySpreadConstraints");
  if (list == nullptr) return;
  for (const yaml::Node& item : list->items()) {
    TopologySpreadConstraint constraint;
    constraint.span = item.span();
    constraint.max_skew = read_number(item, "maxSkew");
    constraint.min_domains = read_number(item, "minDomains");
    constraint.topology_key = read_text(item, "topologyKey");
    constraint.when_unsatisfiable = read_text(item, "whenUnsatisfiable");
    constraint.label_selector = LabelSelector::read(item.find("labelSelector"));
    constraint.node_affinity_policy = read_text(item, "nodeAffinityPolicy");
    constraint.node_affinity_policy.set_default("Honor");
    constraint.node_taints_policy = read_text(item, "nodeTaintsPolicy");
    constraint.node_taints_policy.set_default("Ignore");
    constraint.match_label_keys = read_views(item.find("matchLabelKeys"));
    pod.topology_spread_constraints.push_back(std::move(constraint));
  }
}

// Pod-level security context: its own fields beside those it shares with containers.
void read_pod_security(const yaml::Node& node, RareFields& rare) {
  rare.fs_group = read_number(node, "fsGroup");
  rare.supplemental_groups_policy = read_text(node, "supplementalGroupsPolicy");
  if (const yaml::Node* groups = node.find("supplementalGroups")) {
    for (const yaml::Node& group : groups->items()) {
      rare.supplemental_groups.push_back({group.as_int(), group.span(), Origin::Written});
    }
  }
  if (const yaml::Node* sysctls = node.find("sysctls")) {
    for (const yaml::Node& item : sysctls->items()) {
      rare.sysctls.push_back({read_text(item, "name"), read_text(item, "value")});
    }
  }
}

void read_names(const yaml::Node& spec, std::string_view key, std::string_view field, std::vector<Text>& list) {
  const yaml::Node* nodes = spec.find(key);
  if (nodes == nullptr) return;
  for (const yaml::Node& item : nodes->items()) list.push_back(read_text(item, field));
}

Boxed<RareFields> read_rare(const yaml::Node& spec) {
  static constexpr std::string_view kRare[] = {"runtimeClassName", "hostname",        "os",          "schedulingGates",
                                               "readinessGates",   "securityContext", "hostAliases", "overhead"};
  const auto written = [](const yaml::Entry& entry) {
    return std::find(std::begin(kRare), std::end(kRare), entry.key) != std::end(kRare);
  };
  if (std::none_of(spec.entries().begin(), spec.entries().end(), written)) return {};
  RareFields rare;
  rare.runtime_class_name = read_text(spec, "runtimeClassName");
  rare.hostname = read_text(spec, "hostname");
  if (const yaml::Node* os = present(spec, "os")) rare.os_name = read_text(*os, "name");
  read_names(spec, "schedulingGates", "name", rare.scheduling_gates);
  read_names(spec, "readinessGates", "conditionType", rare.readiness_gates);
  if (const yaml::Node* aliases = spec.find("hostAliases")) {
    for (const yaml::Node& item : aliases->items()) {
      rare.host_aliases.push_back({read_text(item, "ip"), read_texts(item.find("hostnames"))});
    }
  }
  if (const yaml::Node* security = present(spec, "securityContext")) read_pod_security(*security, rare);
  rare.overhead = read_resource_list(spec.find("overhead"));
  return rare;
}

// SetDefaults_Pod: a request that is not written is copied from the limit; hostNetwork copies ports.
void apply_pod_defaults(PodSpec& pod) {
  const auto complete = [&](Container& container) {
    for (const ResourceAmount& limit : container.resources.limits) {
      if (find_resource(container.resources.requests, limit.name) != nullptr) continue;
      ResourceAmount copy = limit;
      copy.origin = Origin::Defaulted;
      container.resources.requests.push_back(copy);
    }
    if (!*pod.host_network) return;
    for (ContainerPort& port : container.ports) {
      if (*port.host_port == 0) port.host_port = {*port.container_port, port.container_port.span, Origin::Defaulted};
    }
  };
  for (Container& container : pod.init_containers) complete(container);
  for (Container& container : pod.containers) complete(container);
}

PodSpec read_pod_spec(const yaml::Node& spec) {
  PodSpec pod;
  pod.node = &spec;
  pod.span = spec.span();
  const auto containers = [&](std::string_view key, std::vector<Container>& list, bool init) {
    const yaml::Node* nodes = spec.find(key);
    if (nodes == nullptr) return;
    list.reserve(nodes->size());
    for (const yaml::Node& node : nodes->items()) {
      if (node.is_mapping()) list.push_back(read_container(node, list.size(), init));
    }
  };
  containers("initContainers", pod.init_containers, true);
  containers("containers", pod.containers, false);
  if (const yaml::Node* volumes = spec.find("volumes")) {
    for (const yaml::Node& node : volumes->items()) {
      if (node.is_mapping()) pod.volumes.push_back(read_volume(node));
    }
  }
  pod.restart_policy = read_text(spec, "restartPolicy");
  pod.restart_policy.set_default("Always");
  pod.termination_grace_period_seconds = read_number(spec, "terminationGracePeriodSeconds");
  pod.termination_grace_period_seconds.set_default(30);
  pod.active_deadline_seconds = read_number(spec, "activeDeadlineSeconds");
  pod.dns_policy = read_text(spec, "dnsPolicy");
  pod.dns_policy.set_default("ClusterFirst");
  pod.node_name = read_text(spec, "nodeName");
  pod.service_account_name = read_text(spec, "serviceAccountName");
  if (pod.service_account_name->empty()) pod.service_account_name = read_text(spec, "serviceAccount");
  pod.scheduler_name = read_text(spec, "schedulerName");
  if (pod.scheduler_name->empty())
    pod.scheduler_name = {"default-scheduler", pod.scheduler_name.span, Origin::Defaulted};
  pod.priority_class_name = read_text(spec, "priorityClassName");
  pod.priority = read_number(spec, "priority");
  pod.preemption_policy = read_text(spec, "preemptionPolicy");
  pod.host_network = read_flag(spec, "hostNetwork");
  pod.host_users = read_flag(spec, "hostUsers");
  pod.automount_service_account_token = read_flag(spec, "automountServiceAccountToken");
  pod.enable_service_links = read_flag(spec, "enableServiceLinks");
  pod.enable_service_links.set_default(true);
  pod.node_selector = LabelMap::read(spec.find("nodeSelector"));
  pod.node_selector_span = key_span(spec, "nodeSelector");
  read_affinity(spec, pod);
  read_spread(spec, pod);
  if (const yaml::Node* tolerations = spec.find("tolerations")) {
    for (const yaml::Node& item : tolerations->items()) {
      pod.tolerations.push_back({read_text(item, "key"), read_text(item, "operator"), read_text(item, "value"),
                                 read_text(item, "effect"), read_number(item, "tolerationSeconds")});
    }
  }
  read_names(spec, "imagePullSecrets", "name", pod.image_pull_secrets);
  pod.rare = read_rare(spec);
  pod.security_context = read_security_context(present(spec, "securityContext"));
  pod.resources = read_resources(spec);
  const yaml::Node* claims = spec.find("resourceClaims");
  pod.has_resource_claims = claims != nullptr && claims->size() > 0;
  apply_pod_defaults(pod);
  return pod;
}

// An int-or-percent as text: "25%" or "1".
Text read_int_or_percent(const yaml::Node* parent, std::string_view key, std::string_view fallback) {
  Text text;
  const yaml::Node* node = parent == nullptr ? nullptr : parent->find(key);
  if (node != nullptr && (node->is_string() || node->is_int())) text = {node->text(), node->span(), Origin::Written};
  text.set_default(fallback);
  return text;
}

void read_controller(const yaml::Node& spec, PodTemplate& pod) {
  const auto replicas = [&] {
    pod.replicas = read_number(spec, "replicas");
    pod.replicas.set_default(1);
    pod.min_ready_seconds = read_number(spec, "minReadySeconds");
  };
  switch (pod.workload) {
    case WorkloadKind::Deployment: {
      replicas();
      pod.selector = LabelSelector::read(spec.find("selector"));
      const yaml::Node* strategy = spec.find("strategy");
      if (strategy != nullptr) pod.strategy = read_text(*strategy, "type");
      if (pod.strategy->empty()) pod.strategy = {"RollingUpdate", spec.span(), Origin::Defaulted};
      if (*pod.strategy == "RollingUpdate") {
        const yaml::Node* rolling = strategy == nullptr ? nullptr : strategy->find("rollingUpdate");
        pod.max_surge = read_int_or_percent(rolling, "maxSurge", "25%");
        pod.max_unavailable = read_int_or_percent(rolling, "maxUnavailable", "25%");
      }
      break;
    }
    case WorkloadKind::ReplicaSet:
      replicas();
      pod.selector = LabelSelector::read(spec.find("selector"));
      break;
    case WorkloadKind::ReplicationController: replicas(); break;
    case WorkloadKind::StatefulSet: {
      replicas();
      pod.selector = LabelSelector::read(spec.find("selector"));
      pod.pod_management_policy = read_text(spec, "podManagementPolicy");
      if (pod.pod_management_policy->empty())
        pod.pod_management_policy = {"OrderedReady", spec.span(), Origin::Defaulted};
      pod.service_name = read_text(spec, "serviceName");
      if (const yaml::Node* ordinals = spec.find("ordinals")) pod.ordinals_start = read_number(*ordinals, "start");
      if (const yaml::Node* strategy = spec.find("updateStrategy")) pod.strategy = read_text(*strategy, "type");
      pod.strategy.set_default("RollingUpdate");
      if (const yaml::Node* claims = spec.find("volumeClaimTemplates")) {
        for (const yaml::Node& claim : claims->items()) {
          const yaml::Node* metadata = claim.find("metadata");
          pod.claim_templates.emplace_back(metadata == nullptr ? Text{} : read_text(*metadata, "name"),
                                           ClaimSpec::read(claim.find("spec")));
        }
      }
      break;
    }
    case WorkloadKind::DaemonSet: {
      pod.selector = LabelSelector::read(spec.find("selector"));
      pod.min_ready_seconds = read_number(spec, "minReadySeconds");
      const yaml::Node* strategy = spec.find("updateStrategy");
      if (strategy != nullptr) pod.strategy = read_text(*strategy, "type");
      pod.strategy.set_default("RollingUpdate");
      const yaml::Node* rolling = strategy == nullptr ? nullptr : strategy->find("rollingUpdate");
      pod.max_surge = read_int_or_percent(rolling, "maxSurge", "0");
      pod.max_unavailable = read_int_or_percent(rolling, "maxUnavailable", "1");
      break;
    }
    case WorkloadKind::Job: {
      pod.completions = read_number(spec, "completions");
      pod.parallelism = read_number(spec, "parallelism");
      pod.indexed = *read_text(spec, "completionMode") == "Indexed";
      if (!pod.completions.set() && !pod.parallelism.set()) pod.completions.set_default(1);
      pod.parallelism.set_default(1);
      pod.backoff_limit = read_number(spec, "backoffLimit");
      pod.backoff_limit.set_default(spec.find("backoffLimitPerIndex") != nullptr ? 2147483647 : 6);
      pod.job_active_deadline_seconds = read_number(spec, "activeDeadlineSeconds");
      pod.ttl_seconds_after_finished = read_number(spec, "ttlSecondsAfterFinished");
      pod.has_pod_failure_policy = present(spec, "podFailurePolicy") != nullptr;
      if (!pod.suspend.set()) pod.suspend = read_flag(spec, "suspend");
      break;
    }
    case WorkloadKind::Pod:
    case WorkloadKind::CronJob:
    case WorkloadKind::PodTemplate: break;
  }
}

struct Known {
  std::string_view group;
  std::string_view kind;
  WorkloadKind workload;
};
constexpr Known kWorkloads[] = {
    {"", "Pod", WorkloadKind::Pod},
    {"", "ReplicationController", WorkloadKind::ReplicationController},
    {"", "PodTemplate", WorkloadKind::PodTemplate},
    {"apps", "Deployment", WorkloadKind::Deployment},
    {"apps", "ReplicaSet", WorkloadKind::ReplicaSet},
    {"apps", "StatefulSet", WorkloadKind::StatefulSet},
    {"apps", "DaemonSet", WorkloadKind::DaemonSet},
    {"batch", "Job", WorkloadKind::Job},
    {"batch", "CronJob", WorkloadKind::CronJob},
};

const Known* find_known(const Object& owner) {
  for (const Known& known : kWorkloads) {
    if (owner.version == "v1" && owner.group == known.group && owner.kind == known.kind) return &known;
  }
  return nullptr;
}

}  // namespace

bool makes_pods(const Object& object) { return find_known(object) != nullptr; }

const Container* PodSpec::find_container(std::string_view name) const {
  for (const Container& container : containers) {
    if (*container.name == name) return &container;
  }
  for (const Container& container : init_containers) {
    if (*container.name == name) return &container;
  }
  return nullptr;
}

const Volume* PodSpec::find_volume(std::string_view name) const {
  for (const Volume& volume : volumes) {
    if (*volume.name == name) return &volume;
  }
  return nullptr;
}

std::optional<PodTemplate> PodTemplate::read(const Object& owner) {
  const Known* known = find_known(owner);
  if (known == nullptr || owner.root == nullptr) return std::nullopt;
  PodTemplate pod;
  pod.owner = &owner;
  pod.workload = known->workload;
  const yaml::Node* spec = owner.root->find("spec");
  const yaml::Node* stamped = nullptr;  // the {metadata, spec} that pods are made from
  switch (pod.workload) {
    case WorkloadKind::Pod:
      stamped = owner.root;
      pod.field_prefix = "spec";
      break;
    case WorkloadKind::PodTemplate:
      stamped = owner.root->find("template");
      pod.field_prefix = "template.spec";
      break;
    case WorkloadKind::CronJob: {
      if (spec == nullptr) return std::nullopt;
      pod.suspend = read_flag(*spec, "suspend");
      pod.schedule = read_text(*spec, "schedule");
      const yaml::Node* job = spec->find("jobTemplate", "spec");
      if (job == nullptr || !job->is_mapping()) return std::nullopt;
      // The Job that a firing makes; a CronJob's own suspend wins over its template's.
      const bool suspended = *pod.suspend;
      pod.workload = WorkloadKind::Job;
      pod.suspend = {};
      read_controller(*job, pod);
      pod.workload = WorkloadKind::CronJob;
      if (suspended) pod.suspend = read_flag(*spec, "suspend");
      stamped = job->find("template");
      pod.field_prefix = "spec.jobTemplate.spec.template.spec";
      break;
    }
    default:
      if (spec == nullptr) return std::nullopt;
      read_controller(*spec, pod);
      stamped = spec->find("template");
      pod.field_prefix = "spec.template.spec";
  }
  if (stamped == nullptr) return std::nullopt;
  const yaml::Node* pod_spec = stamped->find("spec");
  if (pod_spec == nullptr || !pod_spec->is_mapping()) return std::nullopt;
  if (const yaml::Node* metadata = stamped->find("metadata")) {
    pod.labels = LabelMap::read(metadata->find("labels"));
    pod.annotations = LabelMap::read(metadata->find("annotations"));
  }
  pod.spec = read_pod_spec(*pod_spec);
  return pod;
}

std::string_view name_of(WorkloadKind kind) {
  for (const Known& known : kWorkloads) {
    if (known.workload == kind) return known.kind;
  }
  return "Pod";
}

}  // namespace podseer::kube
