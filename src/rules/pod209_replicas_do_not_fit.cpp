// SPDX-License-Identifier: Apache-2.0
// Pods that would fit alone but not beside each other (plugins/noderesources, Kubernetes 1.34).
#include "rules/placements.hpp"

namespace podseer::rules {

void pod209_replicas_do_not_fit(const kube::PodTemplate& pod, RuleContext& context) {
  report_placement(pod, context, {Cause::Crowded, Cause::TooManyPods});
}

}  // namespace podseer::rules
