// SPDX-License-Identifier: Apache-2.0
// The pages under testdata/rules are documentation and tests at once: this reads their fenced blocks.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace podseer::tests {

/// One fenced block: "```yaml bad args="..."" and its lines.
struct PageBlock {
  enum class Kind { Bad, Good, File, Output, Other };
  Kind kind = Kind::Other;
  std::string name;    // File: the name behind file=
  std::string args;    // further command-line words
  std::string needs;   // a program that must be on PATH; the block is skipped without it
  std::string images;  // references for a file images.txt, separated by blanks
  std::string text;
  int line = 0;                              // 1-based line of the fence
  std::size_t text_begin = 0, text_end = 0;  // offsets of the text in the page
};

/// All blocks of a page in order; other fences are skipped.
[[nodiscard]] std::vector<PageBlock> read_page(const std::string& page);

/// The expectations of a YAML text: (1-based line, code) for each `# expect: CODE[, CODE]`.
[[nodiscard]] std::vector<std::pair<int, std::string>> expectations(const std::string& text);

}  // namespace podseer::tests
