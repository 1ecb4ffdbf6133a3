// SPDX-License-Identifier: Apache-2.0
// How many pods a controller makes, what they are called, and what a Job does with failures.
#pragma once

#include <string>

#include "kube/pod.hpp"
#include "lifecycle/play.hpp"

namespace podseer::lifecycle {

/// Pods that the controller wants at the same time, from the template alone: replicas, parallelism;
/// 1 for a DaemonSet (its nodes are not known here) and a bare Pod; 0 for what is suspended and for
/// a PodTemplate.
[[nodiscard]] int wanted_pods(const kube::PodTemplate& pod);

/// The NAME column: "web" (Pod), "db-0" (the one pod of a StatefulSet that starts at `first`),
/// "web-*" otherwise.
[[nodiscard]] std::string shown_name(const kube::PodTemplate& pod, int count, int first);

[[nodiscard]] bool is_job(const kube::PodTemplate& pod);
/// A StatefulSet that makes its pods one after the other.
[[nodiscard]] bool is_ordered(const kube::PodTemplate& pod);

/// The pods of a Job at one moment.
struct JobPods {
  int active = 0;          // made and not finished
  int finished = 0;        // Completed, or failed and left behind
  Seconds newest_age = 0;  // of the active pods
  /// The Job ended and its active pods were deleted: no row is left.
  bool deleted = false;
  bool given_up = false;  // backoffLimit or the Job's deadline
  bool removed = false;   // ttlSecondsAfterFinished
};
/// `one` is the life of a single pod. `at`: seconds after the Job was made.
[[nodiscard]] JobPods job_pods(const kube::PodTemplate& pod, const Played& one, Seconds at);

}  // namespace podseer::lifecycle
