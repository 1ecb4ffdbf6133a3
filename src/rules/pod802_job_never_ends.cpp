// SPDX-License-Identifier: Apache-2.0
// Every container of a Job runs for ever: the Job never completes (pkg/controller/job, Kubernetes
// 1.34).
#include <string>

#include "rules/rule.hpp"

namespace podseer::rules {

void pod802_job_never_ends(const kube::PodTemplate& pod, RuleContext& context) {
  using Kind = process::Outcome::Kind;
  if (pod.workload != kube::WorkloadKind::Job && pod.workload != kube::WorkloadKind::CronJob) return;
  if (pod.job_active_deadline_seconds.set() || pod.spec.active_deadline_seconds.set()) return;
  for (const kube::Container& container : pod.spec.containers) {
    const process::Outcome& outcome = context.outcome(container);
    if (outcome.kind != Kind::RunsForever || outcome.sureness == process::Outcome::Sureness::Possible) return;
  }
  if (pod.spec.containers.empty()) return;
  const kube::Container& container = pod.spec.containers.front();
  const process::Outcome& outcome = context.outcome(container);
  Finding finding = context.finding(outcome.span.exists() ? outcome.span : container.image.span,
                                    {{"container", std::string(*container.name)}});
  finding.field_path = context.path(container);
  finding.effect = RuleContext::effect(lifecycle::Step::Rollout, &container, "Running", outcome.explanation);
  context.report(std::move(finding));
}

}  // namespace podseer::rules
