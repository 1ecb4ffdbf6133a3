// SPDX-License-Identifier: Apache-2.0
// One run of the scheduler over all pods: what schedule() is made of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lifecycle/any_cluster.hpp"
#include "lifecycle/candidate.hpp"
#include "lifecycle/claims.hpp"
#include "lifecycle/node_filter.hpp"
#include "lifecycle/placement.hpp"
#include "lifecycle/topology.hpp"

namespace podseer::lifecycle {

/// Places all pods once; see schedule(). Its parts: schedule.cpp (what comes before the queue),
/// schedule_queue.cpp (the queue), schedule_tell.cpp (what is told about those without a node).
class Scheduler {
 public:
  Scheduler(std::span<const kube::PodTemplate* const> pods, const world::World& world, std::span<const Ends> ends);
  std::vector<Placement> run();

 private:
  /// One candidate's way through the rounds.
  struct Course {
    std::int64_t placed = 0;
    std::vector<std::size_t> pinned;  // DaemonSet: eligible nodes
    std::vector<std::string> nodes;
    bool stopped = false;           // nothing more to try
    bool waits = false;             // pods placed later could help
    bool hangs = false;             // its node is chosen; its volume never comes
    std::vector<Refusal> refusals;  // of the last failed attempt
    std::optional<Attempt> failed;
    Claim* claim = nullptr;  // that stops it before filtering, or hangs
  };

  static std::vector<Candidate> candidates_of(std::span<const kube::PodTemplate* const> pods, const world::World& world,
                                              std::deque<kube::PodTemplate>& snapshot);
  void bind_snapshot();
  void bind_by_name(Candidate& candidate);
  void mount_by_name(const Candidate& candidate);
  void note_volumes(const Candidate& candidate);
  void find_daemon_nodes(const Candidate& candidate);
  void look_before(const Candidate& candidate);
  void place_all();
  void try_place(const Candidate& candidate);
  [[nodiscard]] std::vector<Claim*> claims_of(const Candidate& candidate, std::int64_t instance);
  [[nodiscard]] Claim* stopping(const Candidate& candidate, const std::vector<Claim*>& claims) const;
  void settle(const Attempt& attempt, std::size_t node, std::string& bound_to);
  [[nodiscard]] std::size_t best_node(const Candidate& candidate, const std::vector<std::size_t>& fitting) const;
  void tell(const Candidate& candidate);
  void tell_without_nodes(const Candidate& candidate);
  void tell_shared_claim(const Candidate& candidate);
  [[nodiscard]] int node_count() const { return nodes_known_ ? static_cast<int>(nodes_.size()) : -1; }

  const world::World& world_;
  std::size_t given_;  // candidates of the call; those of the snapshot follow
  bool nodes_known_;
  std::deque<kube::PodTemplate> snapshot_;
  std::vector<Candidate> candidates_;
  std::vector<NodeState> nodes_;
  Claims claims_;
  AnyCluster any_cluster_;
  Topology topology_;
  NodeFilter filter_;
  std::vector<Course> courses_;
  std::vector<Placement> placements_;
  std::int64_t pods_placed_ = 0;
  int competing_ = 0;       // templates of the call with a placed pod
  int perhaps_ending_ = 0;  // those of them whose pods may end soon
};

/// Replicas of one template that are placed one by one; those beyond are taken to find a place. The size
/// limit of a cluster, in nodes (kubernetes.io, "Considerations for large clusters", v1.34).
inline constexpr std::int64_t kMostPlayed = 5000;

/// The volume of the pod that a claim stands behind; empty for a claim template's.
[[nodiscard]] std::string_view volume_of(const kube::PodSpec& spec, const Claim& claim);

}  // namespace podseer::lifecycle
