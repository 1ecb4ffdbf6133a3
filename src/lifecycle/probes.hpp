// SPDX-License-Identifier: Apache-2.0
// Probes as arithmetic: when the first try counts, and when the last failure decides (kubelet 1.34,
// pkg/kubelet/prober/worker.go). A probe is tried every period; a try counts once the container has
// run for the initial delay. Always failing, the container is killed between D + (F-1)*P and D +
// F*P after its start (D initial delay, P period, F failure threshold). Worked example: the
// defaults (0, 10, 3) kill a container that never answers 20 to 30 s after its start;
// `failureThreshold: 30, periodSeconds: 10` of a startup probe gives it 290 to 300 s.
#pragma once

#include "kube/pod.hpp"
#include "lifecycle/effect.hpp"

namespace podseer::lifecycle {

/// From `earliest` to `latest`, in seconds after the start of the container.
struct Window {
  Seconds earliest = 0;
  Seconds latest = 0;
};

/// The numbers of a probe as the kubelet uses them: a written 0 means the default.
struct ProbeNumbers {
  Seconds initial_delay = 0;
  Seconds timeout = 1;
  Seconds period = 10;
  std::int64_t successes = 1;
  std::int64_t failures = 3;
};
[[nodiscard]] ProbeNumbers numbers_of(const kube::Probe& probe);

/// When a probe that never succeeds kills the container (liveness, startup) or has made it unready.
/// `probe_takes`: how long one try lasts (up to the timeout); it is added to both ends.
[[nodiscard]] Window decides_failure(const kube::Probe& probe, Seconds probe_takes = 0);
/// When a probe that always succeeds has made the container started (startup) or ready (readiness).
[[nodiscard]] Window decides_success(const kube::Probe& probe);
/// Seconds that a startup probe allows for sure: what takes longer may be killed.
[[nodiscard]] Seconds startup_budget(const kube::Probe& probe);
/// How long the kill lasts for a process that ignores SIGTERM: the probe's grace period or else the
/// pod's, at least the kubelet's minimum.
[[nodiscard]] Seconds kill_grace(const kube::Probe* probe, const kube::PodSpec& spec);
/// A named port that the container does not declare: the handler errors, which neither fails nor
/// succeeds.
[[nodiscard]] bool port_name_missing(const kube::Handler& handler, const kube::Container& container);
/// The port that the handler asks, names resolved in this container; 0 where there is none.
[[nodiscard]] std::int64_t port_of(const kube::Handler& handler, const kube::Container& container);

}  // namespace podseer::lifecycle
