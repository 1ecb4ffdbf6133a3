// SPDX-License-Identifier: Apache-2.0
// Volumes and claims, and how they find each other (pkg/controller/volume/persistentvolume/index.go
// and component-helpers/storage/volume/pv_helpers.go, v1.34.4). A volume fits a claim when nobody
// else has it, it is as big or bigger, has every access mode that is asked for, the same volumeMode,
// attributes class and storage class, and meets the claim's selector. A volume whose claimRef names
// the claim skips class and selector.
// Worked example: claims of 1Gi and 5Gi and volumes of 5Gi and 10Gi, one class: the 1Gi claim comes
// first and takes the 5Gi volume, the 5Gi claim gets the 10Gi one.
#include "lifecycle/claims.hpp"

#include <algorithm>
#include <array>

namespace podseer::lifecycle {

namespace {

struct Mode {
  std::string_view name;
  AccessModes bit;
};
constexpr Mode kModes[] = {{"ReadWriteOnce", kReadWriteOnce},
                           {"ReadOnlyMany", kReadOnlyMany},
                           {"ReadWriteMany", kReadWriteMany},
                           {"ReadWriteOncePod", kReadWriteOncePod}};

// An ordinal beyond this is not looked up by name: StatefulSets of more replicas exist on paper only.
constexpr std::int64_t kMostOrdinals = 1000;
constexpr std::size_t kMostTemplateClaims = 50'000;  // of all StatefulSets together

AccessModes mode_bit(std::string_view name) {
  for (const Mode& mode : kModes) {
    if (mode.name == name) return mode.bit;
  }
  return 0;
}

std::string_view text_at(const yaml::Node* node) { return node == nullptr ? std::string_view{} : node->string_or(""); }

std::string key_of(std::string_view ns, std::string_view name) {
  std::string key(ns);
  key += '/';
  key += name;
  return key;
}

// The beta annotation goes before the field (component-helpers/storage/volume, GetPersistentVolumeClass).
std::string_view annotated_class(const kube::Object& object) {
  const kube::LabelMap annotations = object.annotations();
  const kube::LabelMap::Item* item = annotations.find("volume.beta.kubernetes.io/storage-class");
  return item == nullptr ? std::string_view{} : item->value;
}

StaticVolume read_volume(const kube::Object& object) {
  StaticVolume volume;
  volume.object = &object;
  const yaml::Node* spec = object.root->find("spec");
  volume.labels = object.labels();
  volume.class_name = annotated_class(object);
  if (spec == nullptr) return volume;
  if (const yaml::Node* storage = spec->find("capacity", "storage")) {
    if (const auto amount = kube::Quantity::parse(storage->text())) volume.capacity = *amount;
  }
  if (const yaml::Node* modes = spec->find("accessModes")) {
    for (const yaml::Node& mode : modes->items()) volume.modes |= mode_bit(mode.string_or(""));
  }
  if (volume.class_name.empty()) volume.class_name = text_at(spec->find("storageClassName"));
  if (const std::string_view mode = text_at(spec->find("volumeMode")); !mode.empty()) volume.volume_mode = mode;
  volume.attributes_class = text_at(spec->find("volumeAttributesClassName"));
  if (const yaml::Node* claim = spec->find("claimRef")) {
    volume.claim_name = text_at(claim->find("name"));
    volume.claim_ns = text_at(claim->find("namespace"));
    volume.claim_uid = !text_at(claim->find("uid")).empty();
  }
  if (const yaml::Node* required = spec->find("nodeAffinity", "required")) {
    volume.has_node_affinity = true;
    if (const yaml::Node* terms = required->find("nodeSelectorTerms")) {
      for (const yaml::Node& term : terms->items()) volume.node_terms.push_back(kube::NodeSelectorTerm::read(term));
    }
  }
  const std::string_view phase = text_at(object.root->find("status", "phase"));
  // Only the phase that a real cluster reports counts; apply ignores a written status.
  if (object.context_only && !phase.empty()) volume.available = phase == "Available";
  return volume;
}

}  // namespace

std::string print_modes(AccessModes modes) {
  std::string out;
  for (const Mode& mode : kModes) {
    if ((modes & mode.bit) != 0) out += (out.empty() ? "" : ", ") + std::string(mode.name);
  }
  return out.empty() ? "none" : out;
}

struct Claims::Shelf {
  // By access modes, then by size: the controller tries the sets of modes with the fewest first.
  std::map<AccessModes, std::multimap<kube::Quantity, StaticVolume*>> by_modes;
};

Claims::Claims(const world::World& world, std::span<const kube::PodTemplate* const> pods)
    : world_(world), classes_(world, pods) {
  read_volumes();
  for (const kube::PodTemplate* pod : pods) {
    if (pod->workload != kube::WorkloadKind::StatefulSet || pod->owner == nullptr) continue;
    const std::int64_t count = std::min(*pod->replicas, kMostOrdinals);
    const std::string_view ns = world.namespace_of(*pod->owner);
    for (const auto& [name, spec] : pod->claim_templates) {
      for (std::int64_t i = 0; i < count && templates_.size() < kMostTemplateClaims; ++i) {
        templates_[key_of(ns, std::string(*name) + "-" + std::string(pod->owner->name) + "-" +
                                  std::to_string(*pod->ordinals_start + i))] = {&spec, name.span};
      }
    }
  }
  // Claims of the files are bound in file order, whether a pod uses them or not.
  for (const kube::Object* object : world.all("PersistentVolumeClaim")) {
    if (!object->name.empty()) named(world.namespace_of(*object), object->name);
  }
}

void Claims::read_volumes() {
  for (const kube::Object* object : world_.all("PersistentVolume")) {
    volumes_.push_back(read_volume(*object));
    StaticVolume& volume = volumes_.back();
    volume_by_name_[object->name] = &volume;
    if (!volume.claim_name.empty()) {
      // A claimRef with the uid of a claim that lived before makes the volume Released, for good.
      if (!volume.claim_uid || !volume.available) {
        prebound_[key_of(volume.claim_ns, volume.claim_name)].push_back(&volume);
      }
      continue;
    }
    if (!volume.available) continue;
    std::shared_ptr<Shelf>& shelf = shelves_[volume.class_name];
    if (shelf == nullptr) shelf = std::make_shared<Shelf>();
    shelf->by_modes[volume.modes].emplace(volume.capacity, &volume);
  }
}

Claim& Claims::insert(std::string_view ns, std::string_view name) {
  auto claim = std::make_unique<Claim>();
  claim->key = key_of(ns, name);
  claim->ns = std::string_view(claim->key).substr(0, ns.size());
  claim->name = std::string_view(claim->key).substr(ns.size() + 1);
  Claim& out = *claim;
  claims_[out.key] = std::move(claim);
  return out;
}

Certainty Claims::absence() const { return world_.assumptions().closed ? Certainty::Certain : Certainty::Likely; }

Claim& Claims::named(std::string_view ns, std::string_view name) {
  const std::string key = key_of(ns, name);
  if (const auto at = claims_.find(key); at != claims_.end()) return *at->second;
  const kube::Object* object = world_.find("PersistentVolumeClaim", ns, name);
  if (object == nullptr) {
    if (const auto made_from = templates_.find(key); made_from != templates_.end()) {
      return made(ns, std::string(name), *made_from->second.spec, made_from->second.span, false);
    }
  }
  Claim& claim = insert(ns, name);
  if (object != nullptr) {
    claim.object = object;
    claim.spec = kube::ClaimSpec::read(object->root->find("spec"));
    resolve(claim);
    return claim;
  }
  const world::Known there = world_.exists("PersistentVolumeClaim", ns, name);
  if (there == world::Known::Yes) return claim;
  claim.fate = Claim::Fate::Missing;
  claim.cause = PlacementProblem::Cause::ClaimMissing;
  claim.subject = name;
  claim.certainty = absence();
  claim.scheduler_message = "persistentvolumeclaim \"" + std::string(name) + "\" not found";
  claim.explanation = "there is no PersistentVolumeClaim \"" + std::string(name) + "\" in namespace " + std::string(ns);
  for (const std::string_view near : world::nearest(name, world_.names("PersistentVolumeClaim", ns))) {
    const kube::Object* meant = world_.find("PersistentVolumeClaim", ns, near);
    if (meant == nullptr) continue;
    claim.related.emplace_back(meant->name_span, "did you mean this claim?");
    break;
  }
  if (const kube::Object* elsewhere = world_.in_other_namespace("PersistentVolumeClaim", ns, name)) {
    claim.related.emplace_back(elsewhere->name_span, "this claim is in namespace " +
                                                         std::string(world_.namespace_of(*elsewhere)) +
                                                         "; a pod uses claims of its own namespace only");
  }
  return claim;
}

Claim& Claims::made(std::string_view ns, const std::string& name, const kube::ClaimSpec& spec, SourceSpan template_span,
                    bool owned) {
  const std::string key = key_of(ns, name);
  if (const auto at = claims_.find(key); at != claims_.end()) {
    Claim& there = *at->second;
    if (owned && there.object != nullptr && !there.object->context_only) {
      there.fate = Claim::Fate::Blocked;
      there.scheduler_message = "PVC " + key + " was not created for pod (pod is not owner)";
      there.explanation =
          "a claim of that name is given, but an ephemeral volume takes only the claim made for its pod";
    }
    return there;
  }
  Claim& claim = insert(ns, name);
  claim.spec = spec;
  claim.decides = spec.storage_class_name.written() ? spec.storage_class_name.span : template_span;
  resolve(claim);
  return claim;
}

namespace {

bool free_for(const StaticVolume& volume, const Claim& claim) {
  return volume.taken_by.empty() && volume.capacity >= claim.size && volume.volume_mode == *claim.spec.volume_mode &&
         volume.attributes_class == *claim.spec.volume_attributes_class_name &&
         (volume.modes & claim.modes) == claim.modes;
}

bool selected(const StaticVolume& volume, const Claim& claim) {
  return !claim.spec.selector.present || claim.spec.selector.matches(volume.labels);
}

int count_modes(AccessModes modes) {
  int count = 0;
  for (const Mode& mode : kModes) count += (modes & mode.bit) != 0 ? 1 : 0;
  return count;
}

}  // namespace

StaticVolume* Claims::take_match(const Claim& claim) {
  if (const auto own = prebound_.find(claim.key); own != prebound_.end()) {
    for (StaticVolume* volume : own->second) {
      if (free_for(*volume, claim)) return volume;
    }
  }
  if (claim.storage_class != nullptr && claim.storage_class->wait_for_first_consumer) return nullptr;
  const auto shelf = shelves_.find(claim.class_name);
  if (shelf == shelves_.end()) return nullptr;
  std::vector<AccessModes> order;
  for (const auto& [modes, volumes] : shelf->second->by_modes) {
    if ((modes & claim.modes) == claim.modes) order.push_back(modes);
  }
  std::stable_sort(order.begin(), order.end(),
                   [](AccessModes a, AccessModes b) { return count_modes(a) < count_modes(b); });
  for (const AccessModes modes : order) {
    auto& volumes = shelf->second->by_modes[modes];
    for (auto at = volumes.lower_bound(claim.size); at != volumes.end(); ++at) {
      StaticVolume* volume = at->second;
      if (!free_for(*volume, claim) || !selected(*volume, claim)) continue;
      volumes.erase(at);
      return volume;
    }
  }
  return nullptr;
}

const StaticVolume* Claims::find_on(const Claim& claim, const world::ClusterNode* node,
                                    const std::vector<const StaticVolume*>& chosen) const {
  const auto shelf = shelves_.find(claim.class_name);
  if (shelf == shelves_.end()) return nullptr;
  const StaticVolume* best = nullptr;
  for (const auto& [modes, volumes] : shelf->second->by_modes) {
    if ((modes & claim.modes) != claim.modes) continue;
    for (auto at = volumes.lower_bound(claim.size); at != volumes.end(); ++at) {
      const StaticVolume* volume = at->second;
      if (!free_for(*volume, claim) || !selected(*volume, claim)) continue;
      if (std::find(chosen.begin(), chosen.end(), volume) != chosen.end()) continue;
      if (node != nullptr && volume->has_node_affinity && !node_meets_any(*node, volume->node_terms)) continue;
      if (best == nullptr || volume->capacity < best->capacity) best = volume;
      break;
    }
  }
  return best;
}

void Claims::bind(Claim& claim, const StaticVolume* volume) {
  claim.volume = volume;
  const auto shelf = shelves_.find(volume->class_name);
  if (const auto own = volume_by_name_.find(volume->object->name); own != volume_by_name_.end()) {
    own->second->taken_by = claim.key;
  }
  if (shelf == shelves_.end()) return;
  auto& volumes = shelf->second->by_modes[volume->modes];
  const auto [first, last] = volumes.equal_range(volume->capacity);
  for (auto at = first; at != last; ++at) {
    if (at->second != volume) continue;
    volumes.erase(at);
    return;
  }
}

}  // namespace podseer::lifecycle
