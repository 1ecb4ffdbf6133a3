// SPDX-License-Identifier: Apache-2.0
// Places where people meet podseer: hooks and the Action. Each script prints "ok:", "not ok:" or
// "skip:" a case; what is skipped is printed.
#include <cstdio>
#include <sstream>

#include "catch.hpp"
#include "paths.hpp"

namespace {

void run_script(const std::string& name, int seconds) {
  const std::string source = podseer::tests::source_path(".").string();
  const std::string script = podseer::tests::source_path("tests/scripts/" + name).string();
  const std::string binary = podseer::tests::podseer_binary().string();
  const std::string command = name.ends_with(".py") ? "python3 '" + script + "' '" + binary + "'"
                                                    : "bash '" + script + "' '" + source + "' '" + binary + "'";
  const auto ran = podseer::tests::run(command, {}, seconds);
  std::istringstream lines(ran.out);
  std::string line;
  int cases = 0;
  while (std::getline(lines, line)) {
    if (line.rfind("skip:", 0) == 0) std::printf("%s: %s\n", name.c_str(), line.c_str());
    if (line.rfind("ok:", 0) == 0 || line.rfind("skip:", 0) == 0) ++cases;
  }
  INFO(ran.out << ran.err);
  CHECK(ran.status == 0);
  CHECK(cases >= 1);
}

}  // namespace

TEST_CASE("the pre-commit hooks catch what they must, without a network", "[integration][pre-commit]") {
  run_script("pre_commit.sh", 300);
}

TEST_CASE("the GitHub Action runs once, reports everywhere and executes no input", "[integration][action]") {
  run_script("action.sh", 120);
}

TEST_CASE("an editor sees findings as it types, with fixes and explanations", "[integration][lsp]") {
  run_script("lsp_client.py", 120);
}

TEST_CASE("a terminal shows progress after a second, and nothing else does", "[integration][progress]") {
  run_script("progress.py", 60);
}
