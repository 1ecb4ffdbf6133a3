// SPDX-License-Identifier: Apache-2.0
// A pod that no scheduler may look at yet (plugins/schedulinggates, Kubernetes 1.34).
#include "rules/placements.hpp"

namespace podseer::rules {

void pod201_scheduling_gates(const kube::PodTemplate& pod, RuleContext& context) {
  report_placement(pod, context, {Cause::Gated});
}

}  // namespace podseer::rules
