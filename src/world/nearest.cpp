// SPDX-License-Identifier: Apache-2.0
// Did-you-mean: names that a slip of the finger turns into the one that was written. The distance
// counts insertions, deletions, substitutions and swapped neighbours (optimal string alignment).
// Example: nearest("postgress", {"postgres", "redis"}) is {"postgres"}.
#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "world/world.hpp"

namespace podseer::world {

namespace {

// Names longer than any Kubernetes name (253 bytes) are not compared, and neither are more
// candidates than a person could have meant.
constexpr std::size_t kLongestName = 253;
constexpr std::size_t kMostCandidates = 2000;
constexpr std::size_t kMostAnswers = 3;

// Distance, or `limit + 1` as soon as it must be more than `limit`.
std::size_t distance(std::string_view a, std::string_view b, std::size_t limit) {
  const std::size_t difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (difference > limit) return limit + 1;
  std::vector<std::size_t> before(b.size() + 1), previous(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    std::size_t best = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({previous[j] + 1, row[j - 1] + 1, previous[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
      best = std::min(best, row[j]);
    }
    if (best > limit) return limit + 1;
    std::swap(before, previous);
    std::swap(previous, row);
  }
  return previous[b.size()];
}

}  // namespace

std::vector<std::string_view> nearest(std::string_view wanted,
                                      const std::vector<std::string_view>& candidates) {
  std::vector<std::pair<std::size_t, std::string_view>> close;
  const std::size_t limit = std::max<std::size_t>(1, wanted.size() / 3);
  if (wanted.size() > kLongestName) return {};
  std::size_t compared = 0;
  for (const std::string_view candidate : candidates) {
    if (candidate == wanted || candidate.size() > kLongestName) continue;
    if (++compared > kMostCandidates) break;
    const std::size_t far = distance(wanted, candidate, limit);
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
