// SPDX-License-Identifier: Apache-2.0
// Users and capabilities (facts: kubelet 16). A user other than root has no effective capability, whatever
// `add` says: added ones are bounding and inheritable, never ambient. containerd up to 1.7 leaves
// net.ipv4.ip_unprivileged_port_start at 1024; from 2.0 on (and CRI-O's pods alike) it is 0.
#include "process/container_context.hpp"

#include <algorithm>

namespace podseer::process {
namespace {

// containerd's default set (pkg/oci/spec.go, defaultUnixCaps).
constexpr std::string_view kDefaultCapabilities[] = {
    "CHOWN",  "DAC_OVERRIDE", "FSETID",  "FOWNER",           "MKNOD",      "NET_RAW", "SETGID",
    "SETUID", "SETFCAP",      "SETPCAP", "NET_BIND_SERVICE", "SYS_CHROOT", "KILL",    "AUDIT_WRITE"};
constexpr std::int64_t kFirstOpenPort = 1024;  // net.ipv4.ip_unprivileged_port_start

std::string upper_without_prefix(std::string_view text) {
  std::string out;
  for (const char c : text) out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out.starts_with("CAP_") ? out.substr(4) : out;
}

template <typename T>
const kube::Field<T>& over(const kube::Field<T>& own, const kube::Field<T>& pod) {
  return own.set() ? own : pod;
}

}  // namespace

Credentials credentials_of(const kube::PodTemplate& pod, const kube::Container& container, const ImageInfo* image) {
  Credentials out;
  const kube::SecurityContext& own = *container.security_context;
  const kube::SecurityContext& all = *pod.spec.security_context;
  out.privileged = *own.privileged;
  out.capabilities.insert(std::begin(kDefaultCapabilities), std::end(kDefaultCapabilities));
  for (const kube::Text& drop : own.capabilities_drop) {
    const std::string name = upper_without_prefix(*drop);
    if (name == "ALL") {
      out.capabilities.clear();
    } else {
      out.capabilities.erase(name);
    }
  }
  for (const kube::Text& add : own.capabilities_add) out.capabilities.insert(upper_without_prefix(*add));
  if (out.capabilities.find("ALL") != out.capabilities.end()) out.privileged = true;
  const kube::Number& user = over(own.run_as_user, all.run_as_user);
  const kube::Number& group = over(own.run_as_group, all.run_as_group);
  if (user.set()) {
    out.uid = *user;
  } else if (image != nullptr) {
    out.uid_known = image->uid >= 0;
    out.uid = std::max<std::int64_t>(image->uid, 0);
    if (!out.uid_known) out.uid = 65534;
  } else {
    out.uid_known = false;
  }
  if (group.set()) out.gid = *group;
  for (const kube::Number& one : pod.spec.rare->supplemental_groups) out.groups.push_back(*one);
  if (pod.spec.rare->fs_group.set()) out.groups.push_back(*pod.spec.rare->fs_group);
  return out;
}

Answer low_ports_open(const kube::PodTemplate& pod, const world::World& world) {
  for (const kube::Sysctl& one : pod.spec.rare->sysctls) {
    if (*one.name == "net.ipv4.ip_unprivileged_port_start") return *one.value == "0" ? Answer::Yes : Answer::Unknown;
  }
  if (*pod.spec.host_network) return Answer::Unknown;
  const std::vector<world::ClusterNode>& nodes = world.cluster().nodes;
  if (nodes.empty()) return Answer::Unknown;
  const auto old = [](const world::ClusterNode& node) { return node.runtime.starts_with("containerd://1."); };
  const auto open = [](const world::ClusterNode& node) {
    return node.runtime.starts_with("containerd://") && !node.runtime.starts_with("containerd://1.");
  };
  if (std::all_of(nodes.begin(), nodes.end(), old)) return Answer::No;
  return std::all_of(nodes.begin(), nodes.end(), open) ? Answer::Yes : Answer::Unknown;
}

Answer ContainerContext::may_bind(std::int64_t uid, std::int64_t port) const {
  if (port >= kFirstOpenPort || port <= 0) return Answer::Yes;
  if (uid == 0 && credentials.has("NET_BIND_SERVICE")) return Answer::Yes;
  for (const kube::Sysctl& one : pod->spec.rare->sysctls) {
    if (*one.name != "net.ipv4.ip_unprivileged_port_start") continue;
    std::int64_t first = 0;
    for (const char c : *one.value) {
      if (c < '0' || c > '9' || first > 65535) return Answer::Unknown;
      first = first * 10 + (c - '0');
    }
    return port >= first ? Answer::Yes : Answer::No;
  }
  return binds_low_ports;
}

ShellInput shell_input(const ContainerContext& context) {
  ShellInput in;
  in.gid = context.credentials.gid;
  in.groups = context.credentials.groups;
  in.root_overrides_modes = context.credentials.has("DAC_OVERRIDE");
  if (!context.credentials.privileged) in.capabilities = &context.credentials.capabilities;
  in.memory_limit = context.memory_limit;
  in.stdin_open = context.reads_forever;
  in.files = context.files;
  in.commands = context.commands;
  in.network = context.network;
  return in;
}

std::optional<std::string> write_error(const ContainerContext& context, const FileSystem& files, std::string_view path,
                                       std::int64_t uid, std::int64_t owner) {
  const std::string real = context.files->resolve(path);
  const FileInfo info = files.stat(real);
  if (info.read_only) return "30: Read-only file system";
  const ContainerFiles::Mount* mount = context.files->mount_of(real);
  if (uid == 0 && context.credentials.has("DAC_OVERRIDE")) return "";
  if (mount == nullptr) {
    if (owner < 0 || owner == uid) return "";
    // The image's own directory with its own owner and mode 0755.
    if (info.kind == FileInfo::Kind::Unknown && !context.credentials.uid_known) return std::nullopt;
    return "13: Permission denied";
  }
  if (!info.access_known || info.kind == FileInfo::Kind::Unknown) return std::nullopt;
  const auto& groups = context.credentials.groups;
  const bool in_group =
      info.gid == context.credentials.gid || std::find(groups.begin(), groups.end(), info.gid) != groups.end();
  const std::uint32_t bit = info.uid == uid ? 0200U : in_group ? 0020U : 0002U;
  return (info.mode & bit) != 0 ? std::string() : std::string("13: Permission denied");
}

}  // namespace podseer::process
