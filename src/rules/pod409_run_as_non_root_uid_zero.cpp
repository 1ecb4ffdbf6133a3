// SPDX-License-Identifier: Apache-2.0
// runAsNonRoot with runAsUser 0: the API server takes it, the kubelet refuses to create the container
// (pkg/kubelet/kuberuntime/security_context_others.go). A container's field wins over the pod's, field by field.
#include "rules/each_container.hpp"
#include "rules/rule.hpp"

namespace podseer::rules {

void pod409_run_as_non_root_uid_zero(const kube::PodTemplate& pod, RuleContext& context) {
  each_container(pod, [&](const kube::Container& container) {
    const kube::SecurityContext& own = *container.security_context;
    const kube::SecurityContext& shared = *pod.spec.security_context;
    const kube::Flag& non_root = own.run_as_non_root.set() ? own.run_as_non_root : shared.run_as_non_root;
    const kube::Number& user = own.run_as_user.set() ? own.run_as_user : shared.run_as_user;
    if (!*non_root || !user.set() || *user != 0) return;
    Finding finding = context.finding(user.span, {{"container", std::string(*container.name)}});
    finding.field_path = own.run_as_user.set() ? context.path(container, ".securityContext.runAsUser")
                                               : context.path(".securityContext.runAsUser");
    finding.notes.push_back({non_root.span, "root is forbidden here"});
    finding.effect = RuleContext::effect(lifecycle::Step::Configure, &container, "CreateContainerConfigError",
                                         "container's runAsUser breaks non-root policy (pod: \"" +
                                             std::string(pod.owner->name) + "_" + std::string(context.ns()) +
                                             "\", container: " + std::string(*container.name) + ")");
    context.report(std::move(finding));
  });
}

}  // namespace podseer::rules
