// SPDX-License-Identifier: Apache-2.0
// nodeName of a node that does not exist (pkg/controller/podgc, Kubernetes 1.34).
#include "rules/placements.hpp"

namespace podseer::rules {

void pod206_node_name(const kube::PodTemplate& pod, RuleContext& context) {
  report_placement(pod, context, {Cause::NodeName});
}

}  // namespace podseer::rules
