// SPDX-License-Identifier: Apache-2.0
// The rules of the second hundred differ in their texts; the facts come from one placement. Example:
// three replicas with a host port on two nodes: "1 of 3 replicas of Deployment/edge stays Pending".
#include "rules/placements.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace podseer::rules {

namespace {

using lifecycle::Placement;
using lifecycle::PlacementProblem;
using lifecycle::Step;

bool no_pods(const kube::PodTemplate& pod, const Placement& placement) {
  return pod.workload == kube::WorkloadKind::DaemonSet && placement.wanted == 0;
}

std::string owner_of(const kube::PodTemplate& pod) {
  return std::string(kube::name_of(pod.workload)) + "/" + std::string(pod.owner->name);
}

std::string who(const kube::PodTemplate& pod, const Placement& placement, const PlacementProblem& problem) {
  if (no_pods(pod, placement)) return owner_of(pod);
  if (pod.workload == kube::WorkloadKind::Pod || placement.wanted <= 1) return "the pod of " + owner_of(pod);
  if (problem.replicas < 0) return "each pod of " + owner_of(pod);
  return std::to_string(problem.replicas) + " of " + std::to_string(placement.wanted) + " pods of " + owner_of(pod);
}

Finding make(const kube::PodTemplate& pod, const RuleContext& context, const Placement& placement,
             const PlacementProblem& problem) {
  const bool one = problem.replicas <= 1;
  const std::string stays = no_pods(pod, placement) ? "creates no pods"
                            : problem.at_mount      ? "waits for its volumes for ever"
                            : one                   ? "stays Pending"
                                                    : "stay Pending";
  Finding finding = context.finding(
      problem.span,
      {{"who", pod.workload == kube::WorkloadKind::Pod ? std::string("the pod") : who(pod, placement, problem)},
       {"stays", stays},
       {"explanation", problem.explanation},
       {"subject", problem.subject},
       {"reason", problem.reason}});
  finding.certainty = problem.certainty;
  finding.field_path = problem.field_path;
  for (const auto& [span, sentence] : problem.related) finding.notes.push_back({span, sentence});
  const bool refused = problem.cause == Cause::NodeAdmission;
  if (!problem.message.empty()) {
    const bool kubelet = refused || problem.at_mount;
    finding.notes.push_back({{}, (kubelet ? "the kubelet says: " : "the scheduler says: ") + problem.message});
  }
  if (no_pods(pod, placement)) {
    // No pod, so no scheduler's words either: ours say why the table has no row.
    finding.predicts = "NoPods";
    finding.effect = RuleContext::effect(Step::Schedule, nullptr, problem.reason, problem.explanation);
    return finding;
  }
  if (problem.at_mount) {
    finding.predicts = "ContainerCreating";
    finding.effect = RuleContext::effect(Step::Mount, nullptr, "ContainerCreating", problem.message);
    return finding;
  }
  finding.effect =
      RuleContext::effect(refused ? Step::AdmitOnNode : Step::Schedule, nullptr, problem.reason, problem.message);
  finding.effect->replicas = problem.replicas;
  return finding;
}

/// Pods that wait for the same claim have one root.
bool about_a_claim(Cause cause) {
  return cause == Cause::ClaimMissing || cause == Cause::ClaimUnbound || cause == Cause::StorageClassMissing;
}

}  // namespace

void report_placement(const kube::PodTemplate& pod, RuleContext& context, std::initializer_list<Cause> causes) {
  const Placement& placement = context.facts().placement;
  for (const PlacementProblem& problem : placement.problems) {
    if (std::find(causes.begin(), causes.end(), problem.cause) == causes.end()) continue;
    Finding finding = make(pod, context, placement, problem);
    if (about_a_claim(problem.cause)) {
      finding.root_cause = "PersistentVolumeClaim/" + std::string(context.ns()) + "/" + problem.subject;
    }
    context.report(std::move(finding));
  }
}

}  // namespace podseer::rules
