// SPDX-License-Identifier: Apache-2.0
// Everything that is known to exist: the objects given, the cluster, the images. "Not in these
// files" is not "not in the cluster": questions are answered Yes, No or Unknown.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kube/object.hpp"
#include "kube/pod.hpp"
#include "source/result.hpp"
#include "source/source_file.hpp"
#include "world/cluster.hpp"
#include "world/image_list.hpp"

namespace podseer::world {

enum class Known : std::uint8_t { No, Unknown, Yes };

/// How a question about a thing that is not in the files is answered.
struct Assumptions {
  bool closed = false;  // --closed-world: the files and the snapshot are all there is
  std::string default_namespace = "default";
  /// Names made out of band (config `external:`), "Kind/name" or "Kind/namespace/name"; `*` is a wildcard.
  std::vector<std::string> external;
  /// Labels of namespaces that are not given (--namespace-labels).
  std::vector<std::pair<std::string, std::string>> namespace_labels;
};

/// Where a ConfigMap's or Secret's keys come from, as the kubelet and the API server see them.
struct KeyedData {
  const kube::Object* object = nullptr;
  bool keys_known = true;  // false for sealed, external or suppressed secrets
  /// The entry under `key` in data (ConfigMap: data, Secret: data or stringData), or null.
  [[nodiscard]] const yaml::Entry* find(std::string_view key) const;
  /// The entry under `key` in binaryData; ConfigMaps only. Readable by volumes, not by env.
  [[nodiscard]] const yaml::Entry* find_binary(std::string_view key) const;
  /// All keys that env (and volumes, with `binary`) can see, in file order, without repetition.
  [[nodiscard]] std::vector<std::string_view> keys(bool binary) const;
};

/// Immutable once every object is added; questions are thread-safe then.
class World {
 public:
  explicit World(Assumptions assumptions = {});
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// Adds an object; it and its tree must outlive the World. Later objects of the same identity
  /// replace earlier ones in look-ups, as applying them in order would.
  void add(const kube::Object& object);
  /// The API server refuses this object: it stays in the files, but does not exist.
  void refuse(const kube::Object& object);
  void set_cluster(Cluster cluster);
  void set_images(ImageList images);
  /// The bytes that the objects' spans are places of; must outlive the World. Without it bytes are unknown.
  void set_sources(const source::SourceMap& sources) { sources_ = &sources; }

  [[nodiscard]] const Assumptions& assumptions() const { return assumptions_; }
  [[nodiscard]] const Cluster& cluster() const { return cluster_; }
  [[nodiscard]] const ImageList& images() const { return images_; }
  /// The bytes of a file; empty when they are not known.
  [[nodiscard]] std::string_view bytes_of(source::FileId file) const {
    return sources_ == nullptr || file >= sources_->size() ? std::string_view{} : sources_->file(file).bytes();
  }

  /// metadata.namespace or the default one; empty for cluster-scoped kinds.
  [[nodiscard]] std::string_view namespace_of(const kube::Object& object) const;

  /// The object of that identity, from the files or the snapshot, or null. `kind` is enough for the
  /// built-in kinds (no two of those that pods refer to share a name). Cluster-scoped: ns empty.
  [[nodiscard]] const kube::Object* find(std::string_view kind, std::string_view ns, std::string_view name) const;
  /// Does it exist? Yes: given, built in, provided by another object, or named external. No: the
  /// world is closed and it is nowhere. Unknown otherwise.
  [[nodiscard]] Known exists(std::string_view kind, std::string_view ns, std::string_view name) const;
  /// An object of another kind that will create it (SealedSecret, ExternalSecret, Certificate, a
  /// Kustomize generator, ...), or null.
  [[nodiscard]] const kube::Object* provider(std::string_view kind, std::string_view ns, std::string_view name) const;
  /// All accepted objects of a kind in a namespace (empty: all namespaces), in the order of adding.
  [[nodiscard]] std::vector<const kube::Object*> all(std::string_view kind, std::string_view ns = {}) const;
  /// How many objects of a kind were added in a namespace, refused and replaced ones included: an upper
  /// bound for `all` that costs nothing.
  [[nodiscard]] std::size_t at_most(std::string_view kind, std::string_view ns) const;
  /// Names of objects of that kind in that namespace, for did-you-mean; the first few hundred.
  [[nodiscard]] std::vector<std::string_view> names(std::string_view kind, std::string_view ns) const;
  /// The same name in another namespace, or null: a frequent cause of "not found".
  [[nodiscard]] const kube::Object* in_other_namespace(std::string_view kind, std::string_view ns,
                                                       std::string_view name) const;

  [[nodiscard]] std::optional<KeyedData> config_map(std::string_view ns, std::string_view name) const;
  [[nodiscard]] std::optional<KeyedData> secret(std::string_view ns, std::string_view name) const;
  /// Labels of a namespace: from the given Namespace object, the snapshot, or --namespace-labels.
  [[nodiscard]] std::vector<std::pair<std::string_view, std::string_view>> namespace_labels(std::string_view ns) const;

 private:
  struct Index;
  Assumptions assumptions_;
  Cluster cluster_;
  ImageList images_;
  const source::SourceMap* sources_ = nullptr;
  std::shared_ptr<Index> index_;
};

/// The names nearest to `wanted` by edit distance (at most a third of its length), best first, at most 3.
[[nodiscard]] std::vector<std::string_view> nearest(std::string_view wanted,
                                                    const std::vector<std::string_view>& candidates);

}  // namespace podseer::world
