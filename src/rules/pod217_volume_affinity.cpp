// SPDX-License-Identifier: Apache-2.0
// A bound volume that no usable node reaches (plugins/volumebinding, Kubernetes 1.34).
#include "rules/placements.hpp"

namespace podseer::rules {

void pod217_volume_affinity(const kube::PodTemplate& pod, RuleContext& context) {
  report_placement(pod, context, {Cause::VolumeAffinity});
}

}  // namespace podseer::rules
