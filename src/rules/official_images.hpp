// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace podseer::rules {

/// True for a repository of Docker Hub's library namespace ("nginx"), present or retired.
[[nodiscard]] bool official_image(std::string_view name);

}  // namespace podseer::rules
