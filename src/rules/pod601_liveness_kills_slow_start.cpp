// SPDX-License-Identifier: Apache-2.0
// A container sleeps before it serves, and its liveness probe has no startup probe to wait for: the
// kill comes first (pkg/kubelet/prober/worker.go, Kubernetes 1.34).
#include "rules/probe_sites.hpp"

namespace podseer::rules {

void pod601_liveness_kills_slow_start(const kube::PodTemplate& pod, RuleContext& context) {
  report_slow_starts(pod, ProbeSite::Role::Liveness, context);
}

}  // namespace podseer::rules
