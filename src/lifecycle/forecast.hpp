// SPDX-License-Identifier: Apache-2.0
// Effects in, `kubectl get pods` out.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kube/pod.hpp"
#include "lifecycle/effect.hpp"
#include "process/outcome.hpp"

namespace podseer::lifecycle {

struct Condition {
  std::string type;    // PodScheduled, PodReadyToStartContainers, Initialized, ContainersReady, Ready
  std::string status;  // True, False, Unknown
  std::string reason;  // empty where the kubelet writes none
  std::string message;
};

/// One containerStatuses / initContainerStatuses entry at the moment looked at.
struct ContainerStatus {
  std::string name;
  std::string image;
  bool init = false;
  enum class State : std::uint8_t { Waiting, Running, Terminated };
  State state = State::Waiting;
  std::string reason;  // of waiting or terminated; may be empty
  std::string message;
  int exit_code = 0;  // Terminated
  int restart_count = 0;
  bool started = false;
  bool ready = false;
  std::string last_reason;  // lastState.terminated.reason; empty when there is none
  int last_exit_code = 0;
};

/// What one container does over a stretch of time, for the timeline picture.
struct TimelineSegment {
  Seconds begin = 0;
  Seconds end = 0;     // infinity when it stays so
  std::string state;   // "waiting", "running", "ready", "terminated", "backoff"
  std::string reason;  // as in STATUS
};
struct TimelineRow {
  std::string container;
  bool init = false;
  std::vector<TimelineSegment> segments;
};

/// What one group of like-faring pods of an owner will show.
struct Forecast {
  const kube::PodTemplate* pod = nullptr;
  std::string pod_name;  // "web-*", "db-0", "web"
  std::string ns;
  int count = 1;       // pods in this group; 0 with status NoPods
  std::string phase;   // empty for NoPods
  std::string status;  // the STATUS column
  std::string ready;   // "0/1"; empty for NoPods
  bool restarts_growing = false;
  int restarts = 0;                          // at the moment looked at
  Certainty certainty = Certainty::Certain;  // of the least certain effect that decided
  std::string reason_text;                   // WHY column: one line; empty when healthy
  std::string message;                       // of the pod's status, or else of the effect that decided
  std::string status_reason;                 // pod.status.reason (Evicted, DeadlineExceeded, NodeAffinity ...);
                                             // mostly empty
  std::string status_message;                // pod.status.message; mostly empty
  std::vector<std::string> findings;         // codes of the effects that decided, deciding first
  std::vector<std::string> then;             // STATUS after each further mend, to the end ("Running" last)
  std::vector<Condition> conditions;
  std::vector<ContainerStatus> init_statuses, container_statuses;
  std::vector<TimelineRow> timeline;
  std::string node_name;  // where it is placed; empty when unknown or not placed
  [[nodiscard]] bool healthy() const;
};

/// What the forecast must know about one container beside the effects.
struct ContainerFacts {
  process::Outcome outcome;
};

/// One pod template (or the part of its replicas that fares alike) with everything that happens to
/// it.
struct ForecastInput {
  const kube::PodTemplate* pod = nullptr;
  std::string ns;
  std::span<const Effect> effects;             // of this pod; any order; `possible` ones are not played
  std::span<const ContainerFacts> init_facts;  // parallel to spec.init_containers; may be empty (all unknown)
  std::span<const ContainerFacts> facts;       // parallel to spec.containers
  int placed = -1;                             // replicas that found a node; -1: all of them
  int wanted = -1;                             // pods the controller makes; -1: from the template
  std::vector<std::string> nodes;              // names, where known, of the placed replicas
  /// Conditions, container statuses and timelines too; without them a row takes a fifth of the memory.
  bool with_details = true;
};

/// The moment that STATUS is predicted for when none is given: "some minutes after apply, most of
/// the time".
inline constexpr Seconds kSomeMinutes = 150;

/// The rows that `kubectl get pods` will have for this owner, one for each distinct STATUS.
/// `at`: what a look at that many seconds after apply shows; empty: what is shown most of the time.
[[nodiscard]] std::vector<Forecast> forecast(const ForecastInput& input, std::optional<Seconds> at = {});

}  // namespace podseer::lifecycle
