// SPDX-License-Identifier: Apache-2.0
// The script calls a program that the image lacks. 'kubectl logs' shows 'sh: curl: not found'.
#include "rules/outcome_finding.hpp"

namespace podseer::rules {

void pod513_tool_not_in_image(const kube::PodTemplate& pod, RuleContext& context) {
  report_outcomes(pod, context, [](const kube::Container&, const Outcome& outcome) {
    return outcome.kind == Kind::Exits && outcome.cause == Cause::MissingTool;
  });
}

}  // namespace podseer::rules
