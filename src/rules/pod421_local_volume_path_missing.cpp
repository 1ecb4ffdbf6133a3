// SPDX-License-Identifier: Apache-2.0
// A local PersistentVolume whose directory nobody made: "MountVolume.NewMounter initialization failed for volume ... :
// path does not exist" (pkg/volume/local/local.go, Kubernetes 1.34). Which directories a node has is known only of
// those that every Linux has; others count as missing in a closed world.
#include <algorithm>

#include "rules/mounted_volumes.hpp"
#include "rules/rule.hpp"

namespace podseer::rules {

void pod421_local_volume_path_missing(const kube::PodTemplate& pod, RuleContext& context) {
  if (!context.world().assumptions().closed) return;
  static constexpr std::string_view kNodeDirectories[] = {"/etc",  "/dev", "/run", "/var", "/sys",
                                                          "/proc", "/usr", "/lib", "/boot"};
  for (const MountedVolume& mounted : mounted_volumes(pod, context)) {
    if (mounted.persistent == nullptr || mounted.volume.source_key != "local") continue;
    const std::string path(*mounted.volume.path);
    const std::size_t slash = path.find('/', 1);
    const std::string top = path.substr(0, slash);
    // Only "/opt" and the like themselves are there; below the node's own directories anything may be.
    if (slash == std::string::npos || slash + 1 == path.size()) continue;
    if (std::find(std::begin(kNodeDirectories), std::end(kNodeDirectories), top) != std::end(kNodeDirectories))
      continue;
    Finding finding =
        context.finding(mounted.volume.path.span, {{"volume", std::string(mounted.persistent->name)}, {"path", path}});
    finding.field_path = mounted.path + ".path";
    mounted.explain(finding);
    finding.effect =
        RuleContext::effect(lifecycle::Step::Mount, nullptr, "ContainerCreating",
                            "MountVolume.NewMounter initialization failed for volume \"" +
                                std::string(mounted.persistent->name) + "\" : path \"" + path + "\" does not exist");
    context.report(std::move(finding));
  }
}

}  // namespace podseer::rules
