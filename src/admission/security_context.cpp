// SPDX-License-Identifier: Apache-2.0
// Security settings of pods and containers, as the API server 1.34 checks them
// (validatePodSpecSecurityContext, ValidateSecurityContext, validateOS and its linux/windows
// rules). Capabilities and SELinux options are never checked; runAsNonRoot with runAsUser 0 is
// accepted (the kubelet refuses it later). Every distribution runs the server with
// --allow-privileged, so a privileged container is no error. Worked example: runAsUser: -1 gives
// `Invalid value: -1: must be between 0 and 2147483647, inclusive`.
#include "admission/pod_checks.hpp"

namespace podseer::admission {
namespace {

constexpr std::int64_t kIdMax = 2147483647;        // validation.IsValidUserID, IsValidGroupID
constexpr std::size_t kAppArmorProfileMax = 4095;  // PATH_MAX - 1
constexpr std::size_t kSysctlNameMax = 253;
constexpr std::string_view kSeccompTypes[] = {"Localhost", "RuntimeDefault", "Unconfined"};
constexpr std::string_view kProcMounts[] = {"Default", "Unmasked"};
constexpr std::string_view kGroupChangePolicies[] = {"Always", "OnRootMismatch"};
constexpr std::string_view kSupplementalPolicies[] = {"Merge", "Strict"};
constexpr std::string_view kSeLinuxPolicies[] = {"Recursive"};  // the gate SELinuxMount is off
constexpr std::string_view kSystems[] = {"linux", "windows"};

void validate_id(const View& id, const Path& path, Errors& errors) {
  if (id.present()) add_complaints(kube::check_in_range(id.integer(), 0, kIdMax), path, id, errors);
}

void validate_seccomp(const View& profile, const Path& path, Errors& errors) {
  if (profile.absent()) return;
  const View type = profile["type"];
  if (type.str().empty()) {
    errors.required(path.child("type"), type, "type is required when seccompProfile is set");
  } else {
    require_one_of(type, path.child("type"), kSeccompTypes, errors);
  }
  const View localhost = profile["localhostProfile"];
  const Path localhost_path = path.child("localhostProfile");
  if (type.str() == "Localhost") {
    if (localhost.absent()) {
      errors.required(localhost_path, localhost, "must be set when seccomp type is Localhost");
    } else {
      validate_descending_path(localhost, localhost_path, errors);
    }
  } else if (localhost.present()) {
    static constexpr GoField kProfile[] = {{"type", "Type", {}, "\"\""}, {"localhostProfile", "LocalhostProfile"}};
    errors.invalid(localhost_path, localhost, printed_struct(profile, kProfile),
                   "can only be set when seccomp type is Localhost");
  }
}

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

void validate_app_armor(const View& profile, const Path& path, Errors& errors) {
  if (profile.absent()) return;
  const View type = profile["type"];
  const View localhost = profile["localhostProfile"];
  const Path localhost_path = path.child("localhostProfile");
  if (type.str() == "Localhost") {
    const std::string_view text = localhost.str();
    if (localhost.absent()) {
      errors.required(localhost_path, localhost, "must be set when AppArmor type is Localhost");
      return;
    }
    if (!text.empty() && (is_blank(text.front()) || is_blank(text.back()))) {
      invalid_text(localhost_path, localhost, "must not be padded with whitespace", errors);
    } else if (text.empty()) {
      errors.required(localhost_path, localhost, "must be set when AppArmor type is Localhost");
    }
    if (text.size() > kAppArmorProfileMax) {
      errors.too_long(localhost_path, localhost,
                      "may not be more than " + std::to_string(kAppArmorProfileMax) + " bytes");
    }
  } else if (type.str() == "RuntimeDefault" || type.str() == "Unconfined") {
    if (localhost.present()) {
      invalid_text(localhost_path, localhost, "can only be set when AppArmor type is Localhost", errors);
    }
  } else if (type.str().empty()) {
    errors.required(path.child("type"), type, "type is required when appArmorProfile is set");
  } else {
    errors.not_supported(path.child("type"), type, kSeccompTypes);
  }
}

bool is_alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

/// Labels of up to 63 letters, digits and inner hyphens, joined by dots (either case).
bool is_windows_domain(std::string_view text) {
  std::size_t length = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i == text.size() || text[i] == '.') {
      if (length == 0 || length > 63 || text[i - 1] == '-') return false;
      length = 0;
      continue;
    }
    if (!is_alnum(text[i]) && (text[i] != '-' || length == 0)) return false;
    ++length;
  }
  return true;
}

bool is_net_bios_name(std::string_view text) {
  if (text.empty() || text.size() > 15 || text.front() == '.') return false;
  return text.find_first_of("\\/:*?\"<>|") == std::string_view::npos;
}

void validate_user_name(const View& at, const Path& path, Errors& errors) {
  constexpr std::size_t kDomainLimit = 256;
  constexpr std::size_t kUserLimit = 104;
  const std::string_view name = at.str();
  const auto refuse = [&](std::string_view detail) { invalid_text(path, at, detail, errors); };
  if (name.empty()) return refuse("runAsUserName cannot be an empty string");
  for (const char c : name) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      return refuse("runAsUserName cannot contain control characters");
  }
  const std::size_t slash = name.find('\\');
  const bool has_domain = slash != std::string_view::npos;
  if (has_domain && name.find('\\', slash + 1) != std::string_view::npos) {
    return refuse("runAsUserName cannot contain more than one backslash");
  }
  const std::string_view domain = has_domain ? name.substr(0, slash) : std::string_view{};
  const std::string_view user = has_domain ? name.substr(slash + 1) : name;
  if (domain.size() >= kDomainLimit) refuse("runAsUserName's Domain length must be under 256 characters");
  if (has_domain && !is_net_bios_name(domain) && !is_windows_domain(domain)) {
    refuse("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
  }
  if (user.empty()) {
    refuse("runAsUserName's User cannot be empty");
  } else if (user.size() > kUserLimit) {
    refuse("runAsUserName's User length must not be longer than 104 characters");
  }
  if (!user.empty() && user.find_first_not_of(". ") == std::string_view::npos) {
    refuse("runAsUserName's User cannot contain only periods or spaces");
  }
  if (user.find_first_of("\"/\\:;|=,+*?<>@[]") != std::string_view::npos) {
    refuse("runAsUserName's User cannot contain the following characters: \"/\\:;|=,+*?<>@[]");
  }
}

void validate_windows_options(const View& options, const Path& path, Errors& errors) {
  if (options.absent()) return;
  constexpr std::size_t kSpecMax = 64 * 1024;
  if (const View name = options["gmsaCredentialSpecName"]; name.present()) {
    add_complaints(kube::check_dns_subdomain(name.str()), path.child("gmsaCredentialSpecName"), name, errors);
  }
  if (const View spec = options["gmsaCredentialSpec"]; spec.present()) {
    const Path at = path.child("gmsaCredentialSpec");
    if (spec.str().empty()) {
      invalid_text(at, spec, "gmsaCredentialSpec cannot be an empty string", errors);
    } else if (spec.str().size() > kSpecMax) {
      invalid_text(at, spec, "gmsaCredentialSpec size must be under 64 KiB", errors);
    }
  }
  if (const View user = options["runAsUserName"]; user.present()) {
    validate_user_name(user, path.child("runAsUserName"), errors);
  }
}

bool is_sysctl_name(std::string_view name) {
  if (name.size() > kSysctlNameMax) return false;
  const auto edge = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  bool at_start = true;
  char last = '.';
  for (const char c : name) {
    if (c == '.' || c == '/') {
      if (!edge(last)) return false;
      at_start = true;
    } else if (at_start) {
      if (!edge(c)) return false;
      at_start = false;
    } else if (!edge(c) && c != '-' && c != '_') {
      return false;
    }
    last = c;
  }
  return edge(last);
}

/// Sysctls of the IPC namespace (component-helpers node/util/sysctl); net.* are the network's.
constexpr std::string_view kIpcSysctls[] = {
    "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced",
    "kernel.shm", "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.msg"};
bool is_ipc_sysctl(std::string_view name) { return is_one_of(name, kIpcSysctls) || name.starts_with("fs.mqueue."); }

/// The dotted spelling of a name that may be written with slashes.
std::string normalized_sysctl(std::string_view name) {
  std::string out(name);
  const std::size_t first = name.find_first_of("./");
  if (first == std::string_view::npos || name[first] == '.') return out;
  for (char& c : out) c = c == '/' ? '.' : c == '.' ? '/' : c;
  return out;
}

void validate_sysctls(const View& sysctls, const Path& path, const PodFacts& pod, Errors& errors) {
  const bool host_ipc = pod.spec["hostIPC"].flag();
  SeenNames names;
  std::size_t i = 0;
  for (const yaml::Node& node : sysctls.items()) {
    const View name = view_of(node, sysctls)["name"];
    const Path entry = path.index(i++);
    const Path at = entry.child("name");
    if (name.str().empty()) {
      errors.required(at, name);
    } else if (!is_sysctl_name(name.str())) {
      invalid_text(at, name,
                   "must have at most 253 characters and match regex "
                   "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$",
                   errors);
    } else if (names.has(name.str())) {
      errors.duplicate(at, name);
    }
    names.add(name.str());
    if (!pod.host_network && !host_ipc) continue;
    const std::string dotted = normalized_sysctl(name.str());
    if (pod.host_network && dotted.starts_with("net.")) {
      invalid_text(at, name, "may not be specified when 'hostNetwork' is true", errors);
    } else if (host_ipc && is_ipc_sysctl(dotted)) {
      invalid_text(at, name, "may not be specified when 'hostIPC' is true", errors);
    }
  }
}

constexpr GoField kCapabilities[] = {{"add", "Add"}, {"drop", "Drop"}};
constexpr GoField kSeLinuxOptions[] = {{"user", "User", {}, "\"\""},
                                       {"role", "Role", {}, "\"\""},
                                       {"type", "Type", {}, "\"\""},
                                       {"level", "Level", {}, "\"\""}};
constexpr GoField kWindowsOptions[] = {{"gmsaCredentialSpecName", "GMSACredentialSpecName"},
                                       {"gmsaCredentialSpec", "GMSACredentialSpec"},
                                       {"runAsUserName", "RunAsUserName"},
                                       {"hostProcess", "HostProcess"}};
constexpr GoField kProfileFields[] = {{"type", "Type", {}, "\"\""}, {"localhostProfile", "LocalhostProfile"}};
constexpr GoField kSecurityContext[] = {{"capabilities", "Capabilities", kCapabilities},
                                        {"privileged", "Privileged"},
                                        {"seLinuxOptions", "SELinuxOptions", kSeLinuxOptions},
                                        {"windowsOptions", "WindowsOptions", kWindowsOptions},
                                        {"runAsUser", "RunAsUser"},
                                        {"runAsGroup", "RunAsGroup"},
                                        {"runAsNonRoot", "RunAsNonRoot"},
                                        {"readOnlyRootFilesystem", "ReadOnlyRootFilesystem"},
                                        {"allowPrivilegeEscalation", "AllowPrivilegeEscalation"},
                                        {"procMount", "ProcMount"},
                                        {"seccompProfile", "SeccompProfile", kProfileFields},
                                        {"appArmorProfile", "AppArmorProfile", kProfileFields}};

void forbid_for_windows(const View& at, std::string_view key, const Path& path, Errors& errors) {
  if (at.present()) errors.forbidden(path.child(key), at, "cannot be set for a windows pod");
}

void validate_windows_pod(const Path& path, const PodFacts& pod, Errors& errors) {
  const View security = pod.spec["securityContext"];
  const Path security_path = path.child("securityContext");
  for (const std::string_view key : {"appArmorProfile", "seLinuxOptions"}) {
    forbid_for_windows(security[key], key, security_path, errors);
  }
  forbid_for_windows(pod.spec["hostUsers"], "hostUsers", path, errors);
  for (const std::string_view key : {"hostPID", "hostIPC"}) {
    if (pod.spec[key].flag()) forbid_for_windows(pod.spec[key], key, path, errors);
  }
  for (const std::string_view key : {"seccompProfile", "fsGroup", "fsGroupChangePolicy"}) {
    forbid_for_windows(security[key], key, security_path, errors);
  }
  if (security["sysctls"].size() > 0) forbid_for_windows(security["sysctls"], "sysctls", security_path, errors);
  forbid_for_windows(pod.spec["shareProcessNamespace"], "shareProcessNamespace", path, errors);
  for (const std::string_view key :
       {"runAsUser", "runAsGroup", "supplementalGroups", "supplementalGroupsPolicy", "seLinuxChangePolicy"}) {
    forbid_for_windows(security[key], key, security_path, errors);
  }
  for_each_container(pod.spec, path, [&](const View& container, const Path& at) {
    const View own = container["securityContext"];
    const Path own_path = at.child("securityContext");
    for (const std::string_view key :
         {"appArmorProfile", "seLinuxOptions", "seccompProfile", "capabilities", "readOnlyRootFilesystem", "privileged",
          "allowPrivilegeEscalation", "procMount", "runAsUser", "runAsGroup"}) {
      forbid_for_windows(own[key], key, own_path, errors);
    }
  });
}

}  // namespace

void validate_security_context(const View& security, const Path& path, const PodFacts& pod, Errors& errors) {
  if (security.absent()) return;
  validate_id(security["runAsUser"], path.child("runAsUser"), errors);
  validate_id(security["runAsGroup"], path.child("runAsGroup"), errors);
  const View proc_mount = security["procMount"];
  if (proc_mount.present()) {
    require_one_of(proc_mount, path.child("procMount"), kProcMounts, errors);
    if (pod.host_users && proc_mount.str() == "Unmasked") {
      invalid_text(path.child("procMount"), proc_mount, "`hostUsers` must be false to use `Unmasked`", errors);
    }
  }
  validate_seccomp(security["seccompProfile"], path.child("seccompProfile"), errors);
  const View escalation = security["allowPrivilegeEscalation"];
  if (escalation.present() && !escalation.flag()) {
    const View privileged = security["privileged"];
    if (privileged.flag()) {
      errors.invalid(path, escalation, printed_struct(security, kSecurityContext),
                     "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
    }
    const View added = security["capabilities"]["add"];
    for (const yaml::Node& node : added.items()) {
      if (node.string_or("") != "CAP_SYS_ADMIN") continue;
      errors.invalid(path, view_of(node, added), printed_struct(security, kSecurityContext),
                     "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
    }
  }
  validate_windows_options(security["windowsOptions"], path.child("windowsOptions"), errors);
  validate_app_armor(security["appArmorProfile"], path.child("appArmorProfile"), errors);
}

void validate_pod_security_context(const Path& spec_path, const PodFacts& pod, Errors& errors) {
  const Path path = spec_path.child("securityContext");
  const View security = pod.spec["securityContext"];
  validate_id(security["fsGroup"], path.child("fsGroup"), errors);
  validate_id(security["runAsUser"], path.child("runAsUser"), errors);
  validate_id(security["runAsGroup"], path.child("runAsGroup"), errors);
  const View groups = security["supplementalGroups"];
  const Path groups_path = path.child("supplementalGroups");
  std::size_t i = 0;
  for (const yaml::Node& node : groups.items()) validate_id(view_of(node, groups), groups_path.index(i++), errors);
  const View share = pod.spec["shareProcessNamespace"];
  if (share.flag() && pod.spec["hostPID"].flag()) {
    errors.invalid(path.child("shareProcessNamespace"), share, "true",
                   "ShareProcessNamespace and HostPID cannot both be enabled");
  }
  validate_sysctls(security["sysctls"], path.child("sysctls"), pod, errors);
  const View change = security["fsGroupChangePolicy"];
  if (change.present()) require_one_of(change, path.child("fsGroupChangePolicy"), kGroupChangePolicies, errors);
  validate_seccomp(security["seccompProfile"], path.child("seccompProfile"), errors);
  validate_windows_options(security["windowsOptions"], path.child("windowsOptions"), errors);
  validate_app_armor(security["appArmorProfile"], path.child("appArmorProfile"), errors);
  const View supplemental = security["supplementalGroupsPolicy"];
  if (supplemental.present()) {
    require_one_of(supplemental, path.child("supplementalGroupsPolicy"), kSupplementalPolicies, errors);
  }
  const View se_linux = security["seLinuxChangePolicy"];
  if (se_linux.present()) { require_one_of(se_linux, path.child("seLinuxChangePolicy"), kSeLinuxPolicies, errors); }
}

void validate_windows_host_process(const Path& path, const PodFacts& pod, Errors& errors) {
  const View pod_flag = pod.spec["securityContext"]["windowsOptions"]["hostProcess"];
  std::size_t containers = 0, host_process = 0;
  for_each_container(pod.spec, path, [&](const View& container, const Path& at) {
    ++containers;
    const View flag = container["securityContext"]["windowsOptions"]["hostProcess"];
    if (pod_flag.present() && flag.present() && pod_flag.flag() != flag.flag()) {
      errors.invalid(at.child("securityContext.windowsOptions.hostProcess"), flag, flag.flag() ? "true" : "false",
                     std::string("pod hostProcess value must be identical if both are specified, was ") +
                         (pod_flag.flag() ? "true" : "false"));
    }
    if (flag.present() ? flag.flag() : pod_flag.flag()) ++host_process;
  });
  if (host_process == 0) return;
  if (host_process != containers) {
    errors.invalid(path, pod.spec, "\"\"",
                   "If pod contains any hostProcess containers then all containers must be "
                   "HostProcess containers");
  }
  if (!pod.host_network) {
    errors.invalid(path.child("hostNetwork"), pod.spec["hostNetwork"], "false",
                   "hostNetwork must be true if pod contains any hostProcess containers");
  }
}

void validate_host_users(const Path& path, const PodFacts& pod, Errors& errors) {
  if (pod.host_users) return;
  constexpr std::string_view kDetail = "when `hostUsers` is false";
  if (pod.host_network) errors.forbidden(path.child("hostNetwork"), pod.spec["hostNetwork"], kDetail);
  if (pod.spec["hostPID"].flag()) errors.forbidden(path.child("HostPID"), pod.spec["hostPID"], kDetail);
  if (pod.spec["hostIPC"].flag()) errors.forbidden(path.child("HostIPC"), pod.spec["hostIPC"], kDetail);
  for_each_container(pod.spec, path, [&](const View& container, const Path& at) {
    const View devices = container["volumeDevices"];
    if (devices.size() > 0) errors.forbidden(at.child("volumeDevices"), devices, kDetail);
  });
}

void validate_os(const Path& path, const PodFacts& pod, Errors& errors) {
  const View os = pod.spec["os"];
  if (os.absent()) return;
  const View name = os["name"];
  const Path os_path = path.child("os");
  if (name.str().empty()) {
    errors.required(os_path.child("name"), name);
  } else if (name.str() == "windows") {
    validate_windows_pod(path, pod, errors);
  } else if (name.str() != "linux") {
    errors.not_supported(os_path, name, kSystems);
  } else {
    constexpr std::string_view kDetail = "windows options cannot be set for a linux pod";
    const Path security_path = path.child("securityContext");
    const View options = pod.spec["securityContext"]["windowsOptions"];
    if (options.present()) errors.forbidden(security_path.child("windowsOptions"), options, kDetail);
    for_each_container(pod.spec, path, [&](const View& container, const Path& at) {
      const View own = container["securityContext"]["windowsOptions"];
      const Path own_path = at.child("securityContext");
      if (own.present()) errors.forbidden(own_path.child("windowsOptions"), own, kDetail);
    });
  }
}

}  // namespace podseer::admission
