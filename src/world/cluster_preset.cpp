// SPDX-License-Identifier: Apache-2.0
#include "world/cluster_preset.hpp"

namespace podseer::world {

std::span<const ClusterPreset> cluster_presets() { return {}; }

}  // namespace podseer::world
