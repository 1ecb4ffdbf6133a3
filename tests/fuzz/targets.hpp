// SPDX-License-Identifier: Apache-2.0
// What is fuzzed: plain functions over bytes, the same for libFuzzer (./dev fuzz) and for the replay
// of testdata/fuzz/TARGET/ in the tests. Each ends, with its promises kept, or aborts.
#pragma once

#include <span>
#include <string_view>

namespace podseer::fuzz {

struct Target {
  const char* name;  // also the folder of its corpus
  void (*run)(std::string_view bytes);
};
[[nodiscard]] std::span<const Target> targets();

}  // namespace podseer::fuzz
