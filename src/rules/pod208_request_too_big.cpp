// SPDX-License-Identifier: Apache-2.0
// A request beyond the biggest node (plugins/noderesources, Kubernetes 1.34).
#include "rules/placements.hpp"

namespace podseer::rules {

void pod208_request_too_big(const kube::PodTemplate& pod, RuleContext& context) {
  report_placement(pod, context, {Cause::Resources});
}

}  // namespace podseer::rules
