// SPDX-License-Identifier: Apache-2.0
#include "hostile_run.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "catch.hpp"
#include "paths.hpp"

namespace podseer::tests {
namespace fs = std::filesystem;

Scratch::Scratch() {
  char name[] = "/tmp/podseer-hostile-XXXXXX";
  REQUIRE(mkdtemp(name) != nullptr);
  root_ = name;
  fs::permissions(root_, fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec | fs::perms::others_read |
                             fs::perms::others_exec);
}

Scratch::~Scratch() { fs::remove_all(root_); }

fs::path Scratch::write(const std::string& name, const std::string& bytes) const {
  std::ofstream(root_ / name, std::ios::binary) << bytes;
  return root_ / name;
}

std::vector<std::string> Scratch::names() const {
  std::vector<std::string> list;
  for (const auto& entry : fs::directory_iterator(root_)) list.push_back(entry.path().filename().string());
  std::sort(list.begin(), list.end());
  return list;
}

Spent podseer_run(const Scratch& scratch, std::vector<std::string> arguments, const Limits& limits) {
  arguments.insert(arguments.begin(), podseer_binary().string());
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const std::string out = limits.to.empty() ? (scratch.root() / ".out").string() : limits.to;
  const std::string err = (scratch.root() / ".err").string(), in = (scratch.root() / ".in").string();
  std::ofstream(in, std::ios::binary) << limits.input;
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    alarm(kMostSeconds);
    const rlimit limit{limits.megabytes << 20U, limits.megabytes << 20U};
    if (limits.megabytes > 0 && kMemoryCounts && setrlimit(RLIMIT_DATA, &limit) != 0) _exit(97);
    const int in_file = open(limits.input.empty() ? "/dev/null" : in.c_str(), O_RDONLY);
    const int out_file = open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const int err_file = open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (chdir(scratch.root().c_str()) != 0 || dup2(in_file, 0) < 0 || dup2(out_file, 1) < 0 || dup2(err_file, 2) < 0)
      _exit(99);
    if (limits.as_nobody && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(96);
    execv(argv[0], argv.data());
    _exit(98);
  }
  int status = 0;
  rusage usage{};
  REQUIRE(wait4(child, &status, 0, &usage) == child);
  Spent spent;
  spent.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  spent.cpu = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
              static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  if (limits.to.empty()) spent.out = read_file(out);
  spent.err = read_file(err);
  for (const std::string& file : {out, err, in}) {
    if (file.starts_with(scratch.root().string())) fs::remove(file);
  }
  return spent;
}

std::string many(std::size_t count, const std::string& text) {
  std::string all;
  all.reserve(count * text.size());
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

std::string numbered(std::size_t count, const std::string& before, const std::string& after) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += before + std::to_string(i) + after;
  return all;
}

}  // namespace podseer::tests
