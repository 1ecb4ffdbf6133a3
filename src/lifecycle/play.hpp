// SPDX-License-Identifier: Apache-2.0
// What a look at the simulated pod shows: at a given moment, or most of the time around some
// minutes.
#pragma once

#include <optional>
#include <vector>

#include "lifecycle/plan.hpp"
#include "lifecycle/printer.hpp"
#include "lifecycle/status.hpp"

namespace podseer::lifecycle {

/// "Some minutes after apply, most of the time" is judged by shares of time in this window.
inline constexpr Seconds kWindowBegin = 60;
inline constexpr Seconds kWindowEnd = 240;
/// A simulation without a given moment ends here.
inline constexpr Seconds kHorizon = 600;

struct Played {
  PodStatus status;       // as it is when looked at
  Columns columns;        // of `status`; decided_by points into it
  Seconds looked_at = 0;  // the moment of `status`
  bool growing = false;   // containers keep being restarted
  std::vector<TimelineRow> timeline;
  /// First moment at which the Ready condition was True; kNever: it never was.
  Seconds ready_at = kNever;
  /// When the phase became Succeeded or Failed; kNever: it did not.
  Seconds done_at = kNever;
  std::string done_phase;
  /// When the restarts of all containers came to 1, 2, 3 ...
  std::vector<Seconds> restarted_at;

  Played() = default;
  Played(const Played&) = delete;
  Played& operator=(const Played&) = delete;
  Played(Played&&) = default;  // vectors keep their elements' addresses when moved
  Played& operator=(Played&&) = default;
};

/// Plays the plan. `at`: the moment to look at (seconds after the pod was made); empty: the STATUS
/// with the largest share of the window. `with_timeline`: fill `timeline`.
[[nodiscard]] Played play(const PodPlan& plan, std::string_view pod_name, std::string_view ns,
                          std::optional<Seconds> at, bool with_timeline);

}  // namespace podseer::lifecycle
