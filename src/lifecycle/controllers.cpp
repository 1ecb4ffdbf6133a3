// SPDX-License-Identifier: Apache-2.0
// Controllers by arithmetic (Kubernetes 1.34.4:
// pkg/controller/{replicaset,statefulset,daemon,job,cronjob}). A CronJob is looked at as if its
// schedule had fired once. Worked example: a Job with restartPolicy Never whose container ends with
// 1 at once leaves a failed pod at 2, 14, 36, 78, 160 ... s: the next one is made 10, 20, 40, 80
// ... s after the last failure; with `backoffLimit: 4` five pods stay listed as Error.
#include "lifecycle/controllers.hpp"

#include <algorithm>
#include <cmath>

#include "lifecycle/facts.hpp"

namespace podseer::lifecycle {

namespace {

using kube::WorkloadKind;

/// More pods than any cluster has; keeps counts of hostile input within int.
constexpr std::int64_t kMostPods = 1'000'000;

int count_of(const kube::Number& number, int otherwise) {
  return number.set() ? static_cast<int>(std::clamp<std::int64_t>(*number, 0, kMostPods)) : otherwise;
}

}  // namespace

bool is_job(const kube::PodTemplate& pod) {
  return pod.workload == WorkloadKind::Job || pod.workload == WorkloadKind::CronJob;
}

bool is_ordered(const kube::PodTemplate& pod) {
  return pod.workload == WorkloadKind::StatefulSet && *pod.pod_management_policy != "Parallel";
}

int wanted_pods(const kube::PodTemplate& pod) {
  switch (pod.workload) {
    case WorkloadKind::Pod:
    case WorkloadKind::DaemonSet: return 1;
    case WorkloadKind::PodTemplate: return 0;
    case WorkloadKind::Job:
    case WorkloadKind::CronJob: {
      if (*pod.suspend) return 0;
      const int parallelism = count_of(pod.parallelism, 1);
      return pod.completions.set() ? std::min(parallelism, count_of(pod.completions, 1)) : parallelism;
    }
    default: return count_of(pod.replicas, 1);
  }
}

std::string shown_name(const kube::PodTemplate& pod, int count, int first) {
  std::string name(pod.owner->name);
  if (name.empty() && !pod.owner->generate_name.empty()) return std::string(pod.owner->generate_name) + "*";
  if (pod.workload == WorkloadKind::Pod) return name;
  if (pod.workload == WorkloadKind::StatefulSet && count == 1) {
    return name + "-" + std::to_string(count_of(pod.ordinals_start, 0) + first);
  }
  return name + "-*";
}

JobPods job_pods(const kube::PodTemplate& pod, const Played& one, Seconds at) {
  JobPods out;
  const int parallel = std::max(1, count_of(pod.parallelism, 1));
  const int completions = pod.completions.set() ? count_of(pod.completions, 1) : parallel;
  const int limit = count_of(pod.backoff_limit, static_cast<int>(facts::job_backoff_limit));
  const Seconds deadline =
      pod.job_active_deadline_seconds.set() ? static_cast<Seconds>(*pod.job_active_deadline_seconds) : kNever;
  const Seconds ttl =
      pod.ttl_seconds_after_finished.set() ? static_cast<Seconds>(*pod.ttl_seconds_after_finished) : kNever;
  const auto removed_after = [&](Seconds finished) { return finished + ttl <= at; };
  const int wave = std::min(parallel, completions);

  if (!std::isfinite(one.done_at)) {
    // Restarted in place until the Job has seen enough of it.
    Seconds gives_up = deadline;
    const std::size_t enough = static_cast<std::size_t>((std::max(1, limit) + wave - 1) / std::max(1, wave));
    if (*pod.spec.restart_policy == "OnFailure" && one.restarted_at.size() >= enough) {
      gives_up = std::min(gives_up, one.restarted_at[enough - 1]);
    }
    out.deleted = out.given_up = gives_up <= at;
    out.active = out.deleted ? 0 : wave;
    out.newest_age = at;
    return out;
  }
  if (one.done_phase == "Succeeded") {
    const int waves = static_cast<int>(std::min<double>(at / std::max(one.done_at, 1.0), kMostPods));
    const Seconds all_done = one.done_at * std::ceil(static_cast<double>(completions) / std::max(1, wave));
    if (all_done > deadline && at >= deadline) {
      out.finished = static_cast<int>(std::min<double>(completions, std::floor(deadline / one.done_at) * wave));
      out.given_up = true;
      out.deleted = out.finished == 0;
      return out;
    }
    out.finished = static_cast<int>(std::min<std::int64_t>(completions, static_cast<std::int64_t>(waves) * wave));
    out.active = std::min(wave, completions - out.finished);
    out.newest_age = at - waves * one.done_at;
    out.removed = out.deleted = out.active == 0 && removed_after(all_done);
    return out;
  }
  // Failed pods stay; new ones are made after a growing wait, until there are more than the limit.
  int failures = 0;
  Seconds made = 0;
  while (failures <= limit) {
    if (made > at || made >= deadline) break;
    if (made + one.done_at > std::min(at, deadline)) {
      if (at < deadline) {
        out.active = wave;
        out.newest_age = at - made;
      }
      break;
    }
    failures += wave;
    made += one.done_at +
            std::min(facts::job_backoff_most, facts::job_backoff_first * std::exp2(std::min(failures, 30) - 1));
  }
  out.finished = failures;
  out.given_up = failures > limit || at >= deadline;
  out.deleted = out.finished == 0 && out.active == 0;
  out.removed = out.given_up && removed_after(std::min(made, deadline));
  if (out.removed) out.deleted = true;
  return out;
}

}  // namespace podseer::lifecycle
