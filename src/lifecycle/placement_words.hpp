// SPDX-License-Identifier: Apache-2.0
// From refusals to problems: which field decides, and in our own words why.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lifecycle/node_filter.hpp"
#include "lifecycle/placement.hpp"

namespace podseer::lifecycle {

/// What the words are made of; everything outlives the call.
struct Scene {
  const world::World& world;
  const std::vector<Candidate>& candidates;
  const std::vector<NodeState>& nodes;
  const Topology& topology;
  const NodeFilter& filter;
};

/// A problem of the candidate's pod with cause, place and path (`path` is below the pod's spec).
[[nodiscard]] PlacementProblem problem_of(const Candidate& candidate, PlacementProblem::Cause cause, SourceSpan span,
                                          std::string_view path);

/// The problem of a claim that stops the pod; `nodes` as for prefilter_message.
[[nodiscard]] PlacementProblem claim_problem(const Candidate& candidate, const Claim& claim, int nodes);

/// Problems of a pod that no node takes, `refusals` being one a node: one for each plugin that alone
/// refuses every node, else the one that decides. The first carries the scheduler's message. Without
/// refusals only the former.
[[nodiscard]] std::vector<PlacementProblem> node_problems(const Scene& scene, const Attempt& attempt,
                                                          const std::vector<Refusal>& refusals);

/// How sure a claim about the nodes is: a snapshot knows them, a preset supposes them.
[[nodiscard]] Certainty node_certainty(const world::World& world);

/// The volume of the pod that uses the claim: where its name is written, with the path.
[[nodiscard]] SourceSpan claim_place(const Candidate& candidate, const Claim& claim, std::string* path);

}  // namespace podseer::lifecycle
