// SPDX-License-Identifier: Apache-2.0
// Which nodes a pod may use, and the scheduler's words when there are none (facts: scheduler 1.4, 2-4).
#include <string>

#include "catch.hpp"
#include "scheduling_of.hpp"

using namespace podseer;
using namespace podseer::tests;
using Cause = lifecycle::PlacementProblem::Cause;

namespace {

const std::string kUnhelpful =
    ". no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.";
const std::string kNoVictims =
    ". no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming "
    "pod.";

}  // namespace

TEST_CASE("node selectors and required affinity decide which nodes will do", "[lifecycle][scheduler]") {
  const std::string affinity =
      "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: ";
  struct Row {
    const char* what;
    std::string spec;
    bool fits;
  };
  const Row rows[] = {
      {"all pairs equal", "nodeSelector: {disk: ssd, kubernetes.io/os: linux}", true},
      {"one pair differs", "nodeSelector: {disk: hdd}", false},
      {"label absent", "nodeSelector: {gpu: 'true'}", false},
      {"In", affinity + "[{matchExpressions: [{key: disk, operator: In, values: [hdd, ssd]}]}]}}}", true},
      {"NotIn", affinity + "[{matchExpressions: [{key: disk, operator: NotIn, values: [ssd]}]}]}}}", false},
      {"NotIn of an absent label", affinity + "[{matchExpressions: [{key: gpu, operator: NotIn, values: [a]}]}]}}}",
       true},
      {"Exists", affinity + "[{matchExpressions: [{key: disk, operator: Exists}]}]}}}", true},
      {"DoesNotExist", affinity + "[{matchExpressions: [{key: disk, operator: DoesNotExist}]}]}}}", false},
      {"Gt", affinity + "[{matchExpressions: [{key: cores, operator: Gt, values: ['7']}]}]}}}", true},
      {"Gt is strict", affinity + "[{matchExpressions: [{key: cores, operator: Gt, values: ['8']}]}]}}}", false},
      {"Lt of a word", affinity + "[{matchExpressions: [{key: disk, operator: Lt, values: ['8']}]}]}}}", false},
      {"terms are ORed",
       affinity + "[{matchExpressions: [{key: gpu, operator: Exists}]}, {matchExpressions: [{key: disk, operator: "
                  "Exists}]}]}}}",
       true},
      {"expressions are ANDed",
       affinity + "[{matchExpressions: [{key: gpu, operator: Exists}, {key: disk, operator: Exists}]}]}}}", false},
      {"an empty term matches nothing", affinity + "[{}]}}}", false},
      {"a node by name", affinity + "[{matchFields: [{key: metadata.name, operator: In, values: [n1]}]}]}}}", true},
      {"another node by name", affinity + "[{matchFields: [{key: metadata.name, operator: In, values: [n2]}]}]}}}",
       false},
      {"selector and affinity both",
       "nodeSelector: {disk: ssd}, " + affinity + "[{matchExpressions: [{key: gpu, operator: Exists}]}]}}}", false},
      {"preferred never blocks",
       "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: "
       "{matchExpressions: [{key: gpu, operator: Exists}]}}]}}",
       true},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    const Scheduled done(pod_text("p", row.spec), node_text("n1", "disk: ssd, cores: '8'"));
    CHECK(done.of("p").placed == (row.fits ? 1 : 0));
    if (row.fits) continue;
    const bool by_name = row.spec.find("matchFields") != std::string::npos;
    CHECK(done.message("p") == std::string("0/1 nodes are available: 1 ") +
                                   (by_name ? "node(s) didn't satisfy plugin(s) [NodeAffinity]"
                                            : "node(s) didn't match Pod's node affinity/selector") +
                                   kUnhelpful);
  }
}

TEST_CASE("the label that no node has is underlined, with the values that there are", "[lifecycle][scheduler]") {
  const Scheduled done(pod_text("p", "nodeSelector: {kubernetes.io/os: linux, disk: nvme}"),
                       node_text("n1", "disk: ssd") + node_text("n2", "disk: hdd"));
  REQUIRE(done.of("p").problems.size() == 1);
  CHECK(done.of("p").problems[0].cause == Cause::NodeSelector);
  CHECK(done.underlined("p") == "nvme");
  CHECK(done.of("p").problems[0].field_path == "spec.nodeSelector[disk]");
  CHECK(done.of("p").problems[0].explanation.find("hdd, ssd") != std::string::npos);
  CHECK(done.of("p").problems[0].certainty == lifecycle::Certainty::Certain);
}

TEST_CASE("taints block unless every one is tolerated", "[lifecycle][scheduler]") {
  struct Row {
    const char *what, *tolerations;
    bool fits;
  };
  const Row rows[] = {
      {"none", "[]", false},
      {"equal", "[{key: dedicated, value: gpu, effect: NoSchedule}]", true},
      {"equal without a value", "[{key: dedicated, effect: NoSchedule}]", false},
      {"exists", "[{key: dedicated, operator: Exists}]", true},
      {"wrong effect", "[{key: dedicated, operator: Exists, effect: NoExecute}]", false},
      {"everything", "[{operator: Exists}]", true},
      {"another key", "[{key: other, operator: Exists}]", false},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    const Scheduled done(
        pod_text("p", std::string("tolerations: ") + row.tolerations),
        node_text("n1", "",
                  "taints: [{key: dedicated, value: gpu, effect: NoSchedule}, {key: soft, effect: PreferNoSchedule}]"));
    CHECK(done.of("p").placed == (row.fits ? 1 : 0));
    if (!row.fits) {
      CHECK(done.message("p") == "0/1 nodes are available: 1 node(s) had untolerated taint(s)" + kUnhelpful);
      CHECK(done.of("p").problems[0].cause == Cause::Taints);
    }
  }
}

TEST_CASE("a cordoned node is named before its taints", "[lifecycle][scheduler]") {
  const Scheduled done(
      pod_text("p"),
      node_text("n1", "",
                "unschedulable: true, taints: [{key: node.kubernetes.io/unschedulable, effect: NoSchedule}]"));
  CHECK(done.message("p") == "0/1 nodes are available: 1 node(s) were unschedulable" + kUnhelpful);
  const Scheduled tolerated(
      pod_text("p", "tolerations: [{key: node.kubernetes.io/unschedulable, operator: Exists}]"),
      node_text("n1", "",
                "unschedulable: true, taints: [{key: node.kubernetes.io/unschedulable, effect: NoSchedule}]"));
  CHECK(tolerated.of("p").placed == 1);
}

TEST_CASE("requests are compared with what nodes can give, all failing resources at once", "[lifecycle][scheduler]") {
  struct Row {
    const char *what, *container, *reasons;
  };
  const Row rows[] = {
      {"exactly the node", "resources: {requests: {cpu: '2', memory: 8Gi}}", ""},
      {"one milli more", "resources: {requests: {cpu: 2001m}}", "1 Insufficient cpu"},
      {"limits stand in for requests", "resources: {limits: {cpu: '4', memory: 64Gi}}",
       "1 Insufficient cpu, 1 Insufficient memory"},
      {"a small request with a big limit", "resources: {requests: {cpu: 100m}, limits: {cpu: '64'}}", ""},
      {"disk", "resources: {requests: {ephemeral-storage: 60Gi}}", "1 Insufficient ephemeral-storage"},
      {"devices", "resources: {limits: {nvidia.com/gpu: 1}}", "1 Insufficient nvidia.com/gpu"},
      {"memory in thousandths", "resources: {requests: {memory: 512m}}", ""},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    const Scheduled done(pod_text("p", "", row.container), node_text("n1"));
    const std::string reasons(row.reasons);
    CHECK(done.message("p") == (reasons.empty() ? "fits" : "0/1 nodes are available: " + reasons + kUnhelpful));
  }
}

TEST_CASE("a request that is too big for every node is underlined", "[lifecycle][scheduler]") {
  const Scheduled done(pod_text("p", "initContainers: [{name: i, image: busybox, resources: {requests: {cpu: '4'}}}]",
                                "resources: {requests: {cpu: 100m}}"),
                       node_text("n1") + node_text("n2"));
  REQUIRE(done.of("p").problems.size() == 1);
  CHECK(done.of("p").problems[0].cause == Cause::Resources);
  CHECK(done.underlined("p") == "'4'");
  CHECK(done.of("p").problems[0].field_path == "spec.initContainers[0].resources.requests[cpu]");
}

TEST_CASE("replicas fill the nodes and the rest waits", "[lifecycle][scheduler]") {
  const Scheduled done(deployment_text("web", 5, "", "resources: {requests: {cpu: 900m}}"),
                       node_text("n1") + node_text("n2"));
  const auto& placement = done.of("web");
  CHECK(placement.wanted == 5);
  CHECK(placement.placed == 4);
  REQUIRE(placement.problems.size() == 1);
  CHECK(placement.problems[0].cause == Cause::Crowded);
  CHECK(placement.problems[0].replicas == 1);
  CHECK(
      placement.problems[0].message ==
      "0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, preemption: 0/2 nodes are available: "
      "2 No preemption victims found for incoming pod.");
}

TEST_CASE("pods of higher priority are placed first", "[lifecycle][scheduler]") {
  const Scheduled done(
      "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: high}\nvalue: 1000\n---\n" +
          pod_text("low", "", "resources: {requests: {cpu: '2'}}") +
          pod_text("first", "priorityClassName: high", "resources: {requests: {cpu: '2'}}"),
      node_text("n1"));
  CHECK(done.of("first").placed == 1);
  CHECK(done.of("low").placed == 0);
}

TEST_CASE("a node takes as many pods as it says", "[lifecycle][scheduler]") {
  const Scheduled done(deployment_text("web", 3), node_text("n1", "", "", "cpu: '2', memory: 8Gi, pods: '2'"));
  CHECK(done.of("web").placed == 2);
  CHECK(done.message("web") == "0/1 nodes are available: 1 Too many pods" + kNoVictims);
  CHECK(done.of("web").problems[0].cause == Cause::TooManyPods);
}

TEST_CASE("two pods cannot have one port of a node", "[lifecycle][scheduler]") {
  struct Row {
    const char *what, *first, *second;
    bool both;
  };
  const Row rows[] = {
      {"same port", "ports: [{containerPort: 80, hostPort: 80}]", "ports: [{containerPort: 8080, hostPort: 80}]",
       false},
      {"another port", "ports: [{containerPort: 80, hostPort: 80}]", "ports: [{containerPort: 80, hostPort: 81}]",
       true},
      {"another protocol", "ports: [{containerPort: 53, hostPort: 53}]",
       "ports: [{containerPort: 53, hostPort: 53, protocol: UDP}]", true},
      {"other addresses", "ports: [{containerPort: 80, hostPort: 80, hostIP: 10.0.0.1}]",
       "ports: [{containerPort: 80, hostPort: 80, hostIP: 10.0.0.2}]", true},
      {"one address and all", "ports: [{containerPort: 80, hostPort: 80, hostIP: 10.0.0.1}]",
       "ports: [{containerPort: 80, hostPort: 80}]", false},
      {"container ports alone", "ports: [{containerPort: 80}]", "ports: [{containerPort: 80}]", true},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    const Scheduled done(pod_text("a", "", row.first) + pod_text("b", "", row.second), node_text("n1"));
    CHECK(done.of("a").placed == 1);
    CHECK(done.of("b").placed == (row.both ? 1 : 0));
    if (!row.both) {
      CHECK(done.message("b") ==
            "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports" + kNoVictims);
      CHECK(done.of("b").problems[0].cause == Cause::HostPorts);
      CHECK(done.of("b").problems[0].related.size() == 1);
    }
  }
}

TEST_CASE("replicas on the host's network need a node each", "[lifecycle][scheduler]") {
  const Scheduled done(deployment_text("web", 3, "hostNetwork: true", "ports: [{containerPort: 8080}]"),
                       node_text("n1") + node_text("n2"));
  CHECK(done.of("web").placed == 2);
  CHECK(done.of("web").problems[0].cause == Cause::HostPorts);
  const Scheduled undeclared(deployment_text("web", 3, "hostNetwork: true"), node_text("n1"));
  CHECK(undeclared.of("web").placed == 3);
}

TEST_CASE("reasons are counted over nodes and sorted as text", "[lifecycle][scheduler]") {
  std::string nodes = node_text("cp", "", "taints: [{key: node-role.kubernetes.io/control-plane, effect: NoSchedule}]");
  for (int i = 0; i < 10; ++i) nodes += node_text("w" + std::to_string(i));
  const Scheduled done(pod_text("p", "", "resources: {requests: {cpu: '3', memory: 9Gi}}"), nodes);
  CHECK(done.message("p") ==
        "0/11 nodes are available: 1 node(s) had untolerated taint(s), 10 Insufficient cpu, 10 Insufficient memory. "
        "no new claims to deallocate, preemption: 0/11 nodes are available: 11 Preemption is not helpful for "
        "scheduling.");
  CHECK(done.of("p").problems[0].cause == Cause::Resources);
}

TEST_CASE("a pod that never preempts is told so", "[lifecycle][scheduler]") {
  const Scheduled done(pod_text("p", "preemptionPolicy: Never", "resources: {requests: {cpu: '3'}}"), node_text("n1"));
  CHECK(done.message("p") ==
        "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to "
        "preemptionPolicy=Never.");
}

TEST_CASE("each plugin that refuses every node is a problem of its own", "[lifecycle][scheduler]") {
  const Scheduled done(pod_text("p", "nodeSelector: {disk: ssd}", "resources: {requests: {cpu: '64'}}"),
                       node_text("n1"));
  REQUIRE(done.of("p").problems.size() == 2);
  CHECK(done.of("p").problems[0].cause == Cause::NodeSelector);
  CHECK(done.of("p").problems[1].cause == Cause::Resources);
  CHECK(done.of("p").problems[1].message == "0/1 nodes are available: 1 Insufficient cpu" + kUnhelpful);
}

TEST_CASE("a RuntimeClass adds its node selector, tolerations and overhead", "[lifecycle][scheduler]") {
  const std::string classes =
      "apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {name: kata}\nhandler: kata\n"
      "scheduling: {nodeSelector: {sandbox: kata}}\noverhead: {podFixed: {cpu: 500m}}\n---\n";
  const Scheduled away(classes + pod_text("p", "runtimeClassName: kata"), node_text("n1"));
  CHECK(away.message("p") ==
        "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector" + kUnhelpful);
  CHECK(away.underlined("p") == "kata");
  const Scheduled big(classes + pod_text("p", "runtimeClassName: kata", "resources: {requests: {cpu: 1600m}}"),
                      node_text("n1", "sandbox: kata"));
  CHECK(big.message("p") == "0/1 nodes are available: 1 Insufficient cpu" + kUnhelpful);
}

TEST_CASE("a DaemonSet has a pod for each fit node, and none where no node fits", "[lifecycle][scheduler]") {
  const auto daemon = [](const std::string& spec, const std::string& container = {}) {
    return "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: d}\nspec: {selector: {matchLabels: {a: b}}, "
           "template: "
           "{metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: nginx" +
           (container.empty() ? "" : ", " + container) + "}]" + (spec.empty() ? "" : ", " + spec) + "}}}\n";
  };
  const std::string nodes =
      node_text("cp", "", "taints: [{key: node-role.kubernetes.io/control-plane, effect: NoSchedule}]") +
      node_text("w1", "disk: ssd") +
      node_text("w2", "", "unschedulable: true, taints: [{key: node.kubernetes.io/unschedulable, effect: NoSchedule}]");
  const Scheduled all(daemon(""), nodes);
  CHECK(all.of("d").wanted == 2);
  CHECK(all.of("d").placed == 2);
  CHECK(all.of("d").problems.empty());
  const Scheduled some(daemon("nodeSelector: {disk: ssd}"), nodes);
  CHECK(some.of("d").wanted == 1);
  const Scheduled none(daemon("nodeSelector: {disk: nvme}"), nodes);
  CHECK(none.of("d").wanted == 0);
  REQUIRE(none.of("d").problems.size() == 1);
  CHECK(none.of("d").problems[0].cause == Cause::NodeSelector);
  const Scheduled big(daemon("", "resources: {requests: {cpu: '3'}}"), nodes);
  CHECK(big.of("d").wanted == 2);
  CHECK(big.of("d").placed == 0);
  CHECK(big.message("d").find("1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]") !=
        std::string::npos);
}

TEST_CASE("a StatefulSet stops at the first pod without a node, unless it is parallel", "[lifecycle][scheduler]") {
  const auto set = [](const std::string& policy) {
    return "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: s}\nspec: {replicas: 5, serviceName: s, "
           "podManagementPolicy: " +
           policy +
           ", selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, "
           "image: nginx, "
           "resources: {requests: {cpu: 900m}}}]}}}\n";
  };
  const Scheduled ordered(set("OrderedReady"), node_text("n1"));
  CHECK(ordered.of("s").placed == 2);
  CHECK(ordered.of("s").wanted == 3);
  CHECK(ordered.of("s").problems[0].replicas == 1);
  const Scheduled parallel(set("Parallel"), node_text("n1"));
  CHECK(parallel.of("s").wanted == 5);
  CHECK(parallel.of("s").problems[0].replicas == 3);
}

TEST_CASE("nodeName goes past the scheduler, to the kubelet", "[lifecycle][scheduler]") {
  struct Row {
    const char *what, *spec, *container, *reason, *message;
  };
  const Row rows[] = {
      {"no such node", "nodeName: elsewhere", "", "", ""},
      {"too big", "nodeName: n1", "resources: {requests: {cpu: '4'}}", "OutOfcpu",
       "Pod was rejected: Node didn't have enough resource: cpu, requested: 4000, used: 0, capacity: 2000"},
      {"selector", "nodeName: n1, nodeSelector: {disk: nvme}", "", "NodeAffinity",
       "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"},
      {"NoExecute", "nodeName: hot", "", "TaintToleration",
       "Pod was rejected: Predicate TaintToleration failed: node(s) had untolerated taint(s)"},
      {"NoSchedule is not looked at", "nodeName: cold", "", "fits", ""},
      {"devices that the node does not know are ignored", "nodeName: n1", "resources: {limits: {nvidia.com/gpu: 1}}",
       "fits", ""},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    const Scheduled done(pod_text("p", row.spec, row.container),
                         node_text("n1") + node_text("hot", "", "taints: [{key: k, effect: NoExecute}]") +
                             node_text("cold", "", "taints: [{key: k, effect: NoSchedule}]"));
    const auto& problems = done.of("p").problems;
    if (std::string(row.reason) == "fits") {
      CHECK(problems.empty());
      continue;
    }
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].reason == row.reason);
    CHECK(problems[0].message == row.message);
    CHECK(problems[0].cause == (std::string(row.reason).empty() ? Cause::NodeName : Cause::NodeAdmission));
  }
}

TEST_CASE("the kubelet refuses what the scheduler does not look at", "[lifecycle][scheduler]") {
  struct Row {
    const char *what, *spec, *reason;
  };
  const Row rows[] = {
      {"unsafe sysctl", "securityContext: {sysctls: [{name: net.core.somaxconn, value: '1024'}]}", "SysctlForbidden"},
      {"safe sysctl", "securityContext: {sysctls: [{name: net.ipv4.tcp_syncookies, value: '1'}]}", ""},
      {"safe sysctl with slashes", "securityContext: {sysctls: [{name: net/ipv4/tcp_syncookies, value: '1'}]}", ""},
      {"another system", "os: {name: windows}", "PodOSNotSupported"},
      {"this system", "os: {name: linux}", ""},
      {"AppArmor", "securityContext: {appArmorProfile: {type: RuntimeDefault}}", "AppArmor"},
      {"AppArmor unconfined", "securityContext: {appArmorProfile: {type: Unconfined}}", ""},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    const Scheduled done(pod_text("p", row.spec), node_text("n1"));
    const auto& problems = done.of("p").problems;
    CHECK((problems.empty() ? std::string() : problems[0].reason) == row.reason);
    CHECK(done.of("p").placed == 1);
  }
}

TEST_CASE("without known nodes only what holds for any cluster is said", "[lifecycle][scheduler]") {
  struct Row {
    const char *what, *spec, *container;
    bool problem;
    Cause cause;
  };
  const Row rows[] = {
      {"an unknown label", "nodeSelector: {disk: nvme}", "", false, Cause::NodeSelector},
      {"an architecture that does not exist", "nodeSelector: {kubernetes.io/arch: x86_64}", "", true,
       Cause::NodeSelector},
      {"a system in capitals", "nodeSelector: {kubernetes.io/os: Linux}", "", true, Cause::NodeSelector},
      {"selector against affinity",
       "nodeSelector: {disk: ssd}, affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
       "{nodeSelectorTerms: "
       "[{matchExpressions: [{key: disk, operator: In, values: [hdd]}]}]}}}",
       "", true, Cause::NodeAffinity},
      {"500 cores", "", "resources: {requests: {cpu: '500'}}", true, Cause::Resources},
      {"64 cores", "", "resources: {requests: {cpu: '64'}}", false, Cause::Resources},
      {"a gate", "schedulingGates: [{name: example.com/wait}]", "", true, Cause::Gated},
      {"another scheduler", "schedulerName: mine", "", true, Cause::UnknownScheduler},
      {"a node of some name", "nodeName: n7", "", false, Cause::NodeName},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    WorldOptions open;
    open.closed = false;
    const Scheduled done(pod_text("p", row.spec, row.container), open);
    CHECK(done.of("p").problems.empty() == !row.problem);
    if (row.problem && !done.of("p").problems.empty()) CHECK(done.of("p").problems[0].cause == row.cause);
  }
}

TEST_CASE("a gated pod and a pod of another scheduler differ in what they show", "[lifecycle][scheduler]") {
  const Scheduled done(pod_text("g", "schedulingGates: [{name: a}]") + pod_text("s", "schedulerName: mine"),
                       node_text("n1"));
  CHECK(done.of("g").problems[0].reason == "SchedulingGated");
  CHECK(done.message("g") == "Scheduling is blocked due to non-empty scheduling gates");
  CHECK(done.of("s").problems[0].reason.empty());
  CHECK(done.message("s").empty());
}

TEST_CASE("a scheduler that the files run is there", "[lifecycle][scheduler]") {
  const Scheduled done(pod_text("s", "schedulerName: mine") + pod_text("it", "", "args: [--scheduler-name=mine]"),
                       node_text("n1"));
  CHECK(done.of("s").problems.empty());
}

TEST_CASE("a pod that never preempts takes its turn", "[lifecycle][scheduler]") {
  const auto high = [](const std::string& policy) {
    return "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: high}\nvalue: "
           "1000\npreemptionPolicy: " +
           policy + "\n---\n";
  };
  const std::string pods = pod_text("early", "", "resources: {requests: {cpu: '2'}}") +
                           pod_text("late", "priorityClassName: high", "resources: {requests: {cpu: '2'}}");
  CHECK(Scheduled(high("PreemptLowerPriority") + pods, node_text("n1")).of("late").placed == 1);
  const Scheduled polite(high("Never") + pods, node_text("n1"));
  CHECK(polite.of("early").placed == 1);
  CHECK(polite.message("late") ==
        "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to "
        "preemptionPolicy=Never.");
}

TEST_CASE("pods that end give their place back", "[lifecycle][scheduler]") {
  const std::string text = pod_text("once", "restartPolicy: Never", "resources: {requests: {cpu: '2'}}") +
                           pod_text("server", "", "resources: {requests: {cpu: '2'}}");
  const WorldOf given(text, WorldOptions{true, node_text("n1"), {}});
  const auto pods = given.pods();
  using lifecycle::Ends;
  struct Row {
    Ends ends;
    int placed;
    bool played;
  };
  for (const Row& row : {Row{Ends::Soon, 1, false}, Row{Ends::Never, 0, true}, Row{Ends::Unknown, 1, false}}) {
    const Ends ends[] = {row.ends, Ends::Never};
    const auto placements = lifecycle::schedule(pods, given.world(), ends);
    CHECK(placements[1].placed == row.placed);
    const bool played =
        !placements[1].problems.empty() && placements[1].problems[0].certainty != lifecycle::Certainty::Possible;
    CHECK(played == row.played);
  }
}

TEST_CASE("absurd numbers neither overflow nor take for ever", "[lifecycle][scheduler]") {
  const std::string huge = "resources: {requests: {memory: '9223372036854775807', cpu: '9223372036854775'}}";
  WorldOptions kind;
  kind.cluster = "kind";
  const Scheduled beyond(deployment_text("a", 3, "", huge), kind);
  REQUIRE_FALSE(beyond.of("a").problems.empty());
  CHECK(beyond.of("a").problems[0].cause == Cause::Resources);
  CHECK(beyond.of("a").problems[0].certainty == lifecycle::Certainty::Likely);
  const Scheduled many(deployment_text("b", 2147483647),
                       node_text("n1", "", "", "cpu: '2', memory: 8Gi, pods: '100000'"));
  CHECK(many.of("b").wanted == 2147483647);
  CHECK(many.of("b").problems.empty());
}

TEST_CASE("a closed world without a cluster does not know its nodes", "[lifecycle][scheduler]") {
  const Scheduled done(pod_text("p", "nodeName: n7") + pod_text("q", "nodeSelector: {disk: ssd}"),
                       WorldOptions{true, "", {}});
  CHECK(done.of("p").problems.empty());
  CHECK(done.of("q").problems.empty());
}
