// SPDX-License-Identifier: Apache-2.0
// An interactive program has no input. STATUS alternates between 'Completed' and 'CrashLoopBackOff'; the log
// is empty.
#include "rules/outcome_finding.hpp"

namespace podseer::rules {

void pod515_reads_ended_input(const kube::PodTemplate& pod, RuleContext& context) {
  report_outcomes(pod, context,
                  [](const kube::Container&, const Outcome& outcome) { return outcome.cause == Cause::EndOfInput; });
}

}  // namespace podseer::rules
