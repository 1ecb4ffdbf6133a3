// SPDX-License-Identifier: Apache-2.0
// A Job or CronJob with suspend: true makes no pods (pkg/controller/job and cronjob, Kubernetes
// 1.34).
#include "rules/rule.hpp"

namespace podseer::rules {

void pod806_suspended(const kube::PodTemplate& pod, RuleContext& context) {
  if (!pod.suspend.written() || !*pod.suspend) return;
  Finding finding = context.finding(pod.suspend.span, {});
  finding.field_path = "spec.suspend";
  context.report(std::move(finding));
}

}  // namespace podseer::rules
