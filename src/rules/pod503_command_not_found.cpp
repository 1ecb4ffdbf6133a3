// SPDX-License-Identifier: Apache-2.0
// The image has no such program. The runtime cannot find the program: STATUS alternates between
// 'RunContainerError' and 'CrashLoopBackOff'; 'kubectl describe' shows 'exec: "/bin/bash": stat /bin/bash: no
// such file or directory'.
#include "rules/outcome_finding.hpp"

namespace podseer::rules {

void pod503_command_not_found(const kube::PodTemplate& pod, RuleContext& context) {
  report_outcomes(pod, context, [](const kube::Container&, const Outcome& outcome) {
    return outcome.kind == Kind::NotStarted && outcome.start_error == Outcome::StartError::NotFound &&
           outcome.cause == Cause::MissingTool;
  });
}

}  // namespace podseer::rules
