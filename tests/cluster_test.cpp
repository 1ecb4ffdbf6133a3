// SPDX-License-Identifier: Apache-2.0
#include "world/cluster.hpp"

#include <string>

#include "catch.hpp"
#include "paths.hpp"
#include "world_of.hpp"

using podseer::tests::WorldOf;
using podseer::tests::WorldOptions;
using podseer::world::Cluster;
using podseer::world::Known;

TEST_CASE("every preset of the design is there", "[world][cluster]") {
  for (const char* name : {"generic", "kind", "minikube", "k3s", "eks", "gke", "aks"}) {
    INFO(name);
    CHECK(Cluster::preset(name).ok());
  }
  const auto none = Cluster::preset("openshift");
  REQUIRE_FALSE(none.ok());
  CHECK(none.failure().offending == "openshift");
}

TEST_CASE("presets know default storage classes and node labels", "[world][cluster]") {
  struct Row {
    const char *preset, *default_class;
    bool nodes;
  };
  const Row rows[] = {{"generic", "", false},      {"kind", "standard", true}, {"minikube", "standard", true},
                      {"k3s", "local-path", true}, {"eks", "", false},         {"gke", "standard-rwo", false},
                      {"aks", "default", false}};
  for (const Row& row : rows) {
    INFO(row.preset);
    const auto cluster = Cluster::preset(row.preset);
    REQUIRE(cluster.ok());
    std::string found;
    for (const auto& one : cluster->storage_classes) {
      if (one.is_default) found = one.name;
    }
    CHECK(found == row.default_class);
    CHECK(cluster->nodes_known == row.nodes);
  }
  const auto kind = Cluster::preset("kind");
  REQUIRE(kind->nodes.size() == 1);
  CHECK(kind->nodes[0].label("node-role.kubernetes.io/control-plane") != nullptr);
  CHECK(kind->nodes[0].label("topology.kubernetes.io/zone") == nullptr);
  CHECK(kind->nodes[0].taints.empty());
}

TEST_CASE("a snapshot's nodes are complete, its storage classes only when it shows some", "[world][cluster]") {
  WorldOptions options;
  options.cluster = R"(apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Node
  metadata: {name: n1, labels: {disk: ssd}}
  spec:
    unschedulable: true
    taints: [{key: dedicated, value: gpu, effect: NoSchedule}]
  status:
    allocatable: {cpu: 1900m, memory: 4Gi, pods: "110"}
    capacity: {cpu: "2", memory: 5Gi, pods: "110"}
    conditions: [{type: Ready, status: "True", message: "kubelet is posting ready status. AppArmor enabled"}]
    nodeInfo: {operatingSystem: linux, architecture: arm64, kubeletVersion: v1.34.4}
)";
  const WorldOf given("", options);
  const Cluster& cluster = given.world().cluster();
  REQUIRE(cluster.nodes.size() == 1);
  CHECK(cluster.nodes_known);
  CHECK_FALSE(cluster.storage_classes_known);
  const auto& node = cluster.nodes[0];
  CHECK(node.unschedulable);
  CHECK(node.app_armor);
  CHECK(node.arch == "arm64");
  REQUIRE(node.taints.size() == 1);
  CHECK(node.taints[0].value == "gpu");
  REQUIRE(node.allocatable.size() == 3);
  CHECK(node.allocatable[0].second.milli() == 1900);
  CHECK(given.world().exists("Node", "", "n2") == Known::No);
}

TEST_CASE("a snapshot as kubectl writes it is read", "[world][cluster]") {
  const auto path = podseer::tests::shared_path("truth/runtime/cluster.yaml");
  if (!path) {
    WARN("skipped: truth/runtime is not here");
    return;
  }
  WorldOptions options;
  options.cluster = podseer::tests::read_file(*path);
  const WorldOf given("", options);
  REQUIRE(given.world().cluster().nodes.size() == 1);
  CHECK(given.world().cluster().nodes[0].name == "lab-node");
  CHECK(given.world().exists("PriorityClass", "", "system-node-critical") == Known::Yes);
}
