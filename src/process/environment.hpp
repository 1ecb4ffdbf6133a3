// SPDX-License-Identifier: Apache-2.0
// A container's environment as kubelet and runtime assemble it (facts: kubelet 4.1): envFrom in order,
// then env in order with $(VAR) expansion against what came before, service links beneath both, the
// image's own variables under everything.
#pragma once

#include <map>
#include <string>

#include "kube/pod.hpp"
#include "process/image_table.hpp"
#include "process/shell.hpp"
#include "world/world.hpp"

namespace podseer::process {

/// What a process of the container finds in its environment.
struct Environment {
  std::map<std::string, Value> kubelet;  // what $(VAR) in command and args is expanded with
  std::map<std::string, Value> process;  // with the image's variables, HOSTNAME and PATH
  bool complete = true;                  // false: variables that are in neither map may be set

  [[nodiscard]] Value kubelet_value(std::string_view name) const;
  [[nodiscard]] Value process_value(std::string_view name) const;
};

/// `image` may be null. References to objects that are not known to exist or to be absent make values
/// Unknown; keys that are known to be missing leave variables unset (the pod never starts then anyway).
[[nodiscard]] Environment assemble_environment(const kube::PodTemplate& pod, const kube::Container& container,
                                               const world::World& world, const ImageInfo* image);

/// The decoded value of a ConfigMap's or Secret's key: Unknown where it is base64 that does not decode.
[[nodiscard]] Value keyed_value(const world::KeyedData& data, const yaml::Entry& entry, bool secret);

}  // namespace podseer::process
