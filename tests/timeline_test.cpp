// SPDX-License-Identifier: Apache-2.0
// The picture of time and the predicted status as YAML.
#include <algorithm>
#include <sstream>

#include "catch.hpp"
#include "made_pod.hpp"
#include "report/writers.hpp"

using podseer::kube::WorkloadKind;
using podseer::lifecycle::Forecast;
using podseer::lifecycle::Step;
using podseer::report::forecast_writer;
using podseer::report::Report;
using podseer::report::Style;
using podseer::tests::MadePod;

namespace {

std::string written_as(std::string_view format, const std::vector<Forecast>& rows, bool unicode) {
  Report report;
  report.forecasts = rows;
  Style style;
  style.unicode = unicode;
  std::ostringstream out;
  forecast_writer(format)(report, style, out);
  return out.str();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("the timeline shows every restart and the growing back-off", "[lifecycle][report]") {
  MadePod made;
  made.main("app");
  made.exits(1);
  const auto lines = lines_of(written_as("timeline", made.rows(), false));
  REQUIRE(lines.size() > 4);
  CHECK(lines[0] == "Deployment/web: CrashLoopBackOff 0/1, restarts growing");
  const std::string& row = lines[2];
  CHECK(row.starts_with("  app  "));
  CHECK(row.size() <= 80);
  CHECK(std::count(row.begin(), row.end(), '|') >= 4);
  CHECK(row.find("---------") != std::string::npos);
  CHECK(lines[3].find("Error, CrashLoopBackOff") != std::string::npos);
}

TEST_CASE("the timeline of a healthy pod fills with ready", "[lifecycle][report]") {
  MadePod made;
  made.init("setup");
  made.exits(0, 60);
  made.main("app");
  const auto lines = lines_of(written_as("timeline", made.rows(), false));
  CHECK(lines[2].find("ooooo") != std::string::npos);
  CHECK(lines[4].find(".....") != std::string::npos);
  CHECK(lines[4].ends_with("#####"));
}

TEST_CASE("the timeline of what never starts says so", "[lifecycle][report]") {
  MadePod made;
  made.main("app");
  made.pod_effect(Step::Schedule, "Unschedulable");
  CHECK(written_as("timeline", made.rows(), true).find("no container is created") != std::string::npos);
  made.pod_effect(Step::CreatePod, "FailedCreate");
  CHECK(written_as("timeline", made.rows(), true).find("no pod is made") != std::string::npos);
}

TEST_CASE("the predicted status has kubectl's shape", "[lifecycle][report]") {
  MadePod made(WorkloadKind::Pod, "web");
  made.main("app");
  made.effect(Step::Configure, "CreateContainerConfigError", "configmap \"c\" not found");
  const std::string text = written_as("yaml", made.rows(), true);
  CHECK(text ==
        "apiVersion: v1\n"
        "kind: List\n"
        "items:\n"
        "- apiVersion: v1\n"
        "  kind: Pod\n"
        "  metadata:\n"
        "    name: web\n"
        "    namespace: default\n"
        "  status:\n"
        "    conditions:\n"
        "    - status: \"True\"\n"
        "      type: PodReadyToStartContainers\n"
        "    - status: \"True\"\n"
        "      type: Initialized\n"
        "    - message: \"containers with unready status: [app]\"\n"
        "      reason: ContainersNotReady\n"
        "      status: \"False\"\n"
        "      type: Ready\n"
        "    - message: \"containers with unready status: [app]\"\n"
        "      reason: ContainersNotReady\n"
        "      status: \"False\"\n"
        "      type: ContainersReady\n"
        "    - status: \"True\"\n"
        "      type: PodScheduled\n"
        "    containerStatuses:\n"
        "    - image: \"nginx:1.27\"\n"
        "      lastState: {}\n"
        "      name: app\n"
        "      ready: false\n"
        "      restartCount: 0\n"
        "      started: false\n"
        "      state:\n"
        "        waiting:\n"
        "          message: \"configmap \\\"c\\\" not found\"\n"
        "          reason: CreateContainerConfigError\n"
        "    phase: Pending\n");
}

TEST_CASE("hostile names cannot break the predicted status", "[lifecycle][report]") {
  MadePod made(WorkloadKind::Pod, "true");
  made.main("a: b\n- c\x01");
  const std::string text = written_as("yaml", made.rows(), true);
  CHECK(text.find("name: \"true\"\n") != std::string::npos);
  CHECK(text.find("name: \"a: b\\n- c\\x01\"\n") != std::string::npos);
}
