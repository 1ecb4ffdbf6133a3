// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/probes.hpp"

#include "catch.hpp"
#include "made_pod.hpp"

using podseer::kube::Handler;
using podseer::kube::Origin;
using podseer::kube::PortRef;
using podseer::kube::Probe;
using podseer::lifecycle::decides_failure;
using podseer::lifecycle::decides_success;
using podseer::lifecycle::kill_grace;
using podseer::lifecycle::numbers_of;
using podseer::lifecycle::port_name_missing;
using podseer::lifecycle::port_of;
using podseer::lifecycle::startup_budget;
using podseer::tests::made_probe;
using podseer::tests::MadePod;
using podseer::tests::written;

TEST_CASE("a probe without numbers kills 20 to 30 s after the start", "[lifecycle][probes]") {
  const Probe probe;
  CHECK(decides_failure(probe).earliest == 20);
  CHECK(decides_failure(probe).latest == 30);
  CHECK(decides_failure(probe, 5).latest == 31);  // a try lasts at most the timeout of 1 s
}

TEST_CASE("a written zero means the default, but for the initial delay", "[lifecycle][probes]") {
  const Probe probe = made_probe(0, 0, 0);
  CHECK(numbers_of(probe).period == 10);
  CHECK(numbers_of(probe).failures == 3);
  CHECK(numbers_of(probe).initial_delay == 0);
}

TEST_CASE("the startup budget is the delay and all periods but one", "[lifecycle][probes]") {
  CHECK(startup_budget(made_probe(0, 10, 30)) == 290);
  CHECK(startup_budget(made_probe(5, 2, 1)) == 5);
}

TEST_CASE("numbers beyond all bounds stay finite", "[lifecycle][probes]") {
  Probe probe = made_probe(2147483647, 2147483647, 2147483647);
  CHECK(decides_failure(probe).latest < 1e19);
  probe.period_seconds = written(std::int64_t{-5});
  CHECK(numbers_of(probe).period == 10);
}

TEST_CASE("success takes as many periods as the threshold says", "[lifecycle][probes]") {
  Probe probe = made_probe(5, 10, 3);
  probe.success_threshold = written(std::int64_t{3});
  CHECK(decides_success(probe).earliest == 25);
  CHECK(decides_success(probe).latest == 35);
}

TEST_CASE("the probe's grace period goes before the pod's, and none is shorter than 2 s", "[lifecycle][probes]") {
  MadePod made;
  Probe probe = made_probe(0, 10, 3);
  CHECK(kill_grace(&probe, made.pod.spec) == 30);
  probe.termination_grace_period_seconds = written(std::int64_t{5});
  CHECK(kill_grace(&probe, made.pod.spec) == 5);
  probe.termination_grace_period_seconds = written(std::int64_t{0});
  CHECK(kill_grace(&probe, made.pod.spec) == 2);
}

TEST_CASE("a port name counts only in its own container", "[lifecycle][probes]") {
  MadePod made;
  podseer::kube::Container& c = made.main("app");
  podseer::kube::ContainerPort port;
  port.name = written("http");
  port.container_port = written(std::int64_t{8080});
  c.ports.push_back(port);
  Handler handler;
  handler.kind = Handler::Kind::HttpGet;
  handler.port = {PortRef{0, "http"}, {}, Origin::Written};
  CHECK_FALSE(port_name_missing(handler, c));
  CHECK(port_of(handler, c) == 8080);
  handler.port.value.name = "web";
  CHECK(port_name_missing(handler, c));
  CHECK(port_of(handler, c) == 0);
  handler.port.value = {9, {}};
  CHECK_FALSE(port_name_missing(handler, c));
  CHECK(port_of(handler, c) == 9);
}
