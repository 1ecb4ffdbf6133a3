// SPDX-License-Identifier: Apache-2.0
#include "rules/references.hpp"

#include <algorithm>

namespace podseer::rules {
namespace {

using lifecycle::Step;
using world::Known;

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

void add_env(const kube::Container& container, const RuleContext& context, std::vector<Reference>& out) {
  for (std::size_t i = 0; i < container.env_from.size(); ++i) {
    const kube::EnvFromSource& source = container.env_from[i];
    if (source.ref.name->empty()) continue;
    Reference reference;
    reference.secret = source.secret;
    reference.name = source.ref.name;
    reference.optional = *source.ref.optional;
    reference.container = &container;
    reference.path = context.path(
        container, ".envFrom[" + std::to_string(i) + "]" + (source.secret ? ".secretRef.name" : ".configMapRef.name"));
    out.push_back(std::move(reference));
  }
  for (std::size_t i = 0; i < container.env.size(); ++i) {
    const kube::EnvVar& env = container.env[i];
    const bool secret = env.from == kube::EnvVar::From::Secret;
    if ((!secret && env.from != kube::EnvVar::From::ConfigMap) || env.ref.name->empty()) continue;
    Reference reference;
    reference.secret = secret;
    reference.name = env.ref.name;
    reference.key = env.ref.key;
    reference.optional = *env.ref.optional;
    reference.container = &container;
    const std::string base = context.path(
        container, ".env[" + std::to_string(i) + "].valueFrom." + (secret ? "secretKeyRef" : "configMapKeyRef"));
    reference.path = base + ".name";
    reference.key_path = base + ".key";
    out.push_back(std::move(reference));
  }
}

// Names that a reader probably meant, as a sentence piece; empty when none is near.
std::string did_you_mean(const std::vector<std::string_view>& near) {
  if (near.empty()) return {};
  std::string text = "did you mean ";
  for (std::size_t i = 0; i < near.size(); ++i) {
    if (i > 0) text += i + 1 == near.size() ? " or " : ", ";
    text += "'" + std::string(near[i]) + "'";
  }
  return text + "?";
}

ReferenceEffect effect_of(const Reference& reference, std::string_view ns, bool key_missing) {
  const std::string object = reference.secret ? "secret " : "configmap ";
  if (reference.container != nullptr) {
    if (!key_missing)
      return {Step::Configure, "CreateContainerConfigError", object + quoted(*reference.name) + " not found"};
    return {Step::Configure, "CreateContainerConfigError",
            "couldn't find key " + std::string(*reference.key) + " in " + std::string(reference.kind()) + " " +
                std::string(ns) + "/" + std::string(*reference.name)};
  }
  const std::string why = !key_missing ? object + quoted(*reference.name) + " not found"
                          : reference.secret
                              ? "references non-existent secret key: " + std::string(*reference.key)
                              : "configmap references non-existent config key: " + std::string(*reference.key);
  return {Step::Mount, "ContainerCreating",
          "MountVolume.SetUp failed for volume " + quoted(*reference.volume->name) + " : " + why};
}

void attach_effect(const Reference& reference, const RuleContext& context, bool key_missing, Finding& finding) {
  const ReferenceEffect effect = effect_of(reference, context.ns(), key_missing);
  finding.effect = RuleContext::effect(effect.step, reference.container, effect.reason, effect.message);
  finding.predicts = effect.reason;
}

// Secrets are often made out of band: where the files hold none at all, a missing one says little.
Certainty missing_certainty(const Reference& reference, const RuleContext& context, bool near_miss) {
  if (context.world().exists(reference.kind(), context.ns(), *reference.name) == Known::No) return Certainty::Certain;
  if (reference.secret && !near_miss && context.world().all("Secret").empty()) return Certainty::Possible;
  return Certainty::Likely;
}

}  // namespace

bool mounted(const kube::PodTemplate& pod, const kube::Volume& volume) {
  const auto mounts = [&](const kube::Container& container) {
    return std::any_of(container.volume_mounts.begin(), container.volume_mounts.end(),
                       [&](const kube::VolumeMount& mount) { return *mount.name == *volume.name; }) ||
           std::any_of(container.volume_devices.begin(), container.volume_devices.end(),
                       [&](const kube::VolumeDevice& device) { return *device.name == *volume.name; });
  };
  return std::any_of(pod.spec.containers.begin(), pod.spec.containers.end(), mounts) ||
         std::any_of(pod.spec.init_containers.begin(), pod.spec.init_containers.end(), mounts);
}

std::vector<Reference> env_references(const kube::PodTemplate& pod, const RuleContext& context) {
  std::vector<Reference> out;
  for (const kube::Container& container : pod.spec.init_containers) add_env(container, context, out);
  for (const kube::Container& container : pod.spec.containers) add_env(container, context, out);
  return out;
}

std::vector<Reference> volume_references(const kube::PodTemplate& pod, const RuleContext& context) {
  std::vector<Reference> out;
  for (std::size_t v = 0; v < pod.spec.volumes.size(); ++v) {
    const kube::Volume& volume = pod.spec.volumes[v];
    if (volume.sources.empty() || !mounted(pod, volume)) continue;
    // A claim template of the same name takes the volume's place.
    const bool shadowed = std::any_of(pod.claim_templates.begin(), pod.claim_templates.end(),
                                      [&](const auto& claim) { return *claim.first == *volume.name; });
    if (shadowed) continue;
    const bool projected = volume.kind == kube::Volume::Kind::Projected;
    for (std::size_t s = 0; s < volume.sources.size(); ++s) {
      const kube::ProjectionSource& source = volume.sources[s];
      const bool secret = source.kind == kube::ProjectionSource::Kind::Secret;
      if ((!secret && source.kind != kube::ProjectionSource::Kind::ConfigMap) || source.name->empty()) continue;
      std::string base = context.path(".volumes[" + std::to_string(v) + "]");
      base += projected ? ".projected.sources[" + std::to_string(s) + "]." : ".";
      base += secret ? "secret" : "configMap";
      Reference reference;
      reference.secret = secret;
      reference.name = source.name;
      reference.optional = *source.optional;
      reference.volume = &volume;
      reference.path = base + (secret && !projected ? ".secretName" : ".name");
      out.push_back(reference);
      for (std::size_t i = 0; i < source.items.size(); ++i) {
        reference.key = source.items[i].key;
        reference.key_path = base + ".items[" + std::to_string(i) + "].key";
        out.push_back(reference);
      }
    }
  }
  return out;
}

void report_missing_object(const Reference& reference, RuleContext& context) {
  if (reference.optional) return;
  const world::World& world = context.world();
  const Known known = world.exists(reference.kind(), context.ns(), *reference.name);
  if (known == Known::Yes) return;
  const auto near = world::nearest(*reference.name, world.names(reference.kind(), context.ns()));
  Finding finding =
      context.finding(reference.name.span,
                      {{"name", std::string(*reference.name)},
                       {"container", reference.container == nullptr ? "" : std::string(*reference.container->name)},
                       {"volume", reference.volume == nullptr ? "" : std::string(*reference.volume->name)}});
  finding.certainty = missing_certainty(reference, context, !near.empty());
  finding.field_path = reference.path;
  finding.root_cause =
      std::string(reference.kind()) + " " + std::string(context.ns()) + "/" + std::string(*reference.name);
  const std::string hint = did_you_mean(near);
  if (!hint.empty()) {
    const kube::Object* other = world.find(reference.kind(), context.ns(), near.front());
    finding.notes.push_back({other == nullptr ? SourceSpan{} : other->name_span, hint});
    if (near.size() == 1) {
      finding.fix = Fix{"name '" + std::string(near.front()) + "' instead",
                        {{reference.name.span, std::string(near.front())}},
                        false};
    }
  } else if (const kube::Object* elsewhere =
                 world.in_other_namespace(reference.kind(), context.ns(), *reference.name)) {
    finding.notes.push_back({elsewhere->name_span, "one of that name is in namespace '" +
                                                       std::string(world.namespace_of(*elsewhere)) +
                                                       "', and pods only see their own namespace"});
  }
  attach_effect(reference, context, false, finding);
  context.report(std::move(finding));
}

void report_missing_key(const Reference& reference, RuleContext& context) {
  if (reference.optional || reference.key->empty()) return;
  const world::World& world = context.world();
  const auto data =
      reference.secret ? world.secret(context.ns(), *reference.name) : world.config_map(context.ns(), *reference.name);
  if (!data || !data->keys_known) return;
  const bool binary = reference.volume != nullptr;
  if (data->find(*reference.key) != nullptr) return;
  const yaml::Entry* in_binary = data->find_binary(*reference.key);
  if (in_binary != nullptr && binary) return;
  Finding finding = context.finding(
      reference.key.span, {{"key", std::string(*reference.key)},
                           {"name", std::string(*reference.name)},
                           {"container", reference.container == nullptr ? "" : std::string(*reference.container->name)},
                           {"volume", reference.volume == nullptr ? "" : std::string(*reference.volume->name)}});
  finding.field_path = reference.key_path;
  finding.root_cause = std::string(reference.kind()) + " " + std::string(context.ns()) + "/" +
                       std::string(*reference.name) + " key " + std::string(*reference.key);
  if (in_binary != nullptr) {
    finding.notes.push_back({in_binary->key_span, "the key is in binaryData, which the environment cannot read"});
  } else {
    const auto near = world::nearest(*reference.key, data->keys(binary));
    const std::string hint = did_you_mean(near);
    if (!hint.empty()) {
      const yaml::Entry* entry = data->find(near.front());
      if (entry == nullptr) entry = data->find_binary(near.front());
      finding.notes.push_back({entry == nullptr ? data->object->name_span : entry->key_span, hint});
      if (near.size() == 1) {
        finding.fix =
            Fix{"use key '" + std::string(near.front()) + "'", {{reference.key.span, std::string(near.front())}}, true};
      }
    } else {
      finding.notes.push_back({data->object->name_span, "this " + std::string(reference.kind()) + " has no such key"});
    }
  }
  attach_effect(reference, context, true, finding);
  context.report(std::move(finding));
}

}  // namespace podseer::rules
