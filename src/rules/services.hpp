// SPDX-License-Identifier: Apache-2.0
// Services as the endpoint controller reads them: a selector over pods, and ports that lead to theirs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kube/pod.hpp"
#include "world/world.hpp"

namespace podseer::rules {

/// One entry of spec.ports.
struct ServicePort {
  std::int64_t port = 0;
  kube::PortRef target;          // the port itself where no targetPort is written
  kube::SourceSpan span;         // targetPort's value, else port's
  std::string path;              // "spec.ports[0].targetPort"
  std::string_view protocol;     // default TCP
};

/// What matters of a Service.
struct ServiceView {
  const kube::Object* object = nullptr;
  kube::LabelMap selector;       // empty: endpoints are made by hand, or there is none
  kube::SourceSpan selector_span;
  bool external_name = false;
  bool headless = false;
  std::vector<ServicePort> ports;

  static ServiceView read(const kube::Object& object);
  /// It picks pods with these labels. A Service without a selector picks none.
  [[nodiscard]] bool selects(const kube::LabelMap& labels) const { return !selector.empty() && labels.contains_all(selector); }
};

/// The Services of a namespace that a linter is asked about (not those of a snapshot).
[[nodiscard]] std::vector<ServiceView> services_of(const world::World& world, std::string_view ns);

}  // namespace podseer::rules
