// SPDX-License-Identifier: Apache-2.0
// Units of time. Kubernetes' probes and deadlines count whole seconds; a few fields are Go durations.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace podseer::kube {

/// Seconds of the pod's life; fractions matter only for back-off and polling.
using Seconds = double;

/// Parses a Go duration ("30s", "1h5m", "1.5s", "-3ms"); empty when it is none.
[[nodiscard]] std::optional<Seconds> parse_go_duration(std::string_view text);
/// Prints as kubectl prints ages and back-offs: "10s", "1m20s", "5m0s".
[[nodiscard]] std::string print_go_duration(Seconds seconds);

}  // namespace podseer::kube
