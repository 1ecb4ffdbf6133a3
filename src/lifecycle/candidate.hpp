// SPDX-License-Identifier: Apache-2.0
// A pod template as the scheduler sees its pods, and the nodes that fill up with them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kube/pod.hpp"
#include "lifecycle/claims.hpp"
#include "lifecycle/placement.hpp"
#include "lifecycle/requests.hpp"
#include "world/world.hpp"

namespace podseer::lifecycle {

/// A port of the node that a pod wants for itself.
struct HostPort {
  std::string_view protocol, ip;  // "TCP", "0.0.0.0"
  std::int64_t port = 0;
  SourceSpan span;
  std::string field_path;  // below the pod's spec
};

/// Index of a candidate among all candidates.
using CandidateId = std::uint32_t;

/// All pods of one template: those of the call first, pods of the snapshot behind them.
struct Candidate {
  CandidateId id = 0;
  const kube::PodTemplate* pod = nullptr;
  std::string_view ns;
  kube::LabelMap labels;  // of its pods, with those that the Job controller adds
  std::int64_t priority = 0;
  std::vector<Demand> demands;
  kube::LabelMap node_selector;                   // with the RuntimeClass's
  std::span<const kube::Toleration> tolerations;  // with the RuntimeClass's and the DaemonSet's
  std::shared_ptr<const std::vector<kube::Toleration>> merged_tolerations;  // holds them, where there are any
  std::vector<HostPort> ports;
  std::string_view bound_node;  // spec.nodeName
  bool from_snapshot = false;
  std::int64_t wanted = 1;      // pods that the controller makes
  bool in_order = false;        // StatefulSet OrderedReady: one after the other
  bool never_preempts = false;  // preemptionPolicy of the pod or of its PriorityClass
  Ends ends = Ends::Never;      // whether its pods give their place back
};

/// The candidate of one template. Looks up priority and RuntimeClass in the world.
[[nodiscard]] Candidate make_candidate(const kube::PodTemplate& pod, const world::World& world);

/// One node with what is already there.
struct NodeState {
  const world::ClusterNode* node = nullptr;
  std::vector<std::pair<std::string_view, std::int64_t>> used;  // scheduler units
  std::int64_t pods = 0;
  struct Port {
    std::string_view protocol, ip;
    std::int64_t port = 0;
    CandidateId by = 0;
  };
  std::vector<Port> ports;
  std::vector<std::pair<CandidateId, int>> placed;  // how many of each

  [[nodiscard]] std::int64_t used_of(std::string_view resource) const;
  /// What the node could give to an empty cluster; nothing where the resource is not listed.
  [[nodiscard]] std::int64_t allocatable(std::string_view resource) const;
  void place(const Candidate& candidate);
};

/// The state of every node before the first pod is placed: with what a preset says is used.
[[nodiscard]] std::vector<NodeState> initial_nodes(const world::Cluster& cluster);

/// A port of the node that the candidate wants and another pod has, or null. `taken`: who has it.
[[nodiscard]] const HostPort* port_conflict(const Candidate& candidate, const NodeState& state,
                                            const NodeState::Port** taken = nullptr);

}  // namespace podseer::lifecycle
