// SPDX-License-Identifier: Apache-2.0
// Where things end. yaml-cpp says where a value begins (its tag and anchor included) and what it
// says; this file finds, in the source, where its own bytes begin and where they end.
// `a: !!str "x y" # c`: yaml-cpp points at `!!str`, the value is `"x y"`.
#pragma once

#include <cstdint>
#include <string_view>

#include "yaml/node.hpp"

namespace podseer::yaml {

/// Bytes [begin, end) of the text.
struct Place {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

class Places {
 public:
  explicit Places(std::string_view text) : text_(text) {}

  /// The character there; NUL past the end.
  [[nodiscard]] char at(std::size_t i) const { return i < text_.size() ? text_[i] : '\0'; }
  /// Over blanks, line breaks and comments.
  [[nodiscard]] std::uint32_t skip_space(std::size_t i) const;
  /// Over anchors and tags: `begin` is the content, `end` the end of the last anchor or tag (or where
  /// it started, without any). `one`: over the first only.
  [[nodiscard]] Place behind_properties(std::size_t i, bool one = false) const;
  /// One past the closing quote; the end of the text when there is none.
  [[nodiscard]] std::uint32_t quoted_end(std::size_t i) const;
  /// One past the last character of a plain or block scalar that says `value`: its characters other
  /// than blanks are the source's, in order. Block scalars: `i` is behind the header's line.
  [[nodiscard]] std::uint32_t text_end(std::size_t i, std::string_view value) const;
  /// From the `|` or `>` to the line behind its header.
  [[nodiscard]] std::uint32_t block_body(std::size_t i) const;
  /// One past an alias or anchor name that begins with `*` or `&` at `i`.
  [[nodiscard]] std::uint32_t name_end(std::size_t i) const;
  /// One past the bracket that closes a flow collection whose last child ended at `i`; `i` when
  /// something else stands there.
  [[nodiscard]] std::uint32_t closed(std::size_t i, char bracket) const;
  /// One past the next `mark`, if nothing but space (and `also`) stands before it; else `i`.
  [[nodiscard]] std::uint32_t behind(std::size_t i, char mark, std::string_view also = {}) const;
  /// The length of a null that is written at `i` (`~`, `null`, ...); 0 when none is, or when it is a key.
  [[nodiscard]] std::uint32_t written_null(std::size_t i) const;
  /// 0-based line of an offset.
  [[nodiscard]] std::uint32_t line(std::size_t i) const;

 private:
  std::string_view text_;
};

}  // namespace podseer::yaml
