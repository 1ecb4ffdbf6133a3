// SPDX-License-Identifier: Apache-2.0
// What we print and read is what schemas/ says.
#include <rapidjson/document.h>
#include <rapidjson/schema.h>
#include <rapidjson/stringbuffer.h>

#include <set>

#include "catch.hpp"
#include "paths.hpp"
#include "sample_report.hpp"

namespace podseer::tests {
namespace {

rapidjson::Document parsed(const std::string& text) {
  rapidjson::Document document;
  document.Parse(text.c_str());
  REQUIRE_FALSE(document.HasParseError());
  return document;
}

/// Where the document breaks the schema; empty when it does not.
std::string violation(const std::string& schema_name, const std::string& text) {
  const rapidjson::Document schema_text = parsed(read_file(source_path("schemas/" + schema_name + ".schema.json")));
  const rapidjson::SchemaDocument schema(schema_text);
  rapidjson::SchemaValidator validator(schema);
  if (parsed(text).Accept(validator)) return {};
  rapidjson::StringBuffer at;
  validator.GetInvalidDocumentPointer().StringifyUriFragment(at);
  return std::string(at.GetString()) + " breaks " + validator.GetInvalidSchemaKeyword();
}

}  // namespace

TEST_CASE("the JSON of check and forecast obeys its schema", "[report]") {
  const SampleReport sample;
  CHECK(violation("check-v1", sample.write(report::check_writer("json"), report::Style{})).empty());
  CHECK(violation("forecast-v1", sample.write(report::forecast_writer("json"), report::Style{})).empty());
  const std::string podseer = podseer_binary().string();
  for (const char* path : {"testdata/seed", "testdata/healthy"}) {
    const std::string where = source_path(path).string();
    CHECK(violation("check-v1", run(podseer + " check --format json " + where).out).empty());
    CHECK(violation("forecast-v1", run(podseer + " forecast --format json " + where).out).empty());
  }
}

TEST_CASE("the schema tells a wrong document from a right one", "[report]") {
  CHECK_FALSE(violation("check-v1", R"({"schema": "podseer/check/v2", "findings": [], "summary": {}})").empty());
  CHECK_FALSE(
      violation("forecast-v1", R"({"schema": "podseer/forecast/v1", "objects": [], "pods": [], "more": 1})").empty());
}

TEST_CASE("the schema of the configuration has the keys that podseer knows", "[cli]") {
  const rapidjson::Document schema = parsed(read_file(source_path("schemas/config.schema.json")));
  std::set<std::string> in_schema;
  for (const auto& member : schema["properties"].GetObject()) in_schema.insert(member.name.GetString());
  // podseer names its keys when it meets one that it cannot guess.
  const Ran ran = run("d=$(mktemp -d) && cd $d && echo 'zzzzzzzzzzzzzzzzzzzzzzzz: 1' > .podseer.yaml && " +
                      podseer_binary().string() + " check --width 1000 . ; rm -r $d");
  const std::string marker = "the keys are: ";
  const std::size_t at = ran.err.find(marker);
  REQUIRE(at != std::string::npos);
  std::set<std::string> known;
  std::istringstream words(ran.err.substr(at + marker.size(), ran.err.find('\n', at) - at - marker.size()));
  for (std::string word; words >> word;) known.insert(word);
  CHECK(known == in_schema);
}

}  // namespace podseer::tests
