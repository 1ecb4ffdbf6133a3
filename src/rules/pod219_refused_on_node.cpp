// SPDX-License-Identifier: Apache-2.0
// What the kubelet refuses when the pod arrives (pkg/kubelet/lifecycle/predicate.go, Kubernetes
// 1.34).
#include "rules/placements.hpp"

namespace podseer::rules {

void pod219_refused_on_node(const kube::PodTemplate& pod, RuleContext& context) {
  report_placement(pod, context, {Cause::NodeAdmission});
}

}  // namespace podseer::rules
