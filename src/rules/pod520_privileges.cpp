// SPDX-License-Identifier: Apache-2.0
// The program lacks a right, or refuses the one it has. 'kubectl logs' shows
// 'chown("/var/cache/nginx/client_temp", 101) failed (1: Operation not permitted)'.
#include "rules/outcome_finding.hpp"

namespace podseer::rules {

void pod520_privileges(const kube::PodTemplate& pod, RuleContext& context) {
  report_outcomes(pod, context, [](const kube::Container&, const Outcome& outcome) {
    return outcome.cause == Cause::Privileges || outcome.cause == Cause::RefusesRoot;
  });
}

}  // namespace podseer::rules
