// SPDX-License-Identifier: Apache-2.0
// A hostPath whose type the node's path surely does not have (pkg/volume/hostpath, Kubernetes 1.34): a directory
// of every Linux named as a File, or the Docker socket on a node that runs containerd or CRI-O.
#include <algorithm>
#include <span>

#include "rules/mounted_volumes.hpp"
#include "rules/rule.hpp"

namespace podseer::rules {
namespace {

// Directories of the Filesystem Hierarchy Standard 3.0, present on every Linux node.
constexpr std::string_view kDirectories[] = {"/",
                                             "/bin",
                                             "/boot",
                                             "/dev",
                                             "/etc",
                                             "/home",
                                             "/lib",
                                             "/media",
                                             "/mnt",
                                             "/opt",
                                             "/proc",
                                             "/root",
                                             "/run",
                                             "/sbin",
                                             "/srv",
                                             "/sys",
                                             "/tmp",
                                             "/usr",
                                             "/var",
                                             "/var/cache",
                                             "/var/lib",
                                             "/var/lib/kubelet",
                                             "/var/lock",
                                             "/var/log",
                                             "/var/run",
                                             "/var/spool",
                                             "/var/tmp",
                                             "/usr/bin",
                                             "/usr/lib",
                                             "/usr/share",
                                             "/lib/modules",
                                             "/sys/fs/cgroup"};
// Files that every node has.
constexpr std::string_view kFiles[] = {"/etc/hostname",    "/etc/hosts",      "/etc/passwd",   "/etc/group",
                                       "/etc/resolv.conf", "/etc/os-release", "/proc/cpuinfo", "/proc/meminfo",
                                       "/proc/loadavg",    "/proc/stat",      "/proc/uptime",  "/proc/version"};

bool in_list(std::span<const std::string_view> list, std::string_view path) {
  return std::find(list.begin(), list.end(), path) != list.end();
}

/// FileOrCreate makes the file, not the directories on the way to it. Nothing that was given makes such a one.
bool parent_is_missing(std::string_view path) {
  const std::string_view parent = path.substr(0, path.rfind('/'));
  if (parent.empty() || in_list(kDirectories, parent)) return false;
  static constexpr std::string_view kOwned[] = {"/etc/",  "/dev/", "/run/", "/var/", "/sys/",
                                                "/proc/", "/usr/", "/lib/"};  // programs of the node make these
  return std::none_of(std::begin(kOwned), std::end(kOwned),
                      [&](std::string_view one) { return path.starts_with(one); });
}

/// Another volume of the same pod makes the directory that the file is in.
bool made_by_another(std::string_view path, const kube::PodTemplate& pod) {
  const std::string_view parent = path.substr(0, path.rfind('/'));
  return std::any_of(pod.spec.volumes.begin(), pod.spec.volumes.end(), [&](const kube::Volume& volume) {
    return volume.kind == kube::Volume::Kind::HostPath && *volume.type == "DirectoryOrCreate" &&
           !volume.path->empty() && volume.path->starts_with(parent);
  });
}

}  // namespace

void pod417_host_path_type(const kube::PodTemplate& pod, RuleContext& context) {
  for (const MountedVolume& mounted : mounted_volumes(pod, context)) {
    const kube::Volume& volume = mounted.volume;
    if (volume.kind != kube::Volume::Kind::HostPath) continue;
    std::string path(*volume.path);
    while (path.size() > 1 && path.back() == '/') path.pop_back();
    const std::string type(*volume.type);
    if (type.empty() || type == "DirectoryOrCreate") continue;
    Certainty certainty = Certainty::Certain;
    const bool directory = in_list(kDirectories, path);
    if (type == "FileOrCreate" && !directory) {
      if (made_by_another(path, pod) || !context.world().assumptions().closed || !parent_is_missing(path)) continue;
      certainty = Certainty::Likely;
    } else if (directory) {
      if (type == "Directory") continue;
    } else if (in_list(kFiles, path)) {
      if (type == "File") continue;
    } else if (path == "/var/run/docker.sock" || path == "/run/docker.sock") {
      const auto& nodes = context.world().cluster().nodes;
      const bool other = !nodes.empty() && std::all_of(nodes.begin(), nodes.end(), [](const world::ClusterNode& node) {
        return !node.runtime.empty() && !node.runtime.starts_with("docker://");
      });
      // Kubernetes itself has no Docker since 1.24, but a node may run one beside.
      certainty = other ? Certainty::Likely : Certainty::Possible;
    } else if (context.world().assumptions().closed && !path.starts_with("/var/lib/kubelet") &&
               !path.starts_with("/etc/") && !path.starts_with("/dev/") && !path.starts_with("/run/") &&
               !path.starts_with("/var/run/") && !path.starts_with("/sys/") && !path.starts_with("/proc/") &&
               !path.starts_with("/usr/") && !path.starts_with("/var/log/") && !path.starts_with("/lib/")) {
      certainty = Certainty::Likely;  // nothing that was given says that anybody made it
    } else {
      continue;
    }
    Finding finding =
        context.finding(volume.type.span, {{"volume", std::string(*volume.name)}, {"path", path}, {"type", type}});
    finding.certainty = certainty;
    finding.field_path = mounted.path + ".type";
    mounted.explain(finding);
    finding.notes.push_back({volume.path.span, "this path of the node"});
    std::string what = "directory";
    if (type == "File" || type == "FileOrCreate") what = "file";
    if (type == "Socket") what = "socket file";
    if (type == "CharDevice") what = "character device";
    if (type == "BlockDevice") what = "block device";
    finding.effect =
        RuleContext::effect(lifecycle::Step::Mount, nullptr, "ContainerCreating",
                            "MountVolume.SetUp failed for volume \"" + std::string(*volume.name) +
                                "\" : hostPath type check failed: " + std::string(*volume.path) + " is not a " + what);
    context.report(std::move(finding));
  }
}

}  // namespace podseer::rules
