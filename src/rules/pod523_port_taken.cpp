// SPDX-License-Identifier: Apache-2.0
// Two containers want one port. 'kubectl logs' of the second container shows 'bind() to 0.0.0.0:80 failed (98:
// Address already in use)'. Those of one pod share its network; with hostNetwork, replicas on one node share the
// node's. A declared port keeps them apart (the scheduler takes it for a hostPort); one that nobody declares does not:
// two replicas of `httpd -p 8080` on the only node leave one in CrashLoopBackOff.
#include <algorithm>

#include "lifecycle/candidate.hpp"
#include "lifecycle/node_match.hpp"
#include "rules/engine.hpp"
#include "rules/outcome_finding.hpp"

namespace podseer::rules {

namespace {

void tell_replicas(const kube::PodTemplate& pod, RuleContext& context) {
  const world::Cluster& cluster = context.world().cluster();
  using Workload = kube::WorkloadKind;
  const bool counted = pod.workload == Workload::Deployment || pod.workload == Workload::StatefulSet ||
                       pod.workload == Workload::ReplicaSet || pod.workload == Workload::ReplicationController;
  if (!*pod.spec.host_network || !counted || !pod.replicas.set() || *pod.replicas < 2 || *pod.replicas > 1'000'000)
    return;
  if (!cluster.nodes_known || !context.facts().placement.problems.empty()) return;
  const lifecycle::Candidate candidate = lifecycle::make_candidate(pod, context.world());
  const auto nodes = std::count_if(cluster.nodes.begin(), cluster.nodes.end(), [&](const world::ClusterNode& node) {
    return lifecycle::node_selected(node, pod.spec, candidate.node_selector);
  });
  if (!candidate.ports.empty() || nodes < 1 || nodes >= *pod.replicas) return;
  for (const kube::Container& container : pod.spec.containers) {
    const Outcome& outcome = context.outcome(container);
    if (outcome.kind != Kind::RunsForever || outcome.sureness == Outcome::Sureness::Possible ||
        !outcome.listens_known || outcome.listens.empty())
      continue;
    const std::string port = std::to_string(outcome.listens.front());
    const std::string why = std::to_string(*pod.replicas) + " pods share the network of " +
                            (nodes == 1 ? "1 node" : std::to_string(nodes) + " nodes") +
                            ", and each of them listens on port " + port;
    Finding finding =
        context.finding(outcome.span.exists() ? outcome.span : container.image.span,
                        {{"container", std::string(*container.name)}, {"code", "1"}, {"explanation", why}});
    finding.around = outcome.around;
    finding.certainty =
        cluster.snapshot && outcome.sureness == Outcome::Sureness::Certain ? Certainty::Certain : Certainty::Likely;
    finding.field_path = context.path(container);
    finding.effect = RuleContext::effect(lifecycle::Step::Run, &container, "Error",
                                         "bind: Address already in use (port " + port + ")");
    constexpr double kBindsWithin = 5;  // seconds; nginx tries for 2.5 s
    finding.effect->exit_code = 1;
    finding.effect->latest = kBindsWithin;
    finding.effect->replicas = static_cast<int>(*pod.replicas - nodes);
    context.report(std::move(finding));
    return;
  }
}

}  // namespace

void pod523_port_taken(const kube::PodTemplate& pod, RuleContext& context) {
  report_outcomes(pod, context,
                  [](const kube::Container&, const Outcome& outcome) { return outcome.cause == Cause::PortTaken; });
  tell_replicas(pod, context);
}

}  // namespace podseer::rules
