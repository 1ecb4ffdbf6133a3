// SPDX-License-Identifier: Apache-2.0
// Charts and overlays are rendered by the tools on PATH, and findings are led back to what people edit.
#include <cstdio>
#include <fstream>

#include "catch.hpp"
#include "cli/spawn.hpp"
#include "paths.hpp"
#include "tree.hpp"

namespace fs = std::filesystem;
using namespace podseer;
using tests::Tree;

namespace {

const char* const kDeployment =
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  selector: {matchLabels: {app: web}}\n  "
    "template:\n"
    "    metadata: {labels: {app: web}}\n    spec:\n      containers:\n        - name: web\n          image: "
    "nginx:1.27\n"
    "          env:\n            - name: LEVEL\n              valueFrom:\n                configMapKeyRef:\n"
    "                  name: settings\n                  key: levle\n";

}  // namespace

TEST_CASE("each overlay is a world of its own, and its findings lead to the base or the patch", "[cli][render]") {
  if (!cli::on_path("kustomize") && !cli::on_path("kubectl")) {
    std::printf("render_test: skip: neither kustomize nor kubectl is installed\n");
    return;
  }
  const Tree tree;
  tree.write("base/kustomization.yaml",
             "resources: [deploy.yaml]\nconfigMapGenerator:\n  - name: settings\n    literals: [level=info]\n");
  tree.write("base/deploy.yaml", kDeployment);
  tree.write("overlays/dev/kustomization.yaml", "namePrefix: dev-\nresources: [../../base]\n");
  tree.write("overlays/prod/kustomization.yaml",
             "namePrefix: prod-\nresources: [../../base]\npatchesStrategicMerge: [patch.yaml]\n");
  tree.write(
      "overlays/prod/patch.yaml",
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n"
      "        - name: web\n          image: MyApp:2\n");
  const auto ran = tree.podseer("check --isolated --format unix .");
  INFO(ran.out << ran.err);
  CHECK(ran.status == 1);
  CHECK(ran.out.find("base/deploy.yaml:18:24:") != std::string::npos);
  CHECK(ran.out.find("overlays/prod/patch.yaml:9:18:") != std::string::npos);
  CHECK(ran.out.find("POD401") == std::string::npos);  // the generator makes the ConfigMap
  const auto table = tree.podseer("forecast --isolated .");
  CHECK(table.out.find("dev-web-*") != std::string::npos);
  CHECK(table.out.find("InvalidImageName") != std::string::npos);
  const auto never = tree.podseer("forecast --isolated --render never .");
  CHECK(never.out.find("dev-web-*") == std::string::npos);
}

TEST_CASE("a rendered chart leads to the template's line, and without helm there is one note", "[cli][render]") {
  const Tree tree;
  tree.write("chart/Chart.yaml", "apiVersion: v2\nname: mychart\nversion: 0.1.0\n");
  tree.write("chart/values-prod.yaml", "a: b\n");
  tree.write(
      "chart/templates/pod.yaml",
      "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  containers:\n    - name: web\n"
      "      image: nginx:1.27\n      envFrom:\n        - configMapRef: {name: nowhere}\n");
  tree.write("chart/templates/other.yaml", "{{- if .Values.x }}\na: {{ .b }}\n{{- end }}\n");
  const auto raw = tree.podseer("check --isolated --format unix --render never chart");
  INFO(raw.out << raw.err);
  CHECK(raw.out.find("POD102") != std::string::npos);
  CHECK(raw.out.find("POD102") == raw.out.rfind("POD102"));
  // A helm that prints what the real one would, for there is no need of the real one here.
  tree.program("helm",
               "#!/bin/sh\nprintf '%s\\n' \"$*\" >>\"$0.log\"\ncat <<'Y'\n---\n# Source: "
               "mychart/templates/pod.yaml\napiVersion: v1\nkind: Pod\nmetadata:\n"
               "  name: chart\nspec:\n  containers:\n    - name: web\n      image: nginx:1.27\n      envFrom:\n"
               "        - configMapRef: {name: nowhere}\nY\n");
  const auto ran = tree.podseer("check --isolated --format unix chart", "PATH=\"$PWD/bin:$PATH\"");
  INFO(ran.out << ran.err);
  CHECK(ran.out.find("chart/templates/pod.yaml:10:") != std::string::npos);
  CHECK(ran.out.find("POD401") == ran.out.rfind("POD401"));  // both environments, told once
  const std::string log = tests::read_file(tree.path / "bin/helm.log");
  CHECK(log.find("template chart chart --include-crds --skip-tests --kube-version 1.34.0\n") != std::string::npos);
  CHECK(log.find("--values chart/values-prod.yaml") != std::string::npos);
}

TEST_CASE("what helm refuses is one finding with its words", "[cli][render]") {
  const Tree tree;
  tree.write("chart/Chart.yaml", "apiVersion: v2\nname: mychart\nversion: 0.1.0\n");
  tree.write("chart/templates/pod.yaml", "kind: {{ fail }}\n");
  tree.program("helm", "#!/bin/sh\necho 'Error: parse error at (mychart/templates/pod.yaml:1)' >&2\nexit 1\n");
  const auto ran = tree.podseer("check --isolated --format unix chart", "PATH=\"$PWD/bin:$PATH\"");
  INFO(ran.out << ran.err);
  CHECK(ran.status == 1);
  CHECK(ran.out.find("Error: parse error at (mychart/templates/pod.yaml:1)") != std::string::npos);
  CHECK(ran.out.find("POD119") != std::string::npos);
}

TEST_CASE("an overlay that is not rendered is read without its patches, and with what its generators make",
          "[cli][render]") {
  const Tree tree;
  tree.write("base/kustomization.yaml",
             "resources: [deploy.yaml]\nconfigMapGenerator:\n  - name: settings\n    literals: [level=info]\n");
  std::string deployment = kDeployment;
  tree.write("base/deploy.yaml", deployment.replace(deployment.find("levle"), 5, "level"));
  tree.write("prod/kustomization.yaml",
             "resources: [../base, https://example.invalid/more.yaml]\npatches: [{path: patch.yaml}]\n");
  tree.write("prod/patch.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3}\n");
  const auto never = tree.podseer("check --isolated --format unix --render never .");
  INFO(never.out);
  CHECK(never.out.empty());
  const auto missing = tree.podseer("check --isolated --format unix .", "PATH=/nowhere");
  INFO(missing.out);
  CHECK(missing.status == 0);
  CHECK(missing.out.find("neither kustomize nor kubectl is installed") != std::string::npos);
  CHECK(missing.out.find('\n') == missing.out.size() - 1);
  if (!cli::on_path("kustomize") && !cli::on_path("kubectl")) return;
  const auto remote = tree.podseer("check --isolated --format unix .");
  INFO(remote.out);
  CHECK(remote.status == 0);
  CHECK(remote.out.find(
            "prod/kustomization.yaml:1:1: note: prod is not rendered: it takes in https://example.invalid/more.yaml") !=
        std::string::npos);
}

TEST_CASE("a chart that lacks values or dependencies is not called broken", "[cli][render]") {
  const Tree tree;
  tree.write("chart/Chart.yaml", "apiVersion: v2\nname: mychart\nversion: 0.1.0\n");
  tree.write("chart/templates/pod.yaml", "kind: {{ .x }}\n");
  for (const char* words : {"Error: An error occurred while checking for chart dependencies. You may need to run `helm "
                            "dependency build` to fetch "
                            "missing dependencies: found in Chart.yaml, but missing in charts/ directory: redis",
                            "Error: execution error at (mychart/templates/pod.yaml:1:3): a tag is required"}) {
    tree.program("helm", std::string("#!/bin/sh\ncat >&2 <<'Y'\n") + words + "\nY\nexit 1\n");
    const auto ran = tree.podseer("check --isolated --format unix chart", "PATH=\"$PWD/bin:$PATH\"");
    INFO(ran.out << ran.err);
    CHECK(ran.status == 0);
    CHECK(ran.out.find("chart/Chart.yaml:1:1: note: chart is not rendered: ") == 0);
    CHECK(ran.out.find('\n') == ran.out.size() - 1);
  }
}

TEST_CASE("ignores beside a manifest hold for what is rendered from it", "[cli][render]") {
  if (!cli::on_path("kustomize") && !cli::on_path("kubectl")) {
    std::printf("render_test: skip: neither kustomize nor kubectl is installed\n");
    return;
  }
  const Tree tree;
  tree.write("base/kustomization.yaml", "resources: [pod.yaml, other.yaml]\n");
  tree.write("base/pod.yaml",
             "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - name: web\n"
             "      image: MyApp:1  # podseer: ignore[POD301] renamed by a webhook\n");
  tree.write(
      "base/other.yaml",
      "apiVersion: v1\nkind: Pod\nmetadata: {name: b, annotations: {podseer.dev/ignore: \"POD301: so is this\"}}\n"
      "spec: {containers: [{name: web, image: MyApp:2}]}\n");
  tree.write("prod/kustomization.yaml", "namePrefix: prod-\nresources: [../base]\n");
  const auto ran = tree.podseer("check --isolated --format unix .");
  INFO(ran.out << ran.err);
  CHECK(ran.status == 0);
  CHECK(ran.out.empty());
  CHECK(tree.podseer("check --isolated --no-ignore .").status == 1);
}
