// SPDX-License-Identifier: Apache-2.0
// The program rejects its configuration. 'kubectl logs' shows 'nginx: [emerg] unexpected "}" in
// /etc/nginx/conf.d/default.conf:3'.
#include "rules/outcome_finding.hpp"

namespace podseer::rules {

void pod517_configuration_rejected(const kube::PodTemplate& pod, RuleContext& context) {
  report_outcomes(pod, context,
                  [](const kube::Container&, const Outcome& outcome) { return outcome.cause == Cause::Configuration; });
}

}  // namespace podseer::rules
