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
      if (entry.target.number == 0 && entry.target.name.empty()) entry.target.number = entry.port;  // 0 and "" mean the port
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

std::vector<ServiceView> services_of(const world::World& world, std::string_view ns) {
  std::vector<ServiceView> out;
  for (const kube::Object* object : world.all("Service", ns)) {
    if (object->context_only || !object->is("", "Service")) continue;
    out.push_back(ServiceView::read(*object));
  }
  return out;
}

}  // namespace podseer::rules
