// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace podseer::world {

/// `pattern` describes the whole of `text`; `*` stands for any text, also none. Linear in practice,
/// at worst the product of the lengths.
[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view text);

}  // namespace podseer::world
