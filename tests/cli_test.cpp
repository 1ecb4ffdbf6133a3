// SPDX-License-Identifier: Apache-2.0
// The program from outside: what it prints where, and how it ends.
#include "catch.hpp"
#include "cli/options.hpp"
#include "paths.hpp"

namespace podseer::tests {
namespace {

Ran podseer(const std::string& arguments, const std::string& input = {}) {
  return run("cd " + source_path(".").string() + " && " + podseer_binary().string() + " " + arguments, input);
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a slip of the pen is answered with what was meant", "[cli]") {
  const struct {
    const char* arguments;
    const char* word;
    const char* meant;
  } slips[] = {
      {"chekc", "'chekc'", "`podseer check`"},
      {"check --formt json .", "'--formt'", "'--format'"},
      {"forecast --format jsn .", "'jsn'", "'json'"},
      {"check --color alwys .", "'alwys'", "'always'"},
      {"check --fail-on likly .", "'likly'", "'likely'"},
      {"help forcast", "'forcast'", "'forecast'"},
  };
  for (const auto& slip : slips) {
    const Ran ran = podseer(slip.arguments);
    INFO(slip.arguments << "\n" << ran.err);
    CHECK(ran.status == 2);
    CHECK(ran.out.empty());
    CHECK(contains(ran.err, slip.word));
    CHECK(contains(ran.err, slip.meant));
  }
}

TEST_CASE("a wrong call ends with 2 and one sentence that names the word", "[cli]") {
  for (const char* arguments :
       {"check no-such-file.yaml", "check --jobs", "check --kubernetes-version 7 .", "forecast --at soon .",
        "check --namespace-labels x .", "check --update-baseline .", "check --images no-such-file testdata/seed",
        "check --cluster no-such-cluster testdata/seed"}) {
    const Ran ran = podseer(arguments);
    INFO(arguments << "\n" << ran.err);
    CHECK(ran.status == 2);
    CHECK(ran.err.starts_with("podseer: error: "));
  }
}

TEST_CASE("empty standard input is an error, since the command before the pipe may have failed", "[cli]") {
  CHECK(podseer("check -", "").status == 2);
  CHECK(podseer("check -", " \n\n").status == 2);
}

TEST_CASE("the output is the same byte for byte however many threads there are", "[cli]") {
  const Ran one = podseer("check -j 1 --format json testdata");
  CHECK(one.out.size() > 1000);
  for (const char* jobs : {"2", "7"})
    CHECK(podseer(std::string("check --format json testdata -j ") + jobs).out == one.out);
}

TEST_CASE("what is refused exists for nobody behind it, on any number of threads", "[cli]") {
  // 150 objects, so that several threads judge them; the Namespace in their middle is refused.
  const auto config_map = [](int number) {
    return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c" + std::to_string(number) + ", namespace: shop}\n---\n";
  };
  std::string text;
  for (int i = 0; i < 75; ++i) text += config_map(i);
  text += "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: 'no spaces here'}}\n---\n";
  for (int i = 75; i < 150; ++i) text += config_map(i);
  const Ran one = podseer("forecast --isolated --closed-world -o json -j 1 -", text);
  // kubectl sends them in this order: those in front of it, too, find no such Namespace on the server,
  // but podseer takes the files for one state; those behind it are judged without it.
  std::size_t refused = 0;
  for (std::size_t at = one.out.find("\"rejected\""); at != std::string::npos;
       at = one.out.find("\"rejected\"", at + 1))
    ++refused;
  CHECK(refused == 76);
  for (const char* jobs : {"2", "4"}) {
    CHECK(podseer(std::string("forecast --isolated --closed-world -o json - -j ") + jobs, text).out == one.out);
  }
}

TEST_CASE("the table has a column for namespaces when there are several, as kubectl get pods -A does", "[cli]") {
  CHECK(podseer("forecast testdata/healthy").out.starts_with("NAMESPACE "));
  CHECK(podseer("forecast testdata/seed").out.starts_with("NAME "));
}

TEST_CASE("moments and versions are read as people write them", "[cli]") {
  CHECK(cli::parse_moment("30s") == 30);
  CHECK(cli::parse_moment("90") == 90);
  CHECK(cli::parse_moment("1m30s") == 90);
  CHECK(cli::parse_moment("2h") == 7200);
  for (const char* wrong : {"", "s", "-3s", "5x", "soon"}) CHECK_FALSE(cli::parse_moment(wrong).has_value());
  cli::Options options;
  CHECK(options.minor_version() == 34);
  for (const char* version : {"1.31", "v1.31", "1.31.4"}) {
    options.kubernetes_version = version;
    CHECK(options.minor_version() == 31);
  }
  for (const char* wrong : {"2.1", "1.", "1.x", "latest"}) {
    options.kubernetes_version = wrong;
    CHECK(options.minor_version() == -1);
  }
}

TEST_CASE("-q leaves the totals out, -qq everything but the exit status", "[cli]") {
  const Ran quiet = podseer("check -q testdata/seed");
  CHECK(quiet.status == 1);
  CHECK_FALSE(contains(quiet.out, "objects ("));
  const Ran silent = podseer("check -qq testdata/seed");
  CHECK(silent.status == 1);
  CHECK(silent.out.empty());
  CHECK(silent.err.empty());
}

TEST_CASE("a directory without manifests is told, and an error only when asked for", "[cli]") {
  const std::string in_empty = "d=$(mktemp -d); " + podseer_binary().string() + " check $d ";
  const Ran ran = run(in_empty + "; s=$?; rmdir $d; exit $s");
  CHECK(ran.status == 0);
  CHECK(contains(ran.err, "nothing to read"));
  CHECK(run(in_empty + "--fail-on-empty; s=$?; rmdir $d; exit $s").status == 2);
}

TEST_CASE("what could not be read or rendered is in SARIF and JSON, and says whether the result is whole", "[cli]") {
  const std::string in_tree =
      "d=$(mktemp -d) && cd $d && mkdir -p chart/templates && printf 'apiVersion: v2\nname: c\nversion: 0.1.0\n' "
      ">chart/Chart.yaml && "
      "printf 'a: {{ .b }}\n' >chart/templates/a.yaml && printf '{{ c }}\n' >chart/templates/b.yaml && ";
  const std::string sarif = podseer_binary().string() + " check --isolated --format sarif . ; rm -r $d";
  const Ran skipped = run(in_tree + "PATH=/nowhere " + sarif);
  INFO(skipped.out << skipped.err);
  CHECK(contains(skipped.out, "\"executionSuccessful\": true"));
  CHECK(contains(skipped.out, "\"text\": \"chart: helm is not on PATH: 2 templates are skipped.\""));
  CHECK(contains(skipped.out, "toolExecutionNotifications"));
  const Ran unread = run(in_tree + "rm -r chart && ln -s nowhere gone.yaml && printf 'a: b\n' >a.yaml && " + sarif);
  INFO(unread.out << unread.err);
  CHECK(contains(unread.out, "\"executionSuccessful\": false"));
  CHECK(contains(unread.out, "\"uri\": \"gone.yaml\""));
  CHECK(contains(unread.err, "gone.yaml"));
  CHECK_FALSE(contains(podseer("check --format sarif testdata/seed").out, "toolExecutionNotifications"));
  CHECK(contains(run(in_tree + "rm -r chart && ln -s nowhere gone.yaml && " + podseer_binary().string() +
                     " check --format json . ; rm -r $d")
                     .out,
                 "\"level\": \"error\""));
}

TEST_CASE("a closed pipe ends the run quietly", "[cli]") {
  const Ran ran = podseer("forecast --format json testdata/seed | head -c 1");
  CHECK(ran.err.empty());
}

TEST_CASE("every command has a help text that begins with examples or usage", "[cli]") {
  for (const char* command : {"check", "forecast", "explain", "rules", "completions", "man", "version"}) {
    const Ran ran = podseer(std::string(command) + " --help");
    INFO(command << "\n" << ran.err);
    CHECK(ran.status == 0);
    CHECK(contains(ran.out, std::string("Usage: podseer ") + command));
  }
}

TEST_CASE("completions can be sourced, and offer commands, options and values", "[cli]") {
  const std::string source =
      "bash --norc --noprofile -c 'source <(" + podseer_binary().string() +
      " completions bash); complete -p podseer; COMP_WORDS=(podseer check --fail-on l); COMP_CWORD=3; "
      "_podseer; echo \"${COMPREPLY[*]}\"; COMP_WORDS=(podseer fore); COMP_CWORD=1; _podseer; echo "
      "\"${COMPREPLY[*]}\"; COMP_WORDS=(podseer check --clo); COMP_CWORD=2; _podseer; echo \"${COMPREPLY[*]}\"'";
  const Ran ran = run(source);
  INFO(ran.out << ran.err);
  CHECK(ran.status == 0);
  CHECK(contains(ran.out, "complete"));
  CHECK(contains(ran.out, "\nlikely\n"));
  CHECK(contains(ran.out, "\nforecast\n"));
  CHECK(contains(ran.out, "\n--closed-world\n"));
  CHECK(podseer("completions tcsh").status == 2);
  CHECK(contains(podseer("completions zsh").out, "#compdef podseer"));
  CHECK(contains(podseer("completions fish").out, "complete -c podseer"));
}

TEST_CASE("the manual page is clean roff and names every command", "[cli]") {
  const Ran page = podseer("man");
  for (const char* command : {"check", "forecast", "explain", "rules", "graph", "diff", "lsp"}) {
    CHECK(contains(page.out, std::string("\n.SH COMMAND ") + command + "\n"));
  }
  if (run("command -v man >/dev/null").status != 0) {
    WARN("skipped: no `man` here to check the page with");
    return;
  }
  const Ran checked = run(podseer_binary().string() + " man | man --warnings -l - 2>&1 >/dev/null");
  INFO(checked.out);
  CHECK(checked.out.empty());
}

TEST_CASE("explain knows codes, names and words of the STATUS column", "[cli]") {
  const Ran code = podseer("explain POD302");
  CHECK(contains(code.out, "POD302"));
  CHECK_FALSE(contains(code.out, "# expect:"));
  CHECK(podseer("explain image-not-found").out == code.out);
  CHECK(podseer("explain pod302").out == code.out);
  CHECK(contains(podseer("explain ImagePullBackOff").out, "POD302"));
  const Ran slip = podseer("explain CrashLopBackOff");
  CHECK(slip.status == 2);
  CHECK(contains(slip.err, "'CrashLoopBackOff'"));
  CHECK(contains(podseer("rules --format json").out, "\"podseer/rules/v1\""));
}

TEST_CASE("a report never overwrites a file that is read", "[cli]") {
  const Ran ran =
      run("d=$(mktemp -d) && cp " + source_path("testdata/seed").string() + "/*.yaml $d && cd $d && " +
          podseer_binary().string() + " check --output crash-test.yaml . ; echo status $?; cmp crash-test.yaml " +
          source_path("testdata/seed/crash-test.yaml").string() + " && echo untouched; rm -r $d");
  CHECK(contains(ran.out, "status 2"));
  CHECK(contains(ran.out, "untouched"));
}

}  // namespace podseer::tests
