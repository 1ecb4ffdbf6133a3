// SPDX-License-Identifier: Apache-2.0
// Servers bound to 127.0.0.1 answer inside the pod only: commands run in it reach them, the kubelet's probes do not.
// bash's /dev/tcp connects as nc does. A line without end fills the memory limit.
#include <string>

#include "catch.hpp"
#include "process/predict.hpp"
#include "world_of.hpp"

namespace podseer::tests {
namespace {

using process::Outcome;
using Ports = std::vector<std::int64_t>;

Outcome outcome_of(const std::string& image, const std::string& command, const std::string& more = "") {
  const WorldOf world("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers: [{name: c, image: '" +
                      image + "', command: [" + command + "]" + more + "}]\n");
  const kube::PodTemplate& pod = world.pod("p");
  return process::predict(pod, pod.spec.containers[0], world.world());
}

void only_local(const Outcome& outcome, std::int64_t port) {
  CHECK(outcome.kind == Outcome::Kind::RunsForever);
  CHECK(outcome.listens_known);
  CHECK(outcome.listens.empty());
  CHECK(outcome.listens_local == Ports{port});
}

}  // namespace

TEST_CASE("a server bound to the loopback device serves no port of the pod's address", "[process][shell]") {
  only_local(outcome_of("python:3.12", "python, -m, http.server, '8080', --bind, 127.0.0.1"), 8080);
  only_local(outcome_of("python:3.12", "python, -m, http.server, --bind=localhost"), 8000);
  only_local(outcome_of("busybox:1.36", "httpd, -f, -p, '127.0.0.1:8080'"), 8080);
  only_local(outcome_of("busybox:1.36", "sh, -c, 'exec nc -lk -s 127.0.0.1 -p 9000'"), 9000);
  only_local(outcome_of("redis:7", "redis-server, --bind, 127.0.0.1, '-::1'"), 6379);
  CHECK(outcome_of("python:3.12", "python, -m, http.server, '8080', --bind, 0.0.0.0").listens == Ports{8080});
  CHECK(outcome_of("busybox:1.36", "httpd, -f, -p, '0.0.0.0:8080'").listens == Ports{8080});
  CHECK(outcome_of("redis:7", "redis-server, --bind, 127.0.0.1, 0.0.0.0").listens == Ports{6379});
}

TEST_CASE("a command run in the pod reaches what is bound to the loopback device", "[process][shell]") {
  const WorldOf world(
      "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers: [{name: c, image: 'busybox:1.36', command: "
      "[httpd, -f, -p, '127.0.0.1:8080']}]\n");
  const kube::PodTemplate& pod = world.pod("p");
  const auto run = [&](const std::string& url) {
    return process::predict_exec(pod, pod.spec.containers[0], world.world(), process::predict_pod(pod, world.world()),
                                 {"wget", "-q", "-O-", url});
  };
  CHECK(run("http://127.0.0.1:8080/").exit_code == 0);
  CHECK(run("http://127.0.0.1:8081/").exit_code == 1);
}

TEST_CASE("bash's /dev/tcp connects to what is there", "[process][shell]") {
  const auto waits =
      outcome_of("debian:12", "bash, -c, 'until (echo > /dev/tcp/db/5432) 2>/dev/null; do sleep 1; done'");
  CHECK(waits.kind == Outcome::Kind::WaitsFor);
  REQUIRE(waits.dependency);
  CHECK(waits.dependency->host == "db");
  CHECK(waits.dependency->port == 5432);
  // Recorded from bash 5.2: a redirection of exec that fails ends the shell with 1, one of a command does not.
  const Outcome once = outcome_of("debian:12", "bash, -c, 'exec 3<>/dev/tcp/127.0.0.1/1; sleep infinity'");
  CHECK(once.kind == Outcome::Kind::Exits);
  CHECK(once.exit_code == 1);
  CHECK(outcome_of("debian:12", "bash, -c, ': > /dev/tcp/127.0.0.1/1; sleep infinity'").kind ==
        Outcome::Kind::RunsForever);
}

TEST_CASE("a filter that keeps a line without end is killed at the memory limit", "[process][shell]") {
  const std::string limit = ", resources: {limits: {memory: 64Mi}}";
  for (const std::string image : {"busybox:1.36", "debian:12"}) {
    for (const std::string command :
         {"tail, /dev/zero", "sh, -c, 'tail /dev/zero; sleep infinity'", "sh, -c, 'tail /dev/zero | cat'"}) {
      const Outcome outcome = outcome_of(image, command, limit);
      CHECK(outcome.kind == Outcome::Kind::Exits);
      CHECK(outcome.exit_code == 137);
      CHECK(outcome.cause == Outcome::Cause::OutOfMemory);
      CHECK(outcome.sureness == Outcome::Sureness::Likely);
    }
    CHECK(outcome_of(image, "tail, -c, '5', /dev/zero", limit).cause == Outcome::Cause::None);
    CHECK(outcome_of(image, "sh, -c, 'cat /dev/zero > /dev/null'", limit).kind == Outcome::Kind::RunsForever);
    CHECK(outcome_of(image, "sh, -c, 'tail /dev/zero & sleep infinity'", limit).kind != Outcome::Kind::Exits);
  }
}

TEST_CASE("the pause image has no shell", "[process][shell]") {
  for (const std::string command : {"sh, -c, 'sleep 1'", "/bin/sh, -c, 'sleep 1'", "sleep, '5'"}) {
    CHECK(outcome_of("registry.k8s.io/pause:3.10", command).start_error == Outcome::StartError::NotFound);
  }
  CHECK(outcome_of("registry.k8s.io/pause:3.10", "/pause").kind == Outcome::Kind::RunsForever);
}

}  // namespace podseer::tests
