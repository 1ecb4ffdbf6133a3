// SPDX-License-Identifier: Apache-2.0
#include "rules/service_ports.hpp"

#include <utility>

#include "rules/engine.hpp"

namespace podseer::rules {

void each_service_port(const kube::PodTemplate& pod, const RuleContext& context,
                       const std::function<void(const ServiceView&, const ServicePort&)>& visit) {
  const Selections* selections = context.facts().selections;
  if (selections == nullptr) return;
  for (const ServiceView* service : selections->services_of(pod, context.world())) {
    for (const ServicePort& port : service->ports) visit(*service, port);
  }
}

void report_at_service(Finding finding, const ServiceView& service, const ServicePort& port,
                       const kube::PodTemplate& pod, RuleContext& context) {
  finding.field_path = port.path;
  finding.notes.push_back({pod.owner->name_span, "these are the pods that it selects"});
  finding.object_kind = "Service";
  finding.object_name = service.object->name;
  context.report(std::move(finding));
}

}  // namespace podseer::rules
