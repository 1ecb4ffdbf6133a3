// SPDX-License-Identifier: Apache-2.0
// A Service whose selector matches the labels of no pod has no endpoints
// (pkg/controller/endpointslice, Kubernetes 1.34). Whether other manifests bring such pods cannot
// be seen, so an open world says it only where a pod of the same file nearly matches.
#include <algorithm>
#include <string>

#include "rules/engine.hpp"
#include "rules/rule.hpp"
#include "rules/services.hpp"

namespace podseer::rules {

namespace {

std::string text_of(const kube::LabelMap& labels) {
  std::string text;
  for (const kube::LabelMap::Item& item : labels.items) {
    text += (text.empty() ? "" : ",") + std::string(item.key) + "=" + std::string(item.value);
  }
  return text;
}

/// Pairs of the selector that the labels have.
std::size_t shared(const kube::LabelMap& selector, const kube::LabelMap& labels) {
  std::size_t n = 0;
  for (const kube::LabelMap::Item& item : selector.items) {
    const kube::LabelMap::Item* found = labels.find(item.key);
    n += found != nullptr && found->value == item.value ? 1 : 0;
  }
  return n;
}

/// Pods that a Service without pods is compared with, beside those of its file.
constexpr std::size_t kMostCompared = 200;

/// How sure it is that nothing else in the cluster carries the labels.
Certainty certainty_of(const ServiceView& service, const std::vector<const kube::PodTemplate*>& pods,
                       const kube::PodTemplate*& nearest, const RuleContext& context) {
  std::size_t best = 0;
  bool beside = false;  // in the same file, with every key of the selector
  std::size_t looked_at = 0;
  for (const kube::PodTemplate* pod : pods) {
    // In a large namespace only the Service's own file is searched for what was meant.
    if (++looked_at > kMostCompared && pod->owner->file != service.object->file) continue;
    std::size_t n = 2 * shared(service.selector, pod->labels);
    // The same key with another value is what a typing error looks like.
    for (const kube::LabelMap::Item& item : service.selector.items) {
      const kube::LabelMap::Item* found = pod->labels.find(item.key);
      if (found == nullptr || found->value == item.value) continue;
      if (!world::nearest(item.value, {found->value}).empty()) ++n;
    }
    const bool all_keys = std::all_of(service.selector.items.begin(), service.selector.items.end(),
                                      [&](const auto& item) { return pod->labels.find(item.key) != nullptr; });
    beside = beside || (pod->owner->file == service.object->file && (n > 0 || all_keys));
    if (nearest == nullptr && all_keys) nearest = pod;
    if (n > best) {
      best = n;
      nearest = pod;
    }
  }
  if (context.world().assumptions().closed) return Certainty::Certain;
  return nearest != nullptr && beside ? Certainty::Likely : Certainty::Possible;
}

}  // namespace

// Runs for the whole world with its first pod: Services have no turn of their own.
void pod630_service_selects_nothing(const kube::PodTemplate& pod, RuleContext& context) {
  const auto all = context.facts().all_pods;
  if (all.empty() || all.front() != &pod || context.facts().selections == nullptr) return;
  for (const ServiceView* idle : context.facts().selections->idle_services()) {
    const ServiceView& service = *idle;
    const kube::Object* object = service.object;
    const std::string_view ns = context.world().namespace_of(*object);
    const std::vector<const kube::PodTemplate*>& pods = context.facts().selections->pods_in(ns);
    // A Service in a namespace without any pod of these files is told in a closed world only: its
    // pods are elsewhere.
    if (pods.empty() && !context.world().assumptions().closed) continue;
    const kube::PodTemplate* nearest = nullptr;
    const Certainty certainty = certainty_of(service, pods, nearest, context);
    Finding finding = context.finding(object->name_span, {{"service", std::string(object->name)},
                                                          {"ns", std::string(ns)},
                                                          {"pods", std::to_string(pods.size())},
                                                          {"selector", text_of(service.selector)}});
    for (const kube::LabelMap::Item& item : service.selector.items) {
      const kube::LabelMap::Item* found = nearest == nullptr ? nullptr : nearest->labels.find(item.key);
      if (nearest != nullptr && found != nullptr && found->value == item.value) continue;
      finding.span = item.value_span;
      if (found != nullptr) {
        finding.notes.push_back({found->value_span, "the pods of " + std::string(nearest->owner->kind) + "/" +
                                                        std::string(nearest->owner->name) + " have this value"});
      } else if (nearest != nullptr) {
        finding.notes.push_back(
            {nearest->owner->name_span, "the pods of this one have no label '" + std::string(item.key) + "'"});
      }
      finding.field_path = "spec.selector." + std::string(item.key);
      break;
    }
    finding.certainty = certainty;
    finding.object_kind = "Service";
    finding.object_namespace = ns;
    finding.object_name = object->name;
    context.report(std::move(finding));
  }
}

}  // namespace podseer::rules
