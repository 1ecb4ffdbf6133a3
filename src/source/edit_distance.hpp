// SPDX-License-Identifier: Apache-2.0
// How far apart two words are, for did-you-mean.
#pragma once

#include <cstddef>
#include <string_view>

namespace podseer::source {

/// Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b` (optimal string
/// alignment), in bytes; `limit + 1` as soon as it must be more than `limit`. Time is a.size() * b.size(): callers
/// bound the words.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

}  // namespace podseer::source
