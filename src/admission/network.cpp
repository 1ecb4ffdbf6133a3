// SPDX-License-Identifier: Apache-2.0
// NetworkPolicy, Ingress and IngressClass (pkg/apis/networking/validation, 1.34).
// Worked example: a path without pathType gives
// `spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified` and nothing else for it.
#include <algorithm>
#include <array>

#include "admission/validators.hpp"

namespace podseer::admission {
namespace {

constexpr std::array<std::string_view, 3> kProtocols = {"TCP", "UDP", "SCTP"};
constexpr std::array<std::string_view, 2> kPolicyTypes = {"Ingress", "Egress"};
constexpr std::array<std::string_view, 3> kPathTypes = {"Exact", "ImplementationSpecific", "Prefix"};
constexpr std::array<std::string_view, 2> kScopes = {"Cluster", "Namespace"};
constexpr std::size_t kControllerLimit = 250;

void validate_policy_port(const View& port, const Path& path, Errors& errors) {
  validate_enum(port["protocol"], path.child("protocol"), kProtocols, errors);
  const View number = port["port"];
  const View end = port["endPort"];
  if (number.absent()) {
    if (end.present()) errors.invalid(path.child("endPort"), end, "may not be specified when `port` is not specified");
    return;
  }
  const bool named = number.node()->is_string();
  if (named && end.present()) {
    errors.invalid(path.child("endPort"), end, "may not be specified when `port` is non-numeric");
  }
  validate_port_number_or_name(number, path.child("port"), errors);
  if (named || end.absent()) return;
  if (end.integer() < number.integer()) {
    errors.invalid(path.child("endPort"), end, std::to_string(number.integer()),
                   "must be greater than or equal to `port`");
  }
  add_complaints(kube::check_port_number(end.integer()), path.child("endPort"), end, errors);
}

void validate_ip_block(const View& block, const Path& path, Errors& errors) {
  const View range = block["cidr"];
  kube::Cidr cidr;
  if (range.str().empty()) return errors.required(path.child("cidr"), range);
  if (!kube::parse_cidr(range.str(), cidr)) {
    return add_complaints(kube::check_cidr(range.str()), path.child("cidr"), range, errors);
  }
  const View except = block["except"];
  const Path except_path = path.child("except");
  for (std::size_t i = 0; i < except.size(); ++i) {
    kube::Cidr inner;
    if (!kube::parse_cidr(except.at(i).str(), inner)) {
      add_complaints(kube::check_cidr(except.at(i).str()), except_path.index(i), except.at(i), errors);
    } else if (!cidr.contains(inner.address) || cidr.prefix >= inner.prefix) {
      errors.invalid(except_path.index(i), except.at(i), "must be a strict subset of `cidr`");
    }
  }
}

void validate_peer(const View& peer, const Path& path, Errors& errors) {
  std::size_t peers = 0;
  for (const std::string_view key : {"podSelector", "namespaceSelector"}) {
    const View selector = peer[key];
    if (selector.absent()) continue;
    ++peers;
    validate_label_selector(selector, path.child(key), errors);
  }
  const View block = peer["ipBlock"];
  if (block.present()) {
    ++peers;
    validate_ip_block(block, path.child("ipBlock"), errors);
  }
  if (peers == 0) {
    errors.required(path, peer, "must specify a peer");
  } else if (peers > 1 && block.present()) {
    errors.forbidden(path, block, "may not specify both ipBlock and another peer");
  }
}

void validate_policy_rules(const View& rules, const Path& path, std::string_view peers_key, Errors& errors) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const View rule = rules.at(i);
    const Path at = path.index(i);
    const Path ports_path = at.child("ports");
    const View ports = rule["ports"];
    for (std::size_t j = 0; j < ports.size(); ++j) validate_policy_port(ports.at(j), ports_path.index(j), errors);
    const Path peers_path = at.child(peers_key);
    const View peers = rule[peers_key];
    for (std::size_t j = 0; j < peers.size(); ++j) validate_peer(peers.at(j), peers_path.index(j), errors);
  }
}

/// kind and name of a reference to anything.
void validate_reference(const View& reference, const Path& path, Errors& errors) {
  const View group = reference["apiGroup"];
  if (group.present()) add_complaints(kube::check_dns_subdomain(group.str()), path.child("apiGroup"), group, errors);
  for (const std::string_view key : {"kind", "name"}) {
    const View at = reference[key];
    if (at.str().empty()) {
      errors.required(path.child(key), at);
    } else {
      add_complaints(kube::check_path_segment(at.str()), path.child(key), at, errors);
    }
  }
}

void validate_backend(const View& backend, const Path& path, Errors& errors) {
  const View service = backend["service"];
  const View resource = backend["resource"];
  if (service.present() && resource.present()) {
    return errors.invalid(path, resource, "\"\"", "cannot set both resource and service backends");
  }
  if (resource.present()) return validate_reference(resource, path.child("resource"), errors);
  if (service.absent()) return errors.invalid(path, backend, "\"\"", "resource or service backend is required");
  const Path service_path = path.child("service");
  const View name = service["name"];
  if (name.str().empty()) {
    errors.required(service_path.child("name"), name);
  } else {
    add_complaints(kube::check_dns_1035_label(name.str()), service_path.child("name"), name, errors);
  }
  const View port_name = service["port"]["name"];
  const View number = service["port"]["number"];
  const Path port_path = service_path.child("port");
  if (!port_name.str().empty() && number.integer() != 0) {
    errors.invalid(path, service["port"], "\"\"", "cannot set both port name & port number");
  } else if (!port_name.str().empty()) {
    add_complaints(kube::check_port_name(port_name.str()), port_path.child("name"), port_name, errors);
  } else if (number.integer() != 0) {
    add_complaints(kube::check_port_number(number.integer()), port_path.child("number"), number, errors);
  } else {
    errors.required(path, service, "port name or number is required");
  }
}

void validate_http_path(const View& http_path, const Path& path, Errors& errors) {
  const View type = http_path["pathType"];
  if (type.absent()) return errors.required(path.child("pathType"), type, "pathType must be specified");
  const View at = http_path["path"];
  const std::string_view text = at.str();
  const Path text_path = path.child("path");
  const bool strict = type.str() == "Exact" || type.str() == "Prefix";
  if ((strict || (type.str() == "ImplementationSpecific" && !text.empty())) && !text.starts_with('/')) {
    errors.invalid(text_path, at, "must be an absolute path");
  }
  if (strict) {
    for (const std::string_view bad : {"//", "/./", "/../", "%2f", "%2F"}) {
      if (text.find(bad) != std::string_view::npos) {
        errors.invalid(text_path, at, "must not contain '" + std::string(bad) + "'");
      }
    }
    for (const std::string_view bad : {"/..", "/."}) {
      if (text.ends_with(bad)) errors.invalid(text_path, at, "cannot end with '" + std::string(bad) + "'");
    }
  }
  validate_enum(type, path.child("pathType"), kPathTypes, errors);
  validate_backend(http_path["backend"], path.child("backend"), errors);
}

void validate_host(const View& host, const Path& path, Errors& errors) {
  add_complaints(host.str().find('*') != std::string_view::npos ? kube::check_wildcard_dns_subdomain(host.str())
                                                                : kube::check_dns_subdomain(host.str()),
                 path, host, errors);
}

void validate_ingress_rules(const View& rules, const Path& path, Errors& errors) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const View rule = rules.at(i);
    const View host = rule["host"];
    if (!host.str().empty()) {
      const Path at = path.index(i);
      const Path host_path = at.child("host");
      kube::IpAddress ip;
      if (kube::parse_ip(host.str(), ip)) errors.invalid(host_path, host, "must be a DNS name, not an IP address");
      validate_host(host, host_path, errors);
    }
    const View http = rule["http"];
    if (http.absent()) continue;
    const Path rule_path = path.index(i);
    const Path http_path = rule_path.child("http");
    const Path paths_path = http_path.child("paths");
    const View paths = http["paths"];
    if (paths.size() == 0) errors.required(paths_path, paths);
    for (std::size_t j = 0; j < paths.size(); ++j) validate_http_path(paths.at(j), paths_path.index(j), errors);
  }
}

void validate_tls(const View& tls, const Path& path, Errors& errors) {
  for (std::size_t i = 0; i < tls.size(); ++i) {
    const Path at = path.index(i);
    const Path hosts_path = at.child("hosts");
    const View hosts = tls.at(i)["hosts"];
    for (std::size_t j = 0; j < hosts.size(); ++j) validate_host(hosts.at(j), hosts_path.index(j), errors);
    const View secret = tls.at(i)["secretName"];
    if (!secret.str().empty()) {
      add_complaints(kube::check_dns_subdomain(secret.str()), at.child("secretName"), secret, errors);
    }
  }
}

/// A path below a domain, as controllers are named: acme.io/foo.
void validate_controller(const View& at, const Path& path, Errors& errors) {
  if (at.str().size() > kControllerLimit) errors.too_long(path, at, "may not be more than 250 bytes");
  if (at.str().empty()) return errors.required(path, at);
  const std::size_t slash = at.str().find('/');
  const std::string_view host = at.str().substr(0, slash);
  if (slash == std::string_view::npos || host.empty() || slash + 1 == at.str().size()) {
    return errors.invalid(path, at, "must be a domain-prefixed path (such as \"acme.io/foo\")");
  }
  add_complaints(kube::check_dns_subdomain(host), path, at.span(), go_quote(host), errors);
}

}  // namespace

void validate_network_policy(const View& root, const kube::Object&, Errors& errors) {
  validate_object_meta(root["metadata"], Path("metadata"), NameRule::Subdomain, true, errors);
  const Path path("spec");
  const View spec = root["spec"];
  validate_label_selector(spec["podSelector"], path.child("podSelector"), errors);
  validate_policy_rules(spec["ingress"], path.child("ingress"), "from", errors);
  validate_policy_rules(spec["egress"], path.child("egress"), "to", errors);
  const View types = spec["policyTypes"];
  const Path types_path = path.child("policyTypes");
  if (types.size() > kPolicyTypes.size()) {
    return errors.invalid(types_path, types, "may not specify more than two policyTypes");
  }
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (std::find(kPolicyTypes.begin(), kPolicyTypes.end(), types.at(i).str()) == kPolicyTypes.end()) {
      errors.not_supported(types_path.index(i), types.at(i), kPolicyTypes);
    }
  }
}

void validate_ingress(const View& root, const kube::Object&, Errors& errors) {
  validate_object_meta(root["metadata"], Path("metadata"), NameRule::Subdomain, true, errors);
  const Path path("spec");
  const View spec = root["spec"];
  const View rules = spec["rules"];
  const View backend = spec["defaultBackend"];
  if (rules.size() == 0 && backend.absent()) {
    errors.invalid(path, rules.present() ? rules : spec, rules.present() ? "[]" : "null",
                   "either `defaultBackend` or `rules` must be specified");
  }
  if (backend.present()) validate_backend(backend, path.child("defaultBackend"), errors);
  validate_ingress_rules(rules, path.child("rules"), errors);
  validate_tls(spec["tls"], path.child("tls"), errors);
  const View class_name = spec["ingressClassName"];
  if (class_name.present()) {
    add_complaints(kube::check_dns_subdomain(class_name.str()), path.child("ingressClassName"), class_name, errors);
    constexpr std::string_view kAnnotation = "kubernetes.io/ingress.class";
    const View annotation = root["metadata"]["annotations"][kAnnotation];
    if (annotation.present() && annotation.str() != class_name.str()) {
      const Path annotations("annotations");  // without metadata, as the server has it
      errors.invalid(annotations.child(kAnnotation), annotation,
                     "must match `ingressClassName` when both are specified");
    }
  }
}

void validate_ingress_class(const View& root, const kube::Object&, Errors& errors) {
  validate_object_meta(root["metadata"], Path("metadata"), NameRule::Subdomain, false, errors);
  const Path path("spec");
  const View spec = root["spec"];
  validate_controller(spec["controller"], path.child("controller"), errors);
  const View parameters = spec["parameters"];
  if (parameters.absent()) return;
  const Path at = path.child("parameters");
  validate_reference(parameters, at, errors);
  validate_enum(parameters["scope"], at.child("scope"), kScopes, errors);
  const View ns = parameters["namespace"];
  if (parameters["scope"].str() == "Namespace") {
    if (ns.absent()) {
      errors.required(at.child("namespace"), ns, "`parameters.scope` is set to 'Namespace'");
    } else {
      add_complaints(kube::check_dns_label(ns.str()), at.child("namespace"), ns, errors);
    }
  } else if (ns.present() && (parameters["scope"].absent() || parameters["scope"].str() == "Cluster")) {
    errors.forbidden(at.child("namespace"), ns, "`parameters.scope` is set to 'Cluster'");
  }
}

}  // namespace podseer::admission
