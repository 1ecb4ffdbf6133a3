// SPDX-License-Identifier: Apache-2.0
// JSON as Go's encoding/json reads it from a stream: values one after the other, white space between.
// Manifests that begin with `{` are tried as JSON first and fall back to YAML when that fails.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "source/arena.hpp"
#include "yaml/tree.hpp"

namespace podseer::yaml {

/// The outcome of looking for one JSON value from `begin`.
struct JsonValue {
  bool found = false;
  bool nothing = false;  // only white space was left
  std::size_t end = 0;   // found: one past the value
  std::string error;     // Go's sentence ("json: offset 2: invalid character ..."), when not found
};
[[nodiscard]] JsonValue find_json_value(std::string_view text, std::size_t begin);

/// Builds the tree of a value that find_json_value found; offsets relative to `text`. False when it
/// nests deeper than kMaxDepth.
bool build_json(std::string_view text, source::Arena& arena, Tree& tree);

}  // namespace podseer::yaml
