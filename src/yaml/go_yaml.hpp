// SPDX-License-Identifier: Apache-2.0
// Where go-yaml v2, which kubectl decodes with, and yaml-cpp 0.7 do not agree on what is YAML, and
// how libyaml words what both refuse. Each check is a look at the source around one event.
// `- a` then a line `b`: yaml-cpp takes two documents, go-yaml says "could not find expected ':'".
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "yaml/places.hpp"

namespace podseer::yaml {

/// Why go-yaml refuses the text: libyaml's words, where, and the line as it prints it (0: none).
struct Refusal {
  std::string_view problem;
  std::uint32_t at = 0;
  std::uint32_t line = 0;
};

/// A block collection that is not closed yet.
struct OpenBlock {
  std::uint32_t column = 0;  // of its keys or dashes
  bool sequence = false;
  bool indentless = false;  // a sequence whose dashes stand below their key
};

class GoYaml {
 public:
  explicit GoYaml(std::string_view text) : text_(text), places_(text) {}

  /// Before anything is read: directives, which kubectl always parts from their `---`, and a lone `...`.
  [[nodiscard]] std::optional<Refusal> beginning() const;
  /// Between two tokens in a block context: a tab may not indent, nor stand behind `-` or `?`.
  /// `text_before`: a plain scalar ends at `begin`, which may go on at `column` and deeper.
  [[nodiscard]] std::optional<Refusal> gap(std::uint32_t begin, std::uint32_t end, bool text_before,
                                           std::uint32_t column) const;
  /// A tab where the indentation of a block scalar should be. `body` is behind the header's line.
  [[nodiscard]] std::optional<Refusal> block_scalar(std::uint32_t begin, std::uint32_t body) const;
  /// A quoted scalar: not closed, or with an escape that only JSON knows (`\/`).
  [[nodiscard]] std::optional<Refusal> quoted(std::uint32_t begin, std::uint32_t end) const;
  /// Anchors and tags in front of a value, or an alias, beginning at `at`.
  [[nodiscard]] std::optional<Refusal> name(std::uint32_t at) const;
  [[nodiscard]] std::optional<Refusal> tag(std::uint32_t at) const;
  /// A key of a block mapping without its colon, ending at `end`.
  [[nodiscard]] Refusal no_colon(std::uint32_t begin, std::uint32_t end) const;
  /// What stands behind a block collection that began in `column` and ended at `end`.
  [[nodiscard]] std::optional<Refusal> behind_root(std::uint32_t end, std::uint32_t column, bool sequence) const;
  /// A token that no production takes.
  [[nodiscard]] Refusal unexpected(std::string_view problem, std::uint32_t at) const {
    return {problem, at, places_.line(at)};
  }

  /// What kubectl says where yaml-cpp stopped with `message` at `at`, when that is known. `cursor` is
  /// the end of the last value or key told, `open` the block collections around it, outermost first.
  [[nodiscard]] std::optional<Refusal> translate(std::string_view message, std::uint32_t at, std::uint32_t cursor,
                                                 std::span<const OpenBlock> open) const;

 private:
  [[nodiscard]] Refusal misplaced(std::uint32_t at, std::span<const OpenBlock> open) const;
  /// An error of libyaml's scanner: the line is printed as people count, but for the first it is not.
  [[nodiscard]] Refusal scanner(std::string_view problem, std::uint32_t at) const;
  [[nodiscard]] std::uint32_t column(std::uint32_t at) const;

  std::string_view text_;
  Places places_;
};

}  // namespace podseer::yaml
