// SPDX-License-Identifier: Apache-2.0
// The budget of a startup probe (failureThreshold times periodSeconds) is smaller than what the
// container sleeps before it serves (pkg/kubelet/prober/worker.go, Kubernetes 1.34).
#include "rules/probe_sites.hpp"

namespace podseer::rules {

void pod602_startup_budget_too_small(const kube::PodTemplate& pod, RuleContext& context) {
  report_slow_starts(pod, ProbeSite::Role::Startup, context);
}

}  // namespace podseer::rules
