// SPDX-License-Identifier: Apache-2.0
// One pod's life on its node, played forward in time with the kubelet's own clockwork.
#pragma once

#include <functional>

#include "lifecycle/plan.hpp"
#include "lifecycle/status.hpp"

namespace podseer::lifecycle {

/// Called each time the published status changes: it is what a look shows from `at` (seconds after
/// apply) until the next call.
using Look = std::function<void(Seconds at, const PodStatus& status)>;

/// Plays the plan from 0 to `until` seconds. Deterministic: where the kubelet draws a random wait,
/// its mean is taken.
void simulate(const PodPlan& plan, std::string_view pod_name, std::string_view ns, Seconds until, const Look& look);

}  // namespace podseer::lifecycle
