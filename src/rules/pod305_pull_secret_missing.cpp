// SPDX-License-Identifier: Apache-2.0
// imagePullSecrets that do not exist: only an event; a public image is pulled all the same
// (pkg/kubelet/kubelet_pods.go getPullSecretsForPod, Kubernetes 1.34).
#include "rules/rule.hpp"

namespace podseer::rules {

void pod305_pull_secret_missing(const kube::PodTemplate& pod, RuleContext& context) {
  for (std::size_t i = 0; i < pod.spec.image_pull_secrets.size(); ++i) {
    const kube::Text& name = pod.spec.image_pull_secrets[i];
    if (name->empty()) continue;
    const world::World& world = context.world();
    const auto known = world.exists("Secret", context.ns(), *name);
    const bool some_secrets = !world.all("Secret").empty();
    if (known == world::Known::Yes || (known == world::Known::Unknown && !some_secrets)) continue;
    Finding finding = context.finding(name.span, {{"name", std::string(*name)}});
    finding.field_path = context.path(".imagePullSecrets[" + std::to_string(i) + "].name");
    context.report(std::move(finding));
  }
}

}  // namespace podseer::rules
