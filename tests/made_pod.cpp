// SPDX-License-Identifier: Apache-2.0
#include "made_pod.hpp"

#include "catch.hpp"

namespace podseer::tests {

using kube::Origin;

kube::Text written(std::string_view text) { return {text, {}, Origin::Written}; }
kube::Number written(std::int64_t number) { return {number, {}, Origin::Written}; }

kube::Probe made_probe(int initial_delay, int period, int failures) {
  kube::Probe probe;
  probe.handler.kind = kube::Handler::Kind::HttpGet;
  probe.handler.port = {kube::PortRef{80, {}}, {}, Origin::Written};
  probe.initial_delay_seconds = written(std::int64_t{initial_delay});
  probe.period_seconds = written(std::int64_t{period});
  probe.failure_threshold = written(std::int64_t{failures});
  return probe;
}

MadePod::MadePod(kube::WorkloadKind kind, std::string_view name) {
  owner.kind = kube::name_of(kind);
  owner.name = name;
  pod.owner = &owner;
  pod.workload = kind;
  pod.field_prefix = "spec";
  pod.spec.restart_policy.set_default("Always");
  pod.spec.termination_grace_period_seconds.set_default(30);
}

kube::Container& MadePod::add(std::string_view name, std::string_view image, bool is_init) {
  std::vector<kube::Container>& list = is_init ? pod.spec.init_containers : pod.spec.containers;
  kube::Container c;
  c.index = list.size();
  c.init = is_init;
  c.name = written(name);
  c.image = written(image);
  list.push_back(c);
  (is_init ? init_facts : facts).emplace_back();
  last_is_init_ = is_init;
  return list.back();
}

kube::Container& MadePod::main(std::string_view name, std::string_view image) { return add(name, image, false); }
kube::Container& MadePod::init(std::string_view name, std::string_view image) { return add(name, image, true); }
kube::Container& MadePod::sidecar(std::string_view name, std::string_view image) {
  kube::Container& c = add(name, image, true);
  c.restart_policy = written("Always");
  return c;
}

MadePod& MadePod::policy(std::string_view restart_policy) {
  pod.spec.restart_policy = written(restart_policy);
  return *this;
}

process::Outcome& MadePod::outcome() { return (last_is_init_ ? init_facts : facts).back().outcome; }

MadePod& MadePod::exits(int code, double seconds) {
  outcome().kind = process::Outcome::Kind::Exits;
  outcome().exit_code = code;
  outcome().earliest = outcome().latest = seconds;
  return *this;
}

MadePod& MadePod::runs() {
  outcome().kind = process::Outcome::Kind::RunsForever;
  return *this;
}

lifecycle::Effect& MadePod::pod_effect(lifecycle::Step step, std::string_view reason, std::string_view message) {
  lifecycle::Effect e;
  e.step = step;
  e.reason = reason;
  e.message = message;
  e.rule = "POD999";
  effects.push_back(e);
  return effects.back();
}

lifecycle::Effect& MadePod::effect(lifecycle::Step step, std::string_view reason, std::string_view message) {
  lifecycle::Effect& e = pod_effect(step, reason, message);
  e.init = last_is_init_;
  e.container = static_cast<int>((last_is_init_ ? pod.spec.init_containers : pod.spec.containers).size()) - 1;
  return e;
}

std::vector<lifecycle::Forecast> MadePod::rows(std::optional<double> at) const {
  lifecycle::ForecastInput input;
  input.pod = &pod;
  input.ns = "default";
  input.effects = effects;
  input.init_facts = init_facts;
  input.facts = facts;
  input.wanted = wanted;
  return lifecycle::forecast(input, at);
}

lifecycle::Forecast MadePod::row(std::optional<double> at) const {
  std::vector<lifecycle::Forecast> all = rows(at);
  REQUIRE(all.size() == 1);
  return all.front();
}

}  // namespace podseer::tests
