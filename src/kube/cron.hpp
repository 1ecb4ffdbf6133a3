// SPDX-License-Identifier: Apache-2.0
// Cron schedules as the API server parses them (github.com/robfig/cron/v3 v3.0.1, ParseStandard):
// five fields, or a descriptor such as @hourly or `@every 1h30m`. Sunday is 0, never 7; ranges do
// not wrap around; names are jan..dec and sun..sat; empty list elements are skipped. Worked
// example: "0 3 * * 7" is refused with `end of range (7) above maximum (6): 7`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace podseer::kube {

/// Why the server cannot parse a schedule, in the parser's words; empty when it can.
[[nodiscard]] std::optional<std::string> cron_problem(std::string_view schedule);

}  // namespace podseer::kube
