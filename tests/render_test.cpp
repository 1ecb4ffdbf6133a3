// SPDX-License-Identifier: Apache-2.0
// Charts and overlays are rendered by the tools on PATH, and findings are led back to what people edit.
#include <cstdio>
#include <fstream>

#include "catch.hpp"
#include "cli/spawn.hpp"
#include "paths.hpp"

namespace fs = std::filesystem;
using namespace podseer;

namespace {

struct Tree {
  fs::path path;
  Tree() {
    char name[] = "/tmp/podseer-render-XXXXXX";
    REQUIRE(mkdtemp(name) != nullptr);
    path = name;
  }
  ~Tree() { fs::remove_all(path); }
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((path / name).parent_path());
    std::ofstream(path / name, std::ios::binary) << text;
  }
  [[nodiscard]] tests::Ran podseer(const std::string& words, const std::string& before = {}) const {
    return tests::run("cd '" + path.string() + "' && " + before + " '" + tests::podseer_binary().string() + "' " + words);
  }
};

const char* const kDeployment =
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n"
    "    metadata: {labels: {app: web}}\n    spec:\n      containers:\n        - name: web\n          image: nginx:1.27\n"
    "          env:\n            - name: LEVEL\n              valueFrom:\n                configMapKeyRef:\n"
    "                  name: settings\n                  key: levle\n";

}  // namespace

TEST_CASE("each overlay is a world of its own, and its findings lead to the base or the patch", "[cli][render]") {
  if (!cli::on_path("kustomize") && !cli::on_path("kubectl")) {
    std::printf("render_test: skip: neither kustomize nor kubectl is installed\n");
    return;
  }
  const Tree tree;
  tree.write("base/kustomization.yaml", "resources: [deploy.yaml]\nconfigMapGenerator:\n  - name: settings\n    literals: [level=info]\n");
  tree.write("base/deploy.yaml", kDeployment);
  tree.write("overlays/dev/kustomization.yaml", "namePrefix: dev-\nresources: [../../base]\n");
  tree.write("overlays/prod/kustomization.yaml", "namePrefix: prod-\nresources: [../../base]\npatchesStrategicMerge: [patch.yaml]\n");
  tree.write("overlays/prod/patch.yaml",
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
  tree.write("chart/templates/pod.yaml",
             "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  containers:\n    - name: web\n"
             "      image: nginx:1.27\n      envFrom:\n        - configMapRef: {name: nowhere}\n");
  tree.write("chart/templates/other.yaml", "{{- if .Values.x }}\na: {{ .b }}\n{{- end }}\n");
  const auto raw = tree.podseer("check --isolated --format unix --render never chart");
  INFO(raw.out << raw.err);
  CHECK(raw.out.find("POD102") != std::string::npos);
  CHECK(raw.out.find("POD102") == raw.out.rfind("POD102"));
  // A helm that prints what the real one would, for there is no need of the real one here.
  tree.write("bin/helm",
             "#!/bin/sh\nprintf '%s\\n' \"$*\" >>\"$0.log\"\ncat <<'Y'\n---\n# Source: mychart/templates/pod.yaml\napiVersion: v1\nkind: Pod\nmetadata:\n"
             "  name: chart\nspec:\n  containers:\n    - name: web\n      image: nginx:1.27\n      envFrom:\n"
             "        - configMapRef: {name: nowhere}\nY\n");
  fs::permissions(tree.path / "bin/helm", fs::perms::owner_all);
  const auto ran = tree.podseer("check --isolated --format unix chart", "PATH=\"$PWD/bin:$PATH\"");
  INFO(ran.out << ran.err);
  CHECK(ran.out.find("chart/templates/pod.yaml:10:") != std::string::npos);
  CHECK(ran.out.find("POD401") == ran.out.rfind("POD401"));  // both environments, told once
  const std::string log = tests::read_file(tree.path / "bin/helm.log");
  CHECK(log.find("template chart chart\n") != std::string::npos);
  CHECK(log.find("--values chart/values-prod.yaml") != std::string::npos);
}

TEST_CASE("what helm refuses is one finding with its words", "[cli][render]") {
  const Tree tree;
  tree.write("chart/Chart.yaml", "apiVersion: v2\nname: mychart\nversion: 0.1.0\n");
  tree.write("chart/templates/pod.yaml", "kind: {{ fail }}\n");
  tree.write("bin/helm", "#!/bin/sh\necho 'Error: parse error at (mychart/templates/pod.yaml:1)' >&2\nexit 1\n");
  fs::permissions(tree.path / "bin/helm", fs::perms::owner_all);
  const auto ran = tree.podseer("check --isolated --format unix chart", "PATH=\"$PWD/bin:$PATH\"");
  INFO(ran.out << ran.err);
  CHECK(ran.status == 1);
  CHECK(ran.out.find("Error: parse error at (mychart/templates/pod.yaml:1)") != std::string::npos);
  CHECK(ran.out.find("POD119") != std::string::npos);
}
