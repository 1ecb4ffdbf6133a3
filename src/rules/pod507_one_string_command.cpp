// SPDX-License-Identifier: Apache-2.0
// A whole command line is one word. The runtime looks for a program whose name holds blanks: 'exec: "sleep
// 3600": executable file not found in $PATH'.
#include "rules/outcome_finding.hpp"

namespace podseer::rules {

void pod507_one_string_command(const kube::PodTemplate& pod, RuleContext& context) {
  report_outcomes(pod, context, [](const kube::Container&, const Outcome& outcome) {
    return outcome.cause == Cause::OneStringCommand;
  });
}

}  // namespace podseer::rules
