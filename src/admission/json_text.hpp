// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace podseer::admission {

/// Whether `text` is one JSON object (or null), as Go's json.Unmarshal into a map wants it.
[[nodiscard]] bool is_json_object(std::string_view text);

}  // namespace podseer::admission
