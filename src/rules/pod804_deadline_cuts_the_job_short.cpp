// SPDX-License-Identifier: Apache-2.0
// The activeDeadlineSeconds of a Job is shorter than what a container of its pods is known to run
// (pkg/controller/job, Kubernetes 1.34).
#include "rules/deadlines.hpp"

namespace podseer::rules {

void pod804_deadline_cuts_the_job_short(const kube::PodTemplate& pod, RuleContext& context) {
  std::optional<Finding> finding = deadline_finding(pod, pod.job_active_deadline_seconds, context);
  if (!finding) return;
  finding->field_path = "spec.activeDeadlineSeconds";
  finding->effect =
      RuleContext::effect(lifecycle::Step::Rollout, nullptr, "NoPods", "Job was active longer than specified deadline");
  context.report(std::move(*finding));
}

}  // namespace podseer::rules
