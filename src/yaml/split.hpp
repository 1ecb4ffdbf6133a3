// SPDX-License-Identifier: Apache-2.0
// What kubectl cuts a file into before it decodes anything (apimachinery v0.34 util/yaml): values of
// a JSON stream when the file begins with `{`, else pieces between lines that begin with `---`.
// `-----BEGIN` in the first column is a broken separator; `a: ---` is not one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "yaml/document.hpp"

namespace podseer::yaml {

/// Offset of the first byte that YAML refuses, and go-yaml's reason; npos when there is none. `at` is that
/// of the character's first byte; with `controls` control characters pass.
struct BadByte {
  std::size_t at = std::string_view::npos;
  std::string_view reason;
};
[[nodiscard]] BadByte find_bad_byte(std::string_view text, bool controls = false);

/// 0xEF 0xBB 0xBF at the beginning: 3, else 0.
[[nodiscard]] std::size_t byte_order_mark(std::string_view text);

}  // namespace podseer::yaml
