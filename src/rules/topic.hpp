// SPDX-License-Identifier: Apache-2.0
// What `podseer explain` knows beside the rules: a page for each phase, STATUS and condition.
#pragma once

#include <span>
#include <string_view>

namespace podseer::rules {

struct Topic {
  std::string_view name;  // "CrashLoopBackOff"; the file's stem
  std::string_view page;  // Markdown
};

/// All topics, ordered by name. The table is made at build time.
[[nodiscard]] std::span<const Topic> all_topics();
/// The topic of that name, upper and lower case alike, or null. A STATUS of many forms leads to its
/// page: "Init:0/1" and "Init:Error" to Init, "OutOfcpu" to OutOf, "ExitCode:3" and "Signal:9" to
/// Error.
[[nodiscard]] const Topic* find_topic(std::string_view name);

}  // namespace podseer::rules
