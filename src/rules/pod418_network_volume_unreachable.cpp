// SPDX-License-Identifier: Apache-2.0
// NFS and iSCSI volumes need a server that the pod's node can reach. In a closed world only Services of the
// world exist; anything else does not answer, and the mount is tried for ever.
#include "rules/mounted_volumes.hpp"
#include "rules/rule.hpp"
#include "yaml/node.hpp"

namespace podseer::rules {

void pod418_network_volume_unreachable(const kube::PodTemplate& pod, RuleContext& context) {
  if (!context.world().assumptions().closed) return;
  for (const MountedVolume& mounted : mounted_volumes(pod, context)) {
    const kube::Volume& volume = mounted.volume;
    const bool nfs = volume.kind == kube::Volume::Kind::Nfs;
    if (!nfs && volume.kind != kube::Volume::Kind::Iscsi) continue;
    const yaml::Node* server = volume.node->find(volume.source_key, nfs ? "server" : "targetPortal");
    if (server == nullptr) continue;
    // A Service of the world may be the server: nothing is said then.
    const std::string_view host = server->string_or("");
    const std::string_view first = host.substr(0, host.find('.'));
    if (context.world().find("Service", context.ns(), first) != nullptr) continue;
    Finding finding =
        context.finding(server->span(), {{"volume", std::string(*volume.name)}, {"server", std::string(host)}});
    finding.certainty = Certainty::Likely;
    finding.field_path = mounted.path;
    mounted.explain(finding);
    finding.effect = RuleContext::effect(
        lifecycle::Step::Mount, nullptr, "ContainerCreating",
        nfs ? "MountVolume.SetUp failed for volume \"" + std::string(*volume.name) + "\" : mount failed: exit status 32"
            : "MountVolume.WaitForAttach failed for volume \"" + std::string(*volume.name) + "\"");
    context.report(std::move(finding));
  }
}

}  // namespace podseer::rules
