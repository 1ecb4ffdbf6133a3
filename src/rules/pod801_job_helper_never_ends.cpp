// SPDX-License-Identifier: Apache-2.0
// A Job whose helper container never ends: the pod stays Running (STATUS NotReady) after the work
// is done, and the Job never completes (pkg/controller/job, Kubernetes 1.34). Native sidecars do
// not have this fault.
#include <string>

#include "rules/rule.hpp"

namespace podseer::rules {

void pod801_job_helper_never_ends(const kube::PodTemplate& pod, RuleContext& context) {
  using Kind = process::Outcome::Kind;
  if (pod.workload != kube::WorkloadKind::Job && pod.workload != kube::WorkloadKind::CronJob) return;
  const kube::Container* work = nullptr;
  for (const kube::Container& container : pod.spec.containers) {
    const process::Outcome& outcome = context.outcome(container);
    if (outcome.kind == Kind::Exits && outcome.exit_code == 0 && work == nullptr) work = &container;
  }
  if (work == nullptr) return;
  for (const kube::Container& container : pod.spec.containers) {
    const process::Outcome& outcome = context.outcome(container);
    if (outcome.kind != Kind::RunsForever || outcome.sureness == process::Outcome::Sureness::Possible) continue;
    Finding finding = context.finding(
        container.name.span, {{"container", std::string(*container.name)}, {"work", std::string(*work->name)}});
    if (outcome.sureness == process::Outcome::Sureness::Certain) finding.certainty = Certainty::Certain;
    finding.notes.push_back({work->name.span, "this one does the work and ends"});
    finding.field_path = context.path(container, ".name");
    finding.effect = RuleContext::effect(lifecycle::Step::Rollout, &container, "NotReady", outcome.explanation);
    finding.effect->certainty = finding.certainty;
    context.report(std::move(finding));
  }
}

}  // namespace podseer::rules
