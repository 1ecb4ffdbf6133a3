// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <ostream>
#include <string>

namespace podseer::generate {

/// Writes the Kubernetes field table; returns an error sentence with file and line, or empty.
[[nodiscard]] std::string write_schema(const std::filesystem::path& root, std::ostream& out);

}  // namespace podseer::generate
