// SPDX-License-Identifier: Apache-2.0
// A claim leads to a volume given for it, or through its class (or the default one) to a provisioner; what
// the provisioner makes is known for a few. mkfs.ext4 always makes lost+found, xfs and btrfs have none.
#include "process/filesystems.hpp"

#include <algorithm>

namespace podseer::process {
namespace {

// Disks, formatted with ext4 unless a parameter names another filesystem: kubernetes-sigs/aws-ebs-csi-driver
// docs/parameters.md, gcp-compute-persistent-disk-csi-driver README, azuredisk-csi-driver docs/driver-parameters.md,
// cloud-provider-openstack docs/cinder-csi-plugin; the plugins of Kubernetes that they took over from.
constexpr std::string_view kDisks[] = {"ebs.csi.aws.com",          "kubernetes.io/aws-ebs", "pd.csi.storage.gke.io",
                                       "kubernetes.io/gce-pd",     "disk.csi.azure.com",    "kubernetes.io/azure-disk",
                                       "cinder.csi.openstack.org", "kubernetes.io/cinder"};
// Directories of a node or shares: rancher/local-path-provisioner, minikube's and Docker's host paths,
// csi-driver-host-path, csi-driver-nfs, nfs-subdir-external-provisioner, EFS, Azure Files, Filestore, CephFS.
constexpr std::string_view kDirectories[] = {"rancher.io/local-path",
                                             "k8s.io/minikube-hostpath",
                                             "docker.io/hostpath",
                                             "hostpath.csi.k8s.io",
                                             "microk8s.io/hostpath",
                                             "nfs.csi.k8s.io",
                                             "k8s-sigs.io/nfs-subdir-external-provisioner",
                                             "efs.csi.aws.com",
                                             "file.csi.azure.com",
                                             "kubernetes.io/azure-file",
                                             "filestore.csi.storage.gke.io",
                                             "cephfs.csi.ceph.com",
                                             "rook-ceph.cephfs.csi.ceph.com"};

template <std::size_t N>
bool in(const std::string_view (&list)[N], std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

std::string_view text_at(const yaml::Node* node) { return node == nullptr ? std::string_view{} : node->string_or(""); }

Answer by_filesystem(std::string_view name) {
  if (name == "ext4" || name == "ext3" || name == "ext2") return Answer::Yes;
  return name == "xfs" || name == "btrfs" ? Answer::No : Answer::Unknown;
}

Answer of_provisioner(std::string_view provisioner, const yaml::Node* parameters) {
  if (in(kDirectories, provisioner)) return Answer::No;
  if (!in(kDisks, provisioner)) return Answer::Unknown;
  for (const std::string_view key : {"csi.storage.k8s.io/fstype", "fsType", "fstype"}) {
    const std::string_view name = parameters == nullptr ? std::string_view{} : text_at(parameters->find(key));
    if (!name.empty()) return by_filesystem(name);
  }
  return Answer::Yes;
}

Answer of_class(std::string_view name, const world::World& world) {
  if (const kube::Object* object = world.find("StorageClass", "", name)) {
    return of_provisioner(text_at(object->root->find("provisioner")), object->root->find("parameters"));
  }
  for (const world::StorageClassInfo& one : world.cluster().storage_classes) {
    if (one.name == name) return of_provisioner(one.provisioner, nullptr);
  }
  return Answer::Unknown;
}

Answer of_default_class(const world::World& world) {
  for (const kube::Object* object : world.all("StorageClass")) {
    const kube::LabelMap annotations = object->annotations();
    const kube::LabelMap::Item* item = annotations.find("storageclass.kubernetes.io/is-default-class");
    if (item != nullptr && item->value == "true") return of_class(object->name, world);
  }
  for (const world::StorageClassInfo& one : world.cluster().storage_classes) {
    if (one.is_default) return of_provisioner(one.provisioner, nullptr);
  }
  return Answer::Unknown;
}

/// A volume that somebody made by hand may hold anything; a directory surely has no lost+found.
Answer of_volume(const kube::Object& volume) {
  const yaml::Node* spec = volume.root->find("spec");
  if (spec == nullptr) return Answer::Unknown;
  for (const std::string_view source : {"hostPath", "nfs", "cephfs", "glusterfs", "azureFile"}) {
    if (spec->find(source) != nullptr) return Answer::No;
  }
  return Answer::Unknown;
}

}  // namespace

Answer has_lost_found(const kube::ClaimSpec& claim, const world::World& world) {
  if (*claim.volume_mode == "Block") return Answer::No;
  if (!claim.volume_name->empty()) {
    const kube::Object* volume = world.find("PersistentVolume", "", *claim.volume_name);
    return volume == nullptr ? Answer::Unknown : of_volume(*volume);
  }
  // A volume of that class that is given goes before one that is made.
  const std::string_view wanted = claim.storage_class_name.set() ? *claim.storage_class_name : std::string_view{};
  for (const kube::Object* volume : world.all("PersistentVolume")) {
    const yaml::Node* spec = volume->root->find("spec");
    if (spec == nullptr || text_at(spec->find("storageClassName")) != wanted) continue;
    return of_volume(*volume);
  }
  return claim.storage_class_name.set() ? of_class(wanted, world) : of_default_class(world);
}

Answer has_lost_found(const kube::PodTemplate& pod, const kube::Volume& volume, const world::World& world) {
  if (volume.kind == kube::Volume::Kind::Ephemeral) return has_lost_found(volume.claim, world);
  if (volume.kind != kube::Volume::Kind::PersistentVolumeClaim) return Answer::No;
  const kube::Object* claim = world.find("PersistentVolumeClaim", world.namespace_of(*pod.owner), *volume.claim_name);
  if (claim == nullptr) return Answer::Unknown;
  if (claim->context_only) return Answer::No;
  return has_lost_found(kube::ClaimSpec::read(claim->root->find("spec")), world);
}

}  // namespace podseer::process
