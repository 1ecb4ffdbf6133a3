// SPDX-License-Identifier: Apache-2.0
// The cluster that the manifests are meant for: a preset, or what kubectl says about a real one.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kube/pod.hpp"
#include "source/result.hpp"

namespace podseer::world {

struct Taint {
  std::string key, value, effect;
};

/// One node, reduced to what the scheduler and the kubelet look at. Owns its strings.
struct ClusterNode {
  std::string name;
  std::vector<std::pair<std::string, std::string>> labels;
  std::vector<Taint> taints;
  bool unschedulable = false;
  bool ready = true;
  std::vector<std::pair<std::string, kube::Quantity>> allocatable;
  /// `allocatable` is what the node has. False (kind: as big as its host): requests are not compared.
  bool size_known = true;
  /// Requests of pods that are already there (system pods of a preset, pods of a snapshot).
  std::vector<std::pair<std::string, kube::Quantity>> used;
  std::int64_t used_pods = 0;
  std::string os = "linux", arch = "amd64";
  std::string kubelet_version, runtime;
  bool app_armor = false;  // profiles can be enforced
  /// Ports of the node that something of the preset already listens on (k3s: 80 and 443).
  std::vector<std::int64_t> used_host_ports;
  [[nodiscard]] const std::string* label(std::string_view key) const;
};

struct StorageClassInfo {
  std::string name;
  std::string provisioner;
  bool wait_for_first_consumer = false;
  bool is_default = false;
  /// The provisioner is installed and makes volumes; Unknown for foreign ones in an open world.
  bool provisioner_known = false;
  bool supports_rwx = false;  // ReadWriteMany or ReadOnlyMany filesystems
  bool supports_block = true;
};

/// What is known about the cluster. A preset's `nodes_known` is false where sizes or labels are the
/// user's own (generic): then the scheduler's questions are answered Unknown, not No.
struct Cluster {
  std::string name = "generic";
  bool snapshot = false;               // from kubectl get nodes, not from a preset
  bool nodes_known = false;            // `nodes` is complete: counts and sizes can be relied upon
  bool labels_known = false;           // node labels and taints are complete
  bool storage_classes_known = false;  // `storage_classes` is complete
  bool default_storage_class_known = false;
  std::vector<ClusterNode> nodes;
  std::vector<StorageClassInfo> storage_classes;  // of the preset; those of files and snapshots are objects

  /// A preset by name (rules/clusters/NAME.yaml), or a sentence that names the known ones.
  static source::Result<Cluster> preset(std::string_view name);
  [[nodiscard]] static std::vector<std::string_view> preset_names();
  /// From the Node objects of a snapshot.
  static Cluster from_objects(const std::vector<const kube::Object*>& objects);
};

}  // namespace podseer::world
