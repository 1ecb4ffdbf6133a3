// SPDX-License-Identifier: Apache-2.0
// The image's program wants arguments. STATUS alternates between 'Completed' or 'Error' and
// 'CrashLoopBackOff'.
#include "rules/outcome_finding.hpp"

namespace podseer::rules {

void pod526_prints_help_and_ends(const kube::PodTemplate& pod, RuleContext& context) {
  report_outcomes(pod, context,
                  [](const kube::Container&, const Outcome& outcome) { return outcome.cause == Cause::NoArguments; });
}

}  // namespace podseer::rules
