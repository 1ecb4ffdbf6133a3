// SPDX-License-Identifier: Apache-2.0
// The script's interpreter is not in the image. 'kubectl logs' shows 'exec /scripts/run.sh: no such file or
// directory' or 'exec format error'.
#include "rules/outcome_finding.hpp"

namespace podseer::rules {

void pod510_script_interpreter(const kube::PodTemplate& pod, RuleContext& context) {
  report_outcomes(pod, context, [](const kube::Container&, const Outcome& outcome) {
    return outcome.cause == Cause::BadInterpreter || outcome.cause == Cause::ExecFormat;
  });
}

}  // namespace podseer::rules
