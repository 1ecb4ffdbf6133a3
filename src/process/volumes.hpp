// SPDX-License-Identifier: Apache-2.0
// What a pod's volumes hold when its containers start, as the kubelet fills them (facts: kubelet 5):
// ConfigMap, Secret, projected and downward API volumes from the objects given, emptyDir from what init
// containers wrote, everything else unknown.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kube/pod.hpp"
#include "process/shell.hpp"
#include "world/world.hpp"

namespace podseer::process {

/// A file or directory inside a volume.
struct VolumeFile {
  FileInfo info;
  std::optional<std::string> content;  // files; empty: not known
  SourceSpan span;                     // the value in the manifest; nowhere for written files
  bool secret = false;
};

/// One volume. Paths are relative, without a leading slash; "" is the volume's root.
struct VolumeContent {
  kube::Volume::Kind kind = kube::Volume::Kind::Other;
  std::string name;
  std::map<std::string, VolumeFile> files;
  bool complete = false;           // what is not in `files` is absent
  bool read_only = false;          // ConfigMap and the like
  bool memory = false;             // emptyDir with medium Memory
  std::int64_t size_limit = 0;     // bytes; 0: none
  FileInfo root;                   // the directory itself
  Answer lost_found = Answer::No;  // claims: a new volume's root has a lost+found

  [[nodiscard]] bool is_claim() const {
    return kind == kube::Volume::Kind::PersistentVolumeClaim || kind == kube::Volume::Kind::Ephemeral;
  }
};

using PodVolumes = std::map<std::string, VolumeContent, std::less<>>;

/// All volumes of a pod, claim templates included, as they are before the first container starts.
[[nodiscard]] PodVolumes pod_volumes(const kube::PodTemplate& pod, const world::World& world);

}  // namespace podseer::process
