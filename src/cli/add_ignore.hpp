// SPDX-License-Identifier: Apache-2.0
// --add-ignore REASON: a comment at the line of every finding, for projects that begin with podseer.
#pragma once

#include <string>
#include <vector>

#include "cli/pipeline.hpp"

namespace podseer::cli {

/// What writing the comments came to.
struct AddedIgnores {
  std::size_t lines = 0;
  std::vector<std::string> skipped;  // places where no comment can stand: JSON, inside of block texts
  std::string error;                 // a file cannot be written
};

/// Writes `# podseer: ignore[CODES] REASON` at the end of the line of every finding that is told.
[[nodiscard]] AddedIgnores add_ignores(const Analysis& analysis, const std::string& reason);

}  // namespace podseer::cli
