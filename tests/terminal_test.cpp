// SPDX-License-Identifier: Apache-2.0
// Colours, secrets and hostile text, as a person at a terminal meets them.
#include "catch.hpp"
#include "paths.hpp"
#include "report/reporter.hpp"
#include "sample_report.hpp"

namespace podseer::tests {
namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Runs podseer on a terminal of its own (Python's pty) with some environment.
std::string on_terminal(const std::string& environment, const std::string& arguments) {
  const std::string script =
      "import os, pty, sys\n"
      "pid, fd = pty.fork()\n"
      "if pid == 0: os.execvp('sh', ['sh', '-c', sys.argv[1]])\n"
      "out = b''\n"
      "while True:\n"
      "    try: piece = os.read(fd, 65536)\n"
      "    except OSError: break\n"
      "    if not piece: break\n"
      "    out += piece\n"
      "os.waitpid(pid, 0)\n"
      "sys.stdout.buffer.write(out)\n";
  return run("cd " + source_path(".").string() + " && python3 - '" +
                 "unset NO_COLOR FORCE_COLOR CLICOLOR_FORCE; TERM=xterm; " + environment + " " +
                 podseer_binary().string() + " " + arguments + "'",
             script)
      .out;
}

}  // namespace

TEST_CASE("colours: the option, NO_COLOR, FORCE_COLOR, TERM, and whether it is a terminal", "[cli]") {
  if (run("python3 -c 'import pty'").status != 0) {
    WARN("skipped: no python3 here to make a terminal with");
    return;
  }
  const std::string check = "check testdata/seed";
  CHECK(contains(on_terminal("", check), "\x1b["));
  CHECK_FALSE(contains(on_terminal("NO_COLOR=1", check), "\x1b["));
  CHECK(contains(on_terminal("NO_COLOR=", check), "\x1b["));
  CHECK_FALSE(contains(on_terminal("TERM=dumb", check), "\x1b["));
  CHECK_FALSE(contains(on_terminal("", check + " --color never"), "\x1b["));
  const std::string piped = "cd " + source_path(".").string() + " && unset NO_COLOR FORCE_COLOR CLICOLOR_FORCE; ";
  CHECK_FALSE(contains(run(piped + podseer_binary().string() + " " + check).out, "\x1b["));
  CHECK(contains(run(piped + "CLICOLOR_FORCE=1 " + podseer_binary().string() + " " + check).out, "\x1b["));
  CHECK_FALSE(
      contains(run(piped + "NO_COLOR=1 FORCE_COLOR=1 " + podseer_binary().string() + " " + check).out, "\x1b["));
  CHECK(
      contains(run(piped + "NO_COLOR=1 " + podseer_binary().string() + " " + check + " --color always").out, "\x1b["));
}

TEST_CASE("values of Secrets and credentials are in no report of any format", "[cli]") {
  const std::string manifest =
      "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata:\n  key: bm90IGJhc2U2NCE\nstringData:\n  other: "
      "plain-secret-1\n---\n"
      "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n    - name: c\n      image: "
      "nosuchimage:1\n      env:\n"
      "        - name: DB_PASSWORD\n          value: hunter2hunter2\n          valueFrom: {configMapKeyRef: {name: "
      "none, key: k}}\n"
      "      args: [--token=tok3n-value, --level=info]\n";
  for (const char* format :
       {"text", "json", "sarif", "github", "unix", "gcc", "junit", "markdown", "html", "codeclimate"}) {
    const Ran ran = run(podseer_binary().string() + " check --format " + format + " -", manifest);
    INFO(format << "\n" << ran.out);
    CHECK(ran.status == 1);
    for (const char* secret : {"bm90IGJhc2U2NCE", "plain-secret-1", "hunter2", "tok3n-value"})
      CHECK_FALSE(contains(ran.out, secret));
  }
}

TEST_CASE("vim reads unix and gcc lines without any setting", "[report]") {
  if (run("command -v vim >/dev/null").status != 0) {
    WARN("skipped: no vim here");
    return;
  }
  for (const char* format : {"unix", "gcc"}) {
    const Ran ran = run("cd " + source_path(".").string() + " && d=$(mktemp -d) && " + podseer_binary().string() +
                        " check --format " + format +
                        " testdata/seed >$d/out; vim -Nu NONE -es -c \"cgetfile $d/out\" -c \"redir! > $d/list\" -c "
                        "'silent clist' -c 'redir END' "
                        "-c 'qa!'; cat $d/list; rm -r $d");
    INFO(ran.out);
    CHECK(contains(ran.out, "testdata/seed/missing-env.yaml:8 col 14"));
    CHECK(contains(ran.out, "testdata/seed/missing-env.yaml:13 col 21"));
  }
}

TEST_CASE("the HTML report loads nothing and escapes the manifest's text", "[report]") {
  const SampleReport sample;
  const std::string html = sample.write(report::check_writer("html"), report::Style{});
  CHECK_FALSE(contains(html, "http:"));
  CHECK_FALSE(contains(html, "https:"));
  CHECK_FALSE(contains(html, "url("));
  CHECK_FALSE(contains(html, "<b>"));
  CHECK(contains(html, "prefers-color-scheme:dark"));
  CHECK(contains(html, "<svg"));
  CHECK(contains(html, "default-src 'none'"));
  const std::string hostile =
      "apiVersion: v1\nkind: Pod\nmetadata: {name: \"<script>alert(1)</script>\"}\nspec: {containers: [{name: \"<img "
      "src=x>\", image: \"</pre><b>\"}]}\n";
  const Ran ran = run(podseer_binary().string() + " check --format html -", hostile);
  CHECK_FALSE(contains(ran.out, "<script>alert"));
  CHECK_FALSE(contains(ran.out, "<img"));
  CHECK_FALSE(contains(ran.out, "</pre><b>"));
}

TEST_CASE("workflow commands cannot be injected by a manifest", "[report]") {
  const std::string hostile =
      "apiVersion: v1\nkind: Pod\nmetadata: {name: \"x\\n::set-output name=a::b\"}\nspec: {containers: [{name: a, "
      "image: \"no\\r\\n::error::fooled\"}]}\n";
  const Ran ran = run(podseer_binary().string() + " check --format github -", hostile);
  std::size_t commands = 0;
  for (std::size_t at = ran.out.find("\n::"); at != std::string::npos; at = ran.out.find("\n::", at + 1)) {
    ++commands;
    const bool ours = ran.out.compare(at + 3, 5, "error") == 0 || ran.out.compare(at + 3, 7, "warning") == 0 ||
                      ran.out.compare(at + 3, 6, "notice") == 0;
    CHECK(ours);
    CHECK(ran.out.compare(at + 1, 9, "::error::") != 0);
  }
  CHECK_FALSE(contains(ran.out, "\r"));
  CHECK(commands < 10);
}

}  // namespace podseer::tests
