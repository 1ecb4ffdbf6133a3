// SPDX-License-Identifier: Apache-2.0
// A slow starter under a small CPU limit: its start costs so many seconds of one CPU (start_cpu of the image's
// program), and a limit of 50m spreads them over twenty times as long. The startup probe, or the liveness probe
// where there is none, kills it first. The cost is an estimate from below, so a wide margin is asked for and the
// claim is only possible.
//
// Worked example: keycloak, 8 CPU seconds, limit 50m: 160 s; a liveness probe with the defaults gives up after 30 s
// at the latest, and 160 is more than three times 30.
#include "kube/image_reference.hpp"
#include "lifecycle/probes.hpp"
#include "process/image_table.hpp"
#include "rules/each_container.hpp"
#include "rules/probe_sites.hpp"

namespace podseer::rules {
namespace {

/// CPU seconds that the container's server takes to start; 0 where nobody knows.
double start_cost(const kube::Container& container, const RuleContext& context) {
  const process::Outcome& outcome = context.outcome(container);
  if (outcome.kind != process::Outcome::Kind::RunsForever) return 0;
  const process::ImageInfo* image = process::find_image(kube::ImageReference::parse(*container.image));
  const process::ImageProgram* program = image == nullptr ? nullptr : image->program(outcome.subject);
  return program == nullptr ? 0 : static_cast<double>(program->start_cpu);
}

void judge(const kube::PodTemplate& pod, ProbeSite::Role role, RuleContext& context) {
  for (const ProbeSite& site : probe_sites(pod, role)) {
    const kube::Container& container = *site.container;
    if (role == ProbeSite::Role::Liveness && container.startup_probe) continue;
    if (port_suffix(site.probe->handler).empty() || lifecycle::port_name_missing(site.probe->handler, container))
      continue;
    const kube::ResourceAmount* limit = kube::find_resource(container.resources.limits, "cpu");
    if (limit == nullptr || limit->amount.milli() <= 0) continue;
    constexpr double kMilli = 1000;  // of a CPU
    const double start = start_cost(container, context) * kMilli / static_cast<double>(limit->amount.milli());
    const lifecycle::Window window = lifecycle::decides_failure(*site.probe);
    if (start < window.latest * context.parameter("margin")) continue;
    Finding finding =
        context.finding(limit->span, {{"container", std::string(*container.name)},
                                      {"limit", limit->amount.canonical()},
                                      {"program", context.outcome(container).subject},
                                      {"start", seconds_text(start)},
                                      {"probe", role == ProbeSite::Role::Startup ? "startup" : "liveness"},
                                      {"latest", seconds_text(window.latest)}});
    finding.field_path = context.path(container, ".resources.limits.cpu");
    finding.notes.push_back({site.probe->span, "gives up after " + seconds_text(window.latest) + " at the latest"});
    finding.effect = RuleContext::effect(site.step(), &container, "", "connect: connection refused");
    finding.effect->earliest = window.earliest;
    finding.effect->latest = window.latest;
    context.report(std::move(finding));
  }
}

}  // namespace

void pod619_throttled_start_is_killed(const kube::PodTemplate& pod, RuleContext& context) {
  judge(pod, ProbeSite::Role::Startup, context);
  judge(pod, ProbeSite::Role::Liveness, context);
}

}  // namespace podseer::rules
