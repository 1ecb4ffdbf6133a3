// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/facts.hpp"

namespace podseer::lifecycle::facts {
const Seconds restart_backoff_first = 10;
const Seconds restart_backoff_most = 300;
const Seconds backoff_forgotten_after = 600;
const Seconds pull_backoff_first = 10;
const Seconds pull_backoff_most = 300;
const Seconds sync_retry_least = 10;
const Seconds sync_retry_most = 15;
const Seconds resync_least = 60;
const Seconds resync_most = 90;
const Seconds relist_period = 1;
const Seconds grace_least = 2;
const std::int64_t exit_start_error = 128;
const std::int64_t exit_killed = 137;
const std::int64_t exit_terminated = 143;
const Seconds job_backoff_first = 10;
const Seconds job_backoff_most = 600;
const std::int64_t job_backoff_limit = 6;
const Seconds sandbox_takes = 0.5;
const Seconds pull_takes = 1;
const Seconds pull_failure_takes = 1;
const Seconds start_takes = 0.25;
}  // namespace podseer::lifecycle::facts
