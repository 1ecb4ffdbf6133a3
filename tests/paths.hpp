// SPDX-License-Identifier: Apache-2.0
// Where tests find things. Only paths.cpp knows absolute paths.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace podseer::tests {

/// A path below the checkout: source_path("testdata/seed").
[[nodiscard]] std::filesystem::path source_path(const std::string& relative);
/// The podseer binary that was built with the tests.
[[nodiscard]] std::filesystem::path podseer_binary();
/// Recorded truth beside the checkout ("truth/runtime"), when it is here: $PODSEER_SHARED or ../shared.
/// Tests that need it say that they skip when this is empty.
[[nodiscard]] std::optional<std::filesystem::path> shared_path(const std::string& relative);
/// Where `./dev validators` puts other people's programs: $PODSEER_VALIDATORS or build/tools. May not exist.
[[nodiscard]] std::filesystem::path tools_path(const std::string& relative);
/// The whole of a file; fails the test when it cannot be read.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

/// What a command printed and how it ended.
struct Ran {
  int status = -1;  // exit status; -1 when killed
  std::string out, err;
};
/// Runs a shell command line (through /bin/sh) with an optional standard input; at most `seconds`.
[[nodiscard]] Ran run(const std::string& command, const std::string& input = {}, int seconds = 60);

}  // namespace podseer::tests
