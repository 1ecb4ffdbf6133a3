// SPDX-License-Identifier: Apache-2.0
// Required pod affinity that nobody meets (plugins/interpodaffinity, Kubernetes 1.34).
#include "rules/placements.hpp"

namespace podseer::rules {

void pod210_pod_affinity(const kube::PodTemplate& pod, RuleContext& context) {
  report_placement(pod, context, {Cause::PodAffinity});
}

}  // namespace podseer::rules
