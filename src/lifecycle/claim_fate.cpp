// SPDX-License-Identifier: Apache-2.0
// What becomes of one claim (pkg/controller/volume/persistentvolume/pv_controller.go, syncUnboundClaim;
// pkg/scheduler/framework/plugins/volumebinding, v1.34.4). Unbound and not "class exists with
// WaitForFirstConsumer and no volumeName" means that the scheduler refuses the pod at once:
// `pod has unbound immediate PersistentVolumeClaims`. A claim of a WaitForFirstConsumer class whose
// provisioner is not there lets the pod hang, for ten minutes without an event.
// Worked example: a claim without storageClassName, on a cluster without a default class, in whose
// files the only volume has storageClassName manual: never bound, event FailedBinding.
#include <algorithm>
#include <cstddef>

#include "lifecycle/claims.hpp"

namespace podseer::lifecycle {

namespace {

using Cause = PlacementProblem::Cause;

constexpr std::size_t kMostNearMisses = 3;
constexpr std::size_t kMostCompared = 200;  // volumes looked at for near misses: nobody reads more

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::string class_words(std::string_view name) {
  return name.empty() ? std::string("no storage class") : "storage class " + quoted(name);
}

SourceSpan class_place(const Claim& claim) {
  if (claim.spec.storage_class_name.written()) return claim.spec.storage_class_name.span;
  if (claim.object != nullptr) return claim.object->name_span;
  return claim.decides;
}

SourceSpan place_in(const kube::Object& object, std::string_view key) {
  const yaml::Node* spec = object.root->find("spec");
  const yaml::Node* node = spec == nullptr ? nullptr : spec->find(key);
  return node == nullptr ? object.name_span : node->span();
}

}  // namespace

void Claims::block(Claim& claim, Cause cause, std::string event, std::string explanation, Certainty certainty) {
  claim.fate = Claim::Fate::Blocked;
  claim.cause = cause;
  claim.scheduler_message = "pod has unbound immediate PersistentVolumeClaims";
  claim.event = std::move(event);
  claim.explanation = std::move(explanation);
  claim.certainty = certainty;
}

void Claims::resolve(Claim& claim) {
  claim.size = *claim.spec.storage;
  for (const kube::Text& mode : claim.spec.access_modes) {
    for (const AccessModes bit : {kReadWriteOnce, kReadOnlyMany, kReadWriteMany, kReadWriteOncePod}) {
      if (print_modes(bit) == *mode) claim.modes |= bit;
    }
  }
  if (claim.object != nullptr && claim.object->context_only) {
    const yaml::Node* phase = claim.object->root->find("status", "phase");
    if (phase != nullptr && phase->string_or("") == "Lost") {
      block(claim, Cause::ClaimUnbound, {}, "its volume is gone", Certainty::Certain);
      claim.scheduler_message = "persistentvolumeclaim " + quoted(claim.name) +
                                " bound to non-existent persistentvolume " + quoted(*claim.spec.volume_name);
      return;
    }
    if (phase != nullptr && phase->string_or("") == "Bound") {
      const auto volume = volume_by_name_.find(*claim.spec.volume_name);
      if (volume != volume_by_name_.end()) {
        volume->second->taken_by = claim.key;
        claim.volume = volume->second;
      }
      return;
    }
  }
  std::optional<std::string_view> name;
  if (claim.object != nullptr) {
    const kube::LabelMap annotations = claim.object->annotations();
    if (const auto* item = annotations.find("volume.beta.kubernetes.io/storage-class")) name = item->value;
  }
  if (!name && claim.spec.storage_class_name.set()) name = *claim.spec.storage_class_name;
  if (!name) name = classes_.default_class();
  if (!name) return;  // the default class is not known: nothing can be said against the claim
  claim.class_name = *name;
  claim.subject = claim.class_name;
  claim.storage_class = claim.class_name.empty() ? nullptr : &classes_.find(claim.class_name);
  if (!claim.spec.volume_name->empty()) {
    resolve_prebound(claim);
  } else if (StaticVolume* volume = take_match(claim)) {
    volume->taken_by = claim.key;
    claim.volume = volume;
  } else {
    resolve_without_volume(claim);
  }
}

void Claims::resolve_prebound(Claim& claim) {
  const std::string_view name = *claim.spec.volume_name;
  claim.decides = claim.spec.volume_name.span;
  claim.subject = name;
  const auto at = volume_by_name_.find(name);
  if (at == volume_by_name_.end()) {
    const world::Known there = world_.exists("PersistentVolume", {}, name);
    if (there != world::Known::No) return;  // named on purpose: it is somewhere else
    block(claim, Cause::ClaimUnbound, {}, "it asks for the PersistentVolume " + quoted(name) + ", which does not exist",
          Certainty::Certain);
    return;
  }
  StaticVolume& volume = *at->second;
  const bool own = volume.claim_name == claim.name && volume.claim_ns == claim.ns && !volume.claim_uid;
  const auto refuse = [&](const std::string& why, std::string_view field, Certainty certainty) {
    block(claim, Cause::ClaimUnbound, "Cannot bind to requested volume " + quoted(name) + ": " + why,
          "the PersistentVolume " + quoted(name) + " that it asks for cannot be bound: " + why, certainty);
    claim.related.emplace_back(place_in(*volume.object, field), why);
  };
  if (!own && (!volume.claim_name.empty() || !volume.taken_by.empty() || !volume.available)) {
    block(claim, Cause::ClaimUnbound, "volume " + quoted(name) + " already bound to a different claim.",
          "the PersistentVolume " + quoted(name) + " that it asks for belongs to another claim", Certainty::Certain);
    claim.related.emplace_back(place_in(*volume.object, "claimRef"), "it belongs to another claim");
    return;
  }
  if (!own) {
    if (volume.capacity < claim.size) return refuse("requested PV is too small", "capacity", Certainty::Certain);
    if (volume.class_name != claim.class_name) {
      refuse("storageClassName does not match", "storageClassName", Certainty::Certain);
      claim.explanation += ": the claim has " + class_words(claim.class_name) +
                           (claim.spec.storage_class_name.set() ? "" : " (it names none)") + ", the volume has " +
                           class_words(volume.class_name);
      return;
    }
    if (volume.attributes_class != *claim.spec.volume_attributes_class_name) {
      return refuse("volumeAttributesClassName does not match", "volumeAttributesClassName", Certainty::Certain);
    }
    if (volume.volume_mode != *claim.spec.volume_mode) {
      return refuse("incompatible volumeMode", "volumeMode", Certainty::Certain);
    }
    if ((volume.modes & claim.modes) != claim.modes) {
      return refuse("incompatible accessMode", "accessModes", Certainty::Certain);
    }
  }
  bind(claim, &volume);
}

void Claims::resolve_without_volume(Claim& claim) {
  const StorageClass* storage = claim.storage_class;
  claim.decides = class_place(claim);
  if (storage == nullptr) {
    block(claim, Cause::ClaimUnbound, "no persistent volumes available for this claim and no storage class is set",
          claim.spec.storage_class_name.set()
              ? "it asks for a volume without a storage class, and no PersistentVolume given here fits"
              : "it names no storage class, the cluster has no default one, and no PersistentVolume given here fits",
          absence());
    explain_near_misses(claim);
    // Elsewhere an administrator may have made the volume.
    if (!world_.assumptions().closed && claim.related.empty() && claim.spec.storage_class_name.set()) {
      claim.certainty = Certainty::Possible;
    }
    return;
  }
  if (storage->exists != world::Known::Yes) {
    const bool known_missing = storage->exists == world::Known::No;
    block(claim, Cause::StorageClassMissing, "storageclass.storage.k8s.io " + quoted(claim.class_name) + " not found",
          "its storage class " + quoted(claim.class_name) + " does not exist, and no PersistentVolume given here fits",
          absence());
    explain_near_misses(claim);
    // A class that is not in the files is usually in the cluster; volumes of that class that are in the
    // files and do not fit say that it is meant to be bound to one of them.
    if (!known_missing && claim.related.empty()) claim.fate = Claim::Fate::Usable;
    if (!known_missing) claim.cause = Cause::ClaimUnbound;
    return;
  }
  if (storage->wait_for_first_consumer) {
    claim.fate = Claim::Fate::Chosen;
    claim.provisionable = !storage->provisioner.empty() && storage->provisioner != "kubernetes.io/no-provisioner";
    claim.event = "waiting for first consumer to be created before binding";
    claim.certainty = absence();
    claim.explanation =
        "class " + quoted(claim.class_name) + " makes no volumes itself, and no PersistentVolume of it fits";
    explain_near_misses(claim);
    if (!world_.assumptions().closed && claim.related.empty()) claim.certainty = Certainty::Possible;
    if (!claim.provisionable) return;
  }
  std::string event;
  std::string why;
  Certainty certainty = absence();
  const auto provisioner = std::string(storage->provisioner);
  if (dead_provisioner(provisioner)) {
    event = "no volume plugin matched name: " + provisioner;
    why = "its class makes no volumes (provisioner " + provisioner + "), and no PersistentVolume of class " +
          quoted(claim.class_name) + " given here fits";
  } else if (storage->provisions == world::Known::No) {
    event = "Waiting for a volume to be created either by the external provisioner '" + provisioner +
            "' or manually by the system administrator. If volume creation is delayed, please verify that the "
            "provisioner is running and correctly registered.";
    why = "nothing here runs the provisioner " + provisioner + " of its class " + quoted(claim.class_name);
  } else if ((claim.modes & kReadWriteMany) != 0 && !storage->many_writers && *claim.spec.volume_mode == "Filesystem") {
    why =
        "provisioner " + provisioner + " of its class " + quoted(claim.class_name) + " makes no ReadWriteMany volumes";
    event = "failed to provision volume with StorageClass " + quoted(claim.class_name);
    certainty = Certainty::Likely;
  } else if (*claim.spec.volume_mode == "Block" && !storage->block) {
    why = "provisioner " + provisioner + " of its class " + quoted(claim.class_name) + " makes no block volumes";
    event = "failed to provision volume with StorageClass " + quoted(claim.class_name);
    certainty = Certainty::Likely;
  } else if (claim.spec.selector.present && storage->selector_refused) {
    why = "volumes are made for claims without a selector only, and no PersistentVolume given here fits";
    event = "claim Selector is not supported";
    certainty = Certainty::Likely;
  } else {
    if (!storage->wait_for_first_consumer) claim.fate = Claim::Fate::Usable;
    return;
  }
  if (storage->wait_for_first_consumer) {
    claim.fate = Claim::Fate::Hangs;
    claim.cause = Cause::ClaimUnbound;
    claim.event = event;
    claim.explanation = why;
    claim.certainty = certainty;
    return;
  }
  block(claim, Cause::ClaimUnbound, event, why, certainty);
  explain_near_misses(claim);
  if (dead_provisioner(provisioner) && !world_.assumptions().closed && claim.related.empty()) {
    claim.certainty = Certainty::Possible;
  }
}

void Claims::explain_near_misses(Claim& claim) const {
  // Volumes of the claim's class that miss something, and volumes that only miss the class.
  std::size_t compared = 0;
  for (const StaticVolume& volume : volumes_) {
    if (claim.related.size() == kMostNearMisses || ++compared > kMostCompared) return;
    const kube::Object& object = *volume.object;
    const bool same_class = volume.class_name == claim.class_name;
    std::string why;
    SourceSpan at = object.name_span;
    if (!volume.claim_name.empty()) {
      if (!same_class) continue;
      at = place_in(object, "claimRef");
      why = volume.claim_uid ? "this volume is reserved for a claim that no longer exists (claimRef with a uid)"
                             : "this volume is reserved for the claim " + std::string(volume.claim_ns) + "/" +
                                   std::string(volume.claim_name);
    } else if (!volume.taken_by.empty()) {
      if (!same_class) continue;
      why = "this volume serves the claim " + std::string(volume.taken_by);
    } else if (volume.capacity < claim.size) {
      if (!same_class) continue;
      at = place_in(object, "capacity");
      why =
          "this volume is too small: " + volume.capacity.canonical() + ", the claim asks for " + claim.size.canonical();
    } else if ((volume.modes & claim.modes) != claim.modes) {
      if (!same_class) continue;
      at = place_in(object, "accessModes");
      why = "this volume has the access modes " + print_modes(volume.modes) + ", the claim asks for " +
            print_modes(claim.modes);
    } else if (volume.volume_mode != *claim.spec.volume_mode) {
      if (!same_class) continue;
      at = place_in(object, "volumeMode");
      why = "this volume has volumeMode " + std::string(volume.volume_mode);
    } else if (!same_class) {
      at = place_in(object, "storageClassName");
      why = "this volume would fit, but has " + class_words(volume.class_name) + ", the claim has " +
            class_words(claim.class_name);
    } else if (claim.spec.selector.present && !claim.spec.selector.matches(volume.labels)) {
      why = "this volume's labels do not meet the claim's selector";
    } else {
      continue;
    }
    claim.related.emplace_back(at, std::move(why));
  }
}

}  // namespace podseer::lifecycle
