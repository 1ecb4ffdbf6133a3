// SPDX-License-Identifier: Apache-2.0
// The kubelet mounts the PersistentVolume behind a claim just as it would mount the same source in the
// pod (pkg/volume/util/operationexecutor, Kubernetes 1.34). Example: a claim bound to a volume with
// `csi: {driver: efs.csi.aws.com}` hangs in ContainerCreating where that driver is not installed.
#include "rules/mounted_volumes.hpp"

#include <algorithm>
#include <utility>

#include "rules/references.hpp"
#include "yaml/node.hpp"

namespace podseer::rules {

namespace {

struct Source {
  std::string_view key;
  kube::Volume::Kind kind;
};
// core/v1 PersistentVolumeSource, Kubernetes 1.34.
constexpr Source kSources[] = {
    {"hostPath", kube::Volume::Kind::HostPath},
    {"csi", kube::Volume::Kind::Csi},
    {"nfs", kube::Volume::Kind::Nfs},
    {"iscsi", kube::Volume::Kind::Iscsi},
    {"rbd", kube::Volume::Kind::Rbd},
    {"gcePersistentDisk", kube::Volume::Kind::GcePersistentDisk},
    {"awsElasticBlockStore", kube::Volume::Kind::AwsElasticBlockStore},
    {"azureDisk", kube::Volume::Kind::Other},
    {"azureFile", kube::Volume::Kind::Other},
    {"cephfs", kube::Volume::Kind::Other},
    {"cinder", kube::Volume::Kind::Other},
    {"fc", kube::Volume::Kind::Other},
    {"flexVolume", kube::Volume::Kind::Other},
    {"flocker", kube::Volume::Kind::Other},
    {"glusterfs", kube::Volume::Kind::Other},
    {"local", kube::Volume::Kind::Other},
    {"photonPersistentDisk", kube::Volume::Kind::Other},
    {"portworxVolume", kube::Volume::Kind::Other},
    {"quobyte", kube::Volume::Kind::Other},
    {"scaleIO", kube::Volume::Kind::Other},
    {"storageos", kube::Volume::Kind::Other},
    {"vsphereVolume", kube::Volume::Kind::Other},
};

kube::Text text_of(const yaml::Node& source, std::string_view key) {
  const yaml::Node* node = source.find(key);
  if (node == nullptr || !node->is_string()) return {};
  return {node->text(), node->span(), kube::Origin::Written};
}

// The pod's volume with the PersistentVolume's source in the claim's place.
bool take_source(kube::Volume& volume, const kube::Object& persistent) {
  const yaml::Node* spec = persistent.root->find("spec");
  if (spec == nullptr) return false;
  for (const Source& source : kSources) {
    const yaml::Node* node = spec->find(source.key);
    if (node == nullptr || !node->is_mapping()) continue;
    volume.kind = source.kind;
    volume.source_key = source.key;
    volume.node = spec;
    volume.path = text_of(*node, "path");
    volume.type = text_of(*node, "type");
    volume.driver = text_of(*node, "driver");
    return true;
  }
  return false;
}

bool mounted_by_name(const kube::PodTemplate& pod, std::string_view name) {
  kube::Volume volume;
  volume.name.value = name;
  return mounted(pod, volume);
}

}  // namespace

void MountedVolume::explain(Finding& finding) const {
  if (persistent == nullptr) return;
  finding.notes.push_back({user, "the pod's claim is bound to PersistentVolume " + std::string(persistent->name)});
}

std::vector<MountedVolume> mounted_volumes(const kube::PodTemplate& pod, const RuleContext& context) {
  std::vector<MountedVolume> out;
  const std::vector<lifecycle::BoundVolume>& bound = context.facts().placement.bound;
  const auto behind = [&](std::string_view name, const kube::Volume& base, SourceSpan user) {
    const auto at =
        std::find_if(bound.begin(), bound.end(), [&](const lifecycle::BoundVolume& one) { return one.volume == name; });
    if (at == bound.end() || at->persistent_volume == nullptr || at->persistent_volume->context_only) return;
    MountedVolume one{base, at->persistent_volume, {}, user};
    if (!take_source(one.volume, *at->persistent_volume)) return;
    one.path = "spec." + std::string(one.volume.source_key);
    out.push_back(std::move(one));
  };
  for (std::size_t v = 0; v < pod.spec.volumes.size(); ++v) {
    const kube::Volume& volume = pod.spec.volumes[v];
    if (!mounted(pod, volume)) continue;
    const bool claim = volume.kind == kube::Volume::Kind::PersistentVolumeClaim;
    if (claim || volume.kind == kube::Volume::Kind::Ephemeral) {
      behind(*volume.name, volume, claim ? volume.claim_name.span : volume.name.span);
    } else if (!volume.source_key.empty()) {
      out.push_back(
          {volume, nullptr, context.path(".volumes[" + std::to_string(v) + "]." + std::string(volume.source_key)), {}});
    }
  }
  for (const auto& [name, spec] : pod.claim_templates) {
    if (pod.spec.find_volume(*name) != nullptr || !mounted_by_name(pod, *name)) continue;
    kube::Volume base;
    base.name = name;
    behind(*name, base, name.span);
  }
  return out;
}

}  // namespace podseer::rules
