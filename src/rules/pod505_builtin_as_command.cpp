// SPDX-License-Identifier: Apache-2.0
// A word of the shell is used as a program. The runtime looks for a program of that name: 'exec: "exit":
// executable file not found in $PATH'.
#include "rules/outcome_finding.hpp"

namespace podseer::rules {

void pod505_builtin_as_command(const kube::PodTemplate& pod, RuleContext& context) {
  report_outcomes(pod, context, [](const kube::Container&, const Outcome& outcome) {
    return outcome.cause == Cause::BuiltinAsCommand;
  });
}

}  // namespace podseer::rules
