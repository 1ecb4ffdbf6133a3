// SPDX-License-Identifier: Apache-2.0
// The pages of `podseer explain`: what they show as `kubectl get pods` is what the simulation says.
// `./dev bless` rewrites the shown tables.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "catch.hpp"
#include "paths.hpp"
#include "rules/rule.hpp"
#include "rules/topic.hpp"

namespace fs = std::filesystem;
using namespace podseer;

namespace {

std::vector<fs::path> pages() {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(tests::source_path("rules/topics"))) found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

/// The table without its last column, whose words belong to the rules.
std::string without_why(const std::string& table) {
  const std::size_t column = table.find("WHY");
  std::istringstream in(table);
  std::string line, out;
  while (std::getline(in, line)) {
    line = line.substr(0, column);
    out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return out;
}

/// The page with each ```text forecast block replaced by what podseer says of the ```yaml block
/// before it.
std::string with_forecasts(const std::string& page, int& examples) {
  std::istringstream in(page);
  std::string line, out, yaml;
  enum class In { Prose, Yaml, Forecast } state = In::Prose;
  while (std::getline(in, line)) {
    if (state == In::Forecast && line != "```") continue;
    out += line + "\n";
    if (state == In::Prose && line == "```yaml") {
      state = In::Yaml;
      yaml.clear();
    } else if (state == In::Prose && line.starts_with("```text forecast")) {
      state = In::Forecast;
      ++examples;
      const tests::Ran ran = tests::run("cd '" + tests::source_path("").string() + "' && " +
                                            tests::podseer_binary().string() + " forecast --isolated --width 100 " +
                                            line.substr(std::string("```text forecast").size()) + " -",
                                        yaml);
      INFO(ran.err);
      CHECK(ran.status == 0);
      out += without_why(ran.out);
    } else if (line == "```") {
      state = In::Prose;
    } else if (state == In::Yaml) {
      yaml += line + "\n";
    }
  }
  return out;
}

}  // namespace

TEST_CASE("every table shown in a topic page is what the forecast says", "[lifecycle][golden][topics]") {
  int examples = 0;
  for (const fs::path& path : pages()) {
    const std::string page = tests::read_file(path);
    const std::string now = with_forecasts(page, examples);
    INFO(path.filename().string());
    if (std::getenv("PODSEER_BLESS") != nullptr && page != now) std::ofstream(path, std::ios::binary) << now;
    CHECK(page == now);
  }
  CHECK(examples > 10);
}

TEST_CASE("every rule that a topic page names exists", "[lifecycle][topics]") {
  for (const fs::path& path : pages()) {
    const std::string page = tests::read_file(path);
    INFO(path.filename().string());
    CHECK(page.starts_with("# "));
    CHECK(page.find(path.stem() == "lifecycle" || path.stem() == "probes" || path.stem() == "restarts"
                        ? "|"
                        : "## How to look") != std::string::npos);
    for (std::size_t at = page.find("POD"); at != std::string::npos; at = page.find("POD", at + 3)) {
      const std::string code = page.substr(at, 6);
      if (std::all_of(code.begin() + 3, code.end(), [](unsigned char c) { return std::isdigit(c) != 0; })) {
        INFO(code);
        CHECK(rules::find_rule(code) != nullptr);
      }
    }
  }
}

TEST_CASE("a STATUS that varies leads to its page", "[lifecycle][topics]") {
  CHECK(rules::find_topic("crashloopbackoff") != nullptr);
  for (const char* word : {"Init:0/1", "Init:CrashLoopBackOff", "OutOfcpu", "OutOfpods", "ExitCode:3", "Signal:9"}) {
    INFO(word);
    CHECK(rules::find_topic(word) != nullptr);
  }
  CHECK(rules::find_topic("nonsense") == nullptr);
  CHECK(rules::find_topic("") == nullptr);
}
