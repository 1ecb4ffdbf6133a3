// SPDX-License-Identifier: Apache-2.0
// Objects that make other objects: a SealedSecret becomes a Secret, a Certificate a TLS Secret, a
// Kustomization's generators ConfigMaps. What they will make counts as existing, with unknown keys.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kube/object.hpp"

namespace podseer::world {

/// One thing that an object will make.
struct Provided {
  std::string_view kind;    // "Secret", "ConfigMap", "Service", "PersistentVolumeClaim"
  std::string name;         // may hold `*`: any text
  bool everywhere = false;  // in any namespace, not only in its maker's
};

/// What the object will make besides itself; empty for most.
[[nodiscard]] std::vector<Provided> provided_by(const kube::Object& object);

}  // namespace podseer::world
