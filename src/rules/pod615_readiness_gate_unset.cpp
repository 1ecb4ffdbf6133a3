// SPDX-License-Identifier: Apache-2.0
// A readiness gate names a condition that some controller has to set on the pod
// (pkg/kubelet/status/generate.go, Kubernetes 1.34): whether it runs cannot be seen in the files.
#include "rules/rule.hpp"

namespace podseer::rules {

void pod615_readiness_gate_unset(const kube::PodTemplate& pod, RuleContext& context) {
  for (std::size_t i = 0; i < pod.spec.rare->readiness_gates.size(); ++i) {
    const kube::Text& gate = pod.spec.rare->readiness_gates[i];
    if (gate->empty()) continue;
    Finding finding = context.finding(gate.span, {{"gate", std::string(*gate)}});
    finding.field_path = context.path(".readinessGates[" + std::to_string(i) + "].conditionType");
    if (context.world().assumptions().closed) finding.certainty = Certainty::Likely;
    finding.effect = RuleContext::effect(
        lifecycle::Step::Rollout, nullptr, "ReadinessGatesNotReady",
        "corresponding condition of pod readiness gate \"" + std::string(*gate) + "\" does not exist.");
    context.report(std::move(finding));
  }
}

}  // namespace podseer::rules
