// SPDX-License-Identifier: Apache-2.0
// Argo CD Applications, Flux Kustomizations and HelmReleases say how directories of the repository are
// deployed; and real charts through the real helm, where there is one.
#include <cstdio>

#include "catch.hpp"
#include "cli/gitops.hpp"
#include "cli/spawn.hpp"
#include "tree.hpp"

namespace podseer::tests {
namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Prints a pod named after the release, and notes what it was asked and given.
const char* const kHelm =
    "#!/bin/sh\nprintf '%s\\n' \"$*\" >>\"$0.log\"\nrelease=$2\nwhile [ $# -gt 0 ]; do case $1 in --values) cat \"$2\" "
    ">>\"$0.values\";; esac; shift; done\n"
    "cat <<Y\n---\n# Source: web/templates/pod.yaml\napiVersion: v1\nkind: Pod\nmetadata:\n  name: $release\nspec:\n  "
    "containers:\n"
    "    - name: web\n      image: nginx:1.27\nY\n";
const char* const kPath = "PATH=\"$PWD/bin:$PATH\" GITHUB_WORKSPACE=";

void write_chart(const Tree& tree) {
  tree.program("helm", kHelm);
  tree.write("charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 0.1.0\n");
  tree.write("charts/web/templates/pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\n");
  tree.write("charts/web/values-guess.yaml", "a: guess\n");
}

std::string application(const std::string& helm, const std::string& path = "charts/web") {
  return "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop-web, namespace: argocd}\nspec:\n  "
         "project: default\n"
         "  source:\n    repoURL: https://example.invalid/repo.git\n    path: " +
         path + "\n" + helm + "  destination: {server: https://kubernetes.default.svc, namespace: shop}\n";
}

const char* const kPod =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: plain}\nspec: {containers: [{name: c, image: nginx:1.27}]}\n";

}  // namespace

TEST_CASE("an Argo CD Application says release, namespace and values of its chart", "[cli][gitops]") {
  const Tree tree;
  write_chart(tree);
  tree.write("charts/web/prod.yaml", "a: prod\n");
  tree.write("apps/web.yaml", application("    helm:\n      valueFiles: [prod.yaml]\n      valuesObject: {replicas: 2, "
                                          "text: \"a: b\", list: [1, yes]}\n"
                                          "      parameters: [{name: tag, value: \"1,2\"}, {name: port, value: \"80\", "
                                          "forceString: true}, {name: who, value: $ARGOCD_APP_NAME}]\n"));
  const Ran ran = tree.podseer("forecast --isolated --format json .", kPath);
  INFO(ran.out << ran.err);
  CHECK(contains(ran.out, "\"shop-web\""));
  CHECK(contains(ran.out, "\"shop\""));
  const std::string log = read_file(tree.path / "bin/helm.log");
  INFO(log);
  CHECK(log.starts_with(
      "template shop-web charts/web --include-crds --skip-tests --kube-version 1.34.0 --namespace shop --values "));
  CHECK(contains(log, "/charts/web/prod.yaml --values "));
  CHECK(contains(log, "--set tag=1\\,2 --set-string port=80 --set who=shop-web\n"));
  CHECK(log.find('\n') == log.size() - 1);  // and nothing is guessed beside it
  CHECK(read_file(tree.path / "bin/helm.values") ==
        "a: prod\n{\"replicas\": 2, \"text\": \"a: b\", \"list\": [1, true]}");
  CHECK(run("ls /tmp/podseer-values-* 2>/dev/null").out.empty());
}

TEST_CASE("an Application whose values are elsewhere says nothing", "[cli][gitops]") {
  for (const char* helm :
       {"    helm: {valueFiles: [none.yaml]}\n", "    helm: {valueFiles: [\"https://example.invalid/v.yaml\"]}\n",
        "    helm: {valueFiles: [$values/prod.yaml]}\n",
        "    helm: {parameters: [{name: r, value: $ARGOCD_APP_REVISION}]}\n"}) {
    const Tree tree;
    write_chart(tree);
    tree.write("app.yaml", application(helm));
    (void)tree.podseer("forecast --isolated .", kPath);
    const std::string log = read_file(tree.path / "bin/helm.log");
    INFO(helm << log);
    CHECK(log.starts_with("template web charts/web "));
    CHECK(contains(log, "values-guess.yaml"));
  }
  const Tree outside;
  write_chart(outside);
  outside.write("app.yaml", application("", "../../etc"));
  CHECK(outside.podseer("forecast --isolated .", kPath).status == 0);
}

TEST_CASE("several sources: a values file is named by the reference of another one", "[cli][gitops]") {
  const Tree tree;
  write_chart(tree);
  tree.write("env/prod.yaml", "a: prod\n");
  tree.write("app.yaml",
             "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec:\n  sources:\n    - "
             "{repoURL: x, ref: config}\n"
             "    - {repoURL: x, path: charts/web, helm: {releaseName: other, valueFiles: [$config/env/prod.yaml]}}\n  "
             "destination: {namespace: shop}\n");
  (void)tree.podseer("forecast --isolated .", kPath);
  const std::string log = read_file(tree.path / "bin/helm.log");
  INFO(log);
  CHECK(log.starts_with("template other charts/web "));
  CHECK(contains(log, "/env/prod.yaml\n"));
}

TEST_CASE("a HelmRelease of a chart in the repository is one", "[cli][gitops]") {
  const Tree tree;
  write_chart(tree);
  tree.write(
      "release.yaml",
      "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web, namespace: flux}\nspec:\n  "
      "targetNamespace: shop\n"
      "  chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: repo}}}\n  values: {a: b}\n");
  (void)tree.podseer("forecast --isolated .", kPath);
  CHECK(read_file(tree.path / "bin/helm.log").starts_with("template shop-web charts/web "));
  CHECK(contains(read_file(tree.path / "bin/helm.log"), "--namespace shop --values "));
  CHECK(read_file(tree.path / "bin/helm.values") == "{\"a\": \"b\"}");
}

TEST_CASE("plain directories go to the namespace of what deploys them", "[cli][gitops]") {
  const Tree tree;
  tree.write("k8s/web/pod.yaml", kPod);
  tree.write("k8s/web/deeper/pod.yaml", kPod);
  tree.write("app.yaml", application("", "k8s/web"));
  const auto rows = [&] { return tree.podseer("forecast --isolated --format json .", kPath).out; };
  CHECK(contains(rows(), "\"shop\""));
  CHECK(contains(rows(), "\"default\""));  // Argo CD does not recurse unless told
  tree.write("app.yaml", application("    directory: {recurse: true}\n", "k8s/web"));
  CHECK_FALSE(contains(rows(), "\"namespace\": \"default\""));
  // Two that disagree say nothing.
  std::string second = application("    directory: {recurse: true}\n", "k8s/web");
  second.replace(second.rfind("shop"), 4, "test");
  tree.write("other.yaml", second);
  CHECK_FALSE(contains(rows(), "\"namespace\": \"test\""));
}

TEST_CASE("a Flux Kustomization moves all objects and fills variables in", "[cli][gitops]") {
  const std::string flux =
      "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps, namespace: "
      "flux-system}\nspec:\n"
      "  path: ./apps\n  targetNamespace: shop\n  sourceRef: {kind: GitRepository, name: repo}\n  prune: true\n  "
      "interval: 1m\n"
      "  postBuild: {substitute: {TAG: \"1.27\"}}\n";
  if (cli::on_path("kubectl") || cli::on_path("kustomize")) {
    const Tree tree;
    tree.write("flux.yaml", flux);
    tree.write("apps/kustomization.yaml", "resources: [pod.yaml]\n");
    tree.write("apps/pod.yaml",
               "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: elsewhere}\nspec:\n  containers:\n    - "
               "{name: c, image: \"MyApp:${TAG}\"}\n");
    const Ran ran = tree.podseer("check --isolated --format json .", kPath);
    INFO(ran.out << ran.err);
    CHECK(contains(ran.out, "MyApp:1.27"));
    CHECK(contains(ran.out, "\"namespace\": \"shop\""));
    CHECK(contains(ran.out, "in apps (Kustomization apps)"));
  } else {
    std::printf("gitops_test: skip: neither kustomize nor kubectl is installed\n");
  }
  cli::Deployment deployment;
  deployment.substitutes = {{"TAG", "1"}};
  deployment.defaults_count = true;
  CHECK(cli::substituted("a ${TAG} ${X:=y} ${X:-z} ${Z} ${TAG:=2} $TAG ${", deployment) == "a 1 y z ${Z} 1 $TAG ${");
  deployment.defaults_count = false;
  CHECK(cli::substituted("${X:=y}", deployment) == "${X:=y}");
}

TEST_CASE("the real helm: its own starter chart is healthy, and findings lead to lines", "[cli][gitops][helm]") {
  const std::string tools = "PATH=\"" + tools_path("bin").string() + ":$PATH\" GITHUB_WORKSPACE=";
  const Tree tree;
  if (tree.shell(tools + " helm version --short").status != 0) {
    std::printf("gitops_test: skip: no helm on PATH or in build/tools/bin (./dev validators)\n");
    return;
  }
  REQUIRE(tree.shell("mkdir charts && cd charts && " + tools + " helm create web").status == 0);
  const Ran healthy = tree.podseer("check --isolated --format unix .", tools);
  INFO(healthy.out << healthy.err);
  CHECK(healthy.status == 0);
  CHECK(healthy.out.empty());
  CHECK(contains(tree.podseer("forecast --isolated .", tools).out, "Running"));
  // A value makes the image wrong: the template's line is named, and the environment that has it.
  tree.write("charts/web/values-prod.yaml", "image: {repository: MyRepo}\nresources:\n  limits:\n    memory: 64Zi\n");
  tree.write("charts/web/templates/extra.yaml",
             "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ include \"web.fullname\" . }}-extra\nspec:\n  "
             "containers:\n    - name: extra\n"
             "      image: {{ .Values.image.repository | title }}:1  # podseer: ignore[POD301] renamed by a webhook\n");
  const Ran broken = tree.podseer("check --isolated --format unix .", tools);
  INFO(broken.out);
  CHECK(broken.status == 1);
  CHECK(contains(broken.out, "charts/web/values-prod.yaml:4:5: error: "));  // toYaml copies it from there
  CHECK_FALSE(contains(broken.out, "extra.yaml"));
  tree.write("charts/web/values-prod.yaml", "image: {repository: MyRepo}\n");
  tree.write("charts/web/templates/extra.yaml", "");
  const Ran image = tree.podseer("check --isolated .", tools);
  INFO(image.out);
  const std::string line = tree.shell("grep -n 'image: \"' charts/web/templates/deployment.yaml | cut -d: -f1").out;
  CHECK(contains(image.out, "charts/web/templates/deployment.yaml:" + line.substr(0, line.size() - 1) + ":"));
  CHECK(contains(image.out, "rendered as: image: \"MyRepo:"));
  CHECK(contains(image.out, "in charts/web (values-prod.yaml)"));
  // Argo CD: the Application is what counts.
  tree.write("app.yaml", application("    helm: {valuesObject: {replicaCount: 3}}\n"));
  const Ran table = tree.podseer("forecast --isolated .", tools);
  INFO(table.out);
  CHECK(contains(table.out, "shop-web-* (x3)"));
  CHECK_FALSE(contains(table.out, "InvalidImageName"));
  // What the real one says when something is missing.
  tree.write("charts/web/templates/extra.yaml", "a: {{ required \"a tag is required\" .Values.nothing }}\n");
  (void)tree.shell("rm app.yaml charts/web/values-prod.yaml");
  const Ran wants = tree.podseer("check --isolated --format unix .", tools);
  CHECK(wants.status == 0);
  CHECK(contains(wants.out, "it wants values"));
  tree.write("charts/web/templates/extra.yaml", "a: {{ .Values\n");
  const Ran refused = tree.podseer("check --isolated --format unix .", tools);
  INFO(refused.out);
  CHECK(refused.status == 1);
  CHECK(contains(refused.out, "helm cannot render charts/web: "));
  CHECK(contains(refused.out, "templates/extra.yaml:"));
  tree.write("charts/web/templates/extra.yaml", "");
  (void)tree.shell(
      "printf 'dependencies: [{name: redis, version: 1.0.0, repository: https://example.invalid}]\\n' "
      ">>charts/web/Chart.yaml");
  const Ran lacks = tree.podseer("check --isolated --format unix .", tools);
  INFO(lacks.out);
  CHECK(lacks.status == 0);
  CHECK(contains(lacks.out, "its dependencies are not here"));
}

}  // namespace podseer::tests
