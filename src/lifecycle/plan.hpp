// SPDX-License-Identifier: Apache-2.0
// What will happen to one pod, stage by stage: the effects and outcomes of its containers, sorted
// into the places where the simulation meets them. Made from a ForecastInput; the simulation reads
// it only.
#pragma once

#include <limits>
#include <string_view>
#include <vector>

#include "lifecycle/forecast.hpp"

namespace podseer::lifecycle {

inline constexpr Seconds kNever = std::numeric_limits<Seconds>::infinity();

/// A stage that fails. `effect` is null where the process outcome alone says so.
struct Fault {
  bool set = false;
  std::string_view reason;   // as shown
  std::string_view message;  // may be empty
  const Effect* effect = nullptr;
};

/// One container's way: each stage is met only when the stages before it went well.
struct ContainerPlan {
  const kube::Container* container = nullptr;
  bool sidecar = false;
  Fault image, configure, create, start, post_start;
  bool post_start_hangs = false;  // it neither fails nor returns
  Seconds post_start_takes = 0;   // of a hook that succeeds
  // The process.
  Seconds life = kNever;  // ends by itself after so long
  int exit_code = 0;
  std::string_view exit_reason;  // Completed, Error, OOMKilled
  bool repeats = true;           // ends each time; false: the first time only
  bool evicts = false;           // its end takes the whole pod with it: phase Failed, reason Evicted
  Fault ending;                  // why: for findings and words
  // Probes.
  Seconds started_after = 0;      // startup probe has succeeded; kNever: never
  Seconds ready_after = 0;        // after the start of the container; kNever: never ready
  Seconds killed_after = kNever;  // by the startup or liveness probe
  Seconds kill_takes = 0;         // from SIGTERM to the end when a probe kills it
  Seconds term_takes = 0;         // the same when the kubelet ends it for another reason
  int term_exit_code = 0;
  Fault unready, kill;
  /// Its fate comes from reading the process, not from an effect.
  const process::Outcome* outcome = nullptr;
};

struct PodPlan {
  const kube::PodTemplate* pod = nullptr;
  enum class Block : std::uint8_t { None, Gated, Unscheduled, RefusedByNode, Mount, Sandbox };
  Block block = Block::None;
  Fault blocked;                            // why, unless None
  Seconds deadline = kNever;                // spec.activeDeadlineSeconds
  const Effect* deadline_effect = nullptr;  // the finding about it, if any
  std::vector<ContainerPlan> init, mains;   // in spec order
};

/// The plan of a pod that the API server and its controller have made. `possible` effects are left
/// out, and so are effects that `mended` marks (parallel to input.effects; may be empty). A
/// container in `mended_init` / `mended_mains` (parallel to the spec; may be empty) does what it
/// should, whatever its outcome says.
struct Mended {
  std::vector<bool> effects, init, mains;
};
[[nodiscard]] PodPlan make_plan(const ForecastInput& input, const Mended& mended = {});

}  // namespace podseer::lifecycle
