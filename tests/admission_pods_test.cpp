// SPDX-License-Identifier: Apache-2.0
// Pods that are refused although their owner is accepted, and what mutating plugins add to a pod
// (Kubernetes 1.34). The messages of the plugins are those of a real server; only the random part
// of the pod's name is missing.
#include <string>

#include "admission/admission.hpp"
#include "catch.hpp"
#include "world_of.hpp"

using namespace podseer;

namespace {

std::string deployment(const std::string& name, const std::string& pod_spec, int replicas = 1) {
  return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " + name +
         "}\nspec:\n  replicas: " + std::to_string(replicas) +
         "\n  selector: {matchLabels: {app: a}}\n  template:\n    metadata: {labels: {app: a}}\n" + "    spec: {" +
         pod_spec + "}\n";
}

std::string next(const std::string& text) { return "---\n" + text; }

/// What is done with the pods of the workload of that name.
struct Judged {
  admission::PodVerdict verdict;
  kube::PodTemplate pod;
};

Judged judge(const tests::WorldOf& world, std::string_view name) {
  Judged judged{{}, world.pod(name)};
  judged.verdict = admission::admit_pods(judged.pod, world.world(), {});
  return judged;
}

const std::string kPlain = "containers: [{name: app, image: nginx}]";

}  // namespace

TEST_CASE("pods that name what is missing are refused", "[admission]") {
  const tests::WorldOf world(deployment("a", "serviceAccountName: robot, " + kPlain) +
                             next(deployment("b", "priorityClassName: high, " + kPlain)) +
                             next(deployment("c", "runtimeClassName: gvisor, " + kPlain)) +
                             next(deployment("d", kPlain)));
  CHECK(judge(world, "a").verdict.message ==
        "pods \"a-\" is forbidden: error looking up service account default/robot: serviceaccount "
        "\"robot\" not found");
  CHECK(judge(world, "b").verdict.message == "pods \"b-\" is forbidden: no PriorityClass with name high was found");
  CHECK(judge(world, "c").verdict.message ==
        "pods \"c-\" is forbidden: pod rejected: RuntimeClass \"gvisor\" not found");
  CHECK_FALSE(judge(world, "c").verdict.created);
  CHECK_FALSE(judge(world, "c").verdict.from_absence);
  CHECK(judge(world, "d").verdict.created);
  CHECK(world.text(judge(world, "a").verdict.errors.at(0).span) == "robot");
}

TEST_CASE("in an open world a missing name is only likely to be missing", "[admission]") {
  tests::WorldOptions open;
  open.closed = false;
  const tests::WorldOf world(deployment("a", "serviceAccountName: robot, " + kPlain), open);
  CHECK(judge(world, "a").verdict.from_absence);
}

TEST_CASE("a bare Pod comes too early for what is further down in its file", "[admission]") {
  const std::string account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: robot}\n";
  const std::string pod =
      "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {serviceAccountName: robot, " + kPlain + "}\n";
  const tests::WorldOf early(pod + next(account));
  CHECK(admission::admit(early.object("p"), early.world(), {}).message ==
        "pods \"p\" is forbidden: error looking up service account default/robot: serviceaccount "
        "\"robot\" not found");
  const tests::WorldOf late(account + next(pod));
  CHECK(admission::admit(late.object("p"), late.world(), {}).accepted);
  const tests::WorldOf tried_again(deployment("d", "serviceAccountName: robot, " + kPlain) + next(account));
  CHECK(judge(tried_again, "d").verdict.created);
}

TEST_CASE("an image with blanks around it passes in a template and fails in its pods", "[admission]") {
  const tests::WorldOf world(deployment("a", "containers: [{name: app, image: ' nginx'}]"));
  CHECK(admission::admit(world.object("a"), world.world(), {}).accepted);
  const Judged judged = judge(world, "a");
  CHECK(judged.verdict.message ==
        "Pod \"a-\" is invalid: spec.containers[0].image: Invalid value: \" nginx\": must not have "
        "leading or trailing whitespace");
  CHECK(judged.verdict.errors.at(0).field == "spec.template.spec.containers[0].image");
}

TEST_CASE("LimitRanges fill in, and may make a pod invalid", "[admission]") {
  const std::string range =
      "apiVersion: v1\nkind: LimitRange\nmetadata: {name: r}\nspec:\n  limits:\n    - type: "
      "Container\n"
      "      default: {cpu: 50m, memory: 64Mi}\n      min: {cpu: 10m}\n      max: {cpu: 500m, "
      "memory: 256Mi}\n";
  const auto with = [](const std::string& resources) {
    return "containers: [{name: app, image: nginx, resources: {" + resources + "}}]";
  };
  const tests::WorldOf world(range + next(deployment("more", with("requests: {cpu: 100m}"))) +
                             next(deployment("high", with("limits: {cpu: 50m, memory: 1Gi}"))) +
                             next(deployment("little", with("requests: {cpu: 5m}"))) +
                             next(deployment("nothing", with(""))));
  CHECK(judge(world, "more").verdict.message ==
        "Pod \"more-\" is invalid: spec.containers[0].resources.requests: Invalid value: \"100m\": "
        "must be less than or "
        "equal to cpu limit of 50m");
  CHECK(judge(world, "high").verdict.message ==
        "pods \"high-\" is forbidden: maximum memory usage per Container is 256Mi, but limit is 1Gi");
  CHECK(judge(world, "little").verdict.message ==
        "pods \"little-\" is forbidden: minimum cpu usage per Container is 10m, but request is 5m");
  const Judged filled = judge(world, "nothing");
  CHECK(filled.verdict.created);
  const kube::Resources& resources = filled.pod.spec.containers.at(0).resources;
  REQUIRE(kube::find_resource(resources.requests, "cpu") != nullptr);
  CHECK(kube::find_resource(resources.requests, "cpu")->amount.canonical() == "50m");
  CHECK(kube::find_resource(resources.limits, "memory")->amount.canonical() == "64Mi");
  CHECK(kube::find_resource(resources.limits, "memory")->origin == kube::Origin::Defaulted);
}

TEST_CASE("quotas let in what fits, in the order of the file", "[admission]") {
  const std::string quota =
      "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q}\nspec: {hard: {requests.cpu: 1, "
      "limits.cpu: 2, "
      "limits.memory: 2Gi, pods: 2}}\n";
  const std::string small =
      "containers: [{name: app, image: nginx, resources: {requests: {cpu: 10m}, limits: {cpu: "
      "100m, memory: 32Mi}}}]";
  const tests::WorldOf world(
      quota + next(deployment("bare", "containers: [{name: app, image: nginx, resources: {requests: {cpu: 10m}}}]")) +
      next(deployment("many", small, 3)) + next(deployment("late", small)));
  CHECK(judge(world, "bare").verdict.message ==
        "pods \"bare-\" is forbidden: failed quota: q: must specify limits.cpu for: app; "
        "limits.memory for: app");
  const Judged many = judge(world, "many");
  CHECK(many.verdict.created);
  CHECK(many.verdict.allowed == 2);
  CHECK(many.verdict.message ==
        "pods \"many-\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: "
        "pods=2");
  CHECK_FALSE(judge(world, "late").verdict.created);
}

TEST_CASE("a quota of a billion replicas is answered at once", "[admission]") {
  const tests::WorldOf world(
      "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q}\nspec: {hard: {pods: "
      "1000000000}}\n" +
      next(deployment("a", kPlain, 2000000000)));
  CHECK(judge(world, "a").verdict.allowed == 1000000000);
}

TEST_CASE("Pod Security speaks in its own order and words", "[admission]") {
  const auto in_namespace = [](const std::string& labels, const std::string& text) {
    return "apiVersion: v1\nkind: Namespace\nmetadata: {name: default, labels: {" + labels + "}}\n" + next(text);
  };
  const std::string add =
      "containers: [{name: nginx, image: nginx, securityContext: {runAsUser: 0, capabilities: "
      "{add: [CHOWN]}}}]";
  const tests::WorldOf restricted(in_namespace("pod-security.kubernetes.io/enforce: restricted", deployment("a", add)));
  CHECK(judge(restricted, "a").verdict.message ==
        "pods \"a-\" is forbidden: violates PodSecurity \"restricted:latest\": "
        "allowPrivilegeEscalation != false (container "
        "\"nginx\" must set securityContext.allowPrivilegeEscalation=false), unrestricted "
        "capabilities (container \"nginx\" "
        "must set securityContext.capabilities.drop=[\"ALL\"]; container \"nginx\" must not "
        "include \"CHOWN\" in "
        "securityContext.capabilities.add), runAsNonRoot != true (pod or container \"nginx\" must "
        "set "
        "securityContext.runAsNonRoot=true), runAsUser=0 (container \"nginx\" must not set "
        "runAsUser=0), seccompProfile (pod "
        "or container \"nginx\" must set securityContext.seccompProfile.type to \"RuntimeDefault\" "
        "or \"Localhost\")");
  const tests::WorldOf baseline(
      in_namespace("pod-security.kubernetes.io/enforce: baseline",
                   deployment("a", add) + next(deployment("b",
                                                          "hostNetwork: true, containers: [{name: x, image: "
                                                          "nginx, ports: [{containerPort: 80}]}]"))));
  CHECK(judge(baseline, "a").verdict.created);
  CHECK(judge(baseline, "b").verdict.message ==
        "pods \"b-\" is forbidden: violates PodSecurity \"baseline:latest\": host namespaces "
        "(hostNetwork=true), hostPort "
        "(container \"x\" uses hostPort 80)");
  const tests::WorldOf strict(in_namespace("pod-security.kubernetes.io/enforce: strict", deployment("a", kPlain)));
  CHECK_FALSE(judge(strict, "a").verdict.created);  // no level means the strictest
  const tests::WorldOf older(
      in_namespace("pod-security.kubernetes.io/enforce: restricted, "
                   "pod-security.kubernetes.io/enforce-version: v1.7",
                   deployment("a", "securityContext: {runAsNonRoot: true}, " + kPlain)));
  CHECK(judge(older, "a").verdict.created);  // seccomp, capabilities and escalation are asked for
                                             // since 1.8, 1.19 and 1.22
  const std::string hardened =
      "securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: "
      "[{name: x, image: nginx, "
      "securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]";
  const tests::WorldOf fits(in_namespace("pod-security.kubernetes.io/enforce: restricted", deployment("a", hardened)));
  CHECK(judge(fits, "a").verdict.created);
}

TEST_CASE("plugins complete the pod", "[admission]") {
  const std::string classes =
      "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: usual}\nvalue: "
      "500\nglobalDefault: true\n" +
      next(
          "apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {name: kata}\nhandler: "
          "kata\noverhead: {podFixed: {cpu: 250m}}\n"
          "scheduling: {nodeSelector: {kata: 'yes'}, tolerations: [{key: kata, operator: "
          "Exists}]}\n");
  const tests::WorldOf world(classes + next(deployment("a", "runtimeClassName: kata, " + kPlain)));
  const kube::PodSpec spec = judge(world, "a").pod.spec;
  CHECK(*spec.priority == 500);
  CHECK(*spec.priority_class_name == "usual");
  CHECK(*spec.preemption_policy == "PreemptLowerPriority");
  CHECK(*spec.service_account_name == "default");
  REQUIRE(spec.rare->overhead.size() == 1);
  CHECK(spec.rare->overhead[0].amount.canonical() == "250m");
  CHECK(spec.node_selector.find("kata") != nullptr);
  CHECK(spec.tolerations.size() == 3);  // not-ready, unreachable, kata
}

TEST_CASE("RuntimeClasses and pods must agree", "[admission]") {
  const std::string kata =
      "apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {name: kata}\nhandler: "
      "kata\noverhead: {podFixed: {cpu: 250m}}\n"
      "scheduling: {nodeSelector: {disk: ssd}}\n";
  const tests::WorldOf world(kata +
                             next(deployment("a", "runtimeClassName: kata, nodeSelector: {disk: hdd}, " + kPlain)) +
                             next(deployment("b", "runtimeClassName: kata, overhead: {cpu: 1}, " + kPlain)) +
                             next(deployment("c", "overhead: {cpu: 1}, " + kPlain)));
  CHECK(judge(world, "a").verdict.message ==
        "pods \"a-\" is forbidden: conflict: runtimeClass.scheduling.nodeSelector[disk] = ssd; "
        "pod.spec.nodeSelector[disk] = hdd");
  CHECK(judge(world, "b").verdict.message ==
        "pods \"b-\" is forbidden: pod rejected: Pod's Overhead doesn't match RuntimeClass's "
        "defined Overhead");
  CHECK(judge(world, "c").verdict.message ==
        "pods \"c-\" is forbidden: pod rejected: Pod Overhead set without corresponding "
        "RuntimeClass defined Overhead");
}

TEST_CASE("fields behind gates that are off are told", "[admission]") {
  const tests::WorldOf world(deployment("a",
                                        "hostnameOverride: x, volumes: [{name: v, image: "
                                        "{reference: r}}], containers: [{name: app, image: nginx, "
                                        "restartPolicy: Never, volumeMounts: [{name: v, mountPath: "
                                        "/v}]}], initContainers: [{name: i, image: nginx, "
                                        "restartPolicy: Always}]"));
  CHECK(admission::admit(world.object("a"), world.world(), {}).accepted);
  std::string fields;
  for (const admission::DroppedField& field : judge(world, "a").verdict.dropped) fields += field.field + " ";
  CHECK(fields ==
        "spec.template.spec.hostnameOverride spec.template.spec.containers[0].restartPolicy "
        "spec.template.spec.volumes[0].image ");
}

TEST_CASE("a StatefulSet's claims may be refused before its pods", "[admission]") {
  const tests::WorldOf world(
      "apiVersion: v1\nkind: LimitRange\nmetadata: {name: r}\nspec: {limits: [{type: "
      "PersistentVolumeClaim, max: "
      "{storage: 1Gi}}]}\n" +
      next("apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  selector: "
           "{matchLabels: {app: a}}\n"
           "  template: {metadata: {labels: {app: a}}, spec: {" +
           kPlain +
           "}}\n  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: "
           "[ReadWriteOnce], resources: "
           "{requests: {storage: 5Gi}}}}]\n"));
  CHECK(judge(world, "db").verdict.message ==
        "persistentvolumeclaims \"data-db-0\" is forbidden: maximum storage usage per "
        "PersistentVolumeClaim is 1Gi, but "
        "request is 5Gi");
}
