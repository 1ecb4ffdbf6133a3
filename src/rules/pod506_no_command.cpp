// SPDX-License-Identifier: Apache-2.0
// Neither image nor manifest says what to run. Base images for compiled programs have no default command:
// STATUS 'CreateContainerError', message 'no command specified'.
#include "rules/outcome_finding.hpp"

namespace podseer::rules {

void pod506_no_command(const kube::PodTemplate& pod, RuleContext& context) {
  report_outcomes(pod, context, [](const kube::Container&, const Outcome& outcome) {
    return outcome.kind == Kind::NotStarted && outcome.start_error == Outcome::StartError::NoCommand;
  });
}

}  // namespace podseer::rules
