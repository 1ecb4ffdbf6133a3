// SPDX-License-Identifier: Apache-2.0
// What a new volume of a claim holds before anybody writes to it: a disk that was formatted with ext4 has
// the directory lost+found in its root, a directory on a node or a share has nothing.
//
// Worked example: on EKS a claim of class gp2 (kubernetes.io/aws-ebs, ext4 unless fsType says another):
// Yes. On kind, class standard (rancher.io/local-path, directories of the node): No.
#pragma once

#include "kube/pod.hpp"
#include "process/shell.hpp"
#include "world/world.hpp"

namespace podseer::process {

/// Is there a lost+found in the root of the volume that this claim gets? Unknown where the class, its
/// provisioner or the volume is not known; No for a claim of the snapshot, whose volume is in use.
[[nodiscard]] Answer has_lost_found(const kube::PodTemplate& pod, const kube::Volume& volume,
                                    const world::World& world);
/// The same for the claim made of a StatefulSet's template.
[[nodiscard]] Answer has_lost_found(const kube::ClaimSpec& claim, const world::World& world);

}  // namespace podseer::process
