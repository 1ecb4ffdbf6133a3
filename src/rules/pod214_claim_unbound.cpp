// SPDX-License-Identifier: Apache-2.0
// A claim that no volume fits and no class serves (pkg/controller/volume/persistentvolume,
// Kubernetes 1.34).
#include "rules/placements.hpp"

namespace podseer::rules {

void pod214_claim_unbound(const kube::PodTemplate& pod, RuleContext& context) {
  report_placement(pod, context, {Cause::ClaimUnbound});
}

}  // namespace podseer::rules
