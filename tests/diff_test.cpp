// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "catch.hpp"
#include "cli/archive.hpp"
#include "cli/cluster_pods.hpp"
#include "cli/fix.hpp"
#include "cli/spawn.hpp"
#include "paths.hpp"

namespace fs = std::filesystem;
using namespace podseer;

namespace {

const char* const kConfig = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {level: info}\n";
const char* const kPod =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - name: web\n      image: nginx:1.27\n"
    "      env:\n        - name: LEVEL   # kept\n          valueFrom: {configMapKeyRef: {name: c, key: level}}\n";

struct Tree {
  fs::path path;
  Tree() {
    char name[] = "/tmp/podseer-diff-XXXXXX";
    REQUIRE(mkdtemp(name) != nullptr);
    path = name;
    write("base/config.yaml", kConfig);
    write("base/pod.yaml", kPod);
    write("head/pod.yaml", kPod);
    write("typo/config.yaml", kConfig);
    std::string typo = kPod;
    typo.replace(typo.find("key: level"), 10, "key: levle");
    write("typo/pod.yaml", typo);
  }
  ~Tree() { fs::remove_all(path); }
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((path / name).parent_path());
    std::ofstream(path / name, std::ios::binary) << text;
  }
  [[nodiscard]] tests::Ran podseer(const std::string& words) const {
    return tests::run("cd '" + path.string() + "' && '" + tests::podseer_binary().string() + "' " + words);
  }
};

}  // namespace

TEST_CASE("diff says which pods newly fail and which are mended", "[cli][diff]") {
  const Tree tree;
  const auto worse = tree.podseer("diff base head --closed-world");
  CHECK(worse.status == 1);
  CHECK(worse.out.find("newly failing") != std::string::npos);
  CHECK(worse.out.find("Pod/default/web: Running -> CreateContainerConfigError") != std::string::npos);
  const auto better = tree.podseer("diff head base --closed-world");
  CHECK(better.status == 0);
  CHECK(better.out.find("mended") != std::string::npos);
  const auto same = tree.podseer("diff base base");
  CHECK(same.status == 0);
  CHECK(same.out.find("nothing changes") != std::string::npos);
  const auto json = tree.podseer("diff base head --closed-world --format json");
  CHECK(json.out.find("\"schema\": \"podseer/diff/v1\"") != std::string::npos);
}

TEST_CASE("diff reads git revisions without touching the work tree", "[cli][diff]") {
  if (!cli::on_path("git")) {
    WARN("git is not installed: skipped");
    return;
  }
  const Tree tree;
  const auto made =
      tests::run("cd '" + tree.path.string() +
                 "/base' && git init -q . && git -c user.name=t -c user.email=t@t.invalid add . && "
                 "git -c user.name=t -c user.email=t@t.invalid commit -qm one && git rm -q config.yaml && "
                 "git -c user.name=t -c user.email=t@t.invalid commit -qm two");
  REQUIRE(made.status == 0);
  const auto ran = tests::run("cd '" + tree.path.string() + "/base' && '" + tests::podseer_binary().string() +
                              "' diff HEAD~1 HEAD --closed-world");
  CHECK(ran.status == 1);
  CHECK(ran.out.find("newly failing") != std::string::npos);
  const auto wrong = tree.podseer("diff base no-such-thing");
  CHECK(wrong.status == 2);
  CHECK(wrong.err.find("no-such-thing") != std::string::npos);
}

TEST_CASE("a cluster's pods are told in the words of kubectl", "[cli][diff]") {
  const std::string pods = R"({"kind": "List", "items": [
    {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web-5d4-abcde", "namespace": "default", "labels": {"pod-template-hash": "5d4"},
      "ownerReferences": [{"kind": "ReplicaSet", "name": "web-5d4"}]},
     "spec": {"containers": [{"name": "a", "image": "x"}]},
     "status": {"phase": "Running", "containerStatuses": [{"name": "a", "ready": false, "restartCount": 4,
       "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]}},
    {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "solo"}, "spec": {"containers": [{"name": "a", "image": "x"}]},
     "status": {"phase": "Running", "containerStatuses": [{"name": "a", "ready": true, "restartCount": 0, "state": {"running": {}}}]}}]})";
  std::map<std::string, cli::OwnerState> owners;
  CHECK(cli::read_cluster_pods(pods, owners).empty());
  REQUIRE(owners.contains("Deployment/default/web"));
  CHECK(owners["Deployment/default/web"].statuses == std::set<std::string>{"CrashLoopBackOff"});
  CHECK(owners["Deployment/default/web"].failing);
  CHECK_FALSE(owners["Pod/default/solo"].failing);
  CHECK_FALSE(cli::read_cluster_pods("just text", owners).empty());
}

TEST_CASE("--diff prints the fix and --fix applies it, keeping comments", "[cli][fix]") {
  const Tree tree;
  const auto shown = tree.podseer("check --diff typo");
  CHECK(shown.status == 1);
  CHECK(shown.out.find("-          valueFrom: {configMapKeyRef: {name: c, key: levle}}\n") != std::string::npos);
  CHECK(shown.out.find("+          valueFrom: {configMapKeyRef: {name: c, key: level}}\n") != std::string::npos);
  const auto fixed = tree.podseer("check --fix typo");
  CHECK(fixed.status == 0);
  CHECK(tests::read_file(tree.path / "typo/pod.yaml") == kPod);
  const auto clean = tree.podseer("check --diff typo");
  CHECK(clean.status == 0);
  CHECK(clean.out.empty());
}

TEST_CASE("a unified diff has three lines of context and joins near changes", "[cli][fix]") {
  std::string before, after;
  for (int i = 0; i < 30; ++i) before += "line " + std::to_string(i) + "\n";
  after = before;
  after.replace(after.find("line 5\n"), 7, "line five\nand more\n");
  after.replace(after.find("line 25\n"), 8, "");
  const std::string text = cli::unified_diff("a.yaml", before, after);
  CHECK(text.find("@@ -3,7 +3,8 @@\n line 2\n") != std::string::npos);
  CHECK(text.find("@@ -23,7 +24,6 @@\n") != std::string::npos);
  CHECK(cli::unified_diff("a.yaml", before, before).empty());
}

TEST_CASE("a tar stream that is cut short or no tar at all is read as far as it goes", "[cli][diff]") {
  CHECK(cli::read_tar("").empty());
  CHECK(cli::read_tar(std::string(511, 'x')).empty());
  std::string header(512, '\0');
  header.replace(0, 6, "a.yaml");
  header.replace(124, 11, "77777777777");
  header[156] = '0';
  CHECK(cli::read_tar(header).empty());
}
