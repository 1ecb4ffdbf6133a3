// SPDX-License-Identifier: Apache-2.0
// What the API server 1.34 warns of in pods and templates (pkg/api/pod/warnings.go), in its order.
// Worked example: two `env` entries of one name give `spec.containers[0].env[1]: hides previous
// definition of "A", which may be dropped when using apply`; the later one wins in the container.
#include <map>

#include "admission/warnings.hpp"

namespace podseer::admission {
namespace {

constexpr std::string_view kSeccompText = "non-functional in v1.27+; use the \"seccompProfile\" field instead";
constexpr std::string_view kNullSelector = "a null labelSelector results in matching no pod";

struct Retired {
  std::string_view key, text;
};
constexpr Retired kAnnotations[] = {
    {"scheduler.alpha.kubernetes.io/critical-pod",
     "non-functional in v1.16+; use the \"priorityClassName\" field instead"},
    {"security.alpha.kubernetes.io/sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead"},
    {"security.alpha.kubernetes.io/unsafe-sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead"}};

void warn_of_scheduling(const View& spec, const Path& path, Warnings& out) {
  const Path selector_path = path.child("nodeSelector");
  for (const yaml::Entry& entry : spec["nodeSelector"].entries()) {
    const std::string_view text = deprecated_node_label(entry.key);
    if (!text.empty()) out.add(selector_path.key(entry.key), entry.key_span, text);
  }
  const View affinity = spec["affinity"]["nodeAffinity"];
  const Path affinity_path = path.child("affinity");
  const Path node_path = affinity_path.child("nodeAffinity");
  const Path required_path = node_path.child("requiredDuringSchedulingIgnoredDuringExecution");
  const Path terms_path = required_path.child("nodeSelectorTerms");
  const View terms = affinity["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"];
  for (std::size_t i = 0; i < terms.size(); ++i) warn_of_node_term(terms.at(i), terms_path.index(i), false, out);
  const View preferred = affinity["preferredDuringSchedulingIgnoredDuringExecution"];
  const Path preferred_path = node_path.child("preferredDuringSchedulingIgnoredDuringExecution");
  for (std::size_t i = 0; i < preferred.size(); ++i) {
    const Path at = preferred_path.index(i);
    warn_of_node_term(preferred.at(i)["preference"], at.child("preference"), true, out);
  }
  const View spread = spec["topologySpreadConstraints"];
  const Path spread_path = path.child("topologySpreadConstraints");
  for (std::size_t i = 0; i < spread.size(); ++i) {
    const View constraint = spread.at(i), key = constraint["topologyKey"];
    const Path at = spread_path.index(i);
    if (const std::string_view text = deprecated_node_label(key.str()); !text.empty()) {
      out.add(at.child("topologyKey"), key.span(), std::string(key.str()) + " is " + std::string(text));
    }
    if (constraint["labelSelector"].absent()) out.add(at.child("labelSelector"), constraint.span(), kNullSelector);
  }
}

void warn_of_volumes(const View& volumes, const Path& path, Warnings& out) {
  for (std::size_t i = 0; i < volumes.size(); ++i) {
    const View volume = volumes.at(i);
    const Path at = path.index(i);
    warn_of_retired_plugin(volume, at, true, out);
    const View claim = volume["ephemeral"]["volumeClaimTemplate"];
    if (claim.absent()) continue;
    const Path ephemeral = at.child("ephemeral");
    const Path claim_path = ephemeral.child("volumeClaimTemplate");
    warn_of_claim_spec(claim["spec"], claim_path.child("spec"), out);
  }
}

/// Items of a list that name the same thing.
void warn_of_doubles(const View& list, const Path& path, std::string_view key, Warnings& out) {
  SeenNames seen;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const View name = list.at(i)[key];
    const Path at = path.index(i);
    if (!seen.add(name.str())) {
      out.add(at.child(key), name.span(), "duplicate " + std::string(key) + " " + go_quote(name.str()));
    }
  }
}

void warn_of_fractions(const View& container, const Path& path, bool is_pod, Warnings& out) {
  const View resources = container["resources"];
  const Path resources_path = path.child("resources");
  const Path limits_path = resources_path.child("limits");
  const Path requests_path = resources_path.child("requests");
  for (const std::string_view name : {"memory", "ephemeral-storage"}) {
    const View limit = resources["limits"][name];
    const View request = resources["requests"][name];
    warn_of_fraction(limit, limits_path.key(name), out);
    // A Pod's requests are filled from its limits first.
    warn_of_fraction(is_pod && request.absent() ? limit : request, requests_path.key(name), out);
  }
}

/// The later one wins, but a client that merges by name may drop either.
void warn_of_hidden_variables(const View& env, const Path& path, Warnings& out) {
  if (env.size() < 2) return;
  SeenNames seen;
  for (std::size_t i = 0; i < env.size(); ++i) {
    const View variable = env.at(i);
    const std::string_view name = variable["name"].str();
    if (seen.add(name)) continue;
    // X="$(X) more" uses what it hides.
    const std::string reference = "$(" + std::string(name) + ")";
    const std::string_view value = variable["value"].str();
    if (variable["valueFrom"].absent() && value != reference && value.find(reference) != std::string_view::npos)
      continue;
    out.add(path.index(i), variable["name"].span(),
            "hides previous definition of " + go_quote(name) + ", which may be dropped when using apply");
  }
}

/// Is this the profile that an annotation of old says?
bool is_app_armor_profile(const View& profile, std::string_view annotation) {
  constexpr std::string_view kLocalhost = "localhost/";
  if (profile.absent()) return false;
  const std::string_view type = profile["type"].str();
  if (annotation == "unconfined") return type == "Unconfined";
  if (annotation == "runtime/default") return type == "RuntimeDefault";
  return annotation.starts_with(kLocalhost) && annotation != kLocalhost && type == "Localhost" &&
         profile["localhostProfile"].str() == annotation.substr(kLocalhost.size());
}

void warn_of_seccomp(const View& container, const View& annotations, const Path& annotations_path, Warnings& out) {
  if (annotations.size() == 0 || container["securityContext"]["seccompProfile"].present()) return;
  const std::string key = std::string(kSeccompAnnotationPrefix) + std::string(container["name"].str());
  const yaml::Entry* entry = entry_of(annotations, key);
  if (entry == nullptr) return;
  out.add(annotations_path.key(key), entry->key_span, kSeccompText);
}

void warn_of_app_armor(const View& container, const View& spec, const View& annotations, const Path& annotations_path,
                       Warnings& out) {
  if (annotations.size() == 0 || container["securityContext"]["appArmorProfile"].present()) return;
  const std::string key = std::string(kAppArmorAnnotationPrefix) + std::string(container["name"].str());
  const yaml::Entry* entry = entry_of(annotations, key);
  if (entry == nullptr || is_app_armor_profile(spec["securityContext"]["appArmorProfile"], entry->value.string_or("")))
    return;
  out.add(annotations_path.key(key), entry->key_span,
          "deprecated since v1.30; use the \"appArmorProfile\" field instead");
}

/// Ports of all containers, as they meet in the pod's one network.
class PortWarnings {
 public:
  PortWarnings(bool host_network, Warnings& out) : host_network_(host_network), out_(out) {}

  void add(const View& port, const Path& path) {
    if (out_.full()) return;
    Port one{path.str(), port["hostIP"].str(), port["hostPort"].integer()};
    const std::int64_t number = port["containerPort"].integer();
    std::string_view protocol = port["protocol"].str();
    if (protocol.empty()) protocol = "TCP";
    if (host_network_ && one.host_port == 0) one.host_port = number;
    if (!one.host_ip.empty() && one.host_port == 0) {
      out_.add(path, port.span(),
               "hostIP set without hostPort: {Name:" + std::string(port["name"].str()) +
                   " HostPort:0 ContainerPort:" + std::to_string(number) + " Protocol:" + std::string(protocol) +
                   " HostIP:" + std::string(one.host_ip) + "}");
    }
    std::vector<Port>& others = ports_[{number, protocol}];
    for (const Port& other : others) {
      if (out_.full()) return;
      const bool same_ip = one.host_ip == other.host_ip;
      std::string_view how;
      if (same_ip && one.host_port == other.host_port) {
        how = "duplicate";
      } else if (one.host_port == 0 || other.host_port == 0) {
        how = "overlapping";
      } else if (one.host_port == other.host_port && one.host_ip.empty() != other.host_ip.empty()) {
        how = "dangerously ambiguous";
      } else {
        continue;
      }
      out_.add(path, port.span(), std::string(how) + " port definition with " + other.path);
    }
    others.push_back(std::move(one));
  }

 private:
  struct Port {
    std::string path;
    std::string_view host_ip;
    std::int64_t host_port = 0;
  };
  bool host_network_;
  Warnings& out_;
  std::map<std::pair<std::int64_t, std::string_view>, std::vector<Port>> ports_;
};

void warn_of_ports(const View& spec, const Path& path, bool is_pod, Warnings& out) {
  PortWarnings ports(is_pod && spec["hostNetwork"].flag(), out);
  for_each_container(spec, path, [&](const View& container, const Path& at) {
    const View list = container["ports"];
    const Path list_path = at.child("ports");
    for (std::size_t i = 0; i < list.size(); ++i) ports.add(list.at(i), list_path.index(i));
  });
  std::map<std::string_view, std::string> names;
  for_each_container(spec, path, [&](const View& container, const Path& at) {
    const View list = container["ports"];
    const Path list_path = at.child("ports");
    for (std::size_t i = 0; i < list.size(); ++i) {
      const View name = list.at(i)["name"];
      if (name.str().empty()) continue;
      const Path port_path = list_path.index(i);
      const auto [first, added] = names.try_emplace(name.str());
      if (added) {
        first->second = port_path.str();
        continue;
      }
      out.add(port_path, name.span(),
              "duplicate port name " + go_quote(name.str()) + " with " + first->second +
                  ", services and probes that select ports by name will use " + first->second);
    }
  });
}

void warn_of_pod_affinity(const View& affinity, const Path& path, Warnings& out) {
  for (const std::string_view kind : {"podAffinity", "podAntiAffinity"}) {
    const Path kind_path = path.child(kind);
    const View required = affinity[kind]["requiredDuringSchedulingIgnoredDuringExecution"];
    const Path required_path = kind_path.child("requiredDuringSchedulingIgnoredDuringExecution");
    for (std::size_t i = 0; i < required.size(); ++i) {
      const Path at = required_path.index(i);
      if (required.at(i)["labelSelector"].absent())
        out.add(at.child("labelSelector"), required.at(i).span(), kNullSelector);
    }
    const View preferred = affinity[kind]["preferredDuringSchedulingIgnoredDuringExecution"];
    const Path preferred_path = kind_path.child("preferredDuringSchedulingIgnoredDuringExecution");
    for (std::size_t i = 0; i < preferred.size(); ++i) {
      const View term = preferred.at(i)["podAffinityTerm"];
      const Path at = preferred_path.index(i);
      const Path term_path = at.child("podAffinityTerm");
      if (term["labelSelector"].absent())
        out.add(term_path.child("labelSelector"), preferred.at(i).span(), kNullSelector);
    }
  }
}

}  // namespace

void warn_of_pod_profiles(const View& spec, const View& metadata, Warnings& out) {
  if (spec["os"]["name"].str() == "windows") return;
  const Path path("metadata");
  const Path annotations_path = path.child("annotations");
  for_each_container(spec, Path("spec"), [&](const View& container, const Path&) {
    warn_of_app_armor(container, spec, metadata["annotations"], annotations_path, out);
  });
}

void warn_of_pod_spec(const View& spec, const Path& spec_path, const View& metadata, const Path& metadata_path,
                      bool is_pod, Warnings& out) {
  if (spec.absent()) return;
  const View annotations = metadata["annotations"];
  const Path annotations_path = metadata_path.child("annotations");
  warn_of_scheduling(spec, spec_path, out);
  for (const Retired& retired : kAnnotations) {
    const yaml::Entry* entry = entry_of(annotations, retired.key);
    if (entry != nullptr) out.add(annotations_path.key(retired.key), entry->key_span, retired.text);
  }
  const View volumes = spec["volumes"];
  const Path volumes_path = spec_path.child("volumes");
  warn_of_volumes(volumes, volumes_path, out);
  warn_of_overlapping_files(volumes, volumes_path, out);
  const View aliases = spec["hostAliases"];
  const Path aliases_path = spec_path.child("hostAliases");
  warn_of_doubles(aliases, aliases_path, "ip", out);
  const View secrets = spec["imagePullSecrets"];
  const Path secrets_path = spec_path.child("imagePullSecrets");
  warn_of_doubles(secrets, secrets_path, "name", out);
  for (std::size_t i = 0; i < secrets.size(); ++i) {
    const View name = secrets.at(i)["name"];
    const Path at = secrets_path.index(i);
    if (name.str().empty()) out.add(at.child("name"), secrets.at(i).span(), "invalid empty name \"\"");
  }
  const Path overhead_path = spec_path.child("overhead");
  for (const std::string_view name : {"memory", "ephemeral-storage"})
    warn_of_fraction(spec["overhead"][name], overhead_path.key(name), out);
  if (spec["securityContext"]["seccompProfile"].absent()) {
    if (const yaml::Entry* entry = entry_of(annotations, kSeccompPodAnnotation); entry != nullptr) {
      out.add(annotations_path.key(kSeccompPodAnnotation), entry->key_span, kSeccompText);
    }
  }
  for_each_container(spec, spec_path, [&](const View& container, const Path& at) {
    warn_of_seccomp(container, annotations, annotations_path, out);
    if (!is_pod) warn_of_app_armor(container, spec, annotations, annotations_path, out);
    warn_of_fractions(container, at, is_pod, out);
    warn_of_hidden_variables(container["env"], at.child("env"), out);
  });
  warn_of_ports(spec, spec_path, is_pod, out);
  if (const View grace = spec["terminationGracePeriodSeconds"]; !is_pod && grace.integer() < 0) {
    out.add(spec_path.child("terminationGracePeriodSeconds"), grace.span(),
            "must be >= 0; negative values are invalid and will be treated as 1");
  }
  warn_of_pod_affinity(spec["affinity"], spec_path.child("affinity"), out);
  const View servers = spec["dnsConfig"]["nameservers"];
  const Path dns_path = spec_path.child("dnsConfig");
  const Path servers_path = dns_path.child("nameservers");
  for (std::size_t i = 0; i < servers.size(); ++i) warn_of_ip(servers.at(i), servers_path.index(i), out);
  for (std::size_t i = 0; i < aliases.size(); ++i) {
    const Path at = aliases_path.index(i);
    warn_of_ip(aliases.at(i)["ip"], at.child("ip"), out);
  }
}

}  // namespace podseer::admission
