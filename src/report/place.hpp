// SPDX-License-Identifier: Apache-2.0
// A span for people and machines: where it is in lines and columns.
#pragma once

#include <cstdint>
#include <string>

#include "source/source_file.hpp"

namespace podseer::report {

/// 1-based lines and byte columns, the end exclusive; all zero with an empty file for a span that is nowhere.
struct Place {
  std::string file;
  std::uint32_t line = 0, column = 0, end_line = 0, end_column = 0;
};
[[nodiscard]] Place place_of(const source::SourceMap& sources, source::SourceSpan span);

}  // namespace podseer::report
