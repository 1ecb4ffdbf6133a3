// SPDX-License-Identifier: Apache-2.0
// Fixes are text edits: comments, order and style of the file stay as they are.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>

#include "rules/finding.hpp"
#include "source/source_file.hpp"

namespace podseer::cli {

/// What the fixes of a run make of the files.
struct Fixed {
  std::map<source::FileId, std::string> files;  // new content of every file that changes
  std::size_t applied = 0;                      // fixes, not edits
  std::size_t skipped = 0;                      // overlapped an earlier one: a second run may apply them
};

/// Applies the safe fixes (or all, with `unsafe_too`) of the findings; overlapping ones are left out.
[[nodiscard]] Fixed apply_fixes(std::span<const rules::Finding> findings, const source::SourceMap& sources,
                                bool unsafe_too);

/// A unified diff between two texts, three lines of context; empty when they are equal. Lines of `before`
/// (0-based) that are `hidden` are no context: there is less of it, and patch takes that as well.
[[nodiscard]] std::string unified_diff(const std::string& path, std::string_view before, std::string_view after,
                                       const std::set<std::size_t>& hidden = {});

}  // namespace podseer::cli
