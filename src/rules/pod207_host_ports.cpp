// SPDX-License-Identifier: Apache-2.0
// Pods that want the same port of the same node (plugins/nodeports, Kubernetes 1.34).
#include "rules/placements.hpp"

namespace podseer::rules {

void pod207_host_ports(const kube::PodTemplate& pod, RuleContext& context) {
  report_placement(pod, context, {Cause::HostPorts});
}

}  // namespace podseer::rules
