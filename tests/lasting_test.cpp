// SPDX-License-Identifier: Apache-2.0
// What scripts that cannot be read look like, for the row of a healthy pod.
#include "process/lasting.hpp"

#include "catch.hpp"
#include "process/predict.hpp"
#include "world_of.hpp"

namespace podseer::tests {

TEST_CASE("some scripts look as if they stayed", "[process]") {
  using process::looks_lasting;
  for (const char* text :
       {"sleep 3600", "x; sleep infinity", "a && exec sleep 1d", "perl -e 'sleep 3600'", "if a; then sleep 900; fi",
        "x & sleep 3600", "import time; time.sleep(3600)", "time.sleep(60 * 60)",
        "HTTPServer(('', 1), H).serve_forever()", "signal.pause()", "tail -n 0 -f /var/log/x",
        "while True:\n  time.sleep(5)", "while true; do x; sleep 5; done", "x &\nwait", "sleep 3600 & wait $!"}) {
    INFO(text);
    CHECK(looks_lasting(text));
  }
  for (const char* text :
       {"sleep 5", "sleep 3600 &", "ok || sleep 3600", "sleep 30; exit 1", "time.sleep(5)",
        "while True:\n  if up(): break\n  time.sleep(5)", "while true; do up && exit 0; sleep 5; done", "tail -n 5 x",
        "waiting", "echo sleepy 3600"}) {
    INFO(text);
    CHECK_FALSE(looks_lasting(text));
  }
}

TEST_CASE("a script that nobody can read says nothing but how it looks", "[process]") {
  const auto outcome_of = [](const std::string& script) {
    const WorldOf world(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  restartPolicy: Never\n  containers: [{name: c, "
        "image: 'debian:12', command: [bash, -c, \"" +
        script + "\"]}]\n");
    const kube::PodTemplate& pod = world.pod("p");
    return process::predict(pod, pod.spec.containers[0], world.world());
  };
  CHECK(outcome_of("coproc cat; sleep 3600").kind == process::Outcome::Kind::Unknown);
  CHECK(outcome_of("coproc cat; sleep 3600").lasts_if_well);
  CHECK_FALSE(outcome_of("coproc cat; sleep 3").lasts_if_well);
  CHECK_FALSE(outcome_of("sleep 3600").lasts_if_well);  // that is known, and said otherwise
}

}  // namespace podseer::tests
