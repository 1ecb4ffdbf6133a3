// SPDX-License-Identifier: Apache-2.0
// A volume hides what the image has. 'kubectl describe' shows 'exec: "docker-entrypoint.sh": executable file
// not found in $PATH'.
#include "rules/outcome_finding.hpp"

namespace podseer::rules {

void pod524_volume_hides_program(const kube::PodTemplate& pod, RuleContext& context) {
  report_outcomes(pod, context, [](const kube::Container&, const Outcome& outcome) {
    return outcome.cause == Cause::HiddenByVolume || outcome.start_error == Outcome::StartError::NotADirectory ||
           outcome.start_error == Outcome::StartError::BadWorkingDir;
  });
}

}  // namespace podseer::rules
