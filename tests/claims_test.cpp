// SPDX-License-Identifier: Apache-2.0
// Claims and volumes (facts: scheduler 6): who binds to whom, and what the pod is told.
#include <string>

#include "catch.hpp"
#include "scheduling_of.hpp"

using namespace podseer;
using namespace podseer::tests;
using Cause = lifecycle::PlacementProblem::Cause;
using lifecycle::Certainty;

namespace {

std::string claim(const std::string& name, const std::string& spec, const std::string& size = "1Gi",
                  const std::string& modes = "ReadWriteOnce") {
  return "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: " + name + "}\nspec: {accessModes: [" + modes +
         "], resources: {requests: {storage: " + size + "}}" + (spec.empty() ? "" : ", " + spec) + "}\n---\n";
}

std::string volume(const std::string& name, const std::string& spec, const std::string& size = "1Gi",
                   const std::string& modes = "ReadWriteOnce", const std::string& labels = "") {
  return "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: " + name + ", labels: {" + labels +
         "}}\nspec: {accessModes: [" + modes + "], capacity: {storage: " + size + "}, hostPath: {path: /data}" +
         (spec.empty() ? "" : ", " + spec) + "}\n---\n";
}

std::string storage_class(const std::string& name, const std::string& provisioner,
                          const std::string& mode = "Immediate", const std::string& metadata = "") {
  return "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: " + name + metadata +
         "}\nprovisioner: " + provisioner + "\nvolumeBindingMode: " + mode + "\n---\n";
}

std::string user(const std::string& name, const std::string& claim_name) {
  return pod_text(name, "volumes: [{name: v, persistentVolumeClaim: {claimName: " + claim_name + "}}]");
}

const std::string kUnbound = "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found";

}  // namespace

TEST_CASE("a claim binds to the volume that fits it, or the pod is told", "[lifecycle][claims]") {
  const std::string none = "kubernetes.io/no-provisioner";
  struct Row {
    const char* what;
    std::string objects;
    std::string message;
  };
  const Row rows[] = {
      {"same class, no such StorageClass",
       claim("c", "storageClassName: manual") + volume("v", "storageClassName: manual"), "fits"},
      {"both without a class", claim("c", "") + volume("v", ""), "fits"},
      {"explicitly no class", claim("c", "storageClassName: ''") + volume("v", ""), "fits"},
      {"no volume", claim("c", ""), kUnbound},
      {"another class", claim("c", "storageClassName: manual") + volume("v", ""), kUnbound},
      {"too small", claim("c", "", "5Gi") + volume("v", ""), kUnbound},
      {"bigger will do", claim("c", "") + volume("v", "", "100Gi"), "fits"},
      {"access mode missing", claim("c", "", "1Gi", "ReadWriteMany") + volume("v", ""), kUnbound},
      {"more access modes will do", claim("c", "") + volume("v", "", "1Gi", "ReadWriteOnce, ReadWriteMany"), "fits"},
      {"volumeMode differs", claim("c", "volumeMode: Block") + volume("v", ""), kUnbound},
      {"selector met",
       claim("c", "selector: {matchLabels: {tier: db}}") + volume("v", "", "1Gi", "ReadWriteOnce", "tier: db"), "fits"},
      {"selector not met", claim("c", "selector: {matchLabels: {tier: db}}") + volume("v", ""), kUnbound},
      {"reserved for this claim",
       claim("c", "storageClassName: a") + volume("v", "storageClassName: b, claimRef: {namespace: default, name: c}"),
       "fits"},
      {"reserved for another claim", claim("c", "") + volume("v", "claimRef: {namespace: prod, name: c}"), kUnbound},
      {"reserved for a claim that lived before",
       claim("c", "") + volume("v", "claimRef: {namespace: default, name: c, uid: 0c7e}"), kUnbound},
      {"asked for by name", claim("c", "volumeName: v, storageClassName: ''") + volume("v", ""), "fits"},
      {"asked for by name, class differs", claim("c", "volumeName: v") + volume("v", "storageClassName: manual"),
       kUnbound},
      {"asked for by name, not there", claim("c", "volumeName: nowhere"), kUnbound},
      {"class without a provisioner, immediate, volume there",
       storage_class("local", none) + claim("c", "storageClassName: local") + volume("v", "storageClassName: local"),
       "fits"},
      {"class without a provisioner, immediate, no volume",
       storage_class("local", none) + claim("c", "storageClassName: local"), kUnbound},
      {"waits for the pod, volume there",
       storage_class("local", none, "WaitForFirstConsumer") + claim("c", "storageClassName: local") +
           volume("v", "storageClassName: local"),
       "fits"},
      {"waits for the pod, no volume",
       storage_class("local", none, "WaitForFirstConsumer") + claim("c", "storageClassName: local"),
       "0/1 nodes are available: 1 node(s) didn't find available persistent volumes to bind. no new claims to "
       "deallocate, "
       "preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling."},
      {"waits for the pod, volume on another node",
       storage_class("local", none, "WaitForFirstConsumer") + claim("c", "storageClassName: local") +
           volume("v",
                  "storageClassName: local, nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: "
                  "kubernetes.io/hostname, operator: In, values: [n2]}]}]}}"),
       "0/1 nodes are available: 1 node(s) didn't find available persistent volumes to bind. no new claims to "
       "deallocate, "
       "preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling."},
      {"bound to a volume on another node",
       claim("c", "") + volume("v",
                               "nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: "
                               "kubernetes.io/hostname, operator: In, values: [n2]}]}]}}"),
       "0/1 nodes are available: 1 node(s) didn't match PersistentVolume's node affinity. no new claims to deallocate, "
       "preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling."},
      {"provisioner that nobody runs, immediate",
       storage_class("fast", "csi.example.com") + claim("c", "storageClassName: fast"), kUnbound},
      {"provisioner that nobody runs, waits",
       storage_class("fast", "csi.example.com", "WaitForFirstConsumer") + claim("c", "storageClassName: fast"), ""},
      {"provisioner with its CSIDriver",
       storage_class("fast", "csi.example.com") +
           "apiVersion: storage.k8s.io/v1\nkind: CSIDriver\nmetadata: {name: csi.example.com}\n---\n" +
           claim("c", "storageClassName: fast"),
       "fits"},
      {"provisioner in the files",
       storage_class("fast", "csi.example.com") + claim("c", "storageClassName: fast") +
           pod_text("prov", "", "args: [--provisioner=csi.example.com]"),
       "fits"},
      {"the default class makes it",
       storage_class("fast", "csi.example.com", "Immediate",
                     ", annotations: {storageclass.kubernetes.io/is-default-class: 'true'}") +
           claim("c", "") + pod_text("prov", "", "env: [{name: PROVISIONER_NAME, value: csi.example.com}]"),
       "fits"},
      {"the default class takes the claim away from its volume",
       storage_class("fast", "csi.example.com", "Immediate",
                     ", annotations: {storageclass.kubernetes.io/is-default-class: 'true'}") +
           claim("c", "volumeName: v") + volume("v", ""),
       kUnbound},
      {"in-tree provisioner that is gone",
       storage_class("g", "kubernetes.io/glusterfs") + claim("c", "storageClassName: g"), kUnbound},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    const Scheduled done(row.objects + user("p", "c"), node_text("n1"));
    CHECK(done.message("p") == row.message);
    CHECK(done.of("p").placed == (row.message == "fits" ? 1 : 0));
  }
}

TEST_CASE("a missing claim is told before anything else", "[lifecycle][claims]") {
  const Scheduled done(
      user("p", "data") +
          "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, namespace: prod}\nspec: {}\n",
      node_text("n1"));
  REQUIRE(done.of("p").problems.size() == 1);
  CHECK(done.message("p") == "0/1 nodes are available: persistentvolumeclaim \"data\" not found. not found");
  CHECK(done.of("p").problems[0].cause == Cause::ClaimMissing);
  CHECK(done.underlined("p") == "data");
  CHECK(done.of("p").problems[0].related.size() == 1);
  WorldOptions open;
  open.closed = false;
  const Scheduled elsewhere(user("p", "data"), open);
  REQUIRE(elsewhere.of("p").problems.size() == 1);
  CHECK(elsewhere.of("p").problems[0].certainty == Certainty::Likely);
  CHECK(elsewhere.message("p") == "persistentvolumeclaim \"data\" not found");
}

TEST_CASE("two claims do not get one volume, and the smallest that fits is taken", "[lifecycle][claims]") {
  const Scheduled one(claim("a", "") + claim("b", "") + volume("v", "") + user("pa", "a") + user("pb", "b"),
                      node_text("n1"));
  CHECK(one.of("pa").placed == 1);
  CHECK(one.message("pb") == kUnbound);
  const Scheduled two(claim("small", "", "1Gi") + claim("big", "", "5Gi") + volume("v10", "", "10Gi") +
                          volume("v5", "", "5Gi") + user("ps", "small") + user("pb", "big"),
                      node_text("n1"));
  CHECK(two.of("ps").placed == 1);
  CHECK(two.of("pb").placed == 1);
  const Scheduled unlucky(claim("small", "", "1Gi") + claim("big", "", "10Gi") + volume("only", "", "10Gi") +
                              user("ps", "small") + user("pb", "big"),
                          node_text("n1"));
  CHECK(unlucky.of("pb").placed == 0);
}

TEST_CASE("a ReadWriteOncePod claim admits one pod", "[lifecycle][claims]") {
  const std::string objects = claim("c", "", "1Gi", "ReadWriteOncePod") + volume("v", "", "1Gi", "ReadWriteOncePod") +
                              deployment_text("web", 3, "volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]");
  const Scheduled done(objects, node_text("n1"));
  CHECK(done.of("web").placed == 1);
  CHECK(done.of("web").problems[0].cause == Cause::ClaimInUse);
  CHECK(done.of("web").problems[0].replicas == 2);
  CHECK(done.message("web") ==
        "0/1 nodes are available: 1 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode "
        "already in-use by "
        "another pod. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found "
        "for incoming pod.");
  const Scheduled anywhere(objects, WorldOptions{true, "", {}});
  CHECK(anywhere.of("web").placed == 1);
  CHECK(anywhere.of("web").problems[0].replicas == 2);
}

TEST_CASE("claim templates make a claim for each pod, and use one that is there", "[lifecycle][claims]") {
  const auto set = [](const std::string& spec) {
    return "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec: {replicas: 3, serviceName: db, "
           "selector: {matchLabels: {a: b}}, "
           "template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: nginx}]}}, "
           "volumeClaimTemplates: [{metadata: {name: data}, spec: "
           "{accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}" +
           (spec.empty() ? "" : ", " + spec) + "}}]}\n---\n";
  };
  const Scheduled none(set(""), node_text("n1"));
  CHECK(none.message("db") == kUnbound);
  CHECK(none.of("db").wanted == 1);
  const Scheduled two(set("") + volume("v0", "") + volume("v1", ""), node_text("n1"));
  CHECK(two.of("db").placed == 2);
  CHECK(two.of("db").wanted == 3);
  const Scheduled given(set("storageClassName: nowhere") + claim("data-db-0", "") + volume("v0", ""), node_text("n1"));
  CHECK(given.of("db").placed == 1);
  CHECK(given.of("db").problems[0].cause == Cause::StorageClassMissing);
  CHECK(given.underlined("db") == "nowhere");
}

TEST_CASE("a generic ephemeral volume has a claim of its own", "[lifecycle][claims]") {
  const std::string ephemeral =
      "volumes: [{name: scratch, ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: "
      "{requests: {storage: 1Gi}}}}}}]";
  const Scheduled none(pod_text("p", ephemeral), node_text("n1"));
  CHECK(none.message("p") == kUnbound);
  const Scheduled one(deployment_text("web", 2, ephemeral) + volume("v", ""), node_text("n1"));
  CHECK(one.of("web").placed == 1);
  const Scheduled foreign(pod_text("p", ephemeral) + claim("p-scratch", "") + volume("v", ""), node_text("n1"));
  CHECK(foreign.of("p").placed == 0);
}

TEST_CASE("what is near a match is told with its place", "[lifecycle][claims]") {
  const Scheduled done(
      claim("c", "storageClassName: manual", "5Gi") + volume("v", "storageClassName: manual") + user("p", "c"),
      node_text("n1"));
  REQUIRE(done.of("p").problems.size() == 1);
  bool told = false;
  for (const auto& [span, sentence] : done.of("p").problems[0].related) {
    if (sentence.find("too small: 1Gi, the claim asks for 5Gi") != std::string::npos) told = true;
  }
  CHECK(told);
}

TEST_CASE("presets know what their storage can do", "[lifecycle][claims]") {
  struct Row {
    const char *what, *preset, *spec, *modes;
    bool fits;
  };
  const Row rows[] = {
      {"kind's default", "kind", "", "ReadWriteOnce", true},
      {"kind has no shared volumes", "kind", "", "ReadWriteMany", false},
      {"kind has no other class", "kind", "storageClassName: gp3", "ReadWriteOnce", false},
      {"minikube shares", "minikube", "", "ReadWriteMany", true},
      {"EKS has no default", "eks", "", "ReadWriteOnce", false},
      {"EKS may have more classes", "eks", "storageClassName: gp3", "ReadWriteOnce", true},
      {"GKE's default is one disk", "gke", "", "ReadWriteMany", false},
      {"AKS has files", "aks", "storageClassName: azurefile", "ReadWriteMany", true},
      {"anywhere, the default is not known", "generic", "", "ReadWriteMany", true},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    const Scheduled done(claim("c", row.spec, "1Gi", row.modes) + user("p", "c"), WorldOptions{false, row.preset, {}});
    CHECK(done.of("p").problems.empty() == row.fits);
    if (!row.fits && !done.of("p").problems.empty()) CHECK(done.of("p").problems[0].certainty == Certainty::Likely);
  }
}

TEST_CASE("a class of the snapshot is served, one of the files only perhaps", "[lifecycle][claims]") {
  const std::string fast = storage_class("fast", "csi.example.com");
  CHECK(Scheduled(claim("c", "storageClassName: fast") + user("p", "c"), node_text("n1") + fast).message("p") ==
        "fits");
  CHECK(Scheduled(fast + claim("c", "storageClassName: fast") + user("p", "c"), node_text("n1")).message("p") ==
        kUnbound);
  CHECK(Scheduled(storage_class("more", "csi.example.com") + claim("c", "storageClassName: more") + user("p", "c"),
                  node_text("n1") + fast)
            .message("p") == "fits");
}

TEST_CASE("a snapshot's bound claim is left alone", "[lifecycle][claims]") {
  const std::string cluster =
      node_text("n1") +
      "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c, namespace: default}\nspec: {volumeName: pvc-1, "
      "storageClassName: gone}\nstatus: {phase: Bound}\n---\n";
  const Scheduled done(user("p", "c"), cluster);
  CHECK(done.message("p") == "fits");
}

TEST_CASE("with nodeName the kubelet waits for the claim", "[lifecycle][claims]") {
  const Scheduled missing(pod_text("p", "nodeName: n1, volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]",
                                   "volumeMounts: [{name: v, mountPath: /v}]"),
                          node_text("n1"));
  REQUIRE(missing.of("p").problems.size() == 1);
  CHECK(missing.of("p").problems[0].at_mount);
  CHECK(missing.message("p") ==
        "error processing PVC default/c: failed to fetch PVC from API server: persistentvolumeclaims \"c\" not found");
  CHECK(missing.of("p").placed == 1);
  const std::string waiting = storage_class("local", "kubernetes.io/no-provisioner", "WaitForFirstConsumer") +
                              claim("c", "storageClassName: local") + volume("v", "storageClassName: local");
  const Scheduled late(
      waiting + pod_text("p", "nodeName: n1, volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]",
                         "volumeMounts: [{name: v, mountPath: /v}]"),
      node_text("n1"));
  CHECK(late.message("p") == "error processing PVC default/c: PVC is not bound");
  const Scheduled bound(claim("c", "") + volume("v", "") +
                            pod_text("p", "nodeName: n1, volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]",
                                     "volumeMounts: [{name: v, mountPath: /v}]"),
                        node_text("n1"));
  CHECK(bound.message("p") == "fits");
  REQUIRE(bound.of("p").bound.size() == 1);
  CHECK(bound.of("p").bound[0].persistent_volume == &bound.given().object("v"));
}

TEST_CASE("with nodeName a claim that no container mounts is ignored", "[lifecycle][claims]") {
  const Scheduled done(pod_text("p", "nodeName: n1, volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]"),
                       node_text("n1"));
  CHECK(done.message("p") == "fits");
}

TEST_CASE("what comes after the claim is told too", "[lifecycle][claims]") {
  const Scheduled done(
      pod_text("p", "nodeSelector: {disk: nvme}, volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]"),
      node_text("n1"));
  REQUIRE(done.of("p").problems.size() == 2);
  CHECK(done.of("p").problems[0].cause == Cause::ClaimMissing);
  CHECK(done.of("p").problems[1].cause == Cause::NodeSelector);
}

TEST_CASE("a misspelt claim is told with the one that was meant", "[lifecycle][claims]") {
  const Scheduled done(claim("database", "") + volume("v", "") + user("p", "databse"), node_text("n1"));
  REQUIRE(done.of("p").problems.size() == 1);
  REQUIRE(done.of("p").problems[0].related.size() == 1);
  CHECK(done.given().text(done.of("p").problems[0].related[0].first) == "database");
}
