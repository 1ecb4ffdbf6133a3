// SPDX-License-Identifier: Apache-2.0
// The rules of one .gitignore file (gitignore(5)): the last pattern that matches decides, `!` takes a
// file back in, a pattern with a `/` inside is anchored to the file's directory, one that ends with
// `/` is for directories only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace podseer::source {

class IgnoreRules {
 public:
  /// Reads the lines of a .gitignore; never fails.
  static IgnoreRules read(std::string_view text);

  enum class Verdict { Unsaid, Ignore, Keep };
  /// `path` is relative to the directory of the file, with `/`.
  [[nodiscard]] Verdict match(std::string_view path, bool directory) const;
  [[nodiscard]] bool empty() const { return patterns_.empty(); }

 private:
  struct Pattern {
    std::string glob;
    bool keep = false;
    bool directory_only = false;
  };
  std::vector<Pattern> patterns_;
};

}  // namespace podseer::source
