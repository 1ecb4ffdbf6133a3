// SPDX-License-Identifier: Apache-2.0
// The program may be told to end at any moment (Ctrl-C, a CI job that is cancelled, no memory left).
// Whatever ends it, no half-written file stays behind and no program that it started goes on alone.
// Worked example: SIGINT while `report.sarif` is written removes the temporary file beside it and ends
// with 130 (128 + the signal's number, as shells count); the old `report.sarif`, if any, is untouched.
#pragma once

#include <sys/types.h>

#include <string>

namespace podseer::cli {

/// Once, at the start: SIGINT, SIGTERM and SIGHUP end with 128 + their number (unless they are ignored
/// already, as under nohup); closed standard streams stay so; a closed pipe and a file that may not grow are errors of
/// write(); memory that runs out ends with 2; an exception that nobody caught ends with 3, its text unprinted.
void end_cleanly();

/// While it lives, a file that is removed should the program be told to end. One at a time.
class Unfinished {
 public:
  /// Makes an empty file of a new name in the directory of `beside`; descriptor() is -1 when that fails (errno).
  explicit Unfinished(const std::string& beside);
  /// Closes and removes the file, unless it was renamed.
  ~Unfinished();
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  [[nodiscard]] int descriptor() const { return fd_; }
  /// Closes the file and gives it its name; false when either fails (errno).
  [[nodiscard]] bool rename_to(const std::string& path);

 private:
  std::string path_;
  int fd_ = -1;
};

/// The program that we wait for (0: none); it is killed should we be told to end.
void set_child(pid_t pid);

}  // namespace podseer::cli
