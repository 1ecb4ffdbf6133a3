// SPDX-License-Identifier: Apache-2.0
// A pod's request as the scheduler adds it up (facts: scheduler 2.1 to 2.5).
#include "lifecycle/requests.hpp"

#include <string>

#include "catch.hpp"
#include "scheduling_of.hpp"

using namespace podseer;
using namespace podseer::tests;

namespace {

std::string container(const std::string& name, const std::string& cpu, const std::string& more = "") {
  return "{name: " + name + ", image: a" + (cpu.empty() ? "" : ", resources: {requests: {cpu: " + cpu + "}}") +
         (more.empty() ? "" : ", " + more) + "}";
}

}  // namespace

TEST_CASE("a pod asks for the larger of its containers together and its biggest init container",
          "[lifecycle][scheduler]") {
  struct Row {
    const char* what;
    std::string spec;
    std::int64_t milli;
    const char* path;
  };
  const std::string sidecar = "restartPolicy: Always";
  const Row rows[] = {
      {"one container", "containers: [" + container("a", "100m") + "]", 100, "containers[0].resources.requests[cpu]"},
      {"the sum of two", "containers: [" + container("a", "100m") + ", " + container("b", "250m") + "]", 350,
       "containers[1].resources.requests[cpu]"},
      {"a big init container",
       "initContainers: [" + container("i", "4") + "], containers: [" + container("a", "100m") + "]", 4000,
       "initContainers[0].resources.requests[cpu]"},
      {"init containers do not add up",
       "initContainers: [" + container("i", "300m") + ", " + container("j", "200m") + "], containers: [" +
           container("a", "100m") + "]",
       300, "initContainers[0].resources.requests[cpu]"},
      {"sidecars add to the containers",
       "initContainers: [" + container("s", "200m", sidecar) + "], containers: [" + container("a", "100m") + "]", 300,
       "initContainers[0].resources.requests[cpu]"},
      {"sidecars declared before add to an init container",
       "initContainers: [" + container("s", "200m", sidecar) + ", " + container("i", "500m") + "], containers: [" +
           container("a", "100m") + "]",
       700, "initContainers[1].resources.requests[cpu]"},
      {"sidecars declared behind do not",
       "initContainers: [" + container("i", "500m") + ", " + container("s", "200m", sidecar) + "], containers: [" +
           container("a", "100m") + "]",
       500, "initContainers[0].resources.requests[cpu]"},
      {"a pod-level request replaces the sum",
       "resources: {requests: {cpu: '2'}}, containers: [" + container("a", "100m") + "]", 2000,
       "resources.requests[cpu]"},
      {"a pod-level limit counts where no container asks",
       "resources: {limits: {cpu: '3'}}, containers: [" + container("a", "") + "]", 3000, "resources.requests[cpu]"},
      {"but not where one does", "resources: {limits: {cpu: '3'}}, containers: [" + container("a", "100m") + "]", 100,
       "containers[0].resources.requests[cpu]"},
      {"overhead comes on top", "overhead: {cpu: 50m}, containers: [" + container("a", "100m") + "]", 150,
       "containers[0].resources.requests[cpu]"},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    const WorldOf given("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {" + row.spec + "}\n");
    const auto demands = lifecycle::requests_of(given.pod("p").spec);
    CHECK(lifecycle::amount_of(demands, "cpu") == row.milli);
    REQUIRE_FALSE(demands.empty());
    CHECK(demands[0].field_path() == row.path);
  }
}

TEST_CASE("amounts are printed as people write them", "[lifecycle][scheduler]") {
  CHECK(lifecycle::print_amount("cpu", 2000) == "2");
  CHECK(lifecycle::print_amount("cpu", 1500) == "1500m");
  CHECK(lifecycle::print_amount("memory", std::int64_t{3} << 30) == "3Gi");
  CHECK(lifecycle::print_amount("memory", 512) == "512");
  CHECK(lifecycle::print_amount("nvidia.com/gpu", 2) == "2");
}

TEST_CASE("devices that are claimed must be there", "[lifecycle][scheduler]") {
  const std::string user = pod_text("p", "resourceClaims: [{name: gpu, resourceClaimTemplateName: one}]",
                                    "resources: {claims: [{name: gpu}]}");
  const std::string claim_template =
      "apiVersion: resource.k8s.io/v1\nkind: ResourceClaimTemplate\nmetadata: {name: one}\nspec: {spec: {devices: "
      "{requests: [{name: g, exactly: "
      "{deviceClassName: gpu.example.com}}]}}}\n---\n";
  const std::string device_class =
      "apiVersion: resource.k8s.io/v1\nkind: DeviceClass\nmetadata: {name: gpu.example.com}\nspec: {}\n---\n";
  const std::string slice = "apiVersion: resource.k8s.io/v1\nkind: ResourceSlice\nmetadata: {name: s}\nspec: {}\n---\n";
  const Scheduled none(user, node_text("n1"));
  REQUIRE(none.of("p").problems.size() == 1);
  CHECK(none.of("p").problems[0].cause == lifecycle::PlacementProblem::Cause::ResourceClaims);
  CHECK(none.of("p").problems[0].reason.empty());
  CHECK(none.underlined("p") == "one");
  const Scheduled without_class(claim_template + user, node_text("n1"));
  REQUIRE(without_class.of("p").problems.size() == 1);
  CHECK(without_class.message("p") == "device class gpu.example.com does not exist");
  const Scheduled without_devices(device_class + claim_template + user, node_text("n1"));
  REQUIRE(without_devices.of("p").problems.size() == 1);
  CHECK(without_devices.message("p") == "cannot allocate all claims");
  const Scheduled complete(slice + device_class + claim_template + user, node_text("n1"));
  CHECK(complete.message("p") == "fits");
}
