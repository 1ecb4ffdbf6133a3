// SPDX-License-Identifier: Apache-2.0
#include "rules/dependencies.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

#include "rules/engine.hpp"
#include "world/world.hpp"

namespace podseer::rules {

namespace {

using world::Known;

bool is_label(std::string_view text) {
  if (text.empty() || text.size() > 63 || text.front() == '-' || text.back() == '-') return false;
  bool letter = false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::islower(byte) != 0) letter = true;
    if (std::islower(byte) == 0 && std::isdigit(byte) == 0 && c != '-') return false;
  }
  return letter;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> out;
  while (true) {
    const std::size_t dot = text.find('.');
    out.push_back(text.substr(0, dot));
    if (dot == std::string_view::npos) return out;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace

std::optional<ServiceName> service_of_host(std::string_view host, const RuleContext& context) {
  if (host.ends_with(".")) host.remove_suffix(1);
  if (host == "localhost" || host == "kubernetes" || host.empty() || host.size() > 253) return std::nullopt;
  const std::vector<std::string_view> labels = split(host);
  for (const std::string_view label : labels) {
    if (!is_label(label)) return std::nullopt;
  }
  const auto made = [](std::string_view ns, std::string_view name) {
    return ServiceName{std::string(ns), std::string(name)};
  };
  if (labels.size() == 1) return made(context.ns(), labels[0]);
  if (labels.size() >= 3 && labels[2] == "svc") {
    if (labels.size() > 3 && (labels.size() != 5 || labels[3] != "cluster" || labels[4] != "local"))
      return std::nullopt;
    return made(labels[1], labels[0]);
  }
  if (labels.size() == 2) {
    const bool ours = labels[1] == context.ns() || context.world().find("Namespace", {}, labels[1]) != nullptr;
    if (ours) return made(labels[1], labels[0]);
  }
  return std::nullopt;
}

std::optional<HostPort> host_of_address(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme != std::string_view::npos) text.remove_prefix(scheme + 3);
  text = text.substr(0, text.find_first_of("/?#, "));
  const std::size_t at = text.rfind('@');
  if (at != std::string_view::npos) text.remove_prefix(at + 1);
  HostPort out;
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos) {
    const std::string_view digits = text.substr(colon + 1);
    if (digits.empty() || digits.size() > 5) return std::nullopt;
    for (const char c : digits) {
      if (std::isdigit(static_cast<unsigned char>(c)) == 0) return std::nullopt;
      out.port = out.port * 10 + (c - '0');
    }
    text = text.substr(0, colon);
  }
  if (text.empty()) return std::nullopt;
  out.host = text;
  return out;
}

std::optional<Unreachable> unreachable(const ServiceName& target, std::int64_t port, const RuleContext& context) {
  const world::World& world = context.world();
  const kube::Object* object = world.find("Service", target.ns, target.name);
  if (object == nullptr) {
    const Known known = world.exists("Service", target.ns, target.name);
    if (known == Known::Yes) return std::nullopt;
    if (known == Known::No) return Unreachable{"there is no Service of that name", Certainty::Certain};
    // Services made elsewhere are common; a near miss among the given ones is not.
    const auto near = world::nearest(target.name, world.names("Service", target.ns));
    if (!near.empty()) {
      return Unreachable{"no Service of that name is given, but there is '" + std::string(near.front()) + "'",
                         Certainty::Likely};
    }
    return Unreachable{"no Service of that name is given", Certainty::Possible};
  }
  if (port == 0 || object->context_only || context.facts().selections == nullptr) return std::nullopt;
  const ServiceView service = ServiceView::read(*object);
  if (service.external_name || service.headless) return std::nullopt;
  const bool has_port =
      std::any_of(service.ports.begin(), service.ports.end(), [&](const ServicePort& p) { return p.port == port; });
  if (!has_port && !service.ports.empty()) {
    return Unreachable{"the Service has no port " + std::to_string(port), Certainty::Certain};
  }
  const auto& idle = context.facts().selections->idle_services();
  const bool selects_nothing =
      std::any_of(idle.begin(), idle.end(), [&](const ServiceView* each) { return each->object == object; });
  if (selects_nothing) return Unreachable{"the Service selects no pod", context.absence()};
  return std::nullopt;
}

}  // namespace podseer::rules
