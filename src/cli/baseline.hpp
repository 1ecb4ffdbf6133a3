// SPDX-License-Identifier: Apache-2.0
// Findings that a project lives with for now, by fingerprint, so that only new ones are told.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rules/finding.hpp"
#include "source/source_file.hpp"

namespace podseer::cli {

/// How often each fingerprint may still be met.
class Baseline {
 public:
  struct Entry {
    std::string description;  // "POD302 Pod/shop/web in web.yaml"
    std::string file;         // where it was found then
    source::SourceSpan span;  // of its fingerprint
    std::size_t count = 0;
    bool met = false;
  };
  void add(std::string fingerprint, Entry entry);
  /// Uses up one entry for this finding; false when there is none left.
  [[nodiscard]] bool take(const rules::Finding& finding);
  /// The entries that were never met, by fingerprint.
  [[nodiscard]] std::vector<Entry> left() const;

 private:
  std::map<std::string, Entry, std::less<>> entries_;
};

/// Reads podseer/baseline/v1 and adds the file to `sources`; returns a sentence when it cannot. A missing
/// file is an error, and so is an entry that no podseer wrote. `given_by` is the option or the variable that
/// names the file.
[[nodiscard]] std::string read_baseline(const std::string& path, const std::string& given_by,
                                        source::SourceMap& sources, Baseline& baseline);
/// Replaces the file by what was found; returns a sentence when it cannot.
[[nodiscard]] std::string write_baseline(const std::string& path, const std::vector<rules::Finding>& findings,
                                         const source::SourceMap& sources);

}  // namespace podseer::cli
