// SPDX-License-Identifier: Apache-2.0
// The program cannot write where it must. 'kubectl logs' shows 'mkdir() "/var/cache/nginx/client_temp" failed
// (30: Read-only file system)'.
#include "rules/outcome_finding.hpp"

namespace podseer::rules {

void pod521_not_writable(const kube::PodTemplate& pod, RuleContext& context) {
  report_outcomes(pod, context, [](const kube::Container&, const Outcome& outcome) {
    return outcome.kind == Kind::Exits && outcome.cause == Cause::NotWritable;
  });
}

}  // namespace podseer::rules
