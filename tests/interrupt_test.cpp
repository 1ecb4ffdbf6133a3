// SPDX-License-Identifier: Apache-2.0
// Ended from outside, out of memory or out of disk: no half-written file stays, and the exit status says why.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <new>
#include <string>
#include <vector>

#include "catch.hpp"
#include "cli/interrupt.hpp"
#include "cli/spawn.hpp"
#include "cli/write_file.hpp"
#include "hostile_run.hpp"
#include "paths.hpp"
#include "yaml/document.hpp"

namespace fs = std::filesystem;
using namespace podseer;
using tests::Scratch;

namespace {

/// Runs `work` in a child process, its standard error silenced; its wait status.
int in_child(const std::function<void()>& work) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGSEGV, SIGABRT}) std::signal(signal, SIG_DFL);  // Catch's own
    alarm(60);
    const int null = open("/dev/null", O_WRONLY);
    dup2(null, STDERR_FILENO);
    cli::end_cleanly();
    work();
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return status;
}

int exit_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status); }

/// Half a file is there; then `what` happens.
int half_written(const Scratch& scratch, const std::function<void()>& what) {
  return exit_of(in_child([&] {
    cli::Unfinished file((scratch.root() / "report.json").string());
    if (file.descriptor() < 0 || write(file.descriptor(), "half", 4) != 4) _exit(90);
    what();
    _exit(91);
  }));
}

}  // namespace

TEST_CASE("a signal while a file is written leaves the old file and nothing beside it", "[interrupt]") {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    const Scratch scratch;
    (void)scratch.write("report.json", "old");
    INFO(strsignal(signal));
    CHECK(half_written(scratch, [&] { raise(signal); }) == 128 + signal);
    CHECK(scratch.names() == std::vector<std::string>{"report.json"});
    CHECK(tests::read_file(scratch.root() / "report.json") == "old");
  }
}

TEST_CASE("no memory and stray exceptions end with a status and without leftovers", "[interrupt]") {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  const Scratch scratch;
  CHECK(half_written(scratch, [] {
          const rlimit limit{rlim_t{512} << 20U, rlim_t{512} << 20U};
          setrlimit(RLIMIT_DATA, &limit);
          std::vector<std::string> hold;
          for (;;) hold.emplace_back(16U << 20U, 'x');
        }) == 2);
  CHECK(scratch.names().empty());
#endif
  const Scratch other;
  CHECK(half_written(other, [] { std::terminate(); }) == 3);
  CHECK(other.names().empty());
}

TEST_CASE("a signal that is ignored stays ignored", "[interrupt]") {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    std::signal(SIGHUP, SIG_IGN);  // nohup
    cli::end_cleanly();
    raise(SIGHUP);
    _exit(7);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(exit_of(status) == 7);
}

TEST_CASE("the program that we wait for ends with us", "[interrupt]") {
  const Scratch scratch;
  const std::string pid_file = (scratch.root() / "pid").string();
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_DFL);
    cli::end_cleanly();
    (void)cli::spawn(
        {"sh", "-c", "echo $$ >" + pid_file + ".new; mv " + pid_file + ".new " + pid_file + "; exec sleep 60"});
    _exit(0);
  }
  for (int i = 0; i < 500 && !fs::exists(pid_file); ++i) usleep(10000);
  const pid_t grandchild = static_cast<pid_t>(std::stol(tests::read_file(pid_file)));
  kill(child, SIGTERM);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(exit_of(status) == 128 + SIGTERM);
  bool gone = false;
  for (int i = 0; i < 500 && !gone; ++i) {
    // Nobody may collect an orphan here: a zombie is gone as well.
    std::ifstream stat("/proc/" + std::to_string(grandchild) + "/stat");
    std::string word;
    gone = !(stat >> word >> word >> word) || word == "Z";
    if (!gone) usleep(10000);
  }
  CHECK(gone);
}

TEST_CASE("programs that are started end by a closed pipe as usual", "[interrupt]") {
  const int status = in_child([] { _exit(cli::spawn({"sh", "-c", "kill -PIPE $$; exit 0"}).status == -1 ? 5 : 6); });
  CHECK(exit_of(status) == 5);
}

TEST_CASE("the whole program, ended at any moment, leaves a whole report or none", "[interrupt]") {
  const Scratch scratch;
  std::string text;
  for (int i = 0; i < 3000; ++i)
    text += "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c" + std::to_string(i) + ", nmae: x}\n";
  (void)scratch.write("f.yaml", text);
  int ended = 0;
  for (useconds_t after = 2000; after < 1500000; after = after * 3 / 2) {
    sigset_t terms, before;  // held until the child has let go of Catch's handlers, which are not safe in it
    sigemptyset(&terms);
    sigaddset(&terms, SIGTERM);
    REQUIRE(sigprocmask(SIG_BLOCK, &terms, &before) == 0);
    const pid_t child = fork();
    if (child == 0) {
      for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, SIG_DFL);
      sigprocmask(SIG_SETMASK, &before, nullptr);
      alarm(120);
      if (chdir(scratch.root().c_str()) != 0) _exit(99);
      const int null = open("/dev/null", O_WRONLY);
      dup2(null, STDOUT_FILENO);
      execl(tests::podseer_binary().c_str(), "podseer", "check", "--isolated", "--output", "json=report.json",
            "--output", "sarif=report.sarif", "f.yaml", nullptr);
      _exit(98);
    }
    REQUIRE(sigprocmask(SIG_SETMASK, &before, nullptr) == 0);
    REQUIRE(child >= 0);
    usleep(after);
    kill(child, SIGTERM);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    ended += exit_of(status) == 128 + SIGTERM ? 1 : 0;
    INFO("after " << after << " us: " << exit_of(status));
    // Before main() has begun, a signal still ends the process by itself.
    CHECK((exit_of(status) == 128 + SIGTERM || exit_of(status) == -SIGTERM || exit_of(status) == 1));
    for (const std::string& name : scratch.names()) {
      CHECK((name == "f.yaml" || name == "report.json" || name == "report.sarif"));
      if (name == "f.yaml") continue;
      const std::string report = tests::read_file(scratch.root() / name);
      CHECK_FALSE(yaml::parse(0, report).failed());
      CHECK(report.ends_with("}\n"));
      fs::remove(scratch.root() / name);
    }
    if (exit_of(status) == 1) break;  // it was through
  }
  CHECK(ended > 0);
}

TEST_CASE("a disk that is full leaves the old report", "[interrupt]") {
  const Scratch scratch;
  (void)scratch.write("report.json", "old");
  const int status = in_child([&] {
    const rlimit limit{100, 100};  // bytes in any file
    setrlimit(RLIMIT_FSIZE, &limit);
    const std::string wrong = cli::write_file_whole((scratch.root() / "report.json").string(), std::string(5000, 'x'));
    _exit(wrong.find("report.json") != std::string::npos ? 4 : 5);
  });
  CHECK(exit_of(status) == 4);
  CHECK(scratch.names() == std::vector<std::string>{"report.json"});
  CHECK(tests::read_file(scratch.root() / "report.json") == "old");
}

TEST_CASE("a report goes where a link leads, keeps the mode, and fits beside a long name", "[interrupt]") {
  const Scratch scratch;
  const fs::path target = scratch.write("target.json", "old");
  fs::permissions(target, fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("target.json", scratch.root() / "link.json");
  CHECK(cli::write_file_whole((scratch.root() / "link.json").string(), "new").empty());
  CHECK(fs::is_symlink(scratch.root() / "link.json"));
  CHECK(tests::read_file(target) == "new");
  CHECK((fs::status(target).permissions() & fs::perms::all) == (fs::perms::owner_read | fs::perms::owner_write));
  const std::string long_name(255, 'n');
  CHECK(cli::write_file_whole((scratch.root() / long_name).string(), "x").empty());
  CHECK_FALSE(cli::write_file_whole((scratch.root() / "no" / "such" / "place").string(), "x").empty());
  CHECK_FALSE(cli::write_file_whole(scratch.root().string(), "x").empty());
  CHECK(scratch.names() == std::vector<std::string>{"link.json", long_name, "target.json"});
}

TEST_CASE("closed standard streams are never taken for files", "[interrupt]") {
  const Scratch scratch;
  (void)scratch.write("f.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: web, nmae: x}\n");
  const std::string podseer = "cd " + scratch.root().string() + " && " + tests::podseer_binary().string();
  CHECK(tests::run(podseer + " check --isolated f.yaml >&-").status == 2);
  CHECK(tests::run(podseer + " check --isolated - <&-").status == 2);
  CHECK(tests::run(podseer + " check --isolated --output json=r.json f.yaml missing.yaml 2>&-").status == 2);
  CHECK(tests::run(podseer + " check --isolated --output json=r.json f.yaml <&- 2>&-").status == 1);
  CHECK_FALSE(yaml::parse(0, tests::read_file(scratch.root() / "r.json")).failed());
}
