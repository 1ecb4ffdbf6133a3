// SPDX-License-Identifier: Apache-2.0
// The API server takes the workload and refuses its pods: `kubectl get pods` shows nothing, the
// reason stands in the FailedCreate events of the controller. Only admission plugins, Pod-only
// checks and quotas can do that; with a quota, the first replicas may get in.
#include "rules/engine.hpp"

namespace podseer::rules {

void pod117_pods_refused(const kube::PodTemplate& pod, RuleContext& context) {
  const admission::PodVerdict& creation = context.facts().creation;
  if (creation.message.empty() || creation.errors.empty()) return;
  const bool some = creation.created;
  const std::string how_many = some ? "only " + std::to_string(creation.allowed) : std::string("no");
  const admission::ApiError& first = creation.errors.front();
  const SourceSpan span = first.span.exists() ? first.span : pod.owner->name_span;
  Finding finding = context.finding(span, {{"how_many", how_many}, {"message", creation.message}});
  finding.field_path = first.field;
  if (creation.from_absence) finding.certainty = Certainty::Likely;
  for (std::size_t i = 1; i < creation.errors.size(); ++i) {
    finding.notes.push_back({creation.errors[i].span, creation.errors[i].message});
  }
  finding.effect = RuleContext::effect(lifecycle::Step::CreatePod, nullptr, "NoPods", creation.message);
  if (some && context.facts().placement.wanted >= 0) {
    finding.effect->replicas = context.facts().placement.wanted - creation.allowed;
  } else if (some && pod.replicas.set()) {
    finding.effect->replicas = static_cast<int>(*pod.replicas) - creation.allowed;
  }
  if (some) finding.predicts = {};
  context.report(std::move(finding));
}

}  // namespace podseer::rules
