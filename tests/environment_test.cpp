// SPDX-License-Identifier: Apache-2.0
// Variables that stand for options: between the command line and .podseer.yaml.
#include <cstdlib>
#include <fstream>

#include "catch.hpp"
#include "cli/environment.hpp"
#include "paths.hpp"

namespace podseer::tests {
namespace {
namespace fs = std::filesystem;

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

Ran podseer(const std::string& environment, const std::string& arguments) {
  return run("cd " + source_path(".").string() + " && " + environment + " " + podseer_binary().string() + " " +
             arguments);
}

}  // namespace

TEST_CASE("a variable is as good as its option, and the command line wins", "[cli][environment]") {
  const std::string seed = "check -q testdata/seed";  // without the time that it took
  CHECK(podseer("PODSEER_FORMAT=json", seed).out == podseer("", seed + " --format json").out);
  CHECK(podseer("PODSEER_FORMAT=json", seed + " --format unix").out == podseer("", seed + " --format unix").out);
  CHECK(podseer("PODSEER_FORMAT=", seed).out == podseer("", seed).out);
  CHECK(podseer("PODSEER_LANG=ko", seed).out == podseer("", seed + " --lang ko").out);
  CHECK(podseer("PODSEER_LANG=ko", "explain POD402").out == podseer("", "explain POD402 --lang ko").out);
  CHECK(contains(podseer("PODSEER_COLOR=always", seed).out, "\x1b["));
  CHECK(podseer("PODSEER_FAIL_ON=never", seed).status == 0);
  CHECK(podseer("PODSEER_JOBS=2", seed + " --format json").out == podseer("", seed + " --format json").out);
  CHECK(podseer("PODSEER_WORLD=closed", seed + " --format json").out ==
        podseer("", seed + " --format json --closed-world").out);
  CHECK(podseer("PODSEER_WORLD=closed", seed + " --format json --open-world").out ==
        podseer("", seed + " --format json").out);
}

TEST_CASE("one PODSEER_FORMAT serves two commands that write different formats", "[cli][environment]") {
  CHECK(podseer("PODSEER_FORMAT=sarif", "forecast testdata/seed").out == podseer("", "forecast testdata/seed").out);
  CHECK(podseer("PODSEER_FORMAT=wide", "check -q testdata/seed").out == podseer("", "check -q testdata/seed").out);
  CHECK(podseer("PODSEER_FORMAT=sarif", "graph testdata/seed").status == 0);
}

TEST_CASE("a bad value of a variable ends with 2 and names the variable", "[cli][environment]") {
  const struct {
    const char* variable;
    const char* hint;
  } wrong[] = {{"PODSEER_FORMAT=jsn", "'json'"},
               {"PODSEER_JOBS=many", "'many'"},
               {"PODSEER_JOBS=-1", "'-1'"},
               {"PODSEER_LANG=kr", "'ko'"},
               {"PODSEER_FAIL_ON=likly", "'likely'"},
               {"PODSEER_COLOR=alwys", "'always'"},
               {"PODSEER_WORLD=clsed", "'closed'"},
               {"PODSEER_KUBERNETES_VERSION=7", "1.34"},
               {"PODSEER_RENDER=no", "never"},
               {"PODSEER_MIN_SEVERITY=warn", "warning"},
               {"PODSEER_CONFIG=none.yaml", "none.yaml"},
               {"PODSEER_IMAGES=none.txt", "none.txt"},
               {"PODSEER_CLUSTER=nowhere", "nowhere"},
               {"PODSEER_BASELINE=none.json", "none.json"},
               {"PODSEER_WIDTH=wide", "'wide'"}};
  for (const auto& one : wrong) {
    const Ran ran = podseer(one.variable, "check testdata/seed");
    const std::string name = std::string(one.variable).substr(0, std::string(one.variable).find('='));
    INFO(one.variable << "\n" << ran.err);
    CHECK(ran.status == 2);
    CHECK(ran.out.empty());
    CHECK(contains(ran.err, name));
    CHECK(contains(ran.err, one.hint));
  }
}

TEST_CASE("a variable wins over the configuration file", "[cli][environment]") {
  const auto in = [](const std::string& environment) {
    return run("d=$(mktemp -d) && cd $d && printf 'fail-on: never\\nlang: en\\n' >.podseer.yaml && cp " +
               source_path("testdata/seed/crash-test.yaml").string() + " . && " + environment + " " +
               podseer_binary().string() + " check . ; s=$?; rm -r $d; exit $s");
  };
  CHECK(in("").status == 0);
  CHECK(in("PODSEER_FAIL_ON=likely").status == 1);
  CHECK(in("PODSEER_LANG=ko").out != in("").out);
}

TEST_CASE("every variable is in --help and in the manual", "[cli][environment]") {
  const std::string help = podseer("", "check --help").out;
  const std::string manual = podseer("", "man").out;
  for (const cli::Variable& variable : cli::kVariables) {
    INFO(variable.name);
    CHECK(contains(help, std::string("[$") + variable.name + "]"));
    CHECK(contains(manual, std::string("Variable: ") + variable.name));
  }
  CHECK(contains(help, cli::kWorldVariable));
  CHECK(contains(manual, cli::kWorldVariable));
}

}  // namespace podseer::tests
