// SPDX-License-Identifier: Apache-2.0
// Phases and conditions by the kubelet's counting, with its reasons and messages.
#include "lifecycle/status.hpp"

#include "catch.hpp"
#include "made_pod.hpp"

using podseer::kube::WorkloadKind;
using podseer::lifecycle::Condition;
using podseer::lifecycle::conditions_of;
using podseer::lifecycle::ContainerStatus;
using podseer::lifecycle::Forecast;
using podseer::lifecycle::phase_of;
using podseer::lifecycle::Step;
using podseer::tests::made_probe;
using podseer::tests::MadePod;
using podseer::tests::written;

namespace {

using State = ContainerStatus::State;

ContainerStatus make(std::string name, State state, int code = 0, std::string last = {}) {
  ContainerStatus s;
  s.name = std::move(name);
  s.state = state;
  s.exit_code = code;
  s.last_reason = std::move(last);
  s.started = s.ready = state == State::Running;
  if (state == State::Terminated) s.reason = code == 0 ? "Completed" : "Error";
  return s;
}

/// "True", or "False reason: message".
std::string condition(const std::vector<Condition>& all, std::string_view type) {
  for (const Condition& c : all) {
    if (c.type == type)
      return c.status + (c.reason.empty() ? "" : " " + c.reason) + (c.message.empty() ? "" : ": " + c.message);
  }
  return "absent";
}

std::string phase(std::string_view policy, const std::vector<ContainerStatus>& mains, bool ended = false) {
  MadePod made(WorkloadKind::Pod);
  made.policy(policy);
  made.main("a");
  made.main("b");
  return phase_of(made.pod.spec, {}, mains, ended);
}

}  // namespace

TEST_CASE("phase: a main that never started keeps the pod Pending", "[lifecycle][phase]") {
  CHECK(phase("Always", {make("a", State::Running), make("b", State::Waiting)}) == "Pending");
  CHECK(phase("Always", {make("a", State::Running)}) == "Pending");
}

TEST_CASE("phase: a crash-looping pod is Running", "[lifecycle][phase]") {
  CHECK(phase("Always", {make("a", State::Running), make("b", State::Waiting, 0, "Error")}) == "Running");
  CHECK(phase("Always", {make("a", State::Terminated, 1), make("b", State::Waiting, 0, "Error")}) == "Running");
  CHECK(phase("OnFailure", {make("a", State::Terminated, 1), make("b", State::Terminated, 0)}) == "Running");
}

TEST_CASE("phase: all mains ended well is Succeeded unless they are always restarted", "[lifecycle][phase]") {
  const std::vector<ContainerStatus> well = {make("a", State::Terminated), make("b", State::Terminated)};
  CHECK(phase("Never", well) == "Succeeded");
  CHECK(phase("OnFailure", well) == "Succeeded");
  CHECK(phase("Always", well) == "Running");
  CHECK(phase("Always", well, true) == "Succeeded");
}

TEST_CASE("phase: one failed main that is never restarted is Failed once all have stopped", "[lifecycle][phase]") {
  CHECK(phase("Never", {make("a", State::Terminated, 1), make("b", State::Terminated)}) == "Failed");
  CHECK(phase("Never", {make("a", State::Terminated, 1), make("b", State::Running)}) == "Running");
  CHECK(phase("Always", {make("a", State::Terminated, 1), make("b", State::Terminated)}, true) == "Failed");
}

TEST_CASE("phase: init containers hold the pod Pending or fail it for good", "[lifecycle][phase]") {
  MadePod made(WorkloadKind::Pod);
  made.init("i");
  made.main("a");
  const std::vector<ContainerStatus> mains = {make("a", State::Waiting)};
  CHECK(phase_of(made.pod.spec, {make("i", State::Running)}, mains, false) == "Pending");
  CHECK(phase_of(made.pod.spec, {make("i", State::Terminated, 1)}, mains, false) == "Pending");
  made.policy("Never");
  CHECK(phase_of(made.pod.spec, {make("i", State::Terminated, 1)}, mains, false) == "Failed");
  ContainerStatus killed = make("i", State::Terminated, 0);
  killed.reason = "OOMKilled";
  CHECK(phase_of(made.pod.spec, {killed}, mains, false) == "Failed");
}

TEST_CASE("phase: a running sidecar keeps a finished pod Running until it is stopped", "[lifecycle][phase]") {
  MadePod made(WorkloadKind::Pod);
  made.policy("Never").sidecar("s");
  made.main("a");
  CHECK(phase_of(made.pod.spec, {make("s", State::Running)}, {make("a", State::Terminated)}, false) == "Running");
  CHECK(phase_of(made.pod.spec, {make("s", State::Terminated, 137)}, {make("a", State::Terminated)}, false) ==
        "Succeeded");
}

TEST_CASE("conditions come in the kubelet's order", "[lifecycle][conditions]") {
  MadePod made;
  made.main("app");
  const auto all = made.row().conditions;
  REQUIRE(all.size() == 5);
  CHECK(all[0].type == "PodReadyToStartContainers");
  CHECK(all[1].type == "Initialized");
  CHECK(all[2].type == "Ready");
  CHECK(all[3].type == "ContainersReady");
  CHECK(all[4].type == "PodScheduled");
  for (const Condition& c : all) CHECK(c.status == "True");
}

TEST_CASE("conditions of a pod that is not scheduled: PodScheduled alone", "[lifecycle][conditions]") {
  MadePod made;
  made.main("app");
  made.pod_effect(Step::Schedule, "Unschedulable", "0/1 nodes are available: 1 Insufficient cpu.");
  const auto all = made.row().conditions;
  CHECK(all.size() == 1);
  CHECK(condition(all, "PodScheduled") == "False Unschedulable: 0/1 nodes are available: 1 Insufficient cpu.");
}

TEST_CASE("conditions of a pod whose volumes are missing: no sandbox", "[lifecycle][conditions]") {
  MadePod made;
  made.init("setup");
  made.main("app");
  made.pod_effect(Step::Mount, "");
  const auto all = made.row().conditions;
  CHECK(condition(all, "PodReadyToStartContainers") == "False");
  CHECK(condition(all, "Initialized") == "False ContainersNotInitialized: containers with incomplete status: [setup]");
  CHECK(condition(all, "Ready") == "False ContainersNotReady: containers with unready status: [app]");
  CHECK(condition(all, "PodScheduled") == "True");
}

TEST_CASE("conditions of unready containers name them in the order of the spec", "[lifecycle][conditions]") {
  MadePod made;
  made.sidecar("proxy");
  made.effect(Step::Readiness, "");
  made.main("web");
  made.effect(Step::Readiness, "");
  made.main("app");
  made.effect(Step::Readiness, "");
  const auto all = made.row().conditions;
  CHECK(condition(all, "Initialized") == "True");
  CHECK(condition(all, "ContainersReady") ==
        "False ContainersNotReady: containers with unready status: [proxy web app]");
  CHECK(condition(all, "Ready") == condition(all, "ContainersReady"));
}

TEST_CASE("conditions of a pod that has finished", "[lifecycle][conditions]") {
  MadePod made(WorkloadKind::Pod);
  made.policy("Never").init("i");
  made.exits(0);
  made.main("app");
  made.exits(0);
  auto all = made.row().conditions;
  CHECK(condition(all, "PodReadyToStartContainers") == "False");
  CHECK(condition(all, "Initialized") == "True PodCompleted");
  CHECK(condition(all, "Ready") == "False PodCompleted");
  CHECK(condition(all, "ContainersReady") == "False PodCompleted");
  made.exits(1);
  all = made.row().conditions;
  CHECK(condition(all, "Initialized") == "True");
  CHECK(condition(all, "Ready") == "False PodFailed");
}

TEST_CASE("a readiness gate whose condition nobody sets keeps the pod from Ready", "[lifecycle][conditions]") {
  MadePod made;
  made.main("app");
  made.pod.spec.rare.edit().readiness_gates = {written("target-health.example.com/lb"), written("b")};
  const Forecast row = made.row();
  CHECK(condition(row.conditions, "ContainersReady") == "True");
  CHECK(condition(row.conditions, "Ready") ==
        "False ReadinessGatesNotReady: corresponding condition of pod readiness gate "
        "\"target-health.example.com/lb\" "
        "does not exist., corresponding condition of pod readiness gate \"b\" does not exist.");
  CHECK(row.status == "Running");
  CHECK(row.ready == "1/1");
}

TEST_CASE("conditions before any status is known", "[lifecycle][conditions]") {
  MadePod made;
  made.init("i");
  made.main("app");
  const auto all = conditions_of(made.pod.spec, "Pending", {}, {}, false);
  CHECK(condition(all, "Initialized") == "False UnknownContainerStatuses");
  CHECK(condition(all, "ContainersReady") == "False UnknownContainerStatuses");
  CHECK(condition(all, "Ready") == "False UnknownContainerStatuses");
}
