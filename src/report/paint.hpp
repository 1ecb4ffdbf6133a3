// SPDX-License-Identifier: Apache-2.0
// Colours from the terminal's own sixteen; they only repeat what words and shapes already say.
#pragma once

#include <string>
#include <string_view>

#include "report/reporter.hpp"

namespace podseer::report {

enum class Ink : std::uint8_t { Plain, Bold, Dim, Error, Warning, Note, Good, Gutter, Help };

/// `text` in that ink; unchanged when the style has no colours.
[[nodiscard]] std::string painted(const Style& style, Ink ink, std::string_view text);
/// The ink of a severity.
[[nodiscard]] Ink ink_of(rules::Severity severity);

}  // namespace podseer::report
