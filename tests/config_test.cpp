// SPDX-License-Identifier: Apache-2.0
// What a project says once: .podseer.yaml, ignores beside the manifest, the baseline, the focus.
#include <filesystem>
#include <fstream>

#include "catch.hpp"
#include "paths.hpp"

namespace podseer::tests {
namespace {
namespace fs = std::filesystem;

/// A directory that goes away, with a pod whose ConfigMap is missing.
class Project {
 public:
  Project() {
    char name[] = "/tmp/podseer-config-XXXXXX";
    REQUIRE(mkdtemp(name) != nullptr);
    root_ = name;
    fs::create_directory(root_ / ".git");
    write("k8s/pod.yaml", read_file(source_path("testdata/seed/missing-env.yaml")));
  }
  ~Project() { fs::remove_all(root_); }
  Project(const Project&) = delete;
  Project& operator=(const Project&) = delete;

  void write(const std::string& path, const std::string& text) const {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << text;
  }
  [[nodiscard]] std::string text(const std::string& path) const { return read_file(root_ / path); }
  /// Replaces the first occurrence in the pod's file.
  void edit(const std::string& from, const std::string& to) const {
    std::string pod = text("k8s/pod.yaml");
    const std::size_t at = pod.find(from);
    REQUIRE(at != std::string::npos);
    pod.replace(at, from.size(), to);
    write("k8s/pod.yaml", pod);
  }
  [[nodiscard]] Ran podseer(const std::string& arguments, const std::string& input = {}) const {
    return run("cd " + root_.string() + " && " + podseer_binary().string() + " " + arguments, input);
  }

 private:
  fs::path root_;
};

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("the configuration holds for every directory below it, and the command line wins", "[cli]") {
  const Project project;
  project.write(".podseer.yaml", "ignore: [POD302, POD4]\n");
  CHECK(project.podseer("check").status == 0);
  CHECK(run("cd /tmp && true").status == 0);
  CHECK(project.podseer("check k8s --isolated").status == 1);
  project.write(".podseer.yaml", "world: closed\nselect: POD401\n");
  const Ran closed = project.podseer("check --format json");
  CHECK(contains(closed.out, "\"POD401\""));
  CHECK(contains(closed.out, "\"certain\""));
  CHECK_FALSE(contains(closed.out, "\"POD302\""));
  CHECK(contains(project.podseer("check --format json --open-world").out, "\"likely\""));
}

TEST_CASE("an unknown key of the configuration is an error that shows the place", "[cli]") {
  const Project project;
  project.write(".podseer.yaml", "world: closed\nignroe: [POD302]\nseverity:\n  POD40l: off\n");
  const Ran ran = project.podseer("check");
  CHECK(ran.status == 2);
  CHECK(contains(ran.err, "unknown key 'ignroe'"));
  CHECK(contains(ran.err, ".podseer.yaml:2:1"));
  CHECK(contains(ran.err, "did you mean 'ignore'?"));
  CHECK(contains(ran.err, "unknown rule 'POD40l'"));
}

TEST_CASE("every key of the configuration is accepted and in its schema", "[cli]") {
  const Project project;
  project.write(".podseer.yaml",
                "world: open\ncluster: kind\nkubernetes-version: 1.34\nnamespace: shop\n"
                "namespace-labels: {team: a}\nexternal: [ConfigMap/missing-config]\npaths: [k8s]\nexclude: ['*.json']\n"
                "select: [POD4]\nignore: [POD402]\nper-file-ignores: {'k8s/*': [POD403]}\nseverity: {POD404: note}\n"
                "min-severity: note\nfail-on: certain\nlang: en\n");
  const Ran ran = project.podseer("check");
  INFO(ran.err);
  CHECK(ran.status == 0);
}

TEST_CASE("the configuration that the README shows is one", "[cli]") {
  const std::string readme = read_file(source_path("README.md"));
  const std::size_t begin = readme.find("# yaml-language-server");
  REQUIRE(begin != std::string::npos);
  const Project project;
  project.write(".podseer.yaml", readme.substr(begin, readme.find("```", begin) - begin));
  const Ran ran = project.podseer("check k8s");
  INFO(ran.err);
  CHECK(ran.status == 1);
  CHECK(ran.err.empty());
}

TEST_CASE("a rule is switched off by `off`, quoted or not", "[cli]") {
  const Project project;
  project.write(".podseer.yaml", "severity: {POD302: off, POD401: \"off\"}\n");
  CHECK(project.podseer("check k8s").status == 0);
  project.write(".podseer.yaml", "severity: {POD302: on}\n");
  CHECK(project.podseer("check k8s").status == 2);
}

TEST_CASE("a comment ignores a finding of its line or of the line below", "[cli]") {
  const Project project;
  project.edit("image: myapp:latest", "image: myapp:latest  # podseer: ignore[POD302] pushed by the pipeline");
  Ran ran = project.podseer("check k8s");
  CHECK_FALSE(contains(ran.out, "[POD302]"));
  CHECK(contains(ran.out, "1 ignored"));
  CHECK(ran.err.empty());
  project.edit("              name: missing-config",
               "              # podseer: ignore[env-configmap-missing] the operator makes it\n              name: "
               "missing-config");
  ran = project.podseer("check k8s");
  CHECK(ran.status == 0);
  CHECK(ran.err.empty());
  CHECK(project.podseer("check --no-ignore k8s").status == 1);
}

TEST_CASE("an annotation ignores what is found in its object", "[cli]") {
  const Project project;
  project.edit("metadata:\n", "metadata:\n  annotations:\n    podseer.dev/ignore: \"POD302,POD401: made elsewhere\"\n");
  const Ran ran = project.podseer("check k8s");
  INFO(ran.out);
  CHECK(ran.status == 0);
}

TEST_CASE("ignores that are unused, unknown or without a reason are findings, and fail no run by themselves", "[cli]") {
  const Project project;
  project.edit("kind: Pod", "kind: Pod  # podseer: ignore[POD302] nothing here");
  project.edit("image: myapp:latest", "image: myapp:latest  # podseer: ignore[POD302]");
  project.edit("name: app", "name: app  # podseer: ignore[POD30l] x");
  project.edit("              name: missing-config",
               "              name: missing-config  # podseer: ignore[POD401] the operator makes it");
  const Ran ran = project.podseer("check k8s --format unix");
  INFO(ran.out << ran.err);
  CHECK(ran.status == 0);
  CHECK(contains(ran.out, "pod.yaml:2:12: note: ignore[POD302] silences nothing"));
  CHECK(contains(ran.out, "[POD003]"));
  CHECK(contains(ran.out, "names 'POD30l'"));
  CHECK(ran.err.empty());
  for (const char* format : {"sarif", "json"}) {
    const std::string told = project.podseer(std::string("check k8s --format ") + format).out;
    for (const char* code : {"\"POD001\"", "\"POD002\"", "\"POD003\""}) CHECK(contains(told, code));
  }
  // They can be left out, made errors, or ignored like any other rule.
  CHECK_FALSE(contains(project.podseer("check k8s --format unix --ignore POD0").out, "POD0"));
  project.write(".podseer.yaml", "severity: {POD001: error}\n");
  CHECK(project.podseer("check k8s").status == 1);
  project.edit("apiVersion", "# podseer: ignore-file[POD001] kept for the next release\napiVersion");
  CHECK(project.podseer("check k8s").status == 0);
}

TEST_CASE("an ignore is not unused because its rule was not asked for", "[cli]") {
  const Project project;
  project.edit("image: myapp:latest", "image: myapp:latest  # podseer: ignore[POD302] pushed by the pipeline");
  for (const char* options :
       {"--select POD0,POD4", "--ignore POD302", "--min-severity note", "--per-file-ignores 'k8s/*:POD302'"}) {
    const Ran ran = project.podseer(std::string("check k8s --format unix ") + options);
    INFO(options << "\n" << ran.out);
    CHECK_FALSE(contains(ran.out, "POD001"));
    CHECK_FALSE(contains(ran.out, "POD302"));
  }
}

TEST_CASE("what is not in sight is not called unused or stale", "[cli]") {
  const Project project;
  project.edit("kind: Pod", "kind: Pod  # podseer: ignore[POD630] no Service is given here");
  CHECK(contains(project.podseer("check k8s --format unix").out, "POD001"));
  CHECK_FALSE(contains(project.podseer("check k8s/pod.yaml --format unix").out, "POD001"));
  project.write("chart/Chart.yaml", "apiVersion: v2\nname: c\nversion: 0.1.0\n");
  project.write("chart/templates/a.yaml", "a: {{ .b }}  # podseer: ignore[POD402] made by the operator\n");
  CHECK_FALSE(contains(project.podseer("check chart --render never --format unix").out, "POD001"));
  CHECK(project.podseer("check k8s --baseline base.json --update-baseline").status == 0);
  project.write("other/config.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {}\n");
  CHECK_FALSE(contains(project.podseer("check other --baseline base.json --format unix").out, "POD004"));
}

TEST_CASE("an ignore of everything does not hide that it is of no use", "[cli]") {
  const Project project;
  project.edit("kind: Pod", "kind: Pod  # podseer: ignore");
  CHECK(contains(project.podseer("check k8s --format unix").out, "[POD001]"));
}

TEST_CASE("--unsafe-fixes takes unused ignores away, whole lines where they stand alone", "[cli]") {
  const Project project;
  const std::string before = project.text("k8s/pod.yaml");
  project.edit("kind: Pod", "kind: Pod  # podseer: ignore[POD302] nothing here");
  project.edit("metadata:", "# podseer: ignore[POD302] nor here\nmetadata:");
  CHECK(project.podseer("check k8s --fix --unsafe-fixes --select POD001").status == 0);
  CHECK(project.text("k8s/pod.yaml") == before);
}

TEST_CASE("--add-ignore marks every finding, and then there is none", "[cli]") {
  const Project project;
  const Ran marked = project.podseer("check k8s --add-ignore 'we live with it'");
  INFO(marked.err);
  CHECK(marked.status == 0);
  CHECK(contains(project.text("k8s/pod.yaml"), "image: myapp:latest  # podseer: ignore[POD302] we live with it\n"));
  const Ran after = project.podseer("check k8s");
  CHECK(after.status == 0);
  CHECK(after.err.empty());
  project.write(
      "k8s/pod.json",
      R"({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "j"}, "spec": {"containers": [{"name": "j", "image": "myapp"}]}})");
  CHECK(project.podseer("check k8s --add-ignore x").status == 1);
}

TEST_CASE("a baseline hides what is in it, however the lines move, and tells what is stale", "[cli]") {
  const Project project;
  CHECK(project.podseer("check k8s --baseline base.json --update-baseline").status == 0);
  CHECK(project.podseer("check k8s --baseline base.json").status == 0);
  project.edit("apiVersion", "# moved\n\n\napiVersion");
  CHECK(project.podseer("check k8s --baseline base.json").status == 0);
  project.edit("name: missing-env", "name: another");
  const Ran ran = project.podseer("check k8s --baseline base.json");
  CHECK(ran.status == 1);
  CHECK(contains(ran.out, "another"));
  CHECK(contains(ran.out, "which is no longer found"));
  CHECK(contains(project.podseer("check k8s --baseline base.json --format unix").out, "base.json:"));
  CHECK(contains(project.podseer("check k8s --baseline base.json --format sarif").out, "\"POD004\""));
  CHECK(project.podseer("check k8s --baseline none.json").status == 2);
  project.write("bad.json", R"({"schema": "podseer/baseline/v1", "findings": [)"
                            "\n"
                            R"({"rule": "POD302"}]})");
  const Ran bad = project.podseer("check k8s --baseline bad.json");
  CHECK(bad.status == 2);
  CHECK(contains(bad.err, "bad.json:2: this entry"));
}

TEST_CASE("the focus tells what touches the files that are named, seen in the whole tree", "[cli]") {
  const Project project;
  project.write("k8s/config.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: missing-config\ndata:\n  apiKey: x\n");
  const Ran named = project.podseer("check --focus k8s/config.yaml --format json");
  CHECK(named.status == 0);
  const Ran pod = project.podseer("check --focus k8s/pod.yaml --format json");
  CHECK(contains(pod.out, "POD302"));
  CHECK_FALSE(contains(pod.out, "POD401"));
  CHECK(project.podseer("check --focus k8s/none.yaml").status == 2);
}

TEST_CASE("standard input replaces the file whose name it bears", "[cli]") {
  const Project project;
  std::string pod = project.text("k8s/pod.yaml");
  pod.replace(pod.find("myapp:latest"), 12, "nginx:1.25.3");
  const Ran ran = project.podseer("check --select POD302 --stdin-filename k8s/pod.yaml - k8s", pod);
  INFO(ran.out << ran.err);
  CHECK(ran.status == 0);
}

TEST_CASE("--show-files lists what is read, excludes left out", "[cli]") {
  const Project project;
  project.write("k8s/old/a.yaml", "a: 1\n");
  CHECK(project.podseer("check --show-files k8s").out == "k8s/old/a.yaml\nk8s/pod.yaml\n");
  CHECK(project.podseer("check --show-files --exclude old k8s").out == "k8s/pod.yaml\n");
  CHECK(project.podseer("check --show-files --exclude old --force-exclude k8s/old/a.yaml k8s/pod.yaml").out ==
        "k8s/pod.yaml\n");
}

}  // namespace podseer::tests
