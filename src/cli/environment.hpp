// SPDX-License-Identifier: Apache-2.0
// Environment variables that stand for options: the command line wins over them, they win over
// .podseer.yaml. `PODSEER_FORMAT=github podseer check` is `podseer check --format github`. A value that the
// option would not take is refused, and the variable is named. An empty variable is none.
#pragma once

#include "cli/options.hpp"

namespace podseer::cli {

struct Variable {
  const char* name;    // "PODSEER_JOBS"
  const char* option;  // "jobs"
};

inline constexpr Variable kVariables[] = {
    {"PODSEER_CONFIG", "config"},
    {"PODSEER_FORMAT", "format"},
    {"PODSEER_JOBS", "jobs"},
    {"PODSEER_LANG", "lang"},
    {"PODSEER_COLOR", "color"},
    {"PODSEER_WIDTH", "width"},
    {"PODSEER_CLUSTER", "cluster"},
    {"PODSEER_IMAGES", "images"},
    {"PODSEER_KUBERNETES_VERSION", "kubernetes-version"},
    {"PODSEER_NAMESPACE", "namespace"},
    {"PODSEER_RENDER", "render"},
    {"PODSEER_BASELINE", "baseline"},
    {"PODSEER_MIN_SEVERITY", "min-severity"},
    {"PODSEER_FAIL_ON", "fail-on"},
};

/// open or closed: --open-world, --closed-world.
inline constexpr const char* kWorldVariable = "PODSEER_WORLD";

/// Formats differ between commands; only those of check and forecast have a variable.
[[nodiscard]] constexpr bool variable_counts(const Variable& variable, Command command) {
  return std::string_view(variable.option) != "format" || command == Command::Check || command == Command::Forecast;
}

}  // namespace podseer::cli
