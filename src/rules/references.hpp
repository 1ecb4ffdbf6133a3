// SPDX-License-Identifier: Apache-2.0
// Every place where a pod names a ConfigMap or a Secret, and whether what it names is there. The
// kubelet reads env from ConfigMaps' `data` only, volumes from `data` and `binaryData`; `optional: true`
// forgives a missing object and a missing key (pkg/kubelet/kubelet_pods.go and pkg/volume, Kubernetes 1.34).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/rule.hpp"

namespace podseer::rules {

/// One reference to an object, or to a key of it.
struct Reference {
  bool secret = false;  // else ConfigMap
  kube::Text name;
  kube::Text key;  // empty: the whole object
  bool optional = false;
  const kube::Container* container = nullptr;  // env, envFrom; null for a volume
  const kube::Volume* volume = nullptr;        // volumes that some container mounts; null for env
  std::string path;                            // field path of the name
  std::string key_path;                        // field path of the key
  [[nodiscard]] std::string_view kind() const { return secret ? "Secret" : "ConfigMap"; }
};

/// References from env and envFrom of all containers, init containers first, in the kubelet's order
/// (a container's envFrom before its env).
[[nodiscard]] std::vector<Reference> env_references(const kube::PodTemplate& pod, const RuleContext& context);
/// References from ConfigMap, Secret and projected volumes that at least one container mounts: one
/// without key for each object, then one for each item that names a key.
[[nodiscard]] std::vector<Reference> volume_references(const kube::PodTemplate& pod, const RuleContext& context);
/// True when some container mounts the volume.
[[nodiscard]] bool mounted(const kube::PodTemplate& pod, const kube::Volume& volume);

/// What the kubelet makes of a reference that fails.
struct ReferenceEffect {
  lifecycle::Step step = lifecycle::Step::Configure;
  std::string reason;   // CreateContainerConfigError or ContainerCreating
  std::string message;  // the kubelet's words
};

/// Reports a reference whose object is nowhere: certainty by the world, did-you-mean, other namespaces.
/// Nothing when the object exists or the reference is optional.
void report_missing_object(const Reference& reference, RuleContext& context);
/// Reports a reference whose object is given and lacks the key.
void report_missing_key(const Reference& reference, RuleContext& context);

}  // namespace podseer::rules
