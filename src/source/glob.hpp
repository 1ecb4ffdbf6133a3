// SPDX-License-Identifier: Apache-2.0
// Shell patterns over paths with `/`: `*` and `?` stay within a name, `[a-z]` and `[!a-z]` are sets,
// `**` as a whole name crosses directories. `deploy/**/*.yaml` matches deploy/a.yaml and deploy/x/y/a.yaml.
#pragma once

#include <string_view>

namespace podseer::source {

/// True when the text holds `*`, `?` or `[`.
[[nodiscard]] bool has_glob(std::string_view text);

/// Does the whole path match? Takes time proportional to pattern times path, whatever they are.
[[nodiscard]] bool glob_match(std::string_view pattern, std::string_view path);

}  // namespace podseer::source
