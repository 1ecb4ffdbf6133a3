// SPDX-License-Identifier: Apache-2.0
// Wildcards in `external:` names. The last `*` passed is remembered and stretched on a mismatch, so
// that no pattern takes exponential time. Example: "Secret/*-tls" matches "Secret/web-tls".
#include "world/glob.hpp"

#include <cstddef>

namespace podseer::world {

bool glob_matches(std::string_view pattern, std::string_view text) {
  constexpr std::size_t kNone = std::string_view::npos;
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = kNone;
  std::size_t from = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      from = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != kNone) {
      p = star + 1;
      t = ++from;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace podseer::world
