// SPDX-License-Identifier: Apache-2.0
// A Service names a targetPort that the pods it selects do not declare, so they are no endpoints
// for it (k8s.io/endpointslice FindPort, Kubernetes 1.34).
#include <algorithm>
#include <string>

#include "rules/service_ports.hpp"
#include "world/world.hpp"

namespace podseer::rules {

void pod632_service_port_name_missing(const kube::PodTemplate& pod, RuleContext& context) {
  std::vector<std::string_view> names;
  const auto add = [&](const kube::Container& container) {
    for (const kube::ContainerPort& port : container.ports) {
      if (!port.name->empty()) names.push_back(*port.name);
    }
  };
  for (const kube::Container& container : pod.spec.containers) add(container);
  for (const kube::Container& container : pod.spec.init_containers) {
    if (container.sidecar()) add(container);
  }
  each_service_port(pod, context, [&](const ServiceView& service, const ServicePort& port) {
    if (!port.target.is_name() || std::find(names.begin(), names.end(), port.target.name) != names.end()) return;
    std::string declared;
    for (const std::string_view name : names) declared += (declared.empty() ? "" : ", ") + std::string(name);
    Finding finding = context.finding(port.span, {{"service", std::string(service.object->name)},
                                                  {"port", std::to_string(port.port)},
                                                  {"target", std::string(port.target.name)},
                                                  {"declared", declared.empty() ? "none" : declared}});
    const auto near = world::nearest(port.target.name, names);
    if (!near.empty()) finding.help += "; did you mean '" + std::string(near.front()) + "'?";
    report_at_service(std::move(finding), service, port, pod, context);
  });
}

}  // namespace podseer::rules
