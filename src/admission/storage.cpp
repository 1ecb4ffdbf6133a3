// SPDX-License-Identifier: Apache-2.0
// PersistentVolumeClaim, PersistentVolume and StorageClass (pkg/apis/core/validation and
// pkg/apis/storage/validation, 1.34). The size of a claim is reported at `spec.resources[storage]`, as
// the server does, though it is written in `spec.resources.requests.storage`.
// Worked example: accessModes [RWO] gives `spec.accessModes: Unsupported value: "RWO": supported
// values: "ReadOnlyMany", ...`.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "admission/pod_checks.hpp"
#include "admission/validators.hpp"
#include "kube/quantity.hpp"
#include "source/ascii.hpp"

namespace podseer::admission {
namespace {

constexpr std::array<std::string_view, 4> kAccessModes = {"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce",
                                                          "ReadWriteOncePod"};
constexpr std::array<std::string_view, 2> kVolumeModes = {"Block", "Filesystem"};
constexpr std::array<std::string_view, 3> kReclaimPolicies = {"Delete", "Recycle", "Retain"};
constexpr std::array<std::string_view, 2> kClassReclaimPolicies = {"Delete", "Retain"};
constexpr std::array<std::string_view, 2> kBindingModes = {"Immediate", "WaitForFirstConsumer"};
constexpr std::size_t kParametersBytes = 256 * 1024;
constexpr std::size_t kParametersCount = 512;
constexpr std::string_view kGreaterThanZero = "must be greater than zero";

/// Sources of a PersistentVolume in the order in which the server asks for them.
constexpr std::array<std::string_view, 22> kSources = {"hostPath",
                                                       "gcePersistentDisk",
                                                       "awsElasticBlockStore",
                                                       "glusterfs",
                                                       "flocker",
                                                       "nfs",
                                                       "rbd",
                                                       "quobyte",
                                                       "cephfs",
                                                       "iscsi",
                                                       "cinder",
                                                       "fc",
                                                       "flexVolume",
                                                       "azureFile",
                                                       "vsphereVolume",
                                                       "photonPersistentDisk",
                                                       "portworxVolume",
                                                       "azureDisk",
                                                       "scaleIO",
                                                       "local",
                                                       "storageos",
                                                       "csi"};

/// A written amount; 0 for null. Decoding has refused what is none.
kube::Quantity quantity_of(const View& at) {
  return at.absent() ? kube::Quantity() : kube::Quantity::parse(at.node()->text()).value_or(kube::Quantity());
}

void validate_access_modes(const View& modes, const Path& path, Errors& errors) {
  bool alone = false, others = false;
  for (std::size_t i = 0; i < modes.size(); ++i) {
    const std::string_view mode = modes.at(i).str();
    if (std::find(kAccessModes.begin(), kAccessModes.end(), mode) == kAccessModes.end()) {
      errors.not_supported(path, modes.at(i), kAccessModes);
    } else {
      (mode == "ReadWriteOncePod" ? alone : others) = true;
    }
  }
  if (alone && others) errors.forbidden(path, modes, "may not use ReadWriteOncePod with other access modes");
}

void validate_class_name(const View& at, const Path& path, Errors& errors) {
  if (!at.str().empty()) add_complaints(kube::check_dns_subdomain(at.str()), path, at, errors);
}

/// dataSource and dataSourceRef. Foreign kinds in dataSource are dropped before validation.
void validate_data_source(const View& source, const Path& path, bool reference, Errors& errors) {
  if (source.absent()) return;
  const std::string_view kind = source["kind"].str();
  const std::string_view group = source["apiGroup"].str();
  const bool known = (kind == "PersistentVolumeClaim" && group.empty()) ||
                     (kind == "VolumeSnapshot" && group == "snapshot.storage.k8s.io");
  if (!reference && !known) return;
  for (const std::string_view key : {"name", "kind"}) {
    if (source[key].str().empty()) errors.required(path.child(key), source[key]);
  }
  if (group.empty() && kind != "PersistentVolumeClaim") {
    errors.invalid(path, source["kind"], "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
  }
  if (!group.empty())
    add_complaints(kube::check_dns_subdomain(group), path.child("apiGroup"), source["apiGroup"], errors);
}

void validate_data_sources_agree(const View& spec, const Path& path, Errors& errors) {
  const View source = spec["dataSource"];
  const View reference = spec["dataSourceRef"];
  if (source.absent() || reference.absent()) return;
  const std::string place = "\"" + path.child("dataSource").str() + "\"";
  if (!reference["namespace"].str().empty()) {
    errors.invalid(path, source, place, "may not be specified when dataSourceRef.namespace is specified");
    return;
  }
  for (const std::string_view key : {"apiGroup", "kind", "name"}) {
    if (source[key].present() == reference[key].present() && source[key].str() == reference[key].str()) continue;
    errors.invalid(path, source, place, "must match dataSourceRef");
    return;
  }
}

void validate_capacity(const View& capacity, const Path& path, Errors& errors) {
  constexpr std::array<std::string_view, 1> kStorage = {"storage"};
  if (capacity.size() == 0) errors.required(path, capacity);
  if (capacity.size() != 1 || capacity.entries()[0].key != "storage") {
    errors.not_supported(path, capacity, capacity.absent() ? "null" : printed_json(capacity), kStorage);
  }
  for (const yaml::Entry& entry : capacity.entries()) {
    const kube::Quantity amount = quantity_of(View(&entry.value, entry.value.span()));
    if (amount > kube::Quantity()) continue;
    const View at(&entry.value, entry.value.span());
    if (amount.is_negative()) {
      errors.invalid(path.key(entry.key), at, std::to_string(amount.units()), "must be a valid resource quantity");
    }
    errors.invalid(path.key(entry.key), at, go_quote(amount.canonical()), kGreaterThanZero);
  }
}

void validate_volume_node_affinity(const View& affinity, const Path& path, Errors& errors) {
  const View required = affinity["required"];
  if (required.absent()) {
    errors.required(path.child("required"), required, "must specify required node constraints");
    return;
  }
  validate_node_selector_terms(required, path.child("required"), errors);
}

bool is_root(std::string_view path) {
  return path.starts_with('/') && std::all_of(path.begin(), path.end(), [](char c) { return c == '/' || c == '.'; }) &&
         path.find("..") == std::string_view::npos;
}

void validate_volume_sources(const View& spec, const Path& path, std::string_view name, Errors& errors) {
  bool found = false;
  for (const std::string_view key : kSources) {
    const View source = spec[key];
    if (source.absent()) continue;
    if (found && key != "flexVolume") {
      errors.forbidden(path.child(key == "cephfs" ? "cephFS" : key), source, "may not specify more than 1 volume type");
      continue;
    }
    found = true;
    validate_shared_volume_source(key, source, path.child(key == "gcePersistentDisk" ? "persistentDisk" : key), true,
                                  errors);
    if (key == "iscsi" && source["initiatorName"].present() &&
        name.size() + 1 + source["targetPortal"].str().size() > 64) {
      const Path at = path.child(key);
      errors.invalid(at.child("targetportal"), source["targetPortal"],
                     "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if "
                     "iscsi.initiatorName is specified.");
    }
    if (key == "local" && spec["nodeAffinity"].absent()) {
      errors.required(path.child("nodeAffinity"), spec["nodeAffinity"], "Local volume requires node affinity");
    }
  }
  if (!found) errors.required(path, spec, "must specify a volume type");
}

/// A topology term without its order, to compare terms by.
std::map<std::string_view, std::set<std::string_view>> keys_and_values(const View& term) {
  std::map<std::string_view, std::set<std::string_view>> out;
  const View expressions = term["matchLabelExpressions"];
  for (std::size_t i = 0; i < expressions.size(); ++i) {
    std::set<std::string_view>& values = out[expressions.at(i)["key"].str()];
    values.clear();  // a repeated key counts with its last values
    for (const yaml::Node& node : expressions.at(i)["values"].items()) values.insert(node.string_or(""));
  }
  return out;
}

}  // namespace

void validate_claim_spec(const View& spec, const Path& path, Errors& errors) {
  const View modes = spec["accessModes"];
  if (modes.size() == 0) errors.required(path.child("accessModes"), modes, "at least 1 access mode is required");
  validate_label_selector(spec["selector"], path.child("selector"), errors);
  validate_access_modes(modes, path.child("accessModes"), errors);
  const View requests = spec["resources"]["requests"];
  const yaml::Entry* storage = requests.node() == nullptr ? nullptr : requests.node()->find_entry("storage");
  const Path resources = path.child("resources");
  if (storage == nullptr) {
    errors.required(resources.key("storage"), requests);
  } else {
    const View at(&storage->value, storage->value.span());
    const kube::Quantity amount = quantity_of(at);
    if (amount <= kube::Quantity()) {
      errors.invalid(resources.key("storage"), at, go_quote(amount.canonical()), kGreaterThanZero);
    }
  }
  validate_class_name(spec["storageClassName"], path.child("storageClassName"), errors);
  validate_enum(spec["volumeMode"], path.child("volumeMode"), kVolumeModes, errors);
  validate_data_source(spec["dataSource"], path.child("dataSource"), false, errors);
  validate_data_source(spec["dataSourceRef"], path.child("dataSourceRef"), true, errors);
  validate_data_sources_agree(spec, path, errors);
  validate_class_name(spec["volumeAttributesClassName"], path.child("volumeAttributesClassName"), errors);
}

void validate_persistent_volume_claim(const View& root, const kube::Object&, Errors& errors) {
  validate_object_meta(root["metadata"], Path("metadata"), NameRule::Subdomain, true, errors);
  validate_claim_spec(root["spec"], Path("spec"), errors);
}

void validate_persistent_volume(const View& root, const kube::Object& object, Errors& errors) {
  validate_object_meta(root["metadata"], Path("metadata"), NameRule::Subdomain, false, errors);
  const Path path("spec");
  const View spec = root["spec"];
  const View modes = spec["accessModes"];
  if (modes.size() == 0) errors.required(path.child("accessModes"), modes);
  validate_access_modes(modes, path.child("accessModes"), errors);
  validate_capacity(spec["capacity"], path.child("capacity"), errors);
  const View reclaim = spec["persistentVolumeReclaimPolicy"];
  if (!reclaim.str().empty())
    validate_enum(reclaim, path.child("persistentVolumeReclaimPolicy"), kReclaimPolicies, errors);
  if (spec["nodeAffinity"].present()) {
    validate_volume_node_affinity(spec["nodeAffinity"], path.child("nodeAffinity"), errors);
  }
  validate_volume_sources(spec, path, object.name, errors);
  if (reclaim.str() == "Recycle" && is_root(spec["hostPath"]["path"].str())) {
    errors.forbidden(path.child("persistentVolumeReclaimPolicy"), reclaim,
                     "may not be 'recycle' for a hostPath mount of '/'");
  }
  validate_class_name(spec["storageClassName"], path.child("storageClassName"), errors);
  validate_enum(spec["volumeMode"], path.child("volumeMode"), kVolumeModes, errors);
  const View attributes = spec["volumeAttributesClassName"];
  if (attributes.present() && attributes.str().empty()) {
    errors.required(path.child("volumeAttributesClassName"), attributes, "an empty string is disallowed");
  }
  validate_class_name(attributes, path.child("volumeAttributesClassName"), errors);
  if (attributes.present() && spec["csi"].absent()) {
    errors.required(path.child("csi"), attributes, "has to be specified when using volumeAttributesClassName");
  }
}

void validate_storage_class(const View& root, const kube::Object&, Errors& errors) {
  validate_object_meta(root["metadata"], Path("metadata"), NameRule::Subdomain, false, errors);
  const View provisioner = root["provisioner"];
  const Path provisioner_path("provisioner");
  if (provisioner.str().empty()) {
    errors.required(provisioner_path, provisioner);
  } else {
    const std::string lower = source::lowered(provisioner.str());
    add_complaints(kube::check_qualified_name(lower), provisioner_path, provisioner.span(), go_quote(lower), errors);
  }
  const View parameters = root["parameters"];
  const Path parameters_path("parameters");
  if (parameters.size() > kParametersCount) {
    errors.too_long(parameters_path, parameters, "may not be more than 512 bytes");
  } else {
    std::size_t bytes = 0;
    for (const yaml::Entry& entry : parameters.entries()) {
      if (entry.key.empty()) {
        errors.invalid(parameters_path, View(&entry.value, entry.key_span), "\"\"", "field can not be empty.");
      }
      bytes += entry.key.size() + entry.value.string_or("").size();
    }
    if (bytes > kParametersBytes) errors.too_long(parameters_path, parameters, "may not be more than 262144 bytes");
  }
  const View reclaim = root["reclaimPolicy"];
  if (!reclaim.str().empty()) validate_enum(reclaim, Path("reclaimPolicy"), kClassReclaimPolicies, errors);
  validate_enum(root["volumeBindingMode"], Path("volumeBindingMode"), kBindingModes, errors);
  constexpr std::size_t kCompared = 100;  // terms and keys beyond any list that was written by hand
  // Allowed topologies: each term needs expressions, each expression a key and values.
  const View topologies = root["allowedTopologies"];
  const Path topologies_path("allowedTopologies");
  for (std::size_t i = 0; i < topologies.size(); ++i) {
    const View expressions = topologies.at(i)["matchLabelExpressions"];
    const Path term = topologies_path.index(i);
    const Path expressions_path = term.child("matchLabelExpressions");
    if (expressions.size() == 0) errors.duplicate(expressions_path, topologies.at(i), "\"\"");  // like no term at all
    for (std::size_t j = 0; j < expressions.size(); ++j) {
      const View expression = expressions.at(j);
      const Path at = expressions_path.index(j);
      const View values = expression["values"];
      const Path values_path = at.child("values");
      if (values.size() == 0) errors.required(values_path, values);
      SeenNames seen;
      for (std::size_t v = 0; v < values.size(); ++v) {
        if (!seen.add(values.at(v).str())) errors.duplicate(values_path.index(v), values.at(v));
      }
      add_complaints(kube::check_qualified_name(expression["key"].str()), at.child("key"), expression["key"], errors);
      for (std::size_t k = 0; k < j && j < kCompared; ++k) {
        if (expressions.at(k)["key"].str() != expression["key"].str()) continue;
        errors.duplicate(at.child("key"), expression["key"]);
        break;
      }
    }
    for (std::size_t k = 0; k < i && i < kCompared && expressions.size() > 0; ++k) {
      if (keys_and_values(topologies.at(k)) != keys_and_values(topologies.at(i))) continue;
      errors.duplicate(expressions_path, topologies.at(i), "\"\"");
    }
  }
}

}  // namespace podseer::admission
