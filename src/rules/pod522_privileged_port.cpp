// SPDX-License-Identifier: Apache-2.0
// An ordinary user binds a port below 1024. 'kubectl logs' shows 'bind() to 0.0.0.0:80 failed (13: Permission
// denied)'.
#include "rules/outcome_finding.hpp"

namespace podseer::rules {

void pod522_privileged_port(const kube::PodTemplate& pod, RuleContext& context) {
  report_outcomes(pod, context, [](const kube::Container&, const Outcome& outcome) {
    return outcome.cause == Cause::PrivilegedPort;
  });
}

}  // namespace podseer::rules
