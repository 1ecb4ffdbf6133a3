// SPDX-License-Identifier: Apache-2.0
// primaryLocationLineHash: the fingerprint by which GitHub recognises an alert when lines move. The
// same algorithm as github/codeql-action (src/fingerprints.ts): a polynomial hash over the 100
// characters that follow the beginning of a line, blanks left out, plus how often it came before.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace podseer::report {

/// One hash a line ("a7f2ff13bc495cf2:1"); element 0 is line 1. An empty text has one line.
[[nodiscard]] std::vector<std::string> line_hashes(std::string_view text);

}  // namespace podseer::report
