// SPDX-License-Identifier: Apache-2.0
// The answer table: one manifest fault, what `kubectl get pods` shows early and late, and the
// phase. The expected values were recorded from Kubernetes 1.34.4 with containerd.
#include "lifecycle/forecast.hpp"

#include <limits>

#include "catch.hpp"
#include "made_pod.hpp"

using podseer::kube::WorkloadKind;
using podseer::lifecycle::Certainty;
using podseer::lifecycle::Effect;
using podseer::lifecycle::Forecast;
using podseer::lifecycle::kWholePod;
using podseer::lifecycle::Step;
using podseer::tests::made_probe;
using podseer::tests::MadePod;
using podseer::tests::written;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// "STATUS READY phase growing|none".
std::string shown(const Forecast& row) {
  return row.status + " " + row.ready + " " + row.phase + (row.restarts_growing ? " growing" : " none");
}

}  // namespace

TEST_CASE("a healthy deployment runs", "[lifecycle]") {
  MadePod made;
  made.pod.replicas = written(std::int64_t{3});
  made.main("app");
  const Forecast row = made.row();
  CHECK(shown(row) == "Running 1/1 Running none");
  CHECK(row.count == 3);
  CHECK(row.pod_name == "web-*");
  CHECK(row.healthy());
  CHECK(row.then.empty());
  CHECK(row.findings.empty());
}

TEST_CASE("pods that are refused leave no row but NoPods", "[lifecycle]") {
  MadePod made;
  made.main("app");
  made.pod_effect(Step::CreatePod, "FailedCreate", "serviceaccount \"x\" not found");
  const Forecast row = made.row();
  CHECK(row.status == "NoPods");
  CHECK(row.count == 0);
  CHECK(row.phase.empty());
  CHECK(row.ready.empty());
  CHECK(row.then == std::vector<std::string>{"Running"});
  CHECK_FALSE(row.healthy());
}

TEST_CASE("a quota that lets some replicas in leaves a row for those", "[lifecycle]") {
  MadePod made;
  made.pod.replicas = written(std::int64_t{5});
  made.main("app");
  made.pod_effect(Step::CreatePod, "FailedCreate").replicas = 3;
  const auto rows = made.rows();
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].status == "Running");
  CHECK(rows[0].count == 2);
  CHECK(rows[1].status == "NoPods");
}

TEST_CASE("scheduling gates show SchedulingGated", "[lifecycle]") {
  MadePod made;
  made.main("app");
  made.pod_effect(Step::Schedule, "SchedulingGated", "Scheduling is blocked due to non-empty scheduling gates");
  for (const double at : {5.0, 300.0}) CHECK(shown(made.row(at)) == "SchedulingGated 0/1 Pending none");
}

TEST_CASE("a pod that fits nowhere is Pending without container statuses", "[lifecycle]") {
  MadePod made;
  made.main("app");
  made.pod_effect(Step::Schedule, "Unschedulable", "0/3 nodes are available: 3 Insufficient cpu.");
  const Forecast row = made.row();
  CHECK(shown(row) == "Pending 0/1 Pending none");
  CHECK(row.container_statuses.empty());
  REQUIRE(row.conditions.size() == 1);
  CHECK(row.conditions[0].reason == "Unschedulable");
  CHECK(row.reason_text == "0/3 nodes are available: 3 Insufficient cpu.");
}

TEST_CASE("some replicas fit and some do not: a row for each", "[lifecycle]") {
  MadePod made;
  made.pod.replicas = written(std::int64_t{5});
  made.main("app");
  made.pod_effect(Step::Schedule, "Unschedulable").replicas = 2;
  const auto rows = made.rows();
  REQUIRE(rows.size() == 2);
  CHECK(shown(rows[0]) == "Running 1/1 Running none");
  CHECK(rows[0].count == 3);
  CHECK(shown(rows[1]) == "Pending 0/1 Pending none");
  CHECK(rows[1].count == 2);
}

TEST_CASE("a node that refuses the pod makes it Failed with the node's reason", "[lifecycle]") {
  for (const std::string reason : {"NodeAffinity", "OutOfcpu", "NodePorts", "SysctlForbidden", "AppArmor"}) {
    MadePod made;
    made.main("app");
    made.pod_effect(Step::AdmitOnNode, reason);
    CHECK(shown(made.row()) == reason + " 0/1 Failed none");
  }
}

TEST_CASE("a volume that cannot be mounted keeps the pod ContainerCreating, or Init:0/N", "[lifecycle]") {
  MadePod made;
  made.main("app");
  made.pod_effect(Step::Mount, "", "configmap \"c\" not found");
  for (const double at : {5.0, 300.0}) CHECK(shown(made.row(at)) == "ContainerCreating 0/1 Pending none");
  MadePod with_init;
  with_init.init("setup");
  with_init.init("migrate");
  with_init.main("app");
  with_init.pod_effect(Step::Mount, "");
  CHECK(shown(with_init.row()) == "Init:0/2 0/1 Pending none");
  MadePod sandbox;
  sandbox.main("app");
  sandbox.pod_effect(Step::Sandbox, "");
  CHECK(shown(sandbox.row()) == "ContainerCreating 0/1 Pending none");
}

TEST_CASE("image faults show their own reason and stay", "[lifecycle]") {
  for (const std::string reason : {"InvalidImageName", "ErrImageNeverPull", "ImageInspectError"}) {
    MadePod made;
    made.main("app");
    made.effect(Step::PullImage, reason);
    CHECK(shown(made.row(20)) == reason + " 0/1 Pending none");
    CHECK(shown(made.row(300)) == reason + " 0/1 Pending none");
  }
}

TEST_CASE("an image that cannot be pulled backs off", "[lifecycle]") {
  MadePod made;
  made.main("app", "nginx:lates");
  made.effect(Step::PullImage, "ErrImagePull", "not found");
  CHECK(made.row(0.1).status == "ContainerCreating");
  CHECK(made.row(6).status == "ErrImagePull");
  CHECK(shown(made.row()) == "ImagePullBackOff 0/1 Pending none");
  CHECK(made.row().container_statuses[0].message == "Back-off pulling image \"nginx:lates\": ErrImagePull: not found");
  // Recorded: ErrImagePull in 29 to 36 of 100 looks within the first 150 s.
  int pulls = 0;
  for (int t = 0; t < 150; ++t) pulls += made.row(t + 0.5).status == "ErrImagePull" ? 1 : 0;
  CHECK(pulls >= 40);
  CHECK(pulls <= 58);
}

TEST_CASE("configuration and creation errors stay as they are whatever the restart policy", "[lifecycle]") {
  for (const char* policy : {"Always", "OnFailure", "Never"}) {
    MadePod made(WorkloadKind::Pod);
    made.policy(policy).main("app");
    made.effect(Step::Configure, "CreateContainerConfigError", "configmap \"c\" not found");
    CHECK(shown(made.row()) == "CreateContainerConfigError 0/1 Pending none");
    MadePod create(WorkloadKind::Pod);
    create.policy(policy).main("app");
    create.effect(Step::Create, "CreateContainerError", "no command specified");
    CHECK(shown(create.row()) == "CreateContainerError 0/1 Pending none");
  }
}

TEST_CASE("a command that is not there alternates between RunContainerError and CrashLoopBackOff", "[lifecycle]") {
  MadePod made;
  made.main("app");
  made.effect(Step::Start, "RunContainerError", "exec: \"nope\": executable file not found in $PATH");
  CHECK(made.row(8).status == "RunContainerError");
  const Forecast row = made.row();
  CHECK(shown(row) == "CrashLoopBackOff 0/1 Running growing");
  CHECK(row.container_statuses[0].last_reason == "StartError");
  CHECK(row.container_statuses[0].last_exit_code == 128);
  MadePod never(WorkloadKind::Pod);
  never.policy("Never").main("app");
  never.effect(Step::Start, "RunContainerError");
  CHECK(shown(never.row()) == "StartError 0/1 Failed none");
}

TEST_CASE("a container that fails at once crash-loops", "[lifecycle]") {
  MadePod made;
  made.main("app");
  made.exits(1);
  CHECK(made.row(8).status == "Error");
  CHECK(made.row(8).restarts == 1);
  CHECK(shown(made.row()) == "CrashLoopBackOff 0/1 Running growing");
  // Recorded after 150 s: 4 restarts.
  CHECK(made.row(150).restarts == 4);
  // Recorded: Error in 22 to 45 of 100 looks.
  int errors = 0;
  for (int t = 0; t < 150; ++t) errors += made.row(t + 0.5).status == "Error" ? 1 : 0;
  CHECK(errors >= 33);
  CHECK(errors <= 68);
}

TEST_CASE("restarts of a container that dies at once come with the kubelet's back-off", "[lifecycle]") {
  MadePod made;
  made.main("app");
  made.exits(1);
  // Seconds by which so many restarts were made, with the slack of sync ticks.
  CHECK(made.row(30).restarts == 2);
  CHECK(made.row(60).restarts == 3);
  CHECK(made.row(120).restarts == 4);
  CHECK(made.row(250).restarts == 5);
  CHECK(made.row(450).restarts == 6);
  CHECK(made.row(800).restarts == 7);
}

TEST_CASE("a container that ends well is restarted too under Always only", "[lifecycle]") {
  MadePod made;
  made.main("app");
  made.exits(0);
  CHECK(made.row(8).status == "Completed");
  CHECK(shown(made.row()) == "CrashLoopBackOff 0/1 Running growing");
  for (const char* policy : {"OnFailure", "Never"}) {
    MadePod once(WorkloadKind::Pod);
    once.policy(policy).main("app");
    once.exits(0, 3);
    CHECK(shown(once.row()) == "Completed 0/1 Succeeded none");
    CHECK(once.row().healthy());
  }
}

TEST_CASE("a failing container of a pod that never restarts is Error and Failed", "[lifecycle]") {
  MadePod made(WorkloadKind::Pod);
  made.policy("Never").main("app");
  made.exits(3);
  CHECK(shown(made.row()) == "Error 0/1 Failed none");
  MadePod on_failure(WorkloadKind::Pod);
  on_failure.policy("OnFailure").main("app");
  on_failure.exits(3);
  CHECK(shown(on_failure.row()) == "CrashLoopBackOff 0/1 Running growing");
}

TEST_CASE("a container over its memory limit is OOMKilled, then backs off", "[lifecycle]") {
  MadePod made;
  made.main("app");
  Effect& e = made.effect(Step::Run, "OOMKilled");
  e.exit_code = 137;
  CHECK(made.row(8).status == "OOMKilled");
  CHECK(shown(made.row()) == "CrashLoopBackOff 0/1 Running growing");
  CHECK(made.row().container_statuses[0].last_reason == "OOMKilled");
  made.policy("Never");
  made.pod.workload = WorkloadKind::Pod;
  CHECK(shown(made.row()) == "OOMKilled 0/1 Failed none");
}

TEST_CASE("a postStart hook that fails backs off", "[lifecycle]") {
  MadePod made;
  made.main("app");
  made.effect(Step::PostStart, "PostStartHookError");
  CHECK(made.row(8).status == "PostStartHookError");
  CHECK(shown(made.row()) == "CrashLoopBackOff 0/1 Running growing");
}

TEST_CASE("a liveness probe that fails restarts the container long before any back-off shows", "[lifecycle]") {
  MadePod made;
  made.main("app").liveness_probe = made_probe(0, 10, 3);
  made.effect(Step::Liveness, "Unhealthy");
  CHECK(shown(made.row(15)) == "Running 1/1 Running none");
  CHECK(made.row().restarts_growing);
  CHECK(made.row().status == "Running");
  // A process that dies on TERM: the fifth kill, at about 2.2 minutes, is the first to back off.
  CHECK(made.row(120).status == "Running");
  CHECK(made.row(150).status == "CrashLoopBackOff");
  // One that ignores it takes the whole grace period: the sixth kill, at about 5.5 minutes.
  made.outcome().handles_term = false;
  CHECK(made.row(300).status == "Running");
  CHECK(made.row(300).restarts >= 4);
  CHECK(made.row(370).status == "CrashLoopBackOff");
}

TEST_CASE("a liveness probe that cannot run never kills", "[lifecycle]") {
  MadePod made;
  made.main("app").liveness_probe = made_probe(0, 10, 3);
  made.effect(Step::Liveness, "").handler_error = true;
  CHECK(shown(made.row()) == "Running 1/1 Running none");
  CHECK(made.row().healthy());
}

TEST_CASE("a readiness probe that fails keeps the pod Running and unready", "[lifecycle]") {
  MadePod made;
  made.main("app").readiness_probe = made_probe(0, 10, 3);
  made.effect(Step::Readiness, "", "Readiness probe failed");
  const Forecast row = made.row();
  CHECK(shown(row) == "Running 0/1 Running none");
  CHECK_FALSE(row.healthy());
  CHECK(row.findings == std::vector<std::string>{"POD999"});
  CHECK(row.then == std::vector<std::string>{});
}

TEST_CASE("a startup probe that fails kills; one that cannot run leaves the pod unready for ever", "[lifecycle]") {
  MadePod made;
  made.main("app").startup_probe = made_probe(0, 5, 2);
  Effect& e = made.effect(Step::Startup, "");
  CHECK(made.row(5).ready == "0/1");
  CHECK(made.row().restarts_growing);
  CHECK(made.row(200).status == "CrashLoopBackOff");
  e.handler_error = true;
  for (const double at : {60.0, 600.0}) CHECK(shown(made.row(at)) == "Running 0/1 Running none");
}

TEST_CASE("an init container that fails shows Init: before its reason", "[lifecycle]") {
  MadePod made;
  made.init("ok");
  made.exits(0, 1);
  made.init("migrate");
  made.exits(1);
  made.main("app");
  CHECK(made.row(9).status == "Init:Error");
  CHECK(shown(made.row()) == "Init:CrashLoopBackOff 0/1 Pending growing");
  CHECK(made.row().container_statuses[0].reason == "PodInitializing");
  made.policy("Never");
  made.pod.workload = WorkloadKind::Pod;
  CHECK(shown(made.row()) == "Init:Error 0/1 Failed none");
}

TEST_CASE("an init container that never ends shows how many are done", "[lifecycle]") {
  MadePod made;
  made.init("ok");
  made.exits(0, 1);
  made.init("wait");
  Effect& e = made.effect(Step::Run, "");
  e.earliest = e.latest = kInfinity;
  made.main("app");
  CHECK(shown(made.row()) == "Init:1/2 0/1 Pending none");
  CHECK(made.row().findings == std::vector<std::string>{"POD999"});
  CHECK(made.row().then == std::vector<std::string>{"Running"});
}

TEST_CASE("faults of init containers hide those of the mains", "[lifecycle]") {
  MadePod made;
  made.init("setup");
  made.effect(Step::PullImage, "ErrImagePull");
  made.main("app");
  made.effect(Step::Configure, "CreateContainerConfigError");
  made.exits(1);
  const Forecast row = made.row();
  CHECK(shown(row) == "Init:ImagePullBackOff 0/1 Pending none");
  CHECK(row.then == std::vector<std::string>{"CreateContainerConfigError", "CrashLoopBackOff", "Running"});
}

TEST_CASE("a missing volume hides everything that comes after it", "[lifecycle]") {
  MadePod made;
  made.main("app");
  made.effect(Step::PullImage, "ErrImagePull");
  made.effect(Step::Configure, "CreateContainerConfigError");
  made.pod_effect(Step::Mount, "");
  made.pod_effect(Step::Schedule, "Unschedulable");
  CHECK(made.row().then ==
        std::vector<std::string>{"ContainerCreating", "ImagePullBackOff", "CreateContainerConfigError", "Running"});
}

TEST_CASE("possible effects are not played", "[lifecycle]") {
  MadePod made;
  made.main("app");
  made.effect(Step::PullImage, "ErrImagePull").certainty = Certainty::Possible;
  CHECK(made.row().healthy());
}

TEST_CASE("the certainty of a row is that of the effect that decides it", "[lifecycle]") {
  MadePod made;
  made.main("app");
  made.effect(Step::PullImage, "ErrImagePull").certainty = Certainty::Likely;
  made.effect(Step::Configure, "CreateContainerConfigError");
  CHECK(made.row().certainty == Certainty::Likely);
}

TEST_CASE("one container that never started keeps the whole pod Pending", "[lifecycle]") {
  MadePod made;
  made.main("web");
  made.main("app");
  made.effect(Step::Configure, "CreateContainerConfigError");
  CHECK(shown(made.row()) == "CreateContainerConfigError 1/2 Pending none");
}

TEST_CASE("of two failing containers the first by name is shown", "[lifecycle]") {
  MadePod made;
  made.main("zeta");
  made.effect(Step::Configure, "CreateContainerConfigError");
  made.main("alpha");
  made.effect(Step::Create, "CreateContainerError");
  CHECK(made.row().status == "CreateContainerError");
  CHECK(made.row().container_statuses[0].name == "alpha");
  CHECK(made.row().then == std::vector<std::string>{"CreateContainerConfigError", "Running"});
}

TEST_CASE("a sidecar with a failing startup probe holds the mains back", "[lifecycle]") {
  MadePod made;
  made.sidecar("proxy").startup_probe = made_probe(0, 5, 2);
  made.effect(Step::Startup, "").handler_error = true;
  made.main("app");
  CHECK(shown(made.row()) == "Init:0/1 0/2 Pending none");
}

TEST_CASE("a sidecar that runs counts as ready and does not keep a Job from completing", "[lifecycle]") {
  MadePod made(WorkloadKind::Job, "report");
  made.policy("Never");
  made.sidecar("logs");
  made.runs();
  made.main("work");
  made.exits(0, 20);
  CHECK(shown(made.row(15)) == "Running 2/2 Running none");
  CHECK(shown(made.row()) == "Completed 0/2 Succeeded none");
  CHECK(made.row().pod_name == "report-*");
}

TEST_CASE("a plain second container keeps a Job running: NotReady", "[lifecycle]") {
  MadePod made(WorkloadKind::Job);
  made.policy("Never");
  made.main("work");
  made.exits(0, 5);
  made.main("proxy");
  made.runs();
  CHECK(shown(made.row()) == "NotReady 1/2 Running none");
}

TEST_CASE("a pod past its deadline is Failed and shows its container's reason", "[lifecycle]") {
  MadePod made(WorkloadKind::Pod);
  made.policy("Never");
  made.pod.spec.active_deadline_seconds = written(std::int64_t{20});
  made.main("crawl");
  made.runs();
  made.outcome().handles_term = false;
  CHECK(shown(made.row(10)) == "Running 1/1 Running none");
  CHECK(shown(made.row()) == "Error 0/1 Failed none");
  CHECK(made.row().container_statuses[0].exit_code == 137);
  MadePod pulling(WorkloadKind::Pod);
  pulling.pod.spec.active_deadline_seconds = written(std::int64_t{20});
  pulling.main("crawl");
  pulling.effect(Step::PullImage, "ErrImagePull");
  CHECK(shown(pulling.row()) == "ContainerStatusUnknown 0/1 Failed none");
}

TEST_CASE("an evicted pod is Failed and shows its container's reason", "[lifecycle]") {
  MadePod made(WorkloadKind::Pod);
  made.main("app");
  Effect& e = made.effect(Step::Run, "Evicted", "Usage of EmptyDir volume \"scratch\" exceeds the limit \"10Mi\". ");
  e.earliest = e.latest = 10;
  CHECK(shown(made.row()) == "Error 0/1 Failed none");
}

TEST_CASE("an ordered StatefulSet stops at the first pod that is not ready", "[lifecycle]") {
  MadePod made(WorkloadKind::StatefulSet, "db");
  made.pod.replicas = written(std::int64_t{3});
  made.pod.pod_management_policy = written("OrderedReady");
  made.main("app");
  CHECK(made.row().count == 3);
  made.effect(Step::PullImage, "ErrImagePull");
  CHECK(made.row().count == 1);
  CHECK(made.row().pod_name == "db-0");
  made.pod.pod_management_policy = written("Parallel");
  CHECK(made.row().count == 3);
}

TEST_CASE("failed pods of a Job that never restarts pile up", "[lifecycle]") {
  MadePod made(WorkloadKind::Job);
  made.policy("Never").main("work");
  made.exits(1);
  made.pod.backoff_limit = written(std::int64_t{1});
  CHECK(shown(made.row()) == "Error 0/1 Failed none");
  CHECK(made.row().count == 2);
  made.pod.backoff_limit = written(std::int64_t{6});
  CHECK(made.row(700).count == 7);
}

TEST_CASE("a Job that restarts in place gives up and deletes its pods", "[lifecycle]") {
  MadePod made(WorkloadKind::Job);
  made.policy("OnFailure").main("work");
  made.exits(1);
  CHECK(shown(made.row()) == "CrashLoopBackOff 0/1 Running growing");
  made.pod.backoff_limit = written(std::int64_t{2});
  CHECK(made.row().status == "NoPods");
  CHECK_FALSE(made.row(15).status == "NoPods");
}

TEST_CASE("a suspended CronJob has no pods and is not wrong", "[lifecycle]") {
  MadePod made(WorkloadKind::CronJob);
  made.policy("Never").main("work");
  made.pod.suspend = {true, {}, podseer::kube::Origin::Written};
  CHECK(made.row().status == "NoPods");
  CHECK(made.row().healthy());
}

TEST_CASE("a DaemonSet has as many pods as there are eligible nodes", "[lifecycle]") {
  MadePod made(WorkloadKind::DaemonSet, "agent");
  made.main("app");
  made.wanted = 3;
  CHECK(made.row().count == 3);
  made.wanted = 0;
  CHECK(made.row().status == "NoPods");
  CHECK(made.row().healthy());
  made.pod_effect(Step::Schedule, "NoEligibleNode", "no node tolerates it");
  CHECK(made.row().status == "NoPods");
  CHECK(made.row().findings == std::vector<std::string>{"POD999"});
}

TEST_CASE("a CronJob is looked at as if it had fired once", "[lifecycle]") {
  MadePod made(WorkloadKind::CronJob, "tick");
  made.policy("OnFailure").main("work");
  made.exits(0, 1);
  CHECK(shown(made.row()) == "Completed 0/1 Succeeded none");
  CHECK(made.row().pod_name == "tick-*");
}

TEST_CASE("a Job with several completions runs them in waves", "[lifecycle]") {
  MadePod made(WorkloadKind::Job);
  made.policy("Never").main("work");
  made.exits(0, 60);
  made.pod.completions = written(std::int64_t{6});
  made.pod.parallelism = written(std::int64_t{2});
  const auto rows = made.rows(100);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].status == "Completed");
  CHECK(rows[0].count == 2);
  CHECK(rows[1].status == "Running");
  CHECK(rows[1].count == 2);
  CHECK(made.row(400).count == 6);
}

TEST_CASE("a Job past its own deadline has no pods left", "[lifecycle]") {
  MadePod made(WorkloadKind::Job);
  made.policy("Never").main("work");
  made.runs();
  made.pod.job_active_deadline_seconds = written(std::int64_t{60});
  CHECK(made.row(30).status == "Running");
  CHECK(made.row(90).status == "NoPods");
  CHECK(made.row().status == "NoPods");
}

TEST_CASE("a finished Job is removed after its time to live", "[lifecycle]") {
  MadePod made(WorkloadKind::Job);
  made.policy("Never").main("work");
  made.exits(0, 5);
  made.pod.ttl_seconds_after_finished = written(std::int64_t{30});
  CHECK(made.row(20).status == "Completed");
  CHECK(made.row(60).status == "NoPods");
  CHECK(made.row(60).healthy());
}

TEST_CASE("what keeps a Job from completing decides a row that is otherwise well", "[lifecycle]") {
  MadePod made(WorkloadKind::Job);
  made.policy("Never").main("work");
  made.exits(0, 5);
  made.main("proxy");
  made.runs();
  made.effect(Step::Rollout, "NotReady", "it never ends");
  CHECK(made.row().findings == std::vector<std::string>{"POD999"});
  CHECK(made.row().then == std::vector<std::string>{"Completed"});
}

TEST_CASE("a container that ends late is seen running, and keeps being restarted", "[lifecycle]") {
  MadePod made;
  made.main("app");
  made.exits(1, 100);
  const Forecast row = made.row();
  CHECK(row.status == "Running");
  CHECK(row.restarts_growing);
  CHECK_FALSE(row.healthy());
}

TEST_CASE("a container that ends once and then stays does not keep being restarted", "[lifecycle]") {
  MadePod made;
  made.main("app");
  Effect& e = made.effect(Step::Run, "Error");
  e.exit_code = 1;
  e.repeats = false;
  const Forecast row = made.row();
  CHECK(shown(row) == "Running 1/1 Running none");
  CHECK(row.restarts == 1);
}

TEST_CASE("many containers and hostile numbers stay cheap and finite", "[lifecycle]") {
  MadePod made;
  for (int i = 0; i < 40; ++i) {
    made.main("app");
    made.exits(1);
  }
  made.pod.replicas = written(std::int64_t{9223372036854775807});
  CHECK(made.row().count == 1000000);
  CHECK(made.row(1e12).status == "CrashLoopBackOff");
  CHECK(made.row(-5).phase == "Pending");
}
