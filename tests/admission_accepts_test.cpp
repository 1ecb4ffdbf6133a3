// SPDX-License-Identifier: Apache-2.0
// What looks wrong and is accepted all the same by Kubernetes 1.34 (facts: admission, [V]), each beside
// something close to it that is refused. A false alarm costs more than a miss.
#include <string>
#include <string_view>

#include "admission/admission.hpp"
#include "catch.hpp"
#include "world_of.hpp"

using namespace podseer;

namespace {

/// Fields of the errors of the last object, joined by blanks; "" when all objects are accepted.
std::string refused(const std::string& text, admission::Options options = {}, bool closed = false) {
  tests::WorldOptions assumptions;
  assumptions.closed = closed;
  const tests::WorldOf world(text, assumptions);
  REQUIRE_FALSE(world.objects().empty());
  std::string fields;
  for (const kube::Object* object : world.objects()) {
    const admission::Verdict verdict = admission::admit(*object, world.world(), options);
    for (const admission::ApiError& error : verdict.errors) {
      if (!fields.empty()) fields += ' ';
      fields += error.field;
    }
    CHECK(verdict.accepted == verdict.errors.empty());
  }
  return fields;
}

/// A Pod with these lines in its only container, and these in its spec.
std::string pod(const std::string& container, const std::string& spec = {}) {
  return "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n" + (spec.empty() ? "" : "  " + spec + "\n") +
         "  containers:\n    - name: c\n" + (container.find("image:") == std::string::npos ? "      image: i\n" : "") +
         (container.empty() ? "" : "      " + container + "\n");
}

std::string workload(const std::string& api_version, const std::string& kind, const std::string& spec,
                     const std::string& pod_spec = "containers: [{name: c, image: i}]") {
  return "apiVersion: " + api_version + "\nkind: " + kind + "\nmetadata: {name: a}\nspec:\n  " + spec +
         "\n  selector: {matchLabels: {app: a}}\n  template:\n    metadata: {labels: {app: a}}\n    spec:\n      " +
         pod_spec + "\n";
}

std::string job(const std::string& spec, const std::string& pod_spec = "restartPolicy: Never") {
  return "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec:\n  " + spec +
         "\n  template: {spec: {containers: [{name: c, image: i}], " + pod_spec + "}}\n";
}

std::string service(const std::string& spec) {
  return "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {" + spec + "}\n";
}

}  // namespace

TEST_CASE("images are not looked at, but a Pod's must have no blanks around it", "[admission]") {
  CHECK(refused(pod("image: Nginx:Latest")).empty());
  CHECK(refused(pod("image: ' nginx'")) == "spec.containers[0].image");
  CHECK(refused(workload("apps/v1", "Deployment", "replicas: 1", "containers: [{name: c, image: ' nginx'}]")).empty());
}

TEST_CASE("ports may repeat in number, not in name", "[admission]") {
  CHECK(refused(pod("ports: [{containerPort: 80}, {containerPort: 80}]")).empty());
  CHECK(refused(pod("ports: [{containerPort: 80, name: a}, {containerPort: 81, name: a}]")) ==
        "spec.containers[0].ports[1].name");
  CHECK(refused(pod("ports: [{containerPort: 80, name: a}]",
                    "initContainers: [{name: d, image: i, ports: [{containerPort: 80, name: a}]}]"))
            .empty());
}

TEST_CASE("mount paths may be relative and hold a colon", "[admission]") {
  const std::string volumes = "volumes: [{name: v}]";
  CHECK(refused(pod("volumeMounts: [{name: v, mountPath: 'a:b'}]", volumes)).empty());
  CHECK(refused(pod("volumeMounts: [{name: v, mountPath: /a, subPath: ../b}]", volumes)) ==
        "spec.containers[0].volumeMounts.subPath");
}

TEST_CASE("environment variables may have odd names and come twice", "[admission]") {
  CHECK(refused(pod("env: [{name: 1 A-b.c, value: x}, {name: A, value: x}, {name: A, value: z}]")).empty());
  CHECK(refused(pod("env: [{name: 'A=B', value: x}]")) == "spec.containers[0].env[0].name");
}

TEST_CASE("volumes are looked at only by their shape", "[admission]") {
  CHECK(refused(pod("", "volumes: [{name: v}]")).empty());  // becomes an emptyDir
  CHECK(refused(pod("", "volumes: [{name: v, emptyDir: {medium: memory}}]")).empty());
  CHECK(refused(pod("", "volumes: [{name: v, secret: {secretName: Not_A_Name}}]")).empty());
  CHECK(refused(pod("", "volumes: [{name: v, persistentVolumeClaim: {claimName: Not_A_Name}}]")).empty());
  CHECK(refused(pod("", "volumes: [{name: v, hostPath: {path: relative}}]")).empty());
  CHECK(refused(pod("", "volumes: [{name: v, projected: {sources: [{}]}}]")).empty());
  CHECK(refused(pod("", "volumes: [{name: v, configMap: {name: a, defaultMode: 0644}}]")).empty());
  CHECK(refused(pod("", "volumes: [{name: v, configMap: {name: a, defaultMode: 644}}]")) ==
        "spec.volumes[0].configMap.defaultMode");
  CHECK(refused(pod("", "volumes: [{name: v, hostPath: {path: a/../b}}]")) == "spec.volumes[0].hostPath.path");
}

TEST_CASE("capabilities are not looked at, except for one spelling of one", "[admission]") {
  const std::string mount = "securityContext: {allowPrivilegeEscalation: false, capabilities: {add: [";
  CHECK(refused(pod(mount + "SYS_ADMIN, NOT_A_CAPABILITY]}}")).empty());
  CHECK(refused(pod(mount + "CAP_SYS_ADMIN]}}")) == "spec.containers[0].securityContext");
  CHECK(refused(pod("securityContext: {runAsNonRoot: true, runAsUser: 0}")).empty());
}

TEST_CASE("much of a pod spec is taken as it is", "[admission]") {
  CHECK(refused(pod("", "imagePullSecrets: [{}, {name: a}, {name: a}]")).empty());
  CHECK(refused(pod("", "terminationGracePeriodSeconds: -5")).empty());
  CHECK(refused(pod("workingDir: nowhere")).empty());
  CHECK(refused(pod("", "schedulerName: Not_A_Name")).empty());
  CHECK(refused(pod("",
                    "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
                    "{nodeSelectorTerms: [{}]}}}"))
            .empty());
  CHECK(refused(pod("",
                    "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
                    "{nodeSelectorTerms: []}}}")) ==
        "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms");
  CHECK(refused(pod("", "topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: DoNotSchedule}]"))
            .empty());
}

TEST_CASE("fields behind gates that are off are dropped, not refused", "[admission]") {
  CHECK(refused(pod("restartPolicy: Never")).empty());
  CHECK(refused(pod("lifecycle: {stopSignal: SIGUSR1}")).empty());
  CHECK(refused(pod("env: [{name: A, valueFrom: {fileKeyRef: {volumeName: v, path: p, key: k}}}]")) ==
        "spec.containers[0].env[0].valueFrom");
}

TEST_CASE("quantities may be odd", "[admission]") {
  CHECK(refused(pod("resources: {limits: {memory: 128m, cpu: '.5'}}")).empty());
  CHECK(refused(pod("resources: {limits: {memory: ' 1Gi ', cpu: 1.}}")).empty());
  CHECK(refused(pod("resources: {limits: {cpu: null}}")).empty());
  CHECK(refused(pod("resources: {limits: {memory: 1K}}")) == "spec.containers[0].resources.limits[memory]");
}

TEST_CASE("null is not written", "[admission]") {
  CHECK(refused(workload("apps/v1", "Deployment", "replicas: null")).empty());
  CHECK(refused("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: null}\ndata: {k: null}\n").empty());
  CHECK(refused("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: 1}\n") == "data[k]");
}

TEST_CASE("a template's name and namespace are not looked at", "[admission]") {
  CHECK(
      refused("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {app: a}}\n"
              "  template:\n    metadata: {name: Not_A_Name, namespace: Not_A_Name, labels: {app: a}}\n"
              "    spec: {containers: [{name: c, image: i}]}\n")
          .empty());
}

TEST_CASE("a cluster-scoped object's namespace is cleared", "[admission]") {
  CHECK(refused("apiVersion: v1\nkind: Namespace\nmetadata: {name: a, namespace: nowhere}\n", {}, true).empty());
  CHECK(refused("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: nowhere}\n", {}, true) ==
        "metadata.namespace");
}

TEST_CASE("a workload may ask for a ServiceAccount or PriorityClass that is missing, a Pod may not", "[admission]") {
  CHECK(
      refused(workload(
                  "apps/v1", "Deployment", "replicas: 1",
                  "serviceAccountName: nobody\n      priorityClassName: none\n      containers: [{name: c, image: i}]"),
              {}, true)
          .empty());
  CHECK_FALSE(refused(pod("", "serviceAccountName: nobody"), {}, true).empty());
  // In an open world it may be there all the same: likely, not certain.
  tests::WorldOptions open;
  open.closed = false;
  const tests::WorldOf world(pod("", "serviceAccountName: nobody"), open);
  for (const admission::ApiError& error : admission::admit(*world.objects()[0], world.world(), {}).errors) {
    CHECK(error.from_absence);
  }
}

TEST_CASE("Services select what they like", "[admission]") {
  CHECK(refused(service("ports: [{port: 80}]")).empty());
  CHECK(refused(service("clusterIP: None")).empty());
  CHECK(refused(service("type: ExternalName, externalName: 10.1.2.3")).empty());
  CHECK(refused(service("type: ExternalName, externalName: 'http://a'")) == "spec.externalName");
  CHECK(refused(service("ports: [{port: 80, name: a-name-of-more-than-fifteen-characters}]")).empty());
  CHECK(refused(service("ports: [{port: 80, targetPort: a-name-of-more-than-fifteen-characters}]")) ==
        "spec.ports[0].targetPort");
  CHECK(refused(service("ports: [{port: 80, targetPort: '80'}]")) == "spec.ports[0].targetPort");
  CHECK(refused(service("ports: [{port: 80, targetPort: 0}]")).empty());
  CHECK(refused(service("type: NodePort, ports: [{port: 80, nodePort: 80}, {port: 0}]")) == "spec.ports[0].nodePort");
  CHECK(
      refused(
          service("sessionAffinity: None, sessionAffinityConfig: {clientIP: {timeoutSeconds: 1}}, ports: [{port: 80}]"))
          .empty());
}

TEST_CASE("Secrets and ConfigMaps hold what they like", "[admission]") {
  const std::string head = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n";
  CHECK(refused(head + "type: my/own\n").empty());
  CHECK(refused(head + "type: kubernetes.io/tls\ndata: {tls.crt: '', tls.key: null}\n").empty());
  CHECK(refused(head + "type: kubernetes.io/tls\nstringData: {tls.crt: no certificate}\n") == "data[tls.key]");
  CHECK(refused(head + "type: kubernetes.io/basic-auth\nstringData: {username: a}\n").empty());
  CHECK(refused(head + "type: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: '{}'}\n").empty());
  CHECK(refused(head + "type: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: '[]'}\n") ==
        "data[.dockerconfigjson]");
  CHECK(refused(head + "data: {k: not base64!}\n") == "data[k]");
  CHECK(refused(head + "data: {k: [104, 105]}\n").empty());  // bytes may be a list of numbers
  CHECK(refused(head + "data: {k: [300]}\n") == "data[k]");
  CHECK(refused(head + "stringData: {k: x}\ndata: {'b d': eA==}\n") == "data[b d]");
}

TEST_CASE("workloads may leave out what has a default", "[admission]") {
  CHECK(refused(workload("apps/v1", "StatefulSet", "replicas: 1")).empty());  // no serviceName
  CHECK(refused(workload("apps/v1", "StatefulSet",
                         "volumeClaimTemplates: [{metadata: {name: d}, spec: {accessModes: [ReadWriteOnce], resources: "
                         "{requests: {storage: 1Gi}}}}]"))
            .empty());
  CHECK(refused(job("completionMode: Indexed")).empty());  // both counts default to 1
  CHECK(refused(job("completionMode: Indexed\n  parallelism: 2")) == "spec.completions");
  CHECK(refused(job("activeDeadlineSeconds: 0")).empty());
  CHECK(refused(job("parallelism: 1", "restartPolicy: Always")) == "spec.template.spec.restartPolicy");
  CHECK(refused(workload("apps/v1", "DaemonSet", "updateStrategy: {rollingUpdate: {maxSurge: 1}}")) ==
        "spec.updateStrategy.rollingUpdate.maxSurge");
  CHECK(refused(workload("apps/v1", "Deployment", "strategy: {rollingUpdate: {maxSurge: 300%}}")).empty());
}

TEST_CASE("policies may say nothing", "[admission]") {
  CHECK(refused("apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {}\n").empty());
  CHECK(refused(
            "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: Not_A_Label}\nspec: {selector: null}\n")
            .empty());
  CHECK(refused("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelector: {}}\n")
            .empty());
  CHECK(refused("apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: a}\nspec: {hard: {nvidia.com/gpu: 1, "
                "limits.nvidia.com/gpu: 1, count/deployments.apps: 2}}\n")
            .empty());
  CHECK(refused("apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: a}\nspec: {hard: {gpu: 1}}\n") ==
        "spec.hard[gpu] spec.hard[gpu]");
}

TEST_CASE("a status is decoded and then ignored", "[admission]") {
  CHECK(refused(pod("") + "status: {phase: Nonsense}\n").empty());
  CHECK(refused(pod("") + "status: {phse: Running}\n") == "status.phse");
}

TEST_CASE("generateName is for create only", "[admission]") {
  const std::string text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: a-}\n";
  CHECK(refused(text) == "metadata.generateName");
  admission::Options create;
  create.create = true;
  CHECK(refused(text, create).empty());
  CHECK(refused("apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n", create) == "metadata.name");
}

TEST_CASE("custom resources are accepted unless their definition is given and says otherwise", "[admission]") {
  const std::string definition = R"(apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: backups.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: backups, kind: Backup}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              required: [size]
              properties:
                size: {type: integer, minimum: 1}
                mode: {type: string, enum: [full, delta], default: full}
                target: {type: string, pattern: '^[a-z]+$'}
                port: {x-kubernetes-int-or-string: true}
                extra: {type: object, x-kubernetes-preserve-unknown-fields: true}
---
)";
  const std::string head = "apiVersion: example.com/v1\nkind: Backup\nmetadata: {name: b}\n";
  CHECK(refused(head + "anything: goes\n").empty());
  CHECK(refused(definition + head + "spec: {size: 3, port: http, extra: {any: thing}}\n").empty());
  CHECK(refused(definition + head + "spec: {size: 0}\n") == "spec.size");
  const std::string labelled = "apiVersion: example.com/v1\nkind: Backup\nmetadata: {name: b, labels: {a: ";
  CHECK(refused(labelled + "1}, tags: [x]}\n").empty());
  CHECK(refused(definition + labelled + "1}}\nspec: {size: 1}\n") == "metadata.labels[a]");
  CHECK(refused(definition + labelled + "'b c'}}\nspec: {size: 1}\n") == "metadata.labels");
  CHECK(refused(definition + head + "spec: {}\n") == "spec.size");
  CHECK(refused(definition + head + "spec: {size: 1, mode: half, target: A1}\n") == "spec.mode spec.target");
  CHECK(refused(definition + head + "spec: {size: '1'}\n") == "spec.size");
  CHECK(refused(definition + head + "spec: {size: 1, sze: 1}\n") == "spec.sze");
  CHECK(refused(definition + "apiVersion: example.com/v2\nkind: Backup\nmetadata: {name: b}\n") == "apiVersion");
}

TEST_CASE("metadata is checked of kinds whose fields are not known", "[admission]") {
  const std::string head =
      "apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingAdmissionPolicy\nmetadata: {name: a, ";
  admission::Options options;
  options.minor_version = 36;
  CHECK(refused(head + "labels: {a: b}}\nspec: {any: thing}\n", options).empty());
  CHECK(refused(head + "labels: {a: 1}}\n", options) == "metadata.labels[a]");
  CHECK(refused(head + "lables: {}}\n", options) == "metadata.lables");
  CHECK(refused(head + "labels: {a: b c}}\n", options) == "metadata.labels");
}

TEST_CASE("versions come and go", "[admission]") {
  const std::string old = "apiVersion: flowcontrol.apiserver.k8s.io/v1beta3\nkind: FlowSchema\nmetadata: {name: a}\n";
  admission::Options options;
  options.minor_version = 31;
  CHECK(refused(old, options).empty());
  options.minor_version = 32;
  CHECK(refused(old, options) == "apiVersion");
  CHECK(refused("apiVersion: v1\nkind: Deployment\nmetadata: {name: a}\n") == "apiVersion");
  CHECK(refused("apiVersion: apps/v1\nkind: Deploymnet\nmetadata: {name: a}\n") == "kind");
  CHECK(refused("kind: Pod\nmetadata: {name: a}\n") == "apiVersion");
  const tests::WorldOf world("kind: Pod\nmetadata: {name: a}\n");
  CHECK(admission::admit(*world.objects()[0], world.world(), {}).message ==
        "error validating data: apiVersion not set; if you choose to ignore these errors, turn validation off with "
        "--validate=false");
}

TEST_CASE("an object of twenty thousand mistakes costs little", "[admission]") {
  std::string ports;
  for (int i = 0; i < 20000; ++i) ports += "{port: 80, nodePort: 30000},";  // on one line
  CHECK_FALSE(refused(service("type: ClusterIP, ports: [" + ports + "]")).empty());
  std::string labels;
  for (int i = 0; i < 20000; ++i) labels += "k" + std::to_string(i) + ": 'b c',";
  CHECK_FALSE(refused("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {" + labels + "}}\n").empty());
  CHECK_FALSE(refused("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {" + labels + "}\nbinaryData: {" +
                      labels + "}\n")
                  .empty());
}

TEST_CASE("lists and keys that repeat are refused where the server compares them", "[admission]") {
  const std::string storage_class =
      "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: a}\nprovisioner: p\n";
  CHECK(refused(storage_class + "allowedTopologies: [{matchLabelExpressions: [{key: z, values: [a]}]}, "
                                "{matchLabelExpressions: [{key: z, values: [a]}]}]\n") ==
        "allowedTopologies[1].matchLabelExpressions");
  CHECK(refused(storage_class +
                "allowedTopologies: [{matchLabelExpressions: [{key: z, values: [a]}, {key: z, values: [b]}]}]\n") ==
        "allowedTopologies[0].matchLabelExpressions[1].key");
  CHECK(
      refused(
          "apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {name: a}\nhandler: h\nscheduling: {tolerations: "
          "[{key: a, operator: Exists}, {key: a, operator: Exists}]}\n") == "scheduling.tolerations[1]");
  CHECK(
      refused("apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: a}\nspec: {hard: {count/pods: 1e30}}\n").empty());
}

TEST_CASE("an owner that is repeated word for word is one owner", "[admission]") {
  const auto owned = [](const std::string& second) {
    return "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  ownerReferences:\n"
           "    - {apiVersion: apps/v1, kind: ReplicaSet, name: r, uid: u, controller: true}\n    - " +
           second + "\nspec: {containers: [{name: c, image: i}]}\n";
  };
  CHECK(refused(owned("{apiVersion: apps/v1, kind: ReplicaSet, name: r, uid: u, controller: true}")).empty());
  CHECK(refused(owned("{apiVersion: apps/v1, kind: ReplicaSet, name: s, uid: u, controller: true}")) ==
        "metadata.ownerReferences");
  CHECK(refused(owned(
            "{apiVersion: apps/v1, kind: ReplicaSet, name: r, uid: u, controller: true, blockOwnerDeletion: true}")) ==
        "metadata.ownerReferences");
}

TEST_CASE("the server names a LimitRange that has no name", "[admission]") {
  const std::string range =
      "apiVersion: v1\nkind: LimitRange\nmetadata: {}\nspec: {limits: [{type: Container, min: {cpu: 1}}]}\n";
  admission::Options create;
  create.create = true;
  CHECK(refused(range, create).empty());
  CHECK(refused(range) == "metadata.name");  // kubectl apply wants one
  const std::string quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {}\nspec: {hard: {pods: 1}}\n";
  CHECK(refused(quota, create) == "metadata.name");
}

TEST_CASE("names of resources reach the defaults of a LimitRange before they are checked", "[admission]") {
  const auto range = [](const std::string& limit) {
    return "apiVersion: v1\nkind: LimitRange\nmetadata: {name: a}\nspec: {limits: [{" + limit + "}]}\n";
  };
  CHECK(refused(range("type: Container, min: {cpus: 1}")) ==
        "spec.limits[0].min[cpus] spec.limits[0].min[cpus] spec.limits[0].defaultRequest[cpus] "
        "spec.limits[0].defaultRequest[cpus]");
  CHECK(refused(range("type: Pod, min: {cpus: 1}")) == "spec.limits[0].min[cpus] spec.limits[0].min[cpus]");
}

TEST_CASE("a question to the server needs no name", "[admission]") {
  CHECK(refused("apiVersion: authorization.k8s.io/v1\nkind: SubjectAccessReview\nspec: {user: a}\n").empty());
  CHECK(refused("apiVersion: authentication.k8s.io/v1\nkind: TokenReview\nspec: {token: a}\n").empty());
  CHECK(refused("apiVersion: coordination.k8s.io/v1\nkind: Lease\nspec: {}\n") == "metadata.name");
}

TEST_CASE("a CustomResourceDefinition is held to its names, its group and its versions", "[admission]") {
  const auto definition = [](const std::string& name, const std::string& spec,
                             const std::string& version = "schema: {openAPIV3Schema: {type: object}}") {
    return "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: " + name +
           "}\nspec:\n  " + spec + "\n  versions: [{name: v1, served: true, storage: true, " + version + "}]\n";
  };
  const auto spec = [](const std::string& group, const std::string& scope, const std::string& names) {
    return "group: " + group + "\n  scope: " + scope + "\n  names: {" + names + "}";
  };
  CHECK(refused(definition("foos.example.com", spec("example.com", "Namespaced", "plural: foos, kind: Foo"))).empty());
  CHECK(refused(definition("foo.example.com", spec("example.com", "Namespaced", "plural: foos, kind: Foo"))) ==
        "metadata.name");
  CHECK(refused(definition("foos.example.com", spec("example.com", "Namespace", "plural: foos, kind: Foo"))) ==
        "spec.scope");
  CHECK(refused(definition("foos.example.com", spec("example.com", "Cluster", "plural: foos"))) ==
        "spec.names.singular spec.names.kind spec.names.listKind");
  CHECK(refused(definition("foos.example.com", spec("example.com", "Cluster", "plural: foos, kind: Foo"),
                           "schema: {}")) == "spec.versions[0].schema.openAPIV3Schema");
  CHECK(refused(definition("foos.apps.k8s.io", spec("apps.k8s.io", "Cluster", "plural: foos, kind: Foo"))) ==
        "metadata.annotations[api-approved.kubernetes.io]");
  CHECK(refused(definition("foos.example.com", spec("example.com", "Cluster", "plural: foos, kind: Foo"),
                           "schema: {openAPIV3Schema: {type: object, properties: {spec: {tpye: object}}}}")) ==
        "spec.versions[0].schema.openAPIV3Schema.properties.spec.tpye");
  // A patch for kustomize says only what it changes.
  CHECK(refused(
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: foos.example.com}\n"
            "spec: {conversion: {strategy: Webhook}}\n")
            .empty());
}

TEST_CASE("kinds that hold no pods are decoded as strictly", "[admission]") {
  const auto lease = [](const std::string& spec, const std::string& name = "a") {
    return "apiVersion: coordination.k8s.io/v1\nkind: Lease\nmetadata: {name: " + name + "}\nspec: {" + spec + "}\n";
  };
  CHECK(refused(lease("holderIdentity: me, leaseDurationSeconds: 15")).empty());
  CHECK(refused(lease("holder: me")) == "spec.holder");
  CHECK(refused(lease("leaseDurationSeconds: '15'")) == "spec.leaseDurationSeconds");
  CHECK(refused(lease("holderIdentity: me", "Me")) == "metadata.name");
  const std::string hook =
      "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: a}\n"
      "webhooks: [{name: a.b.c, sideEffects: None, admissionReviewVersions: [v1], clientConfig: {caBundle: ";
  CHECK(refused(hook + "Cg==}}]\n").empty());
  CHECK(refused(hook + "'!'}}]\n") == "webhooks[0].clientConfig.caBundle");
  // The server keeps whatever old clients put into the metadata of a core Event.
  CHECK(refused("apiVersion: v1\nkind: Event\nmetadata: {name: A, namespace: default}\ninvolvedObject: {namespace: "
                "default}\n")
            .empty());
}
