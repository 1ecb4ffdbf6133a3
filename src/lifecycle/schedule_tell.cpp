// SPDX-License-Identifier: Apache-2.0
// What is told about pods without a node, once the queue stands still: the claim, the filters, or, where
// the nodes are not known, only what holds for any cluster. How sure it is depends on what else could
// have come first, and on what may end and give its place back.
#include <algorithm>

#include "lifecycle/node_admission.hpp"
#include "lifecycle/placement_words.hpp"
#include "lifecycle/scheduler.hpp"

namespace podseer::lifecycle {

namespace {

using Cause = PlacementProblem::Cause;
using kube::WorkloadKind;

}  // namespace

void Scheduler::tell(const Candidate& candidate) {
  Course& course = courses_[candidate.id];
  Placement& placement = placements_[candidate.id];
  const bool daemon = candidate.pod->workload == WorkloadKind::DaemonSet;
  if (daemon) placement.wanted = static_cast<int>(course.pinned.size());
  if (placement.placed == 0 && !placement.problems.empty()) return;  // gated and the like
  placement.placed = static_cast<int>(course.placed);
  placement.nodes = course.nodes;
  const std::int64_t left = placement.wanted - course.placed;
  const int replicas = course.placed == 0 ? -1 : static_cast<int>(left);
  std::vector<PlacementProblem> found;
  const Scene scene{world_, candidates_, nodes_, topology_, filter_};
  if (daemon && course.pinned.empty() && !nodes_.empty()) {
    // The controller makes no pod at all.
    Attempt attempt;
    attempt.candidate = &candidate;
    attempt.view = topology_.look(candidate);
    std::vector<Refusal> refusals;
    for (std::size_t n = 0; n < nodes_.size(); ++n) {
      auto one = filter_.ask(Plugin::NodeAffinity, attempt, n);
      if (!one) one = filter_.ask(Plugin::Taints, attempt, n);
      if (one) refusals.push_back(std::move(*one));
    }
    if (refusals.size() == nodes_.size()) found = node_problems(scene, attempt, refusals);
    for (PlacementProblem& one : found) one.message.clear();
  } else if (course.claim != nullptr) {
    found.push_back(claim_problem(candidate, *course.claim, node_count()));
    // What comes next, once the claim is mended: nodes that would not do either.
    Attempt attempt;
    attempt.candidate = &candidate;
    attempt.view = topology_.look(candidate);
    for (PlacementProblem& one : node_problems(scene, attempt, {})) found.push_back(std::move(one));
  } else if (course.failed) {
    found = node_problems(scene, *course.failed, course.refusals);
    for (PlacementProblem& one : found) {
      const bool crowded = one.cause == Cause::Crowded || one.cause == Cause::TooManyPods;
      // Who comes first is not certain where several workloads compete, and what ends gives its place back.
      if (!crowded) continue;
      const bool placed = course.placed > 0;
      if (competing_ > (placed ? 1 : 0)) one.certainty = std::min(one.certainty, Certainty::Likely);
      if (perhaps_ending_ > (placed && candidate.ends == Ends::Unknown ? 1 : 0) || candidate.ends == Ends::Unknown) {
        one.certainty = Certainty::Possible;
      }
    }
  }
  for (PlacementProblem& one : found) {
    one.replicas = replicas;
    if (one.certainty == Certainty::Possible) placement.placed = placement.wanted;
    placement.problems.push_back(std::move(one));
  }
  if (candidate.in_order && placement.placed < placement.wanted && !placement.problems.empty()) {
    placement.wanted = placement.placed + 1;  // the next ordinal is never made
    for (PlacementProblem& one : placement.problems) {
      if (placement.placed > 0) one.replicas = 1;
    }
  }
  if (course.placed > 0 && placement.problems.empty()) {
    const auto at = std::find_if(nodes_.begin(), nodes_.end(), [&](const NodeState& state) {
      return !placement.nodes.empty() && state.node->name == placement.nodes.front();
    });
    if (auto refused = refused_on_node(candidate, at == nodes_.end() ? nullptr : &*at, false, world_)) {
      placement.problems.push_back(std::move(*refused));
    }
  }
}

void Scheduler::note_volumes(const Candidate& candidate) {
  const kube::PodTemplate& pod = *candidate.pod;
  auto& bound = placements_[candidate.id].bound;
  for (const Claim* claim : claims_of(candidate, 0)) {
    if (claim->volume == nullptr) continue;
    const std::string_view name = volume_of(pod.spec, *claim);
    if (!name.empty()) bound.push_back({name, claim->volume->object});
    for (const auto& [own, spec] : pod.claim_templates) {
      if (claim->name.starts_with(std::string(*own) + "-" + std::string(pod.owner->name) + "-")) {
        bound.push_back({*own, claim->volume->object});
      }
    }
  }
}

void Scheduler::tell_shared_claim(const Candidate& candidate) {
  // ReadWriteOncePod admits one pod, on whatever nodes.
  Placement& placement = placements_[candidate.id];
  const std::vector<Claim*> claims = claims_of(candidate, 0);
  for (Claim* claim : claims) {
    if (claim->modes != kReadWriteOncePod) continue;
    const bool own = candidate.wanted > 1 && claims_of(candidate, 1) == claims;
    if (!claim->in_use && !own) {
      claim->in_use = true;
      claim->user = candidate.pod->owner->name_span;
      continue;
    }
    std::string path;
    const SourceSpan place = claim_place(candidate, *claim, &path);
    PlacementProblem problem = problem_of(candidate, Cause::ClaimInUse, place, path);
    problem.subject = claim->name;
    problem.message =
        "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another "
        "pod";
    problem.explanation = "claim " + std::string(claim->name) + " is ReadWriteOncePod, and another pod uses it";
    if (claim->object != nullptr)
      problem.related.emplace_back(claim->object->name_span, "this claim admits one pod at a time");
    if (claim->in_use && claim->user.exists()) problem.related.emplace_back(claim->user, "this workload's pod uses it");
    placement.placed = claim->in_use ? 0 : 1;
    problem.replicas = claim->in_use ? -1 : static_cast<int>(candidate.wanted - 1);
    placement.problems.push_back(std::move(problem));
    claim->in_use = true;
    claim->user = candidate.pod->owner->name_span;
    return;
  }
}

void Scheduler::tell_without_nodes(const Candidate& candidate) {
  Placement& placement = placements_[candidate.id];
  if (placement.placed == 0 && !placement.problems.empty()) return;
  std::vector<PlacementProblem> found;
  const std::vector<Claim*> claims = claims_of(candidate, 0);
  Claim* claim = stopping(candidate, claims);
  for (Claim* one : claims) {
    if (claim != nullptr) break;
    const bool open = one->fate == Claim::Fate::Chosen || one->fate == Claim::Fate::Hangs;
    if (!open || (one->fate == Claim::Fate::Chosen && one->provisionable)) continue;
    if (claims_.find_on(*one, nullptr, {}) == nullptr) claim = one;
  }
  if (claim != nullptr) found.push_back(claim_problem(candidate, *claim, -1));
  if (candidate.pod->workload != WorkloadKind::DaemonSet) {
    for (PlacementProblem& one : any_cluster_.on_any_node(candidate)) found.push_back(std::move(one));
    const auto& terms = candidate.pod->spec.required_pod_affinity;
    if (!terms.empty() && topology_.affinity_targets(candidate).empty()) {
      PlacementProblem alone =
          problem_of(candidate, Cause::PodAffinity, terms[0].label_selector.span,
                     "affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector");
      alone.message = "node(s) didn't match pod affinity rules";
      alone.explanation = "the pod must be placed beside a pod with certain labels, and no pod that is given has them";
      alone.certainty = world_.assumptions().closed ? Certainty::Certain : Certainty::Possible;
      found.push_back(std::move(alone));
    }
  }
  bool stops = false;
  for (PlacementProblem& one : found) {
    stops = stops || one.certainty != Certainty::Possible;
    placement.problems.push_back(std::move(one));
  }
  if (stops) {
    placement.placed = 0;
    if (candidate.in_order) placement.wanted = 1;
    return;
  }
  tell_shared_claim(candidate);
  if (auto refused = refused_on_node(candidate, nullptr, false, world_))
    placement.problems.push_back(std::move(*refused));
}

}  // namespace podseer::lifecycle
