// SPDX-License-Identifier: Apache-2.0
// The program of a postStart hook is not in the image, so the hook fails after each start
// (pkg/kubelet/lifecycle/handlers.go, Kubernetes 1.34).
#include "rules/exec_checks.hpp"

namespace podseer::rules {

void pod551_post_start_program_missing(const kube::PodTemplate& pod, RuleContext& context) {
  each_post_start(pod, context, [&](const kube::Container& container, const ExecVerdict& verdict) {
    if (verdict.kind != ExecVerdict::Kind::Missing) return;
    Finding finding = context.finding(container.post_start->command.front().span,
                                      {{"container", std::string(*container.name)}, {"program", verdict.program}});
    finding.certainty = std::min(finding.certainty, verdict.certainty);
    finding.field_path = context.path(container, ".lifecycle.postStart.exec.command[0]");
    finding.effect = RuleContext::effect(lifecycle::Step::PostStart, &container, "PostStartHookError", verdict.log);
    context.report(std::move(finding));
  });
}

}  // namespace podseer::rules
