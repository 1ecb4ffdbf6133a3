// SPDX-License-Identifier: Apache-2.0
// --images FILE: all that the registries hold.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "kube/image_reference.hpp"
#include "source/result.hpp"

namespace podseer::world {

/// The set of pullable references. Without a list nothing is known about any image.
class ImageList {
 public:
  /// One `name:tag` or `name@digest` a line; blank lines and `#` comments are skipped. A line that
  /// is no reference fails with its number.
  static source::Result<ImageList> parse(std::string_view text);
  /// A list was given: what is not in it does not exist.
  [[nodiscard]] bool given() const { return given_; }
  /// The reference (tag or digest) is in the list.
  [[nodiscard]] bool contains(const kube::ImageReference& image) const;
  /// Some reference of the same repository is in the list.
  [[nodiscard]] bool contains_repository(const kube::ImageReference& image) const;
  /// Tags of that repository, sorted, for did-you-mean.
  [[nodiscard]] std::vector<std::string> tags(const kube::ImageReference& image) const;

 private:
  bool given_ = false;
  std::unordered_set<std::string> references_;  // normalised "repository:tag" or "repository@digest"
  std::unordered_map<std::string, std::vector<std::string>> tags_;  // by repository, sorted
};

}  // namespace podseer::world
