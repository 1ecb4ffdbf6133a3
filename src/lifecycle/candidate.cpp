// SPDX-License-Identifier: Apache-2.0
// Candidates and node states. How many pods a controller makes: Deployment, ReplicaSet, StatefulSet and
// ReplicationController their replicas, a Job min(parallelism, completions) unless suspended, a CronJob
// one Job's worth; DaemonSets are counted by the scheduler, node by node. Priority: spec.priority, else
// the class's value, else the global default, else 0 (plugin/pkg/admission/priority, v1.34.4).
#include "lifecycle/candidate.hpp"

#include <algorithm>
#include <limits>

#include "lifecycle/node_match.hpp"

namespace podseer::lifecycle {

namespace {

using kube::WorkloadKind;

constexpr std::int64_t kMostReplicas = std::numeric_limits<std::int32_t>::max();  // the field is an int32

std::int64_t sum(std::int64_t a, std::int64_t b) {
  std::int64_t out = 0;
  return __builtin_add_overflow(a, b, &out) ? std::numeric_limits<std::int64_t>::max() : out;
}

std::int64_t priority_of(const kube::PodSpec& spec, const world::World& world) {
  if (spec.priority.set()) return *spec.priority;
  const std::string_view name = *spec.priority_class_name;
  // pkg/apis/scheduling/types.go: SystemCriticalPriority = 2 * HighestUserDefinablePriority.
  if (name == "system-node-critical") return 2000001000;
  if (name == "system-cluster-critical") return 2000000000;
  const auto value_of = [](const kube::Object& object) {
    const yaml::Node* value = object.root->find("value");
    return value == nullptr ? 0 : value->as_int();
  };
  if (!name.empty()) {
    const kube::Object* object = world.find("PriorityClass", {}, name);
    return object == nullptr ? 0 : value_of(*object);
  }
  for (const kube::Object* object : world.all("PriorityClass")) {
    const yaml::Node* global = object->root->find("globalDefault");
    if (global != nullptr && global->as_bool()) return value_of(*object);
  }
  return 0;
}

bool never_preempts(const kube::PodSpec& spec, const world::World& world) {
  if (spec.preemption_policy.set()) return *spec.preemption_policy == "Never";
  const kube::Object* object = world.find("PriorityClass", {}, *spec.priority_class_name);
  const yaml::Node* policy = object == nullptr ? nullptr : object->root->find("preemptionPolicy");
  return policy != nullptr && policy->string_or("") == "Never";
}

std::int64_t wanted_pods(const kube::PodTemplate& pod) {
  switch (pod.workload) {
    case WorkloadKind::Deployment:
    case WorkloadKind::ReplicaSet:
    case WorkloadKind::StatefulSet:
    case WorkloadKind::ReplicationController:
      return std::clamp<std::int64_t>(pod.replicas.set() ? *pod.replicas : 1, 0, kMostReplicas);
    case WorkloadKind::Job:
    case WorkloadKind::CronJob: {
      if (*pod.suspend) return 0;
      const std::int64_t parallel = pod.parallelism.set() ? *pod.parallelism : 1;
      const std::int64_t whole = pod.completions.set() ? *pod.completions : parallel;
      return std::clamp<std::int64_t>(std::min(parallel, whole), 0, kMostReplicas);
    }
    case WorkloadKind::PodTemplate: return 0;
    case WorkloadKind::Pod:
    case WorkloadKind::DaemonSet: return 1;
  }
  return 1;
}

void take_ports(const std::vector<kube::Container>& containers, std::vector<HostPort>& out) {
  for (const kube::Container& container : containers) {
    if (container.init && !container.sidecar()) continue;
    for (std::size_t i = 0; i < container.ports.size(); ++i) {
      const kube::ContainerPort& port = container.ports[i];
      if (*port.host_port <= 0) continue;
      HostPort wanted;
      wanted.protocol = port.protocol->empty() ? std::string_view("TCP") : *port.protocol;
      wanted.ip = port.host_ip->empty() ? std::string_view("0.0.0.0") : *port.host_ip;
      wanted.port = *port.host_port;
      wanted.span = port.host_port.written() ? port.host_port.span : port.container_port.span;
      wanted.field_path = std::string(container.init ? "initContainers[" : "containers[") +
                          std::to_string(container.index) + "].ports[" + std::to_string(i) +
                          (port.host_port.written() ? "].hostPort" : "].containerPort");
      out.push_back(std::move(wanted));
    }
  }
}

// plugin/pkg/admission/runtimeclass: selector merged, tolerations appended. Harmless when admission
// has done it already.
void merge_runtime_class(Candidate& candidate, const world::World& world, std::vector<kube::Toleration>& more) {
  const std::string_view name = *candidate.pod->spec.rare->runtime_class_name;
  const kube::Object* object = name.empty() ? nullptr : world.find("RuntimeClass", {}, name);
  const yaml::Node* scheduling = object == nullptr ? nullptr : object->root->find("scheduling");
  if (object != nullptr && candidate.pod->spec.rare->overhead.empty()) {
    if (const yaml::Node* fixed = object->root->find("overhead", "podFixed")) {
      for (const yaml::Entry& entry : fixed->entries()) {
        const auto amount = kube::Quantity::parse(entry.value.text());
        if (!amount) continue;
        const std::int64_t units = scheduler_units(entry.key, *amount);
        const auto at = std::find_if(candidate.demands.begin(), candidate.demands.end(),
                                     [&entry](const Demand& one) { return one.resource == entry.key; });
        if (at != candidate.demands.end()) {
          at->amount = sum(at->amount, units);
        } else {
          candidate.demands.push_back({entry.key, units, entry.value.span(), nullptr, Demand::List::RuntimeClass});
        }
      }
    }
  }
  if (scheduling == nullptr) return;
  for (const kube::LabelMap::Item& item : kube::LabelMap::read(scheduling->find("nodeSelector")).items) {
    if (candidate.node_selector.find(item.key) == nullptr) candidate.node_selector.items.push_back(item);
  }
  const yaml::Node* tolerations = scheduling->find("tolerations");
  if (tolerations == nullptr) return;
  for (const yaml::Node& one : tolerations->items()) {
    const auto text = [&one](std::string_view key) {
      kube::Text out;
      if (const yaml::Node* node = one.find(key); node != nullptr && node->is_string()) {
        out = {node->text(), node->span(), kube::Origin::Written};
      }
      return out;
    };
    more.push_back({text("key"), text("operator"), text("value"), text("effect"), {}});
  }
}

}  // namespace

Candidate make_candidate(const kube::PodTemplate& pod, const world::World& world) {
  Candidate out;
  out.pod = &pod;
  out.ns =
      pod.owner == nullptr ? std::string_view(world.assumptions().default_namespace) : world.namespace_of(*pod.owner);
  out.labels = pod.labels;
  if (pod.workload == WorkloadKind::Job && pod.owner != nullptr) {
    // pkg/controller/job: both are set on every pod of a Job.
    for (const std::string_view key :
         {std::string_view("job-name"), std::string_view("batch.kubernetes.io/job-name")}) {
      if (out.labels.find(key) == nullptr) out.labels.items.push_back({key, pod.owner->name, {}, {}});
    }
  }
  out.priority = priority_of(pod.spec, world);
  out.demands = requests_of(pod.spec);
  out.node_selector = pod.spec.node_selector;
  out.bound_node = *pod.spec.node_name;
  out.wanted = wanted_pods(pod);
  out.in_order = pod.workload == WorkloadKind::StatefulSet && *pod.pod_management_policy != "Parallel";
  out.ends = *pod.spec.restart_policy == "Always" ? Ends::Never : Ends::Unknown;
  out.never_preempts = never_preempts(pod.spec, world);
  take_ports(pod.spec.containers, out.ports);
  take_ports(pod.spec.init_containers, out.ports);
  std::vector<kube::Toleration> more;
  merge_runtime_class(out, world, more);
  if (pod.workload == WorkloadKind::DaemonSet) {
    for (kube::Toleration& one : daemon_tolerations(*pod.spec.host_network)) more.push_back(one);
  }
  out.tolerations = pod.spec.tolerations;
  if (!more.empty()) {
    more.insert(more.begin(), pod.spec.tolerations.begin(), pod.spec.tolerations.end());
    out.merged_tolerations = std::make_shared<const std::vector<kube::Toleration>>(std::move(more));
    out.tolerations = *out.merged_tolerations;
  }
  return out;
}

std::int64_t NodeState::used_of(std::string_view resource) const {
  for (const auto& [name, amount] : used) {
    if (name == resource) return amount;
  }
  return 0;
}

std::int64_t NodeState::allocatable(std::string_view resource) const {
  for (const auto& [name, amount] : node->allocatable) {
    if (name == resource) return scheduler_units(resource, amount);
  }
  return 0;
}

void NodeState::place(const Candidate& candidate) {
  for (const Demand& demand : candidate.demands) {
    const auto at =
        std::find_if(used.begin(), used.end(), [&demand](const auto& one) { return one.first == demand.resource; });
    if (at != used.end()) {
      at->second = sum(at->second, demand.amount);
    } else {
      used.emplace_back(demand.resource, demand.amount);
    }
  }
  ++pods;
  for (const HostPort& port : candidate.ports) ports.push_back({port.protocol, port.ip, port.port, candidate.id});
  if (!placed.empty() && placed.back().first == candidate.id) {
    ++placed.back().second;
    return;
  }
  placed.emplace_back(candidate.id, 1);
}

std::vector<NodeState> initial_nodes(const world::Cluster& cluster) {
  std::vector<NodeState> out;
  out.reserve(cluster.nodes.size());
  for (const world::ClusterNode& node : cluster.nodes) {
    NodeState state;
    state.node = &node;
    for (const auto& [name, amount] : node.used) state.used.emplace_back(name, scheduler_units(name, amount));
    state.pods = node.used_pods;
    for (const std::int64_t port : node.used_host_ports) {
      state.ports.push_back({"TCP", "0.0.0.0", port, static_cast<CandidateId>(-1)});
    }
    out.push_back(std::move(state));
  }
  return out;
}

const HostPort* port_conflict(const Candidate& candidate, const NodeState& state, const NodeState::Port** taken) {
  // kube-scheduler/framework/types.go, HostPortInfo.CheckConflict: only the literal 0.0.0.0 is a wildcard.
  for (const HostPort& wanted : candidate.ports) {
    for (const NodeState::Port& have : state.ports) {
      if (have.port != wanted.port || have.protocol != wanted.protocol) continue;
      if (have.ip != wanted.ip && have.ip != "0.0.0.0" && wanted.ip != "0.0.0.0") continue;
      if (taken != nullptr) *taken = &have;
      return &wanted;
    }
  }
  return nullptr;
}

}  // namespace podseer::lifecycle
