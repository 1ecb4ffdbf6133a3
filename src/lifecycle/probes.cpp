// SPDX-License-Identifier: Apache-2.0
// The arithmetic of probes; see probes.hpp.
#include "lifecycle/probes.hpp"

#include <algorithm>

#include "lifecycle/facts.hpp"

namespace podseer::lifecycle {

namespace {

/// Numbers beyond this are as good as for ever; keeps sums of hostile input finite.
constexpr std::int64_t kMost = 1'000'000'000;

std::int64_t positive_or(const kube::Number& number, std::int64_t otherwise) {
  return number.set() && *number > 0 ? std::min(*number, kMost) : otherwise;
}

}  // namespace

ProbeNumbers numbers_of(const kube::Probe& probe) {
  const ProbeNumbers defaults;
  ProbeNumbers out;
  out.initial_delay = static_cast<Seconds>(positive_or(probe.initial_delay_seconds, 0));
  out.timeout = static_cast<Seconds>(positive_or(probe.timeout_seconds, 1));
  out.period = static_cast<Seconds>(positive_or(probe.period_seconds, static_cast<std::int64_t>(defaults.period)));
  out.successes = positive_or(probe.success_threshold, defaults.successes);
  out.failures = positive_or(probe.failure_threshold, defaults.failures);
  return out;
}

Window decides_failure(const kube::Probe& probe, Seconds probe_takes) {
  const ProbeNumbers n = numbers_of(probe);
  const Seconds takes = std::min(probe_takes, n.timeout);
  // A try that lasts longer than the period swallows ticks.
  const Seconds step = std::max(n.period, takes);
  const auto failures = static_cast<Seconds>(n.failures);
  return {n.initial_delay + (failures - 1) * step + takes, n.initial_delay + n.period + (failures - 1) * step + takes};
}

Window decides_success(const kube::Probe& probe) {
  const ProbeNumbers n = numbers_of(probe);
  const auto successes = static_cast<Seconds>(n.successes);
  return {n.initial_delay + (successes - 1) * n.period, n.initial_delay + successes * n.period};
}

Seconds startup_budget(const kube::Probe& probe) { return decides_failure(probe).earliest; }

Seconds kill_grace(const kube::Probe* probe, const kube::PodSpec& spec) {
  Seconds grace = 30;  // terminationGracePeriodSeconds is defaulted to 30 (pkg/apis/core/v1/defaults.go)
  if (spec.termination_grace_period_seconds.set())
    grace = static_cast<Seconds>(std::min(*spec.termination_grace_period_seconds, kMost));
  if (probe != nullptr && probe->termination_grace_period_seconds.set()) {
    grace = static_cast<Seconds>(std::min(*probe->termination_grace_period_seconds, kMost));
  }
  return std::max(grace, facts::grace_least);
}

bool port_name_missing(const kube::Handler& handler, const kube::Container& container) {
  if (handler.kind != kube::Handler::Kind::HttpGet && handler.kind != kube::Handler::Kind::TcpSocket) return false;
  if (!handler.port.set() || !handler.port->is_name()) return false;
  return std::none_of(container.ports.begin(), container.ports.end(),
                      [&](const kube::ContainerPort& port) { return *port.name == handler.port->name; });
}

std::int64_t port_of(const kube::Handler& handler, const kube::Container& container) {
  if (!handler.port.set()) return 0;
  if (!handler.port->is_name()) return handler.port->number;
  for (const kube::ContainerPort& port : container.ports) {
    if (*port.name == handler.port->name) return *port.container_port;
  }
  return 0;
}

}  // namespace podseer::lifecycle
