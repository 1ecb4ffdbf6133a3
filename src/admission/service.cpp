// SPDX-License-Identifier: Apache-2.0
// Service (pkg/apis/core/validation validateService; allocators of pkg/registry/core/service; 1.34).
// Addresses and node ports are allocated before anything is validated, so a node port that cannot be
// had hides every other mistake. Which addresses a cluster has for its Services is not known here;
// the range of node ports is the server's default.
// Worked example: two ports {port: 80} without names give `spec.ports[0].name: Required value`, the same
// for ports[1], and `spec.ports[1]: Duplicate value: {"Name":"",...}`.
#include <algorithm>
#include <array>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "admission/pod_checks.hpp"
#include "admission/validators.hpp"

namespace podseer::admission {
namespace {

/// --service-node-port-range.
constexpr std::int64_t kFirstNodePort = 30000;
constexpr std::int64_t kLastNodePort = 32767;
constexpr std::int64_t kLongestAffinity = 86400;  // seconds

constexpr std::array<std::string_view, 4> kTypes = {"ClusterIP", "ExternalName", "LoadBalancer", "NodePort"};
constexpr std::array<std::string_view, 3> kProtocols = {"SCTP", "TCP", "UDP"};
constexpr std::array<std::string_view, 2> kAffinities = {"ClientIP", "None"};
constexpr std::array<std::string_view, 2> kPolicies = {"Cluster", "Local"};
constexpr std::array<std::string_view, 2> kFamilies = {"IPv4", "IPv6"};
constexpr std::array<std::string_view, 3> kFamilyPolicies = {"PreferDualStack", "RequireDualStack", "SingleStack"};
constexpr std::array<std::string_view, 3> kDistributions = {"PreferClose", "PreferSameZone", "PreferSameNode"};

/// What the checks share: the spec with the fields that defaults complete.
struct Spec {
  View view;
  std::string_view type;
  bool headless = false;
  [[nodiscard]] bool needs_node_ports() const { return type == "NodePort" || type == "LoadBalancer"; }
};

std::string_view protocol_of(const View& port) {
  const std::string_view written = port["protocol"].str();
  return written.empty() ? "TCP" : written;
}

/// The node port of each port after allocation: 0 where there is none, negative (one number a port
/// number) where the server picks it.
struct NodePorts {
  std::vector<std::int64_t> numbers;
  bool failed = false;
};

NodePorts allocate_node_ports(const Spec& spec, Errors& errors) {
  const View ports = spec.view["ports"];
  NodePorts out;
  for (std::size_t i = 0; i < ports.size(); ++i) out.numbers.push_back(ports.at(i)["nodePort"].integer());
  if (!spec.needs_node_ports()) return out;
  const View wanted = spec.view["allocateLoadBalancerNodePorts"];
  const bool allocate = spec.type == "NodePort" || wanted.absent() || wanted.flag();

  const Path spec_path("spec");
  const Path ports_path = spec_path.child("ports");
  std::unordered_map<std::int64_t, std::int64_t> wanted_by_port, by_port;  // port: node port
  for (std::size_t i = 0; i < ports.size(); ++i) {
    if (out.numbers[i] != 0) wanted_by_port.try_emplace(ports.at(i)["port"].integer(), out.numbers[i]);
  }
  std::unordered_set<std::int64_t> taken;
  const auto take = [&](std::size_t i, std::int64_t number) {
    const char* problem = nullptr;
    if (number < kFirstNodePort || number > kLastNodePort) {
      problem = "provided port is not in the valid range. The range of valid ports is 30000-32767";
    } else if (!taken.insert(number).second) {
      problem = "provided port is already allocated";
    }
    if (problem == nullptr) return true;
    const Path at = ports_path.index(i);
    errors.invalid(at.child("nodePort"), ports.at(i)["nodePort"], std::to_string(number), problem);
    out.failed = true;
    return false;
  };
  for (std::size_t i = 0; i < ports.size(); ++i) {
    std::int64_t& number = out.numbers[i];
    if (number == 0 && !allocate) continue;
    const std::int64_t port = ports.at(i)["port"].integer();
    const auto known = by_port.find(port);
    if (known == by_port.end()) {
      const auto asked = wanted_by_port.find(port);  // by any port of that number
      number = asked == wanted_by_port.end() ? -1 - port : asked->second;
      if (number > 0 && !take(i, number)) return out;
      by_port.emplace(port, number);
    } else if (number == 0) {
      number = known->second;
    } else if (number != known->second && !take(i, number)) {
      return out;
    }
  }
  return out;
}

void validate_port(const View& port, const Path& path, bool name_needed, SeenNames& names, Errors& errors) {
  const View name = port["name"];
  if (name.str().empty()) {
    if (name_needed) errors.required(path.child("name"), name);
  } else {
    add_complaints(kube::check_dns_label(name.str()), path.child("name"), name, errors);
    if (!names.add(name.str())) errors.duplicate(path.child("name"), name);
  }
  const View number = port["port"];
  if (const kube::Complaints bad = kube::check_port_number(number.integer()); !bad.empty()) {
    add_complaints(bad, path.child("port"), number.span(), std::to_string(number.integer()), errors);
  }
  if (!port["protocol"].str().empty()) validate_enum(port["protocol"], path.child("protocol"), kProtocols, errors);
  const View target = port["targetPort"];
  const bool target_defaults =
      target.absent() || (target.node()->is_string() ? target.str().empty() : target.integer() == 0);
  validate_port_number_or_name(target_defaults ? View(number.node(), number.span()) : target, path.child("targetPort"),
                               errors);
  if (port["appProtocol"].present()) {
    add_complaints(kube::check_qualified_name(port["appProtocol"].str()), path.child("appProtocol"),
                   port["appProtocol"], errors);
  }
}

void validate_type(const Spec& spec, const Path& path, Errors& errors) {
  const View cluster_ip = spec.view["clusterIP"];
  const Path ips_path = path.child("clusterIPs");
  if (spec.type == "LoadBalancer") {
    if (spec.headless)
      errors.invalid(ips_path.index(0), cluster_ip, "may not be set to 'None' for LoadBalancer services");
  } else if (spec.type == "NodePort") {
    if (spec.headless) errors.invalid(ips_path.index(0), cluster_ip, "may not be set to 'None' for NodePort services");
  } else if (spec.type == "ExternalName") {
    const View ips = spec.view["clusterIPs"];
    if (!cluster_ip.str().empty() || ips.size() > 0) {
      errors.forbidden(ips_path, ips.size() > 0 ? ips : cluster_ip, "may not be set for ExternalName services");
    }
    for (const std::string_view key : {"ipFamilies", "ipFamilyPolicy"}) {
      const View at = spec.view[key];
      if (key == "ipFamilies" ? at.size() > 0 : at.present()) {
        errors.forbidden(path.child(key), at, "may not be set for ExternalName services");
      }
    }
    const View name = spec.view["externalName"];
    std::string_view cname = name.str();
    if (cname.ends_with('.')) cname.remove_suffix(1);
    if (cname.empty()) {
      errors.required(path.child("externalName"), name);
    } else if (!kube::is_dns_subdomain(cname)) {
      add_complaints(kube::check_dns_subdomain(cname), path.child("externalName"), name.span(), go_quote(cname),
                     errors);
    }
  }
}

void validate_affinity(const Spec& spec, const Path& path, Errors& errors) {
  const View affinity = spec.view["sessionAffinity"];
  if (affinity.str().empty()) return;
  validate_enum(affinity, path.child("sessionAffinity"), kAffinities, errors);
  if (affinity.str() != "ClientIP") return;
  const View timeout = spec.view["sessionAffinityConfig"]["clientIP"]["timeoutSeconds"];
  if (timeout.present() && (timeout.integer() <= 0 || timeout.integer() > kLongestAffinity)) {
    const Path config = path.child("sessionAffinityConfig");
    const Path client = config.child("clientIP");
    errors.invalid(client.child("timeoutSeconds"), timeout, "must be greater than 0 and less than 86400");
  }
}

/// What the allocator of addresses refuses before anything else is looked at.
void validate_cluster_ips(const Spec& spec, const Path& path, Errors& errors) {
  if (spec.type == "ExternalName") return;
  const View ip = spec.view["clusterIP"];
  const View ips = spec.view["clusterIPs"];
  const Path ips_path = path.child("clusterIPs");
  if (!ip.str().empty()) {
    if (ips.size() > 0 && ips.at(0).str() != ip.str()) {
      errors.invalid(ips_path, ips, "first value must match `clusterIP`");
    }
  } else if (ips.size() > 0) {
    errors.invalid(ips_path, ips, "must be empty when `clusterIP` is not specified");
  }
  const View families = spec.view["ipFamilies"];
  const Path families_path = path.child("ipFamilies");
  for (std::size_t i = 0; i < families.size(); ++i) {
    const View family = families.at(i);
    if (std::find(kFamilies.begin(), kFamilies.end(), family.str()) == kFamilies.end()) {
      errors.not_supported(families_path.index(i), family, kFamilies);  // a null item is the empty family
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (families.at(j).str() == family.str()) errors.duplicate(families_path.index(i), family);
    }
  }
  validate_enum(spec.view["ipFamilyPolicy"], path.child("ipFamilyPolicy"), kFamilyPolicies, errors);
  if (ips.size() == 0) {
    if (!ip.str().empty() && !spec.headless) {
      add_complaints(kube::check_ip(ip.str()), ips_path.index(0), ip, errors);
    }
    return;
  }
  for (std::size_t i = 0; i < ips.size(); ++i) {
    if (i == 0 && ips.at(i).str() == "None") {
      if (ips.size() > 1) errors.invalid(ips_path, ips, "'None' must be the first and only value");
      continue;
    }
    add_complaints(kube::check_ip(ips.at(i).str()), ips_path.index(i), ips.at(i), errors);
  }
  if (ips.size() > 2) errors.invalid(ips_path, ips, "may only hold up to 2 values");
  if (!errors.empty() || ips.size() < 2) return;
  kube::IpAddress first, second;
  if (kube::parse_ip(ips.at(0).str(), first) && kube::parse_ip(ips.at(1).str(), second) && first.v4 == second.v4) {
    errors.invalid(ips_path, ips, "may specify no more than one IP for each IP family");
  }
}

/// One stack for one address: the policy defaults to SingleStack, but to two for a headless Service
/// without a selector.
void validate_family_policy(const Spec& spec, const Path& path, Errors& errors) {
  if (spec.type == "ExternalName") return;
  const View policy = spec.view["ipFamilyPolicy"];
  const bool single =
      policy.present() ? policy.str() == "SingleStack" : !(spec.headless && spec.view["selector"].size() == 0);
  if (!single) return;
  const Path at = path.child("ipFamilyPolicy");
  for (const auto& [key, what] : {std::pair{"clusterIPs", "cluster IPs"}, std::pair{"ipFamilies", "IP families"}}) {
    if (spec.view[key].size() != 2) continue;
    errors.invalid(
        at, policy.present() ? policy : spec.view[key], "\"SingleStack\"",
        "must be 'RequireDualStack' or 'PreferDualStack' when multiple " + std::string(what) + " are specified");
  }
}

/// An address that many hosts share, or none.
const char* special_address(const kube::IpAddress& ip) {
  const std::uint8_t* b = ip.v4 ? ip.bytes + 12 : ip.bytes;
  const std::size_t size = ip.v4 ? 4 : 16;
  const bool zero = std::all_of(b, b + size, [](std::uint8_t byte) { return byte == 0; });
  if (zero) return ip.v4 ? "may not be unspecified (0.0.0.0)" : "may not be unspecified (::)";
  const bool loopback =
      ip.v4 ? b[0] == 127 : b[15] == 1 && std::all_of(b, b + 15, [](std::uint8_t byte) { return byte == 0; });
  if (loopback) return "may not be in the loopback range (127.0.0.0/8, ::1/128)";
  if (ip.v4 ? b[0] == 169 && b[1] == 254 : b[0] == 0xfe && (b[1] & 0xc0) == 0x80) {
    return "may not be in the link-local range (169.254.0.0/16, fe80::/10)";
  }
  if (ip.v4 ? b[0] == 224 && b[1] == 0 && b[2] == 0 : b[0] == 0xff && (b[1] & 0x0f) == 2) {
    return "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)";
  }
  return nullptr;
}

void validate_external_ips(const Spec& spec, const Path& path, Errors& errors) {
  const View ips = spec.view["externalIPs"];
  const Path ips_path = path.child("externalIPs");
  for (std::size_t i = 0; i < ips.size(); ++i) {
    const View at = ips.at(i);
    kube::IpAddress ip;
    if (!kube::parse_ip(at.str(), ip)) {
      add_complaints(kube::check_ip(at.str()), ips_path.index(i), at, errors);
    } else if (const char* problem = special_address(ip)) {
      errors.invalid(ips_path.index(i), at, problem);
    }
  }
}

void validate_duplicates(const Spec& spec, const NodePorts& node_ports, const Path& path, Errors& errors) {
  const View ports = spec.view["ports"];
  const Path ports_path = path.child("ports");
  if (ports.size() < 2) return;
  std::set<std::pair<std::string_view, std::int64_t>> seen;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    if (node_ports.numbers[i] == 0) continue;
    if (seen.emplace(protocol_of(ports.at(i)), node_ports.numbers[i]).second) continue;
    const Path at = ports_path.index(i);
    const View number = ports.at(i)["nodePort"];
    errors.duplicate(at.child("nodePort"), number.integer() == 0 ? ports.at(i)["port"] : number,
                     node_ports.numbers[i] > 0 ? std::to_string(node_ports.numbers[i]) : "(allocated)");
  }
  seen.clear();
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const std::int64_t port = ports.at(i)["port"].integer();
    if (seen.emplace(protocol_of(ports.at(i)), port).second) continue;
    errors.duplicate(ports_path.index(i), ports.at(i)["port"],
                     "{\"Name\":\"\",\"Protocol\":" + go_quote(protocol_of(ports.at(i))) +
                         ",\"AppProtocol\":null,\"Port\":" + std::to_string(port) +
                         ",\"TargetPort\":0,\"NodePort\":0}");
  }
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t' || text.front() == '\n')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\n')) text.remove_suffix(1);
  return text;
}

void validate_load_balancer(const View& root, const Spec& spec, const Path& path, Errors& errors) {
  constexpr std::string_view kOnlyLoadBalancer = "may only be used when `type` is 'LoadBalancer'";
  constexpr std::string_view kRangesAnnotation = "service.beta.kubernetes.io/load-balancer-source-ranges";
  const bool load_balancer = spec.type == "LoadBalancer";
  const View ranges = spec.view["loadBalancerSourceRanges"];
  const Path ranges_path = path.child("LoadBalancerSourceRanges");  // spelled so by the server
  if (ranges.size() > 0) {
    if (!load_balancer) errors.forbidden(ranges_path, ranges, kOnlyLoadBalancer);
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      const std::string_view range = trimmed(ranges.at(i).str());
      add_complaints(kube::check_cidr(range), ranges_path.index(i), ranges.at(i).span(), go_quote(range), errors);
    }
  } else if (const View annotation = root["metadata"]["annotations"][kRangesAnnotation]; annotation.present()) {
    const Path meta("metadata");
    const Path annotations = meta.child("annotations");
    const Path at = annotations.key(kRangesAnnotation);
    if (!load_balancer) errors.forbidden(at, annotation, kOnlyLoadBalancer);
    std::string_view rest = trimmed(annotation.str());
    while (!rest.empty()) {
      const std::size_t comma = rest.find(',');
      const std::string_view range = trimmed(rest.substr(0, comma));
      add_complaints(kube::check_cidr(range), at, annotation.span(), go_quote(range), errors);
      rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
  }
  for (const std::string_view key : {"allocateLoadBalancerNodePorts", "loadBalancerClass"}) {
    const View at = spec.view[key];
    if (at.absent()) continue;
    if (!load_balancer) {
      errors.forbidden(path.child(key), at, kOnlyLoadBalancer);
    } else if (key == "loadBalancerClass") {
      add_complaints(kube::check_qualified_name(at.str()), path.child(key), at, errors);
    }
  }
}

void validate_topology_mode(const View& annotations, Errors& errors) {
  const View mode = annotations["service.kubernetes.io/topology-mode"];
  const View hints = annotations["service.kubernetes.io/topology-aware-hints"];
  if (mode.absent() || hints.absent() || mode.str() == hints.str()) return;
  const Path meta("metadata");
  const Path path = meta.child("annotations");
  errors.invalid(path.key("service.kubernetes.io/topology-mode"), mode,
                 "must match annotations[service.kubernetes.io/topology-aware-hints] when both are specified");
}

void validate_traffic(const Spec& spec, const Path& path, Errors& errors) {
  const View external = spec.view["externalTrafficPolicy"];
  const bool outside = spec.needs_node_ports() || (spec.type == "ClusterIP" && spec.view["externalIPs"].size() > 0);
  if (!external.str().empty()) {
    if (outside) {
      validate_enum(external, path.child("externalTrafficPolicy"), kPolicies, errors);
    } else {
      errors.invalid(path.child("externalTrafficPolicy"), external,
                     "may only be set for externally-accessible services");
    }
  }
  const View health = spec.view["healthCheckNodePort"];
  const bool needs_health = spec.type == "LoadBalancer" && external.str() == "Local";
  if (health.integer() != 0 && !needs_health) {
    errors.invalid(path.child("healthCheckNodePort"), health,
                   "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
  }
  validate_enum(spec.view["internalTrafficPolicy"], path.child("internalTrafficPolicy"), kPolicies, errors);
  validate_enum(spec.view["trafficDistribution"], path.child("trafficDistribution"), kDistributions, errors);
}

}  // namespace

void validate_service(const View& root, const kube::Object&, Errors& errors) {
  const Path path("spec");
  Spec spec{root["spec"], root["spec"]["type"].str(), root["spec"]["clusterIP"].str() == "None"};
  if (spec.type.empty()) spec.type = "ClusterIP";
  const View ports = spec.view["ports"];

  validate_cluster_ips(spec, path, errors);
  if (errors.empty()) validate_family_policy(spec, path, errors);
  if (!errors.empty()) return;
  const NodePorts node_ports = allocate_node_ports(spec, errors);
  if (node_ports.failed) return;

  validate_object_meta(root["metadata"], Path("metadata"), NameRule::Label1035, true, errors);
  validate_topology_mode(root["metadata"]["annotations"], errors);
  if (ports.size() == 0 && !spec.headless && spec.type != "ExternalName") errors.required(path.child("ports"), ports);
  validate_type(spec, path, errors);
  const Path ports_path = path.child("ports");
  SeenNames names;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    validate_port(ports.at(i), ports_path.index(i), ports.size() > 1, names, errors);
  }
  validate_labels(spec.view["selector"], path.child("selector"), errors);
  validate_affinity(spec, path, errors);
  validate_external_ips(spec, path, errors);
  if (!spec.view["type"].str().empty()) validate_enum(spec.view["type"], path.child("type"), kTypes, errors);
  if (spec.type == "ClusterIP") {
    for (std::size_t i = 0; i < ports.size(); ++i) {
      if (ports.at(i)["nodePort"].integer() == 0) continue;
      const Path at = ports_path.index(i);
      errors.forbidden(at.child("nodePort"), ports.at(i)["nodePort"], "may not be used when `type` is 'ClusterIP'");
    }
  }
  validate_duplicates(spec, node_ports, path, errors);
  validate_load_balancer(root, spec, path, errors);
  validate_traffic(spec, path, errors);
}

}  // namespace podseer::admission
