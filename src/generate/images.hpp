// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <ostream>
#include <string>

namespace podseer::generate {

/// Writes the tables of rules/images/*.yaml and rules/images/bases/*.yaml; returns an error sentence with
/// the file, or empty.
[[nodiscard]] std::string write_images(const std::filesystem::path& root, std::ostream& out);

}  // namespace podseer::generate
