// SPDX-License-Identifier: Apache-2.0
// PersistentVolumeClaims: which of them are bound, which never will be, and in whose words.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lifecycle/node_match.hpp"
#include "lifecycle/placement.hpp"
#include "lifecycle/storage_class.hpp"

namespace podseer::lifecycle {

/// Access modes as bits.
using AccessModes = std::uint8_t;
inline constexpr AccessModes kReadWriteOnce = 1, kReadOnlyMany = 2, kReadWriteMany = 4, kReadWriteOncePod = 8;

/// A PersistentVolume that is given.
struct StaticVolume {
  const kube::Object* object = nullptr;
  kube::Quantity capacity;
  AccessModes modes = 0;
  std::string_view class_name, volume_mode = "Filesystem", attributes_class;
  std::string_view claim_ns, claim_name;  // claimRef; empty when it is for anybody
  bool claim_uid = false;                 // claimRef names a claim that lived before
  kube::LabelMap labels;
  bool has_node_affinity = false;
  std::vector<kube::NodeSelectorTerm> node_terms;  // ORed
  bool available = true;                           // by its phase in a snapshot
  std::string_view taken_by;                       // "ns/name" of the claim it serves
};

/// What will become of a claim.
struct Claim {
  enum class Fate : std::uint8_t {
    Usable,   // bound, or will be; as far as anybody can tell
    Missing,  // there is no such claim
    Blocked,  // the scheduler refuses the pod before it looks at nodes
    Chosen,   // waits for a pod: the scheduler looks for a volume on each node
    Hangs     // a node is chosen, then nobody makes the volume: Pending without a word
  };
  std::string key;            // "namespace/name"
  std::string_view ns, name;  // into key
  Fate fate = Fate::Usable;
  PlacementProblem::Cause cause = PlacementProblem::Cause::ClaimUnbound;
  std::string scheduler_message;  // Missing, Blocked: PreFilter's words
  std::string event;              // what `kubectl describe pvc` says
  std::string explanation;        // our words, one sentence
  Certainty certainty = Certainty::Certain;
  std::vector<std::pair<SourceSpan, std::string>> related;
  std::string subject;  // class or volume it is about
  SourceSpan decides;   // the field of the claim that decides, if any

  const kube::Object* object = nullptr;  // null for claims made from a template
  AccessModes modes = 0;
  kube::Quantity size;
  kube::ClaimSpec spec;
  std::string_view class_name;           // resolved
  const StaticVolume* volume = nullptr;  // bound to it
  const StorageClass* storage_class = nullptr;
  bool provisionable = false;  // Chosen: a volume can be made where none is found
  bool in_use = false;         // by a pod that was placed
  SourceSpan user;             // of that pod: its name
};

/// Binds claims to volumes as the controller does: claims in file order, each the smallest volume
/// that fits, among those with the fewest access modes. Not thread-safe.
class Claims {
 public:
  Claims(const world::World& world, std::span<const kube::PodTemplate* const> pods);

  /// The claim that a pod's volume names; made on first use from a StatefulSet's template where it is one.
  Claim& named(std::string_view ns, std::string_view name);
  /// The claim that a controller makes for one pod, or the one of that name which is there already.
  /// `template_span`: where the template is. `owned`: only the claim that was made for this pod will do
  /// (generic ephemeral volumes).
  Claim& made(std::string_view ns, const std::string& name, const kube::ClaimSpec& spec, SourceSpan template_span,
              bool owned);

  /// A free volume for a claim that waits for its pod, the smallest that the node can reach, or null.
  /// Volumes in `chosen` are spoken for by other claims of the same pod.
  /// `node` null: on any node.
  [[nodiscard]] const StaticVolume* find_on(const Claim& claim, const world::ClusterNode* node,
                                            const std::vector<const StaticVolume*>& chosen) const;
  /// Binds it, once the pod is placed.
  void bind(Claim& claim, const StaticVolume* volume);

 private:
  struct Shelf;  // the free volumes of one class
  void read_volumes();
  void resolve(Claim& claim);
  void resolve_prebound(Claim& claim);
  void resolve_without_volume(Claim& claim);
  StaticVolume* take_match(const Claim& claim);
  void explain_near_misses(Claim& claim) const;
  [[nodiscard]] Certainty absence() const;
  Claim& insert(std::string_view ns, std::string_view name);
  void block(Claim& claim, PlacementProblem::Cause cause, std::string event, std::string explanation,
             Certainty certainty);

  const world::World& world_;
  StorageClasses classes_;
  std::deque<StaticVolume> volumes_;
  std::unordered_map<std::string_view, StaticVolume*> volume_by_name_;
  std::map<std::string, std::vector<StaticVolume*>, std::less<>> prebound_;  // by "ns/name" of claimRef
  std::unordered_map<std::string_view, std::shared_ptr<Shelf>> shelves_;     // by class
  std::unordered_map<std::string, std::unique_ptr<Claim>> claims_;
  struct Template {
    const kube::ClaimSpec* spec = nullptr;
    SourceSpan span;
  };
  std::unordered_map<std::string, Template> templates_;  // by "ns/name" of the claim they make
};

/// The words for access modes: "ReadWriteOnce, ReadOnlyMany".
[[nodiscard]] std::string print_modes(AccessModes modes);

}  // namespace podseer::lifecycle
