// SPDX-License-Identifier: Apache-2.0
#include "world/image_list.hpp"

#include <string>
#include <vector>

#include "catch.hpp"

using podseer::kube::ImageReference;
using podseer::world::ImageList;

namespace {

ImageList list_of(std::string_view text) {
  auto parsed = ImageList::parse(text);
  REQUIRE(parsed.ok());
  return parsed.value();
}

}  // namespace

TEST_CASE("an image list compares references in normal form", "[world][images]") {
  const ImageList images = list_of(
      "# the registry\n\nnginx:1.27\r\nbusybox\n  ghcr.io/acme/api:v2  # built nightly\n"
      "redis@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n");
  struct Row {
    const char* image;
    bool there;
  };
  const Row rows[] = {
      {"nginx:1.27", true},
      {"docker.io/library/nginx:1.27", true},
      {"nginx", false},
      {"busybox:latest", true},
      {"busybox", true},
      {"ghcr.io/acme/api:v2", true},
      {"ghcr.io/acme/api", false},
      {"redis:7", false},
      {"redis@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true},
      {"redis:7@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true},
  };
  for (const Row& row : rows) {
    INFO(row.image);
    CHECK(images.contains(ImageReference::parse(row.image)) == row.there);
  }
  CHECK(images.given());
  CHECK(images.contains_repository(ImageReference::parse("nginx:9")));
  CHECK_FALSE(images.contains_repository(ImageReference::parse("nginx-unprivileged:9")));
}

TEST_CASE("an image list tells the tags of a repository in order", "[world][images]") {
  const ImageList images = list_of("nginx:1.27\nnginx:1.25\nnginx:1.27\nnginx:latest\n");
  CHECK(images.tags(ImageReference::parse("nginx:1.2")) == std::vector<std::string>{"1.25", "1.27", "latest"});
}

TEST_CASE("without a list nothing is known about images", "[world][images]") {
  CHECK_FALSE(ImageList().given());
  CHECK(list_of("").given());
}

TEST_CASE("a line that is no reference is named with its number", "[world][images]") {
  const auto parsed = ImageList::parse("nginx:1.27\nNot An Image\n");
  REQUIRE_FALSE(parsed.ok());
  CHECK(parsed.failure().sentence.find("line 2") != std::string::npos);
  CHECK(parsed.failure().offending == "Not An Image");
}
