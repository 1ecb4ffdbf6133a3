// SPDX-License-Identifier: Apache-2.0
// Runs another program: git, helm, kustomize, kubectl. Arguments are a list, no shell ever sees them.
#pragma once

#include <string>
#include <vector>

namespace podseer::cli {

/// How a program ended and what it printed.
struct Spawned {
  bool started = false;  // false: there is no such program on PATH
  bool timed_out = false;
  int status = -1;  // exit status; -1 when it was killed
  std::string out;  // standard output, at most 256 MiB
  std::string err;  // standard error, at most 64 KiB
};

/// Runs `words[0]` from PATH in `directory` (empty: the current one) with an empty standard input;
/// killed after `seconds`.
[[nodiscard]] Spawned spawn(const std::vector<std::string>& words, const std::string& directory = {}, int seconds = 60);

/// True when a program of that name is on PATH.
[[nodiscard]] bool on_path(const std::string& program);

}  // namespace podseer::cli
