// SPDX-License-Identifier: Apache-2.0
// Required node affinity that no node meets (plugins/nodeaffinity, Kubernetes 1.34).
#include "rules/placements.hpp"

namespace podseer::rules {

void pod204_node_affinity(const kube::PodTemplate& pod, RuleContext& context) {
  report_placement(pod, context, {Cause::NodeAffinity});
}

}  // namespace podseer::rules
