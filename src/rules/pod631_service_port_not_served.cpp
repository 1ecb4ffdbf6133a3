// SPDX-License-Identifier: Apache-2.0
// The targetPort of a Service is served by no process of the pods that it selects (kube-proxy sends
// the connection there, and it is refused).
#include <algorithm>
#include <string>

#include "rules/probe_sites.hpp"
#include "rules/service_ports.hpp"

namespace podseer::rules {

void pod631_service_port_not_served(const kube::PodTemplate& pod, RuleContext& context) {
  const std::optional<std::vector<std::int64_t>> served = served_ports(pod, context);
  if (!served || served->empty()) return;
  each_service_port(pod, context, [&](const ServiceView& service, const ServicePort& port) {
    if (port.protocol != "TCP") return;
    std::int64_t target = port.target.number;
    for (const kube::Container& container : pod.spec.containers) {
      for (const kube::ContainerPort& declared : container.ports) {
        if (port.target.is_name() && *declared.name == port.target.name) target = *declared.container_port;
      }
    }
    if (target == 0 || std::find(served->begin(), served->end(), target) != served->end()) return;
    Finding finding = context.finding(port.span, {{"service", std::string(service.object->name)},
                                                  {"port", std::to_string(port.port)},
                                                  {"target", std::to_string(target)},
                                                  {"served", ports_text(*served)}});
    for (const kube::Container& container : pod.spec.containers) {
      if (context.outcome(container).sureness == process::Outcome::Sureness::Possible)
        finding.certainty = Certainty::Possible;
    }
    report_at_service(std::move(finding), service, port, pod, context);
  });
}

}  // namespace podseer::rules
