// SPDX-License-Identifier: Apache-2.0
// `configMap: {name: scripts, defaultMode: 0755}` with the key run.sh gives the file run.sh with mode 0755
// and the key's text; with `items: [{key: run.sh, path: bin/start}]` it gives bin/start and nothing else.
#include "process/volumes.hpp"

#include <algorithm>

#include "process/environment.hpp"
#include "process/filesystems.hpp"
#include "source/base64.hpp"

namespace podseer::process {
namespace {

using kube::ProjectionSource;
using kube::Volume;
using world::Known;

constexpr std::uint32_t kDefaultMode = 0644;    // core/v1 defaultMode
constexpr std::uint32_t kGroupReadMask = 0440;  // SetVolumeOwnership, pkg/volume/volume_linux.go
constexpr std::uint32_t kEmptyDirMode = 0777;   // pkg/volume/emptydir

class Builder {
 public:
  Builder(const kube::PodTemplate& pod, const world::World& world)
      : pod_(pod), world_(world), ns_(world.namespace_of(*pod.owner)) {}

  VolumeContent build(const Volume& volume) {
    VolumeContent out;
    out.kind = volume.kind;
    out.name = std::string(*volume.name);
    out.root = {FileInfo::Kind::Directory, 0755, 0, 0, true, false};
    switch (volume.kind) {
      case Volume::Kind::EmptyDir:
        out.complete = true;
        out.root.mode = kEmptyDirMode;
        out.memory = *volume.medium == "Memory";
        if (volume.size_limit.set()) out.size_limit = volume.size_limit->units();
        break;
      case Volume::Kind::ConfigMap:
      case Volume::Kind::Secret:
      case Volume::Kind::Projected:
      case Volume::Kind::DownwardApi: {
        out.complete = true;
        out.read_only = true;
        const std::uint32_t mode =
            volume.default_mode.set() ? static_cast<std::uint32_t>(*volume.default_mode) & 07777U : kDefaultMode;
        for (const ProjectionSource& source : volume.sources) project(source, mode, out);
        add_parents(out);
        break;
      }
      case Volume::Kind::HostPath:
        // Without a type it is whatever the node has there.
        out.root.access_known = false;
        out.root.kind = volume.type->starts_with("File")        ? FileInfo::Kind::File
                        : volume.type->starts_with("Directory") ? FileInfo::Kind::Directory
                                                                : FileInfo::Kind::Unknown;
        // Where nothing else made it, the kubelet or the runtime does: root's, 0755, whatever fsGroup says.
        if (world_.assumptions().closed && !nodes_own(*volume.path) &&
            (*volume.type == "DirectoryOrCreate" || volume.type->empty())) {
          out.root = {FileInfo::Kind::Directory, 0755, 0, 0, true, false};
          out.complete = used_by_nobody_else(*volume.path);
        }
        break;
      default:
        out.root.access_known = false;  // a claim's directory: nobody knows its owner
        out.read_only = *volume.read_only;
        break;
    }
    if (pod_.spec.rare->fs_group.set() && volume.kind != Volume::Kind::HostPath) own_by_group(out);
    return out;
  }

 private:
  static constexpr std::string_view kState = "/var/lib/";
  static constexpr std::size_t kMostLookedAt = 500;  // objects of a kind; among more, somebody may use the directory

  /// No other workload of the files, nor another pod of this one, has that directory of the node, one above or one
  /// below.
  [[nodiscard]] bool used_by_nobody_else(std::string_view path) const {
    if (pod_.replicas.set() && *pod_.replicas > 1) return false;
    const auto overlaps = [&](const yaml::Node* other) {
      if (other == nullptr || !other->is_string()) return false;
      std::string_view one = other->text();
      std::string_view own = path;
      while (one.size() > 1 && one.ends_with('/')) one.remove_suffix(1);
      while (own.size() > 1 && own.ends_with('/')) own.remove_suffix(1);
      const auto above = [](std::string_view a, std::string_view b) {
        return b.starts_with(a) && (a == "/" || b.size() == a.size() || b[a.size()] == '/');
      };
      return above(one, own) || above(own, one);
    };
    for (const kube::Object* object : world_.all("PersistentVolume")) {
      if (overlaps(object->root->find("spec", "hostPath", "path")) ||
          overlaps(object->root->find("spec", "local", "path")))
        return false;
    }
    for (const std::string_view kind :
         {"Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob"}) {
      const std::vector<const kube::Object*> objects = world_.all(kind);
      if (objects.size() > kMostLookedAt) return false;
      for (const kube::Object* object : objects) {
        const yaml::Node* volumes =
            kind == "Pod"       ? object->root->find("spec", "volumes")
            : kind == "CronJob" ? object->root->find("spec", "jobTemplate", "spec", "template", "spec", "volumes")
                                : object->root->find("spec", "template", "spec", "volumes");
        if (volumes == nullptr || !volumes->is_sequence()) continue;
        std::size_t own = object == pod_.owner ? 1 : 0;  // two volumes of one pod may overlap, too
        for (const yaml::Node& volume : volumes->items()) {
          if (!overlaps(volume.find("hostPath", "path"))) continue;
          if (own == 0) return false;
          --own;
        }
      }
    }
    return true;
  }

  /// Paths that a node may well have without anybody's manifests.
  static bool nodes_own(std::string_view path) {
    static constexpr std::string_view kOwned[] = {"/etc", "/dev",  "/run", "/var",  "/sys",  "/proc", "/usr",
                                                  "/lib", "/boot", "/bin", "/sbin", "/root", "/home"};
    const std::size_t slash = path.find('/', 1);
    if (slash == std::string_view::npos || slash + 1 == path.size()) return true;
    if (path.starts_with(kState)) {
      static constexpr std::string_view kStates[] = {
          "apt",      "calico",   "cloud",  "cni",   "containerd", "containers", "cri-o",
          "dbus",     "dhcp",     "docker", "dpkg",  "etcd",       "kubelet",    "longhorn",
          "machines", "minikube", "misc",   "mysql", "nfs",        "pgsql",      "postgresql",
          "private",  "rancher",  "rook",   "rpm",   "sudo",       "systemd",    "ubuntu-release-upgrader"};
      const std::string_view name = path.substr(kState.size(), path.find('/', kState.size()) - kState.size());
      return name.empty() || std::find(std::begin(kStates), std::end(kStates), name) != std::end(kStates);
    }
    return std::find(std::begin(kOwned), std::end(kOwned), path.substr(0, slash)) != std::end(kOwned);
  }

  void put(VolumeContent& out, std::string_view path, std::uint32_t mode, std::optional<std::string> content,
           const yaml::Entry* entry, bool secret) const {
    VolumeFile file;
    file.info = {FileInfo::Kind::File, mode, 0, 0, true, true};
    file.content = std::move(content);
    file.secret = secret;
    if (entry != nullptr) file.span = entry->value.span();
    out.files[std::string(path)] = std::move(file);
  }

  void project(const ProjectionSource& source, std::uint32_t mode, VolumeContent& out) const {
    switch (source.kind) {
      case ProjectionSource::Kind::ConfigMap: project_keys(source, mode, false, out); return;
      case ProjectionSource::Kind::Secret: project_keys(source, mode, true, out); return;
      case ProjectionSource::Kind::DownwardApi:
        for (const kube::KeyToPath& item : source.items) {
          put(out, *item.path, item.mode.set() ? static_cast<std::uint32_t>(*item.mode) : mode, std::nullopt, nullptr,
              false);
        }
        return;
      case ProjectionSource::Kind::ServiceAccountToken:
        put(out, *source.path, 0600, std::nullopt, nullptr, true);
        return;
      case ProjectionSource::Kind::Other: out.complete = false; return;
    }
  }

  void project_keys(const ProjectionSource& source, std::uint32_t mode, bool secret, VolumeContent& out) const {
    const std::optional<world::KeyedData> data =
        secret ? world_.secret(ns_, *source.name) : world_.config_map(ns_, *source.name);
    if (!data) {
      if (world_.exists(secret ? "Secret" : "ConfigMap", ns_, *source.name) != Known::No) out.complete = false;
      return;
    }
    if (!data->keys_known) out.complete = false;
    const auto add = [&](std::string_view key, std::string_view path, std::uint32_t file_mode) {
      if (const yaml::Entry* entry = data->find(key)) {
        const Value value = keyed_value(*data, *entry, secret);
        put(out, path, file_mode, value.kind == Value::Kind::Known ? std::optional(value.text) : std::nullopt, entry,
            secret);
      } else if (const yaml::Entry* binary = data->find_binary(key)) {
        put(out, path, file_mode, source::decode_base64(binary->value.text()), nullptr, false);
      } else if (!data->keys_known) {
        put(out, path, file_mode, std::nullopt, nullptr, secret);
      }
    };
    if (source.items.empty()) {
      for (const std::string_view key : data->keys(true)) add(key, key, mode);
    } else {
      for (const kube::KeyToPath& item : source.items) {
        add(*item.key, *item.path, item.mode.set() ? static_cast<std::uint32_t>(*item.mode) & 07777U : mode);
      }
    }
  }

  static void add_parents(VolumeContent& out) {
    std::vector<std::string> parents;
    for (const auto& [path, file] : out.files) {
      for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
        parents.push_back(path.substr(0, slash));
      }
    }
    for (std::string& parent : parents) {
      out.files.try_emplace(std::move(parent),
                            VolumeFile{{FileInfo::Kind::Directory, 0755, 0, 0, true, true}, {}, {}, false});
    }
    out.root.read_only = true;
  }

  void own_by_group(VolumeContent& out) const {
    const auto group = static_cast<std::uint32_t>(*pod_.spec.rare->fs_group);
    out.root.gid = group;
    out.root.mode |= 02770U;
    for (auto& [path, file] : out.files) {
      file.info.gid = group;
      file.info.mode |= file.info.kind == FileInfo::Kind::Directory ? 02770U : kGroupReadMask;
    }
  }

  const kube::PodTemplate& pod_;
  const world::World& world_;
  std::string_view ns_;
};

}  // namespace

PodVolumes pod_volumes(const kube::PodTemplate& pod, const world::World& world) {
  PodVolumes out;
  Builder builder(pod, world);
  for (const Volume& volume : pod.spec.volumes) {
    const auto made = out.insert_or_assign(std::string(*volume.name), builder.build(volume)).first;
    if (made->second.is_claim()) made->second.lost_found = has_lost_found(pod, volume, world);
  }
  for (const auto& [name, spec] : pod.claim_templates) {
    Volume volume;
    volume.name = name;
    volume.kind = Volume::Kind::PersistentVolumeClaim;
    out.insert_or_assign(std::string(*name), builder.build(volume)).first->second.lost_found =
        has_lost_found(spec, world);
  }
  return out;
}

}  // namespace podseer::process
