// SPDX-License-Identifier: Apache-2.0
// Services as the endpoint controller reads them: a selector over pods, and ports that lead to
// theirs.
#pragma once

#include <deque>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kube/pod.hpp"
#include "world/world.hpp"

namespace podseer::rules {

/// One entry of spec.ports.
struct ServicePort {
  std::int64_t port = 0;
  kube::PortRef target;       // the port itself where no targetPort is written
  kube::SourceSpan span;      // targetPort's value, else port's
  std::string path;           // "spec.ports[0].targetPort"
  std::string_view protocol;  // default TCP
};

/// What matters of a Service.
struct ServiceView {
  const kube::Object* object = nullptr;
  kube::LabelMap selector;  // empty: endpoints are made by hand, or there is none
  kube::SourceSpan selector_span;
  bool external_name = false;
  bool headless = false;
  std::vector<ServicePort> ports;

  static ServiceView read(const kube::Object& object);
  /// It picks pods with these labels. A Service without a selector picks none.
  [[nodiscard]] bool selects(const kube::LabelMap& labels) const {
    return !selector.empty() && labels.contains_all(selector);
  }
};

/// A PodDisruptionBudget.
struct BudgetView {
  const kube::Object* object = nullptr;
  kube::LabelSelector selector;
  const yaml::Node* min_available = nullptr;  // as written; null where absent
  const yaml::Node* max_unavailable = nullptr;
};

/// Who selects which pods, made once for a world so that the cost is linear: a selector is filed
/// under its first pair, and a pod looks under each of its labels. Snapshot objects are not told
/// about.
class Selections {
 public:
  Selections() = default;
  Selections(const world::World& world, std::span<const kube::PodTemplate* const> pods);
  Selections(const Selections&) = delete;
  Selections& operator=(const Selections&) = delete;

  /// Services of the pod's namespace that select it, in the order of the files.
  [[nodiscard]] std::vector<const ServiceView*> services_of(const kube::PodTemplate& pod,
                                                            const world::World& world) const;
  [[nodiscard]] std::vector<const BudgetView*> budgets_of(const kube::PodTemplate& pod,
                                                          const world::World& world) const;
  /// Services with a selector that no pod of the files or of a snapshot meets. In kube-system only a snapshot
  /// tells that.
  [[nodiscard]] const std::vector<const ServiceView*>& idle_services() const { return idle_; }
  /// The pods of a namespace; for what is told about an idle Service.
  [[nodiscard]] const std::vector<const kube::PodTemplate*>& pods_in(std::string_view ns) const;
  /// A HorizontalPodAutoscaler sets its number of replicas.
  [[nodiscard]] bool scaled(std::string_view ns, std::string_view owner) const {
    return scaled_.count({ns, owner}) != 0;
  }

 private:
  struct Key {
    std::string_view ns, key, value;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  std::deque<ServiceView> services_;
  std::deque<BudgetView> budgets_;
  std::map<Key, std::vector<const ServiceView*>> by_service_pair_;
  std::map<Key, std::vector<const BudgetView*>> by_budget_pair_;
  std::map<std::string_view, std::vector<const BudgetView*>> loose_budgets_;  // no matchLabels
  std::map<std::string_view, std::vector<const kube::PodTemplate*>> pods_;
  std::map<std::pair<std::string_view, std::string_view>, int> scaled_;
  std::vector<const ServiceView*> idle_;
};

}  // namespace podseer::rules
