// SPDX-License-Identifier: Apache-2.0
// base64 as Go's encoding/base64.StdEncoding reads it: padded, line breaks ignored.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace podseer::source {

/// The offset of the byte at which `text` stops being legal, as Go's decoder tells it, or -1.
[[nodiscard]] std::int64_t base64_error(std::string_view text);
/// The bytes behind it; empty when it is not legal.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);
/// How many bytes legal text stands for.
[[nodiscard]] std::size_t base64_decoded_size(std::string_view text);

}  // namespace podseer::source
