// SPDX-License-Identifier: Apache-2.0
// Code points and their bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace podseer::source {

/// The code point at `at` and its length in bytes; an invalid byte gives U+FFFD and length 1.
struct CodePoint {
  char32_t value = 0;
  std::size_t length = 0;
};
[[nodiscard]] CodePoint code_point(std::string_view text, std::size_t at);

/// Appends the UTF-8 form of a code point.
void append_utf8(char32_t value, std::string& out);

/// The same text with every invalid byte replaced by U+FFFD.
[[nodiscard]] std::string valid_utf8(std::string_view text);

}  // namespace podseer::source
