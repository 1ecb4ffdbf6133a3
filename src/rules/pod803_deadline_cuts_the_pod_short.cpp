// SPDX-License-Identifier: Apache-2.0
// The pod-level activeDeadlineSeconds is shorter than what a container of the pod is known to run
// (pkg/kubelet/active_deadline.go, Kubernetes 1.34).
#include "rules/deadlines.hpp"

namespace podseer::rules {

void pod803_deadline_cuts_the_pod_short(const kube::PodTemplate& pod, RuleContext& context) {
  std::optional<Finding> finding = deadline_finding(pod, pod.spec.active_deadline_seconds, context);
  if (!finding) return;
  finding->field_path = context.path(".activeDeadlineSeconds");
  finding->effect = RuleContext::effect(lifecycle::Step::Run, nullptr, "DeadlineExceeded",
                                        "Pod was active on the node longer than the specified deadline");
  context.report(std::move(*finding));
}

}  // namespace podseer::rules
