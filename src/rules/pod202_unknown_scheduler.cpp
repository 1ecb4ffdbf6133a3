// SPDX-License-Identifier: Apache-2.0
// schedulerName names a scheduler that does not run (pkg/scheduler/eventhandlers.go, Kubernetes
// 1.34).
#include "rules/placements.hpp"

namespace podseer::rules {

void pod202_unknown_scheduler(const kube::PodTemplate& pod, RuleContext& context) {
  report_placement(pod, context, {Cause::UnknownScheduler});
}

}  // namespace podseer::rules
