// SPDX-License-Identifier: Apache-2.0
// A container that fails is started again in the same pod: it finds what it left in the pod's volumes, and a new root
// file system.
#include <string>

#include "catch.hpp"
#include "process/predict.hpp"
#include "world_of.hpp"

namespace podseer::tests {
namespace {

using process::Outcome;

struct Pod {
  std::string init;  // script of an init container; empty: there is none
  std::string script;
  std::string policy = "Always";
  std::string volume = "emptyDir: {}";
};

Outcome outcome_of(const Pod& made) {
  const std::string mounts = "image: busybox:1.36, volumeMounts: [{name: d, mountPath: /d}], command: [sh, -c, \"";
  std::string text = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  restartPolicy: " + made.policy +
                     "\n  volumes: [{name: d, " + made.volume + "}]\n";
  if (!made.init.empty()) text += "  initContainers: [{name: i, " + mounts + made.init + "\"]}]\n";
  text += "  containers: [{name: c, " + mounts + made.script + "\"]}]\n";
  const WorldOf world(text);
  const kube::PodTemplate& pod = world.pod("p");
  return process::predict(pod, pod.spec.containers[0], world.world());
}

}  // namespace

TEST_CASE("a restart finds what the first start left in a volume", "[process][restarts]") {
  const std::string once = "if [ ! -f /d/ready ]; then touch /d/ready; exit 1; fi; sleep infinity";
  CHECK(outcome_of({"", once}).kind == Outcome::Kind::RunsForever);
  CHECK(outcome_of({"", once, "OnFailure"}).kind == Outcome::Kind::RunsForever);
  CHECK(outcome_of({"", "mkdir /d/lock || exec sleep infinity; exit 3"}).kind == Outcome::Kind::RunsForever);
  // A pod that is not restarted ends with its first start.
  const Outcome never = outcome_of({"", once, "Never"});
  CHECK(never.kind == Outcome::Kind::Exits);
  CHECK(never.exit_code == 1);
}

TEST_CASE("a restart finds a new root file system", "[process][restarts]") {
  const Outcome outcome = outcome_of({"", "if [ ! -f /tmp/ready ]; then touch /tmp/ready; exit 1; fi; sleep infinity"});
  CHECK(outcome.kind == Outcome::Kind::Exits);
  CHECK(outcome.exit_code == 1);
}

TEST_CASE("the third start of an init container may succeed, and leaves what it wrote", "[process][restarts]") {
  const std::string counts = "n=$(cat /d/n 2>/dev/null || echo 0); n=$((n+1)); echo $n > /d/n; [ $n -ge 3 ]";
  CHECK(outcome_of({counts, "[ $(cat /d/n) = 3 ] && exec sleep infinity; exit 9"}).kind == Outcome::Kind::RunsForever);
}

TEST_CASE("a container whose every start fails is told by the first", "[process][restarts]") {
  const Outcome outcome = outcome_of({"", "[ -f /d/log ] || first=3; echo x >> /d/log; exit ${first:-4}"});
  CHECK(outcome.kind == Outcome::Kind::Exits);
  CHECK(outcome.exit_code == 3);
}

TEST_CASE("python -m of what the image lacks fails as an import of it does", "[process][python]") {
  const auto ours = [](const std::string& image, const std::string& command) {
    const WorldOf world(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  volumes: [{name: a, configMap: {name: a}}]\n  "
        "containers:\n  - {name: c, image: '" +
        image + "', workingDir: /a, volumeMounts: [{name: a, mountPath: /a}], command: [" + command +
        "]}\n---\n"
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  app.py: |\n    import sys\n    sys.exit(4)\n");
    const kube::PodTemplate& pod = world.pod("p");
    return process::predict(pod, pod.spec.containers[0], world.world());
  };
  const Outcome flask = ours("python:3.12", "python, -m, flask, run");
  CHECK(flask.kind == Outcome::Kind::Exits);
  CHECK(flask.exit_code == 1);
  CHECK(flask.subject == "flask");
  CHECK(ours("python:3.12", "python, -m, uvicorn.main, 'x:app'").subject == "uvicorn");
  CHECK(ours("python:3.12", "sh, -c, 'pip install flask && python -m flask run'").kind == Outcome::Kind::Unknown);
  CHECK(ours("example.com/team/python-app:1", "python, -m, flask, run").kind == Outcome::Kind::Unknown);
  CHECK(ours("python:3.12", "python, -m, compileall, .").kind == Outcome::Kind::Unknown);
  CHECK(ours("python:3.12", "python, -c, 'import compileall, nntplib; import time; time.sleep(1e9)'").kind ==
        Outcome::Kind::RunsForever);
  CHECK(ours("python:3.12", "python, -m, app").exit_code == 4);
}

}  // namespace podseer::tests
