// SPDX-License-Identifier: Apache-2.0
// Required anti-affinity with too few domains (plugins/interpodaffinity, Kubernetes 1.34).
#include "rules/placements.hpp"

namespace podseer::rules {

void pod211_pod_anti_affinity(const kube::PodTemplate& pod, RuleContext& context) {
  report_placement(pod, context, {Cause::PodAntiAffinity});
}

}  // namespace podseer::rules
