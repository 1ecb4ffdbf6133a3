// SPDX-License-Identifier: Apache-2.0
// A PodDisruptionBudget that no number of running pods can satisfy: the eviction API refuses every
// eviction, so a drain never ends (pkg/controller/disruption, Kubernetes 1.34).
#include <optional>
#include <string>

#include "rules/engine.hpp"
#include "rules/rule.hpp"
#include "rules/services.hpp"

namespace podseer::rules {

namespace {

/// minAvailable or maxUnavailable as a number of pods; percentages are rounded up, as the
/// controller does.
std::optional<std::int64_t> pods_of(const yaml::Node* node, std::int64_t replicas) {
  if (node == nullptr) return std::nullopt;
  if (node->is_int()) return node->as_int();
  std::string_view text = node->string_or("");
  if (!text.ends_with("%") || text.size() < 2 || text.size() > 4) return std::nullopt;
  text.remove_suffix(1);
  std::int64_t percent = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    percent = percent * 10 + (c - '0');
  }
  return (replicas * percent + 99) / 100;
}

}  // namespace

void pod809_disruption_budget_allows_none(const kube::PodTemplate& pod, RuleContext& context) {
  using kube::WorkloadKind;
  const bool scaled = pod.workload == WorkloadKind::Deployment || pod.workload == WorkloadKind::ReplicaSet ||
                      pod.workload == WorkloadKind::StatefulSet || pod.workload == WorkloadKind::ReplicationController;
  if (!scaled || !pod.replicas.set() || *pod.replicas < 1 || *pod.replicas > 1'000'000) return;
  const Selections* selections = context.facts().selections;
  // With a HorizontalPodAutoscaler the number of replicas is another.
  if (selections == nullptr || selections->scaled(context.ns(), pod.owner->name)) return;
  const std::int64_t replicas = *pod.replicas;
  for (const BudgetView* view : selections->budgets_of(pod, context.world())) {
    const kube::Object* budget = view->object;
    const yaml::Node* least = view->min_available;
    const yaml::Node* most = view->max_unavailable;
    const std::optional<std::int64_t> kept = pods_of(least, replicas);
    const std::optional<std::int64_t> away = pods_of(most, replicas);
    const bool none = (kept && *kept >= replicas) || (away && *away <= 0);
    if (!none) continue;
    const yaml::Node* field = kept ? least : most;
    const std::string why = kept ? "minAvailable " + std::string(least->text()) + " of " + std::to_string(replicas) +
                                       (replicas == 1 ? " replica" : " replicas")
                                 : "maxUnavailable is " + std::string(most->text());
    Finding finding = context.finding(field->span(), {{"budget", std::string(budget->name)}, {"why", why}});
    finding.field_path = kept ? "spec.minAvailable" : "spec.maxUnavailable";
    finding.notes.push_back(
        {pod.replicas.written() ? pod.replicas.span : pod.owner->name_span, "the pods that it protects"});
    finding.object_kind = "PodDisruptionBudget";
    finding.object_name = budget->name;
    context.report(std::move(finding));
  }
}

}  // namespace podseer::rules
