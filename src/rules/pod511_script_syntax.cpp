// SPDX-License-Identifier: Apache-2.0
// The shell cannot read the script. 'kubectl logs' shows the syntax error with its line.
#include "rules/outcome_finding.hpp"

namespace podseer::rules {

void pod511_script_syntax(const kube::PodTemplate& pod, RuleContext& context) {
  report_outcomes(pod, context,
                  [](const kube::Container&, const Outcome& outcome) { return outcome.cause == Cause::SyntaxError; });
}

}  // namespace podseer::rules
