// SPDX-License-Identifier: Apache-2.0
// The process needs more memory than its limit. STATUS alternates between 'OOMKilled' and 'CrashLoopBackOff'.
#include "rules/outcome_finding.hpp"

namespace podseer::rules {

void pod702_out_of_memory(const kube::PodTemplate& pod, RuleContext& context) {
  report_outcomes(pod, context, [](const kube::Container&, const Outcome& outcome) {
    return outcome.kind == Kind::Exits && outcome.cause == Cause::OutOfMemory;
  });
}

}  // namespace podseer::rules
