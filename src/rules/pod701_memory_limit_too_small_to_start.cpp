// SPDX-License-Identifier: Apache-2.0
// The memory limit is too small for any process. 'kubectl describe' shows 'container init was OOM-killed
// (memory limit too low?)'.
#include "rules/outcome_finding.hpp"

namespace podseer::rules {

void pod701_memory_limit_too_small_to_start(const kube::PodTemplate& pod, RuleContext& context) {
  report_outcomes(pod, context, [](const kube::Container&, const Outcome& outcome) {
    return outcome.kind == Kind::NotStarted && outcome.cause == Cause::OutOfMemory;
  });
}

}  // namespace podseer::rules
