// SPDX-License-Identifier: Apache-2.0
// Pods made by hand for the tests of src/lifecycle: no YAML, only what the simulation looks at.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lifecycle/forecast.hpp"

namespace podseer::tests {

/// A workload with containers, effects and outcomes; names must be literals.
struct MadePod {
  explicit MadePod(kube::WorkloadKind kind = kube::WorkloadKind::Deployment, std::string_view name = "web");
  MadePod(const MadePod&) = delete;
  MadePod& operator=(const MadePod&) = delete;

  kube::Container& main(std::string_view name, std::string_view image = "nginx:1.27");
  kube::Container& init(std::string_view name, std::string_view image = "busybox:1.36");
  kube::Container& sidecar(std::string_view name, std::string_view image = "envoy:1.30");
  MadePod& policy(std::string_view restart_policy);
  /// Outcome of the last container added.
  process::Outcome& outcome();
  /// The last container added ends with `code` after `seconds`.
  MadePod& exits(int code, double seconds = 0);
  MadePod& runs();
  /// An effect on the last container added.
  lifecycle::Effect& effect(lifecycle::Step step, std::string_view reason, std::string_view message = {});
  /// An effect on the whole pod.
  lifecycle::Effect& pod_effect(lifecycle::Step step, std::string_view reason, std::string_view message = {});

  [[nodiscard]] std::vector<lifecycle::Forecast> rows(std::optional<double> at = {}) const;
  /// The only row; fails the test when there are more or fewer.
  [[nodiscard]] lifecycle::Forecast row(std::optional<double> at = {}) const;

  kube::Object owner;
  kube::PodTemplate pod;
  std::vector<lifecycle::ContainerFacts> init_facts, facts;
  std::vector<lifecycle::Effect> effects;
  int wanted = -1;

 private:
  kube::Container& add(std::string_view name, std::string_view image, bool init);
  bool last_is_init_ = false;
};

/// A probe with these numbers and an HTTP handler on port 80.
[[nodiscard]] kube::Probe made_probe(int initial_delay, int period, int failures);
/// A written text or number.
[[nodiscard]] kube::Text written(std::string_view text);
[[nodiscard]] kube::Number written(std::int64_t number);

}  // namespace podseer::tests
