// SPDX-License-Identifier: Apache-2.0
// Rules between pods (facts: scheduler 5).
#include <chrono>
#include <string>

#include "catch.hpp"
#include "scheduling_of.hpp"

using namespace podseer;
using namespace podseer::tests;
using Cause = lifecycle::PlacementProblem::Cause;

namespace {

std::string affinity(const std::string& kind, const std::string& selector,
                     const std::string& key = "kubernetes.io/hostname", const std::string& more = "") {
  return "affinity: {" + kind + ": {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: " + key +
         ", labelSelector: {matchLabels: {" + selector + "}}" + (more.empty() ? "" : ", " + more) + "}]}}";
}

std::string spread(const std::string& key, int skew, const std::string& more = "",
                   const std::string& selector = "{matchLabels: {app: web}}") {
  return "topologySpreadConstraints: [{maxSkew: " + std::to_string(skew) + ", topologyKey: " + key +
         ", whenUnsatisfiable: DoNotSchedule, labelSelector: " + selector + (more.empty() ? "" : ", " + more) + "}]";
}

}  // namespace

TEST_CASE("required affinity needs a placed pod, except for the first of its kind", "[lifecycle][scheduler]") {
  struct Row {
    const char* what;
    std::string objects;
    int placed;  // of "p"
  };
  const Row rows[] = {
      {"the target comes first", pod_text("t") + pod_text("p", affinity("podAffinity", "app: t")), 1},
      {"the target comes later", pod_text("p", affinity("podAffinity", "app: t")) + pod_text("t"), 1},
      {"nobody has the labels", pod_text("p", affinity("podAffinity", "app: t")), 0},
      {"itself", pod_text("p", affinity("podAffinity", "app: p")), 1},
      {"the target is in another namespace",
       "apiVersion: v1\nkind: Pod\nmetadata: {name: t, namespace: prod, labels: {app: t}}\nspec: {containers: [{name: "
       "c, image: a}]}\n---\n" +
           pod_text("p", affinity("podAffinity", "app: t")),
       0},
      {"the term names that namespace",
       "apiVersion: v1\nkind: Pod\nmetadata: {name: t, namespace: prod, labels: {app: t}}\nspec: {containers: [{name: "
       "c, image: a}]}\n---\n" +
           pod_text("p", affinity("podAffinity", "app: t", "kubernetes.io/hostname", "namespaces: [prod]")),
       1},
      {"any namespace",
       "apiVersion: v1\nkind: Pod\nmetadata: {name: t, namespace: prod, labels: {app: t}}\nspec: {containers: [{name: "
       "c, image: a}]}\n---\n" +
           pod_text("p", affinity("podAffinity", "app: t", "kubernetes.io/hostname", "namespaceSelector: {}")),
       1},
      {"the target itself finds no node",
       pod_text("t", "nodeSelector: {no: such}") + pod_text("p", affinity("podAffinity", "app: t")), 0},
      {"no node has the topology key",
       pod_text("t") + pod_text("p", affinity("podAffinity", "app: t", "topology.kubernetes.io/zone")), 0},
      {"each waits for the other",
       pod_text("t", affinity("podAffinity", "app: p")) + pod_text("p", affinity("podAffinity", "app: t")), 0},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    const Scheduled done(row.objects, node_text("n1"));
    CHECK(done.of("p").placed == row.placed);
    if (row.placed == 0) {
      CHECK(done.message("p") ==
            "0/1 nodes are available: 1 node(s) didn't match pod affinity rules. no new claims to deallocate, "
            "preemption: 0/1 nodes are "
            "available: 1 Preemption is not helpful for scheduling.");
      CHECK(done.of("p").problems[0].cause == Cause::PodAffinity);
    }
  }
}

TEST_CASE("anti-affinity works both ways", "[lifecycle][scheduler]") {
  const Scheduled own(pod_text("t") + pod_text("p", affinity("podAntiAffinity", "app: t")), node_text("n1"));
  CHECK(own.of("p").placed == 0);
  CHECK(own.message("p").starts_with("0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules. "));
  const Scheduled existing(pod_text("p", affinity("podAntiAffinity", "app: t")) + pod_text("t"), node_text("n1"));
  CHECK(existing.of("p").placed == 1);
  CHECK(existing.of("t").placed == 0);
  CHECK(existing.message("t").starts_with(
      "0/1 nodes are available: 1 node(s) didn't satisfy existing pods anti-affinity rules. "));
  CHECK(existing.of("t").problems[0].related.size() == 1);
  const Scheduled unlabelled(
      pod_text("t") + pod_text("p", affinity("podAntiAffinity", "app: t", "topology.kubernetes.io/zone")),
      node_text("n1"));
  CHECK(unlabelled.of("p").placed == 1);
}

TEST_CASE("replicas that avoid each other need a domain each", "[lifecycle][scheduler]") {
  struct Row {
    const char *what, *key;
    int placed;
  };
  const Row rows[] = {{"a node each", "kubernetes.io/hostname", 3},
                      {"a zone each", "zone", 2},
                      {"a label that no node has", "rack", 5}};
  for (const Row& row : rows) {
    INFO(row.what);
    const Scheduled done(deployment_text("web", 5, affinity("podAntiAffinity", "app: web", row.key)),
                         node_text("n1", "zone: a") + node_text("n2", "zone: a") + node_text("n3", "zone: b"));
    CHECK(done.of("web").placed == row.placed);
    if (row.placed < 5) {
      CHECK(done.of("web").problems[0].cause == Cause::PodAntiAffinity);
      CHECK(done.of("web").problems[0].replicas == 5 - row.placed);
    }
  }
}

TEST_CASE("topology spread counts domains that the pod may not even use", "[lifecycle][scheduler]") {
  const std::string tainted =
      node_text("cp", "", "taints: [{key: node-role.kubernetes.io/control-plane, effect: NoSchedule}]");
  const std::string workers = node_text("w1", "zone: a") + node_text("w2", "zone: b");
  struct Row {
    const char* what;
    std::string spec, nodes;
    int placed;  // of 4
  };
  const Row rows[] = {
      {"even", spread("kubernetes.io/hostname", 1), workers, 4},
      {"a tainted node stays empty and counts", spread("kubernetes.io/hostname", 1), tainted + workers, 2},
      {"unless its taint is honoured", spread("kubernetes.io/hostname", 1, "nodeTaintsPolicy: Honor"),
       tainted + workers, 4},
      {"more skew", spread("kubernetes.io/hostname", 2), tainted + workers, 4},
      {"no node has the label", spread("topology.kubernetes.io/zone", 1), workers, 0},
      {"too few domains", spread("zone", 1, "minDomains: 3"), workers, 2},
      {"no selector counts nothing",
       "topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}]",
       tainted + workers, 4},
      {"ScheduleAnyway never blocks",
       "topologySpreadConstraints: [{maxSkew: 1, topologyKey: rack, whenUnsatisfiable: ScheduleAnyway, labelSelector: "
       "{matchLabels: {app: web}}}]",
       workers, 4},
      {"another node selector narrows the domains", "nodeSelector: {zone: a}, " + spread("kubernetes.io/hostname", 1),
       workers, 4},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    const Scheduled done(deployment_text("web", 4, row.spec), row.nodes);
    CHECK(done.of("web").placed == row.placed);
    if (row.placed < 4) CHECK(done.of("web").problems[0].cause == Cause::TopologySpread);
  }
  const Scheduled missing(deployment_text("web", 1, spread("topology.kubernetes.io/zone", 1)), workers);
  CHECK(missing.message("web") ==
        "0/2 nodes are available: 2 node(s) didn't match pod topology spread constraints (missing required label). no "
        "new claims to "
        "deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.");
  CHECK(missing.underlined("web") == "topology.kubernetes.io/zone");
}

TEST_CASE("pods of a snapshot count as placed", "[lifecycle][scheduler]") {
  const std::string cluster =
      node_text("n1") +
      "apiVersion: v1\nkind: Pod\nmetadata: {name: old, namespace: default, labels: {app: old}}\nspec: {nodeName: n1, "
      "containers: "
      "[{name: c, image: a, resources: {requests: {cpu: 1500m}}}]}\nstatus: {phase: Running}\n---\n"
      "apiVersion: v1\nkind: Pod\nmetadata: {name: done, namespace: default}\nspec: {nodeName: n1, containers: "
      "[{name: c, image: a, resources: {requests: {cpu: 500m}}}]}\nstatus: {phase: Succeeded}\n---\n";
  CHECK(Scheduled(pod_text("p", "", "resources: {requests: {cpu: 500m}}"), cluster).of("p").placed == 1);
  CHECK(Scheduled(pod_text("p", "", "resources: {requests: {cpu: 600m}}"), cluster).of("p").placed == 0);
  CHECK(Scheduled(pod_text("p", affinity("podAffinity", "app: old")), cluster).of("p").placed == 1);
}

TEST_CASE("two thousand workloads that avoid their own kind are placed in no time", "[lifecycle][scheduler]") {
  // The lists of who means whom are found through labels: there would be four million pairs.
  std::string text;
  for (int i = 0; i < 2000; ++i) {
    const std::string name = "w" + std::to_string(i);
    text += pod_text(name, affinity("podAntiAffinity", "app: " + name));
  }
  std::string nodes;
  for (int i = 0; i < 20; ++i)
    nodes += node_text("n" + std::to_string(i), "", "", "cpu: '64', memory: 256Gi, pods: '500'");
  const WorldOf given(text, WorldOptions{true, nodes, {}});
  const auto pods = given.pods();
  const auto begin = std::chrono::steady_clock::now();
  const auto placements = lifecycle::schedule(pods, given.world());
  const auto took = std::chrono::steady_clock::now() - begin;
  for (const auto& placement : placements) REQUIRE(placement.placed == 1);
  CHECK(took < std::chrono::seconds(5));
}
