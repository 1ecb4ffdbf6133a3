// SPDX-License-Identifier: Apache-2.0
// What people who run podseer in hooks, pipelines and shells take for granted: a table of small promises.
#include <cstdio>

#include "catch.hpp"
#include "cli/spawn.hpp"
#include "tree.hpp"

namespace podseer::tests {
namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

std::string pod(const std::string& name, const std::string& image) {
  return "apiVersion: v1\nkind: Pod\nmetadata: {name: " + name + "}\nspec: {containers: [{name: c, image: \"" + image +
         "\"}]}\n---\n";
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;  // needs more address space than a limit would leave
#else
constexpr bool kSanitized = false;
#endif

}  // namespace

TEST_CASE("SARIF is the same byte for byte however many threads there are", "[acceptance]") {
  const std::string base =
      "cd " + source_path(".").string() + " && " + podseer_binary().string() + " check --format sarif testdata -j ";
  const Ran one = run(base + "1");
  CHECK(one.out.size() > 1000);
  for (const char* jobs : {"2", "5"}) CHECK(run(base + jobs).out == one.out);
}

TEST_CASE("GitHub gets ten annotations of a level at most, then one line; everything is escaped", "[acceptance]") {
  const Tree tree;
  std::string pods;
  for (int i = 0; i < 30; ++i) pods += pod("p" + std::to_string(i), "MyApp%0A:1");
  for (int i = 0; i < 30; ++i) pods += pod("q" + std::to_string(i), "nosuchimage:1");
  tree.write("a, b:c 100%.yaml", pods);
  const Ran ran = tree.podseer("check --isolated --format github .", "GITHUB_WORKSPACE=$PWD");
  INFO(ran.out);
  CHECK(count(ran.out, "::error file=") == 10);
  CHECK(count(ran.out, "::warning file=") <= 10);
  CHECK(count(ran.out, "::notice file=") <= 10);
  CHECK(contains(ran.out, "file=a%2C b%3Ac 100%25.yaml,line="));
  CHECK(contains(ran.out, "MyApp%250A:1"));
  CHECK(contains(ran.out, " more"));
  const Ran summary = tree.podseer("check --isolated --format markdown .");
  CHECK(summary.out.size() < 1000000);
}

TEST_CASE("rules that do not exist are refused with what was meant", "[acceptance]") {
  const Tree tree;
  tree.write("a.yaml", pod("a", "nginx:1.27"));
  for (const char* words :
       {"check --select POD9999 .", "check --ignore image-not-fuond .", "check --per-file-ignores 'a:POD9999' ."}) {
    const Ran ran = tree.podseer(words);
    INFO(words << "\n" << ran.err);
    CHECK(ran.status == 2);
    CHECK((contains(ran.err, "did you mean 'image-not-found'") || contains(ran.err, "`podseer rules` lists them")));
  }
}

TEST_CASE("texts that are known to break YAML parsers end in time, in little memory, and not by a signal",
          "[acceptance]") {
  std::string deep(20000, '['), bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c < 'k'; ++c) {
    bomb += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 9; ++i) bomb += std::string(i > 0 ? "," : "") + "*" + static_cast<char>(c - 1);
    bomb += "]\n";
  }
  const std::string hazards[] = {",",
                                 "\"foo\",\"bar\"",
                                 "{a: 1}, {b: 2}",
                                 "- a\nb: 1",
                                 "[a]b",
                                 deep,
                                 bomb,
                                 "%%",
                                 "\xef\xbb\xbf"
                                 "a: b\n",
                                 std::string("a: \0b\n", 6),
                                 "\xff\xfe"
                                 "a",
                                 "a:\r\n  b: c\r\nd",
                                 "? ",
                                 "&a",
                                 "*a",
                                 "!!binary x",
                                 "a: |2147483648\n x",
                                 "{a: 1",
                                 "'",
                                 "\"\\",
                                 "--- ---\n---\n...\n...",
                                 std::string(1 << 20, 'x'),
                                 "a: {{ .x }}",
                                 "- - - - -\n- -",
                                 "<<: *x"};
  const std::string limits = kSanitized ? "timeout 60 " : "ulimit -v 1500000; timeout 10 ";
  for (const std::string& text : hazards) {
    for (const char* command : {"check", "forecast"}) {
      const Ran ran = run(limits + podseer_binary().string() + " " + command + " --isolated -", text);
      INFO(command << ": " << text.substr(0, 60) << "\n" << ran.err.substr(0, 300));
      CHECK(ran.status >= 0);
      CHECK(ran.status <= 2);
    }
  }
}

TEST_CASE("what kustomize prints can be piped in", "[acceptance]") {
  if (!cli::on_path("kubectl")) {
    std::printf("acceptance_test: skip: no kubectl here\n");
    return;
  }
  const Tree tree;
  tree.write("kustomization.yaml", "resources: [pod.yaml]\nnamePrefix: prod-\n");
  tree.write("pod.yaml", pod("web", "MyApp"));
  const Ran ran =
      tree.shell("kubectl kustomize . | " + podseer_binary().string() + " check --isolated --format unix -");
  INFO(ran.out << ran.err);
  CHECK(ran.status == 1);
  CHECK(contains(ran.out, "<stdin>:"));
  CHECK(contains(ran.out, "[POD301]"));
}

TEST_CASE("what helm prints can be piped in, and its source comments are heard", "[acceptance]") {
  const std::string rendered =
      "---\n# Source: shop/templates/config.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n---\n"
      "# Source: shop/charts/web/templates/pod.yaml\n" +
      pod("web", "MyApp");
  const Ran ran = run(podseer_binary().string() + " check --isolated -", rendered);
  INFO(ran.out);
  CHECK(ran.status == 1);
  CHECK(contains(ran.out, "rendered from shop/charts/web/templates/pod.yaml"));
  CHECK_FALSE(contains(run(podseer_binary().string() + " check --isolated -", rendered + pod("other", "MyApp")).out,
                       "rendered from shop/templates/config.yaml"));
  CHECK(run("false | " + podseer_binary().string() + " check -").status == 2);
}

TEST_CASE("the first line is enough for head", "[acceptance]") {
  const Ran ran = run("cd " + source_path(".").string() + " && bash -c 'set -o pipefail; " + podseer_binary().string() +
                      " check testdata | head -1'");
  CHECK(ran.err.empty());
  CHECK(count(ran.out, "\n") == 1);
}

TEST_CASE("zsh and fish take their completions", "[acceptance]") {
  for (const char* shell : {"zsh", "fish"}) {
    if (!cli::on_path(shell)) {
      std::printf("acceptance_test: skip: no %s here\n", shell);
      continue;
    }
    const Ran ran =
        run(podseer_binary().string() + " completions " + shell + " >c && " + shell + " -n c; s=$?; rm c; exit $s");
    INFO(shell << ran.err);
    CHECK(ran.status == 0);
    CHECK(ran.err.empty());
  }
  if (!cli::on_path("fish")) return;
  const Ran offered = run(
      podseer_binary().string() +
      " completions fish >c.fish && fish -N -c 'source c.fish; complete -C \"podseer check --fail-on l\"'; rm c.fish");
  INFO(offered.out << offered.err);
  CHECK(contains(offered.out, "likely"));
}

TEST_CASE("a thousand files take less than a second of one core", "[acceptance]") {
  if (kSanitized) return;
  const Tree tree;
  for (int i = 0; i < 500; ++i) {
    const std::string n = std::to_string(i);
    tree.write("k8s/d" + std::to_string(i % 20) + "/pod-" + n + ".yaml", pod("p" + n, "nginx:1.27"));
    tree.write("k8s/d" + std::to_string(i % 20) + "/config-" + n + ".yaml",
               "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c" + n + "}\ndata: {a: b}\n");
  }
  // What people run, where it was built (./dev build); this build is not optimised, and several times slower.
  const std::filesystem::path release = source_path("build/release/podseer");
  const bool optimised = std::filesystem::exists(release);
  const std::string binary = (optimised ? release : podseer_binary()).string();
  const Ran ran = tree.shell("bash -c 'TIMEFORMAT=\"%U %S\"; time " + binary + " check --isolated -j 1 k8s >out'");
  double user = 0, system = 0;
  REQUIRE(std::sscanf(ran.err.c_str(), "%lf %lf", &user, &system) == 2);
  CHECK(ran.status == 0);
  CHECK(user + system < (optimised ? 1.0 : 4.0));  // processor time: other work on the machine does not count
}

TEST_CASE("init writes a configuration that holds, and no second one", "[acceptance]") {
  const Tree tree;
  tree.write("a.yaml", pod("a", "nginx:1.27"));
  CHECK(tree.podseer("init").status == 0);
  const Ran ran = tree.podseer("check --format json");
  CHECK(ran.status == 0);
  CHECK(ran.err.empty());
  CHECK(tree.podseer("init").status == 2);
  // Every line of it is a key that is known.
  (void)tree.shell("sed -i '1,2d; s/^# //; /baseline/d' .podseer.yaml");
  const Ran all = tree.podseer("check --format json a.yaml");
  INFO(all.err);
  CHECK(all.status == 0);
}

TEST_CASE("--show-settings prints what holds, as a configuration that says the same", "[acceptance]") {
  const Tree tree;
  tree.write(".podseer.yaml",
             "cluster: kind\nexclude: [old/]\nseverity: {POD304: note, POD305: off}\nper-file-ignores: {'a*': "
             "[POD302]}\nlang: en\n");
  const Ran first = tree.podseer("check --show-settings --closed-world", "PODSEER_FAIL_ON=certain");
  INFO(first.out << first.err);
  CHECK(first.status == 0);
  CHECK(contains(first.out, "# with .podseer.yaml\n"));
  CHECK(contains(first.out, "# fail-on: from PODSEER_FAIL_ON\n"));
  for (const char* line : {"world: closed\n", "cluster: \"kind\"\n", "fail-on: certain\n", "exclude: [\"old/\"]\n",
                           "ignore: [\"POD305\"]\n"})
    CHECK(contains(first.out, line));
  tree.write(".podseer.yaml", first.out);
  const std::string again = tree.podseer("check --show-settings").out;
  CHECK(again.substr(again.find("world:")) == first.out.substr(first.out.find("world:")));
}

}  // namespace podseer::tests
