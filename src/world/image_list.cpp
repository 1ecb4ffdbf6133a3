// SPDX-License-Identifier: Apache-2.0
// --images: the whole of what the registries hold, one reference a line. References are compared in
// normal form, so that "nginx:1.27" and "docker.io/library/nginx:1.27" are the same image; one
// without a tag stands for ":latest", as pulling it would. A pull by digest does not look at the tag
// (containerd; distribution/reference v0.6.0).
#include "world/image_list.hpp"

#include <algorithm>
#include <cstddef>

namespace podseer::world {

namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n\v\f";
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

}  // namespace

source::Result<ImageList> ImageList::parse(std::string_view text) {
  ImageList out;
  out.given_ = true;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = text.find('\n');
    std::string_view line = trimmed(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (line.empty() || line.front() == '#') continue;
    const std::size_t comment = line.find(" #");
    if (comment != std::string_view::npos) line = trimmed(line.substr(0, comment));
    const kube::ImageReference image = kube::ImageReference::parse(line);
    if (!image.valid()) {
      return source::Failure{"line " + std::to_string(number) + " of the image list is no image reference: " +
                                 std::string(line) + " (" + image.error + ")",
                             std::string(line)};
    }
    const std::string repository = image.repository();
    const std::string tag = image.effective_tag();
    std::vector<std::string>& tags = out.tags_[repository];
    if (!tag.empty()) {
      if (out.references_.insert(repository + ":" + tag).second) tags.push_back(tag);
    }
    if (!image.digest.empty()) out.references_.insert(repository + "@" + image.digest);
  }
  for (auto& [repository, tags] : out.tags_) std::sort(tags.begin(), tags.end());
  return out;
}

bool ImageList::contains(const kube::ImageReference& image) const {
  if (!image.valid()) return false;
  if (!image.digest.empty()) return references_.contains(image.repository() + "@" + image.digest);
  return references_.contains(image.repository() + ":" + image.effective_tag());
}

bool ImageList::contains_repository(const kube::ImageReference& image) const {
  return image.valid() && tags_.contains(image.repository());
}

std::vector<std::string> ImageList::tags(const kube::ImageReference& image) const {
  const auto at = tags_.find(image.repository());
  return at == tags_.end() ? std::vector<std::string>{} : at->second;
}

}  // namespace podseer::world
