// SPDX-License-Identifier: Apache-2.0
// A Job with restartPolicy OnFailure whose container is known to fail: in the end its pod is
// deleted, and the logs with it (pkg/controller/job, Kubernetes 1.34).
#include <algorithm>
#include <string>

#include "lifecycle/facts.hpp"
#include "rules/rule.hpp"

namespace podseer::rules {

void pod805_job_failure_loses_logs(const kube::PodTemplate& pod, RuleContext& context) {
  using Kind = process::Outcome::Kind;
  if (pod.workload != kube::WorkloadKind::Job && pod.workload != kube::WorkloadKind::CronJob) return;
  if (*pod.spec.restart_policy != "OnFailure") return;
  for (const kube::Container& container : pod.spec.containers) {
    const process::Outcome& outcome = context.outcome(container);
    if (outcome.kind != Kind::Exits || outcome.exit_code == 0 ||
        outcome.sureness == process::Outcome::Sureness::Possible)
      continue;
    const std::int64_t limit = pod.backoff_limit.set() ? *pod.backoff_limit : lifecycle::facts::job_backoff_limit;
    Finding finding =
        context.finding(pod.spec.restart_policy.span, {{"limit", std::to_string(std::max<std::int64_t>(limit, 1))}});
    finding.field_path = context.path(".restartPolicy");
    context.report(std::move(finding));
    return;
  }
}

}  // namespace podseer::rules
