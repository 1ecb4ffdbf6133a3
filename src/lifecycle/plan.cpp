// SPDX-License-Identifier: Apache-2.0
// Sorts effects and process outcomes into the stages of each container's life (the kubelet's order,
// Kubernetes 1.34.4): image, configuration, create, start, postStart, run, probes. An effect says
// more than the outcome it was made from, so it wins; an outcome alone is played unless it is only
// possible. Worked example: effects {Configure: CreateContainerConfigError, PullImage:
// ErrImagePull} of one container: the image comes first, so the missing key is not seen before the
// image is mended.
#include "lifecycle/plan.hpp"

#include <algorithm>
#include <cmath>

#include "lifecycle/facts.hpp"
#include "lifecycle/probes.hpp"

namespace podseer::lifecycle {

namespace {

/// Seconds that a task takes about which nothing is known: long enough to be seen running.
constexpr Seconds kSomeTask = 5;
/// Seconds from SIGTERM to the end of a process that obeys it.
constexpr Seconds kTermTakes = 0.5;
/// Seconds that an init container of which nothing is known takes.
constexpr Seconds kSomeInit = 2;

Seconds middle(Seconds earliest, Seconds latest) {
  if (!std::isfinite(earliest)) return kNever;
  if (!std::isfinite(latest)) return std::max(0.0, earliest);
  return std::max(0.0, (earliest + std::max(earliest, latest)) / 2);
}

bool played(const ForecastInput& input, const Mended& mended, std::size_t i) {
  if (i < mended.effects.size() && mended.effects[i]) return false;
  return input.effects[i].certainty != Certainty::Possible;
}

/// Sets the fault unless an earlier effect did; what only an outcome said is replaced.
void set_fault(Fault& fault, const Effect& effect, std::string_view default_reason) {
  if (fault.set && fault.effect != nullptr) return;
  fault = {true, effect.reason.empty() ? default_reason : std::string_view(effect.reason), effect.message, &effect};
}

std::string_view reason_of_exit(int exit_code, std::string_view given) {
  if (given == "OOMKilled" || given == "ContainerStatusUnknown") return given;
  return exit_code == 0 ? "Completed" : "Error";
}

void play_run(ContainerPlan& plan, const Effect& effect) {
  const Seconds life = middle(effect.earliest, effect.latest);
  if (plan.ending.set && plan.life <= life) return;  // ends before this can happen
  plan.ending = {true, effect.reason, effect.message, &effect};
  plan.life = life;
  plan.exit_code = effect.exit_code < 0 || (effect.reason == "OOMKilled" && effect.exit_code == 0)
                       ? static_cast<int>(facts::exit_killed)
                       : effect.exit_code;
  plan.evicts = effect.reason == "Evicted";
  if (plan.evicts) plan.exit_code = static_cast<int>(facts::exit_killed);
  plan.exit_reason = reason_of_exit(plan.exit_code, effect.reason);
  plan.repeats = effect.repeats;
}

void play_outcome(ContainerPlan& plan, const process::Outcome& outcome, const kube::PodTemplate& pod, bool init,
                  bool mended) {
  using Kind = process::Outcome::Kind;
  const bool sure = outcome.sureness != process::Outcome::Sureness::Possible;
  const bool task = pod.workload == kube::WorkloadKind::Job || pod.workload == kube::WorkloadKind::CronJob;
  const bool regular_init = init && !plan.sidecar;
  const bool should_end = regular_init || (!plan.sidecar && *pod.spec.restart_policy != "Always");
  const auto ends_well = [&](Seconds after) {
    plan.life = after;
    plan.exit_code = 0;
    plan.exit_reason = "Completed";
  };
  plan.outcome = &outcome;
  if (mended) {
    if (regular_init || (task && should_end)) {
      ends_well(regular_init ? kSomeInit : kSomeTask);
    } else if (should_end && outcome.kind == Kind::Exits) {
      ends_well(middle(outcome.earliest, outcome.latest));
    }
    return;
  }
  if (outcome.kind == Kind::Exits && sure) {
    plan.life = middle(outcome.earliest, outcome.latest);
    plan.exit_code = outcome.exit_code;
    plan.exit_reason = reason_of_exit(outcome.exit_code, {});
    const bool wanted_end = should_end && outcome.exit_code == 0;
    if (!wanted_end) plan.ending = {true, plan.exit_reason, outcome.explanation, nullptr};
  } else if (outcome.kind == Kind::NotStarted && sure) {
    if (outcome.start_error == process::Outcome::StartError::NoCommand) {
      plan.create = {true, "CreateContainerError", outcome.log, nullptr};
    } else if (outcome.start_error == process::Outcome::StartError::ExecFormat) {
      // containerd starts it and the exec fails inside: the container ends at once.
      plan.life = 0;
      plan.exit_code = 1;
      plan.exit_reason = "Error";
      plan.ending = {true, "Error", outcome.log, nullptr};
    } else {
      plan.start = {true, "RunContainerError", outcome.log, nullptr};
    }
  } else if (outcome.kind == Kind::RunsForever && (sure || !regular_init)) {
    if (regular_init) plan.ending = {true, "", outcome.explanation, nullptr};
  } else if (regular_init) {
    ends_well(kSomeInit);  // unknown, or waits for something that is taken to come
  } else if (outcome.kind == Kind::Exits && outcome.exit_code == 0 && should_end) {
    ends_well(middle(outcome.earliest, outcome.latest));
  } else if (outcome.kind == Kind::Unknown && should_end && !outcome.lasts_if_well &&
             (task || plan.container->command_present.value)) {
    ends_well(kSomeTask);
  }
}

void play_effect(PodPlan& plan, const Effect& effect) {
  const auto block = [&](PodPlan::Block kind, std::string_view reason) {
    // The first blocker wins: the enumeration is in the order of the pod's life.
    if (plan.block != PodPlan::Block::None && plan.block <= kind) return;
    plan.block = kind;
    plan.blocked = {};
    set_fault(plan.blocked, effect, reason);
  };
  if (effect.reason == "DeadlineExceeded") {
    if (plan.deadline_effect == nullptr) plan.deadline_effect = &effect;
    return;
  }
  switch (effect.step) {
    case Step::Schedule:
      block(effect.reason == "SchedulingGated" ? PodPlan::Block::Gated : PodPlan::Block::Unscheduled, "Unschedulable");
      return;
    case Step::AdmitOnNode: block(PodPlan::Block::RefusedByNode, "UnexpectedAdmissionError"); return;
    case Step::Mount: block(PodPlan::Block::Mount, "ContainerCreating"); return;
    case Step::Sandbox: block(PodPlan::Block::Sandbox, "ContainerCreating"); return;
    default: break;
  }
  std::vector<ContainerPlan>& list = effect.init ? plan.init : plan.mains;
  const auto apply = [&](ContainerPlan& c) {
    switch (effect.step) {
      case Step::PullImage: set_fault(c.image, effect, "ErrImagePull"); return;
      case Step::Configure: set_fault(c.configure, effect, "CreateContainerConfigError"); return;
      case Step::Create: set_fault(c.create, effect, "CreateContainerError"); return;
      case Step::Start: set_fault(c.start, effect, "RunContainerError"); return;
      case Step::PostStart:
        set_fault(c.post_start, effect, "PostStartHookError");
        c.post_start_hangs = effect.reason == "ContainerCreating";
        return;
      case Step::Run: play_run(c, effect); return;
      case Step::Startup:
        c.started_after = kNever;
        if (!c.unready.set) set_fault(c.unready, effect, "");
        if (!effect.handler_error) set_fault(c.kill, effect, "");
        return;
      case Step::Liveness:
        if (!effect.handler_error) set_fault(c.kill, effect, "");
        return;
      case Step::Readiness:
        c.ready_after = kNever;
        set_fault(c.unready, effect, "");
        return;
      default: return;
    }
  };
  if (effect.container >= 0) {
    if (static_cast<std::size_t>(effect.container) < list.size())
      apply(list[static_cast<std::size_t>(effect.container)]);
    return;
  }
  for (ContainerPlan& c : plan.mains) apply(c);
}

/// When probes start, ready and kill the container.
void plan_probes(ContainerPlan& plan, const kube::PodSpec& spec) {
  const kube::Container& c = *plan.container;
  const bool ignores_term = plan.outcome != nullptr && !plan.outcome->handles_term;
  plan.term_takes = ignores_term ? kill_grace(nullptr, spec) : kTermTakes;
  plan.term_exit_code = static_cast<int>(ignores_term ? facts::exit_killed : facts::exit_terminated);
  if (!ignores_term && !plan.sidecar && plan.outcome != nullptr && plan.outcome->term_exit_code >= 0)
    plan.term_exit_code = plan.outcome->term_exit_code;
  if (plan.started_after < kNever && c.startup_probe) {
    const Window w = decides_success(*c.startup_probe);
    plan.started_after = (w.earliest + w.latest) / 2;
  }
  if (plan.started_after >= kNever) {
    plan.ready_after = kNever;
  } else if (plan.ready_after < kNever) {
    plan.ready_after = plan.started_after;
    if (c.readiness_probe) {
      // Tried at once after each status sync while not ready, so close to the earliest.
      plan.ready_after = std::max(plan.ready_after, decides_success(*c.readiness_probe).earliest + 1);
    }
  }
  if (!plan.kill.set) return;
  const Effect& effect = *plan.kill.effect;
  const kube::Probe* probe = nullptr;
  if (effect.step == Step::Startup && c.startup_probe) probe = &*c.startup_probe;
  if (effect.step == Step::Liveness && c.liveness_probe) probe = &*c.liveness_probe;
  if (effect.latest > 0) {
    plan.killed_after = middle(effect.earliest, effect.latest);
  } else if (probe != nullptr) {
    const Window w = decides_failure(*probe);
    plan.killed_after = (w.earliest + w.latest) / 2;
    // Liveness is first tried when the container has started.
    if (effect.step == Step::Liveness) plan.killed_after += plan.started_after < kNever ? plan.started_after : 0;
  } else {
    plan.kill = {};
    return;
  }
  plan.kill_takes = ignores_term ? kill_grace(probe, spec) : kTermTakes;
  // The process comes first when it ends by itself before the probe gives up.
  if (plan.life <= plan.killed_after && plan.repeats) plan.killed_after = kNever;
}

}  // namespace

PodPlan make_plan(const ForecastInput& input, const Mended& mended) {
  PodPlan plan;
  plan.pod = input.pod;
  const kube::PodSpec& spec = input.pod->spec;
  if (spec.active_deadline_seconds.set() && *spec.active_deadline_seconds > 0) {
    plan.deadline = static_cast<Seconds>(*spec.active_deadline_seconds);
  }
  const auto add = [&](const kube::Container& container, bool init, std::span<const ContainerFacts> facts,
                       const std::vector<bool>& mended_list) {
    static const process::Outcome unknown;
    std::vector<ContainerPlan>& list = init ? plan.init : plan.mains;
    const std::size_t i = list.size();
    ContainerPlan c;
    c.container = &container;
    c.sidecar = container.sidecar();
    if (container.post_start && container.post_start->kind == kube::Handler::Kind::Sleep) {
      c.post_start_takes = static_cast<Seconds>(std::clamp<std::int64_t>(*container.post_start->seconds, 0, 3600));
    }
    play_outcome(c, i < facts.size() ? facts[i].outcome : unknown, *input.pod, init,
                 i < mended_list.size() && mended_list[i]);
    list.push_back(c);
  };
  for (const kube::Container& c : spec.init_containers) add(c, true, input.init_facts, mended.init);
  for (const kube::Container& c : spec.containers) add(c, false, input.facts, mended.mains);
  // An effect on the process replaces what the outcome alone said of it.
  for (std::size_t i = 0; i < input.effects.size(); ++i) {
    const Effect& effect = input.effects[i];
    if (effect.step != Step::Run || effect.container < 0 || !played(input, mended, i)) continue;
    std::vector<ContainerPlan>& list = effect.init ? plan.init : plan.mains;
    if (static_cast<std::size_t>(effect.container) >= list.size()) continue;
    ContainerPlan& c = list[static_cast<std::size_t>(effect.container)];
    if (c.ending.effect != nullptr) continue;
    c.ending = {};
    c.life = kNever;
  }
  for (std::size_t i = 0; i < input.effects.size(); ++i) {
    if (played(input, mended, i)) play_effect(plan, input.effects[i]);
  }
  for (ContainerPlan& c : plan.init) plan_probes(c, spec);
  for (ContainerPlan& c : plan.mains) plan_probes(c, spec);
  return plan;
}

}  // namespace podseer::lifecycle
