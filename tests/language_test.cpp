// SPDX-License-Identifier: Apache-2.0
// Messages in Korean, by option or environment.
#include "catch.hpp"
#include "paths.hpp"
#include "rules/rule.hpp"

namespace podseer::tests {
namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

Ran podseer(const std::string& environment, const std::string& arguments) {
  return run("cd " + source_path(".").string() + " && unset LC_ALL LC_MESSAGES LANG; " + environment + " " +
             podseer_binary().string() + " " + arguments);
}

}  // namespace

TEST_CASE("--lang ko and a Korean environment give Korean messages", "[cli]") {
  const rules::Rule* rule = rules::find_rule("POD401");
  REQUIRE(rule != nullptr);
  REQUIRE_FALSE(rule->info.message_ko.empty());
  const Ran asked = podseer("", "check --lang ko --select POD401 --color never testdata/seed/missing-env.yaml");
  CHECK(contains(asked.out, "missing-config"));
  CHECK(contains(asked.out, "확실성:"));
  CHECK(contains(asked.out, "경고 1개"));
  CHECK_FALSE(contains(asked.out, "which does not exist"));
  const Ran environment = podseer("LANG=ko_KR.UTF-8", "check --select POD401 testdata/seed/missing-env.yaml");
  CHECK(contains(environment.out, "확실성:"));
  const Ran english = podseer("LANG=ko_KR.UTF-8", "check --lang en --select POD401 testdata/seed/missing-env.yaml");
  CHECK(contains(english.out, "certainty:"));
  CHECK(contains(english.out, "which does not exist"));
  CHECK(contains(podseer("", "rules --lang ko POD401").out, std::string(rule->info.title_ko).substr(0, 12)));
}

}  // namespace podseer::tests
