// SPDX-License-Identifier: Apache-2.0
// Volumes that need a driver on the node: CSI, FlexVolume, and the in-tree types that are handed to CSI drivers
// (awsElasticBlockStore, gcePersistentDisk, azureDisk, azureFile, cinder, vsphereVolume, portworxVolume).
// Which drivers a cluster has is known only in a closed world.
#include "rules/mounted_volumes.hpp"
#include "rules/rule.hpp"

namespace podseer::rules {
namespace {

struct Migrated {
  std::string_view type;
  std::string_view driver;
};
// staging/src/k8s.io/csi-translation-lib/plugins, Kubernetes 1.34.
constexpr Migrated kMigrated[] = {
    {"awsElasticBlockStore", "ebs.csi.aws.com"}, {"gcePersistentDisk", "pd.csi.storage.gke.io"},
    {"azureDisk", "disk.csi.azure.com"},         {"azureFile", "file.csi.azure.com"},
    {"cinder", "cinder.csi.openstack.org"},      {"vsphereVolume", "csi.vsphere.vmware.com"},
    {"portworxVolume", "pxd.portworx.com"},
};

}  // namespace

void pod415_volume_driver_missing(const kube::PodTemplate& pod, RuleContext& context) {
  if (!context.world().assumptions().closed) return;
  for (const MountedVolume& mounted : mounted_volumes(pod, context)) {
    const kube::Volume& volume = mounted.volume;
    std::string driver;
    if (volume.kind == kube::Volume::Kind::Csi) driver = *volume.driver;
    for (const Migrated& migrated : kMigrated) {
      if (migrated.type == volume.source_key) driver = migrated.driver;
    }
    const bool flex = volume.source_key == "flexVolume";
    if (flex) {
      const yaml::Node* name = volume.node->find("flexVolume", "driver");
      if (name != nullptr) driver = name->string_or("");
    }
    if (driver.empty() || context.world().find("CSIDriver", "", driver) != nullptr) continue;
    const yaml::Entry* entry = volume.node->find_entry(volume.source_key);
    Finding finding = context.finding(volume.kind == kube::Volume::Kind::Csi ? volume.driver.span : entry->key_span,
                                      {{"volume", std::string(*volume.name)}, {"driver", driver}});
    finding.field_path = mounted.path;
    mounted.explain(finding);
    finding.effect = RuleContext::effect(
        lifecycle::Step::Mount, nullptr, "ContainerCreating",
        flex ? "failed to get Plugin from volumeSpec for volume \"" + std::string(*volume.name) +
                   "\" err=no volume plugin matched"
             : "MountVolume.SetUp failed for volume \"" + std::string(*volume.name) +
                   "\" : kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: driver name " + driver +
                   " not found in the list of registered CSI drivers");
    context.report(std::move(finding));
  }
}

}  // namespace podseer::rules
