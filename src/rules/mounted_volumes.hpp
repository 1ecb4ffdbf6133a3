// SPDX-License-Identifier: Apache-2.0
// What the kubelet mounts for a pod: its own volumes, and behind a claim the PersistentVolume.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/engine.hpp"
#include "rules/rule.hpp"

namespace podseer::rules {

/// A volume that some container of the pod mounts, with the source that is mounted.
struct MountedVolume {
  kube::Volume volume;                       // of a claim: name from the pod, source from the PersistentVolume
  const kube::Object* persistent = nullptr;  // the PersistentVolume that the source is in, or null
  std::string path;  // of the source: "spec.volumes[0].nfs", "spec.nfs" (of the PersistentVolume)
  SourceSpan user;   // where the pod names the claim; nowhere for its own volumes

  /// Tells where the volume comes from, when that is a PersistentVolume.
  void explain(Finding& finding) const;
};

/// In the order of the pod's volumes; those of claim templates last. Claims that are not bound to a
/// PersistentVolume of the files are left out.
[[nodiscard]] std::vector<MountedVolume> mounted_volumes(const kube::PodTemplate& pod, const RuleContext& context);

}  // namespace podseer::rules
