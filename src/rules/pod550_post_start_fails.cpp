// SPDX-License-Identifier: Apache-2.0
// The command of a postStart hook is known to fail right after the start
// (pkg/kubelet/lifecycle/handlers.go, Kubernetes 1.34).
#include "rules/exec_checks.hpp"

namespace podseer::rules {

void pod550_post_start_fails(const kube::PodTemplate& pod, RuleContext& context) {
  each_post_start(pod, context, [&](const kube::Container& container, const ExecVerdict& verdict) {
    if (verdict.kind != ExecVerdict::Kind::Fails) return;
    Finding finding =
        context.finding(container.post_start->command.back().span,
                        {{"container", std::string(*container.name)}, {"code", std::to_string(verdict.exit_code)}});
    finding.certainty = std::min(finding.certainty, verdict.certainty);
    if (!verdict.why.empty()) finding.notes.push_back({{}, verdict.why});
    finding.field_path = context.path(container, ".lifecycle.postStart.exec.command");
    finding.effect =
        RuleContext::effect(lifecycle::Step::PostStart, &container, "PostStartHookError",
                            "PostStartHook failed: command exited with " + std::to_string(verdict.exit_code));
    context.report(std::move(finding));
  });
}

}  // namespace podseer::rules
