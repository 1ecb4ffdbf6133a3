// SPDX-License-Identifier: Apache-2.0
// pod.status as the kubelet publishes it, from what each container does at one moment.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kube/pod.hpp"
#include "lifecycle/forecast.hpp"

namespace podseer::lifecycle {

/// pod.status at one moment: what the API server holds and the printer reads.
struct PodStatus {
  std::string phase;   // Pending, Running, Succeeded, Failed
  std::string reason;  // pod.status.reason: Evicted, DeadlineExceeded, NodeAffinity ...; mostly empty
  std::string message;
  std::vector<Condition> conditions;
  /// In spec order; empty as long as the kubelet has not published any.
  std::vector<ContainerStatus> init_statuses;
  /// Sorted by name, as the kubelet publishes them.
  std::vector<ContainerStatus> container_statuses;
};

/// The phase by the kubelet's counting (pkg/kubelet/kubelet_pods.go, getPhase). The statuses may be
/// in any order. `ended`: the pod is being terminated (deadline, eviction, an init container that
/// failed for good).
[[nodiscard]] std::string phase_of(const kube::PodSpec& spec, const std::vector<ContainerStatus>& init,
                                   const std::vector<ContainerStatus>& mains, bool ended);

/// The five conditions of the kubelet in the order in which it writes them
/// (pkg/kubelet/status/generate.go). `phase`, `init` and `mains` are the pod's; `sandbox_ready`:
/// its network exists.
[[nodiscard]] std::vector<Condition> conditions_of(const kube::PodSpec& spec, std::string_view phase,
                                                   const std::vector<ContainerStatus>& init,
                                                   const std::vector<ContainerStatus>& mains, bool sandbox_ready);

}  // namespace podseer::lifecycle
