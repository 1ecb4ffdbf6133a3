// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace podseer::admission {

/// Whether `text` is one JSON object (or null), as Go's json.Unmarshal into a map wants it.
[[nodiscard]] bool is_json_object(std::string_view text);

/// Bytes behind legal base64 (see base64_error); line breaks are skipped.
[[nodiscard]] std::string decode_base64(std::string_view text);
/// How many bytes that would be.
[[nodiscard]] std::size_t decoded_size(std::string_view text);

}  // namespace podseer::admission
