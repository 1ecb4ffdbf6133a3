// SPDX-License-Identifier: Apache-2.0
// Where a word of a decoded scalar stands in the file.
#include <string>
#include <vector>

#include "catch.hpp"
#include "yaml/document.hpp"
#include "yaml/part.hpp"

namespace podseer::tests {
namespace {

/// What of the file is found for `word` in the text of the document's only value (key `a`); "-": nowhere.
std::string found(const std::string& file, const std::string& word) {
  const yaml::Stream stream = yaml::parse(0, file);
  REQUIRE(stream.documents.size() == 1);
  const yaml::Node* value = stream.documents[0]->root.find("a");
  REQUIRE(value != nullptr);
  const std::string text(value->text());
  const std::size_t at = text.find(word);
  INFO(file << "\ntext: " << text);
  REQUIRE(at != std::string::npos);
  const source::SourceSpan span = yaml::part_of(file, value->span(), text, static_cast<std::uint32_t>(at),
                                                static_cast<std::uint32_t>(at + word.size()));
  return span.exists() ? file.substr(span.begin, span.end - span.begin) : "-";
}

struct Case {
  std::string file, word, written;
};

const Case kCases[] = {
    {"a: echo x; exit 3\n", "exit 3", "exit 3"},
    {"a: echo x\n   exit 3 now\n", "exit 3", "exit 3"},
    {"a: 'echo it''s; exit 3'\n", "exit 3", "exit 3"},
    {"a: 'echo it''s; exit 3'\n", "it's", "it''s"},
    {"a: 'echo x;\n  exit 3'\n", "exit 3", "exit 3"},
    {"a: 'echo x;\n\n  exit 3'\n", "exit 3", "exit 3"},
    {"a: \"echo \\\"x\\\"\\n exit 3\"\n", "exit 3", "exit 3"},
    {"a: \"echo \\u00e9\\t\\x41; exit 3\"\n", "exit 3", "exit 3"},
    {"a: \"echo \\u00e9 now; exit 3\"\n", "\xc3\xa9 now", "\\u00e9 now"},
    {"a: \"echo x; \\\n   exit 3\"\n", "exit 3", "exit 3"},
    {"a: \"echo x;\n   exit 3\"\n", "exit 3", "exit 3"},
    {"a: |\n  echo x\n  exit 3\n", "exit 3", "exit 3"},
    {"a: |\n  if true\n  then\n    exit 3\n  fi\n", "exit 3", "exit 3"},
    {"a: |-\n  echo x\n\n\n  exit 3\n\n", "exit 3", "exit 3"},
    {"a: |+\n  exit 3\n\n\n", "exit 3", "exit 3"},
    {"a: |2\n    echo x\n    exit 3\n", "exit 3", "exit 3"},
    {"a: |\r\n  echo x\r\n  exit 3\r\n", "exit 3", "exit 3"},
    {"a: >\n  echo x;\n  exit 3\n", "exit 3", "exit 3"},
    {"a: >-\n  echo x;\n\n  echo y\n    more;\n  exit 3\n", "exit 3", "exit 3"},
    {"a: >-\n  echo x\n\n    more\n\n\n  exit 3\n", "exit 3", "exit 3"},
    {"a: |\n  echo '\xc3\xa9\xe2\x82\xac'; exit 3\n", "exit 3", "exit 3"},
    {"{\"a\": \"echo \\/x; exit 3\"}\n", "exit 3", "exit 3"},
    {"b: &s echo x; exit 3\na: *s\n", "exit 3", "-"},
    {"a: 0644\n", "420", "-"},
};

}  // namespace

TEST_CASE("A word of a decoded scalar is found where it was written", "[yaml]") {
  for (const Case& one : kCases) {
    INFO(one.file);
    CHECK(found(one.file, one.word) == one.written);
  }
}

TEST_CASE("Every byte of a block scalar maps to a byte that says the same", "[yaml]") {
  const std::string file =
      "a: |\n  set -e\n  if [ -n \"$X\" ]; then\n      echo \"\xe2\x82\xac $X\"   \n\n  fi\n  exit 3\n";
  const yaml::Stream stream = yaml::parse(0, file);
  const yaml::Node* value = stream.documents.at(0)->root.find("a");
  REQUIRE(value != nullptr);
  const std::string text(value->text());
  for (std::uint32_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') continue;
    const source::SourceSpan span = yaml::part_of(file, value->span(), text, i, i + 1);
    REQUIRE(span.exists());
    CHECK(file[span.begin] == text[i]);
    CHECK(span.end == span.begin + 1);
  }
}

TEST_CASE("No place is given for a text that is not the scalar's", "[yaml]") {
  const std::string file = "a: |\n  exit 3\n";
  CHECK_FALSE(yaml::part_of(file, {0, 3, 14}, "exit 4\n", 0, 4).exists());
  CHECK_FALSE(yaml::part_of(file, {0, 3, 14}, "exit 3\nmore\n", 0, 4).exists());
  CHECK_FALSE(yaml::part_of(file, {0, 3, 999}, "exit 3\n", 0, 4).exists());
  CHECK_FALSE(yaml::part_of(file, {0, 3, 14}, "exit 3\n", 4, 4).exists());
  CHECK_FALSE(yaml::part_of(file, {0, 3, 14}, "exit 3\n", 0, 400).exists());
  CHECK_FALSE(yaml::part_of("", {0, 0, 0}, "", 0, 0).exists());
}

}  // namespace podseer::tests
