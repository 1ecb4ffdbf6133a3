// SPDX-License-Identifier: Apache-2.0
// The shape of the table that the build makes of rules/clusters/*.yaml. Quantities stay text: only
// the preset that is asked for is read further.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace podseer::world {

using PresetPair = std::pair<std::string_view, std::string_view>;

struct PresetNode {
  std::string_view name;
  bool size_known = true;
  std::span<const PresetPair> labels;       // value "*": there is one, which is not known
  std::span<const PresetPair> taints;       // key=value and effect
  std::span<const PresetPair> allocatable;  // resource and quantity
  std::span<const PresetPair> used;
  std::int64_t used_pods = 0;
  std::span<const std::int64_t> used_host_ports;
};

struct PresetStorageClass {
  std::string_view name, provisioner;
  bool wait_for_first_consumer = false, is_default = false, provisioner_known = false;
  bool supports_rwx = false, supports_block = true;
};

struct ClusterPreset {
  std::string_view name, title;
  bool nodes_known = false, labels_known = false, storage_classes_known = false;
  bool default_storage_class_known = false;
  std::span<const PresetNode> nodes;
  std::span<const PresetStorageClass> storage_classes;
};

/// Every rules/clusters/*.yaml, ordered by name.
[[nodiscard]] std::span<const ClusterPreset> cluster_presets();

}  // namespace podseer::world
