// SPDX-License-Identifier: Apache-2.0
// Where a piece of a scalar's decoded text was written. A script's `exit 3` is bytes 9 to 15 of the text
// that YAML gives, and some other bytes of the file: quotes, escapes, indentation and folded lines lie
// between.
#pragma once

#include <cstdint>
#include <string_view>

#include "source/source_file.hpp"

namespace podseer::yaml {

/// The bytes of the file behind `[begin, end)` of `text`, the decoded text of the scalar that was written
/// at `scalar` of `bytes` (the whole file). Nowhere when the piece is empty or does not map exactly: the text
/// is not the scalar's own (an alias, base64, expanded variables), or the file is not the one.
///
/// `- "a\tb; exit 3"`: the text's [5, 11) is `exit 3`, one byte later in the file than plain counting says.
[[nodiscard]] source::SourceSpan part_of(std::string_view bytes, source::SourceSpan scalar, std::string_view text,
                                         std::uint32_t begin, std::uint32_t end);

}  // namespace podseer::yaml
