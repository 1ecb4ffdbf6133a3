// SPDX-License-Identifier: Apache-2.0
// The script has Windows line ends. 'kubectl logs' shows 'exec /scripts/run.sh: no such file or directory'
// although the file is there.
#include "rules/outcome_finding.hpp"

namespace podseer::rules {

void pod509_script_carriage_return(const kube::PodTemplate& pod, RuleContext& context) {
  report_outcomes(pod, context, [](const kube::Container&, const Outcome& outcome) {
    return outcome.cause == Cause::CarriageReturn;
  });
}

}  // namespace podseer::rules
