// SPDX-License-Identifier: Apache-2.0
// The script needs a variable that nobody sets. 'kubectl logs' shows 'sh: DB_HOST: parameter not set'.
#include "rules/outcome_finding.hpp"

namespace podseer::rules {

void pod512_variable_not_set(const kube::PodTemplate& pod, RuleContext& context) {
  report_outcomes(pod, context, [](const kube::Container&, const Outcome& outcome) {
    return outcome.cause == Cause::MissingVariable;
  });
}

}  // namespace podseer::rules
