// SPDX-License-Identifier: Apache-2.0
// The kubelet's and the controllers' numbers, by name. Their values, units, versions and sources
// are in rules/facts/kubelet.yaml; the definitions are made from it at build time
// (src/generate/facts.cpp), so a name that is missing there is a link error. Worked example:
// restart_backoff_first = 10 s and restart_backoff_most = 300 s give the waits 10, 20, 40, 80, 160,
// 300, 300 ... between the end of a container and its next start.
#pragma once

#include <cstdint>

#include "kube/duration.hpp"

namespace podseer::lifecycle::facts {

using kube::Seconds;

extern const Seconds restart_backoff_first;
extern const Seconds restart_backoff_most;
/// A container that lived longer than this before it ended starts with the first wait again.
extern const Seconds backoff_forgotten_after;
extern const Seconds pull_backoff_first;
extern const Seconds pull_backoff_most;
/// The wait between a sync that failed and the next one lies between these two.
extern const Seconds sync_retry_least;
extern const Seconds sync_retry_most;
/// The wait between a sync that went well and the next one lies between these two.
extern const Seconds resync_least;
extern const Seconds resync_most;
/// How often the kubelet asks the runtime which containers started or ended.
extern const Seconds relist_period;
/// No grace period is shorter.
extern const Seconds grace_least;
extern const std::int64_t exit_start_error;  // what a failed start leaves
extern const std::int64_t exit_killed;       // SIGKILL: 128 + 9
extern const std::int64_t exit_terminated;   // SIGTERM: 128 + 15
extern const Seconds job_backoff_first;
extern const Seconds job_backoff_most;
extern const std::int64_t job_backoff_limit;  // default of backoffLimit
/// Our estimates, for the picture of time only: no prediction hangs on them.
extern const Seconds sandbox_takes;
extern const Seconds pull_takes;
extern const Seconds pull_failure_takes;
extern const Seconds start_takes;

}  // namespace podseer::lifecycle::facts
