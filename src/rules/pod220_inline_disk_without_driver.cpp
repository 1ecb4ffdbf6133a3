// SPDX-License-Identifier: Apache-2.0
// azureDisk volumes that are not managed disks (csi-translation-lib, Kubernetes 1.34).
#include "rules/placements.hpp"

namespace podseer::rules {

void pod220_inline_disk_without_driver(const kube::PodTemplate& pod, RuleContext& context) {
  report_placement(pod, context, {Cause::InlineVolume});
}

}  // namespace podseer::rules
