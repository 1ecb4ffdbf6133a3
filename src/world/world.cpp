// SPDX-License-Identifier: Apache-2.0
// The index behind every "does it exist?". Objects are hashed by (kind, namespace, name), so that ten
// thousand objects that refer to each other cost ten thousand look-ups. What is not in the files is
// asked for in this order: things that every cluster has by itself, what another object will make
// (world/providers), the cluster's preset, names declared external; then the answer is No in a closed
// world and Unknown otherwise.
// Worked example: Pod "web" reads Secret "tls"; the files hold a Certificate with secretName "tls":
// exists("Secret", "default", "tls") is Yes, and secret() says that its keys are not known.
#include "world/world.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <unordered_set>
#include <utility>

#include "world/glob.hpp"
#include "world/kinds.hpp"
#include "world/providers.hpp"

namespace podseer::world {

namespace {

struct Key {
  std::string_view kind, ns, name;
  friend bool operator==(const Key&, const Key&) = default;
};
struct KeyHash {
  std::size_t operator()(const Key& key) const {
    const std::hash<std::string_view> hash;
    std::size_t seed = hash(key.kind);
    seed = seed * 0x9e3779b97f4a7c15ULL + hash(key.ns);
    return seed * 0x9e3779b97f4a7c15ULL + hash(key.name);
  }
};

/// The kind that an object is found under: kinds of other groups that share a built-in kind's name carry
/// their group, and `with_group` holds it then.
std::string_view key_kind(const kube::Object& object, std::string& with_group) {
  if (own_kind(object.group, object.kind)) return object.kind;
  with_group = std::string(object.kind).append(".").append(object.group);
  return with_group;
}

// Names that are compared for one did-you-mean: with all of ten thousand, ten thousand misspelt
// references would cost a hundred million comparisons.
constexpr std::size_t kMostNames = 256;

// Labels and annotations that ask a controller to fill in keys that the file does not show.
constexpr std::string_view kFilledBy[] = {
    "config.openshift.io/inject-trusted-cabundle",  // OpenShift cluster network operator
    "service.beta.openshift.io/inject-cabundle",    // OpenShift service CA
    "replicator.v1.mittwald.de/replicate-from",     // mittwald/kubernetes-replicator
    "reflector.v1.k8s.emberstack.com/reflects",     // emberstack/kubernetes-reflector
    "kubernetes.io/service-account.name",           // token controller: token, ca.crt, namespace
    "secretgenerator.mittwald.de/autogenerate",     // mittwald/kubernetes-secret-generator
    "sealedsecrets.bitnami.com/managed",            // bitnami-labs/sealed-secrets
    "sealedsecrets.bitnami.com/patch"};

}  // namespace

struct World::Index {
  struct Item {
    const kube::Object* object = nullptr;
    Key key;
    bool refused = false;
    Item* next_same = nullptr;   // of the same identity, in the order of adding
    Item* next_named = nullptr;  // of the same kind and name
    Item* next_of_kind = nullptr;
    Item* next_in_namespace = nullptr;  // of the same kind and namespace
    Item* last_same = nullptr;          // kept in the first of its chain
    Item* last_named = nullptr;
  };
  /// The first item of each chain by what the chain has in common. Items hold the keys themselves.
  struct BySame {
    using is_transparent = void;
    std::size_t operator()(const Key& key) const { return KeyHash{}(key); }
    std::size_t operator()(const Item* item) const { return KeyHash{}(item->key); }
    bool operator()(const Item* a, const Item* b) const { return a->key == b->key; }
    bool operator()(const Key& a, const Item* b) const { return a == b->key; }
    bool operator()(const Item* a, const Key& b) const { return a->key == b; }
  };
  struct ByName {
    using is_transparent = void;
    static Key named(const Item* item) { return {item->key.kind, {}, item->key.name}; }
    std::size_t operator()(const Key& key) const { return KeyHash{}(key); }
    std::size_t operator()(const Item* item) const { return KeyHash{}(named(item)); }
    bool operator()(const Item* a, const Item* b) const { return named(a) == named(b); }
    bool operator()(const Key& a, const Item* b) const { return a == named(b); }
    bool operator()(const Item* a, const Key& b) const { return named(a) == b; }
  };
  struct Chain {
    Item* first = nullptr;
    Item* last = nullptr;
    std::size_t count = 0;
    void add(Item* item, Item* Item::*next) {
      (first == nullptr ? first : last->*next) = item;
      last = item;
      ++count;
    }
  };
  std::deque<Item> items;         // stable addresses, in the order of adding
  std::deque<std::string> texts;  // kinds with their group, names of provided things
  std::unordered_set<Item*, BySame, BySame> by_identity;
  std::unordered_set<Item*, ByName, ByName> by_kind_and_name;
  std::unordered_map<Key, Chain, KeyHash> by_kind_and_namespace;  // name empty
  std::unordered_map<std::string_view, Chain> by_kind;
  std::unordered_map<const kube::Object*, Item*> nameless;
  struct Pattern {
    std::string_view name;
    Item* maker = nullptr;
  };
  std::unordered_map<Key, std::vector<Item*>, KeyHash> provided;             // ns "*": everywhere
  std::unordered_map<Key, std::vector<Pattern>, KeyHash> provided_patterns;  // name empty

  // The object that counts among those of one identity: the last accepted one of the files, else of
  // the snapshot.
  [[nodiscard]] const Item* find(const Key& key) const {
    const auto at = by_identity.find(key);
    const Item* found = nullptr;
    for (const Item* item = at == by_identity.end() ? nullptr : *at; item != nullptr; item = item->next_same) {
      if (item->refused) continue;
      if (found == nullptr || !item->object->context_only || found->object->context_only) found = item;
    }
    return found;
  }
};

const yaml::Entry* KeyedData::find(std::string_view key) const {
  if (object == nullptr || object->root == nullptr) return nullptr;
  if (object->kind == "Secret") {
    // stringData is written into data by the API server, over what is there.
    if (const yaml::Node* plain = object->root->find("stringData")) {
      if (const yaml::Entry* entry = plain->find_entry(key)) return entry;
    }
  }
  const yaml::Node* data = object->root->find("data");
  return data == nullptr ? nullptr : data->find_entry(key);
}

const yaml::Entry* KeyedData::find_binary(std::string_view key) const {
  if (object == nullptr || object->root == nullptr || object->kind != "ConfigMap") return nullptr;
  const yaml::Node* data = object->root->find("binaryData");
  return data == nullptr ? nullptr : data->find_entry(key);
}

std::vector<std::string_view> KeyedData::keys(bool binary) const {
  std::vector<std::string_view> out;
  if (object == nullptr || object->root == nullptr) return out;
  std::set<std::string_view> seen;
  const auto take = [&](std::string_view field) {
    const yaml::Node* data = object->root->find(field);
    if (data == nullptr) return;
    for (const yaml::Entry& entry : data->entries()) {
      if (seen.insert(entry.key).second) out.push_back(entry.key);
    }
  };
  take("data");
  if (object->kind == "Secret") take("stringData");
  if (binary && object->kind == "ConfigMap") take("binaryData");
  return out;
}

World::World(Assumptions assumptions) : assumptions_(std::move(assumptions)), index_(std::make_shared<Index>()) {
  if (assumptions_.default_namespace.empty()) assumptions_.default_namespace = "default";
}

std::string_view World::namespace_of(const kube::Object& object) const {
  if (cluster_scoped(object.group, object.kind)) return {};
  return object.ns.empty() ? std::string_view(assumptions_.default_namespace) : object.ns;
}

void World::add(const kube::Object& object) {
  Index& index = *index_;
  std::string with_group;
  std::string_view kind = key_kind(object, with_group);
  if (!with_group.empty()) kind = index.texts.emplace_back(std::move(with_group));
  Index::Item* item = &index.items.emplace_back();
  item->object = &object;
  item->key = {kind, namespace_of(object), object.name};
  const Key& key = item->key;
  if (!object.name.empty()) {
    Index::Item* same = *index.by_identity.insert(item).first;
    if (same != item) same->last_same->next_same = item;
    same->last_same = item;
    Index::Item* named = *index.by_kind_and_name.insert(item).first;
    if (named != item) named->last_named->next_named = item;
    named->last_named = item;
  } else {
    index.nameless[&object] = item;
  }
  index.by_kind[kind].add(item, &Index::Item::next_of_kind);
  index.by_kind_and_namespace[{kind, key.ns, {}}].add(item, &Index::Item::next_in_namespace);

  for (Provided& made : provided_by(object)) {
    const std::string_view name = index.texts.emplace_back(std::move(made.name));
    const std::string_view ns = made.everywhere ? std::string_view("*") : key.ns;
    if (name.find('*') == std::string_view::npos) {
      index.provided[{made.kind, ns, name}].push_back(item);
    } else {
      index.provided_patterns[{made.kind, ns, {}}].push_back({name, item});
    }
  }
}

void World::refuse(const kube::Object& object) {
  if (object.name.empty()) {
    const auto at = index_->nameless.find(&object);
    if (at != index_->nameless.end()) at->second->refused = true;
    return;
  }
  std::string with_group;
  const auto at = index_->by_identity.find(Key{key_kind(object, with_group), namespace_of(object), object.name});
  for (Index::Item* item = at == index_->by_identity.end() ? nullptr : *at; item != nullptr; item = item->next_same) {
    if (item->object == &object) item->refused = true;
  }
}

void World::set_cluster(Cluster cluster) { cluster_ = std::move(cluster); }
void World::set_images(ImageList images) { images_ = std::move(images); }

const kube::Object* World::find(std::string_view kind, std::string_view ns, std::string_view name) const {
  const Index::Item* item = index_->find({kind, ns, name});
  return item == nullptr ? nullptr : item->object;
}

namespace {

// What the API server, its controllers and `kubeadm init` alike make in every cluster: namespaces
// (pkg/controlplane/controller/systemnamespaces), priority classes (registry/scheduling/rest), the
// Service of the API server, and in each namespace a ServiceAccount and the cluster's CA
// (pkg/controller/serviceaccount, rootcacertpublisher). Kubernetes 1.34.
bool built_in(std::string_view kind, std::string_view ns, std::string_view name) {
  if (kind == "Namespace") {
    return name == "default" || name == "kube-system" || name == "kube-public" || name == "kube-node-lease";
  }
  if (kind == "ServiceAccount") return name == "default";
  if (kind == "ConfigMap") {
    return name == "kube-root-ca.crt" || (ns == "kube-system" && name == "extension-apiserver-authentication");
  }
  if (kind == "Service") return ns == "default" && name == "kubernetes";
  if (kind == "PriorityClass") return name == "system-node-critical" || name == "system-cluster-critical";
  return false;
}

// "Kind/name" or "Kind/namespace/name", each part with `*` as a wildcard.
bool named_external(const std::vector<std::string>& external, std::string_view kind, std::string_view ns,
                    std::string_view name) {
  for (const std::string& entry : external) {
    const std::string_view text = entry;
    const std::size_t first = text.find('/');
    if (first == std::string_view::npos || !glob_matches(text.substr(0, first), kind)) continue;
    const std::string_view rest = text.substr(first + 1);
    const std::size_t second = rest.find('/');
    if (second == std::string_view::npos) {
      if (glob_matches(rest, name)) return true;
    } else if (glob_matches(rest.substr(0, second), ns) && glob_matches(rest.substr(second + 1), name)) {
      return true;
    }
  }
  return false;
}

}  // namespace

Known World::exists(std::string_view kind, std::string_view ns, std::string_view name) const {
  if (index_->find({kind, ns, name}) != nullptr || built_in(kind, ns, name) || provider(kind, ns, name) != nullptr) {
    return Known::Yes;
  }
  if (kind == "StorageClass") {
    for (const StorageClassInfo& known : cluster_.storage_classes) {
      if (known.name == name) return Known::Yes;
    }
    if (cluster_.storage_classes_known) return Known::No;
  }
  if (kind == "Node") {
    for (const ClusterNode& node : cluster_.nodes) {
      if (node.name == name) return Known::Yes;
    }
    // A preset's node names are made up; only a snapshot knows them all.
    if (cluster_.snapshot) return Known::No;
  }
  if (named_external(assumptions_.external, kind, ns, name)) return Known::Yes;
  return assumptions_.closed ? Known::No : Known::Unknown;
}

const kube::Object* World::provider(std::string_view kind, std::string_view ns, std::string_view name) const {
  for (const std::string_view where : {ns, std::string_view("*")}) {
    const auto at = index_->provided.find({kind, where, name});
    if (at == index_->provided.end()) continue;
    for (const Index::Item* item : at->second) {
      if (!item->refused) return item->object;
    }
  }
  for (const std::string_view where : {ns, std::string_view("*")}) {
    const auto patterns = index_->provided_patterns.find({kind, where, {}});
    if (patterns == index_->provided_patterns.end()) continue;
    for (const Index::Pattern& pattern : patterns->second) {
      if (!pattern.maker->refused && glob_matches(pattern.name, name)) return pattern.maker->object;
    }
  }
  return nullptr;
}

std::vector<const kube::Object*> World::all(std::string_view kind, std::string_view ns) const {
  std::vector<const kube::Object*> out;
  const Index::Chain* chain = nullptr;
  Index::Item* Index::Item::*next = &Index::Item::next_of_kind;
  if (ns.empty()) {
    const auto at = index_->by_kind.find(kind);
    if (at != index_->by_kind.end()) chain = &at->second;
  } else {
    const auto at = index_->by_kind_and_namespace.find({kind, ns, {}});
    if (at != index_->by_kind_and_namespace.end()) chain = &at->second;
    next = &Index::Item::next_in_namespace;
  }
  if (chain == nullptr) return out;
  out.reserve(chain->count);
  for (const Index::Item* item = chain->first; item != nullptr; item = item->*next) {
    if (item->refused) continue;
    if (!item->key.name.empty() && index_->find(item->key) != item) continue;
    out.push_back(item->object);
  }
  return out;
}

std::size_t World::at_most(std::string_view kind, std::string_view ns) const {
  const auto at = index_->by_kind_and_namespace.find({kind, ns, {}});
  return at == index_->by_kind_and_namespace.end() ? 0 : at->second.count;
}

std::vector<std::string_view> World::names(std::string_view kind, std::string_view ns) const {
  std::vector<std::string_view> out;
  const auto at = index_->by_kind_and_namespace.find({kind, ns, {}});
  if (at == index_->by_kind_and_namespace.end()) return out;
  for (const Index::Item* item = at->second.first; item != nullptr; item = item->next_in_namespace) {
    if (out.size() == kMostNames) break;
    if (!item->refused && !item->key.name.empty()) out.push_back(item->key.name);
  }
  return out;
}

const kube::Object* World::in_other_namespace(std::string_view kind, std::string_view ns, std::string_view name) const {
  const auto at = index_->by_kind_and_name.find(Key{kind, {}, name});
  if (at == index_->by_kind_and_name.end()) return nullptr;
  for (const Index::Item* item = *at; item != nullptr; item = item->next_named) {
    if (!item->refused && item->key.ns != ns) return item->object;
  }
  return nullptr;
}

namespace {

bool filled_by_a_controller(const kube::Object& object) {
  const kube::LabelMap annotations = object.annotations();
  const kube::LabelMap labels = object.labels();
  for (const std::string_view key : kFilledBy) {
    if (annotations.find(key) != nullptr || labels.find(key) != nullptr) return true;
  }
  return false;
}

}  // namespace

std::optional<KeyedData> World::config_map(std::string_view ns, std::string_view name) const {
  const kube::Object* maker = provider("ConfigMap", ns, name);
  if (const kube::Object* object = find("ConfigMap", ns, name)) {
    const bool others = (maker != nullptr && maker != object) || filled_by_a_controller(*object);
    return KeyedData{object, !others};
  }
  if (maker != nullptr) return KeyedData{maker, false};
  if (exists("ConfigMap", ns, name) == Known::Yes) return KeyedData{nullptr, false};
  return std::nullopt;
}

std::optional<KeyedData> World::secret(std::string_view ns, std::string_view name) const {
  const kube::Object* maker = provider("Secret", ns, name);
  if (const kube::Object* object = find("Secret", ns, name)) {
    bool known = (maker == nullptr || maker == object) && !filled_by_a_controller(*object);
    // A snapshot whose secret values were taken out tells nothing about the keys.
    if (object->context_only && object->root->find("data") == nullptr) known = false;
    return KeyedData{object, known};
  }
  if (maker != nullptr) return KeyedData{maker, false};
  if (exists("Secret", ns, name) == Known::Yes) return KeyedData{nullptr, false};
  return std::nullopt;
}

std::vector<std::pair<std::string_view, std::string_view>> World::namespace_labels(std::string_view ns) const {
  std::vector<std::pair<std::string_view, std::string_view>> out;
  // The API server sets this label on every namespace (well-known labels, GA since 1.22).
  out.emplace_back("kubernetes.io/metadata.name", ns);
  if (const kube::Object* object = find("Namespace", {}, ns)) {
    for (const auto& item : object->labels().items) {
      if (item.key != "kubernetes.io/metadata.name") out.emplace_back(item.key, item.value);
    }
    return out;
  }
  for (const auto& [key, value] : assumptions_.namespace_labels) out.emplace_back(key, value);
  return out;
}

}  // namespace podseer::world
