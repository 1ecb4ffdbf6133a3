// SPDX-License-Identifier: Apache-2.0
// Hard topology spread that cannot be kept (plugins/podtopologyspread, Kubernetes 1.34).
#include "rules/placements.hpp"

namespace podseer::rules {

void pod212_topology_spread(const kube::PodTemplate& pod, RuleContext& context) {
  report_placement(pod, context, {Cause::TopologySpread});
}

}  // namespace podseer::rules
