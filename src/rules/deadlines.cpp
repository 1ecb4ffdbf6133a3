// SPDX-License-Identifier: Apache-2.0
#include "rules/deadlines.hpp"

#include <string>

namespace podseer::rules {
namespace {

/// Who writes more than a year (mostly the largest number that fits) means that there is no end.
constexpr double kNoDeadline = 365.0 * 24 * 60 * 60;

}  // namespace

std::optional<Finding> deadline_finding(const kube::PodTemplate& pod, const kube::Number& deadline,
                                        const RuleContext& context) {
  using process::Outcome;
  const auto seconds = static_cast<double>(*deadline);
  if (!deadline.written() || seconds > kNoDeadline) return std::nullopt;
  for (const kube::Container& container : pod.spec.containers) {
    const Outcome& outcome = context.outcome(container);
    const bool for_ever = outcome.kind == Outcome::Kind::RunsForever;
    const bool longer = outcome.kind == Outcome::Kind::Exits && outcome.earliest > seconds;
    if ((!for_ever && !longer) || outcome.sureness == Outcome::Sureness::Possible) continue;
    Finding finding = context.finding(
        deadline.span,
        {{"container", std::string(*container.name)},
         {"deadline", std::to_string(*deadline)},
         {"needs", for_ever ? "runs for ever" : "runs for at least " + kube::print_go_duration(outcome.earliest)}});
    if (outcome.sureness == Outcome::Sureness::Certain) finding.certainty = Certainty::Certain;
    if (outcome.span.exists()) finding.notes.push_back({outcome.span, "this is what it runs"});
    return finding;
  }
  return std::nullopt;
}

}  // namespace podseer::rules
