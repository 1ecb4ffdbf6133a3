// SPDX-License-Identifier: Apache-2.0
// The kubelet's admission (pkg/kubelet/kubelet.go handler order, pkg/kubelet/sysctl,
// pkg/kubelet/lifecycle/predicate.go, pkg/security/apparmor, v1.34.4). A refused pod is Failed for
// good, and its STATUS is the reason; controllers make the next one at once. Only sysctls, the
// operating system and AppArmor concern pods that the scheduler placed; sizes, labels, ports and
// NoExecute taints are compared again for pods with spec.nodeName, NoSchedule taints never.
// Worked example: nodeName with a request of 4 CPUs on a node of 1900m: `OutOfcpu`, "Node didn't have
// enough resource: cpu, requested: 4000, used: 85, capacity: 1900".
#include "lifecycle/node_admission.hpp"

#include <algorithm>
#include <array>

#include "lifecycle/node_match.hpp"
#include "lifecycle/placement_words.hpp"

namespace podseer::lifecycle {

namespace {

using Cause = PlacementProblem::Cause;

// pkg/kubelet/sysctl/safe_sysctls.go, v1.34.4 (those that need a newer kernel included).
constexpr std::string_view kSafeSysctls[] = {"kernel.shm_rmid_forced",
                                             "net.ipv4.ip_local_port_range",
                                             "net.ipv4.tcp_syncookies",
                                             "net.ipv4.ping_group_range",
                                             "net.ipv4.ip_unprivileged_port_start",
                                             "net.ipv4.ip_local_reserved_ports",
                                             "net.ipv4.tcp_keepalive_time",
                                             "net.ipv4.tcp_fin_timeout",
                                             "net.ipv4.tcp_keepalive_intvl",
                                             "net.ipv4.tcp_keepalive_probes",
                                             "net.ipv4.tcp_rmem",
                                             "net.ipv4.tcp_wmem"};

// pkg/kubelet/types/pod_update.go, IsCriticalPodBasedOnPriority: these preempt instead of failing.
constexpr std::int64_t kSystemCriticalPriority = 2000000000;

constexpr std::string_view kAppArmorAnnotation = "container.apparmor.security.beta.kubernetes.io/";

PlacementProblem refused(const Candidate& candidate, std::string reason, std::string message, SourceSpan span,
                         std::string_view path, std::string explanation, Certainty certainty) {
  PlacementProblem out = problem_of(candidate, Cause::NodeAdmission, span, path);
  out.reason = std::move(reason);
  out.message = "Pod was rejected: " + std::move(message);
  out.explanation = std::move(explanation);
  out.certainty = certainty;
  return out;
}

std::optional<PlacementProblem> sysctls(const Candidate& candidate, const world::World& world) {
  const auto& all = candidate.pod->spec.rare->sysctls;
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::string name(*all[i].name);
    // "net/ipv4/tcp_syncookies" is the same sysctl; the first separator tells which one is used.
    const std::size_t separator = name.find_first_of("./");
    if (separator != std::string::npos && name[separator] == '/') std::replace(name.begin(), name.end(), '/', '.');
    if (std::find(std::begin(kSafeSysctls), std::end(kSafeSysctls), name) != std::end(kSafeSysctls)) continue;
    // A kubelet may be started with --allowed-unsafe-sysctls.
    const Certainty certainty = world.assumptions().closed ? Certainty::Certain : Certainty::Likely;
    PlacementProblem out =
        refused(candidate, "SysctlForbidden", "forbidden sysctl: \"" + std::string(*all[i].name) + "\" not allowlisted",
                all[i].name.span, "securityContext.sysctls[" + std::to_string(i) + "].name",
                "the sysctl " + name + " is not among those that a kubelet allows by default", certainty);
    out.subject = name;
    return out;
  }
  return std::nullopt;
}

std::optional<PlacementProblem> operating_system(const Candidate& candidate, const NodeState& state, Certainty sure) {
  const std::string& os = state.node->os;
  if (const kube::LabelMap::Item* label = candidate.labels.find("kubernetes.io/os")) {
    if (label->value != os) {
      return refused(candidate, "PodOSSelectorNodeLabelDoesNotMatch",
                     "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label", label->value_span,
                     "", "the pod's label kubernetes.io/os is " + std::string(label->value) + ", the node runs " + os,
                     sure);
    }
  }
  const kube::Text& wanted = candidate.pod->spec.rare->os_name;
  if (!wanted->empty() && *wanted != os) {
    return refused(candidate, "PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS",
                   wanted.span, "os.name",
                   "spec.os.name is " + std::string(*wanted) + ", the node runs " + os +
                       "; the scheduler does not look at this field",
                   sure);
  }
  return std::nullopt;
}

/// supplementalGroupsPolicy Strict needs a runtime that says it can: containerd 2.0 is the first (KEP-3619).
std::optional<PlacementProblem> groups_policy(const Candidate& candidate, const NodeState& state, Certainty sure) {
  const kube::Text& policy = candidate.pod->spec.rare->supplemental_groups_policy;
  if (*policy != "Strict" || !state.node->runtime.starts_with("containerd://1.")) return std::nullopt;
  return refused(candidate, "SupplementalGroupsPolicyNotSupported",
                 "SupplementalGroupsPolicy=Strict is not supported in this node", policy.span,
                 "securityContext.supplementalGroupsPolicy",
                 "the node " + state.node->name + " runs " + state.node->runtime +
                     ", which does not support supplementalGroupsPolicy Strict",
                 sure);
}

std::optional<PlacementProblem> sizes(const Candidate& candidate, const NodeState& state, Certainty sure) {
  if (!state.node->size_known || candidate.priority >= kSystemCriticalPriority) return std::nullopt;
  const std::int64_t slots = state.allocatable("pods");
  if (slots > 0 && state.pods + 1 > slots) {
    return refused(candidate, "OutOfpods",
                   "Node didn't have enough resource: pods, requested: 1, used: " + std::to_string(state.pods) +
                       ", capacity: " + std::to_string(slots),
                   candidate.pod->spec.node_name.span, "nodeName", "the node already holds as many pods as it may",
                   sure);
  }
  for (const Demand& demand : candidate.demands) {
    const bool listed = std::any_of(state.node->allocatable.begin(), state.node->allocatable.end(),
                                    [&demand](const auto& one) { return one.first == demand.resource; });
    // Extended resources that the node does not know are ignored on this path.
    if (demand.amount <= 0 || !listed) continue;
    const std::int64_t whole = state.allocatable(demand.resource);
    const std::int64_t used = state.used_of(demand.resource);
    if (demand.amount <= whole - used) continue;
    const std::string resource(demand.resource);
    PlacementProblem out = refused(
        candidate, "OutOf" + resource,
        "Node didn't have enough resource: " + resource + ", requested: " + std::to_string(demand.amount) +
            ", used: " + std::to_string(used) + ", capacity: " + std::to_string(whole),
        demand.span, demand.field_path(),
        "the pod asks for " + print_amount(resource, demand.amount) + " of " + resource + ", the node " +
            state.node->name + " has " + print_amount(resource, std::max<std::int64_t>(whole - used, 0)) + " left",
        sure);
    out.subject = resource;
    if (demand.amount <= whole) out.certainty = std::min(out.certainty, Certainty::Likely);  // who comes first matters
    return out;
  }
  return std::nullopt;
}

std::optional<PlacementProblem> predicates(const Candidate& candidate, const NodeState& state, Certainty sure) {
  if (auto out = sizes(candidate, state, sure)) return out;
  const kube::PodSpec& spec = candidate.pod->spec;
  if (!node_selected(*state.node, spec, candidate.node_selector)) {
    const kube::LabelMap::Item* missing = nullptr;
    const bool labels = node_has_labels(*state.node, candidate.node_selector, &missing);
    return refused(candidate, "NodeAffinity",
                   "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
                   labels ? spec.node_affinity_span : missing->value_span,
                   labels ? "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution"
                          : "nodeSelector[" + std::string(missing->key) + "]",
                   "nodeName puts the pod on " + state.node->name + ", which does not meet the pod's own " +
                       (labels ? "node affinity" : "node selector"),
                   sure);
  }
  const NodeState::Port* taken = nullptr;
  if (const HostPort* port = port_conflict(candidate, state, &taken)) {
    return refused(
        candidate, "NodePorts",
        "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports", port->span,
        port->field_path,
        "another pod on the node " + state.node->name + " has port " + std::to_string(port->port) + " already", sure);
  }
  if (const world::Taint* taint = untolerated(*state.node, candidate.tolerations, true)) {
    return refused(candidate, "TaintToleration", "Predicate TaintToleration failed: node(s) had untolerated taint(s)",
                   spec.node_name.span, "nodeName",
                   "the node " + state.node->name + " has the taint " + taint->key + ":NoExecute", sure);
  }
  return std::nullopt;
}

bool enforced(std::string_view type) { return !type.empty() && type != "Unconfined"; }

std::optional<PlacementProblem> app_armor(const Candidate& candidate, const NodeState& state, Certainty sure) {
  // Presets do not say; a snapshot's node says so in its Ready condition.
  if (state.node->app_armor || sure != Certainty::Certain) return std::nullopt;
  const kube::PodSpec& spec = candidate.pod->spec;
  const auto refuse = [&](SourceSpan span, const std::string& path) {
    return refused(
        candidate, "AppArmor", "Cannot enforce AppArmor: AppArmor is not enabled on the host", span, path,
        "the pod asks for an AppArmor profile, and the node " + state.node->name + " does not report AppArmor", sure);
  };
  if (enforced(*spec.security_context->app_armor_type)) {
    return refuse(spec.security_context->app_armor_type.span, "securityContext.appArmorProfile.type");
  }
  for (const auto* list : {&spec.init_containers, &spec.containers}) {
    for (const kube::Container& container : *list) {
      if (!enforced(*container.security_context->app_armor_type)) continue;
      return refuse(container.security_context->app_armor_type.span,
                    std::string(container.init ? "initContainers[" : "containers[") + std::to_string(container.index) +
                        "].securityContext.appArmorProfile.type");
    }
  }
  for (const auto& item : candidate.pod->annotations.items) {
    if (!item.key.starts_with(kAppArmorAnnotation) || item.value == "unconfined" || item.value.empty()) continue;
    return refuse(item.value_span, "");
  }
  return std::nullopt;
}

}  // namespace

std::optional<PlacementProblem> refused_on_node(const Candidate& candidate, const NodeState* state, bool bound,
                                                const world::World& world) {
  if (auto out = sysctls(candidate, world)) return out;
  if (state == nullptr) return std::nullopt;
  const Certainty sure = node_certainty(world);
  if (auto out = operating_system(candidate, *state, sure)) return out;
  if (auto out = groups_policy(candidate, *state, sure)) return out;
  if (bound) {
    if (auto out = predicates(candidate, *state, sure)) return out;
  }
  return app_armor(candidate, *state, sure);
}

}  // namespace podseer::lifecycle
