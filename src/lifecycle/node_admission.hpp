// SPDX-License-Identifier: Apache-2.0
// What the kubelet refuses when a pod arrives at its node.
#pragma once

#include <optional>

#include "lifecycle/candidate.hpp"
#include "lifecycle/placement.hpp"

namespace podseer::lifecycle {

/// The first refusal in the kubelet's order, or empty. `state` null: the node is not known. `bound`:
/// spec.nodeName put it there, so that the kubelet is the first to compare labels, ports and sizes.
[[nodiscard]] std::optional<PlacementProblem> refused_on_node(const Candidate& candidate, const NodeState* state,
                                                              bool bound, const world::World& world);

}  // namespace podseer::lifecycle
