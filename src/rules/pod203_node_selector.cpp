// SPDX-License-Identifier: Apache-2.0
// nodeSelector asks for a label that no node has (plugins/nodeaffinity, Kubernetes 1.34).
#include "rules/placements.hpp"

namespace podseer::rules {

void pod203_node_selector(const kube::PodTemplate& pod, RuleContext& context) {
  report_placement(pod, context, {Cause::NodeSelector});
}

}  // namespace podseer::rules
