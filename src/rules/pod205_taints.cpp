// SPDX-License-Identifier: Apache-2.0
// Taints, and cordons, that leave no node (plugins/tainttoleration, Kubernetes 1.34).
#include "rules/placements.hpp"

namespace podseer::rules {

void pod205_taints(const kube::PodTemplate& pod, RuleContext& context) {
  report_placement(pod, context, {Cause::Taints, Cause::Unschedulable});
}

}  // namespace podseer::rules
