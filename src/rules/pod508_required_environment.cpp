// SPDX-License-Identifier: Apache-2.0
// The image demands other environment variables. 'kubectl logs' shows 'Error: Database is uninitialized and
// superuser password is not specified.'
#include "rules/outcome_finding.hpp"

namespace podseer::rules {

void pod508_required_environment(const kube::PodTemplate& pod, RuleContext& context) {
  report_outcomes(pod, context, [](const kube::Container&, const Outcome& outcome) {
    return outcome.cause == Cause::RequiredEnvironment || outcome.cause == Cause::ForbiddenEnvironment;
  });
}

}  // namespace podseer::rules
