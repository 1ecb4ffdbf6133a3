// SPDX-License-Identifier: Apache-2.0
// A command loops until a host answers (nc, wget, nslookup in a loop), and the host is a Service
// that does not exist, has no such port, or selects no pod: it waits for ever.
#include <algorithm>
#include <limits>

#include "rules/dependencies.hpp"
#include "rules/each_container.hpp"

namespace podseer::rules {

namespace {

/// An init container that waits for a port of its own pod: only sidecars before it run by then.
std::optional<Unreachable> nobody_here(const kube::PodTemplate& pod, const kube::Container& container,
                                       const process::Outcome& outcome, const RuleContext& context) {
  const std::string& host = outcome.dependency->host;
  if (!container.init || container.sidecar() || *pod.spec.host_network) return std::nullopt;
  if (host != "localhost" && host != "::1" && !host.starts_with("127.")) return std::nullopt;
  for (const kube::Container& other : pod.spec.init_containers) {
    if (&other == &container || *other.name == *container.name) break;
    if (!other.sidecar()) continue;
    const process::Outcome& served = context.outcome(other);
    const bool knows = served.kind == process::Outcome::Kind::RunsForever && served.listens_known;
    const auto has = [&](const std::vector<std::int64_t>& ports) {
      return std::find(ports.begin(), ports.end(), outcome.dependency->port) != ports.end();
    };
    if (!knows || has(served.listens) || has(served.listens_local)) return std::nullopt;
  }
  return Unreachable{"no container of the pod that runs by then serves it", Certainty::Certain};
}

}  // namespace

void pod640_waits_for_nothing(const kube::PodTemplate& pod, RuleContext& context) {
  each_container(pod, [&](const kube::Container& container) {
    const process::Outcome& outcome = context.outcome(container);
    if (outcome.kind != process::Outcome::Kind::WaitsFor || !outcome.dependency) return;
    const std::optional<ServiceName> target = service_of_host(outcome.dependency->host, context);
    std::optional<Unreachable> wrong;
    if (target) wrong = unreachable(*target, outcome.dependency->port, context);
    if (!target) wrong = nobody_here(pod, container, outcome, context);
    if (!wrong) return;
    std::string host = outcome.dependency->host;
    if (outcome.dependency->port != 0) host += ":" + std::to_string(outcome.dependency->port);
    Finding finding =
        context.finding(outcome.span.exists() ? outcome.span : container.name.span,
                        {{"container", std::string(*container.name)}, {"host", host}, {"why", wrong->why}});
    finding.certainty = wrong->certainty;
    if (outcome.sureness == process::Outcome::Sureness::Possible) finding.certainty = Certainty::Possible;
    // A loop needs its Service now: one that no file gives is as likely absent as a ConfigMap would
    // be.
    if (outcome.sureness == process::Outcome::Sureness::Likely && finding.certainty == Certainty::Possible)
      finding.certainty = Certainty::Likely;
    finding.field_path = context.path(container);
    if (!container.init) finding.predicts = "Running";
    finding.effect = RuleContext::effect(lifecycle::Step::Run, &container, "", "waits for " + host + ": " + wrong->why);
    finding.effect->earliest = finding.effect->latest = std::numeric_limits<double>::infinity();
    context.report(std::move(finding));
  });
}

}  // namespace podseer::rules
