// SPDX-License-Identifier: Apache-2.0
// The scheduler, played once: all pods in order of priority, then of the files, each onto the node
// that has most room (pkg/scheduler, v1.34.4; facts: pipeline and volumes). Pods whose affinity waits
// for others are tried again until nothing more fits. A StatefulSet stops at its first pod without a
// node; a DaemonSet has one pod for each node that its own controller finds fit; spec.nodeName goes
// past all this, to the kubelet. Where the nodes are not known, only what holds for any cluster is said.
// Worked example: a Deployment of three with hostPort 80 on two nodes: two are placed, the third is
// told `0/2 nodes are available: 2 node(s) didn't have free ports for the requested pod ports. ...`.
#include <algorithm>
#include <cstddef>
#include <deque>
#include <numeric>
#include <optional>

#include "lifecycle/any_cluster.hpp"
#include "lifecycle/candidate.hpp"
#include "lifecycle/claims.hpp"
#include "lifecycle/node_admission.hpp"
#include "lifecycle/node_filter.hpp"
#include "lifecycle/node_match.hpp"
#include "lifecycle/placement.hpp"
#include "lifecycle/placement_words.hpp"
#include "lifecycle/topology.hpp"

namespace podseer::lifecycle {

namespace {

using Cause = PlacementProblem::Cause;
using kube::WorkloadKind;

// Affinity may wait for pods that wait for others; longer chains do not occur.
constexpr int kMostRounds = 20;
// All pods that are placed one by one in a run; a cluster holds 150,000 (kubernetes.io, "Large clusters").
constexpr std::int64_t kMostPods = 150'000;

class Scheduler {
 public:
  Scheduler(std::span<const kube::PodTemplate* const> pods, const world::World& world, std::span<const Ends> ends);
  std::vector<Placement> run();

 private:
  /// One candidate's way through the rounds.
  struct Course {
    std::int64_t placed = 0;
    std::vector<std::size_t> pinned;      // DaemonSet: eligible nodes
    std::vector<std::string> nodes;
    bool stopped = false;                 // nothing more to try
    bool waits = false;                   // pods placed later could help
    bool hangs = false;                   // its node is chosen; its volume never comes
    std::vector<Refusal> refusals;        // of the last failed attempt
    std::optional<Attempt> failed;
    Claim* claim = nullptr;               // that stops it before filtering, or hangs
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
  std::size_t given_;                     // candidates of the call; those of the snapshot follow
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
  int competing_ = 0;        // templates of the call with a placed pod
  int perhaps_ending_ = 0;   // those of them whose pods may end soon
};

// A pod of the snapshot that belongs to a workload of the files: applying them replaces it.
bool replaced_by(const kube::PodTemplate& pod, std::string_view ns, const world::World& world) {
  const yaml::Node* owners = pod.owner->root->find("metadata", "ownerReferences");
  if (owners == nullptr) return false;
  for (const yaml::Node& owner : owners->items()) {
    const yaml::Node* kind = owner.find("kind");
    const yaml::Node* name = owner.find("name");
    if (kind == nullptr || name == nullptr) continue;
    std::string_view text = name->string_or("");
    std::string_view owner_kind = kind->string_or("");
    if (owner_kind == "ReplicaSet") {
      const kube::Object* itself = world.find("ReplicaSet", ns, text);
      if (itself != nullptr && !itself->context_only) return true;
      owner_kind = "Deployment";
      text = text.substr(0, text.rfind('-'));
    } else if (owner_kind == "Job") {
      const kube::Object* itself = world.find("Job", ns, text);
      if (itself != nullptr && !itself->context_only) return true;
      owner_kind = "CronJob";
      text = text.substr(0, text.rfind('-'));
    }
    const kube::Object* object = world.find(owner_kind, ns, text);
    if (object != nullptr && !object->context_only) return true;
  }
  return false;
}

std::vector<Candidate> Scheduler::candidates_of(std::span<const kube::PodTemplate* const> pods, const world::World& world,
                                                std::deque<kube::PodTemplate>& snapshot) {
  std::vector<Candidate> out;
  out.reserve(pods.size());
  for (const kube::PodTemplate* pod : pods) {
    out.push_back(make_candidate(*pod, world));
    out.back().id = static_cast<CandidateId>(out.size() - 1);
  }
  for (const kube::Object* object : world.all("Pod")) {
    if (!object->context_only) continue;
    auto pod = kube::PodTemplate::read(*object);
    if (!pod || pod->spec.node_name->empty()) continue;
    const yaml::Node* phase = object->root->find("status", "phase");
    const std::string_view text = phase == nullptr ? std::string_view{} : phase->string_or("");
    if (text == "Succeeded" || text == "Failed") continue;
    if (replaced_by(*pod, world.namespace_of(*object), world)) continue;
    snapshot.push_back(std::move(*pod));
    out.push_back(make_candidate(snapshot.back(), world));
    out.back().id = static_cast<CandidateId>(out.size() - 1);
    out.back().from_snapshot = true;
  }
  return out;
}

Scheduler::Scheduler(std::span<const kube::PodTemplate* const> pods, const world::World& world, std::span<const Ends> ends)
    : world_(world),
      given_(pods.size()),
      nodes_known_(world.cluster().nodes_known),
      candidates_(candidates_of(pods, world, snapshot_)),
      nodes_(nodes_known_ ? initial_nodes(world.cluster()) : std::vector<NodeState>{}),
      claims_(world, pods),
      any_cluster_(world, pods),
      topology_(candidates_, nodes_, world),
      filter_(nodes_, topology_, claims_),
      courses_(candidates_.size()),
      placements_(pods.size()) {
  for (std::size_t i = 0; i < ends.size() && i < given_; ++i) {
    if (candidates_[i].ends != Ends::Never) candidates_[i].ends = ends[i];
  }
}

// --- before the queue ------------------------------------------------------------------------------

void Scheduler::bind_snapshot() {
  for (std::size_t i = given_; i < candidates_.size(); ++i) {
    for (std::size_t n = 0; n < nodes_.size(); ++n) {
      if (nodes_[n].node->name != candidates_[i].bound_node) continue;
      nodes_[n].place(candidates_[i]);
      topology_.placed(candidates_[i], n);
    }
    for (Claim* claim : claims_of(candidates_[i], 0)) claim->in_use = true;
  }
}

/// A container mounts the claim's volume: the kubelet ignores the others.
bool mounts(const kube::PodSpec& spec, const Claim& claim) {
  std::string_view volume_name;
  for (const kube::Volume& volume : spec.volumes) {
    const bool by_name = volume.kind == kube::Volume::Kind::PersistentVolumeClaim && *volume.claim_name == claim.name;
    const bool own = volume.kind == kube::Volume::Kind::Ephemeral && claim.name.ends_with("-" + std::string(*volume.name));
    if (by_name || own) volume_name = *volume.name;
  }
  if (volume_name.empty()) return true;  // of a claim template
  const auto uses = [volume_name](const kube::Container& container) {
    return std::any_of(container.volume_mounts.begin(), container.volume_mounts.end(),
                       [volume_name](const kube::VolumeMount& one) { return *one.name == volume_name; }) ||
           std::any_of(container.volume_devices.begin(), container.volume_devices.end(),
                       [volume_name](const kube::VolumeDevice& one) { return *one.name == volume_name; });
  };
  return std::any_of(spec.containers.begin(), spec.containers.end(), uses) ||
         std::any_of(spec.init_containers.begin(), spec.init_containers.end(), uses);
}

/// The kubelet waits for claims that nobody bound, as the scheduler did not: FailedMount for ever.
void Scheduler::mount_by_name(const Candidate& candidate) {
  Placement& placement = placements_[candidate.id];
  for (Claim* claim : claims_of(candidate, 0)) {
    const bool bound = claim->fate == Claim::Fate::Usable || claim->volume != nullptr;
    if (bound || claim->certainty == Certainty::Possible || !mounts(candidate.pod->spec, *claim)) continue;
    PlacementProblem problem = claim_problem(candidate, *claim, -1);
    const bool waits = claim->fate == Claim::Fate::Chosen || claim->fate == Claim::Fate::Hangs;
    if (waits && problem.cause != Cause::ClaimUnbound) problem.cause = Cause::ClaimUnbound;
    if (waits) problem.explanation += "; with nodeName no scheduler chooses a volume for it";
    problem.at_mount = true;
    problem.reason.clear();
    problem.message = "error processing PVC " + claim->key + ": " +
                      (claim->fate == Claim::Fate::Missing
                           ? "failed to fetch PVC from API server: persistentvolumeclaims \"" + std::string(claim->name) + "\" not found"
                           : std::string("PVC is not bound"));
    placement.problems.push_back(std::move(problem));
    return;
  }
}

void Scheduler::bind_by_name(Candidate& candidate) {
  Course& course = courses_[candidate.id];
  Placement& placement = placements_[candidate.id];
  course.stopped = true;
  const kube::Text& name = candidate.pod->spec.node_name;
  const auto at = std::find_if(nodes_.begin(), nodes_.end(),
                               [&name](const NodeState& state) { return state.node->name == *name; });
  if (at == nodes_.end()) {
    if (world_.exists("Node", {}, *name) != world::Known::No) {
      if (auto refused = refused_on_node(candidate, nullptr, true, world_)) placement.problems.push_back(std::move(*refused));
      mount_by_name(candidate);
      return;
    }
    PlacementProblem problem = problem_of(candidate, Cause::NodeName, name.span, "nodeName");
    problem.reason.clear();
    problem.subject = *name;
    problem.explanation = "there is no node called " + problem.subject + "; after a minute the pod is deleted, and a controller makes the next one";
    placement.problems.push_back(std::move(problem));
    placement.placed = 0;
    return;
  }
  const auto index = static_cast<std::size_t>(at - nodes_.begin());
  placement.placed = 0;
  for (std::int64_t i = 0; i < candidate.wanted; ++i) {
    if (auto refused = refused_on_node(candidate, &*at, true, world_)) {
      refused->replicas = i == 0 ? -1 : static_cast<int>(candidate.wanted - i);
      placement.problems.push_back(std::move(*refused));
      break;
    }
    at->place(candidate);
    topology_.placed(candidate, index);
    ++placement.placed;
    placement.nodes.push_back(at->node->name);
  }
  if (placement.problems.empty()) mount_by_name(candidate);
  // Refused or not, each pod has its node.
  placement.placed = static_cast<int>(candidate.wanted);
}

void Scheduler::find_daemon_nodes(const Candidate& candidate) {
  Course& course = courses_[candidate.id];
  for (std::size_t n = 0; n < nodes_.size(); ++n) {
    const world::ClusterNode& node = *nodes_[n].node;
    if (!node_selected(node, candidate.pod->spec, candidate.node_selector)) continue;
    if (untolerated(node, candidate.tolerations) != nullptr) continue;
    course.pinned.push_back(n);
  }
}

void Scheduler::look_before(const Candidate& candidate) {
  Course& course = courses_[candidate.id];
  Placement& placement = placements_[candidate.id];
  placement.wanted = static_cast<int>(candidate.wanted);
  if (candidate.wanted == 0) {
    course.stopped = true;
    placement.placed = 0;
    return;
  }
  std::vector<PlacementProblem> problems = any_cluster_.before_filtering(candidate);
  for (const PlacementProblem& one : problems) {
    if (one.certainty != Certainty::Possible) course.stopped = true;
  }
  if (course.stopped) placement.placed = 0;
  placement.problems = std::move(problems);
}

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
      take(claims_.made(candidate.ns, pod_name + "-" + std::string(*volume.name), volume.claim,
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
    if (std::make_tuple(same(n), load(n), nodes_[n].pods) < std::make_tuple(same(best), load(best), nodes_[best].pods)) best = n;
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
    if (pods_placed_ >= kMostPods) {
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
  const auto rank = [](const Candidate& one) { return one.never_preempts ? std::min<std::int64_t>(one.priority, 0) : one.priority; };
  std::vector<CandidateId> order(given_);
  std::iota(order.begin(), order.end(), CandidateId{0});
  std::stable_sort(order.begin(), order.end(), [this, &rank](CandidateId a, CandidateId b) {
    return rank(candidates_[a]) > rank(candidates_[b]);
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

// --- what to tell ------------------------------------------------------------------------------------

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
    for (const kube::Volume& volume : pod.spec.volumes) {
      const bool by_name = volume.kind == kube::Volume::Kind::PersistentVolumeClaim && *volume.claim_name == claim->name;
      const bool own = volume.kind == kube::Volume::Kind::Ephemeral && claim->name.ends_with("-" + std::string(*volume.name));
      if (by_name || own) bound.push_back({*volume.name, claim->volume->object});
    }
    for (const auto& [name, spec] : pod.claim_templates) {
      if (claim->name.starts_with(std::string(*name) + "-" + std::string(pod.owner->name) + "-")) {
        bound.push_back({*name, claim->volume->object});
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
    problem.message = "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod";
    problem.explanation = "claim " + std::string(claim->name) + " is ReadWriteOncePod, and another pod uses it";
    if (claim->object != nullptr) problem.related.emplace_back(claim->object->name_span, "this claim admits one pod at a time");
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
      PlacementProblem alone = problem_of(candidate, Cause::PodAffinity, terms[0].label_selector.span,
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
  if (auto refused = refused_on_node(candidate, nullptr, false, world_)) placement.problems.push_back(std::move(*refused));
}

std::vector<Placement> Scheduler::run() {
  if (nodes_known_) bind_snapshot();
  for (std::size_t i = 0; i < given_; ++i) {
    Candidate& candidate = candidates_[i];
    look_before(candidate);
    if (courses_[i].stopped) continue;
    if (!candidate.bound_node.empty() && candidate.pod->workload != WorkloadKind::DaemonSet) {
      bind_by_name(candidate);
    } else if (candidate.pod->workload == WorkloadKind::DaemonSet && nodes_known_) {
      find_daemon_nodes(candidate);
      if (courses_[i].pinned.empty()) courses_[i].stopped = true;
    }
  }
  if (nodes_known_) place_all();
  for (std::size_t i = 0; i < given_; ++i) {
    const Candidate& candidate = candidates_[i];
    if (candidate.wanted == 0) continue;
    note_volumes(candidate);
    if (!candidate.bound_node.empty() && candidate.pod->workload != WorkloadKind::DaemonSet) continue;
    if (nodes_known_) {
      tell(candidate);
    } else {
      tell_without_nodes(candidate);
    }
  }
  return std::move(placements_);
}

}  // namespace

std::vector<Placement> schedule(std::span<const kube::PodTemplate* const> pods, const world::World& world,
                                std::span<const Ends> ends) {
  if (pods.empty()) return {};
  return Scheduler(pods, world, ends).run();
}

}  // namespace podseer::lifecycle
