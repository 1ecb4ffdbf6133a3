// SPDX-License-Identifier: Apache-2.0
// Look-ups in the image tables. Linear: some hundred rows, a few look-ups a run.
#include "process/image_table.hpp"

#include <algorithm>

#include "world/glob.hpp"

namespace podseer::process {

const ImageProgram* ImageInfo::program(std::string_view base_name) const {
  const auto found =
      std::find_if(programs.begin(), programs.end(), [&](const ImageProgram& one) { return one.name == base_name; });
  return found == programs.end() ? nullptr : &*found;
}

const ImageInfo* find_image(const kube::ImageReference& reference) {
  if (!reference.valid()) return nullptr;
  const std::string repository = reference.repository();
  const std::string tag = reference.effective_tag();
  for (const ImageInfo& row : image_table()) {
    if (std::find(row.repositories.begin(), row.repositories.end(), repository) == row.repositories.end()) continue;
    // Variants stand before the plain row, so the first match is the most particular one.
    if (row.tags.empty()) return &row;
    const auto matches = [&](std::string_view pattern) { return world::glob_matches(pattern, tag); };
    if (!tag.empty() && std::any_of(row.tags.begin(), row.tags.end(), matches)) return &row;
  }
  return nullptr;
}

const ImageBase* find_image_base(std::string_view name) {
  for (const ImageBase& base : image_base_table()) {
    if (base.name == name) return &base;
  }
  return nullptr;
}

ImageUser image_user(const kube::ImageReference& reference) {
  const ImageInfo* image = find_image(reference);
  if (image == nullptr || image->uid < 0) return {};
  return {true, image->user};
}

}  // namespace podseer::process
