// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"
#include "paths.hpp"

using namespace podseer;

TEST_CASE("graph draws who refers to what and marks what is missing", "[cli][graph]") {
  const std::string manifest =
      "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n---\n"
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n"
      "  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n        - name: a\n          "
      "image: nginx:1.27\n"
      "          envFrom: [{configMapRef: {name: gone}}]\n";
  const std::string podseer = "'" + tests::podseer_binary().string() + "'";
  const auto mermaid = tests::run(podseer + " graph -", manifest);
  CHECK(mermaid.status == 0);
  CHECK(mermaid.out.rfind("graph LR\n", 0) == 0);
  CHECK(mermaid.out.find("-.->|env, missing|") != std::string::npos);
  CHECK(mermaid.out.find("linkStyle") != std::string::npos);
  const auto dot = tests::run(podseer + " graph --format dot -", manifest);
  CHECK(dot.out.find("\"Service/web\" -> \"Deployment/web\" [label=\"selects\"]") != std::string::npos);
  CHECK(dot.out.find("color=red") != std::string::npos);
  const auto text = tests::run(podseer + " graph --format text -", manifest);
  CHECK(text.out.find("  env ConfigMap/gone   MISSING\n") != std::string::npos);
  CHECK(tests::run(podseer + " graph --format picture -", manifest).status == 2);
}
TEST_CASE("an edge to a key that is not there is broken, though the ConfigMap is there", "[cli][graph]") {
  const std::string world =
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {level: info}\n---\napiVersion: v1\nkind: "
      "Pod\nmetadata: {name: web}\n"
      "spec:\n  containers:\n    - name: web\n      image: nginx:1.27\n      env:\n"
      "        - {name: A, valueFrom: {configMapKeyRef: {name: settings, key: levle}}}\n"
      "        - {name: B, valueFrom: {configMapKeyRef: {name: settings, key: level}}}\n";
  const auto ran = tests::run(tests::podseer_binary().string() + " graph --isolated -", world);
  INFO(ran.out);
  CHECK(ran.out.find("env: no key levle") != std::string::npos);
  CHECK(ran.out.find("stroke:") != std::string::npos);
}
