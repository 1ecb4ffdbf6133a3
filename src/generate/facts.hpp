// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <ostream>
#include <string>

namespace podseer::generate {

/// rules/facts/kubelet.yaml to the constants of src/lifecycle/facts.hpp.
[[nodiscard]] std::string write_facts(const std::filesystem::path& root, std::ostream& out);

}  // namespace podseer::generate
