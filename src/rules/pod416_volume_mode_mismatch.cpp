// SPDX-License-Identifier: Apache-2.0
// A raw block claim in volumeMounts, or a filesystem claim in volumeDevices: the kubelet waits for ever
// (pkg/kubelet/volumemanager/populator, Kubernetes 1.34).
#include "rules/each_container.hpp"
#include "rules/rule.hpp"
#include "yaml/node.hpp"

namespace podseer::rules {

void pod416_volume_mode_mismatch(const kube::PodTemplate& pod, RuleContext& context) {
  const auto mode_of = [&](std::string_view volume_name) -> kube::Text {
    for (const auto& [name, claim] : pod.claim_templates) {
      if (*name == volume_name) return claim.volume_mode;
    }
    const kube::Volume* volume = pod.spec.find_volume(volume_name);
    if (volume == nullptr) return {};
    if (volume->kind == kube::Volume::Kind::Ephemeral) return volume->claim.volume_mode;
    if (volume->kind != kube::Volume::Kind::PersistentVolumeClaim) return {};
    const kube::Object* claim = context.world().find("PersistentVolumeClaim", context.ns(), *volume->claim_name);
    if (claim == nullptr) return {};
    return kube::ClaimSpec::read(claim->root->find("spec")).volume_mode;
  };
  const auto report = [&](const kube::Text& name, const kube::Text& mode, const std::string& path, const char* where) {
    Finding finding =
        context.finding(name.span, {{"volume", std::string(*name)}, {"mode", std::string(*mode)}, {"where", where}});
    finding.field_path = path;
    if (mode.written()) finding.notes.push_back({mode.span, "the claim's volumeMode"});
    finding.effect = RuleContext::effect(
        lifecycle::Step::Mount, nullptr, "ContainerCreating",
        "volume " + std::string(*name) + " has volumeMode " + std::string(*mode) + ", but is specified in " + where);
    context.report(std::move(finding));
  };
  each_container(pod, [&](const kube::Container& container) {
    for (std::size_t i = 0; i < container.volume_mounts.size(); ++i) {
      const kube::Text mode = mode_of(*container.volume_mounts[i].name);
      if (*mode == "Block") {
        report(container.volume_mounts[i].name, mode,
               context.path(container, ".volumeMounts[" + std::to_string(i) + "]"), "volumeMounts");
      }
    }
    for (std::size_t i = 0; i < container.volume_devices.size(); ++i) {
      const kube::Text mode = mode_of(*container.volume_devices[i].name);
      if (*mode == "Filesystem") {
        report(container.volume_devices[i].name, mode,
               context.path(container, ".volumeDevices[" + std::to_string(i) + "]"), "volumeDevices");
      }
    }
  });
}

}  // namespace podseer::rules
