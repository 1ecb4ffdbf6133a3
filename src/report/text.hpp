// SPDX-License-Identifier: Apache-2.0
// Text as terminals, editors and services count it. Manifest text is hostile: nothing of it reaches
// a terminal before `printable` has seen it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace podseer::report {

/// Columns that a terminal gives a code point: 0 for combining marks, 2 for wide ones, else 1.
[[nodiscard]] int width_of(char32_t value);
/// Columns of printable text.
[[nodiscard]] int display_width(std::string_view text);

/// Safe to show: control characters as their Unicode pictures (or `?`), escapes and the
/// direction-changing marks made visible, invalid bytes as U+FFFD, tabs kept as one space unless they
/// are expanded by the caller.
[[nodiscard]] std::string printable(std::string_view text, bool unicode);

/// Words of `text` in lines of at most `width` columns; a longer word has a line of its own.
/// Line breaks in `text` are kept.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, int width);

/// `text` cut to `width` columns, with "..." (or its one-column form) where something is missing.
[[nodiscard]] std::string cut(std::string_view text, int width, bool unicode);

/// Blanks up to `width` columns behind (or before) the text.
[[nodiscard]] std::string pad_right(std::string_view text, int width);
[[nodiscard]] std::string pad_left(std::string_view text, int width);

/// "1 error", "2 errors".
[[nodiscard]] std::string count_of(std::size_t count, std::string_view singular);

/// & < > " ' as XML and HTML entities; characters that XML 1.0 forbids are replaced by U+FFFD.
[[nodiscard]] std::string xml_escaped(std::string_view text);

}  // namespace podseer::report
