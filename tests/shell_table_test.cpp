// SPDX-License-Identifier: Apache-2.0
// The shell reader against the real shells: every snippet of testdata/shell/*.txt is run under busybox sh, dash and
// bash in a directory of its own, and read by our interpreter over the same files. Unknown is allowed, wrong is not.
//
// A file holds snippets separated by lines of "%%" (an optional word after it restricts the shells: "%% bash",
// "%% busybox dash"). Before each run the directory holds what prepare() below makes.
#include "catch.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

#include "paths.hpp"
#include "process/shell.hpp"

namespace {

namespace fs = std::filesystem;
using namespace podseer;
using process::Command;
using process::FileInfo;
using process::Outcome;

constexpr int kLimitTenths = 13;  // how long a real shell may run, in tenths of a second

struct Snippet {
  std::string file, text, shells;
  int number = 0;
};

std::vector<Snippet> read_snippets() {
  std::vector<Snippet> out;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(tests::source_path("testdata/shell")))
    if (entry.path().extension() == ".txt") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const fs::path& path : files) {
    std::istringstream in(tests::read_file(path));
    std::string line;
    Snippet current;
    bool started = false;
    int number = 0;
    auto finish = [&] {
      if (started && current.text.find_first_not_of(" \n\t") != std::string::npos) out.push_back(current);
    };
    while (std::getline(in, line)) {
      if (line.rfind("%%", 0) == 0) {
        finish();
        started = true;
        current = {path.filename().string(), "", line.size() > 3 ? line.substr(3) : "", ++number};
        continue;
      }
      if (started) current.text += line + "\n";
    }
    finish();
  }
  return out;
}

/// What every snippet finds in its directory.
void prepare(const fs::path& root) {
  fs::create_directories(root / "conf");
  fs::create_directories(root / "empty");
  fs::create_directories(root / "tmp");
  auto put = [&](const char* name, const std::string& text, unsigned mode = 0644) {
    std::ofstream(root / name) << text;
    ::chmod((root / name).c_str(), mode);
  };
  put("conf/app.properties", "mode=production\nfeature.search=true\n# a comment\nport=8080\nmax.rows = 250\n");
  put("conf/hosts.csv", "alpha,10.0.0.1,web\nbeta,10.0.0.2,db\ngamma,10.0.0.3,web\n");
  put("conf/empty.txt", "");
  put("conf/env.sh", "COLOR=blue\nexport SIZE=12\ngreet() { echo \"hello $1\"; }\n");
  put("conf/noeol", "last line without newline");
  put("conf/one.conf", "one\n");
  put("conf/two.conf", "two\n");
  put("run.sh", "#!/bin/sh\necho \"run with $# arguments: $*\"\nexit ${1:-0}\n", 0755);
  put("plain.sh", "echo plain\nexit 4\n", 0644);
  put("noshebang", "echo no shebang\nexit 6\n", 0755);
  put("dos.sh", "#!/bin/sh\r\necho hi\r\nexit 0\r\n", 0755);
  put("badint.sh", "#!/no/such/interpreter\necho hi\n", 0755);
}

/// The real file system below the directory and everywhere else, told as a container's.
class RealFiles final : public process::FileSystem {
 public:
  explicit RealFiles(fs::path root) : root_(std::move(root)) {}
  FileInfo stat(std::string_view path) const override {
    FileInfo info;
    struct ::stat real {};
    if (::stat(std::string(path).c_str(), &real) != 0) return info;
    info.kind = S_ISDIR(real.st_mode)   ? FileInfo::Kind::Directory
                : S_ISREG(real.st_mode) ? FileInfo::Kind::File
                                        : FileInfo::Kind::Device;
    info.mode = real.st_mode & 07777U;
    info.uid = real.st_uid;
    info.gid = real.st_gid;
    return info;
  }
  std::optional<std::string> read(std::string_view path) const override {
    if (path.substr(0, root_.string().size()) != root_.string()) return std::nullopt;
    std::ifstream in{std::string(path), std::ios::binary};
    if (!in) return std::nullopt;
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
  }
  std::optional<std::vector<std::string>> list(std::string_view path) const override {
    if (path.substr(0, root_.string().size()) != root_.string()) return std::nullopt;
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(std::string(path), error))
      names.push_back(entry.path().filename().string());
    if (error) return std::nullopt;
    std::sort(names.begin(), names.end());
    return names;
  }

 private:
  fs::path root_;
};

class RealCommands final : public process::Commands {
 public:
  Command find(std::string_view name, const process::Value& path_variable) const override {
    Command command;
    if (name.find('/') != std::string_view::npos) return at(std::string(name));
    if (path_variable.kind != process::Value::Kind::Known) return command;
    command.state = Command::State::Missing;
    std::istringstream in(path_variable.text);
    std::string directory;
    while (std::getline(in, directory, ':')) {
      const Command found = at((directory.empty() ? std::string(".") : directory) + "/" + std::string(name));
      if (found.state == Command::State::Found) return found;
      if (found.state == Command::State::NotExecutable &&
          ::access((directory + "/" + std::string(name)).c_str(), F_OK) == 0)
        command = found;
    }
    return command;
  }

 private:
  [[nodiscard]] static Command at(const std::string& path) {
    Command command;
    command.path = path;
    struct ::stat real {};
    if (::stat(path.c_str(), &real) != 0) {
      command.state = Command::State::Missing;
      return command;
    }
    if (S_ISDIR(real.st_mode) || (real.st_mode & 0111U) == 0) {
      command.state = Command::State::NotExecutable;
      return command;
    }
    command.state = Command::State::Found;
    std::error_code error;
    const std::string target = fs::canonical(path, error).filename().string();
    const std::string name = fs::path(path).filename().string();
    if (target == "busybox") {
      command.program = name == "sh" ? "ash" : name;
      command.tools = process::Tools::Busybox;
      return command;
    }
    std::ifstream in(path, std::ios::binary);
    char head[4] = {};
    in.read(head, 4);
    const bool binary = std::string_view(head, 4) ==
                        "\x7f"
                        "ELF";
    if (!binary) {
      if (path.rfind("/usr", 0) == 0 || path.rfind("/bin", 0) == 0) {
        command.program = "";
        return command;
      }
      command.program = "script";
      return command;
    }
    command.tools = process::Tools::Gnu;
    command.program = name == "sh" ? "dash" : name == "awk" ? "awk" : name;
    return command;
  }
};

class NoNetwork final : public process::Network {
 public:
  process::Answer reachable(std::string_view, std::int64_t) const override { return process::Answer::Unknown; }
  process::Answer resolves(std::string_view) const override { return process::Answer::Unknown; }
};

struct Shell {
  std::string name;               // "busybox", "dash", "bash"
  std::vector<std::string> argv;  // before -c
  std::string path;
};

struct Verdict {
  bool known = false, wrong = false;
  std::string line;
};

std::string quote(const std::string& text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'') out += "'\\''";
    else out.push_back(c);
  }
  return out + "'";
}

/// What our reader says; the directory has been prepared.
process::ShellResult read(const Snippet& snippet, const Shell& shell, const fs::path& directory) {
  const RealFiles files(directory);
  const RealCommands commands;
  const NoNetwork network;
  process::ShellInput input;
  for (const std::string& word : shell.argv) input.argv.emplace_back(word);
  input.argv.emplace_back("-c");
  input.argv.emplace_back(snippet.text);
  input.env["PATH"] = process::Value::known(shell.path);
  input.env["HOME"] = process::Value::known(directory.string());
  input.env["GREETING"] = process::Value::known("good morning");
  input.env["EMPTY"] = process::Value::known("");
  input.env["DB_PORT"] = process::Value::known("5432");
  input.uid = static_cast<std::int64_t>(::getuid());
  input.gid = static_cast<std::int64_t>(::getgid());
  input.cwd = directory.string();
  input.files = &files;
  input.commands = &commands;
  input.network = &network;
  return process::run_command(input);
}

/// Runs the real shell, for at most `tenths` of a second, and compares.
Verdict judge(const Snippet& snippet, const Shell& shell, const fs::path& directory, const process::ShellResult& ours,
              int tenths) {
  std::string line = "cd " + quote(directory.string()) + " && exec env -i PATH=" + quote(shell.path) +
                     " HOME=" + quote(directory.string()) +
                     " 'GREETING=good morning' EMPTY= DB_PORT=5432 /usr/bin/timeout -s KILL " +
                     std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " ";
  for (const std::string& word : shell.argv) line += quote(word) + " ";
  line += "-c " + quote(snippet.text) + " < /dev/null > " + quote((directory / ".out").string()) + " 2>&1";
  const Outcome& outcome = ours.outcome;
  Verdict verdict;
  verdict.known = true;
  const int raw = std::system(("( " + line + " ) 2>/dev/null").c_str());
  const int status = WIFEXITED(raw) ? WEXITSTATUS(raw) : -1;
  const bool timed_out = status == 137 || status == -1;
  std::string text;
  {
    std::ifstream in(directory / ".out");
    std::ostringstream all;
    all << in.rdbuf();
    text = all.str().substr(0, 300);
  }
  const double limit = tenths / 10.0;
  switch (outcome.kind) {
    case Outcome::Kind::Exits:
      if (timed_out) verdict.wrong = outcome.latest < limit - 0.3;
      else verdict.wrong = status != outcome.exit_code || outcome.earliest > limit;
      break;
    case Outcome::Kind::RunsForever:
    case Outcome::Kind::WaitsFor: verdict.wrong = !timed_out; break;
    case Outcome::Kind::NotStarted: verdict.wrong = status != 127 && status != 126; break;
    case Outcome::Kind::Unknown: break;
  }
  if (verdict.wrong) {
    verdict.line = snippet.file + " " + std::to_string(snippet.number) + " [" + shell.name + "] ours: kind " +
                   std::to_string(static_cast<int>(outcome.kind)) + " code " + std::to_string(outcome.exit_code) +
                   " (" + std::to_string(outcome.earliest) + " to " + std::to_string(outcome.latest) + " s, " +
                   outcome.explanation + "; " + outcome.log +
                   "), real: " + (timed_out ? "still running" : "code " + std::to_string(status)) +
                   "\n--- output: " + text + "\n--- snippet: " + snippet.text;
  }
  std::error_code ignored;
  fs::remove_all(directory, ignored);
  return verdict;
}

}  // namespace

TEST_CASE("the shell reader agrees with the real shells on every snippet that it decides", "[process][shell]") {
  std::vector<Shell> shells;
  const fs::path scratch = fs::temp_directory_path() / ("podseer-shell-" + std::to_string(::getpid()));
  fs::create_directories(scratch);
  const fs::path applets = scratch / "bin";
  fs::create_directories(applets);
  if (::access("/usr/bin/busybox", X_OK) == 0) {
    const tests::Ran list = tests::run("/usr/bin/busybox --list");
    std::istringstream names(list.out);
    std::string name;
    while (std::getline(names, name))
      if (name != "busybox") fs::create_symlink("/usr/bin/busybox", applets / name);
    shells.push_back({"busybox", {(applets / "sh").string()}, applets.string()});
  }
  if (::access("/usr/bin/dash", X_OK) == 0) shells.push_back({"dash", {"/usr/bin/dash"}, "/usr/bin:/bin"});
  if (::access("/usr/bin/bash", X_OK) == 0) shells.push_back({"bash", {"/usr/bin/bash"}, "/usr/bin:/bin"});
  if (shells.size() < 3) std::cout << "SKIPPED in part: busybox, dash or bash is not installed\n";
  const std::vector<Snippet> snippets = read_snippets();
  REQUIRE(snippets.size() >= 400);
  struct Task {
    const Snippet* snippet;
    const Shell* shell;
  };
  std::vector<Task> tasks;
  const char* only = std::getenv("PODSEER_SNIPPETS");  // "file" or "file:7", for looking at one
  for (const Snippet& snippet : snippets) {
    if (only != nullptr && (snippet.file + ":" + std::to_string(snippet.number)).rfind(only, 0) != 0) continue;
    for (const Shell& shell : shells) {
      // dash repeats most of what the others say: a third of the common snippets, or all with PODSEER_SNIPPETS=.
      if (shell.name == "dash" && snippet.shells.empty() && only == nullptr && snippet.number % 3 != 0) continue;
      if (snippet.shells.empty() || snippet.shells.find(shell.name) != std::string::npos)
        tasks.push_back({&snippet, &shell});
    }
  }
  // Ours first, in directories that nothing has touched. They are all made before the first shell is started: a file
  // that is still open for writing in a forked child could not be executed.
  std::vector<Verdict> verdicts(tasks.size());
  std::vector<process::ShellResult> ours(tasks.size());
  std::vector<fs::path> directories(tasks.size());
  double slowest = 0;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    directories[i] = scratch / (tasks[i].shell->name + "-" + std::to_string(i));
    fs::create_directories(directories[i]);
    prepare(directories[i]);
    if (only != nullptr)
      std::cout << tasks[i].snippet->file << " " << tasks[i].snippet->number << " " << tasks[i].shell->name
                << std::endl;
    const auto start = std::chrono::steady_clock::now();
    ours[i] = read(*tasks[i].snippet, *tasks[i].shell, directories[i]);
    slowest =
        std::max(slowest, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    if (ours[i].outcome.kind == Outcome::Kind::Unknown) {
      std::error_code gone;
      fs::remove_all(directories[i], gone);
    }
  }
  std::atomic<std::size_t> next{0};
  std::vector<std::thread> workers;
  for (int i = 0; i < 24; ++i) {
    workers.emplace_back([&] {
      for (;;) {
        const std::size_t at = next.fetch_add(1);
        if (at >= tasks.size()) return;
        if (ours[at].outcome.kind != Outcome::Kind::Unknown)
          verdicts[at] = judge(*tasks[at].snippet, *tasks[at].shell, directories[at], ours[at], kLimitTenths);
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  // A busy machine may have been too slow: what seems wrong gets a second run, alone and with more time.
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (!verdicts[i].wrong) continue;
    std::error_code gone;
    fs::remove_all(directories[i], gone);
    fs::create_directories(directories[i]);
    prepare(directories[i]);
    verdicts[i] = judge(*tasks[i].snippet, *tasks[i].shell, directories[i], ours[i], 5 * kLimitTenths);
  }
  std::error_code ignored;
  fs::remove_all(scratch, ignored);
  std::size_t known = 0, wrong = 0;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    known += verdicts[i].known ? 1 : 0;
    if (verdicts[i].wrong) {
      ++wrong;
      UNSCOPED_INFO(verdicts[i].line);
      if (wrong < 40) std::cout << "WRONG " << verdicts[i].line << "\n";
    }
    if (!verdicts[i].known && std::getenv("PODSEER_SHOW_UNKNOWN") != nullptr)
      std::cout << "unknown " << tasks[i].snippet->file << " " << tasks[i].snippet->number << " ["
                << tasks[i].shell->name << "] " << tasks[i].snippet->text << "\n";
  }
  std::cout << "shell snippets: " << snippets.size() << ", runs: " << tasks.size() << ", known: " << known << " ("
            << (tasks.empty() ? 0 : known * 100 / tasks.size()) << " %), wrong: " << wrong
            << ", slowest reading: " << slowest << " ms\n";
  CHECK(wrong == 0);
  if (only == nullptr) CHECK(known * 100 >= tasks.size() * 85);
}
