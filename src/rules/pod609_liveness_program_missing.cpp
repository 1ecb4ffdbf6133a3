// SPDX-License-Identifier: Apache-2.0
// The program of an exec liveness probe is not in the image: the runtime errors, which counts
// neither as failure nor as success (pkg/kubelet/prober, Kubernetes 1.34, containerd).
#include "rules/exec_checks.hpp"

namespace podseer::rules {

void pod609_liveness_program_missing(const kube::PodTemplate& pod, RuleContext& context) {
  report_missing_programs(pod, ProbeSite::Role::Liveness, context);
}

}  // namespace podseer::rules
