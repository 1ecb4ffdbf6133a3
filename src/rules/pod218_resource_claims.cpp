// SPDX-License-Identifier: Apache-2.0
// ResourceClaims, their templates and DeviceClasses that are missing (plugins/dynamicresources,
// Kubernetes 1.34).
#include "rules/placements.hpp"

namespace podseer::rules {

void pod218_resource_claims(const kube::PodTemplate& pod, RuleContext& context) {
  report_placement(pod, context, {Cause::ResourceClaims});
}

}  // namespace podseer::rules
