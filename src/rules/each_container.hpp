// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kube/pod.hpp"

namespace podseer::rules {

/// Calls `visit` for every init container, then for every container, in the order of the file.
template <typename Visit>
void each_container(const kube::PodTemplate& pod, Visit&& visit) {
  for (const kube::Container& container : pod.spec.init_containers) visit(container);
  for (const kube::Container& container : pod.spec.containers) visit(container);
}

}  // namespace podseer::rules
