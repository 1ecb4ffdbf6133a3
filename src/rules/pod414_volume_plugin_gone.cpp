// SPDX-License-Identifier: Apache-2.0
// Volume types that the API still takes and no kubelet of 1.32 or newer can mount: their in-tree plugins were
// removed (glusterfs 1.26; flocker, quobyte, storageos 1.25; scaleIO 1.22; cephfs, rbd 1.31), or switched off
// (gitRepo 1.33).
#include "rules/mounted_volumes.hpp"
#include "rules/rule.hpp"

namespace podseer::rules {
namespace {

struct Gone {
  std::string_view type;
  std::string_view since;  // Kubernetes version
};
constexpr Gone kGone[] = {
    {"cephfs", "1.31"},  {"rbd", "1.31"},       {"glusterfs", "1.26"}, {"flocker", "1.25"},
    {"quobyte", "1.25"}, {"storageos", "1.25"}, {"scaleIO", "1.22"},   {"gitRepo", "1.33"},
};

}  // namespace

void pod414_volume_plugin_gone(const kube::PodTemplate& pod, RuleContext& context) {
  for (const MountedVolume& mounted : mounted_volumes(pod, context)) {
    const kube::Volume& volume = mounted.volume;
    for (const Gone& gone : kGone) {
      if (gone.type != volume.source_key) continue;
      const yaml::Entry* entry = volume.node->find_entry(volume.source_key);
      Finding finding = context.finding(entry->key_span, {{"volume", std::string(*volume.name)},
                                                          {"type", std::string(gone.type)},
                                                          {"since", std::string(gone.since)}});
      finding.field_path = mounted.path;
      mounted.explain(finding);
      finding.effect = RuleContext::effect(
          lifecycle::Step::Mount, nullptr, "ContainerCreating",
          gone.type == "gitRepo"
              ? "MountVolume.SetUp failed for volume \"" + std::string(*volume.name) +
                    "\" : git-repo volume plugin has been disabled"
              : "Unable to attach or mount volumes: unmounted volumes=[" + std::string(*volume.name) +
                    "], unattached volumes=[], failed to process volumes=[" + std::string(*volume.name) +
                    "]: failed to get Plugin from volumeSpec for volume \"" + std::string(*volume.name) +
                    "\" err=no volume plugin matched");
      context.report(std::move(finding));
    }
  }
}

}  // namespace podseer::rules
