// SPDX-License-Identifier: Apache-2.0
// From an outcome to a finding with its effect. `sh -c 'exit 3'` under Always: step Run, reason Error, code 3.
#include "rules/outcome_finding.hpp"

#include "rules/each_container.hpp"

namespace podseer::rules {
namespace {

Certainty certainty_of(const Outcome& outcome) {
  switch (outcome.sureness) {
    case Outcome::Sureness::Certain: return Certainty::Certain;
    case Outcome::Sureness::Likely: return Certainty::Likely;
    case Outcome::Sureness::Possible: return Certainty::Possible;
  }
  return Certainty::Possible;
}

/// Would a process that ends well be started again for ever?
bool restarted_after_success(const kube::PodTemplate& pod, const kube::Container& container) {
  if (container.init) return container.sidecar();
  const std::string_view policy = *pod.spec.restart_policy;
  return policy == "Always" || policy.empty();
}

/// "at once", "after about 5 s": for people.
std::string after(const Outcome& outcome) {
  constexpr double kAtOnce = 2;       // seconds
  constexpr double kLongest = 86400;  // seconds; beyond that nobody waits
  if (outcome.earliest < kAtOnce) return outcome.latest > kLongest ? "after some time" : "at once";
  return "after about " + kube::print_go_duration(static_cast<double>(static_cast<long long>(outcome.earliest)));
}

constexpr double kBackOffForgotten = 600;  // seconds; twice the longest back-off (client-go flowcontrol)

std::string reason_of(const Outcome& outcome) {
  if (outcome.kind == Outcome::Kind::NotStarted) {
    return outcome.start_error == Outcome::StartError::NoCommand ? "CreateContainerError" : "RunContainerError";
  }
  if (outcome.cause == Outcome::Cause::OutOfMemory) return "OOMKilled";
  return outcome.exit_code == 0 ? "Completed" : "Error";
}

lifecycle::Step step_of(const Outcome& outcome) {
  if (outcome.kind != Outcome::Kind::NotStarted) return lifecycle::Step::Run;
  return outcome.start_error == Outcome::StartError::NoCommand ? lifecycle::Step::Create : lifecycle::Step::Start;
}

void tell(const kube::PodTemplate& pod, const kube::Container& container, const Outcome& outcome,
          RuleContext& context) {
  // Who lived that long is started again at once and shows Running: the kubelet forgets the back-off.
  if (outcome.kind == Kind::Exits && outcome.earliest >= kBackOffForgotten) return;
  if (outcome.kind == Kind::Exits && outcome.exit_code == 0 && !restarted_after_success(pod, container)) return;
  const SourceSpan span = outcome.span.exists() ? outcome.span : container.image.span;
  Finding finding = context.finding(span, {{"container", std::string(*container.name)},
                                           {"code", std::to_string(outcome.exit_code)},
                                           {"after", after(outcome)},
                                           {"subject", outcome.subject},
                                           {"explanation", outcome.explanation},
                                           {"image", std::string(*container.image)}});
  finding.around = outcome.around;
  finding.certainty = certainty_of(outcome);
  finding.field_path = context.path(container);
  if (!outcome.log.empty()) finding.notes.push_back({{}, "it says: " + outcome.log});
  if (outcome.kind == Kind::Exits || outcome.kind == Kind::NotStarted) {
    finding.effect = RuleContext::effect(step_of(outcome), &container, reason_of(outcome),
                                         outcome.log.empty() ? outcome.explanation : outcome.log);
    finding.effect->exit_code = outcome.exit_code;
    finding.effect->earliest = outcome.earliest;
    finding.effect->latest = outcome.latest;
  }
  context.report(std::move(finding));
}

}  // namespace

void report_outcomes(const kube::PodTemplate& pod, RuleContext& context,
                     const std::function<bool(const kube::Container&, const Outcome&)>& matches) {
  each_container(pod, [&](const kube::Container& container) {
    const Outcome& decided = context.outcome(container);
    if (decided.kind != Kind::Unknown && matches(container, decided)) tell(pod, container, decided, context);
    for (const Outcome& risk : decided.risks) {
      if (matches(container, risk)) tell(pod, container, risk, context);
    }
  });
}

}  // namespace podseer::rules
