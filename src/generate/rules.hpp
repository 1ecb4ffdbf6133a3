// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <ostream>
#include <string>

namespace podseer::generate {

/// rules/*.yaml with their pages and Korean texts; an error sentence, or empty.
std::string write_rules(const std::filesystem::path& root, std::ostream& out);
/// rules/topics/*.md; an error sentence, or empty.
std::string write_topics(const std::filesystem::path& root, std::ostream& out);
/// rules/facts/official-images.yaml; an error sentence, or empty.
std::string write_official_images(const std::filesystem::path& root, std::ostream& out);

}  // namespace podseer::generate
