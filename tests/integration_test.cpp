// SPDX-License-Identifier: Apache-2.0
// Places where people meet podseer: hooks and the Action. Each script prints "ok:", "not ok:" or
// "skip:" a case; what is skipped is printed.
#include <cstdio>
#include <filesystem>
#include <sstream>

#include "catch.hpp"
#include "paths.hpp"

namespace {

void run_script(const std::string& name, int seconds, const std::string& python = "python3") {
  const std::string source = podseer::tests::source_path(".").string();
  const std::string script = podseer::tests::source_path("tests/scripts/" + name).string();
  const std::string binary = podseer::tests::podseer_binary().string();
  const std::string tools = podseer::tests::tools_path("").string();
  std::string command = "PATH=\"" + tools + "/bin:$PATH:" + tools + "/venv/bin\" ";
  if (name.ends_with(".py")) {
    command += python + " '" + script + "' '" + binary + "'";
  } else if (name.ends_with(".lua")) {
    command += "PODSEER_BINARY='" + binary + "' nvim --headless -u NONE -i NONE -S '" + script + "'";
  } else {
    command += "bash '" + script + "' '" + source + "' '" + binary + "'";
  }
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

TEST_CASE("pygls speaks with the language server", "[integration][lsp]") {
  const auto own = podseer::tests::tools_path("venv/bin/python");
  run_script("lsp_pygls.py", 120, std::filesystem::exists(own) ? own.string() : "python3");
}

TEST_CASE("Neovim speaks with the language server", "[integration][lsp]") {
  if (podseer::tests::run("command -v nvim >/dev/null").status != 0) {
    std::printf("lsp_nvim.lua: skip: no nvim here (./dev validators)\n");
    return;
  }
  run_script("lsp_nvim.lua", 120);
}

TEST_CASE("a browser shows the HTML report, asks for nothing else and runs nothing of a manifest",
          "[integration][html]") {
  run_script("browser.py", 120);
}

TEST_CASE("the wheel, the shim and the static binary are whole", "[integration][wheel]") {
  run_script("wheel.sh", 120);
}
