// SPDX-License-Identifier: Apache-2.0
// One piece of a file through yaml-cpp's event interface into a Tree. The only door to yaml-cpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "source/arena.hpp"
#include "yaml/tree.hpp"

namespace podseer::yaml {

/// What reading one piece came to.
struct Parsed {
  enum class Outcome : std::uint8_t { Nothing, Document, Failed, TooDeep };
  Outcome outcome = Outcome::Nothing;
  /// Failed: why, in libyaml's words where yaml-cpp's mean the same, else in yaml-cpp's.
  std::string problem;
  bool kubectls_words = false;  // `problem` is what kubectl says
  std::uint32_t line = 0;       // as go-yaml prints it; 0 where it prints none
  std::uint32_t at = 0;         // Failed: byte offset; Document: where the document's text ends
  /// A `{{` where a value begins, or npos: the mark of an unrendered template.
  std::size_t template_at = std::string_view::npos;
  /// Where the last scalar of several lines ended: lines before it may be text, not structure.
  std::uint32_t text_until = 0;
};

/// Reads the first document of `text`, valid UTF-8 without control characters. Never throws. What
/// was decoded is in `tree` only after Document.
[[nodiscard]] Parsed parse_events(std::string_view text, source::Arena& arena, Tree& tree);

}  // namespace podseer::yaml
