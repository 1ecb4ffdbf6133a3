// SPDX-License-Identifier: Apache-2.0
// hostUsers: false on nodes whose runtime does not offer user namespaces to the kubelet: containerd before 2.0
// (pkg/kubelet/userns, Kubernetes 1.34). The sandbox is never made. Known only of nodes that say their runtime.
#include <algorithm>

#include "rules/rule.hpp"

namespace podseer::rules {

void pod422_user_namespaces_unsupported(const kube::PodTemplate& pod, RuleContext& context) {
  const kube::Flag& users = pod.spec.host_users;
  if (!users.set() || *users) return;
  const auto& nodes = context.world().cluster().nodes;
  const bool none = !nodes.empty() && std::all_of(nodes.begin(), nodes.end(), [](const world::ClusterNode& node) {
    return node.runtime.starts_with("containerd://1.");
  });
  if (!none) return;
  Finding finding = context.finding(users.span, {{"runtime", nodes.front().runtime}});
  finding.field_path = context.path(".hostUsers");
  finding.effect = RuleContext::effect(
      lifecycle::Step::Sandbox, nullptr, "ContainerCreating",
      "Failed to create pod sandbox: can't set `spec.hostUsers: false`, runtime does not support user namespaces");
  context.report(std::move(finding));
}

}  // namespace podseer::rules
