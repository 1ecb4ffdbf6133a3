// SPDX-License-Identifier: Apache-2.0
#include "paths.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "catch.hpp"

namespace podseer::tests {
namespace fs = std::filesystem;

fs::path source_path(const std::string& relative) { return fs::path(PODSEER_SOURCE_DIR) / relative; }

fs::path podseer_binary() { return PODSEER_BINARY; }

std::optional<fs::path> shared_path(const std::string& relative) {
  const char* given = std::getenv("PODSEER_SHARED");
  const fs::path root = given != nullptr ? fs::path(given) : fs::path(PODSEER_SOURCE_DIR) / "../shared";
  const fs::path found = root / relative;
  if (!fs::exists(found)) return std::nullopt;
  return found;
}

fs::path tools_path(const std::string& relative) {
  const char* given = std::getenv("PODSEER_VALIDATORS");
  return given != nullptr ? fs::path(given) / relative : source_path("build/tools") / relative;
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  INFO("reading " << path);
  REQUIRE(in.good());
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

Ran run(const std::string& command, const std::string& input, int seconds) {
  char directory[] = "/tmp/podseer-test-XXXXXX";
  REQUIRE(mkdtemp(directory) != nullptr);
  const fs::path base = directory;
  std::ofstream(base / "in", std::ios::binary) << input;
  std::ofstream(base / "command") << command << "\n";
  const std::string line = "timeout " + std::to_string(seconds) + " sh " + (base / "command").string() + " <" +
                           (base / "in").string() + " >" + (base / "out").string() + " 2>" + (base / "err").string();
  const int status = std::system(line.c_str());
  Ran ran;
  ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  ran.out = read_file(base / "out");
  ran.err = read_file(base / "err");
  fs::remove_all(base);
  return ran;
}

}  // namespace podseer::tests
