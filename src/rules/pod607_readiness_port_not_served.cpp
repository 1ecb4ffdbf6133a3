// SPDX-License-Identifier: Apache-2.0
// A readiness probe asks a TCP port that no process of the pod listens on, so every try is refused
// (pkg/kubelet/prober, Kubernetes 1.34).
#include "rules/probe_sites.hpp"

namespace podseer::rules {

void pod607_readiness_port_not_served(const kube::PodTemplate& pod, RuleContext& context) {
  report_unserved_ports(pod, ProbeSite::Role::Readiness, context);
}

}  // namespace podseer::rules
