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

#include "lifecycle/node_admission.hpp"
#include "lifecycle/node_match.hpp"
#include "lifecycle/placement_words.hpp"
#include "lifecycle/scheduler.hpp"

namespace podseer::lifecycle {

namespace {

using Cause = PlacementProblem::Cause;
using kube::WorkloadKind;

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

}  // namespace

std::vector<Candidate> Scheduler::candidates_of(std::span<const kube::PodTemplate* const> pods,
                                                const world::World& world, std::deque<kube::PodTemplate>& snapshot) {
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

Scheduler::Scheduler(std::span<const kube::PodTemplate* const> pods, const world::World& world,
                     std::span<const Ends> ends)
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

std::string_view volume_of(const kube::PodSpec& spec, const Claim& claim) {
  for (const kube::Volume& volume : spec.volumes) {
    const bool by_name = volume.kind == kube::Volume::Kind::PersistentVolumeClaim && *volume.claim_name == claim.name;
    const bool own =
        volume.kind == kube::Volume::Kind::Ephemeral && claim.name.ends_with("-" + std::string(*volume.name));
    if (by_name || own) return *volume.name;
  }
  return {};
}

namespace {

/// A container mounts the claim's volume: the kubelet ignores the others.
bool mounts(const kube::PodSpec& spec, const Claim& claim) {
  const std::string_view name = volume_of(spec, claim);
  if (name.empty()) return true;  // of a claim template
  const auto uses = [name](const kube::Container& container) {
    return std::any_of(container.volume_mounts.begin(), container.volume_mounts.end(),
                       [name](const kube::VolumeMount& one) { return *one.name == name; }) ||
           std::any_of(container.volume_devices.begin(), container.volume_devices.end(),
                       [name](const kube::VolumeDevice& one) { return *one.name == name; });
  };
  return std::any_of(spec.containers.begin(), spec.containers.end(), uses) ||
         std::any_of(spec.init_containers.begin(), spec.init_containers.end(), uses);
}

}  // namespace

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
    problem.message =
        "error processing PVC " + claim->key + ": " +
        (claim->fate == Claim::Fate::Missing ? "failed to fetch PVC from API server: persistentvolumeclaims \"" +
                                                   std::string(claim->name) + "\" not found"
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
  const auto at =
      std::find_if(nodes_.begin(), nodes_.end(), [&name](const NodeState& state) { return state.node->name == *name; });
  if (at == nodes_.end()) {
    // A closed world without a cluster is closed as to objects; its nodes are still not known.
    if (!nodes_known_ || world_.exists("Node", {}, *name) != world::Known::No) {
      if (auto refused = refused_on_node(candidate, nullptr, true, world_))
        placement.problems.push_back(std::move(*refused));
      mount_by_name(candidate);
      return;
    }
    PlacementProblem problem = problem_of(candidate, Cause::NodeName, name.span, "nodeName");
    problem.reason.clear();
    problem.subject = *name;
    problem.explanation = "there is no node called " + problem.subject +
                          "; after a minute the pod is deleted, and a controller makes the next one";
    placement.problems.push_back(std::move(problem));
    placement.placed = 0;
    return;
  }
  const auto index = static_cast<std::size_t>(at - nodes_.begin());
  placement.placed = 0;
  for (std::int64_t i = 0; i < std::min(candidate.wanted, kMostPlayed); ++i) {
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
  // Nodes as big as their hosts (kind): only what no machine has is too big.
  const bool sizes_unknown = nodes_known_ && std::none_of(nodes_.begin(), nodes_.end(), [](const NodeState& state) {
                               return state.node->size_known;
                             });
  if (sizes_unknown && candidate.pod->workload != WorkloadKind::DaemonSet) {
    for (PlacementProblem& one : any_cluster_.on_any_node(candidate)) {
      if (one.cause == Cause::Resources) problems.push_back(std::move(one));
    }
  }
  for (const PlacementProblem& one : problems) {
    if (one.certainty != Certainty::Possible) course.stopped = true;
  }
  if (course.stopped) placement.placed = 0;
  placement.problems = std::move(problems);
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

std::vector<Placement> schedule(std::span<const kube::PodTemplate* const> pods, const world::World& world,
                                std::span<const Ends> ends) {
  if (pods.empty()) return {};
  return Scheduler(pods, world, ends).run();
}

}  // namespace podseer::lifecycle
