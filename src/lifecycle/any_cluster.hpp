// SPDX-License-Identifier: Apache-2.0
// What keeps a pod from being scheduled on whatever cluster: gates, schedulers, claims on devices,
// node constraints that contradict themselves, requests beyond any machine.
#pragma once

#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "lifecycle/candidate.hpp"
#include "lifecycle/placement.hpp"

namespace podseer::lifecycle {

class AnyCluster {
 public:
  AnyCluster(const world::World& world, std::span<const kube::PodTemplate* const> pods);
  /// Gated, foreign scheduler, devices, volumes that cannot be translated: the pod is not even looked at.
  [[nodiscard]] std::vector<PlacementProblem> before_filtering(const Candidate& candidate);
  /// What no node of any cluster satisfies; asked where the nodes are not known.
  [[nodiscard]] std::vector<PlacementProblem> on_any_node(const Candidate& candidate) const;

 private:
  [[nodiscard]] bool scheduler_mentioned(std::string_view name);
  void devices(const Candidate& candidate, std::vector<PlacementProblem>& out) const;
  const world::World& world_;
  std::span<const kube::PodTemplate* const> pods_;
  std::unordered_map<std::string, bool> mentioned_;
};

}  // namespace podseer::lifecycle
