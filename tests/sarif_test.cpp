// SPDX-License-Identifier: Apache-2.0
// SARIF 2.1.0: the shape that GitHub asks for, always; the official schema and Microsoft's multitool
// where they are installed (./dev validators puts them into build/tools).
#include <rapidjson/document.h>

#include <filesystem>
#include <fstream>

#include "catch.hpp"
#include "paths.hpp"
#include "sample_report.hpp"

namespace podseer::tests {
namespace {
namespace fs = std::filesystem;
using rapidjson::Value;

rapidjson::Document parsed(const std::string& text) {
  rapidjson::Document document;
  document.Parse(text.c_str());
  REQUIRE_FALSE(document.HasParseError());
  return document;
}

std::string text_of(const Value& value, const char* key) {
  REQUIRE(value.HasMember(key));
  REQUIRE(value[key].IsString());
  return value[key].GetString();
}

void check_physical(const Value& location) {
  const Value& place = location["physicalLocation"];
  const std::string uri = text_of(place["artifactLocation"], "uri");
  CHECK(uri.find(' ') == std::string::npos);
  CHECK_FALSE(uri.starts_with("./"));
  CHECK_FALSE(uri.starts_with("/"));
  const Value& region = place["region"];
  CHECK(region["startLine"].GetInt() >= 1);
  CHECK(region["startLine"].GetInt() == region["endLine"].GetInt());
  CHECK(region["startColumn"].GetInt() >= 1);
  CHECK(region["endColumn"].GetInt() > region["startColumn"].GetInt());
}

void check_rule(const Value& rule) {
  CHECK(text_of(rule, "id").starts_with("POD"));
  CHECK_FALSE(text_of(rule, "name").empty());
  CHECK(text_of(rule, "name").size() <= 255);
  for (const char* key : {"shortDescription", "fullDescription"}) {
    const std::string text = text_of(rule[key], "text");
    CHECK_FALSE(text.empty());
    CHECK(text.size() <= 1024);
  }
  CHECK_FALSE(text_of(rule["help"], "text").empty());
  CHECK(rule["properties"]["tags"].Size() <= 10);
}

void check_result(const Value& result, const Value& rules) {
  const unsigned index = result["ruleIndex"].GetUint();
  REQUIRE(index < rules.Size());
  CHECK(text_of(result, "ruleId") == text_of(rules[index], "id"));
  CHECK(text_of(result["message"], "text").ends_with("."));
  REQUIRE(result["locations"].Size() == 1);
  check_physical(result["locations"][0]);
  CHECK_FALSE(text_of(result["partialFingerprints"], "primaryLocationLineHash").empty());
  if (result.HasMember("relatedLocations")) {
    for (const Value& related : result["relatedLocations"].GetArray()) check_physical(related);
  }
  if (!result.HasMember("codeFlows")) return;
  for (const Value& step : result["codeFlows"][0]["threadFlows"][0]["locations"].GetArray())
    check_physical(step["location"]);
}

/// The shape that GitHub asks for (docs: SARIF support for code scanning).
void check_shape(const std::string& text) {
  const rapidjson::Document sarif = parsed(text);
  CHECK(text_of(sarif, "version") == "2.1.0");
  CHECK(text_of(sarif, "$schema").find("sarif-2.1.0.json") != std::string::npos);
  REQUIRE(sarif["runs"].Size() == 1);
  const Value& run = sarif["runs"][0];
  CHECK(text_of(run, "columnKind") == "utf16CodeUnits");
  const Value& driver = run["tool"]["driver"];
  CHECK(text_of(driver, "name") == "podseer");
  for (const Value& rule : driver["rules"].GetArray()) check_rule(rule);
  for (const Value& result : run["results"].GetArray()) check_result(result, driver["rules"]);
}

std::vector<std::string> sarifs() {
  const SampleReport sample;
  std::vector<std::string> all = {sample.write(report::check_writer("sarif"), report::Style{})};
  const std::string podseer =
      "cd " + source_path(".").string() + " && GITHUB_WORKSPACE=$PWD " + podseer_binary().string();
  for (const char* path : {"testdata/seed", "testdata/healthy"}) {
    if (fs::exists(source_path(path))) all.push_back(run(podseer + " check --format sarif " + path).out);
  }
  // With notifications of what could not be read or rendered, and findings about ignores.
  all.push_back(run("d=$(mktemp -d) && cd $d && mkdir -p chart/templates && printf 'apiVersion: v2\\nname: "
                    "c\\nversion: 0.1.0\\n' >chart/Chart.yaml && "
                    "printf 'a: {{ .b }}\\n' >chart/templates/a.yaml && ln -s nowhere 'go ne.yaml' && "
                    "printf 'apiVersion: v1\\nkind: Pod # podseer: ignore[POD999] x\\nmetadata: {name: a}\\n' "
                    ">pod.yaml && GITHUB_WORKSPACE=$PWD PATH=/nowhere " +
                    podseer_binary().string() + " check --isolated --format sarif . ; cd /; rm -r $d")
                    .out);
  return all;
}

}  // namespace

TEST_CASE("SARIF has the shape that GitHub asks for", "[report]") {
  for (const std::string& text : sarifs()) check_shape(text);
}

TEST_CASE("columns of SARIF count UTF-16 units, paths are percent-encoded", "[report]") {
  const SampleReport sample;
  const rapidjson::Document sarif = parsed(sample.write(report::check_writer("sarif"), report::Style{}));
  const Value& result = sarif["runs"][0]["results"][1];
  CHECK(text_of(result["locations"][0]["physicalLocation"]["artifactLocation"], "uri").ends_with("k8s/web%20app.yaml"));
  CHECK(result["relatedLocations"].Size() == 2);
  CHECK(result["codeFlows"].Size() == 1);
  CHECK(result["fixes"].Size() == 1);
}

TEST_CASE("SARIF obeys the official schema", "[report]") {
  const fs::path checker = tools_path("venv/bin/check-jsonschema");
  const fs::path schema = tools_path("node_modules/@microsoft/sarif-multitool-linux/sarif-2.1.0.json");
  if (!fs::exists(checker) || !fs::exists(schema)) {
    WARN("skipped: no check-jsonschema and SARIF schema in build/tools (./dev validators)");
    return;
  }
  for (const std::string& text : sarifs()) {
    const Ran ran = run(checker.string() + " --schemafile " + schema.string() + " -", text);
    INFO(ran.out << ran.err);
    CHECK(ran.status == 0);
  }
}

TEST_CASE("SARIF passes the multitool's rules for GitHub", "[report]") {
  const fs::path multitool = tools_path("node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool");
  if (!fs::exists(multitool)) {
    WARN("skipped: no sarif-multitool in build/tools (./dev validators)");
    return;
  }
  for (const std::string& text : sarifs()) {
    const Ran ran =
        run("d=$(mktemp -d); cat >$d/a.sarif; DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 " + multitool.string() +
                " validate $d/a.sarif --rule-kind 'Sarif;Ghas' --level 'Error;Warning' --log ForceOverwrite -o "
                "$d/v.sarif; rm -r $d",
            text);
    INFO(ran.out);
    CHECK(ran.out.find(": error ") == std::string::npos);
  }
}

}  // namespace podseer::tests
