// SPDX-License-Identifier: Apache-2.0
#include "rules/exec_checks.hpp"

#include <algorithm>

#include "lifecycle/probes.hpp"
#include "process/expansion.hpp"
#include "process/predict.hpp"
#include "rules/each_container.hpp"
#include "rules/engine.hpp"

namespace podseer::rules {

namespace {

using Sureness = process::Outcome::Sureness;

constexpr lifecycle::Seconds kSlack = 2;             // between the process and its first probe
constexpr lifecycle::Seconds kNearlyForEver = 3600;  // nobody waits longer for a hook

kube::SourceSpan command_span(const kube::Handler& handler) {
  if (handler.command.empty()) return handler.span;
  kube::SourceSpan span = handler.command.front().span;
  const kube::SourceSpan last = handler.command.back().span;
  if (span.file == last.file && last.end > span.end) span.end = last.end;
  return span;
}

std::string joined(const kube::Handler& handler) {
  constexpr std::size_t kShown = 80;
  std::string text;
  for (const kube::Text& word : handler.command) text += (text.empty() ? "" : " ") + std::string(*word);
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  return text.size() > kShown ? text.substr(0, kShown) + "..." : text;
}

}  // namespace

ExecVerdict exec_verdict(const kube::PodTemplate& pod, const kube::Container& container, const kube::Handler& handler,
                         const RuleContext& context, const process::ExecMoment& moment) {
  ExecVerdict out;
  if (handler.kind != kube::Handler::Kind::Exec || handler.command.empty()) return out;
  out.program = *handler.command.front();
  process::PodOutcomes outcomes;
  for (const lifecycle::ContainerFacts& facts : context.facts().init_containers)
    outcomes.init_containers.push_back(facts.outcome);
  for (const lifecycle::ContainerFacts& facts : context.facts().containers)
    outcomes.containers.push_back(facts.outcome);
  std::vector<std::string> command;
  // The prober replaces $(NAME) with the values written in `env` (ExpandContainerCommandOnlyStatic); hooks run as
  // written.
  const bool probe = !container.post_start || &handler != &*container.post_start;
  const auto lookup = [&](std::string_view name) {
    for (auto one = container.env.rbegin(); one != container.env.rend(); ++one) {
      if (*one->name == name)
        return process::Value::known(one->from == kube::EnvVar::From::Value ? std::string(*one->value) : std::string());
    }
    return process::Value{};
  };
  for (const kube::Text& word : handler.command) {
    command.push_back(probe ? process::expand(*word, lookup).value_or(std::string(*word)) : std::string(*word));
  }
  const process::Outcome outcome = process::predict_exec(pod, container, context.world(), outcomes, command, moment);
  if (outcome.sureness == Sureness::Possible) return out;
  out.certainty = outcome.sureness == Sureness::Certain ? Certainty::Certain : Certainty::Likely;
  out.why = outcome.explanation;
  out.log = outcome.log;
  if (outcome.kind == process::Outcome::Kind::NotStarted) {
    out.kind = ExecVerdict::Kind::Missing;
  } else if (outcome.kind == process::Outcome::Kind::Exits && outcome.exit_code != 0) {
    out.kind = ExecVerdict::Kind::Fails;
    out.exit_code = outcome.exit_code;
    out.takes = outcome.earliest;
  } else if (outcome.kind == process::Outcome::Kind::RunsForever ||
             (outcome.kind == process::Outcome::Kind::Exits && outcome.earliest >= kNearlyForEver)) {
    out.kind = ExecVerdict::Kind::Hangs;
    out.takes = kNearlyForEver;
  } else if (outcome.kind == process::Outcome::Kind::Exits) {
    out.takes = outcome.earliest;
  }
  return out;
}

void each_post_start(const kube::PodTemplate& pod, const RuleContext& context,
                     const std::function<void(const kube::Container&, const ExecVerdict&)>& visit) {
  each_container(pod, [&](const kube::Container& container) {
    if (!container.post_start || context.outcome(container).kind == process::Outcome::Kind::NotStarted) return;
    visit(container, exec_verdict(pod, container, *container.post_start, context));
  });
}

void report_missing_programs(const kube::PodTemplate& pod, ProbeSite::Role role, RuleContext& context) {
  for (const ProbeSite& site : probe_sites(pod, role)) {
    if (!stays_up(*site.container, context)) continue;
    const ExecVerdict verdict = exec_verdict(pod, *site.container, site.probe->handler, context);
    if (verdict.kind != ExecVerdict::Kind::Missing) continue;
    Finding finding =
        context.finding(site.probe->handler.command.front().span,
                        {{"container", std::string(*site.container->name)}, {"program", verdict.program}});
    finding.certainty = std::min(finding.certainty, verdict.certainty);
    finding.field_path = site.path(context, ".exec.command[0]");
    finding.effect = RuleContext::effect(site.step(), site.container, "", verdict.log);
    finding.effect->handler_error = true;
    context.report(std::move(finding));
  }
}

void report_failing_commands(const kube::PodTemplate& pod, ProbeSite::Role role, RuleContext& context) {
  for (const ProbeSite& site : probe_sites(pod, role)) {
    if (!stays_up(*site.container, context)) continue;
    process::ExecMoment moment;
    moment.startup = role == ProbeSite::Role::Startup;
    ExecVerdict verdict = exec_verdict(pod, *site.container, site.probe->handler, context, moment);
    const bool waits = role == ProbeSite::Role::Liveness && site.container->startup_probe;
    if (verdict.kind == ExecVerdict::Kind::Unknown && verdict.takes == 0 && role != ProbeSite::Role::Readiness &&
        !waits) {
      // What the process makes later than the last try that is waited for comes too late: each start begins anew.
      moment.at = lifecycle::decides_failure(*site.probe).latest + kSlack;
      verdict = exec_verdict(pod, *site.container, site.probe->handler, context, moment);
      if (verdict.kind != ExecVerdict::Kind::Fails) continue;
    }
    const std::int64_t timeout =
        site.probe->timeout_seconds.set() ? std::max<std::int64_t>(*site.probe->timeout_seconds, 1) : 1;
    const bool late = verdict.takes > static_cast<lifecycle::Seconds>(timeout);
    if (verdict.kind != ExecVerdict::Kind::Fails && !late) continue;
    const lifecycle::Window window = lifecycle::decides_failure(*site.probe);
    Finding finding =
        context.finding(command_span(site.probe->handler),
                        {{"container", std::string(*site.container->name)},
                         {"command", joined(site.probe->handler)},
                         {"result", late ? "takes longer than its timeoutSeconds, " + std::to_string(timeout)
                                         : "ends with exit code " + std::to_string(verdict.exit_code)},
                         {"earliest", seconds_text(window.earliest)},
                         {"latest", seconds_text(window.latest)}});
    finding.certainty = std::min(finding.certainty, verdict.certainty);
    if (!verdict.why.empty()) finding.notes.push_back({{}, verdict.why});
    finding.field_path = site.path(context, ".exec.command");
    finding.effect = RuleContext::effect(site.step(), site.container, "", verdict.log);
    context.report(std::move(finding));
  }
}

}  // namespace podseer::rules
