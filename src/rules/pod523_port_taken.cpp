// SPDX-License-Identifier: Apache-2.0
// Two containers of the pod want one port. 'kubectl logs' of the second container shows 'bind() to 0.0.0.0:80
// failed (98: Address already in use)'.
#include "rules/outcome_finding.hpp"

namespace podseer::rules {

void pod523_port_taken(const kube::PodTemplate& pod, RuleContext& context) {
  report_outcomes(pod, context, [](const kube::Container&, const Outcome& outcome) {
    return outcome.cause == Cause::PortTaken;
  });
}

}  // namespace podseer::rules
