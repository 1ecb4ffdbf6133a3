// SPDX-License-Identifier: Apache-2.0
// The command ends well, and is started again for ever. Work that ends, under a restart policy for servers:
// STATUS alternates between 'Completed' and 'CrashLoopBackOff' although nothing failed.
#include "rules/outcome_finding.hpp"

namespace podseer::rules {

void pod502_exits_zero(const kube::PodTemplate& pod, RuleContext& context) {
  report_outcomes(pod, context, [](const kube::Container&, const Outcome& outcome) {
    return outcome.kind == Kind::Exits && outcome.exit_code == 0 && outcome.cause == Cause::None;
  });
}

}  // namespace podseer::rules
