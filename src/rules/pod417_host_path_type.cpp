// SPDX-License-Identifier: Apache-2.0
// A hostPath whose type the node's path surely does not have (pkg/volume/hostpath, Kubernetes 1.34): a directory
// of every Linux named as a File, or the Docker socket on a node that runs containerd or CRI-O.
#include <algorithm>

#include "rules/mounted_volumes.hpp"
#include "rules/rule.hpp"

namespace podseer::rules {
namespace {

// Directories of the Filesystem Hierarchy Standard 3.0, present on every Linux node.
constexpr std::string_view kDirectories[] = {"/",     "/bin", "/boot", "/dev",  "/etc",     "/home", "/lib", "/media", "/mnt",
                                             "/opt",  "/proc", "/root", "/run", "/sbin",    "/srv",  "/sys", "/tmp",   "/usr",
                                             "/var",  "/var/cache", "/var/lib", "/var/lib/kubelet", "/var/lock", "/var/log", "/var/run",
                                             "/var/spool", "/var/tmp", "/usr/bin", "/usr/lib", "/usr/share", "/lib/modules", "/sys/fs/cgroup"};

}  // namespace

void pod417_host_path_type(const kube::PodTemplate& pod, RuleContext& context) {
  for (const MountedVolume& mounted : mounted_volumes(pod, context)) {
    const kube::Volume& volume = mounted.volume;
    if (volume.kind != kube::Volume::Kind::HostPath) continue;
    std::string path(*volume.path);
    while (path.size() > 1 && path.back() == '/') path.pop_back();
    const std::string type(*volume.type);
    if (type.empty() || type == "DirectoryOrCreate" || type == "FileOrCreate") continue;
    Certainty certainty = Certainty::Certain;
    const bool directory = std::find(std::begin(kDirectories), std::end(kDirectories), path) != std::end(kDirectories);
    if (directory) {
      if (type == "Directory") continue;
    } else if (path == "/var/run/docker.sock" || path == "/run/docker.sock") {
      const auto& nodes = context.world().cluster().nodes;
      const bool other = !nodes.empty() && std::all_of(nodes.begin(), nodes.end(), [](const world::ClusterNode& node) {
        return !node.runtime.empty() && !node.runtime.starts_with("docker://");
      });
      // Kubernetes itself has no Docker since 1.24, but a node may run one beside.
      certainty = other ? Certainty::Likely : Certainty::Possible;
    } else if (context.world().assumptions().closed && !path.starts_with("/var/lib/kubelet") && !path.starts_with("/etc/") &&
               !path.starts_with("/dev/") && !path.starts_with("/run/") && !path.starts_with("/var/run/") && !path.starts_with("/sys/") &&
               !path.starts_with("/proc/") && !path.starts_with("/usr/") && !path.starts_with("/var/log/") && !path.starts_with("/lib/")) {
      certainty = Certainty::Likely;  // nothing that was given says that anybody made it
    } else {
      continue;
    }
    Finding finding = context.finding(volume.type.span, {{"volume", std::string(*volume.name)}, {"path", path}, {"type", type}});
    finding.certainty = certainty;
    finding.field_path = mounted.path + ".type";
    mounted.explain(finding);
    finding.notes.push_back({volume.path.span, "this path of the node"});
    std::string what = "directory";
    if (type == "File") what = "file";
    if (type == "Socket") what = "socket file";
    if (type == "CharDevice") what = "character device";
    if (type == "BlockDevice") what = "block device";
    finding.effect = RuleContext::effect(lifecycle::Step::Mount, nullptr, "ContainerCreating",
                                         "MountVolume.SetUp failed for volume \"" + std::string(*volume.name) +
                                             "\" : hostPath type check failed: " + std::string(*volume.path) + " is not a " + what);
    context.report(std::move(finding));
  }
}

}  // namespace podseer::rules
