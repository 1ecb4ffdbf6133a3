// SPDX-License-Identifier: Apache-2.0
// The httpGet of a postStart hook goes to a port that no process of the pod listens on
// (pkg/kubelet/lifecycle/handlers.go, Kubernetes 1.34).
#include <algorithm>

#include "lifecycle/probes.hpp"
#include "rules/each_container.hpp"
#include "rules/probe_sites.hpp"

namespace podseer::rules {

void pod553_post_start_port_not_served(const kube::PodTemplate& pod, RuleContext& context) {
  const std::optional<std::vector<std::int64_t>> served = served_ports(pod, context);
  if (!served) return;
  each_container(pod, [&](const kube::Container& container) {
    if (!container.post_start || !stays_up(container, context)) return;
    const kube::Handler& hook = *container.post_start;
    if (hook.kind != kube::Handler::Kind::HttpGet || (hook.host.set() && !hook.host->empty())) return;
    const std::int64_t port = lifecycle::port_of(hook, container);
    if (port != 0 && std::find(served->begin(), served->end(), port) != served->end()) return;
    Finding finding =
        context.finding(hook.port.span, {{"container", std::string(*container.name)},
                                         {"port", port != 0 ? std::to_string(port) : std::string(hook.port->name)},
                                         {"served", served_text(pod, *served, context)}});
    finding.field_path = context.path(container, ".lifecycle.postStart.httpGet.port");
    finding.effect = RuleContext::effect(lifecycle::Step::PostStart, &container, "PostStartHookError",
                                         "connect: connection refused");
    context.report(std::move(finding));
  });
}

}  // namespace podseer::rules
