// SPDX-License-Identifier: Apache-2.0
// Volumes of a pod, and how containers mount them (API server 1.34: ValidateVolumes,
// ValidateVolumeMounts, ValidateVolumeDevices). A volume without a source is an emptyDir. That the
// ConfigMap, Secret or claim exists is checked by nobody here, nor that a mount path is absolute. A
// volume with any error is not registered, so its mounts are "Not found" too. `image` volumes and
// their mounts are dropped (gate ImageVolume is off), as are projected clusterTrustBundle and
// podCertificate sources.
#include "admission/pod_checks.hpp"

namespace podseer::admission {
namespace {

constexpr std::string_view kModeDetail = "must be a number between 0 and 0777 (octal), both inclusive";
constexpr std::int64_t kModeMax = 0777;
constexpr std::string_view kMountPropagations[] = {"Bidirectional", "HostToContainer", "None"};
constexpr std::string_view kRecursiveReadOnly[] = {"Disabled", "Enabled", "IfPossible"};
constexpr std::int64_t kTokenSecondsMin = 600;  // 10 minutes
constexpr std::int64_t kTokenSecondsMax = std::int64_t{1} << 32;

/// The sources in the order in which the server looks at them; a second one is refused. `shown` is
/// the name in that refusal, where the server misspells it.
struct Source {
  std::string_view key;
  std::string_view shown;
};
constexpr Source kSources[] = {{"emptyDir", "emptyDir"},
                               {"hostPath", "hostPath"},
                               {"gitRepo", "gitRepo"},
                               {"gcePersistentDisk", "gcePersistentDisk"},
                               {"awsElasticBlockStore", "awsElasticBlockStore"},
                               {"secret", "secret"},
                               {"nfs", "nfs"},
                               {"iscsi", "iscsi"},
                               {"glusterfs", "glusterfs"},
                               {"flocker", "flocker"},
                               {"persistentVolumeClaim", "persistentVolumeClaim"},
                               {"rbd", "rbd"},
                               {"cinder", "cinder"},
                               {"cephfs", "cephFS"},
                               {"quobyte", "quobyte"},
                               {"downwardAPI", "downwarAPI"},
                               {"fc", "fc"},
                               {"flexVolume", "flexVolume"},
                               {"configMap", "configMap"},
                               {"azureFile", "azureFile"},
                               {"vsphereVolume", "vsphereVolume"},
                               {"photonPersistentDisk", "photonPersistentDisk"},
                               {"portworxVolume", "portworxVolume"},
                               {"azureDisk", "azureDisk"},
                               {"storageos", "storageos"},
                               {"projected", "projected"},
                               {"scaleIO", "scaleIO"},
                               {"csi", "csi"},
                               {"ephemeral", "ephemeral"}};

void validate_mode(const View& mode, const Path& path, Errors& errors) {
  if (mode.absent()) return;
  if (mode.integer() < 0 || mode.integer() > kModeMax) invalid_number(path, mode, kModeDetail, errors);
}

void require_text(const View& at, const Path& path, Errors& errors) {
  if (at.str().empty()) errors.required(path, at);
}

/// items of a ConfigMap, Secret or projection of one.
void validate_items(const View& items, const Path& path, Errors& errors) {
  std::size_t i = 0;
  for (const yaml::Node& node : items.items()) {
    const View item = view_of(node, items);
    const Path at = path.index(i++);
    require_text(item["key"], at.child("key"), errors);
    require_text(item["path"], at.child("path"), errors);
    validate_local_path(item["path"], at.child("path"), errors);
    validate_mode(item["mode"], at.child("mode"), errors);
  }
}

void validate_downward_file(const View& file, const Path& path, Errors& errors) {
  require_text(file["path"], path.child("path"), errors);
  validate_local_path(file["path"], path.child("path"), errors);
  const View field = file["fieldRef"];
  const View resource = file["resourceFieldRef"];
  if (field.present()) {
    validate_field_ref(field, path.child("fieldRef"), true, errors);
    if (resource.present()) {
      errors.invalid(path, resource, "\"resource\"",
                     "fieldRef and resourceFieldRef can not be specified simultaneously");
    }
  } else if (resource.present()) {
    validate_resource_field_ref(resource, path.child("resourceFieldRef"), true, errors);
  } else {
    errors.required(path, file, "one of fieldRef and resourceFieldRef is required");
  }
  validate_mode(file["mode"], path.child("mode"), errors);
}

/// Targets of explicit items must differ within one projected volume.
void note_target(const View& target, std::string_view shown, const Path& path, SeenNames& targets, Errors& errors) {
  if (target.str().empty() || targets.add(target.str())) return;
  errors.invalid(path, target, go_quote(shown), "conflicting duplicate paths");
}

void validate_token(const View& token, const Path& path, const Path& projected_path, Errors& errors) {
  const View seconds = token["expirationSeconds"];
  if (seconds.present() && seconds.integer() < kTokenSecondsMin) {
    invalid_number(path.child("expirationSeconds"), seconds, "may not specify a duration less than 10 minutes", errors);
  }
  if (seconds.present() && seconds.integer() > kTokenSecondsMax) {
    invalid_number(path.child("expirationSeconds"), seconds, "may not specify a duration larger than 2^32 seconds",
                   errors);
  }
  const View target = token["path"];
  require_text(target, projected_path.child("path"), errors);
  validate_local_path(target, projected_path.child("path"), errors);
}

void validate_projected(const View& projected, const Path& path, Errors& errors) {
  validate_mode(projected["defaultMode"], path.child("defaultMode"), errors);
  const View sources = projected["sources"];
  const Path sources_path = path.child("sources");
  SeenNames targets;
  std::size_t i = 0;
  for (const yaml::Node& node : sources.items()) {
    const View source = view_of(node, sources);
    const Path at = sources_path.index(i++);
    int kinds = 0;
    for (const std::string_view key : {"secret", "configMap"}) {
      const View object = source[key];
      if (object.absent()) continue;
      ++kinds;
      const Path object_path = at.child(key);
      require_text(object["name"], object_path.child("name"), errors);
      validate_items(object["items"], object_path.child("items"), errors);
      const View items = object["items"];
      for (const yaml::Node& item : items.items()) {
        note_target(view_of(item, items)["path"], object["name"].str(), path, targets, errors);
      }
    }
    if (const View downward = source["downwardAPI"]; downward.present()) {
      ++kinds;
      const Path downward_path = at.child("downwardAPI");
      const View items = downward["items"];
      for (const yaml::Node& item : items.items()) {
        const View file = view_of(item, items);
        validate_downward_file(file, downward_path, errors);
        note_target(file["path"], file["path"].str(), path, targets, errors);
      }
    }
    if (const View token = source["serviceAccountToken"]; token.present()) {
      ++kinds;
      validate_token(token, at.child("serviceAccountToken"), path, errors);
    }
    if (kinds > 1) errors.forbidden(at, source, "may not specify more than 1 volume type per source");
  }
}

/// A claim template inside a volume: labels, annotations and a spec; nothing else of metadata.
void validate_ephemeral(const View& ephemeral, const Path& path, Errors& errors) {
  const View claim = ephemeral["volumeClaimTemplate"];
  const Path at = path.child("volumeClaimTemplate");
  if (claim.absent()) {
    errors.required(at, claim);
    return;
  }
  const View metadata = claim["metadata"];
  const Path metadata_path = at.child("metadata");
  validate_annotations(metadata["annotations"], metadata_path.child("annotations"), errors);
  validate_labels(metadata["labels"], metadata_path.child("labels"), errors);
  for (const yaml::Entry& entry : metadata.entries()) {
    const View value = view_of(entry);
    if (entry.key == "labels" || entry.key == "annotations" || value.absent()) continue;
    if (value.node()->is_string() && value.str().empty()) continue;
    if (value.node()->is_int() && value.integer() == 0) continue;
    errors.forbidden(metadata_path.child(entry.key), value, "cannot be set");
  }
  validate_claim_spec(claim["spec"], at.child("spec"), errors);
}

void validate_source(std::string_view key, const View& source, const View& volume, const Path& path,
                     const PodFacts& pod, Errors& errors) {
  const Path at = path.child(key);
  if (key == "emptyDir") {
    const View limit = source["sizeLimit"];
    if (limit.present() && amount_of(limit).is_negative()) {
      errors.forbidden(at.child("sizeLimit"), limit, "SizeLimit field must be a valid resource quantity");
    }
  } else if (key == "secret" || key == "configMap") {
    const std::string_view name = key == "secret" ? "secretName" : "name";
    require_text(source[name], at.child(name), errors);
    validate_mode(source["defaultMode"], at.child("defaultMode"), errors);
    validate_items(source["items"], at.child("items"), errors);
  } else if (key == "persistentVolumeClaim") {
    require_text(source["claimName"], at.child("claimName"), errors);
  } else if (key == "downwardAPI") {
    validate_mode(source["defaultMode"], at.child("defaultMode"), errors);
    const View items = source["items"];
    for (const yaml::Node& item : items.items()) validate_downward_file(view_of(item, items), at, errors);
  } else if (key == "projected") {
    validate_projected(source, at, errors);
  } else if (key == "gitRepo") {
    require_text(source["repository"], at.child("repository"), errors);
    validate_descending_path(source["directory"], at.child("directory"), errors);
  } else if (key == "ephemeral") {
    validate_ephemeral(source, at, errors);
    const View pod_name = pod.context->metadata["name"];
    const View name = volume["name"];
    if (pod.is_pod() && !pod_name.str().empty() && !name.str().empty()) {
      const std::string claim = std::string(pod_name.str()) + "-" + std::string(name.str());
      for (const std::string& complaint : kube::check_dns_subdomain(claim)) {
        invalid_text(path.child("name"), name, "PVC name " + go_quote(claim) + ": " + complaint, errors);
      }
    }
  } else {
    // gcePersistentDisk reports under `persistentDisk`.
    validate_shared_volume_source(key, source, key == "gcePersistentDisk" ? path.child("persistentDisk") : at, false,
                                  errors);
  }
}

void validate_sources(const View& volume, const Path& path, const PodFacts& pod, Errors& errors) {
  bool found = false;
  for (const yaml::Entry& entry : volume.entries()) found = found || (entry.key != "name" && !entry.value.is_null());
  if (!found) return;  // becomes an emptyDir
  found = false;
  for (const Source& source : kSources) {
    const View value = volume[source.key];
    if (value.absent()) continue;
    if (found) {
      errors.forbidden(path.child(source.shown), value, "may not specify more than 1 volume type");
    } else {
      found = true;
      validate_source(source.key, value, volume, path, pod, errors);
    }
    if (source.key == "iscsi" && value["initiatorName"].present() &&
        volume["name"].str().size() + 1 + value["targetPortal"].str().size() > 64) {
      invalid_text(path.child("name"), volume["name"],
                   "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if "
                   "iscsi.initiatorName is specified.",
                   errors);
    }
  }
}

void validate_volume_name(const View& name, const Path& path, const PodFacts& pod, Errors& errors) {
  if (name.str().empty()) {
    errors.required(path, name);
  } else {
    add_complaints(kube::check_dns_label(name.str()), path, name, errors);
  }
  if (pod.volumes.has(name.str()))
    errors.add(ErrorType::Duplicate, path, name.span(), "Duplicate value: " + quoted(name));
}

}  // namespace

void validate_volumes(const Path& path, PodFacts& pod, Errors& errors) {
  // Claim templates of a StatefulSet become volumes; each name once, whichever is written last.
  SeenNames templates;
  std::size_t index = 0;
  const View claim_templates = pod.context->claim_templates;
  for (const yaml::Node& node : claim_templates.items()) {
    const View name = view_of(node, claim_templates)["metadata"]["name"];
    if (!templates.add(name.str())) continue;
    const Path at = path.index(index++);
    const std::size_t before = errors.list().size();
    if (name.str().empty()) {
      const Path claim_path = at.child("persistentVolumeClaim");
      errors.required(claim_path.child("claimName"), name);
    }
    validate_volume_name(name, at.child("name"), pod, errors);
    if (errors.list().size() != before) continue;
    pod.volumes.add(name.str());
    pod.claim_volumes.add(name.str());
  }
  const View volumes = pod.spec["volumes"];
  SeenNames created_claims;
  for (const yaml::Node& node : volumes.items()) {
    const View volume = view_of(node, volumes);
    const View name = volume["name"];
    if (templates.has(name.str())) continue;  // hidden by the claim template
    if (volume["image"].present()) {
      pod.image_volumes.add(name.str());
      continue;
    }
    const Path at = path.index(index++);
    const std::size_t before = errors.list().size();
    validate_sources(volume, at, pod, errors);
    validate_volume_name(name, at.child("name"), pod, errors);
    if (errors.list().size() == before) {
      pod.volumes.add(name.str());
      if (volume["persistentVolumeClaim"].present() || volume["ephemeral"].present()) pod.claim_volumes.add(name.str());
    }
    const View claim = volume["persistentVolumeClaim"]["claimName"];
    const std::string_view pod_name = pod.is_pod() ? pod.context->metadata["name"].str() : std::string_view{};
    if (claim.str().empty() || pod_name.empty() || !claim.str().starts_with(pod_name)) continue;
    for (const yaml::Node& other : volumes.items()) {
      const View created = view_of(other, volumes);
      if (created["ephemeral"].absent()) continue;
      if (claim.str() != std::string(pod_name) + "-" + std::string(created["name"].str())) continue;
      const Path claim_path = at.child("persistentVolumeClaim");
      invalid_text(claim_path.child("claimName"), claim,
                   "must not reference a PVC that gets created for an ephemeral volume", errors);
      break;
    }
  }
}

void validate_volume_mounts(const View& container, const Path& path, const PodFacts& pod, Errors& errors) {
  const View mounts = container["volumeMounts"];
  const View devices = container["volumeDevices"];
  SeenNames mount_paths;
  std::size_t i = 0;
  for (const yaml::Node& node : mounts.items()) {
    const View mount = view_of(node, mounts);
    const View name = mount["name"];
    if (pod.image_volumes.has(name.str())) continue;
    const Path at = path.index(i++);
    if (name.str().empty()) errors.required(at.child("name"), name);
    if (!pod.volumes.has(name.str())) {
      errors.add(ErrorType::NotFound, at.child("name"), name.span(), "Not found: " + quoted(name));
    }
    const View mount_path = mount["mountPath"];
    if (mount_path.str().empty()) errors.required(at.child("mountPath"), mount_path);
    if (!mount_paths.add(mount_path.str())) invalid_text(at.child("mountPath"), mount_path, "must be unique", errors);
    bool device_name = false, device_path = false;
    for (const yaml::Node& device_node : devices.items()) {
      const View device = view_of(device_node, devices);
      device_name = device_name || device["name"].str() == name.str();
      device_path = device_path || device["devicePath"].str() == mount_path.str();
    }
    if (device_name) invalid_text(at.child("name"), name, "must not already exist in volumeDevices", errors);
    if (device_path) {
      invalid_text(at.child("mountPath"), mount_path, "must not already exist as a path in volumeDevices", errors);
    }
    const View sub_path = mount["subPath"];
    const View sub_path_expr = mount["subPathExpr"];
    validate_descending_path(sub_path, path.child("subPath"), errors);
    if (!sub_path_expr.str().empty()) {
      if (!sub_path.str().empty()) {
        invalid_text(at.child("subPathExpr"), sub_path_expr, "subPathExpr and subPath are mutually exclusive", errors);
      }
      validate_descending_path(sub_path_expr, path.child("subPathExpr"), errors);
    }
    const View propagation = mount["mountPropagation"];
    if (propagation.present()) {
      require_one_of(propagation, path.child("mountPropagation"), kMountPropagations, errors);
      if (propagation.str() == "Bidirectional" && !container["securityContext"]["privileged"].flag()) {
        errors.forbidden(path.child("mountPropagation"), propagation,
                         "Bidirectional mount propagation is available only to privileged containers");
      }
    }
    const View recursive = mount["recursiveReadOnly"];
    if (recursive.present() && recursive.str() != "Disabled") {
      const Path recursive_path = path.child("recursiveReadOnly");
      if (recursive.str() == "Enabled" || recursive.str() == "IfPossible") {
        if (!mount["readOnly"].flag()) {
          errors.forbidden(recursive_path, recursive, "may only be specified when readOnly is true");
        }
        if (propagation.present() && propagation.str() != "None") {
          errors.forbidden(recursive_path, recursive,
                           "may only be specified when mountPropagation is None or not specified");
        }
      } else {
        errors.not_supported(recursive_path, recursive, kRecursiveReadOnly);
      }
    }
  }
}

void validate_volume_devices(const View& container, const Path& path, const PodFacts& pod, Errors& errors) {
  const View devices = container["volumeDevices"];
  const View mounts = container["volumeMounts"];
  SeenNames names, paths;
  std::size_t i = 0;
  for (const yaml::Node& node : devices.items()) {
    const View device = view_of(node, devices);
    const Path at = path.index(i++);
    const View name = device["name"];
    const View device_path = device["devicePath"];
    const bool declared = pod.volumes.has(name.str());
    if (name.str().empty()) errors.required(at.child("name"), name);
    if (names.has(name.str())) invalid_text(at.child("name"), name, "must be unique", errors);
    if (declared && !pod.claim_volumes.has(name.str())) {
      invalid_text(at.child("name"), name,
                   "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode", errors);
    }
    if (!declared) errors.add(ErrorType::NotFound, at.child("name"), name.span(), "Not found: " + quoted(name));
    if (device_path.str().empty()) errors.required(at.child("devicePath"), device_path);
    if (paths.has(device_path.str())) invalid_text(at.child("devicePath"), device_path, "must be unique", errors);
    if (!device_path.str().empty() && has_backstep(device_path.str())) {
      invalid_text(at.child("devicePath"), device_path, "can not contain backsteps ('..')", errors);
    } else {
      paths.add(device_path.str());
    }
    bool mount_name = false, mount_path = false;
    for (const yaml::Node& mount_node : mounts.items()) {
      const View mount = view_of(mount_node, mounts);
      mount_name = mount_name || mount["name"].str() == name.str();
      mount_path = mount_path || mount["mountPath"].str() == device_path.str();
    }
    if (mount_name) invalid_text(at.child("name"), name, "must not already exist in volumeMounts", errors);
    if (mount_path) {
      invalid_text(at.child("devicePath"), device_path, "must not already exist as a path in volumeMounts", errors);
    }
    if (!name.str().empty()) names.add(name.str());
  }
}

}  // namespace podseer::admission
