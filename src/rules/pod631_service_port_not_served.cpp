// SPDX-License-Identifier: Apache-2.0
// The targetPort of a Service is served by no process of the pods that it selects (kube-proxy sends
// the connection there, and it is refused).
#include <algorithm>
#include <string>

#include "rules/engine.hpp"
#include "rules/probe_sites.hpp"
#include "rules/services.hpp"

namespace podseer::rules {

void pod631_service_port_not_served(const kube::PodTemplate& pod, RuleContext& context) {
  const std::optional<std::vector<std::int64_t>> served = served_ports(pod, context);
  if (!served || served->empty()) return;
  if (context.facts().selections == nullptr) return;
  for (const ServiceView* selecting :
       context.facts().selections->services_of(pod, context.world())) {
    const ServiceView& service = *selecting;
    for (const ServicePort& port : service.ports) {
      if (port.protocol != "TCP") continue;
      std::int64_t target = port.target.number;
      for (const kube::Container& container : pod.spec.containers) {
        for (const kube::ContainerPort& declared : container.ports) {
          if (port.target.is_name() && *declared.name == port.target.name)
            target = *declared.container_port;
        }
      }
      if (target == 0 || std::find(served->begin(), served->end(), target) != served->end())
        continue;
      std::string ports;
      for (const std::int64_t p : *served) ports += (ports.empty() ? "" : ", ") + std::to_string(p);
      Finding finding = context.finding(port.span, {{"service", std::string(service.object->name)},
                                                    {"port", std::to_string(port.port)},
                                                    {"target", std::to_string(target)},
                                                    {"served", ports}});
      for (const kube::Container& container : pod.spec.containers) {
        if (context.outcome(container).sureness == process::Outcome::Sureness::Possible)
          finding.certainty = Certainty::Possible;
      }
      finding.field_path = port.path;
      finding.notes.push_back({pod.owner->name_span, "these are the pods that it selects"});
      finding.object_kind = "Service";
      finding.object_name = service.object->name;
      context.report(std::move(finding));
    }
  }
}

}  // namespace podseer::rules
