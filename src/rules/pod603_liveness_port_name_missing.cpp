// SPDX-License-Identifier: Apache-2.0
// A liveness probe names a port that its own container does not declare: the handler errors, which
// the kubelet neither counts as failure nor as success (pkg/kubelet/prober, Kubernetes 1.34).
#include "rules/probe_sites.hpp"

namespace podseer::rules {

void pod603_liveness_port_name_missing(const kube::PodTemplate& pod, RuleContext& context) {
  report_port_names(pod, ProbeSite::Role::Liveness, context);
}

}  // namespace podseer::rules
