// SPDX-License-Identifier: Apache-2.0
#include "cli/suggest.hpp"

#include <algorithm>
#include <cctype>

#include "source/ascii.hpp"
#include "source/edit_distance.hpp"

namespace podseer::cli {
namespace {

/// As much of a word as is compared.
std::string comparable(std::string_view text) { return source::lowered(text.substr(0, 64)); }

}  // namespace

std::string nearest_word(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string wanted = comparable(word);
  std::size_t limit = std::max<std::size_t>(1, wanted.size() / 3);
  std::string found;
  for (const std::string& candidate : candidates) {
    const std::size_t far = source::edit_distance(wanted, comparable(candidate), limit);
    if (far > limit) continue;
    found = candidate;
    if (far == 0) break;
    limit = far - 1;
  }
  return found;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string found = nearest_word(word, candidates);
  return found.empty() ? std::string() : "; did you mean '" + found + "'?";
}

}  // namespace podseer::cli
