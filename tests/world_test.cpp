// SPDX-License-Identifier: Apache-2.0
#include "world/world.hpp"

#include <string>
#include <vector>

#include "catch.hpp"
#include "world_of.hpp"

using podseer::tests::WorldOf;
using podseer::tests::WorldOptions;
using podseer::world::Known;

namespace {

WorldOptions open() {
  WorldOptions options;
  options.closed = false;
  return options;
}

}  // namespace

TEST_CASE("what is not in the files is unknown, and in a closed world it is not there", "[world]") {
  const std::string text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {a: '1'}\n";
  const WorldOf closed(text);
  const WorldOf opened(text, open());
  CHECK(opened.world().exists("ConfigMap", "default", "app") == Known::Yes);
  CHECK(opened.world().exists("ConfigMap", "default", "other") == Known::Unknown);
  CHECK(opened.world().exists("ConfigMap", "prod", "app") == Known::Unknown);
  CHECK(closed.world().exists("ConfigMap", "default", "other") == Known::No);
  CHECK(closed.world().in_other_namespace("ConfigMap", "prod", "app") == &closed.object("app"));
  CHECK(closed.world().in_other_namespace("ConfigMap", "default", "app") == nullptr);
}

TEST_CASE("every cluster has some things by itself", "[world]") {
  const WorldOf empty("");
  struct Row {
    const char *kind, *ns, *name;
    Known known;
  };
  const Row rows[] = {
      {"ServiceAccount", "any", "default", Known::Yes},
      {"ServiceAccount", "any", "deployer", Known::No},
      {"ConfigMap", "any", "kube-root-ca.crt", Known::Yes},
      {"Service", "default", "kubernetes", Known::Yes},
      {"Service", "prod", "kubernetes", Known::No},
      {"Namespace", "", "kube-system", Known::Yes},
      {"Namespace", "", "prod", Known::No},
      {"PriorityClass", "", "system-node-critical", Known::Yes},
      {"PriorityClass", "", "high", Known::No},
  };
  for (const Row& row : rows) {
    INFO(row.kind << "/" << row.ns << "/" << row.name);
    CHECK(empty.world().exists(row.kind, row.ns, row.name) == row.known);
  }
}

TEST_CASE("objects that make other objects count as their makers", "[world]") {
  const WorldOf made(R"(apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: db}
spec: {encryptedData: {password: AgB}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: api}
spec: {target: {name: api-key}}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: web}
spec: {secretName: web-tls}
---
apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: {name: vault}
spec: {secretObjects: [{secretName: one}, {secretName: two}]}
---
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: pg}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: in, annotations: {cert-manager.io/cluster-issuer: le}}
spec: {tls: [{hosts: [a.example], secretName: in-tls}]}
---
apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: hello}
---
apiVersion: database.example.org/v1
kind: SqlInstance
metadata: {name: sql}
spec: {writeConnectionSecretToRef: {name: sql-conn}}
)");
  const auto& world = made.world();
  for (const char* name : {"db", "api-key", "web-tls", "one", "two", "pg-app", "in-tls", "sql-conn"}) {
    INFO(name);
    CHECK(world.exists("Secret", "default", name) == Known::Yes);
    REQUIRE(world.secret("default", name).has_value());
    CHECK_FALSE(world.secret("default", name)->keys_known);
  }
  CHECK(world.exists("Secret", "default", "api") == Known::No);
  CHECK(world.exists("Secret", "prod", "db") == Known::No);
  CHECK(world.provider("Secret", "default", "web-tls") == &made.object("web"));
  CHECK(world.exists("Service", "default", "pg-rw") == Known::Yes);
  // Knative's Service is not Kubernetes' own, but makes one.
  CHECK(world.find("Service", "default", "hello") == nullptr);
  CHECK(world.exists("Service", "default", "hello") == Known::Yes);
}

TEST_CASE("an object that is refused does not exist, nor does what it would make", "[world]") {
  WorldOf given(R"(apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: db}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: app}
data: {a: '1'}
)");
  given.world().refuse(given.object("db"));
  given.world().refuse(given.object("app"));
  CHECK(given.world().exists("Secret", "default", "db") == Known::No);
  CHECK(given.world().find("ConfigMap", "default", "app") == nullptr);
  CHECK(given.world().all("ConfigMap").empty());
}

TEST_CASE("external names are there, also by wildcard", "[world]") {
  WorldOptions options;
  options.external = {"Secret/registry", "ConfigMap/prod/*", "Service/*-db"};
  const WorldOf given("", options);
  CHECK(given.world().exists("Secret", "any", "registry") == Known::Yes);
  CHECK(given.world().exists("ConfigMap", "prod", "x") == Known::Yes);
  CHECK(given.world().exists("ConfigMap", "dev", "x") == Known::No);
  CHECK(given.world().exists("Service", "dev", "orders-db") == Known::Yes);
}

TEST_CASE("the last object of a name counts, and files go before a snapshot", "[world]") {
  WorldOptions options;
  options.cluster = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app, namespace: default}\ndata: {old: '1'}\n";
  const WorldOf given(
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {a: '1'}\n---\n"
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {b: '1'}\n",
      options);
  const auto data = given.world().config_map("default", "app");
  REQUIRE(data.has_value());
  CHECK(data->keys_known);
  CHECK(data->keys(true) == std::vector<std::string_view>{"b"});
  CHECK(data->find("a") == nullptr);
  CHECK(given.world().all("ConfigMap", "default").size() == 1);
}

TEST_CASE("keys are found where the kubelet finds them", "[world]") {
  const WorldOf given(R"(apiVersion: v1
kind: Secret
metadata: {name: s}
data: {a: YQ==}
stringData: {b: b, a: c}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data: {x: '1'}
binaryData: {z: AA==}
---
apiVersion: v1
kind: Secret
metadata: {name: token, annotations: {kubernetes.io/service-account.name: robot}}
type: kubernetes.io/service-account-token
)");
  const auto secret = given.world().secret("default", "s");
  CHECK(secret->keys(false) == std::vector<std::string_view>{"a", "b"});
  CHECK(given.text(secret->find("a")->value.span()) == "c");
  const auto map = given.world().config_map("default", "c");
  CHECK(map->keys(false) == std::vector<std::string_view>{"x"});
  CHECK(map->keys(true) == std::vector<std::string_view>{"x", "z"});
  CHECK(map->find("z") == nullptr);
  CHECK(map->find_binary("z") != nullptr);
  CHECK_FALSE(given.world().secret("default", "token")->keys_known);
  CHECK_FALSE(given.world().secret("default", "nowhere").has_value());
}

TEST_CASE("a cluster-scoped object has no namespace whatever is written", "[world]") {
  const WorldOf given(
      "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: pv, namespace: prod}\n---\n"
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: prod}\n");
  CHECK(given.world().namespace_of(given.object("pv")).empty());
  CHECK(given.world().namespace_of(given.object("c")) == "prod");
  CHECK(given.world().find("PersistentVolume", "", "pv") != nullptr);
}
