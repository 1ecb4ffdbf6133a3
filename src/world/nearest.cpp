// SPDX-License-Identifier: Apache-2.0
// Did-you-mean: names that a slip of the finger turns into the one that was written.
// Example: nearest("postgress", {"postgres", "redis"}) is {"postgres"}.
#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "source/edit_distance.hpp"
#include "world/world.hpp"

namespace podseer::world {

namespace {

// Names longer than any Kubernetes name (253 bytes) are not compared, and neither are more
// candidates than a person could have meant.
constexpr std::size_t kLongestName = 253;
constexpr std::size_t kMostCandidates = 2000;
constexpr std::size_t kMostAnswers = 3;

}  // namespace

std::vector<std::string_view> nearest(std::string_view wanted, const std::vector<std::string_view>& candidates) {
  std::vector<std::pair<std::size_t, std::string_view>> close;
  const std::size_t limit = std::max<std::size_t>(1, wanted.size() / 3);
  if (wanted.size() > kLongestName) return {};
  std::size_t compared = 0;
  for (const std::string_view candidate : candidates) {
    if (candidate == wanted || candidate.size() > kLongestName) continue;
    if (++compared > kMostCandidates) break;
    const std::size_t far = source::edit_distance(wanted, candidate, limit);
    // A one-letter name is near to every other one-letter name: that is no hint.
    if (far <= limit && far < wanted.size()) close.emplace_back(far, candidate);
  }
  std::stable_sort(close.begin(), close.end(), [](const auto& a, const auto& b) { return a < b; });
  close.erase(std::unique(close.begin(), close.end()), close.end());
  std::vector<std::string_view> out;
  for (const auto& [far, candidate] : close) {
    if (out.size() == kMostAnswers) break;
    out.push_back(candidate);
  }
  return out;
}

}  // namespace podseer::world
