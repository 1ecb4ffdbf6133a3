// SPDX-License-Identifier: Apache-2.0
// The shell reader where no real shell can be asked: networks, other users, read-only mounts, unknown values,
// the place of the deciding word, secrets, and its limits.
#include "catch.hpp"

#include <map>

#include "process/shell.hpp"

namespace {

using namespace podseer::process;
using Kind = Outcome::Kind;

/// A small container: root owns /etc and /app, everybody may write to /tmp, /config is a ConfigMap volume.
class SmallFiles final : public FileSystem {
 public:
  FileInfo stat(std::string_view path) const override {
    FileInfo info;
    static const std::map<std::string_view, std::uint32_t> kDirectories = {
        {"/", 0755}, {"/etc", 0755}, {"/app", 0755}, {"/tmp", 01777}, {"/config", 0777}};
    if (const auto found = kDirectories.find(path); found != kDirectories.end()) {
      info.kind = FileInfo::Kind::Directory;
      info.mode = found->second;
      info.read_only = path == "/config";
    } else if (path == "/config/run.sh") {
      info.kind = FileInfo::Kind::File;
      info.read_only = true;
    } else if (path == "/dev/null") {
      info.kind = FileInfo::Kind::Device;
      info.mode = 0666;
    } else if (path.starts_with("/mystery")) {
      info.kind = FileInfo::Kind::Unknown;
    } else {
      info.read_only = path.starts_with("/config/");
    }
    return info;
  }
  std::optional<std::string> read(std::string_view path) const override {
    if (path == "/config/run.sh") return "#!/bin/sh\necho one\nexit 23\n";
    return std::nullopt;
  }
  std::optional<std::vector<std::string>> list(std::string_view path) const override {
    if (path == "/config") return std::vector<std::string>{"run.sh"};
    if (path == "/tmp" || path == "/app") return std::vector<std::string>{};
    return std::nullopt;
  }
};

class BusyboxCommands final : public Commands {
 public:
  Command find(std::string_view name, const Value&) const override {
    const std::string base(name.substr(name.rfind('/') == std::string_view::npos ? 0 : name.rfind('/') + 1));
    Command command;
    command.path = "/bin/" + base;
    command.tools = Tools::Busybox;
    command.state = Command::State::Found;
    if (base == "mystery") {
      command.tools = Tools::Unknown;
      return command;
    }
    if (base == "bash" || base == "curl") {
      command.state = Command::State::Missing;
      return command;
    }
    command.program = base == "sh" ? "ash" : base;
    return command;
  }
};

class FixedNetwork final : public Network {
 public:
  explicit FixedNetwork(Answer answer) : answer_(answer) {}
  Answer reachable(std::string_view, std::int64_t) const override { return answer_; }
  Answer resolves(std::string_view) const override { return answer_; }

 private:
  Answer answer_;
};

ShellResult read(const std::string& script, Answer network = Answer::Unknown, std::int64_t uid = 0,
                 std::map<std::string, Value> env = {}) {
  static const SmallFiles files;
  static const BusyboxCommands commands;
  const FixedNetwork answers(network);
  ShellInput input;
  input.argv = {std::string("sh"), std::string("-c"), script};
  input.env = std::move(env);
  input.env.emplace("PATH", Value::known("/bin"));
  input.uid = input.gid = uid;
  input.files = &files;
  input.commands = &commands;
  input.network = &answers;
  return run_command(input);
}

}  // namespace

TEST_CASE("A loop until a host answers waits for that host, and what follows is told", "[process][shell]") {
  const std::string script = "until nc -z db 5432; do sleep 2; done; exec httpd -f -p 8080";
  const ShellResult absent = read(script, Answer::No);
  REQUIRE(absent.outcome.kind == Kind::WaitsFor);
  CHECK(absent.outcome.sureness == Outcome::Sureness::Certain);
  CHECK(absent.outcome.dependency->host == "db");
  CHECK(absent.outcome.dependency->port == 5432);
  REQUIRE(absent.after.has_value());
  CHECK(absent.after->kind == Kind::RunsForever);
  CHECK(read(script, Answer::Unknown).outcome.sureness == Outcome::Sureness::Possible);
  const ShellResult there = read(script, Answer::Yes);
  CHECK(there.outcome.kind == Kind::RunsForever);
  CHECK(there.outcome.listens == std::vector<std::int64_t>{8080});
}

TEST_CASE("A loop that only asks runs for ever, and one that gives up ends", "[process][shell]") {
  CHECK(read("while true; do wget -q -O /dev/null http://api/health; sleep 5; done", Answer::No).outcome.kind ==
        Kind::RunsForever);
  const ShellResult gives_up =
      read("i=0; until nc -z 127.0.0.1 5432; do i=$((i+1)); [ $i -ge 4 ] && exit 9; sleep 2; done", Answer::No);
  REQUIRE(gives_up.outcome.kind == Kind::Exits);
  CHECK(gives_up.outcome.exit_code == 9);
  CHECK(gives_up.outcome.earliest == 6.0);
  CHECK(gives_up.outcome.latest == 6.0);
}

TEST_CASE("The deciding word is pointed at", "[process][shell]") {
  const std::string script = "sleep 5; echo bye; exit 4";
  const ShellResult result = read(script);
  REQUIRE(result.place.argument == 2);
  CHECK(script.substr(result.place.begin, result.place.end - result.place.begin) == "exit 4");
  CHECK(result.outcome.log == "bye");
  CHECK(result.outcome.earliest == 5.0);
  const ShellResult file = read("sh /config/run.sh");
  CHECK(file.outcome.exit_code == 23);
  CHECK(file.place.path == "/config/run.sh");
  CHECK(file.place.begin == 19U);
}

TEST_CASE("Unknown values give an answer only where it does not hang on them", "[process][shell]") {
  const std::map<std::string, Value> env = {{"MODE", Value::unknown()}};
  CHECK(read("[ -z \"$MODE\" ] && exit 1; sleep infinity", Answer::Unknown, 0, env).outcome.kind == Kind::Unknown);
  CHECK(read("case $MODE in a) x=1;; *) x=2;; esac; exit 7", Answer::Unknown, 0, env).outcome.exit_code == 7);
  CHECK(read("echo \"$(date) $(hostname)\" > /tmp/x; [ -s /tmp/x ] && exit 3").outcome.exit_code == 3);
  CHECK(read("mystery; exit 3").outcome.kind == Kind::Unknown);
  CHECK(read("mystery & exit 3").outcome.kind == Kind::Exits);
  CHECK(read("[ -f /mystery/x ] || exit 1; exit 0").outcome.kind == Kind::Unknown);
}

TEST_CASE("Permissions and read-only mounts decide what can be written", "[process][shell]") {
  CHECK(read("set -e; echo x > /app/x; exit 3", Answer::Unknown, 0).outcome.exit_code == 3);
  const ShellResult user = read("set -e; echo x > /app/x; exit 3", Answer::Unknown, 1000);
  CHECK(user.outcome.exit_code == 1);
  CHECK(user.outcome.cause == Outcome::Cause::NotWritable);
  CHECK(user.outcome.log == "sh: can't create /app/x: Permission denied");
  CHECK(read("echo x > /tmp/x && exit 3", Answer::Unknown, 1000).outcome.exit_code == 3);
  CHECK(read("mkdir /app/data || exit 5", Answer::Unknown, 1000).outcome.exit_code == 5);
  const ShellResult mount = read("sed -i s/one/two/ /config/run.sh || exit 6");
  CHECK(mount.outcome.exit_code == 6);
  CHECK(read("cp /config/run.sh /tmp/run.sh && chmod +x /tmp/run.sh && /tmp/run.sh").outcome.exit_code == 23);
  CHECK(read("touch /config/x").outcome.exit_code == 1);
}

TEST_CASE("What is missing is named", "[process][shell]") {
  const ShellResult variable = read(": \"${DB_HOST:?must be set}\"; exit 0");
  CHECK(variable.outcome.exit_code == 2);
  CHECK(variable.missing_variable == "DB_HOST");
  CHECK(variable.outcome.log == "sh: DB_HOST: must be set");
  const ShellResult tool = read("curl -s http://x");
  CHECK(tool.outcome.exit_code == 127);
  CHECK(tool.missing_command == "curl");
  CHECK(tool.outcome.log == "sh: curl: not found");
  CHECK(read("echo a; if true; then exit 0").syntax_error);
}

TEST_CASE("Secrets are not shown", "[process][shell]") {
  const std::map<std::string, Value> env = {{"TOKEN", Value::known("hunter2-secret", true)}};
  const ShellResult echoed = read("echo \"token is $TOKEN\"; exit 1", Answer::Unknown, 0, env);
  CHECK(echoed.outcome.log == "token is ***");
  const ShellResult run = read("cat /tmp/$TOKEN", Answer::Unknown, 0, env);
  CHECK(run.outcome.exit_code == 1);
  CHECK(run.outcome.log.find("hunter2") == std::string::npos);
  CHECK(run.outcome.explanation.find("hunter2") == std::string::npos);
  CHECK(run.outcome.subject.find("hunter2") == std::string::npos);
}

TEST_CASE("A shell as process 1 hears SIGTERM only with a trap", "[process][shell]") {
  CHECK_FALSE(read("while true; do sleep 1; done").outcome.handles_term);
  CHECK(read("trap 'exit 0' TERM; while true; do sleep 1; done").outcome.handles_term);
}

TEST_CASE("Hostile scripts end the reading, not the reader", "[process][shell]") {
  std::string deep;
  for (int i = 0; i < 20000; ++i) deep += "$((";
  CHECK(read(deep).outcome.kind != Kind::RunsForever);
  std::string groups;
  for (int i = 0; i < 20000; ++i) groups += "{ ";
  CHECK(read(groups + "exit 3").outcome.kind == Kind::Unknown);
  CHECK(read("f() { f; }; f").outcome.kind == Kind::Unknown);
  CHECK(read("x=aaaaaaaaaaaaaaaa; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do x=$x$x; done; [ -n "
             "\"$x\" ] && exit 3")
            .outcome.kind != Kind::RunsForever);
  std::string many;
  for (int i = 0; i < 40; ++i) many += "[ -f /mystery/" + std::to_string(i) + " ] && echo x\n";
  CHECK(read(many + "exit 3").outcome.kind != Kind::RunsForever);
  CHECK(read("eval eval eval eval 'eval \"eval exit 3\"'").outcome.exit_code == 3);
}
