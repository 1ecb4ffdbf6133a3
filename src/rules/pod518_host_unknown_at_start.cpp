// SPDX-License-Identifier: Apache-2.0
// A host name that is needed at the start is unknown. 'kubectl logs' shows 'host not found in upstream
// "api"'. Said where the files are all there is, or where a Service of nearly that name is given.
#include "rules/outcome_finding.hpp"

namespace podseer::rules {

void pod518_host_unknown_at_start(const kube::PodTemplate& pod, RuleContext& context) {
  report_outcomes(pod, context, [](const kube::Container&, const Outcome& outcome) {
    return outcome.cause == Cause::UnresolvedHost;
  });
}

}  // namespace podseer::rules
