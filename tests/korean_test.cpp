// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "catch.hpp"
#include "paths.hpp"
#include "rules/rule.hpp"

using namespace podseer;

namespace {

std::set<std::string> placeholders(std::string_view text) {
  std::set<std::string> found;
  for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
    const std::size_t end = text.find('}', at);
    if (end == std::string_view::npos) break;
    found.insert(std::string(text.substr(at, end - at + 1)));
  }
  return found;
}

}  // namespace

TEST_CASE("Korean messages tell what the English ones tell", "[rules][korean]") {
  int translated = 0;
  for (const rules::Rule& rule : rules::all_rules()) {
    CHECK_FALSE(rule.info.message_ko.empty());
    ++translated;
    INFO(rule.info.code << " " << rule.info.message_ko);
    CHECK(placeholders(rule.info.message) == placeholders(rule.info.message_ko));
    CHECK_FALSE(rule.info.title_ko.empty());
    CHECK_FALSE(rule.info.why_ko.empty());
    CHECK_FALSE(rule.info.help_ko.empty());
  }
  CHECK(translated >= 100);
}

TEST_CASE("--lang and LANG choose the language, and programs get English", "[cli][korean]") {
  const std::string podseer = "'" + tests::podseer_binary().string() + "'";
  const std::string pod =
      "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: 'MyApp:1'}]}\n";
  const std::string korean = "\xED\x95\xB4\xEC\x84\x9D";  // "parse" in the message of POD301
  CHECK(tests::run(podseer + " check --isolated --lang ko -", pod).out.find(korean) != std::string::npos);
  CHECK(tests::run("env -u LC_ALL -u LC_MESSAGES LANG=ko_KR.UTF-8 " + podseer + " check --isolated -", pod)
            .out.find(korean) != std::string::npos);
  CHECK(
      tests::run("env -u LC_ALL -u LC_MESSAGES LANG=ko_KR.UTF-8 " + podseer + " check --isolated --format json -", pod)
          .out.find(korean) == std::string::npos);
  CHECK(tests::run("env LC_ALL=C " + podseer + " check --isolated -", pod).out.find(korean) == std::string::npos);
}
