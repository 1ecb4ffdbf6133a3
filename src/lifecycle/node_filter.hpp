// SPDX-License-Identifier: Apache-2.0
// The scheduler's Filter plugins, one node at a time, and the words it makes of their refusals.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lifecycle/candidate.hpp"
#include "lifecycle/topology.hpp"

namespace podseer::lifecycle {

/// The plugins that can refuse a node, in the order in which they are asked (default profile, 1.34).
enum class Plugin : std::uint8_t {
  Unschedulable,
  Taints,
  NodeAffinity,
  HostPorts,
  Resources,
  ClaimInUse,
  VolumeBinding,
  VolumeZone,
  Spread,
  PodAffinity
};

/// Why one node will not do: the first plugin that refuses, and its reasons.
struct Refusal {
  Plugin plugin = Plugin::Resources;
  std::vector<std::string> reasons;                      // as in the event: "Insufficient cpu"
  bool resolvable = false;                               // removing other pods from the node could help
  bool by_node_alone = false;                            // it would be so on an empty cluster
  Topology::Verdict affinity = Topology::Verdict::Fits;  // PodAffinity: which of the three
};

/// One pod on its way to a node.
struct Attempt {
  const Candidate* candidate = nullptr;
  std::vector<Claim*> claims;  // in the order of its volumes
  int pinned = -1;             // DaemonSet: the only node it may use
  Topology::View view;
};

class NodeFilter {
 public:
  NodeFilter(const std::vector<NodeState>& nodes, const Topology& topology, const Claims& claims)
      : nodes_(nodes), topology_(topology), claims_(claims) {}

  /// The first plugin that refuses, or empty when the pod fits.
  [[nodiscard]] std::optional<Refusal> refuse(const Attempt& attempt, std::size_t node) const;
  /// One plugin alone, whatever the others say.
  [[nodiscard]] std::optional<Refusal> ask(Plugin plugin, const Attempt& attempt, std::size_t node) const;

 private:
  [[nodiscard]] std::optional<Refusal> resources(const Attempt& attempt, std::size_t node) const;
  [[nodiscard]] std::optional<Refusal> volumes(const Attempt& attempt, std::size_t node) const;
  [[nodiscard]] std::optional<Refusal> pods(const Attempt& attempt, std::size_t node) const;

  const std::vector<NodeState>& nodes_;
  const Topology& topology_;
  const Claims& claims_;
};

/// `0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. no new claims to
/// deallocate, preemption: ...`. `refusals` holds one a node.
[[nodiscard]] std::string filter_message(const std::vector<Refusal>& refusals, bool never_preempts);
/// `0/3 nodes are available: persistentvolumeclaim "x" not found. not found`. `nodes` < 0: not known,
/// then without the count.
[[nodiscard]] std::string prefilter_message(std::string_view words, int nodes);

}  // namespace podseer::lifecycle
