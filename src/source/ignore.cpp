// SPDX-License-Identifier: Apache-2.0
#include "source/ignore.hpp"

#include <algorithm>

#include "source/glob.hpp"

namespace podseer::source {

IgnoreRules IgnoreRules::read(std::string_view text) {
  IgnoreRules rules;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (line.ends_with('\r')) line.remove_suffix(1);
    while (line.ends_with(' ') && !line.ends_with("\\ ")) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    Pattern pattern;
    if (line.front() == '!') {
      pattern.keep = true;
      line.remove_prefix(1);
    }
    if (line.ends_with('/')) {
      pattern.directory_only = true;
      line.remove_suffix(1);
    }
    if (line.empty()) continue;
    const bool anchored = line.find('/') != std::string_view::npos;
    if (line.front() == '/') line.remove_prefix(1);
    pattern.glob = anchored ? std::string(line) : "**/" + std::string(line);
    // `a/**` is what is below a, not a itself.
    if (pattern.glob.ends_with("/**")) pattern.glob += "/*";
    rules.patterns_.push_back(std::move(pattern));
  }
  return rules;
}

IgnoreRules::Verdict IgnoreRules::match(std::string_view path, bool directory) const {
  for (auto pattern = patterns_.rbegin(); pattern != patterns_.rend(); ++pattern) {
    if (pattern->directory_only && !directory) continue;
    if (glob_match(pattern->glob, path)) return pattern->keep ? Verdict::Keep : Verdict::Ignore;
  }
  return Verdict::Unsaid;
}

}  // namespace podseer::source
