// SPDX-License-Identifier: Apache-2.0
// Did you mean.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace podseer::cli {

/// The candidate nearest to `word` (edit distance with transpositions, at most a third of its length,
/// at least one), or empty. Case does not count.
[[nodiscard]] std::string nearest_word(std::string_view word, const std::vector<std::string>& candidates);

/// "; did you mean 'x'?" or nothing.
[[nodiscard]] std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace podseer::cli
