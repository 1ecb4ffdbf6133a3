// SPDX-License-Identifier: Apache-2.0
// The command ends with an error. A script that ends with an error whatever happens around it. 'kubectl logs'
// shows what it printed; STATUS alternates between 'Error' and 'CrashLoopBackOff'.
#include "rules/outcome_finding.hpp"

namespace podseer::rules {

void pod501_exits_nonzero(const kube::PodTemplate& pod, RuleContext& context) {
  report_outcomes(pod, context, [](const kube::Container&, const Outcome& outcome) {
    return outcome.kind == Kind::Exits && outcome.exit_code != 0 && outcome.cause == Cause::None;
  });
}

}  // namespace podseer::rules
