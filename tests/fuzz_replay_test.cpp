// SPDX-License-Identifier: Apache-2.0
// What fuzzing found, once more: every input of testdata/fuzz/TARGET/ keeps the target's promises
// (a broken one aborts) and ends soon.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "catch.hpp"
#include "fuzz/targets.hpp"
#include "paths.hpp"

namespace fs = std::filesystem;
using namespace podseer;

TEST_CASE("the fuzzing corpus keeps every promise", "[fuzz]") {
  for (const fuzz::Target& target : fuzz::targets()) {
    const fs::path directory = tests::source_path("testdata/fuzz") / target.name;
    INFO(directory);
    REQUIRE(fs::is_directory(directory));
    std::vector<fs::path> inputs;
    for (const auto& entry : fs::directory_iterator(directory)) inputs.push_back(entry.path());
    std::sort(inputs.begin(), inputs.end());
    CHECK(!inputs.empty());
    for (const fs::path& input : inputs) {
      const std::string bytes = tests::read_file(input);
      const auto begin = std::chrono::steady_clock::now();
      target.run(bytes);
      const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
      INFO(input);
      CHECK(spent.count() < 5.0);
    }
  }
}
