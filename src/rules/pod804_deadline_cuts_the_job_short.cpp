// SPDX-License-Identifier: Apache-2.0
// The activeDeadlineSeconds of a Job is shorter than what a container of its pods is known to run
// (pkg/controller/job, Kubernetes 1.34).
#include <string>

#include "rules/rule.hpp"

namespace podseer::rules {
namespace {

/// Who writes more than a year (mostly the largest number that fits) means that there is no end.
constexpr double kNoDeadline = 365.0 * 24 * 60 * 60;

}  // namespace

void pod804_deadline_cuts_the_job_short(const kube::PodTemplate& pod, RuleContext& context) {
  using Kind = process::Outcome::Kind;
  if (!pod.job_active_deadline_seconds.written()) return;
  const auto deadline = static_cast<double>(*pod.job_active_deadline_seconds);
  if (deadline > kNoDeadline) return;
  for (const kube::Container& container : pod.spec.containers) {
    const process::Outcome& outcome = context.outcome(container);
    const bool for_ever = outcome.kind == Kind::RunsForever;
    const bool longer = outcome.kind == Kind::Exits && outcome.earliest > deadline;
    if ((!for_ever && !longer) || outcome.sureness == process::Outcome::Sureness::Possible)
      continue;
    Finding finding = context.finding(
        pod.job_active_deadline_seconds.span,
        {{"container", std::string(*container.name)},
         {"deadline", std::to_string(*pod.job_active_deadline_seconds)},
         {"needs", for_ever ? "runs for ever"
                            : "runs for at least " + kube::print_go_duration(outcome.earliest)}});
    if (outcome.sureness == process::Outcome::Sureness::Certain)
      finding.certainty = Certainty::Certain;
    if (outcome.span.exists()) finding.notes.push_back({outcome.span, "this is what it runs"});
    finding.field_path = "spec.activeDeadlineSeconds";
    finding.effect = RuleContext::effect(lifecycle::Step::Rollout, nullptr, "NoPods",
                                         "Job was active longer than specified deadline");
    context.report(std::move(finding));
    return;
  }
}

}  // namespace podseer::rules
