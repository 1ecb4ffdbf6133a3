// SPDX-License-Identifier: Apache-2.0
// Volumes of the pod model. A volume without any source is an emptyDir (facts: admission 3.4).
#include "kube/pod_read.hpp"
#include "yaml/node.hpp"

namespace podseer::kube {
namespace {

ProjectionSource read_source(ProjectionSource::Kind kind, const yaml::Node& node, std::string_view name_key) {
  ProjectionSource source;
  source.kind = kind;
  source.span = node.span();
  if (!name_key.empty()) source.name = read_text(node, name_key);
  source.optional = read_flag(node, "optional");
  source.path = read_text(node, "path");
  if (const yaml::Node* items = node.find("items")) {
    for (const yaml::Node& item : items->items()) {
      KeyToPath entry;
      entry.key = read_text(item, "key");
      entry.path = read_text(item, "path");
      entry.mode = read_number(item, "mode");
      if (const yaml::Node* field = item.find("fieldRef")) entry.field_path = read_text(*field, "fieldPath");
      if (const yaml::Node* resource = item.find("resourceFieldRef")) {
        entry.resource = read_text(*resource, "resource");
        entry.resource_container = read_text(*resource, "containerName");
      }
      source.items.push_back(std::move(entry));
    }
  }
  return source;
}

struct Source {
  std::string_view key;
  Volume::Kind kind;
};
constexpr Source kSources[] = {
    {"emptyDir", Volume::Kind::EmptyDir},
    {"hostPath", Volume::Kind::HostPath},
    {"configMap", Volume::Kind::ConfigMap},
    {"secret", Volume::Kind::Secret},
    {"projected", Volume::Kind::Projected},
    {"downwardAPI", Volume::Kind::DownwardApi},
    {"persistentVolumeClaim", Volume::Kind::PersistentVolumeClaim},
    {"ephemeral", Volume::Kind::Ephemeral},
    {"csi", Volume::Kind::Csi},
    {"nfs", Volume::Kind::Nfs},
    {"gitRepo", Volume::Kind::GitRepo},
    {"image", Volume::Kind::Image},
    {"iscsi", Volume::Kind::Iscsi},
    {"gcePersistentDisk", Volume::Kind::GcePersistentDisk},
    {"awsElasticBlockStore", Volume::Kind::AwsElasticBlockStore},
    {"rbd", Volume::Kind::Rbd},
};

}  // namespace

ClaimSpec ClaimSpec::read(const yaml::Node* spec) {
  ClaimSpec claim;
  if (spec == nullptr || !spec->is_mapping()) return claim;
  claim.span = spec->span();
  claim.access_modes = read_texts(spec->find("accessModes"));
  claim.storage_class_name = read_text(*spec, "storageClassName");
  if (const yaml::Node* requests = spec->find("resources", "requests")) {
    claim.storage = read_quantity(*requests, "storage");
  }
  claim.volume_mode = read_text(*spec, "volumeMode");
  claim.volume_mode.set_default("Filesystem");
  claim.volume_name = read_text(*spec, "volumeName");
  claim.selector = LabelSelector::read(spec->find("selector"));
  claim.volume_attributes_class_name = read_text(*spec, "volumeAttributesClassName");
  return claim;
}

Volume read_volume(const yaml::Node& node) {
  Volume volume;
  volume.node = &node;
  volume.span = node.span();
  volume.name = read_text(node, "name");
  const yaml::Node* source = nullptr;
  for (const yaml::Entry& entry : node.entries()) {
    if (entry.key == "name" || entry.value.is_null()) continue;
    source = &entry.value;
    volume.source_key = entry.key;
    volume.kind = Volume::Kind::Other;
    for (const Source& known : kSources) {
      if (known.key == entry.key) volume.kind = known.kind;
    }
    break;
  }
  if (source == nullptr) return volume;
  volume.read_only = read_flag(*source, "readOnly");
  volume.default_mode = read_number(*source, "defaultMode");
  volume.default_mode.set_default(0644);
  switch (volume.kind) {
    case Volume::Kind::EmptyDir:
      volume.medium = read_text(*source, "medium");
      volume.size_limit = read_quantity(*source, "sizeLimit");
      break;
    case Volume::Kind::HostPath:
      volume.path = read_text(*source, "path");
      volume.type = read_text(*source, "type");
      break;
    case Volume::Kind::ConfigMap:
      volume.sources.push_back(read_source(ProjectionSource::Kind::ConfigMap, *source, "name"));
      break;
    case Volume::Kind::Secret:
      volume.sources.push_back(read_source(ProjectionSource::Kind::Secret, *source, "secretName"));
      break;
    case Volume::Kind::DownwardApi:
      volume.sources.push_back(read_source(ProjectionSource::Kind::DownwardApi, *source, {}));
      break;
    case Volume::Kind::Projected:
      if (const yaml::Node* list = source->find("sources")) {
        for (const yaml::Node& item : list->items()) {
          if (const yaml::Node* map = item.find("configMap")) {
            volume.sources.push_back(read_source(ProjectionSource::Kind::ConfigMap, *map, "name"));
          } else if (const yaml::Node* secret = item.find("secret")) {
            volume.sources.push_back(read_source(ProjectionSource::Kind::Secret, *secret, "name"));
          } else if (const yaml::Node* api = item.find("downwardAPI")) {
            volume.sources.push_back(read_source(ProjectionSource::Kind::DownwardApi, *api, {}));
          } else if (const yaml::Node* token = item.find("serviceAccountToken")) {
            volume.sources.push_back(read_source(ProjectionSource::Kind::ServiceAccountToken, *token, {}));
          } else {
            volume.sources.push_back(read_source(ProjectionSource::Kind::Other, item, {}));
          }
        }
      }
      break;
    case Volume::Kind::PersistentVolumeClaim: volume.claim_name = read_text(*source, "claimName"); break;
    case Volume::Kind::Ephemeral:
      if (const yaml::Node* spec = source->find("volumeClaimTemplate", "spec")) volume.claim = ClaimSpec::read(spec);
      break;
    case Volume::Kind::Csi: volume.driver = read_text(*source, "driver"); break;
    default: break;
  }
  return volume;
}

}  // namespace podseer::kube
