// SPDX-License-Identifier: Apache-2.0
// The command of a postStart hook that never returns: the kubelet waits inside startContainer, and the container's
// status stays what it was before, ContainerCreating (pkg/kubelet/kuberuntime/kuberuntime_container.go,
// Kubernetes 1.34). Worked example: `postStart: {exec: {command: [tail, -f, /dev/null]}}`.
#include "rules/each_container.hpp"
#include "rules/exec_checks.hpp"

namespace podseer::rules {

void pod554_post_start_never_ends(const kube::PodTemplate& pod, RuleContext& context) {
  each_container(pod, [&](const kube::Container& container) {
    // A container that ends takes its hook with it.
    if (!container.post_start || !stays_up(container, context)) return;
    const kube::Handler& hook = *container.post_start;
    const ExecVerdict verdict = exec_verdict(pod, container, hook, context);
    if (verdict.kind != ExecVerdict::Kind::Hangs) return;
    Finding finding = context.finding(hook.command.back().span,
                                      {{"container", std::string(*container.name)}, {"command", verdict.program}});
    finding.certainty = std::min(finding.certainty, verdict.certainty);
    if (!verdict.why.empty()) finding.notes.push_back({{}, verdict.why});
    finding.field_path = context.path(container, ".lifecycle.postStart.exec.command");
    finding.effect =
        RuleContext::effect(lifecycle::Step::PostStart, &container, "ContainerCreating", "the hook has not returned");
    context.report(std::move(finding));
  });
}

}  // namespace podseer::rules
