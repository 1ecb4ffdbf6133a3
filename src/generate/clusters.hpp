// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <ostream>
#include <string>

namespace podseer::generate {

/// Table "clusters": rules/clusters/*.yaml. Returns an error sentence, or empty.
std::string write_clusters(const std::filesystem::path& root, std::ostream& out);

}  // namespace podseer::generate
