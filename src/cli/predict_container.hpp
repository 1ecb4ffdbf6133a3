// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kube/pod.hpp"
#include "process/outcome.hpp"
#include "world/world.hpp"

namespace podseer::cli {

/// What the process of one container does; Unknown where reading cannot tell.
[[nodiscard]] inline process::Outcome predict_container(const kube::Container& container, const kube::PodTemplate& pod,
                                                        const world::World& world) {
  (void)container;
  (void)pod;
  (void)world;
  return {};
}

}  // namespace podseer::cli
