// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <ostream>
#include <span>
#include <string>

namespace podseer::generate {

/// One table: reads data files below `root` and writes C++; returns an error sentence with file and
/// line, or empty.
struct Table {
  const char* name;
  std::string (*write)(const std::filesystem::path& root, std::ostream& out);
};
[[nodiscard]] std::span<const Table> tables();

}  // namespace podseer::generate
