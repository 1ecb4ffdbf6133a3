// SPDX-License-Identifier: Apache-2.0
// The STATUS printer, one test for each step of its algorithm
// (pkg/printers/internalversion/printers.go).
#include "lifecycle/printer.hpp"

#include "catch.hpp"
#include "made_pod.hpp"

using podseer::lifecycle::Columns;
using podseer::lifecycle::ContainerStatus;
using podseer::lifecycle::PodStatus;
using podseer::lifecycle::print_columns;
using podseer::tests::MadePod;

namespace {

ContainerStatus waiting(std::string name, std::string reason) {
  ContainerStatus s;
  s.name = std::move(name);
  s.reason = std::move(reason);
  return s;
}
ContainerStatus running(std::string name, bool ready, int restarts = 0) {
  ContainerStatus s;
  s.name = std::move(name);
  s.state = ContainerStatus::State::Running;
  s.started = true;
  s.ready = ready;
  s.restart_count = restarts;
  return s;
}
ContainerStatus ended(std::string name, int code, std::string reason) {
  ContainerStatus s;
  s.name = std::move(name);
  s.state = ContainerStatus::State::Terminated;
  s.exit_code = code;
  s.reason = std::move(reason);
  return s;
}

/// Two mains `a` and `b`; statuses as given.
Columns printed(PodStatus status, bool deleting = false) {
  MadePod made;
  made.main("a");
  made.main("b");
  Columns columns = print_columns(made.pod.spec, status, deleting);
  columns.decided_by = nullptr;  // the status goes away
  return columns;
}

}  // namespace

TEST_CASE("step 1: STATUS begins as the phase, or as the pod's reason", "[lifecycle][printer]") {
  PodStatus status;
  status.phase = "Pending";
  CHECK(printed(status).status == "Pending");
  status.phase = "Failed";
  status.reason = "NodeAffinity";
  CHECK(printed(status).status == "NodeAffinity");
}

TEST_CASE("step 2: scheduling gates go before the phase", "[lifecycle][printer]") {
  PodStatus status;
  status.phase = "Pending";
  status.conditions = {{"PodScheduled", "False", "SchedulingGated", ""}};
  CHECK(printed(status).status == "SchedulingGated");
  status.conditions[0].reason = "Unschedulable";
  CHECK(printed(status).status == "Pending");
}

TEST_CASE("step 3: READY counts mains and sidecars, not plain init containers", "[lifecycle][printer]") {
  MadePod made;
  made.init("setup");
  made.sidecar("proxy");
  made.main("a");
  CHECK(print_columns(made.pod.spec, {}).ready_text() == "0/2");
}

TEST_CASE("step 4a: an init container that ended well is passed over", "[lifecycle][printer]") {
  MadePod made;
  made.init("one");
  made.init("two");
  made.main("a");
  PodStatus status;
  status.phase = "Pending";
  status.init_statuses = {ended("one", 0, "Completed"), running("two", false)};
  CHECK(print_columns(made.pod.spec, status).status == "Init:1/2");
}

TEST_CASE("step 4b: a started sidecar is passed over and counted when ready", "[lifecycle][printer]") {
  MadePod made;
  made.sidecar("proxy");
  made.main("a");
  PodStatus status;
  status.phase = "Pending";
  status.init_statuses = {running("proxy", true)};
  status.container_statuses = {waiting("a", "PodInitializing")};
  const Columns columns = print_columns(made.pod.spec, status);
  CHECK(columns.status == "PodInitializing");
  CHECK(columns.ready_text() == "1/2");
}

TEST_CASE("step 4c: a failed init container shows its reason, signal or exit code", "[lifecycle][printer]") {
  MadePod made;
  made.init("one");
  made.main("a");
  PodStatus status;
  status.phase = "Pending";
  status.init_statuses = {ended("one", 1, "Error")};
  CHECK(print_columns(made.pod.spec, status).status == "Init:Error");
  status.init_statuses[0].reason.clear();
  CHECK(print_columns(made.pod.spec, status).status == "Init:ExitCode:1");
}

TEST_CASE("step 4d: a waiting init container shows its reason unless that is PodInitializing", "[lifecycle][printer]") {
  MadePod made;
  made.init("one");
  made.main("a");
  PodStatus status;
  status.phase = "Pending";
  status.init_statuses = {waiting("one", "CrashLoopBackOff")};
  CHECK(print_columns(made.pod.spec, status).status == "Init:CrashLoopBackOff");
  status.init_statuses[0].reason = "PodInitializing";
  CHECK(print_columns(made.pod.spec, status).status == "Init:0/1");
}

TEST_CASE("step 4e: N counts sidecars, and a sidecar that has not started holds up", "[lifecycle][printer]") {
  MadePod made;
  made.init("one");
  made.sidecar("proxy");
  made.main("a");
  PodStatus status;
  status.phase = "Pending";
  status.init_statuses = {ended("one", 0, "Completed"), running("proxy", false)};
  status.init_statuses[1].started = false;
  status.container_statuses = {running("a", true)};
  const Columns columns = print_columns(made.pod.spec, status);
  CHECK(columns.status == "Init:1/2");
  CHECK(columns.ready_text() == "0/2");  // mains are not counted while initializing
}

TEST_CASE("step 5: the first container by name that does not run gives STATUS", "[lifecycle][printer]") {
  PodStatus status;
  status.phase = "Running";
  status.container_statuses = {waiting("a", "CrashLoopBackOff"), waiting("b", "ImagePullBackOff")};
  CHECK(printed(status).status == "CrashLoopBackOff");
  status.container_statuses = {running("a", true, 2), ended("b", 137, "OOMKilled")};
  CHECK(printed(status).status == "OOMKilled");
  CHECK(printed(status).ready_text() == "1/2");
  CHECK(printed(status).restarts == 2);
  status.container_statuses = {running("a", false), ended("b", 7, "")};
  CHECK(printed(status).status == "ExitCode:7");
  status.container_statuses = {running("a", false), waiting("b", "")};
  CHECK(printed(status).status == "Running");
}

TEST_CASE("step 5: restarts of init containers vanish once the pod is initialized", "[lifecycle][printer]") {
  MadePod made;
  made.init("one");
  made.sidecar("proxy");
  made.main("a");
  PodStatus status;
  status.phase = "Running";
  status.init_statuses = {ended("one", 0, "Completed"), running("proxy", true, 2)};
  status.init_statuses[0].restart_count = 5;
  status.container_statuses = {running("a", true, 1)};
  CHECK(print_columns(made.pod.spec, status).restarts == 3);
  status.init_statuses[0] = waiting("one", "CrashLoopBackOff");
  status.init_statuses[0].restart_count = 5;
  CHECK(print_columns(made.pod.spec, status).restarts == 5);
}

TEST_CASE("step 5: a crash-looping sidecar keeps Init: while the mains run", "[lifecycle][printer]") {
  MadePod made;
  made.sidecar("proxy");
  made.main("a");
  PodStatus status;
  status.phase = "Running";
  status.conditions = {{"Initialized", "True", "", ""}};
  status.init_statuses = {waiting("proxy", "CrashLoopBackOff")};
  status.container_statuses = {running("a", true)};
  CHECK(print_columns(made.pod.spec, status).status == "Init:CrashLoopBackOff");
  CHECK(print_columns(made.pod.spec, status).ready_text() == "1/2");
  status.container_statuses = {ended("a", 1, "Error")};
  CHECK(print_columns(made.pod.spec, status).status == "Error");
}

TEST_CASE("step 6: Completed beside a ready container is NotReady", "[lifecycle][printer]") {
  PodStatus status;
  status.phase = "Running";
  status.container_statuses = {ended("a", 0, "Completed"), running("b", true)};
  CHECK(printed(status).status == "NotReady");
  status.conditions = {{"Ready", "True", "", ""}};
  CHECK(printed(status).status == "Running");
  status.conditions.clear();
  status.container_statuses[1].ready = false;
  CHECK(printed(status).status == "Completed");
  status.container_statuses = {ended("a", 1, "Error"), running("b", true)};
  CHECK(printed(status).status == "Error");
}

TEST_CASE("step 7: a pod that is deleted is Terminating, or Unknown on a lost node", "[lifecycle][printer]") {
  PodStatus status;
  status.phase = "Running";
  status.container_statuses = {running("a", true), running("b", true)};
  CHECK(printed(status, true).status == "Terminating");
  status.reason = "NodeLost";
  CHECK(printed(status, true).status == "Unknown");
  status.reason.clear();
  status.phase = "Succeeded";
  status.container_statuses = {ended("a", 0, "Completed"), ended("b", 0, "Completed")};
  CHECK(printed(status, true).status == "Completed");
}

TEST_CASE("step 8: a pod that has finished has none ready", "[lifecycle][printer]") {
  PodStatus status;
  status.phase = "Succeeded";
  status.container_statuses = {ended("a", 0, "Completed"), ended("b", 0, "Completed")};
  CHECK(printed(status).ready_text() == "0/2");
  CHECK(printed(status).status == "Completed");
}
