// SPDX-License-Identifier: Apache-2.0
// The writers behind node_problems(): one a plugin, and what they share.
#pragma once

#include <cstddef>
#include <string>

#include "lifecycle/placement_words.hpp"

namespace podseer::lifecycle {

inline constexpr std::size_t kMostLookedAt = 1000;  // workloads that are searched for an explanation

/// "Deployment web"
[[nodiscard]] std::string name_of_owner(const Candidate& candidate);
[[nodiscard]] SourceSpan owner_place(const Candidate& candidate);
/// The attempt may use that node at all (a DaemonSet's pod has one).
[[nodiscard]] bool use_for(const Attempt& attempt, std::size_t node);

[[nodiscard]] PlacementProblem spread_problem(const Scene& scene, const Attempt& attempt);
[[nodiscard]] PlacementProblem affinity_problem(const Scene& scene, const Attempt& attempt);
[[nodiscard]] PlacementProblem anti_affinity_problem(const Scene& scene, const Attempt& attempt,
                                                     Topology::Verdict verdict);

}  // namespace podseer::lifecycle
