// SPDX-License-Identifier: Apache-2.0
// Rules between pods: required affinity, anti-affinity and topology spread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lifecycle/candidate.hpp"

namespace podseer::lifecycle {

/// Which pods the terms mean, and on which nodes they are. Made once for all pods: equal terms share a
/// matcher, and a matcher finds its pods through their labels, so that ten thousand workloads that
/// each avoid their own kind cost ten thousand look-ups.
class Topology {
 public:
  Topology(const std::vector<Candidate>& candidates, const std::vector<NodeState>& nodes, const world::World& world);

  enum class Verdict : std::uint8_t { Fits, Affinity, AntiAffinity, ExistingAntiAffinity };
  enum class Spread : std::uint8_t { Fits, NoLabel, Skewed };

  /// Counts for one candidate at this moment; valid until the next `placed`.
  struct View {
    const Candidate* candidate = nullptr;
    bool affinity_anywhere = false;  // some placed pod meets all affinity terms
    bool self_matches = false;
    // Pods by value of the topology key; one map a term.
    std::vector<std::map<std::string_view, int>> affinity, anti, existing, spread;
    std::vector<int> spread_minimum;
  };
  [[nodiscard]] View look(const Candidate& candidate) const;
  [[nodiscard]] Verdict verdict(const View& view, std::size_t node) const;
  /// `which`: the constraint that fails.
  [[nodiscard]] Spread spread(const View& view, std::size_t node, std::size_t* which = nullptr) const;
  void placed(const Candidate& candidate, std::size_t node);

  /// Candidates whose pods the required affinity means (all terms), placed or not.
  [[nodiscard]] const std::vector<CandidateId>& affinity_targets(const Candidate& candidate) const;
  /// Candidates that the i-th required anti-affinity term means.
  [[nodiscard]] const std::vector<CandidateId>& avoided(const Candidate& candidate, std::size_t term) const;
  /// Candidates whose anti-affinity means this one.
  [[nodiscard]] std::vector<CandidateId> avoided_by(const Candidate& candidate) const;

 private:
  struct Matcher {
    std::vector<CandidateId> pods;            // who is meant
    std::unordered_map<std::size_t, int> on;  // how many of them on which node
  };
  struct AntiTerm {
    std::size_t matcher = 0;
    std::string_view key;
    std::vector<CandidateId> owners;
    std::unordered_map<std::size_t, int> on;  // owners on which node
  };
  struct Wishes {
    bool has_affinity = false;
    std::size_t affinity = 0;         // matcher
    std::vector<std::size_t> anti;    // AntiTerm
    std::vector<std::size_t> spread;  // matcher, one a DoNotSchedule constraint
    std::vector<const kube::TopologySpreadConstraint*> constraints;
    std::vector<std::size_t> counted_by;  // matchers that mean this candidate
    std::vector<std::size_t> avoided_by;  // AntiTerms that mean this candidate
  };
  struct Builder;

  const std::vector<Candidate>& candidates_;
  const std::vector<NodeState>& nodes_;
  std::vector<Matcher> matchers_;
  std::vector<AntiTerm> anti_terms_;
  std::vector<Wishes> wishes_;  // by CandidateId
};

}  // namespace podseer::lifecycle
