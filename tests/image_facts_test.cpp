// SPDX-License-Identifier: Apache-2.0
// Every fact about an image has a source: the file's own page, a page under `sources`, or the sentence that
// rules/facts/image-facts.yaml has for its kind.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "catch.hpp"
#include "paths.hpp"
#include "yaml/document.hpp"

namespace fs = std::filesystem;

namespace podseer::tests {
namespace {

// Names and structure, not facts.
const std::set<std::string, std::less<>> kFrame = {"image",  "repositories", "source",   "sources",
                                                   "script", "programs",     "variants", "tags"};

void collect(const yaml::Node& image, std::set<std::string>& kinds) {
  for (const yaml::Entry& entry : image.entries()) {
    if (!kFrame.contains(entry.key)) kinds.emplace(entry.key);
  }
  if (const yaml::Node* script = image.find("script")) {
    for (const yaml::Entry& entry : script->entries()) kinds.emplace(entry.key);
  }
  if (const yaml::Node* programs = image.find("programs")) {
    for (const yaml::Entry& program : programs->entries()) {
      for (const yaml::Entry& entry : program.value.entries()) kinds.emplace(entry.key);
    }
  }
  if (const yaml::Node* variants = image.find("variants")) {
    for (const yaml::Node& variant : variants->items()) collect(variant, kinds);
  }
}

}  // namespace

TEST_CASE("Every fact about an image has a source", "[process][facts]") {
  const std::string facts = read_file(source_path("rules/facts/image-facts.yaml"));
  const yaml::Stream known = yaml::parse(0, facts);
  REQUIRE(known.documents.size() == 1);
  const yaml::Node* list = known.documents[0]->root.find("kinds");
  REQUIRE(list != nullptr);
  std::map<std::string, std::string, std::less<>> sources;
  for (const yaml::Node& one : list->items()) {
    REQUIRE(one.find("kind") != nullptr);
    REQUIRE(one.find("source") != nullptr);
    const std::string source(one.find("source")->text());
    INFO(one.find("kind")->text());
    CHECK((source == "file" || source == "own" || (source == "here" && one.find("meaning") != nullptr)));
    sources.emplace(one.find("kind")->text(), source);
  }
  std::set<std::string> used;
  for (const fs::directory_entry& entry : fs::directory_iterator(source_path("rules/images"))) {
    if (entry.path().extension() != ".yaml") continue;
    INFO(entry.path().filename().string());
    const std::string text = read_file(entry.path());
    const yaml::Stream stream = yaml::parse(0, text);
    REQUIRE(stream.documents.size() == 1);
    const yaml::Node& image = stream.documents[0]->root;
    const yaml::Node* page = image.find("source");
    REQUIRE(page != nullptr);
    CHECK(page->text().starts_with("https://"));
    std::set<std::string> kinds;
    collect(image, kinds);
    const yaml::Node* own = image.find("sources");
    for (const std::string& kind : kinds) {
      INFO(kind);
      const auto found = sources.find(kind);
      REQUIRE(found != sources.end());
      used.insert(kind);
      if (found->second != "own") continue;
      const yaml::Node* url = own == nullptr ? nullptr : own->find(kind);
      REQUIRE(url != nullptr);
      CHECK(url->text().starts_with("https://"));
    }
    if (own == nullptr) continue;
    for (const yaml::Entry& one : own->entries()) {
      INFO("a source for no fact: " << one.key);
      CHECK(kinds.contains(std::string(one.key)));
    }
  }
  for (const auto& [kind, source] : sources) {
    INFO("a kind that no image has: " << kind);
    CHECK(used.contains(kind));
  }
}

}  // namespace podseer::tests
