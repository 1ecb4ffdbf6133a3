// SPDX-License-Identifier: Apache-2.0
// StorageClasses as the claim controller sees them: of the files, the snapshot and the preset.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kube/pod.hpp"
#include "world/world.hpp"

namespace podseer::lifecycle {

/// What can be said about one class name.
struct StorageClass {
  world::Known exists = world::Known::Unknown;
  const kube::Object* object = nullptr;  // null for a class of a preset, and for one that is not given
  std::string_view name, provisioner;
  bool wait_for_first_consumer = false;
  /// ORed terms of allowedTopologies; empty: every node will do.
  std::vector<kube::NodeSelectorTerm> topologies;
  /// Something makes volumes for it. Unknown: perhaps, nothing here says.
  world::Known provisions = world::Known::Unknown;
  bool many_writers = true;       // ReadWriteMany filesystems; true where not known
  bool block = true;              // volumeMode Block; true where not known
  bool selector_refused = false;  // a provisioner that is known to refuse claims with a selector
};

class StorageClasses {
 public:
  StorageClasses(const world::World& world, std::span<const kube::PodTemplate* const> pods);
  [[nodiscard]] const StorageClass& find(std::string_view name);
  /// The name that admission writes into a claim without one; "" when there is none; empty optional
  /// when nobody knows.
  [[nodiscard]] std::optional<std::string_view> default_class() const { return default_; }

 private:
  [[nodiscard]] StorageClass describe(std::string_view name);
  [[nodiscard]] world::Known provisions(std::string_view name, std::string_view provisioner) const;
  const world::World& world_;
  std::span<const kube::PodTemplate* const> pods_;
  std::optional<std::string_view> default_;
  std::unordered_map<std::string, StorageClass> known_;
  std::unordered_map<std::string, world::Known> provisioners_;
};

/// The provisioner is part of Kubernetes, and does nothing any more: "kubernetes.io/no-provisioner",
/// "kubernetes.io/glusterfs". In-tree names that were moved to CSI drivers are not.
[[nodiscard]] bool dead_provisioner(std::string_view provisioner);

}  // namespace podseer::lifecycle
