// SPDX-License-Identifier: Apache-2.0
// The `Warning:` lines of the API server: what a real one of 1.34.4 said, word for word, in
// testdata/warnings.yaml and beside recorded cases.
#include <algorithm>
#include <sstream>

#include "admission/admission.hpp"
#include "catch.hpp"
#include "paths.hpp"
#include "rules/engine.hpp"
#include "world_of.hpp"

namespace podseer::tests {
namespace {

using Lines = std::vector<std::string>;

Lines warnings_of(const std::string& manifest, WorldOptions options = {}) {
  const WorldOf world(manifest, std::move(options));
  Lines lines;
  for (const kube::Object* object : world.objects()) {
    const admission::Verdict verdict = admission::admit(*object, world.world(), {});
    INFO(verdict.message);
    CHECK((verdict.accepted || verdict.warnings.empty()));
    for (const admission::Warning& warning : verdict.warnings) {
      CHECK(warning.span.exists());
      lines.push_back(warning.line);
    }
  }
  return lines;
}

Lines strings_of(const yaml::Node* list) {
  Lines out;
  if (list == nullptr) return out;
  for (const yaml::Node& item : list->items()) out.emplace_back(item.string_or(""));
  return out;
}

}  // namespace

TEST_CASE("the server's warnings are foretold word for word", "[admission]") {
  const std::string text = read_file(source_path("testdata/warnings.yaml"));
  const yaml::Stream stream = yaml::parse(0, text);
  REQUIRE(stream.documents.size() == 1);
  std::size_t lines = 0;
  for (const yaml::Node& one : stream.documents[0]->root.items()) {
    const std::string manifest(one.find("manifest")->string_or(""));
    INFO(manifest);
    const Lines expected = strings_of(one.find("warnings"));
    CHECK(warnings_of(manifest, {.closed = false, .cluster = {}, .external = {}}) == expected);
    lines += expected.size();
  }
  CHECK(lines > 80);
}

TEST_CASE("the server's warnings are those that were recorded with real pods", "[admission]") {
  for (const char* set : {"truth/runtime", "truth/third-party"}) {
    const auto directory = shared_path(set);
    if (!directory) {
      WARN("skipped: no " << set);
      continue;
    }
    std::istringstream records(read_file(*directory / "records.jsonl"));
    std::string line;
    int said = 0;
    while (std::getline(records, line)) {
      const yaml::Stream record = yaml::parse(0, line);
      const yaml::Node& root = record.documents[0]->root;
      Lines expected = strings_of(root.find("warnings"));
      for (std::string& warning : expected) {
        if (warning.starts_with("Warning: ")) warning.erase(0, 9);
      }
      INFO(root.find("case")->text());
      Lines found = warnings_of(read_file(*directory / root.find("case")->text()),
                                {.closed = false, .cluster = {}, .external = {}});
      for (const std::string& warning : expected) {
        // The namespace's Pod Security level was set by hand there.
        if (warning.starts_with("would violate")) continue;
        ++said;
        CHECK(std::find(found.begin(), found.end(), warning) != found.end());
      }
      for (const std::string& warning : found) {
        INFO(warning);
        CHECK(std::find(expected.begin(), expected.end(), warning) != expected.end());
      }
    }
    WARN(set << ": " << said << " warnings");
  }
}

TEST_CASE("a warning is told unless another finding tells of the same words", "[rules]") {
  const auto finding = [](std::string_view rule, std::uint32_t begin, std::uint32_t end, source::FileId file = 0) {
    rules::Finding out;
    out.rule = rule;
    out.span.file = file;
    out.span.begin = begin;
    out.span.end = end;
    return out;
  };
  std::vector<rules::Finding> findings = {finding("POD120", 10, 20), finding("POD120", 30, 40),
                                          finding("POD701", 18, 25), finding("POD120", 30, 40, 1),
                                          finding("POD402", 0, 9),   finding("POD120", 25, 30)};
  rules::drop_told_warnings(findings);
  std::vector<std::pair<std::string_view, std::uint32_t>> left;
  for (const rules::Finding& one : findings) left.emplace_back(one.rule, one.span.begin);
  CHECK(left == std::vector<std::pair<std::string_view, std::uint32_t>>{
                    {"POD120", 30}, {"POD701", 18}, {"POD120", 30}, {"POD402", 0}, {"POD120", 25}});
}

}  // namespace podseer::tests
