// SPDX-License-Identifier: Apache-2.0
// The server goes to the background. STATUS alternates between 'Completed' and 'CrashLoopBackOff'.
#include "rules/outcome_finding.hpp"

namespace podseer::rules {

void pod516_goes_to_background(const kube::PodTemplate& pod, RuleContext& context) {
  report_outcomes(pod, context,
                  [](const kube::Container&, const Outcome& outcome) { return outcome.cause == Cause::Background; });
}

}  // namespace podseer::rules
