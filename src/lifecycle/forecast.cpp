// SPDX-License-Identifier: Apache-2.0
// Effects in, rows of `kubectl get pods` out: which pods exist (controllers), how the pods that
// fare alike are grouped, what each group shows (simulation and printer), why, and what would be
// shown next if that were mended. Worked example: Deployment of 3, image missing (PullImage) and
// ConfigMap key missing (Configure): one row of 3 pods, Pending, ImagePullBackOff, 0/1; then:
// CreateContainerConfigError, Running.
#include "lifecycle/forecast.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "lifecycle/controllers.hpp"
#include "lifecycle/plan.hpp"
#include "lifecycle/play.hpp"

namespace podseer::lifecycle {

namespace {

/// Mends in one chain at most: nobody reads further.
constexpr int kMostMends = 16;

/// What decides the row: an effect, or (effect null) the outcome of a container's process.
struct Cause {
  bool set = false;
  const Effect* effect = nullptr;
  int container = kWholePod;  // index into the plan's init or mains
  bool init = false;
  std::string_view message;
};

/// The first stage of the container that goes wrong.
const Fault* first_fault(const ContainerPlan& c) {
  for (const Fault* fault : {&c.image, &c.configure, &c.create, &c.start, &c.post_start}) {
    if (fault->set) return fault;
  }
  if (c.kill.set && std::isfinite(c.killed_after)) return &c.kill;
  if (c.ending.set) return &c.ending;
  return c.unready.set ? &c.unready : nullptr;
}

Cause find_cause(const PodPlan& plan, const Played& played) {
  if (plan.block != PodPlan::Block::None) {
    return {true, plan.blocked.effect, kWholePod, false, plan.blocked.message};
  }
  // The container that STATUS is about; else any that goes wrong: it is not ready, or holds this
  // one up.
  const ContainerStatus* shown = played.columns.decided_by;
  const auto look = [&](const std::vector<ContainerPlan>& list, bool init, bool only_shown) -> Cause {
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (only_shown && (shown->init != init || *list[i].container->name != shown->name)) continue;
      if (const Fault* fault = first_fault(list[i])) {
        return {true, fault->effect, static_cast<int>(i), init, fault->message};
      }
    }
    return {};
  };
  if (shown != nullptr) {
    const Cause cause = look(shown->init ? plan.init : plan.mains, shown->init, true);
    if (cause.set) return cause;
  }
  if (played.status.reason == "DeadlineExceeded") {
    return {true, plan.deadline_effect, kWholePod, false, played.status.message};
  }
  if (played.status.phase == "Succeeded") return {};
  const Cause cause = look(plan.init, true, false);
  return cause.set ? cause : look(plan.mains, false, false);
}

/// What keeps the workload from completing although nothing goes wrong in the pod.
Cause find_rollout(const ForecastInput& input, const Mended& mended) {
  for (std::size_t i = 0; i < input.effects.size(); ++i) {
    const Effect& effect = input.effects[i];
    if (effect.step != Step::Rollout || effect.certainty == Certainty::Possible) continue;
    if (i < mended.effects.size() && mended.effects[i]) continue;
    return {true, &effect, effect.container, effect.init, effect.message};
  }
  return {};
}

bool is_ready(const PodStatus& status) {
  for (const Condition& condition : status.conditions) {
    if (condition.type == "Ready") return condition.status == "True";
  }
  return false;
}

bool looks_well(const Played& played) {
  if (played.status.phase == "Succeeded") return true;
  return played.columns.status == "Running" && played.columns.ready == played.columns.total && !played.growing &&
         is_ready(played.status);
}

/// Marks what has to be mended to get past the cause; false when nothing can be.
bool mend(const ForecastInput& input, const PodPlan& plan, const Cause& cause, Mended& mended) {
  if (!cause.set) return false;
  mended.effects.resize(input.effects.size(), false);
  mended.init.resize(plan.init.size(), false);
  mended.mains.resize(plan.mains.size(), false);
  bool progress = false;
  const auto mark = [&](std::vector<bool>& list, std::size_t i) {
    progress = progress || !list[i];
    list[i] = true;
  };
  if (cause.effect != nullptr) {
    for (std::size_t i = 0; i < input.effects.size(); ++i) {
      const Effect& other = input.effects[i];
      const bool same_place = other.step == cause.effect->step && other.container == cause.effect->container &&
                              other.init == cause.effect->init;
      const bool same_thing = other.step == cause.effect->step && other.rule == cause.effect->rule &&
                              other.message == cause.effect->message && !other.message.empty();
      if (same_place || same_thing) mark(mended.effects, i);
    }
  }
  const bool of_process = cause.effect == nullptr || cause.effect->step == Step::Run ||
                          cause.effect->step == Step::Start || cause.effect->step == Step::Create ||
                          cause.effect->step == Step::Rollout;
  if (cause.container >= 0 && of_process) {
    mark(cause.init ? mended.init : mended.mains, static_cast<std::size_t>(cause.container));
  }
  return progress;
}

/// The codes of the effects at the deciding place, the deciding one first.
std::vector<std::string> codes_of(const ForecastInput& input, const Cause& cause) {
  std::vector<std::string> codes;
  const auto add = [&](const std::string& code) {
    if (!code.empty() && std::find(codes.begin(), codes.end(), code) == codes.end()) codes.push_back(code);
  };
  if (cause.effect == nullptr) return codes;
  add(cause.effect->rule);
  for (const Effect& other : input.effects) {
    if (other.certainty != Certainty::Possible && other.step == cause.effect->step &&
        other.container == cause.effect->container && other.init == cause.effect->init) {
      add(other.rule);
    }
  }
  return codes;
}

Certainty certainty_of(const PodPlan& plan, const Cause& cause) {
  if (cause.effect != nullptr) return cause.effect->certainty;
  if (cause.container < 0) return Certainty::Certain;
  const process::Outcome* outcome =
      (cause.init ? plan.init : plan.mains)[static_cast<std::size_t>(cause.container)].outcome;
  const bool certain = outcome == nullptr || outcome->sureness == process::Outcome::Sureness::Certain;
  return certain ? Certainty::Certain : Certainty::Likely;
}

/// One group of like-faring pods.
Forecast row_of(const ForecastInput& input, const PodPlan& plan, Played played, int count, int first,
                std::optional<Seconds> at, bool with_then) {
  Forecast row;
  row.pod = input.pod;
  row.ns = input.ns;
  row.pod_name = shown_name(*input.pod, count, first);
  row.count = count;
  row.status = played.columns.status;
  row.ready = played.columns.ready_text();
  row.restarts = played.columns.restarts;
  row.restarts_growing = played.growing;
  row.phase = played.status.phase;
  row.timeline = std::move(played.timeline);
  const bool well = looks_well(played);
  Cause cause;
  if (!well) {
    cause = find_cause(plan, played);
    if (!cause.set) cause = find_rollout(input, {});
  }
  row.findings = codes_of(input, cause);
  row.certainty = certainty_of(plan, cause);
  row.reason_text = cause.message;
  if (row.reason_text.empty() && cause.set && cause.container >= 0) {
    const ContainerPlan& c = (cause.init ? plan.init : plan.mains)[static_cast<std::size_t>(cause.container)];
    if (c.ending.set && std::isfinite(c.life)) {
      row.reason_text =
          "container '" + std::string(*c.container->name) + "' ends with exit code " + std::to_string(c.exit_code);
    }
  }
  row.message = played.status.message;
  row.status_message = played.status.message;
  row.status_reason = played.status.reason;
  if (!well && row.reason_text.empty() && !cause.set) {
    for (const Condition& condition : played.status.conditions) {
      if (condition.type == "Ready" && condition.status != "True") row.reason_text = condition.message;
    }
  }
  if (row.message.empty()) row.message = cause.message;
  if (with_then) {
    Mended mended;
    std::string shown = row.status;
    for (int i = 0; i < kMostMends && mend(input, plan, cause, mended); ++i) {
      const PodPlan next = make_plan(input, mended);
      const Played then = play(next, row.pod_name, row.ns, at, false);
      if (then.columns.status != shown) row.then.push_back(then.columns.status);
      shown = then.columns.status;
      cause = {};
      if (looks_well(then)) break;
      cause = find_cause(next, then);
      if (!cause.set) cause = find_rollout(input, mended);
    }
  }
  if (input.with_details) {
    row.conditions = std::move(played.status.conditions);
    row.init_statuses = std::move(played.status.init_statuses);
    row.container_statuses = std::move(played.status.container_statuses);
  }
  const auto n = static_cast<std::size_t>(first);
  if (plan.block == PodPlan::Block::None || plan.block > PodPlan::Block::Unscheduled) {
    if (n < input.nodes.size() && count == 1) {
      row.node_name = input.nodes[n];
    } else if (!input.nodes.empty() &&
               std::all_of(input.nodes.begin(), input.nodes.end(),
                           [&](const std::string& node) { return node == input.nodes.front(); })) {
      row.node_name = input.nodes.front();
    }
  }
  return row;
}

Forecast no_pods(const ForecastInput& input, const Effect* effect, std::string_view why) {
  Forecast row;
  row.pod = input.pod;
  row.ns = input.ns;
  row.pod_name = shown_name(*input.pod, 0, 0);
  row.count = 0;
  row.status = "NoPods";
  row.reason_text = why;
  if (effect != nullptr) {
    row.certainty = effect->certainty;
    if (!effect->rule.empty()) row.findings.push_back(effect->rule);
    row.message = effect->message;
    if (row.reason_text.empty()) row.reason_text = effect->message;
  }
  return row;
}

bool refuses(const Effect& effect) { return effect.certainty != Certainty::Possible && effect.step <= Step::CreatePod; }

/// Effects that only some replicas meet are left out (the lucky ones) or kept (the others).
std::vector<Effect> select(std::span<const Effect> effects, bool with_partial, int wanted) {
  std::vector<Effect> out;
  for (const Effect& effect : effects) {
    if (refuses(effect)) continue;
    const bool partial = effect.replicas >= 0 && effect.replicas < wanted;
    if (!partial || with_partial) out.push_back(effect);
  }
  return out;
}

void add_job_rows(const ForecastInput& input, const PodPlan& plan, std::optional<Seconds> at,
                  std::vector<Forecast>& rows) {
  const Played whole = play(plan, shown_name(*input.pod, 1, 0), input.ns, std::nullopt, false);
  const Seconds moment = at.value_or(kSomeMinutes);
  const JobPods pods = job_pods(*input.pod, whole, moment);
  const std::string name = shown_name(*input.pod, 1, 0);
  if (pods.deleted) {
    Forecast shown = row_of(input, plan, play(plan, name, input.ns, std::nullopt, false), 1, 0, at, true);
    Forecast row =
        no_pods(input, nullptr,
                pods.removed ? "the Job has finished and was removed with its pods (ttlSecondsAfterFinished)"
                             : "the Job gave up and deleted its pods (backoffLimit or activeDeadlineSeconds)");
    if (!pods.removed) {
      row.findings = shown.findings;
      row.then = shown.then;
      row.certainty = shown.certainty;
      row.message = shown.message;
      const Cause why = find_rollout(input, {});
      if (row.findings.empty()) row.findings = codes_of(input, why);
    }
    rows.push_back(std::move(row));
    return;
  }
  if (pods.finished > 0) {
    rows.push_back(row_of(input, plan, play(plan, name, input.ns, std::max(moment, whole.done_at), input.with_details),
                          pods.finished, 0, at, true));
  }
  if (pods.active > 0) {
    // Without a given moment, a lasting state is judged by its share of time.
    const std::optional<Seconds> when =
        at || std::isfinite(whole.done_at) ? std::optional(pods.newest_age) : std::nullopt;
    Forecast row = row_of(input, plan, play(plan, name, input.ns, when, input.with_details), pods.active, 0, at, true);
    // The new pod of a failing Job is on its way to the state of those before it.
    const bool passing = !at && !rows.empty() && row.status != "Running";
    if (passing) {
      rows.back().count += row.count;
    } else {
      rows.push_back(std::move(row));
    }
  }
}

/// Pods of an ordered StatefulSet: each waits for the one before to be ready and available.
int ordered_count(const ForecastInput& input, const Played& one, int wanted, Seconds moment) {
  if (!std::isfinite(one.ready_at)) return std::min(wanted, 1);
  const Seconds available =
      one.ready_at + (input.pod->min_ready_seconds.set() ? static_cast<Seconds>(*input.pod->min_ready_seconds) : 0);
  const double made = 1 + std::floor(moment / std::max(available, 1.0));
  return static_cast<int>(std::min<double>(wanted, made));
}

}  // namespace

bool Forecast::healthy() const {
  if (status == "NoPods") return findings.empty();
  if (phase == "Succeeded") return true;
  if (status != "Running" || restarts_growing) return false;
  const std::size_t slash = ready.find('/');
  return slash != std::string::npos && ready.substr(0, slash) == ready.substr(slash + 1);
}

std::vector<Forecast> forecast(const ForecastInput& input, std::optional<Seconds> at) {
  std::vector<Forecast> rows;
  const kube::PodTemplate& pod = *input.pod;
  // Only a DaemonSet's number comes from elsewhere when the template wants none.
  const int from_template = wanted_pods(pod);
  const bool placed =
      input.wanted >= 0 && !is_job(pod) && (from_template > 0 || pod.workload == kube::WorkloadKind::DaemonSet);
  int wanted = placed ? input.wanted : from_template;
  // 1. Pods that are never made.
  const Effect* refusal = nullptr;
  int refused = 0;
  for (const Effect& effect : input.effects) {
    if (!refuses(effect)) continue;
    const int n = effect.replicas < 0 ? wanted : std::min(effect.replicas, wanted);
    if (refusal == nullptr || n > refused) refusal = &effect;
    refused = std::max(refused, n);
  }
  if (pod.workload == kube::WorkloadKind::Pod && refusal != nullptr) return rows;  // the object itself is refused
  if (wanted == 0) {
    if (pod.workload == kube::WorkloadKind::PodTemplate) return rows;
    rows.push_back(no_pods(input, nullptr, *pod.suspend ? "suspended" : "no pods are wanted"));
    for (const Effect& effect : input.effects) {
      if (effect.certainty != Certainty::Possible && effect.step == Step::Schedule) {
        rows.back() = no_pods(input, &effect, {});
        break;
      }
    }
    return rows;
  }
  if (refusal != nullptr && refused >= wanted) {
    Forecast row = no_pods(input, refusal, {});
    // What the pods would show once they are let in.
    const std::vector<Effect> effects = select(input.effects, true, wanted);
    ForecastInput admitted = input;
    admitted.effects = effects;
    const PodPlan plan = make_plan(admitted);
    Forecast next = row_of(admitted, plan, play(plan, row.pod_name, input.ns, at, false), 1, 0, at, true);
    row.then.push_back(next.status);
    std::move(next.then.begin(), next.then.end(), std::back_inserter(row.then));
    rows.push_back(std::move(row));
    return rows;
  }
  wanted -= refused;
  // 2. Replicas that fare differently: some find no place.
  int unlucky = 0;
  for (const Effect& effect : input.effects) {
    if (refuses(effect) || effect.certainty == Certainty::Possible || effect.replicas <= 0) continue;
    if (effect.replicas < wanted) unlucky = std::max(unlucky, effect.replicas);
  }
  const int lucky = wanted - unlucky;
  const Seconds moment = at.value_or(kSomeMinutes);
  bool blocked = false;  // an ordered StatefulSet whose pod is not ready makes no further ones
  int first = 0;
  for (const bool with_partial : {false, true}) {
    int count = with_partial ? unlucky : lucky;
    if (count == 0 || blocked) continue;
    const std::vector<Effect> effects = select(input.effects, with_partial, wanted);
    ForecastInput part = input;
    part.effects = effects;
    const PodPlan plan = make_plan(part);
    if (is_job(pod) && plan.block == PodPlan::Block::None) {
      add_job_rows(part, plan, at, rows);
      continue;
    }
    Played played = play(plan, shown_name(pod, 1, first), input.ns, at, input.with_details);
    if (is_ordered(pod)) {
      const int made = ordered_count(input, played, count, moment);
      blocked = made < count || !std::isfinite(played.ready_at);
      count = made;
    }
    rows.push_back(row_of(part, plan, std::move(played), count, first, at, true));
    first += count;
  }
  if (refusal != nullptr) rows.push_back(no_pods(input, refusal, {}));
  return rows;
}

}  // namespace podseer::lifecycle
