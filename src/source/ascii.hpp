// SPDX-License-Identifier: Apache-2.0
// Letters of names, keywords and headers. Other bytes, UTF-8 among them, stay as they are.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace podseer::source {

/// `A` to `Z` as `a` to `z`.
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

[[nodiscard]] inline std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

/// The same but for the case of letters.
[[nodiscard]] inline bool same_letters(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace podseer::source
