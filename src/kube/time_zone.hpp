// SPDX-License-Identifier: Apache-2.0
// Names of time zones that the API server can load (CronJob's spec.timeZone): the IANA database as
// Go carries it, with its old aliases. Names are case-sensitive: `Europe/Berlin` is one,
// `europe/berlin` is not.
#pragma once

#include <string_view>

namespace podseer::kube {

/// Go's time.LoadLocation would find it. "Local" and the empty name are for the caller to refuse.
[[nodiscard]] bool is_time_zone(std::string_view name);

}  // namespace podseer::kube
