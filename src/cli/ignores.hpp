// SPDX-License-Identifier: Apache-2.0
// Findings that people have decided about, written beside the manifest:
//
//     key: LOG_LEVL  # podseer: ignore[POD402] the operator adds it later
//     # podseer: ignore[POD402] the operator adds it later        (for the line below)
//     # podseer: ignore-file[POD5] these are meant to crash
//     metadata: {annotations: {podseer.dev/ignore: "POD402: the operator adds it later"}}
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/pipeline.hpp"

namespace podseer::cli {

struct Ignore {
  source::SourceSpan span;         // of the comment or the annotation's value
  std::vector<std::string> rules;  // codes, prefixes or names; empty: every rule
  std::string reason;              // may be empty
  enum class Reach : std::uint8_t { Line, File, Object };
  Reach reach = Reach::Line;
  std::uint32_t line = 0;                // Line: the line that it is about
  const kube::Object* object = nullptr;  // Object
  bool rendered = false;      // an annotation in what a tool rendered: reaches findings wherever they lead back to
  bool written = true;        // stands in a file that people edit, so it can be judged
  bool may_be_unused = true;  // false where not everything that it could be about was seen
  bool used = false;
};

/// All ignores of all files, in file order.
[[nodiscard]] std::vector<Ignore> find_ignores(const Analysis& analysis);

/// True when the rule is named by a code, the beginning of its code, its name, or ALL.
[[nodiscard]] bool names_rule(std::string_view selector, std::string_view code);
[[nodiscard]] bool names_rule(const std::vector<std::string>& selectors, std::string_view code);

/// POD0xx: findings about ignores and the baseline, not about manifests. Only an ignore that names them
/// silences them, else an ignore of everything would hide that it is of no use.
[[nodiscard]] inline bool is_about_ignores(std::string_view code) { return code.starts_with("POD0"); }

/// The ignores of a run, found by the line that they are about: there may be as many of them as findings.
class Ignores {
 public:
  explicit Ignores(std::vector<Ignore> list);
  /// Does an ignore cover the finding? Every one that does is marked as used.
  [[nodiscard]] bool cover(const rules::Finding& finding, const source::SourceMap& sources);
  [[nodiscard]] const std::vector<Ignore>& list() const { return list_; }

 private:
  std::vector<Ignore> list_;
  std::map<std::pair<source::FileId, std::uint32_t>, std::vector<std::size_t>> by_place_;  // line 0: the whole file
  std::vector<std::size_t> anywhere_;
};

/// What is wrong with the ignores themselves: unused, unknown rule, no reason (POD001 to POD003). Those of
/// them that are ignored in turn are left out.
[[nodiscard]] std::vector<rules::Finding> judge_ignores(Ignores& ignores, const source::SourceMap& sources);

}  // namespace podseer::cli
