// SPDX-License-Identifier: Apache-2.0
// resourceFieldRef names a container that the pod does not have: the API server does not check, the kubelet
// fails (pkg/kubelet/kubelet_pods.go containerResourceRuntimeValue; volumes: pkg/volume/downwardapi).
#include "rules/each_container.hpp"
#include "rules/references.hpp"
#include "rules/rule.hpp"

namespace podseer::rules {

void pod411_resource_field_container_missing(const kube::PodTemplate& pod, RuleContext& context) {
  const auto report = [&](const kube::Text& name, const kube::Container* container, const std::string& path,
                          lifecycle::Step step, const char* reason, std::string message) {
    Finding finding = context.finding(name.span, {{"name", std::string(*name)}});
    finding.field_path = path;
    finding.predicts = reason;
    finding.effect = RuleContext::effect(step, container, reason, std::move(message));
    context.report(std::move(finding));
  };
  each_container(pod, [&](const kube::Container& container) {
    for (std::size_t i = 0; i < container.env.size(); ++i) {
      const kube::Text& name = container.env[i].resource_container;
      if (name->empty() || pod.spec.find_container(*name) != nullptr) continue;
      report(name, &container,
             context.path(container, ".env[" + std::to_string(i) + "].valueFrom.resourceFieldRef.containerName"),
             lifecycle::Step::Configure, "CreateContainerConfigError",
             "container " + std::string(*name) + " not found");
    }
  });
  for (std::size_t v = 0; v < pod.spec.volumes.size(); ++v) {
    const kube::Volume& volume = pod.spec.volumes[v];
    if (!mounted(pod, volume)) continue;
    for (const kube::ProjectionSource& source : volume.sources) {
      for (const kube::KeyToPath& item : source.items) {
        const kube::Text& name = item.resource_container;
        if (name->empty() || pod.spec.find_container(*name) != nullptr) continue;
        report(name, nullptr, context.path(".volumes[" + std::to_string(v) + "]"), lifecycle::Step::Mount,
               "ContainerCreating",
               "MountVolume.SetUp failed for volume \"" + std::string(*volume.name) + "\" : container " +
                   std::string(*name) + " not found");
      }
    }
  }
}

}  // namespace podseer::rules
