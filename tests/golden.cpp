// SPDX-License-Identifier: Apache-2.0
#include "golden.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "catch.hpp"
#include "paths.hpp"

namespace podseer::tests {

void check_golden(const std::string& name, const std::string& text) { check_recorded("testdata/golden/" + name, text); }

void check_recorded(const std::string& relative, const std::string& text) {
  const std::filesystem::path path = source_path(relative);
  const char* bless = std::getenv("PODSEER_BLESS");
  if (bless != nullptr && std::string(bless) == "1") {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  INFO("./dev bless writes it anew: " << path.string());
  REQUIRE(std::filesystem::exists(path));
  CHECK(read_file(path) == text);
}

}  // namespace podseer::tests
