// SPDX-License-Identifier: Apache-2.0
// Which pods find a node, and in which words the scheduler says that they do not.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kube/pod.hpp"
#include "lifecycle/effect.hpp"
#include "world/world.hpp"

namespace podseer::lifecycle {

/// Why some or all replicas of a pod stay unscheduled, or are refused on their node.
struct PlacementProblem {
  /// What it is about; rules turn each cause into findings of their own code.
  enum class Cause : std::uint8_t {
    Gated,
    UnknownScheduler,
    NodeSelector,
    NodeAffinity,
    Taints,
    NodeName,
    Unschedulable,
    HostPorts,
    Resources,  // one pod alone is bigger than every node that it may use
    Crowded,
    TooManyPods,  // it would fit, were it alone
    PodAffinity,
    PodAntiAffinity,
    TopologySpread,
    ClaimMissing,
    ClaimUnbound,
    StorageClassMissing,
    ClaimInUse,
    VolumeAffinity,
    InlineVolume,  // a volume of the pod itself that the scheduler cannot translate to CSI
    NoNodes,
    ResourceClaims,
    NodeAdmission  // the kubelet refuses: reason is OutOfcpu, NodeAffinity, NodePorts, SysctlForbidden, ...
  };
  Cause cause = Cause::Resources;
  std::string reason;       // "Unschedulable", "SchedulingGated", or the kubelet's ("OutOfcpu")
  std::string message;      // the scheduler's: "0/3 nodes are available: ..."
  std::string explanation;  // our words, one sentence: what the pod wants and what there is
  SourceSpan span;          // the field that decides
  std::string field_path;
  std::vector<std::pair<SourceSpan, std::string>> related;
  Certainty certainty = Certainty::Certain;
  int replicas = -1;    // how many stay; -1: all
  std::string subject;  // the claim, class, label, resource ... it is about
  /// spec.nodeName went past the scheduler: the kubelet is the one that waits for the claim.
  bool at_mount = false;
};

/// A volume of the pod whose claim is bound to a PersistentVolume that is given: its source is what
/// the kubelet mounts.
struct BoundVolume {
  std::string_view volume;  // its name in the pod, or that of the claim template
  const kube::Object* persistent_volume = nullptr;
};

/// What the scheduler does with the pods of one template.
struct Placement {
  int wanted = 1;                  // pods that the controller makes (DaemonSet: eligible nodes)
  int placed = -1;                 // replicas that find a node; -1: nothing known against any
  std::vector<std::string> nodes;  // of the placed ones, where known
  std::vector<PlacementProblem> problems;
  std::vector<BoundVolume> bound;  // of the first pod
};

/// Whether the pods of a template give their place back within minutes.
enum class Ends : std::uint8_t { Unknown, Never, Soon };

/// Places the pods of all templates onto the world's cluster, in the scheduler's order. The result is
/// parallel to `pods`. Deterministic. Templates without pods (PodTemplate, suspended) are not placed.
/// `ends`: parallel to `pods`, or empty when nothing is known about their processes.
[[nodiscard]] std::vector<Placement> schedule(std::span<const kube::PodTemplate* const> pods, const world::World& world,
                                              std::span<const Ends> ends = {});

}  // namespace podseer::lifecycle
