// SPDX-License-Identifier: Apache-2.0
// PodSecurity (pod-security-admission v0.34.4): the namespace's label names a level and a version; every
// check of that level speaks, baseline checks first, each group in the order of its names. `restricted`
// replaces three baseline checks by stricter ones. A value that is no level means restricted.
// Worked example: `violates PodSecurity "baseline:latest": hostPath volumes (volume "log")`.
#include <algorithm>
#include <charconv>
#include <set>

#include "admission/effective_pod.hpp"

namespace podseer::admission {
namespace {

enum class Level : std::uint8_t { Privileged, Baseline, Restricted };

/// A level at a version. `minor` is what the checks go by; `shown` is printed.
struct Policy {
  Level level = Level::Privileged;
  int minor = 0;
  std::string level_shown = "privileged";
  std::string version_shown = "latest";
  [[nodiscard]] std::string shown() const { return level_shown + ":" + version_shown; }
};

using Names = std::vector<std::string>;

std::string join_quoted(const Names& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "\"" : "\", \"") + name;
  return out.empty() ? out : out + "\"";
}
std::string join_quoted(const std::set<std::string>& names) { return join_quoted(Names(names.begin(), names.end())); }
std::string join(const Names& parts, std::string_view with) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : std::string(with)) + part;
  return out;
}
std::string_view plural(std::size_t count, std::string_view one, std::string_view many) { return count == 1 ? one : many; }

/// `container "a"` or `containers "a", "b"`.
std::string containers_named(const Names& names) {
  return std::string(plural(names.size(), "container", "containers")) + " " + join_quoted(names);
}

/// What one check found; `reason` empty when it is content.
struct Result {
  std::string reason, detail;
};

struct Place {
  std::string field;
  SourceSpan span;
};

/// The pod as a check looks at it, and the place of its first complaint.
struct Checked {
  const PodSource& pod;
  int minor = 0;
  Place place;

  [[nodiscard]] View security() const { return pod.spec["securityContext"]; }
  [[nodiscard]] bool windows() const { return pod.spec["os"]["name"].str() == "windows"; }
  void blame(const View& at, std::string field) {
    if (place.span.exists()) return;
    place = {std::move(field), at.span()};
  }
  /// Visits init, main and ephemeral containers.
  template <typename Visit>
  void containers(Visit&& visit) const {
    for_each_container(pod.spec, Path(), [&](const View& container, const Path& at) { visit(container, at); });
  }
};

std::string name_of_container(const View& container) { return std::string(container["name"].str()); }

/// Collects the containers in which `bad(container)` finds a value to complain of.
template <typename Find>
Names bad_containers(Checked& checked, Find&& find) {
  Names names;
  checked.containers([&](const View& container, const Path& path) {
    const View at = find(container);
    if (at.node() == nullptr && !at.span().exists()) return;
    names.push_back(name_of_container(container));
    checked.blame(at, path.str());
  });
  return names;
}

const View kFine;  // neither node nor span: nothing to complain of

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
    if (!entry.key.starts_with(kPrefix) || text.empty() || text == "runtime/default" || text.starts_with("localhost/")) continue;
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

constexpr std::string_view kDefaultCapabilities[] = {
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE",
    "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"};

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
  return {"non-default capabilities",
          containers_named(containers) + " must not include " + join_quoted(added) + " in securityContext.capabilities.add"};
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
  return {"hostPort",
          containers_named(containers) + " " + std::string(plural(containers.size(), "uses", "use")) + " " +
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
          containers_named(Names(names.begin(), names.end())) + " " + std::string(plural(names.size(), "uses", "use")) + " " +
              std::string(plural(hosts.size(), "probe or lifecycle host", "probe or lifecycle hosts")) + " " +
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
  return {"procMount", containers_named(containers) + " must not set securityContext.procMount to " + join_quoted(types)};
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
  const Names containers = bad_containers(checked, [&](const View& container) {
    return bad(container["securityContext"]["seLinuxOptions"]);
  });
  if (!containers.empty()) setters.push_back(containers_named(containers));
  if (setters.empty()) return {};
  Names data;
  if (!types.empty()) data.push_back(std::string(plural(types.size(), "type", "types")) + " " + join_quoted(types));
  if (user) data.push_back("user may not be set");
  if (role) data.push_back("role may not be set");
  return {"seLinuxOptions",
          join(setters, " and ") + " set forbidden securityContext.seLinuxOptions: " + join(data, "; ")};
}

bool is_confined(std::string_view type) { return type == "Localhost" || type == "RuntimeDefault"; }

/// Both seccomp checks; `must_be_set` is the restricted one.
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
Result check_seccomp_annotations(Checked& checked) {
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
  constexpr Allowed kAllowed[] = {
      {"kernel.shm_rmid_forced", 0},          {"net.ipv4.ip_local_port_range", 0},
      {"net.ipv4.tcp_syncookies", 0},         {"net.ipv4.ping_group_range", 0},
      {"net.ipv4.ip_unprivileged_port_start", 0}, {"net.ipv4.ip_local_reserved_ports", 27},
      {"net.ipv4.tcp_keepalive_time", 29},    {"net.ipv4.tcp_fin_timeout", 29},
      {"net.ipv4.tcp_keepalive_intvl", 29},   {"net.ipv4.tcp_keepalive_probes", 29},
      {"net.ipv4.tcp_rmem", 32},              {"net.ipv4.tcp_wmem", 32}};
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

Result check_escalation(Checked& checked) {
  if (checked.minor >= 25 && checked.windows()) return {};
  const Names containers = bad_containers(checked, [](const View& container) {
    const View flag = container["securityContext"]["allowPrivilegeEscalation"];
    return flag.present() && !flag.flag() ? kFine : flag;
  });
  if (containers.empty()) return {};
  return {"allowPrivilegeEscalation != false",
          containers_named(containers) + " must set securityContext.allowPrivilegeEscalation=false"};
}

Result check_capabilities_restricted(Checked& checked) {
  if (checked.minor >= 25 && checked.windows()) return {};
  Names keeping, adding;
  std::set<std::string> added;
  checked.containers([&](const View& container, const Path& path) {
    const View capabilities = container["securityContext"]["capabilities"];
    const View drop = capabilities["drop"];
    const View add = capabilities["add"];
    bool dropped = false;
    for (const yaml::Node& node : drop.items()) dropped = dropped || node.string_or("") == "ALL";
    if (!dropped) {
      keeping.push_back(name_of_container(container));
      checked.blame(drop, path.str());
    }
    bool forbidden = false;
    for (const yaml::Node& node : add.items()) {
      if (node.string_or("") == "NET_BIND_SERVICE") continue;
      forbidden = true;
      added.insert(std::string(node.string_or("")));
      checked.blame(view_of(node, add), path.str());
    }
    if (forbidden) adding.push_back(name_of_container(container));
  });
  Names details;
  if (!keeping.empty()) {
    details.push_back(containers_named(keeping) + " must set securityContext.capabilities.drop=[\"ALL\"]");
  }
  if (!adding.empty()) {
    details.push_back(containers_named(adding) + " must not include " + join_quoted(added) +
                      " in securityContext.capabilities.add");
  }
  if (details.empty()) return {};
  return {"unrestricted capabilities", join(details, "; ")};
}

Result check_restricted_volumes(Checked& checked) {
  constexpr std::string_view kAllowed[] = {"configMap", "csi",   "downwardAPI",           "emptyDir", "ephemeral",
                                           "image",     "persistentVolumeClaim", "projected", "secret"};
  // The order decides which name a volume with two sources goes by.
  constexpr std::string_view kOthers[] = {
      "hostPath", "gcePersistentDisk", "awsElasticBlockStore", "gitRepo", "nfs", "iscsi", "glusterfs", "rbd", "flexVolume",
      "cinder", "cephfs", "flocker", "fc", "azureFile", "vsphereVolume", "quobyte", "azureDisk", "photonPersistentDisk",
      "portworxVolume", "scaleIO", "storageos"};
  Names names;
  std::set<std::string> types;
  const View volumes = checked.pod.spec["volumes"];
  for (const yaml::Node& node : volumes.items()) {
    const View volume = view_of(node, volumes);
    bool allowed = false;
    for (const std::string_view key : kAllowed) allowed = allowed || volume[key].present();
    if (allowed) continue;
    for (const std::string_view key : kOthers) {
      if (volume[key].absent()) continue;
      names.push_back(std::string(volume["name"].str()));
      types.insert(std::string(key));
      checked.blame(volume[key], "volumes");
      break;
    }
  }
  if (names.empty()) return {};
  return {"restricted volume types",
          std::string(plural(names.size(), "volume", "volumes")) + " " + join_quoted(names) + " " +
              std::string(plural(names.size(), "uses", "use")) + " " +
              std::string(plural(types.size(), "restricted volume type", "restricted volume types")) + " " +
              join_quoted(types)};
}

Result check_non_root(Checked& checked) {
  Names setters, unset;
  const View flag = checked.security()["runAsNonRoot"];
  if (flag.present() && !flag.flag()) {
    setters.push_back("pod");
    checked.blame(flag, "securityContext.runAsNonRoot");
  }
  const Names containers = bad_containers(checked, [&](const View& container) {
    const View own = container["securityContext"]["runAsNonRoot"];
    if (own.absent() && !flag.flag()) unset.push_back(name_of_container(container));
    return own.present() && !own.flag() ? own : kFine;
  });
  if (!containers.empty()) setters.push_back(containers_named(containers));
  if (!setters.empty()) {
    return {"runAsNonRoot != true", join(setters, " and ") + " must not set securityContext.runAsNonRoot=false"};
  }
  if (unset.empty()) return {};
  return {"runAsNonRoot != true", "pod or " + containers_named(unset) + " must set securityContext.runAsNonRoot=true"};
}

Result check_user(Checked& checked) {
  Names setters;
  const View user = checked.security()["runAsUser"];
  if (user.present() && user.integer() == 0) {
    setters.push_back("pod");
    checked.blame(user, "securityContext.runAsUser");
  }
  const Names containers = bad_containers(checked, [](const View& container) {
    const View own = container["securityContext"]["runAsUser"];
    return own.present() && own.integer() == 0 ? own : kFine;
  });
  if (!containers.empty()) setters.push_back(containers_named(containers));
  if (setters.empty()) return {};
  return {"runAsUser=0", join(setters, " and ") + " must not set runAsUser=0"};
}

Result check_seccomp_baseline(Checked& checked) {
  return checked.minor < 19 ? check_seccomp_annotations(checked) : check_seccomp(checked, false);
}
Result check_seccomp_restricted(Checked& checked) {
  if (checked.minor >= 25 && checked.windows()) return {};
  return check_seccomp(checked, true);
}

/// A check of a level, from one minor version on; restricted ones may replace a baseline check.
struct Check {
  Result (*run)(Checked&);
  Level level;
  int since;
  int replaced_since;  // restricted drops this baseline check from that version on; -1: never
};
constexpr Check kChecks[] = {
    {check_app_armor, Level::Baseline, 0, -1},
    {check_capabilities_baseline, Level::Baseline, 0, 22},
    {check_host_namespaces, Level::Baseline, 0, -1},
    {check_host_path, Level::Baseline, 0, 0},
    {check_host_ports, Level::Baseline, 0, -1},
    {check_host_probes, Level::Baseline, 34, -1},
    {check_privileged, Level::Baseline, 0, -1},
    {check_proc_mount, Level::Baseline, 0, -1},
    {check_se_linux, Level::Baseline, 0, -1},
    {check_seccomp_baseline, Level::Baseline, 0, 19},
    {check_sysctls, Level::Baseline, 0, -1},
    {check_host_process, Level::Baseline, 0, -1},
    {check_escalation, Level::Restricted, 8, -1},
    {check_capabilities_restricted, Level::Restricted, 22, -1},
    {check_restricted_volumes, Level::Restricted, 0, -1},
    {check_non_root, Level::Restricted, 0, -1},
    {check_user, Level::Restricted, 23, -1},
    {check_seccomp_restricted, Level::Restricted, 19, -1},
};

/// `v1.N` as a number; the newest one for "latest" and for what is no version.
int parse_version(std::string_view text, int newest, std::string& shown) {
  shown = "latest";
  int minor = 0;
  if (!text.starts_with("v1.") || text.size() > 6 || (text.size() > 4 && text[3] == '0')) return newest;
  const auto [end, error] = std::from_chars(text.data() + 3, text.data() + text.size(), minor);
  if (error != std::errc() || end != text.data() + text.size()) return newest;
  shown = text;
  return std::min(minor, newest);
}

Level parse_level(std::string_view text) {
  if (text == "privileged") return Level::Privileged;
  return text == "baseline" ? Level::Baseline : Level::Restricted;
}
std::string_view name_of(Level level) {
  return level == Level::Privileged ? "privileged" : level == Level::Baseline ? "baseline" : "restricted";
}

Policy policy_of(std::string_view mode, const std::vector<std::pair<std::string_view, std::string_view>>& labels, int newest) {
  Policy policy;
  policy.minor = newest;
  const std::string key = "pod-security.kubernetes.io/" + std::string(mode);
  for (const auto& [label, value] : labels) {
    if (label == key) {
      policy.level = parse_level(value);
      policy.level_shown = name_of(policy.level);
    } else if (label == key + "-version") {
      policy.minor = parse_version(value, newest, policy.version_shown);
    }
  }
  return policy;
}

/// The text behind `violates PodSecurity "...": `; empty when the pod fits.
std::string evaluate(const PodSource& pod, const Policy& policy, Place* place) {
  std::string text;
  if (policy.level == Level::Privileged) return text;
  for (const Check& check : kChecks) {
    if (policy.minor < check.since) continue;
    if (check.level == Level::Restricted && policy.level != Level::Restricted) continue;
    const bool replaced = check.replaced_since >= 0 && policy.minor >= check.replaced_since;
    if (policy.level == Level::Restricted && replaced) continue;
    Checked checked{pod, policy.minor, {}};
    const Result result = check.run(checked);
    if (result.reason.empty()) continue;
    if (text.empty() && place != nullptr) *place = checked.place;
    text += (text.empty() ? "" : ", ") + result.reason + (result.detail.empty() ? "" : " (" + result.detail + ")");
  }
  return text;
}

}  // namespace

Objection check_pod_security(const PodSource& pod, const world::World& world, int minor_version) {
  const auto labels = world.namespace_labels(pod.ns);
  if (labels.empty()) return {};
  const Policy policy = policy_of("enforce", labels, minor_version);
  Place place;
  const std::string text = evaluate(pod, policy, &place);
  if (text.empty()) return {};
  return {"violates PodSecurity " + go_quote(policy.shown()) + ": " + text, place.field, place.span, false};
}

std::string pod_security_warning(const PodSource& pod, const world::World& world, int minor_version) {
  const auto labels = world.namespace_labels(pod.ns);
  if (labels.empty()) return {};
  Policy policy = policy_of("warn", labels, minor_version);
  bool written = false, version_written = false, enforce_valid = false;
  for (const auto& [label, value] : labels) {
    written = written || label == "pod-security.kubernetes.io/warn";
    version_written = version_written || label == "pod-security.kubernetes.io/warn-version";
    enforce_valid = enforce_valid || (label == "pod-security.kubernetes.io/enforce" &&
                                      (value == "privileged" || value == "baseline" || value == "restricted"));
  }
  const Policy enforce = policy_of("enforce", labels, minor_version);
  if (!written && enforce_valid && enforce.level > policy.level) {
    policy.level = enforce.level;
    policy.level_shown = enforce.level_shown;
    if (!version_written) {
      policy.minor = enforce.minor;
      policy.version_shown = enforce.version_shown;
    }
  }
  const std::string text = evaluate(pod, policy, nullptr);
  return text.empty() ? text : "would violate PodSecurity " + go_quote(policy.shown()) + ": " + text;
}

}  // namespace podseer::admission
