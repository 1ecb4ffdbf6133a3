// SPDX-License-Identifier: Apache-2.0
#include "admission/pod_security_checks.hpp"

#include <algorithm>

namespace podseer::admission::pod_security {

Result check_app_armor(Checked& checked) {
  constexpr std::string_view kPrefix = "container.apparmor.security.beta.kubernetes.io/";
  const auto allowed = [](std::string_view type) { return type == "RuntimeDefault" || type == "Localhost"; };
  Names setters;
  std::set<std::string> values;
  const View profile = checked.security()["appArmorProfile"];
  if (profile.present() && !allowed(profile["type"].str())) {
    setters.push_back("pod");
    values.insert(std::string(profile["type"].str()));
    checked.blame(profile["type"], "securityContext.appArmorProfile.type");
  }
  const Names containers = bad_containers(checked, [&](const View& container) {
    const View own = container["securityContext"]["appArmorProfile"];
    if (own.absent() || allowed(own["type"].str())) return kFine;
    values.insert(std::string(own["type"].str()));
    return own["type"];
  });
  if (!containers.empty()) setters.push_back(containers_named(containers));
  Names shown(values.begin(), values.end());
  Names annotations;
  for (const yaml::Entry& entry : checked.pod.metadata["annotations"].entries()) {
    const std::string_view text = entry.value.string_or("");
    if (!entry.key.starts_with(kPrefix) || text.empty() || text == "runtime/default" || text.starts_with("localhost/"))
      continue;
    annotations.push_back(std::string(entry.key) + "=" + go_quote(text));
    checked.blame(view_of(entry), "");
  }
  if (!annotations.empty()) {
    std::sort(annotations.begin(), annotations.end());
    shown.insert(shown.end(), annotations.begin(), annotations.end());
    setters.emplace_back(plural(annotations.size(), "annotation", "annotations"));
  }
  if (setters.empty()) return {};
  return {std::string(plural(shown.size(), "forbidden AppArmor profile", "forbidden AppArmor profiles")),
          join(setters, " and ") + " must not set AppArmor profile type to " + join_quoted(shown)};
}

constexpr std::string_view kDefaultCapabilities[] = {"AUDIT_WRITE", "CHOWN",  "DAC_OVERRIDE",     "FOWNER",  "FSETID",
                                                     "KILL",        "MKNOD",  "NET_BIND_SERVICE", "SETFCAP", "SETGID",
                                                     "SETPCAP",     "SETUID", "SYS_CHROOT"};

Result check_capabilities_baseline(Checked& checked) {
  std::set<std::string> added;
  const Names containers = bad_containers(checked, [&](const View& container) {
    const View list = container["securityContext"]["capabilities"]["add"];
    View bad = kFine;
    for (const yaml::Node& node : list.items()) {
      if (is_one_of(node.string_or(""), kDefaultCapabilities)) continue;
      added.insert(std::string(node.string_or("")));
      bad = view_of(node, list);
    }
    return bad;
  });
  if (containers.empty()) return {};
  return {"non-default capabilities", containers_named(containers) + " must not include " + join_quoted(added) +
                                          " in securityContext.capabilities.add"};
}

Result check_host_namespaces(Checked& checked) {
  Names found;
  for (const std::string_view key : {"hostNetwork", "hostPID", "hostIPC"}) {
    const View flag = checked.pod.spec[key];
    if (!flag.flag()) continue;
    found.push_back(std::string(key) + "=true");
    checked.blame(flag, std::string(key));
  }
  if (found.empty()) return {};
  return {"host namespaces", join(found, ", ")};
}

Result check_host_path(Checked& checked) {
  Names found;
  const View volumes = checked.pod.spec["volumes"];
  for (const yaml::Node& node : volumes.items()) {
    const View volume = view_of(node, volumes);
    if (volume["hostPath"].absent()) continue;
    found.push_back(std::string(volume["name"].str()));
    checked.blame(volume["hostPath"], "volumes");
  }
  if (found.empty()) return {};
  return {"hostPath volumes", std::string(plural(found.size(), "volume", "volumes")) + " " + join_quoted(found)};
}

Result check_host_ports(Checked& checked) {
  const bool host_network = checked.pod.spec["hostNetwork"].flag();
  std::set<std::string> found;
  const Names containers = bad_containers(checked, [&](const View& container) {
    const View ports = container["ports"];
    View bad = kFine;
    for (const yaml::Node& node : ports.items()) {
      const View port = view_of(node, ports);
      View host_port = port["hostPort"];
      if (host_port.integer() == 0 && host_network) host_port = port["containerPort"];  // the server's default
      if (host_port.integer() == 0) continue;
      found.insert(std::to_string(host_port.integer()));
      bad = host_port;
    }
    return bad;
  });
  if (containers.empty()) return {};
  return {"hostPort", containers_named(containers) + " " + std::string(plural(containers.size(), "uses", "use")) + " " +
                          std::string(plural(found.size(), "hostPort", "hostPorts")) + " " +
                          join(Names(found.begin(), found.end()), ", ")};
}

Result check_host_probes(Checked& checked) {
  std::set<std::string> names, hosts;
  checked.containers([&](const View& container, const Path& path) {
    const View lifecycle = container["lifecycle"];
    for (const View& handler : {container["livenessProbe"], container["readinessProbe"], container["startupProbe"],
                                lifecycle["postStart"], lifecycle["preStop"]}) {
      for (const std::string_view action : {"httpGet", "tcpSocket"}) {
        const View host = handler[action]["host"];
        if (host.str().empty()) continue;
        names.insert(name_of_container(container));
        hosts.insert(std::string(host.str()));
        checked.blame(host, path.str());
      }
    }
  });
  if (names.empty()) return {};
  return {"probe or lifecycle host",
          containers_named(Names(names.begin(), names.end())) + " " + std::string(plural(names.size(), "uses", "use")) +
              " " + std::string(plural(hosts.size(), "probe or lifecycle host", "probe or lifecycle hosts")) + " " +
              join_quoted(hosts)};
}

Result check_privileged(Checked& checked) {
  const Names containers = bad_containers(checked, [](const View& container) {
    const View flag = container["securityContext"]["privileged"];
    return flag.flag() ? flag : kFine;
  });
  if (containers.empty()) return {};
  return {"privileged", containers_named(containers) + " must not set securityContext.privileged=true"};
}

Result check_proc_mount(Checked& checked) {
  std::set<std::string> types;
  const Names containers = bad_containers(checked, [&](const View& container) {
    const View type = container["securityContext"]["procMount"];
    if (type.absent() || type.str() == "Default") return kFine;
    types.insert(std::string(type.str()));
    return type;
  });
  if (containers.empty()) return {};
  return {"procMount",
          containers_named(containers) + " must not set securityContext.procMount to " + join_quoted(types)};
}

Result check_se_linux(Checked& checked) {
  constexpr std::string_view kTypes[] = {"", "container_t", "container_init_t", "container_kvm_t"};
  constexpr int kEngineTypeSince = 31;
  std::set<std::string> types;
  bool user = false, role = false;
  const auto bad = [&](const View& options) {
    if (options.absent()) return kFine;
    const std::string_view type = options["type"].str();
    View at = kFine;
    if (!is_one_of(type, kTypes) && !(type == "container_engine_t" && checked.minor >= kEngineTypeSince)) {
      types.insert(std::string(type));
      at = options["type"];
    }
    if (!options["user"].str().empty()) {
      user = true;
      at = options["user"];
    }
    if (!options["role"].str().empty()) {
      role = true;
      at = options["role"];
    }
    return at;
  };
  Names setters;
  if (const View at = bad(checked.security()["seLinuxOptions"]); at.span().exists()) {
    setters.push_back("pod");
    checked.blame(at, "securityContext.seLinuxOptions");
  }
  const Names containers = bad_containers(
      checked, [&](const View& container) { return bad(container["securityContext"]["seLinuxOptions"]); });
  if (!containers.empty()) setters.push_back(containers_named(containers));
  if (setters.empty()) return {};
  Names data;
  if (!types.empty()) data.push_back(std::string(plural(types.size(), "type", "types")) + " " + join_quoted(types));
  if (user) data.push_back("user may not be set");
  if (role) data.push_back("role may not be set");
  return {"seLinuxOptions",
          join(setters, " and ") + " set forbidden securityContext.seLinuxOptions: " + join(data, "; ")};
}

static bool is_confined(std::string_view type) { return type == "Localhost" || type == "RuntimeDefault"; }

Result check_seccomp(Checked& checked, bool must_be_set) {
  Names setters;
  std::set<std::string> values;
  const View pod_profile = checked.security()["seccompProfile"];
  const bool pod_set = pod_profile.present() && is_confined(pod_profile["type"].str());
  if (pod_profile.present() && !pod_set) {
    setters.push_back("pod");
    values.insert(std::string(pod_profile["type"].str()));
    checked.blame(pod_profile["type"], "securityContext.seccompProfile.type");
  }
  Names unset;
  const Names containers = bad_containers(checked, [&](const View& container) {
    const View profile = container["securityContext"]["seccompProfile"];
    if (profile.absent()) {
      if (!pod_set) unset.push_back(name_of_container(container));
      return kFine;
    }
    if (is_confined(profile["type"].str())) return kFine;
    values.insert(std::string(profile["type"].str()));
    return profile["type"];
  });
  if (!containers.empty()) setters.push_back(containers_named(containers));
  if (!setters.empty()) {
    return {"seccompProfile",
            join(setters, " and ") + " must not set securityContext.seccompProfile.type to " + join_quoted(values)};
  }
  if (!must_be_set || unset.empty()) return {};
  return {"seccompProfile", "pod or " + containers_named(unset) +
                                " must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\""};
}

/// Before 1.19 the profile was an annotation.
static Result check_seccomp_annotations(Checked& checked) {
  constexpr std::string_view kPod = "seccomp.security.alpha.kubernetes.io/pod";
  constexpr std::string_view kContainer = "container.seccomp.security.alpha.kubernetes.io/";
  std::set<std::string> found;
  for (const yaml::Entry& entry : checked.pod.metadata["annotations"].entries()) {
    const std::string_view text = entry.value.string_or("");
    if (entry.key != kPod && !entry.key.starts_with(kContainer)) continue;
    if (text == "runtime/default" || text == "docker/default" || text.starts_with("localhost/")) continue;
    found.insert(std::string(entry.key) + "=" + go_quote(text));
    checked.blame(view_of(entry), "");
  }
  if (found.empty()) return {};
  return {"seccompProfile", "forbidden " + std::string(plural(found.size(), "annotation", "annotations")) + " " +
                                join(Names(found.begin(), found.end()), ", ")};
}

Result check_sysctls(Checked& checked) {
  struct Allowed {
    std::string_view name;
    int since;
  };
  constexpr Allowed kAllowed[] = {{"kernel.shm_rmid_forced", 0},
                                  {"net.ipv4.ip_local_port_range", 0},
                                  {"net.ipv4.tcp_syncookies", 0},
                                  {"net.ipv4.ping_group_range", 0},
                                  {"net.ipv4.ip_unprivileged_port_start", 0},
                                  {"net.ipv4.ip_local_reserved_ports", 27},
                                  {"net.ipv4.tcp_keepalive_time", 29},
                                  {"net.ipv4.tcp_fin_timeout", 29},
                                  {"net.ipv4.tcp_keepalive_intvl", 29},
                                  {"net.ipv4.tcp_keepalive_probes", 29},
                                  {"net.ipv4.tcp_rmem", 32},
                                  {"net.ipv4.tcp_wmem", 32}};
  Names found;
  const View sysctls = checked.security()["sysctls"];
  for (const yaml::Node& node : sysctls.items()) {
    const View name = view_of(node, sysctls)["name"];
    bool allowed = false;
    for (const Allowed& one : kAllowed) allowed = allowed || (one.name == name.str() && checked.minor >= one.since);
    if (allowed) continue;
    found.push_back(std::string(name.str()));
    checked.blame(name, "securityContext.sysctls");
  }
  if (found.empty()) return {};
  return {"forbidden sysctls", join(found, ", ")};
}

Result check_host_process(Checked& checked) {
  Names setters;
  const View flag = checked.security()["windowsOptions"]["hostProcess"];
  if (flag.flag()) {
    setters.push_back("pod");
    checked.blame(flag, "securityContext.windowsOptions.hostProcess");
  }
  const Names containers = bad_containers(checked, [](const View& container) {
    const View own = container["securityContext"]["windowsOptions"]["hostProcess"];
    return own.flag() ? own : kFine;
  });
  if (!containers.empty()) setters.push_back(containers_named(containers));
  if (setters.empty()) return {};
  return {"hostProcess", join(setters, " and ") + " must not set securityContext.windowsOptions.hostProcess=true"};
}

Result check_seccomp_baseline(Checked& checked) {
  return checked.minor < 19 ? check_seccomp_annotations(checked) : check_seccomp(checked, false);
}

}  // namespace podseer::admission::pod_security
