// SPDX-License-Identifier: Apache-2.0
// The program may not be executed. A script without execute permission: 'kubectl describe' shows 'exec:
// "/scripts/run.sh": permission denied'.
#include "rules/outcome_finding.hpp"

namespace podseer::rules {

void pod504_not_executable(const kube::PodTemplate& pod, RuleContext& context) {
  report_outcomes(pod, context, [](const kube::Container&, const Outcome& outcome) {
    return outcome.kind == Kind::NotStarted && outcome.start_error == Outcome::StartError::NotExecutable;
  });
}

}  // namespace podseer::rules
