// SPDX-License-Identifier: Apache-2.0
// The command of a postStart hook is known to fail right after the start
// (pkg/kubelet/lifecycle/handlers.go, Kubernetes 1.34).
#include "rules/each_container.hpp"
#include "rules/exec_checks.hpp"

namespace podseer::rules {

void pod550_post_start_fails(const kube::PodTemplate& pod, RuleContext& context) {
  each_container(pod, [&](const kube::Container& container) {
    if (!container.post_start ||
        context.outcome(container).kind == process::Outcome::Kind::NotStarted)
      return;
    const kube::Handler& hook = *container.post_start;
    const ExecVerdict verdict = exec_verdict(pod, container, hook, context);
    if (verdict.kind != ExecVerdict::Kind::Fails) return;
    Finding finding = context.finding(
        hook.command.back().span,
        {{"container", std::string(*container.name)}, {"code", std::to_string(verdict.exit_code)}});
    finding.certainty = std::min(finding.certainty, verdict.certainty);
    if (!verdict.why.empty()) finding.notes.push_back({{}, verdict.why});
    finding.field_path = context.path(container, ".lifecycle.postStart.exec.command");
    finding.effect = RuleContext::effect(
        lifecycle::Step::PostStart, &container, "PostStartHookError",
        "PostStartHook failed: command exited with " + std::to_string(verdict.exit_code));
    context.report(std::move(finding));
  });
}

}  // namespace podseer::rules
