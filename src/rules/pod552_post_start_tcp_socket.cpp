// SPDX-License-Identifier: Apache-2.0
// A tcpSocket as postStart hook passes the API and always fails on the node
// (pkg/kubelet/lifecycle/handlers.go, Kubernetes 1.34).
#include "rules/each_container.hpp"
#include "rules/rule.hpp"

namespace podseer::rules {

void pod552_post_start_tcp_socket(const kube::PodTemplate& pod, RuleContext& context) {
  each_container(pod, [&](const kube::Container& container) {
    if (!container.post_start || container.post_start->kind != kube::Handler::Kind::TcpSocket) return;
    Finding finding = context.finding(container.post_start->span, {{"container", std::string(*container.name)}});
    finding.field_path = context.path(container, ".lifecycle.postStart.tcpSocket");
    finding.effect =
        RuleContext::effect(lifecycle::Step::PostStart, &container, "PostStartHookError", "invalid handler: tcpSocket");
    context.report(std::move(finding));
  });
}

}  // namespace podseer::rules
