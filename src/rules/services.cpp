// SPDX-License-Identifier: Apache-2.0
#include "rules/services.hpp"

namespace podseer::rules {

ServiceView ServiceView::read(const kube::Object& object) {
  ServiceView out;
  out.object = &object;
  const yaml::Node* spec = object.root->find("spec");
  if (spec == nullptr) return out;
  const yaml::Node* selector = spec->find("selector");
  out.selector = kube::LabelMap::read(selector);
  if (selector != nullptr) out.selector_span = selector->span();
  if (const yaml::Node* type = spec->find("type")) out.external_name = type->string_or("") == "ExternalName";
  if (const yaml::Node* ip = spec->find("clusterIP")) out.headless = ip->string_or("") == "None";
  const yaml::Node* ports = spec->find("ports");
  if (ports == nullptr) return out;
  std::size_t index = 0;
  for (const yaml::Node& item : ports->items()) {
    const std::string base = "spec.ports[" + std::to_string(index++) + "].";
    const yaml::Node* port = item.find("port");
    const yaml::Node* target = item.find("targetPort");
    ServicePort entry;
    if (port != nullptr) entry.port = port->as_int();
    entry.target.number = entry.port;
    const yaml::Node* shown = port;
    entry.path = base + "port";
    if (target != nullptr && (target->is_int() || target->is_string())) {
      entry.target = target->is_int() ? kube::PortRef{target->as_int(), {}} : kube::PortRef{0, target->text()};
      if (entry.target.number == 0 && entry.target.name.empty())
        entry.target.number = entry.port;  // 0 and "" mean the port
      shown = target;
      entry.path = base + "targetPort";
    }
    if (shown != nullptr) entry.span = shown->span();
    const yaml::Node* protocol = item.find("protocol");
    entry.protocol = protocol == nullptr ? "TCP" : protocol->string_or("TCP");
    out.ports.push_back(std::move(entry));
  }
  return out;
}

Selections::Selections(const world::World& world, std::span<const kube::PodTemplate* const> pods) {
  for (const kube::Object* object : world.all("Service")) {
    if (object->context_only || !object->is("", "Service")) continue;
    const ServiceView& service = services_.emplace_back(ServiceView::read(*object));
    if (service.selector.empty()) continue;
    const kube::LabelMap::Item& first = service.selector.items.front();
    by_service_pair_[{world.namespace_of(*object), first.key, first.value}].push_back(&service);
  }
  for (const kube::Object* object : world.all("PodDisruptionBudget")) {
    if (object->context_only) continue;
    const yaml::Node* spec = object->root->find("spec");
    if (spec == nullptr) continue;
    const BudgetView& budget =
        budgets_.emplace_back(BudgetView{object, kube::LabelSelector::read(spec->find("selector")),
                                         spec->find("minAvailable"), spec->find("maxUnavailable")});
    const std::string_view ns = world.namespace_of(*object);
    if (budget.selector.match_labels.empty()) {
      loose_budgets_[ns].push_back(&budget);
    } else {
      const kube::LabelMap::Item& first = budget.selector.match_labels.items.front();
      by_budget_pair_[{ns, first.key, first.value}].push_back(&budget);
    }
  }
  for (const kube::Object* object : world.all("HorizontalPodAutoscaler")) {
    const yaml::Node* target = object->root->find("spec", "scaleTargetRef", "name");
    if (target != nullptr) ++scaled_[{world.namespace_of(*object), target->string_or("")}];
  }
  std::map<const ServiceView*, bool> used;
  const auto use = [&](std::string_view ns, const kube::LabelMap& labels) {
    for (const kube::LabelMap::Item& item : labels.items) {
      const auto found = by_service_pair_.find({ns, item.key, item.value});
      if (found == by_service_pair_.end()) continue;
      for (const ServiceView* service : found->second) {
        bool& known = used[service];
        known = known || service->selects(labels);
      }
    }
  };
  for (const kube::PodTemplate* pod : pods) {
    const std::string_view ns = world.namespace_of(*pod->owner);
    pods_[ns].push_back(pod);
    use(ns, pod->labels);
  }
  for (const kube::Object* pod : world.all("Pod")) use(world.namespace_of(*pod), pod->labels());
  for (const ServiceView& service : services_) {
    if (service.selector.empty() || service.external_name) continue;
    // The control plane, its DNS and proxies run there in every cluster, and come from no manifest.
    if (world.namespace_of(*service.object) == "kube-system" && !world.cluster().snapshot) continue;
    const auto known = used.find(&service);
    if (known == used.end() || !known->second) idle_.push_back(&service);
  }
}

std::vector<const ServiceView*> Selections::services_of(const kube::PodTemplate& pod, const world::World& world) const {
  std::vector<const ServiceView*> out;
  const std::string_view ns = world.namespace_of(*pod.owner);
  for (const kube::LabelMap::Item& item : pod.labels.items) {
    const auto found = by_service_pair_.find({ns, item.key, item.value});
    if (found == by_service_pair_.end()) continue;
    for (const ServiceView* service : found->second) {
      if (!service->external_name && service->selects(pod.labels)) out.push_back(service);
    }
  }
  return out;
}

std::vector<const BudgetView*> Selections::budgets_of(const kube::PodTemplate& pod, const world::World& world) const {
  std::vector<const BudgetView*> out;
  const std::string_view ns = world.namespace_of(*pod.owner);
  const auto look = [&](const std::vector<const BudgetView*>& list) {
    for (const BudgetView* budget : list) {
      if (budget->selector.matches(pod.labels)) out.push_back(budget);
    }
  };
  for (const kube::LabelMap::Item& item : pod.labels.items) {
    const auto found = by_budget_pair_.find({ns, item.key, item.value});
    if (found != by_budget_pair_.end()) look(found->second);
  }
  const auto loose = loose_budgets_.find(ns);
  if (loose != loose_budgets_.end()) look(loose->second);
  return out;
}

const std::vector<const kube::PodTemplate*>& Selections::pods_in(std::string_view ns) const {
  static const std::vector<const kube::PodTemplate*> none;
  const auto found = pods_.find(ns);
  return found == pods_.end() ? none : found->second;
}

}  // namespace podseer::rules
