// SPDX-License-Identifier: Apache-2.0
// Input that nobody means well: the program ends soon, takes little, says what is wrong, and prints
// nothing that the terminal or a CI system would obey.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "catch.hpp"
#include "hostile_run.hpp"
#include "paths.hpp"
#include "report/reporter.hpp"
#include "source/discover.hpp"
#include "source/read.hpp"

namespace fs = std::filesystem;
using namespace podseer;
using namespace podseer::tests;

namespace {

std::string alias_bomb() {
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last + many(9, "," + last) + "]\n";
  }
  return bomb;
}

std::string million_keys() {
  std::string text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: big}\ndata:\n";
  for (int i = 0; i < 1000000; ++i) text += "  k" + std::to_string(i) + ": v\n";
  return text;
}

std::string endless_anchors() {
  std::string text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n";
  for (int i = 0; i < 50000; ++i) text += "  k" + std::to_string(i) + ": &a" + std::to_string(i) + " v\n";
  return text;
}

const std::string kPod =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - {name: web, image: nginx:1.25}\n";

std::string utf16(const std::string& ascii) {
  std::string out = "\xFF\xFE";
  for (const char c : ascii) out += {c, '\0'};
  return out;
}

}  // namespace

TEST_CASE("hostile files end soon, in little memory, with a clear word", "[hostile]") {
  struct Row {
    const char* what;
    std::string bytes;
    double seconds;    // of CPU, in a build without optimisation
    rlim_t megabytes;  // above 60 for the program itself and the stack of a thread
    int status;
    const char* says;  // part of the output
  };
  const std::string head = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n";
  const Row rows[] = {
      {"alias bomb", alias_bomb(), 2, 40, 1, "aliases blow this document up"},
      {"10,000 brackets", many(10000, "["), 2, 40, 1, "POD101"},
      {"10,000 nested mappings", many(10000, "{a: "), 5, 60, 1, "POD101"},
      {"10,000 nested JSON objects", many(10000, "{\"a\":") + "1" + many(10000, "}"), 2, 60, 1,
       "nested more than 400 levels"},
      {"a block 450 levels deep",
       [] {
         std::string s;
         for (std::size_t i = 0; i < 450; ++i) s += std::string(i, ' ') + "a:\n";
         return s;
       }(),
       3, 40, 1, "nested more than 400 levels"},
      {"a scalar of 100 MB", "a: " + std::string(101U << 20U, 'x'), 5, 260, 1, "more than 96 MiB"},
      {"a million keys", million_keys(), 30, 450, 1, "Request entity too large"},
      {"50,000 anchors", endless_anchors(), 5, 60, 0, "no failure predicted"},
      {"a NUL byte", head + std::string("a: \0\n", 5), 1, 40, 1, "a control character cannot stand in YAML: byte 0x00"},
      {"bytes that are not UTF-8", head + "a: \xFF\xFE\n", 1, 40, 1, "this is not UTF-8 text: byte 0xFF"},
      {"a terminal escape", head + "a: \x1b[31m\n", 1, 40, 1, "a control character cannot stand in YAML: byte 0x1B"},
      {"a byte order mark", "\xEF\xBB\xBF" + kPod, 1, 40, 0, "no failure predicted"},
      {"UTF-16", utf16(kPod), 1, 40, 0, "no failure predicted"},
      {"a tab that indents", head + "spec:\n\tcontainers: []\n", 1, 40, 1, "a tab cannot indent; use spaces"},
      {"an unterminated quote", head + "spec: \"x\n", 1, 40, 1, "a quoted text is not closed"},
      {"a stray comma", ",\n" + kPod, 1, 40, 1, "POD10"},
      {"two values and a comma", "\"a\", \"b\"\n", 1, 40, 1, "POD10"},
      {"a million documents", many(300000, "---\n"), 10, 160, 0, ""},
      {"a long line of colons", many(100000, ": "), 5, 40, 1, "POD101"},
      {"a long line of dashes", many(20000, "- "), 5, 60, 1, "POD101"},
      {"quotes without end", many(100000, "\"a\" "), 5, 60, 1, "POD10"},
      {"question marks", many(20000, "? "), 5, 60, 1, "POD101"},
  };
  for (const Row& row : rows) {
    const Scratch scratch;
    (void)scratch.write("f.yaml", row.bytes);
    const Spent spent = podseer_run(scratch, {"check", "--isolated", "f.yaml"}, {.megabytes = 60 + row.megabytes});
    INFO(row.what << ": status " << spent.status << ", " << spent.cpu << " s\n"
                  << spent.out.substr(0, 1500) << spent.err.substr(0, 500));
    CHECK(spent.status == row.status);
    CHECK(spent.cpu < row.seconds * kSlower);
    CHECK((spent.out + spent.err).find(row.says) != std::string::npos);
    CHECK((spent.out + spent.err).find('\x1b') == std::string::npos);
    CHECK(spent.out.size() < 200000);
  }
  const Scratch scratch;
  std::string crlf = kPod;
  for (std::size_t at = 0; (at = crlf.find('\n', at)) != std::string::npos; at += 2) crlf.replace(at, 1, "\r\n");
  (void)scratch.write("f.yaml", crlf);
  CHECK(podseer_run(scratch, {"check", "--isolated", "f.yaml"}).status == 0);
}

TEST_CASE("hostile directories: loops, pipes, devices and files that go", "[hostile]") {
  const Scratch scratch;
  fs::create_directory(scratch.root() / "d");
  (void)scratch.write("d/a.yaml", kPod);
  fs::create_directory_symlink(scratch.root() / "d", scratch.root() / "d/loop");
  fs::create_symlink("self.yaml", scratch.root() / "d/self.yaml");
  REQUIRE(mkfifo((scratch.root() / "d/pipe.yaml").c_str(), 0600) == 0);
  const Spent walked = podseer_run(scratch, {"check", "--isolated", "d"});
  INFO(walked.out << walked.err);
  CHECK(walked.status == 0);
  CHECK(walked.cpu < 2 * kSlower);
  CHECK(walked.err.find("d/self.yaml") != std::string::npos);
  for (const char* path : {"d/pipe.yaml", "/dev/zero", "d/missing.yaml"}) {
    const Spent named = podseer_run(scratch, {"check", "--isolated", path});
    INFO(path << named.out << named.err);
    CHECK(named.status == 2);
    CHECK(named.err.find(path) != std::string::npos);
    CHECK(named.cpu < 2 * kSlower);
  }
  if (geteuid() != 0) {
    (void)scratch.write("d/secret.yaml", kPod);
    fs::permissions(scratch.root() / "d/secret.yaml", fs::perms::none);
    CHECK(podseer_run(scratch, {"check", "--isolated", "d"}).err.find("permission denied") != std::string::npos);
  }
  // Gone between being found and being read.
  const source::Discovery found = source::discover({(scratch.root() / "d").string()});
  REQUIRE(found.files.size() == 1);
  fs::remove(scratch.root() / "d/a.yaml");
  CHECK(source::read_input(found.files[0].path).failure().sentence == "no such file or directory");
}

TEST_CASE("what is asked for with terminal escapes is answered without them", "[hostile]") {
  const Scratch scratch;
  const std::string evil = "\x1b[31mevil\x07\n::error::pwned\xE2\x80\xAE";
  (void)scratch.write("f.yaml", kPod);
  (void)scratch.write("evil.txt", evil + ": x\n");
  (void)scratch.write("cluster.yaml", "apiVersion: v1\nkind: List\nitems: \x1b[31m\n");
  const std::vector<std::vector<std::string>> calls = {{"check", evil},
                                                       {"check", "--format", evil, "f.yaml"},
                                                       {"check", "--" + evil, "f.yaml"},
                                                       {evil},
                                                       {"check", "--cluster", evil, "f.yaml"},
                                                       {"check", "--images", evil, "f.yaml"},
                                                       {"check", "--config", evil, "f.yaml"},
                                                       {"check", "--config", "evil.txt", "f.yaml"},
                                                       {"check", "--images", "evil.txt", "f.yaml"},
                                                       {"check", "--baseline", "evil.txt", "f.yaml"},
                                                       {"check", "--files-from", "evil.txt"},
                                                       {"check", "--select", evil, "f.yaml"},
                                                       {"check", "--output", "json=/no/" + evil, "f.yaml"},
                                                       {"check", "--kubernetes-version", evil, "f.yaml"},
                                                       {"check", "--cluster", "cluster.yaml", "f.yaml"},
                                                       {"check", "--focus", evil},
                                                       {"check", "--namespace-labels", evil, "f.yaml"},
                                                       {"check", "--fail-on", evil, "f.yaml"},
                                                       {"forecast", "--at", evil, "f.yaml"},
                                                       {"explain", evil},
                                                       {"help", evil},
                                                       {"completions", evil},
                                                       {"diff", evil, evil},
                                                       {"graph", evil},
                                                       {"diff", "--cluster-pods", evil, "f.yaml"},
                                                       {"diff", "--format", evil, "f.yaml", "f.yaml"},
                                                       {"graph", "--format", evil, "f.yaml"}};
  for (const auto& call : calls) {
    const Spent spent = podseer_run(scratch, call);
    const std::string all = "\n" + spent.out + "\n" + spent.err;
    INFO(call[0] << " " << (call.size() > 1 ? call[1] : "") << "\n" << all);
    CHECK(spent.status == 2);
    CHECK(all.find('\x1b') == std::string::npos);
    CHECK(all.find('\x07') == std::string::npos);
    CHECK(all.find("\n::error::p") == std::string::npos);
    CHECK(all.find("\xE2\x80\xAE") == std::string::npos);
  }
}

TEST_CASE("files that come, go and change while a directory is read", "[hostile]") {
  const Scratch scratch;
  fs::create_directory(scratch.root() / "d");
  for (int i = 0; i < 200; ++i) (void)scratch.write("d/" + std::to_string(i) + ".yaml", kPod);
  const pid_t other = fork();
  REQUIRE(other >= 0);
  if (other == 0) {
    alarm(60);
    for (int i = 0;; i = (i + 7) % 200) {
      const std::string name = (scratch.root() / "d" / (std::to_string(i) + ".yaml")).string();
      if (i % 3 == 0) unlink(name.c_str());
      const int out = open(name.c_str(), O_WRONLY | O_CREAT | (i % 3 == 1 ? O_TRUNC : O_APPEND), 0600);
      if (lseek(out, 0, SEEK_END) > 16384) (void)!ftruncate(out, 0);  // it grows, but not without end
      (void)!write(out, kPod.data(), i % 2 == 0 ? kPod.size() : kPod.size() / 2);
      close(out);
    }
  }
  for (int i = 0; i < 10; ++i) {
    const Spent spent = podseer_run(scratch, {"check", "--isolated", "--fail-on", "never", "d"});
    INFO(spent.status << spent.err);
    CHECK(spent.status == 0);
  }
  kill(other, SIGKILL);
  waitpid(other, nullptr, 0);
}

TEST_CASE("files that may not be read are told, and the others are read", "[hostile]") {
  const Scratch scratch;
  fs::create_directory(scratch.root() / "d");
  (void)scratch.write("d/a.yaml", kPod);
  (void)scratch.write("d/b.yaml", kPod);
  fs::permissions(scratch.root() / "d/b.yaml", fs::perms::none);
  const bool root = geteuid() == 0;
  const Spent spent = podseer_run(scratch, {"check", "--isolated", "d"}, {.as_nobody = root});
  if (spent.status == 98) return;  // the checkout itself is not for everybody
  INFO(spent.status << spent.out << spent.err);
  CHECK((spent.out + spent.err).find("permission denied") != std::string::npos);
  CHECK((spent.out + spent.err).find("1 object") != std::string::npos);
}

TEST_CASE("a file that grows while it is read ends at the limit", "[hostile]") {
  const Scratch scratch;
  const fs::path file = scratch.write("grows.yaml", "a: 1\n");
  const pid_t writer = fork();
  REQUIRE(writer >= 0);
  if (writer == 0) {
    alarm(60);
    const int out = open(file.c_str(), O_WRONLY | O_APPEND);
    const std::string block(1U << 16U, 'x');
    for (int i = 0; i < 2000; ++i) (void)!write(out, block.data(), block.size());
    _exit(0);
  }
  for (int i = 0; i < 20; ++i) {
    const auto bytes = source::read_input(file.string(), std::size_t{4} << 20U);
    CHECK((bytes.ok() ? bytes->size() <= (std::size_t{4} << 20U) : bytes.failure().sentence == "is larger than 4 MiB"));
  }
  kill(writer, SIGKILL);
  waitpid(writer, nullptr, 0);
}

TEST_CASE("a full disk and a closed pipe are told, not survived by half a report", "[hostile]") {
  const Scratch scratch;
  (void)scratch.write("f.yaml", kPod);
  const Spent full = podseer_run(scratch, {"check", "--isolated", "f.yaml"}, {.to = "/dev/full"});
  CHECK(full.status == 2);
  CHECK(!full.err.empty());
  const tests::Ran piped = tests::run("cd " + scratch.root().string() + " && { " + tests::podseer_binary().string() +
                                      " rules; echo $? >status; } | true; cat status");
  CHECK(piped.err.empty());
  CHECK((piped.out == "0\n" || piped.out == "141\n"));
  // A report never replaces what was read.
  const Spent onto = podseer_run(scratch, {"check", "--isolated", "--output", "json=f.yaml", "f.yaml"});
  INFO(onto.out << onto.err);
  CHECK(onto.status == 2);
  CHECK(tests::read_file(scratch.root() / "f.yaml") == kPod);
}

TEST_CASE("a big file of many documents gives the same for every number of threads", "[hostile]") {
  const Scratch scratch;
  std::string text;
  for (int i = 0; i < 3000; ++i) {
    text += "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c" + std::to_string(i) +
            "\n  nmae: x\ndata:\n  filler: " + std::string(60, 'x') + "\n";
  }
  (void)scratch.write("f.yaml", text + "---\na: b: c\n");
  const Spent one = podseer_run(scratch, {"check", "--isolated", "-j", "1", "--format", "json", "f.yaml"});
  const Spent four = podseer_run(scratch, {"check", "--isolated", "-j", "4", "--format", "json", "f.yaml"});
  CHECK(one.status == 1);
  CHECK(one.out == four.out);
  CHECK(one.out.find("POD101") != std::string::npos);
}

TEST_CASE("1,200 long paths are one run", "[hostile]") {
  const Scratch scratch;
  const std::string directory(200, 'd');
  fs::create_directory(scratch.root() / directory);
  std::vector<std::string> arguments = {"check", "--isolated"};
  for (int i = 0; i < 1200; ++i) {
    const std::string name = directory + "/" + std::to_string(i) + ".yaml";
    (void)scratch.write(name, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c" + std::to_string(i) + "}\n");
    arguments.push_back(name);
  }
  const Spent spent = podseer_run(scratch, arguments);
  INFO(spent.out << spent.err);
  CHECK(spent.status == 0);
  CHECK(spent.out.find("1200 objects") != std::string::npos);
  CHECK(spent.cpu < 5 * kSlower);
}

TEST_CASE("nothing in a manifest or a path speaks to the terminal or to CI", "[hostile]") {
  const Scratch scratch;
  const std::string evil =
      "apiVersion: v1\nkind: Pod\nmetadata:\n  name: \"a\\e[31m\\n::error::pwned\\r##vso[task.complete]\"\nspec:\n"
      "  containers:\n  - name: \"</testcase>\\u202e&\"\n    image: \"A B\\n::set-output name=x::y\"\n";
  (void)scratch.write("\x1b[31mevil\n::error::path.yaml", evil);
  for (const std::string_view format : report::check_formats()) {
    const Spent spent = podseer_run(scratch, {"check", "--isolated", "--format", std::string(format), "."});
    INFO(format << "\n" << spent.out << spent.err);
    CHECK(spent.status == 1);
    const std::string all = "\n" + spent.out + "\n" + spent.err;
    CHECK(all.find('\x1b') == std::string::npos);
    CHECK(all.find("\n::error::p") == std::string::npos);
    CHECK(all.find("\n::set-output") == std::string::npos);
    CHECK(all.find("\n##vso[task.complete]") == std::string::npos);
    CHECK(all.find("\r##vso") == std::string::npos);
    if (format == "text" || format == "unix") CHECK(all.find("\xE2\x80\xAE") == std::string::npos);
  }
}

TEST_CASE("no report shows the value of a secret", "[hostile]") {
  const Scratch scratch;
  const std::string canary = "c4n4ry-hunter2";
  (void)scratch.write(
      "f.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: s, lables: {}}\nstringData:\n  password: " + canary +
                    "\n"
                    "data:\n  token: " +
                    canary +
                    "!\n---\n"
                    "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    image: "
                    "Nginx\n    env:\n"
                    "    - {name: DB_PASSWORD, value: " +
                    canary + ", valu: x}\n    - {name: API_TOKEN, value: " + canary +
                    "}\n"
                    "    command: [sh, -c, 'echo $DB_PASSWORD; exit 1']\n");
  (void)scratch.write(
      "broken.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: t}\nstringData:\n  password: " + canary + ": x\n");
  for (const std::string_view format : report::check_formats()) {
    const Spent spent = podseer_run(scratch, {"check", "--isolated", "--format", std::string(format), "."});
    INFO(format << "\n" << spent.out << spent.err);
    CHECK(spent.status == 1);
    CHECK((spent.out + spent.err).find(canary) == std::string::npos);
  }
  for (const std::string_view format : report::forecast_formats()) {
    const Spent spent = podseer_run(scratch, {"forecast", "--isolated", "--format", std::string(format), "."});
    INFO(format << "\n" << spent.out << spent.err);
    CHECK((spent.out + spent.err).find(canary) == std::string::npos);
  }
}
