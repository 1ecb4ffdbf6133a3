// SPDX-License-Identifier: Apache-2.0
// A volume names a claim that is not there (plugins/volumerestrictions, Kubernetes 1.34).
#include "rules/placements.hpp"

namespace podseer::rules {

void pod213_claim_missing(const kube::PodTemplate& pod, RuleContext& context) {
  report_placement(pod, context, {Cause::ClaimMissing});
}

}  // namespace podseer::rules
