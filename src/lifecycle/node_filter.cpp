// SPDX-License-Identifier: Apache-2.0
// Filters and messages (pkg/scheduler/framework/plugins and pkg/scheduler/framework/types.go,
// FitError, v1.34.4). Per node the first plugin that refuses is counted, and only it; reasons are
// counted over the nodes and sorted as strings, so that "10 a" comes before "2 b". What follows is
// the post-filters' text: DynamicResources has "no new claims to deallocate", preemption says of each
// node whether removing pods of lower priority could help.
#include "lifecycle/node_filter.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "lifecycle/node_match.hpp"

namespace podseer::lifecycle {

namespace {

Refusal refusal(Plugin plugin, std::string reason, bool resolvable, bool by_node_alone) {
  Refusal out;
  out.plugin = plugin;
  out.reasons.push_back(std::move(reason));
  out.resolvable = resolvable;
  out.by_node_alone = by_node_alone;
  return out;
}

// Devices and the like: named with a domain that is not Kubernetes' own.
bool extended(std::string_view resource) {
  return resource.find('/') != std::string_view::npos && resource.find("kubernetes.io/") == std::string_view::npos;
}

bool has_amount(const world::ClusterNode& node, std::string_view resource) {
  return std::any_of(node.allocatable.begin(), node.allocatable.end(),
                     [resource](const auto& one) { return one.first == resource; });
}

constexpr std::array<std::array<std::string_view, 2>, 2> kZoneLabels = {
    {{"topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"},
     {"topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region"}}};

// plugins/volumezone: the volume's zone label may list several values, joined by "__".
bool lists_zone(std::string_view zones, std::string_view zone) {
  while (true) {
    const std::size_t end = zones.find("__");
    if (zones.substr(0, end) == zone) return true;
    if (end == std::string_view::npos) return false;
    zones.remove_prefix(end + 2);
  }
}

bool in_zone(const StaticVolume& volume, const world::ClusterNode& node) {
  bool node_labelled = false;
  for (const auto& names : kZoneLabels) {
    for (const std::string_view name : names) node_labelled = node_labelled || node.label(name) != nullptr;
  }
  if (!node_labelled) return true;
  for (const auto& names : kZoneLabels) {
    for (const std::string_view name : names) {
      const kube::LabelMap::Item* wanted = volume.labels.find(name);
      if (wanted == nullptr) continue;
      const std::string* have = node.label(names[0]);
      if (have == nullptr) have = node.label(names[1]);
      if (have == nullptr || (*have != "*" && !lists_zone(wanted->value, *have))) return false;
    }
  }
  return true;
}

// Every term names its nodes (metadata.name), and this one is not among them: PreFilter leaves it out.
bool left_out_by_name(const world::ClusterNode& node, const kube::PodSpec& spec) {
  if (!spec.required_node_affinity_present || spec.required_node_affinity.empty()) return false;
  for (const kube::NodeSelectorTerm& term : spec.required_node_affinity) {
    const bool names =
        std::any_of(term.match_fields.begin(), term.match_fields.end(),
                    [](const kube::Requirement& one) { return one.key == "metadata.name" && one.op == "In"; });
    const bool named =
        std::all_of(term.match_fields.begin(), term.match_fields.end(), [&node](const kube::Requirement& one) {
          return one.op != "In" || std::find(one.values.begin(), one.values.end(), node.name) != one.values.end();
        });
    if (!names || named) return false;
  }
  return true;
}

}  // namespace

std::optional<Refusal> NodeFilter::resources(const Attempt& attempt, std::size_t index) const {
  const NodeState& state = nodes_[index];
  Refusal out;
  out.plugin = Plugin::Resources;
  out.resolvable = true;
  const bool counted = state.node->size_known || has_amount(*state.node, "pods");
  if (counted && state.pods + 1 > state.allocatable("pods")) {
    out.reasons.emplace_back("Too many pods");
    out.by_node_alone = state.allocatable("pods") < 1;
  }
  for (const Demand& demand : attempt.candidate->demands) {
    if (demand.amount <= 0) continue;
    // A node of unknown size has room for CPU and memory, but no devices that nobody installed.
    if (!state.node->size_known && !(counted && extended(demand.resource))) continue;
    const std::int64_t whole = state.allocatable(demand.resource);
    if (demand.amount <= whole - state.used_of(demand.resource)) continue;
    out.reasons.push_back("Insufficient " + std::string(demand.resource));
    if (demand.amount > whole) {
      out.resolvable = false;
      out.by_node_alone = true;
    }
  }
  if (out.reasons.empty()) return std::nullopt;
  return out;
}

std::optional<Refusal> NodeFilter::volumes(const Attempt& attempt, std::size_t index) const {
  const world::ClusterNode& node = *nodes_[index].node;
  bool affinity = false;
  bool nothing_to_bind = false;
  std::vector<const StaticVolume*> chosen;
  // Claims that wait for their pod are matched by size, the smallest first.
  std::vector<Claim*> waiting;
  for (Claim* claim : attempt.claims) {
    if (claim->volume != nullptr) {
      if (claim->volume->has_node_affinity && !node_meets_any(node, claim->volume->node_terms)) affinity = true;
    } else if (claim->fate == Claim::Fate::Chosen || claim->fate == Claim::Fate::Hangs) {
      if (claim->certainty != Certainty::Possible) waiting.push_back(claim);
    }
  }
  std::stable_sort(waiting.begin(), waiting.end(), [](const Claim* a, const Claim* b) { return a->size < b->size; });
  for (Claim* claim : waiting) {
    const StaticVolume* volume = claims_.find_on(*claim, &node, chosen);
    if (volume != nullptr) {
      chosen.push_back(volume);
      continue;
    }
    const bool reachable = claim->storage_class == nullptr || claim->storage_class->topologies.empty() ||
                           node_meets_any(node, claim->storage_class->topologies);
    if (!claim->provisionable || !reachable) nothing_to_bind = true;
  }
  if (!affinity && !nothing_to_bind) return std::nullopt;
  Refusal out;
  out.plugin = Plugin::VolumeBinding;
  out.by_node_alone = true;
  if (affinity) out.reasons.emplace_back("node(s) didn't match PersistentVolume's node affinity");
  if (nothing_to_bind) out.reasons.emplace_back("node(s) didn't find available persistent volumes to bind");
  return out;
}

std::optional<Refusal> NodeFilter::pods(const Attempt& attempt, std::size_t index) const {
  const Topology::Verdict verdict = topology_.verdict(attempt.view, index);
  if (verdict == Topology::Verdict::Fits) return std::nullopt;
  Refusal out;
  out.plugin = Plugin::PodAffinity;
  out.affinity = verdict;
  out.resolvable = verdict != Topology::Verdict::Affinity;
  out.reasons.emplace_back(verdict == Topology::Verdict::Affinity ? "node(s) didn't match pod affinity rules"
                           : verdict == Topology::Verdict::AntiAffinity
                               ? "node(s) didn't match pod anti-affinity rules"
                               : "node(s) didn't satisfy existing pods anti-affinity rules");
  return out;
}

std::optional<Refusal> NodeFilter::ask(Plugin plugin, const Attempt& attempt, std::size_t index) const {
  const NodeState& state = nodes_[index];
  const world::ClusterNode& node = *state.node;
  const Candidate& candidate = *attempt.candidate;
  switch (plugin) {
    case Plugin::Unschedulable: {
      if (!node.unschedulable) return std::nullopt;
      const world::Taint cordon{"node.kubernetes.io/unschedulable", "", "NoSchedule"};
      const bool tolerated = std::any_of(candidate.tolerations.begin(), candidate.tolerations.end(),
                                         [&cordon](const kube::Toleration& one) { return tolerates(one, cordon); });
      if (tolerated) return std::nullopt;
      return refusal(plugin, "node(s) were unschedulable", false, true);
    }
    case Plugin::Taints:
      if (untolerated(node, candidate.tolerations) == nullptr) return std::nullopt;
      return refusal(plugin, "node(s) had untolerated taint(s)", false, true);
    case Plugin::NodeAffinity:
      if (attempt.pinned >= 0 && static_cast<std::size_t>(attempt.pinned) != index) {
        return refusal(plugin, "node(s) didn't satisfy plugin(s) [NodeAffinity]", false, true);
      }
      if (node_selected(node, candidate.pod->spec, candidate.node_selector)) return std::nullopt;
      if (left_out_by_name(node, candidate.pod->spec)) {
        return refusal(plugin, "node(s) didn't satisfy plugin(s) [NodeAffinity]", false, true);
      }
      return refusal(plugin, "node(s) didn't match Pod's node affinity/selector", false, true);
    case Plugin::HostPorts:
      if (port_conflict(candidate, state) == nullptr) return std::nullopt;
      return refusal(plugin, "node(s) didn't have free ports for the requested pod ports", true, false);
    case Plugin::Resources: return resources(attempt, index);
    case Plugin::ClaimInUse: {
      const bool in_use = std::any_of(attempt.claims.begin(), attempt.claims.end(), [](const Claim* claim) {
        return claim->in_use && claim->modes == kReadWriteOncePod;
      });
      if (!in_use) return std::nullopt;
      return refusal(plugin,
                     "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already "
                     "in-use by another pod",
                     true, false);
    }
    case Plugin::VolumeBinding: return volumes(attempt, index);
    case Plugin::VolumeZone: {
      const bool reachable = std::all_of(attempt.claims.begin(), attempt.claims.end(), [&node](const Claim* claim) {
        return claim->volume == nullptr || in_zone(*claim->volume, node);
      });
      if (reachable) return std::nullopt;
      return refusal(plugin, "node(s) had no available volume zone", false, true);
    }
    case Plugin::Spread: {
      const Topology::Spread spread = topology_.spread(attempt.view, index);
      if (spread == Topology::Spread::Fits) return std::nullopt;
      if (spread == Topology::Spread::Skewed) {
        return refusal(plugin, "node(s) didn't match pod topology spread constraints", true, false);
      }
      return refusal(plugin, "node(s) didn't match pod topology spread constraints (missing required label)", false,
                     true);
    }
    case Plugin::PodAffinity: return pods(attempt, index);
  }
  return std::nullopt;
}

std::optional<Refusal> NodeFilter::refuse(const Attempt& attempt, std::size_t node) const {
  // A DaemonSet's pod names its node: PreFilter leaves the others out before any filter sees them.
  if (attempt.pinned >= 0 && static_cast<std::size_t>(attempt.pinned) != node) {
    return ask(Plugin::NodeAffinity, attempt, node);
  }
  for (const Plugin plugin :
       {Plugin::Unschedulable, Plugin::Taints, Plugin::NodeAffinity, Plugin::HostPorts, Plugin::Resources,
        Plugin::ClaimInUse, Plugin::VolumeBinding, Plugin::VolumeZone, Plugin::Spread, Plugin::PodAffinity}) {
    if (auto out = ask(plugin, attempt, node)) return out;
  }
  return std::nullopt;
}

namespace {

std::string counted(const std::map<std::string, int>& histogram) {
  std::vector<std::string> parts;
  for (const auto& [reason, count] : histogram) parts.push_back(std::to_string(count) + " " + reason);
  std::sort(parts.begin(), parts.end());
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ", ") + part;
  return out;
}

}  // namespace

std::string filter_message(const std::vector<Refusal>& refusals, bool never_preempts) {
  if (refusals.empty()) return "no nodes available to schedule pods";
  std::map<std::string, int> reasons;
  std::map<std::string, int> preemption;
  for (const Refusal& one : refusals) {
    for (const std::string& reason : one.reasons) ++reasons[reason];
    ++preemption[one.resolvable ? "No preemption victims found for incoming pod"
                                : "Preemption is not helpful for scheduling"];
  }
  const std::string head = "0/" + std::to_string(refusals.size()) + " nodes are available: ";
  return head + counted(reasons) + ". no new claims to deallocate, preemption: " +
         (never_preempts ? "not eligible due to preemptionPolicy=Never." : head + counted(preemption) + ".");
}

std::string prefilter_message(std::string_view words, int nodes) {
  if (nodes < 0) return std::string(words);
  return "0/" + std::to_string(nodes) + " nodes are available: " + std::string(words) + ". not found";
}

}  // namespace podseer::lifecycle
