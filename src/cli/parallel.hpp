// SPDX-License-Identifier: Apache-2.0
// Work that falls into independent units, on several threads; results stay in the order of units.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace podseer::cli {

/// Calls `work(i)` for every i below `count`, each exactly once, on at most `jobs` threads (1: on
/// this one). Units must not touch each other's data. `grain` units are worth one more thread.
template <typename Work>
void for_each_unit(std::size_t count, int jobs, std::size_t grain, const Work& work) {
  const std::size_t threads = std::min<std::size_t>(static_cast<std::size_t>(std::max(jobs, 1)), count / grain);
  if (threads < 2) {
    for (std::size_t i = 0; i < count; ++i) work(i);
    return;
  }
  std::atomic<std::size_t> next{0};
  const auto run = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::thread> crew;
  crew.reserve(threads - 1);
  for (std::size_t i = 1; i < threads; ++i) crew.emplace_back(run);
  run();
  for (std::thread& thread : crew) thread.join();
}

}  // namespace podseer::cli
