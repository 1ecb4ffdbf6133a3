// SPDX-License-Identifier: Apache-2.0
// A StatefulSet with ordered start whose first pod never becomes ready: the further pods are never
// made (pkg/controller/statefulset, Kubernetes 1.34).
#include <algorithm>
#include <string>

#include "rules/engine.hpp"
#include "rules/rule.hpp"

namespace podseer::rules {

namespace {

/// The finding keeps the pod from ever being ready.
bool blocks(const Finding& finding) {
  using lifecycle::Step;
  if (!finding.effect || finding.certainty == Certainty::Possible || finding.effect->replicas >= 0) return false;
  const Step step = finding.effect->step;
  return (step >= Step::Schedule && step <= Step::PostStart) || step == Step::Startup || step == Step::Readiness;
}

}  // namespace

// The codes of what goes wrong are lower, so those rules have spoken already.
void pod807_ordered_rollout_stops(const kube::PodTemplate& pod, RuleContext& context) {
  if (pod.workload != kube::WorkloadKind::StatefulSet || *pod.pod_management_policy == "Parallel") return;
  if (!pod.replicas.written() || *pod.replicas < 2) return;
  const std::vector<Finding>& said = context.findings();
  const auto first = std::find_if(said.begin(), said.end(), blocks);
  if (first == said.end()) return;
  const std::int64_t ordinal = pod.ordinals_start.set() ? *pod.ordinals_start : 0;
  Finding finding =
      context.finding(pod.replicas.span, {{"replicas", std::to_string(*pod.replicas)},
                                          {"first", std::string(pod.owner->name) + "-" + std::to_string(ordinal)}});
  finding.notes.push_back({first->span, "because of this (" + first->rule + ")"});
  finding.field_path = "spec.replicas";
  context.report(std::move(finding));
}

}  // namespace podseer::rules
