// SPDX-License-Identifier: Apache-2.0
// The queue: each pod's claims, its filters, the node that scores best (pkg/scheduler/schedule_one.go,
// v1.34.4). Pods go in order of priority; what waits for other pods is tried again while something
// still moves. Example: a pod with affinity to one that comes later is placed in the second round.
#include <algorithm>
#include <numeric>
#include <tuple>

#include "lifecycle/scheduler.hpp"

namespace podseer::lifecycle {

namespace {

using kube::WorkloadKind;

// Affinity may wait for pods that wait for others; longer chains do not occur.
constexpr int kMostRounds = 20;

// Milliseconds from the start of `kubectl apply` until a template's pods exist, so that two that want
// the same place are tried in the order in which they come: kubectl sends one object after the other,
// and a Deployment's pods are made by two controllers in turn. Orders of magnitude, not measurements.
std::int64_t created_after(const Candidate& candidate) {
  constexpr std::int64_t kOneObject = 15;
  constexpr std::int64_t kOneController = 25;
  const std::int64_t sent = static_cast<std::int64_t>(candidate.id) * kOneObject;
  switch (candidate.pod->workload) {
    case WorkloadKind::Pod: return sent;
    case WorkloadKind::Deployment: return sent + 2 * kOneController;
    default: return sent + kOneController;
  }
}

// All pods that are placed one by one in a run; a cluster holds 150,000 (kubernetes.io, "Large clusters").
constexpr std::int64_t kMostPods = 150'000;

}  // namespace

// --- claims of one pod -------------------------------------------------------------------------------

std::vector<Claim*> Scheduler::claims_of(const Candidate& candidate, std::int64_t instance) {
  std::vector<Claim*> out;
  const kube::PodTemplate& pod = *candidate.pod;
  if (pod.spec.volumes.empty() && pod.claim_templates.empty()) return out;
  std::string pod_name(pod.owner->name);
  if (pod.workload == WorkloadKind::StatefulSet) {
    pod_name += "-" + std::to_string(*pod.ordinals_start + instance);
  } else if (pod.workload != WorkloadKind::Pod) {
    pod_name += "-#" + std::to_string(instance);  // a name that no claim of the files has
  }
  const auto take = [&out](Claim& claim) {
    if (std::find(out.begin(), out.end(), &claim) == out.end()) out.push_back(&claim);
  };
  for (const kube::Volume& volume : pod.spec.volumes) {
    const bool replaced = std::any_of(pod.claim_templates.begin(), pod.claim_templates.end(),
                                      [&volume](const auto& one) { return *one.first == *volume.name; });
    if (replaced) continue;  // a claim template of that name takes the volume's place
    if (volume.kind == kube::Volume::Kind::PersistentVolumeClaim) {
      if (!volume.claim_name->empty()) take(claims_.named(candidate.ns, *volume.claim_name));
    } else if (volume.kind == kube::Volume::Kind::Ephemeral) {
      take(claims_.made(
          candidate.ns, pod_name + "-" + std::string(*volume.name), volume.claim,
          volume.claim.storage_class_name.written() ? volume.claim.storage_class_name.span : volume.name.span,
          pod.workload == WorkloadKind::Pod));
    }
  }
  for (const auto& [name, spec] : pod.claim_templates) {
    take(claims_.made(candidate.ns, std::string(*name) + "-" + pod_name, spec, name.span, false));
  }
  return out;
}

Claim* Scheduler::stopping(const Candidate& candidate, const std::vector<Claim*>& claims) const {
  (void)candidate;
  for (Claim* claim : claims) {
    if (claim->fate == Claim::Fate::Missing && claim->certainty != Certainty::Possible) return claim;
  }
  for (Claim* claim : claims) {
    if (claim->fate == Claim::Fate::Blocked && claim->certainty != Certainty::Possible) return claim;
  }
  return nullptr;
}

// --- the queue ---------------------------------------------------------------------------------------

std::size_t Scheduler::best_node(const Candidate& candidate, const std::vector<std::size_t>& fitting) const {
  // Scores as the defaults weigh them, coarsely: few pods of the same kind first, then the emptier node
  // (PodTopologySpread's default constraints, LeastAllocated).
  const auto load = [this](std::size_t n) {
    double sum = 0;
    for (const std::string_view resource : {std::string_view("cpu"), std::string_view("memory")}) {
      const std::int64_t whole = nodes_[n].allocatable(resource);
      if (whole > 0) sum += static_cast<double>(nodes_[n].used_of(resource)) / static_cast<double>(whole);
    }
    return sum;
  };
  const auto same = [this, &candidate](std::size_t n) {
    int count = 0;
    for (const auto& [id, pods] : nodes_[n].placed) count += id == candidate.id ? pods : 0;
    return count;
  };
  std::size_t best = fitting.front();
  if (fitting.size() == 1) return best;
  for (const std::size_t n : fitting) {
    if (std::make_tuple(same(n), load(n), nodes_[n].pods) < std::make_tuple(same(best), load(best), nodes_[best].pods))
      best = n;
  }
  return best;
}

void Scheduler::settle(const Attempt& attempt, std::size_t node, std::string& bound_to) {
  std::vector<Claim*> waiting;
  for (Claim* claim : attempt.claims) {
    const bool open = claim->fate == Claim::Fate::Chosen || claim->fate == Claim::Fate::Hangs;
    if (open && claim->volume == nullptr) waiting.push_back(claim);
    claim->in_use = attempt.candidate->ends != Ends::Soon;
    claim->user = attempt.candidate->pod->owner->name_span;
  }
  std::stable_sort(waiting.begin(), waiting.end(), [](const Claim* a, const Claim* b) { return a->size < b->size; });
  for (Claim* claim : waiting) {
    const StaticVolume* volume = claims_.find_on(*claim, nodes_[node].node, {});
    if (volume != nullptr) {
      claims_.bind(*claim, volume);
      claim->fate = Claim::Fate::Usable;
    } else if (claim->fate == Claim::Fate::Hangs) {
      courses_[attempt.candidate->id].hangs = true;
      courses_[attempt.candidate->id].claim = claim;
    }
  }
  // What has ended some minutes after `apply` holds nothing then; what waited for it is running.
  if (attempt.candidate->ends != Ends::Soon) {
    nodes_[node].place(*attempt.candidate);
    topology_.placed(*attempt.candidate, node);
  }
  ++pods_placed_;
  bound_to = nodes_[node].node->name;
}

void Scheduler::try_place(const Candidate& candidate) {
  Course& course = courses_[candidate.id];
  const bool daemon = candidate.pod->workload == WorkloadKind::DaemonSet;
  const auto wanted = daemon ? static_cast<std::int64_t>(course.pinned.size()) : candidate.wanted;
  course.waits = false;
  std::int64_t next = daemon ? 0 : course.placed;
  for (; next < wanted; ++next) {
    Attempt attempt;
    attempt.candidate = &candidate;
    if (daemon) attempt.pinned = static_cast<int>(course.pinned[static_cast<std::size_t>(next)]);
    attempt.claims = claims_of(candidate, next);
    if (Claim* claim = stopping(candidate, attempt.claims)) {
      course.claim = claim;
      course.stopped = true;
      return;
    }
    if (pods_placed_ >= kMostPods || next >= kMostPlayed) {
      course.placed = wanted;  // too many to play: nothing is held against them
      course.stopped = true;
      return;
    }
    attempt.view = topology_.look(candidate);
    std::vector<std::size_t> fitting;
    std::vector<Refusal> refusals;
    for (std::size_t n = 0; n < nodes_.size(); ++n) {
      if (auto refusal = filter_.refuse(attempt, n)) {
        refusals.push_back(std::move(*refusal));
      } else {
        fitting.push_back(n);
      }
    }
    if (!fitting.empty()) {
      std::string name;
      settle(attempt, best_node(candidate, fitting), name);
      if (course.hangs) {
        course.stopped = true;
        return;
      }
      ++course.placed;
      course.nodes.push_back(std::move(name));
      continue;
    }
    course.waits = std::any_of(refusals.begin(), refusals.end(), [](const Refusal& one) {
      return one.plugin == Plugin::PodAffinity || one.plugin == Plugin::Spread;
    });
    course.refusals = std::move(refusals);
    course.failed = std::move(attempt);
    // The pods of a DaemonSet have a node each: one without room does not stop the others.
    if (!daemon) break;
  }
  if (!course.waits) course.stopped = true;
  if (daemon) course.stopped = true;
  if (course.placed == wanted) {
    course.stopped = true;
    course.failed.reset();
  }
}

void Scheduler::place_all() {
  // A pod of higher priority ends up with the place, by preemption if it comes late. One that never
  // preempts has no such right, and takes its turn.
  const auto rank = [](const Candidate& one) {
    return one.never_preempts ? std::min<std::int64_t>(one.priority, 0) : one.priority;
  };
  std::vector<CandidateId> order(given_);
  std::iota(order.begin(), order.end(), CandidateId{0});
  std::stable_sort(order.begin(), order.end(), [this, &rank](CandidateId a, CandidateId b) {
    if (rank(candidates_[a]) != rank(candidates_[b])) return rank(candidates_[a]) > rank(candidates_[b]);
    return created_after(candidates_[a]) < created_after(candidates_[b]);
  });
  for (int round = 0; round < kMostRounds; ++round) {
    const std::int64_t before = pods_placed_;
    for (const CandidateId id : order) {
      if (!courses_[id].stopped) try_place(candidates_[id]);
    }
    if (pods_placed_ == before) break;
  }
  for (std::size_t i = 0; i < given_; ++i) {
    if (courses_[i].placed == 0) continue;
    ++competing_;
    if (candidates_[i].ends == Ends::Unknown) ++perhaps_ending_;
  }
}

}  // namespace podseer::lifecycle
