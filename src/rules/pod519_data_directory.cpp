// SPDX-License-Identifier: Apache-2.0
// The data directory is not what the database needs. 'kubectl logs' shows 'initdb: error: could not change
// permissions of directory "/var/lib/postgresql/data": Operation not permitted'.
#include "rules/outcome_finding.hpp"

namespace podseer::rules {

void pod519_data_directory(const kube::PodTemplate& pod, RuleContext& context) {
  report_outcomes(pod, context,
                  [](const kube::Container&, const Outcome& outcome) { return outcome.cause == Cause::DataDirectory; });
}

}  // namespace podseer::rules
