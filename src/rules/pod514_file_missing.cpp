// SPDX-License-Identifier: Apache-2.0
// The program needs a file that is not there. 'kubectl logs' shows the program's own message, here 'Fatal
// error, can't open config file'.
#include "rules/outcome_finding.hpp"

namespace podseer::rules {

void pod514_file_missing(const kube::PodTemplate& pod, RuleContext& context) {
  report_outcomes(pod, context, [](const kube::Container&, const Outcome& outcome) {
    return outcome.kind == Kind::Exits && outcome.cause == Cause::MissingFile;
  });
}

}  // namespace podseer::rules
