// SPDX-License-Identifier: Apache-2.0
// Runs podseer on hostile input: in a directory of its own, with limits, and with what it took.
#pragma once

#include <sys/resource.h>

#include <filesystem>
#include <string>
#include <vector>

namespace podseer::tests {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr double kSlower = 20;
inline constexpr unsigned kMostSeconds = 900;  // of a run, against hangs
inline constexpr bool kMemoryCounts = false;
#else
inline constexpr double kSlower = 1;
inline constexpr unsigned kMostSeconds = 120;
inline constexpr bool kMemoryCounts = true;
#endif

/// A directory that goes with the object.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] std::filesystem::path write(const std::string& name, const std::string& bytes) const;
  [[nodiscard]] const std::filesystem::path& root() const { return root_; }
  /// What is in it, in byte order.
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  std::filesystem::path root_;
};

/// What a run of podseer came to; `status` is -1 when a signal ended it. Where the limit on memory is
/// met it is 2 (rusage would count the test's own memory from before the exec).
struct Spent {
  int status = -1;
  double cpu = 0;  // seconds
  std::string out, err;
};

struct Limits {
  std::string to = {};     // where standard output goes; empty: into Spent::out
  rlim_t megabytes = 0;    // of memory; 0: no limit
  bool as_nobody = false;  // as a user who may read but not write (root only)
  std::string input = {};  // standard input
};

/// Runs podseer in the directory, at most kMostSeconds.
[[nodiscard]] Spent podseer_run(const Scratch& scratch, std::vector<std::string> arguments, const Limits& limits = {});

/// `count` times `text`.
[[nodiscard]] std::string many(std::size_t count, const std::string& text);
/// `before` + i + `after` for i below `count`.
[[nodiscard]] std::string numbered(std::size_t count, const std::string& before, const std::string& after);

}  // namespace podseer::tests
