// SPDX-License-Identifier: Apache-2.0
// A cluster from a preset or from what kubectl says about a real one. A snapshot's node list is
// complete (`kubectl get nodes` leaves none out); its StorageClasses are complete when it has any,
// for a snapshot without them may just not have asked. Source of the fields: core/v1 NodeSpec and
// NodeStatus, Kubernetes 1.34; the scheduler reads status.allocatable and never status.capacity.
#include "world/cluster.hpp"

#include <algorithm>
#include <cstddef>

#include "world/cluster_preset.hpp"

namespace podseer::world {

const std::string* ClusterNode::label(std::string_view key) const {
  for (const auto& [name_of_label, value] : labels) {
    if (name_of_label == key) return &value;
  }
  return nullptr;
}

namespace {

using Amounts = std::vector<std::pair<std::string, kube::Quantity>>;

Amounts read_amounts(std::span<const PresetPair> pairs) {
  Amounts out;
  for (const auto& [name, text] : pairs) {
    if (const auto amount = kube::Quantity::parse(text)) out.emplace_back(std::string(name), *amount);
  }
  return out;
}

ClusterNode read_preset_node(const PresetNode& preset) {
  ClusterNode node;
  node.name = preset.name;
  node.size_known = preset.size_known;
  for (const auto& [key, value] : preset.labels) node.labels.emplace_back(std::string(key), std::string(value));
  for (const auto& [key_value, effect] : preset.taints) {
    const std::size_t equals = key_value.find('=');
    Taint taint;
    taint.key = key_value.substr(0, equals);
    if (equals != std::string_view::npos) taint.value = key_value.substr(equals + 1);
    taint.effect = effect;
    node.taints.push_back(std::move(taint));
  }
  node.allocatable = read_amounts(preset.allocatable);
  node.used = read_amounts(preset.used);
  node.used_pods = preset.used_pods;
  node.used_host_ports.assign(preset.used_host_ports.begin(), preset.used_host_ports.end());
  if (const std::string* arch = node.label("kubernetes.io/arch")) node.arch = *arch;
  return node;
}

std::string text_of(const yaml::Node* node) {
  return node == nullptr || !node->is_scalar() || node->is_null() ? std::string() : std::string(node->text());
}

ClusterNode read_node(const kube::Object& object) {
  ClusterNode node;
  node.name = object.name;
  for (const auto& item : object.labels().items) {
    node.labels.emplace_back(std::string(item.key), std::string(item.value));
  }
  const yaml::Node& root = *object.root;
  if (const yaml::Node* unschedulable = root.find("spec", "unschedulable")) {
    node.unschedulable = unschedulable->as_bool();
  }
  if (const yaml::Node* taints = root.find("spec", "taints")) {
    for (const yaml::Node& taint : taints->items()) {
      node.taints.push_back({text_of(taint.find("key")), text_of(taint.find("value")), text_of(taint.find("effect"))});
    }
  }
  if (const yaml::Node* allocatable = root.find("status", "allocatable")) {
    for (const yaml::Entry& entry : allocatable->entries()) {
      if (const auto amount = kube::Quantity::parse(entry.value.text())) {
        node.allocatable.emplace_back(std::string(entry.key), *amount);
      }
    }
  } else {
    node.size_known = false;  // a Node written by hand, without a status
  }
  if (const yaml::Node* conditions = root.find("status", "conditions")) {
    for (const yaml::Node& condition : conditions->items()) {
      if (text_of(condition.find("type")) != "Ready") continue;
      node.ready = text_of(condition.find("status")) == "True";
      // The kubelet says here, and nowhere else, that it can enforce profiles
      // (pkg/kubelet/nodestatus/setters.go, ReadyCondition).
      node.app_armor = text_of(condition.find("message")).find("AppArmor enabled") != std::string::npos;
    }
  }
  if (const yaml::Node* info = root.find("status", "nodeInfo")) {
    if (const std::string os = text_of(info->find("operatingSystem")); !os.empty()) node.os = os;
    if (const std::string arch = text_of(info->find("architecture")); !arch.empty()) node.arch = arch;
    node.kubelet_version = text_of(info->find("kubeletVersion"));
    node.runtime = text_of(info->find("containerRuntimeVersion"));
  }
  return node;
}

}  // namespace

source::Result<Cluster> Cluster::preset(std::string_view name) {
  for (const ClusterPreset& preset : cluster_presets()) {
    if (preset.name != name) continue;
    Cluster cluster;
    cluster.name = name;
    cluster.nodes_known = preset.nodes_known;
    cluster.labels_known = preset.labels_known;
    cluster.storage_classes_known = preset.storage_classes_known;
    cluster.default_storage_class_known = preset.default_storage_class_known;
    for (const PresetNode& node : preset.nodes) cluster.nodes.push_back(read_preset_node(node));
    for (const PresetStorageClass& one : preset.storage_classes) {
      cluster.storage_classes.push_back({std::string(one.name), std::string(one.provisioner),
                                         one.wait_for_first_consumer, one.is_default, one.provisioner_known,
                                         one.supports_rwx, one.supports_block});
    }
    return cluster;
  }
  std::string known;
  for (const std::string_view one : preset_names()) known += (known.empty() ? "" : ", ") + std::string(one);
  return source::Failure{"no cluster preset is called " + std::string(name) + "; there are " + known +
                             ", or give a file made by kubectl get nodes,storageclasses -o yaml",
                         std::string(name)};
}

std::vector<std::string_view> Cluster::preset_names() {
  std::vector<std::string_view> names;
  for (const ClusterPreset& preset : cluster_presets()) names.push_back(preset.name);
  return names;
}

Cluster Cluster::from_objects(const std::vector<const kube::Object*>& objects) {
  Cluster cluster;
  cluster.name = "snapshot";
  cluster.snapshot = true;
  for (const kube::Object* object : objects) {
    if (object == nullptr || object->root == nullptr) continue;
    if (object->is("", "Node")) cluster.nodes.push_back(read_node(*object));
    if (object->is("storage.k8s.io", "StorageClass")) {
      cluster.storage_classes_known = true;
      cluster.default_storage_class_known = true;
    }
  }
  cluster.nodes_known = !cluster.nodes.empty();
  cluster.labels_known = cluster.nodes_known;
  return cluster;
}

}  // namespace podseer::world
