// SPDX-License-Identifier: Apache-2.0
// Class look-up, the default class (plugin/pkg/admission/storage/storageclass/setdefault and
// pkg/volume/util/storageclass.go, v1.34.4) and what is known about provisioners. A provisioner that
// the cluster's preset installs, that a CSIDriver names, or that a pod of the files is told to be, is
// there; in a closed world no other one is. Worked example: on kind, class "standard" is made by
// rancher.io/local-path, waits for the first consumer and makes no ReadWriteMany volume.
#include "lifecycle/storage_class.hpp"

#include <algorithm>
#include <iterator>

namespace podseer::lifecycle {

namespace {

using world::Known;

// In-tree provisioners whose work a CSI driver always does in 1.34
// (staging/src/k8s.io/csi-translation-lib/plugins).
struct Migrated {
  std::string_view in_tree, driver;
};
constexpr Migrated kMigrated[] = {
    {"kubernetes.io/aws-ebs", "ebs.csi.aws.com"},          {"kubernetes.io/gce-pd", "pd.csi.storage.gke.io"},
    {"kubernetes.io/azure-disk", "disk.csi.azure.com"},    {"kubernetes.io/azure-file", "file.csi.azure.com"},
    {"kubernetes.io/cinder", "cinder.csi.openstack.org"},  {"kubernetes.io/vsphere-volume", "csi.vsphere.vmware.com"},
    {"kubernetes.io/portworx-volume", "pxd.portworx.com"},
};

std::string_view driver_of(std::string_view provisioner) {
  for (const Migrated& one : kMigrated) {
    if (one.in_tree == provisioner) return one.driver;
  }
  return provisioner;
}

// Drivers that refuse ReadWriteMany filesystems, in their own words: local-path "NodePath only supports
// ReadWriteOnce and ReadWriteOncePod (1.22+) access modes"; EBS "Volume capabilities
// MULTI_NODE_MULTI_WRITER not supported"; PD "specified multi writer with mount access type"; Azure disk
// "mountVolume is not supported for access mode: MULTI_NODE_MULTI_WRITER".
constexpr std::string_view kOneWriter[] = {"rancher.io/local-path", "ebs.csi.aws.com", "ebs.csi.eks.amazonaws.com",
                                           "pd.csi.storage.gke.io", "disk.csi.azure.com"};
// local-path: "rancher.io/local-path does not support block volume provisioning".
constexpr std::string_view kNoBlock[] = {"rancher.io/local-path"};

constexpr std::size_t kMostSearched = 200;  // provisioners looked for in all pods

bool listed(std::span<const std::string_view> list, std::string_view provisioner) {
  return std::find(list.begin(), list.end(), provisioner) != list.end();
}

bool is_default(const kube::Object& object) {
  const kube::LabelMap annotations = object.annotations();
  for (const std::string_view key : {std::string_view("storageclass.kubernetes.io/is-default-class"),
                                     std::string_view("storageclass.beta.kubernetes.io/is-default-class")}) {
    const kube::LabelMap::Item* item = annotations.find(key);
    if (item != nullptr && item->value == "true") return true;
  }
  return false;
}

std::string_view text_under(const kube::Object& object, std::string_view key) {
  const yaml::Node* node = object.root->find(key);
  return node == nullptr ? std::string_view{} : node->string_or("");
}

std::vector<kube::NodeSelectorTerm> read_topologies(const yaml::Node* list) {
  std::vector<kube::NodeSelectorTerm> terms;
  if (list == nullptr) return terms;
  for (const yaml::Node& item : list->items()) {
    kube::NodeSelectorTerm term;
    term.span = item.span();
    if (const yaml::Node* expressions = item.find("matchLabelExpressions")) {
      for (const yaml::Node& one : expressions->items()) {
        kube::Requirement requirement;
        requirement.op = "In";
        requirement.span = one.span();
        if (const yaml::Node* key = one.find("key")) requirement.key = key->string_or("");
        if (const yaml::Node* values = one.find("values")) {
          for (const yaml::Node& value : values->items()) requirement.values.push_back(value.string_or(""));
        }
        term.match_expressions.push_back(std::move(requirement));
      }
    }
    terms.push_back(std::move(term));
  }
  return terms;
}

bool mentions(const kube::Container& container, std::string_view text) {
  const auto holds = [text](const kube::Text& one) { return one->find(text) != std::string_view::npos; };
  return std::any_of(container.command.begin(), container.command.end(), holds) ||
         std::any_of(container.args.begin(), container.args.end(), holds) ||
         std::any_of(container.env.begin(), container.env.end(),
                     [&holds](const kube::EnvVar& variable) { return holds(variable.value); });
}

}  // namespace

bool dead_provisioner(std::string_view provisioner) {
  return provisioner.starts_with("kubernetes.io/") && driver_of(provisioner) == provisioner;
}

StorageClasses::StorageClasses(const world::World& world, std::span<const kube::PodTemplate* const> pods)
    : world_(world), pods_(pods) {
  for (const kube::Object* object : world.all("StorageClass")) {
    if (is_default(*object) && (!default_ || object->name < *default_)) default_ = object->name;
  }
  if (default_) return;
  for (const world::StorageClassInfo& one : world.cluster().storage_classes) {
    if (one.is_default) default_ = one.name;
  }
  if (!default_ && (world.assumptions().closed || world.cluster().default_storage_class_known)) default_ = "";
}

const StorageClass& StorageClasses::find(std::string_view name) {
  const auto at = known_.find(std::string(name));
  if (at != known_.end()) return at->second;
  return known_.emplace(std::string(name), describe(name)).first->second;
}

StorageClass StorageClasses::describe(std::string_view name) {
  StorageClass out;
  out.name = name;
  out.exists = world_.exists("StorageClass", {}, name);
  out.object = world_.find("StorageClass", {}, name);
  if (out.object != nullptr) {
    out.provisioner = text_under(*out.object, "provisioner");
    out.wait_for_first_consumer = text_under(*out.object, "volumeBindingMode") == "WaitForFirstConsumer";
    out.topologies = read_topologies(out.object->root->find("allowedTopologies"));
  } else {
    const auto& presets = world_.cluster().storage_classes;
    const auto preset = std::find_if(presets.begin(), presets.end(),
                                     [name](const world::StorageClassInfo& one) { return one.name == name; });
    if (preset == presets.end()) return out;
    out.provisioner = preset->provisioner;
    out.wait_for_first_consumer = preset->wait_for_first_consumer;
  }
  if (provisioners_.size() >= kMostSearched) return out;
  auto made = provisioners_.find(std::string(out.provisioner));
  if (made == provisioners_.end()) {
    made = provisioners_.emplace(std::string(out.provisioner), provisions(name, out.provisioner)).first;
  }
  out.provisions = made->second;
  const std::string_view driver = driver_of(out.provisioner);
  out.many_writers = !listed(kOneWriter, driver);
  out.block = !listed(kNoBlock, driver);
  // The provisioner library's and the CSI provisioner's answer: "claim Selector is not supported".
  out.selector_refused = out.provisions == Known::Yes;
  return out;
}

Known StorageClasses::provisions(std::string_view name, std::string_view provisioner) const {
  if (provisioner.empty() || dead_provisioner(provisioner)) return Known::No;
  const std::string_view driver = driver_of(provisioner);
  for (const world::StorageClassInfo& one : world_.cluster().storage_classes) {
    if (one.provisioner != provisioner && driver_of(one.provisioner) != driver) continue;
    if (one.provisioner_known) return Known::Yes;
    if (one.name == name) return Known::Unknown;  // an add-on of that preset
  }
  if (world_.find("CSIDriver", {}, driver) != nullptr) return Known::Yes;
  // A class that the cluster itself has was made together with what serves it.
  for (const kube::Object* object : world_.all("StorageClass")) {
    if (object->context_only && text_under(*object, "provisioner") == provisioner) return Known::Unknown;
  }
  for (const kube::PodTemplate* pod : pods_) {
    for (const kube::Container& container : pod->spec.containers) {
      if (mentions(container, provisioner) || mentions(container, driver)) return Known::Unknown;
    }
  }
  // What has made volumes before is there.
  for (const kube::Object* volume : world_.all("PersistentVolume")) {
    const kube::LabelMap annotations = volume->annotations();
    const kube::LabelMap::Item* by = annotations.find("pv.kubernetes.io/provisioned-by");
    if (volume->context_only && by != nullptr && (by->value == provisioner || by->value == driver)) return Known::Yes;
  }
  return world_.assumptions().closed ? Known::No : Known::Unknown;
}

}  // namespace podseer::lifecycle
