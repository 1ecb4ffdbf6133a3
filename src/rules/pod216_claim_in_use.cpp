// SPDX-License-Identifier: Apache-2.0
// More pods than one for a ReadWriteOncePod claim (plugins/volumerestrictions, Kubernetes
// 1.34).
#include "rules/placements.hpp"

namespace podseer::rules {

void pod216_claim_in_use(const kube::PodTemplate& pod, RuleContext& context) {
  report_placement(pod, context, {Cause::ClaimInUse});
}

}  // namespace podseer::rules
