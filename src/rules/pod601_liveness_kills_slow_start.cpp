// SPDX-License-Identifier: Apache-2.0
// A container sleeps before it serves, and its liveness probe has no startup probe to wait for: the
// kill comes first (pkg/kubelet/prober/worker.go, Kubernetes 1.34). With D initialDelaySeconds, P
// periodSeconds and F failureThreshold the kill comes between D + (F-1)*P and D + F*P.
#include "lifecycle/probes.hpp"
#include "rules/probe_sites.hpp"

namespace podseer::rules {

void pod601_liveness_kills_slow_start(const kube::PodTemplate& pod, RuleContext& context) {
  for (const ProbeSite& site : probe_sites(pod, ProbeSite::Role::Liveness)) {
    if (site.container->startup_probe || port_suffix(site.probe->handler).empty()) continue;
    if (lifecycle::port_name_missing(site.probe->handler, *site.container) ||
        !stays_up(*site.container, context))
      continue;
    const double slept = serves_after(*site.container, site.probe->handler, context);
    const lifecycle::Window window = lifecycle::decides_failure(*site.probe);
    if (slept <= window.latest) continue;
    Finding finding =
        context.finding(site.probe->span, {{"container", std::string(*site.container->name)},
                                           {"sleep", seconds_text(slept)},
                                           {"earliest", seconds_text(window.earliest)},
                                           {"latest", seconds_text(window.latest)}});
    finding.field_path = site.path(context, "");
    finding.effect =
        RuleContext::effect(site.step(), site.container, "", "connect: connection refused");
    finding.effect->earliest = window.earliest;
    finding.effect->latest = window.latest;
    context.report(std::move(finding));
  }
}

}  // namespace podseer::rules
