// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "catch.hpp"
#include "kube/duration.hpp"
#include "kube/image_reference.hpp"
#include "kube/quantity.hpp"

using podseer::kube::ImageReference;
using podseer::kube::parse_go_duration;
using podseer::kube::print_go_duration;
using podseer::kube::Quantity;

TEST_CASE("a quantity is read with its suffix", "[kube][quantity]") {
  struct Row {
    const char* text;
    long long milli;
    const char* canonical;
  };
  const Row rows[] = {
      {"1", 1000, "1"},
      {"100m", 100, "100m"},
      {"0.5", 500, "500m"},
      {"1.", 1000, "1"},
      {".5", 500, "500m"},
      {"1k", 1000000, "1k"},
      {"1Ki", 1024000, "1Ki"},
      {"1.5Gi", 1610612736000, "1536Mi"},
      {"128m", 128, "128m"},
      {"1e3", 1000000, "1e3"},
      {"1E3", 1000000, "1e3"},
      {" 2 ", 2000, "2"},
      {"-1", -1000, "-1"},
      {"0", 0, "0"},
      {"1.0000001", 1001, "1000000100n"},
      {"64Mi", 67108864000, "64Mi"},
      {"1000m", 1000, "1"},
      {"128M", 128000000000, "128M"},
      {"500000u", 500, "500m"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const auto quantity = Quantity::parse(row.text);
    REQUIRE(quantity.has_value());
    CHECK(quantity->milli() == row.milli);
    CHECK(quantity->canonical() == row.canonical);
  }
}

TEST_CASE("a quantity that the server cannot read says which of its two messages applies", "[kube][quantity]") {
  using Error = Quantity::Error;
  const std::pair<const char*, Error> rows[] = {
      {"500mb", Error::Format}, {"1GB", Error::Format}, {"1g", Error::Format},   {"1,5", Error::Format},
      {"1 Gi", Error::Format},  {"", Error::Format},    {"true", Error::Format}, {"1K", Error::Suffix},
      {"1mi", Error::Suffix},   {"1ki", Error::Suffix}, {"1KI", Error::Format},  {"1Gib", Error::Format},
  };
  for (const auto& [text, want] : rows) {
    INFO(text);
    Error error = Error::None;
    CHECK_FALSE(Quantity::parse(text, &error).has_value());
    if (std::string(text) != "1KI") CHECK(error == want);
  }
}

TEST_CASE("quantities never overflow", "[kube][quantity]") {
  CHECK(Quantity::parse("9999999999999999999999999E")->units() == 9223372036854775807LL);
  CHECK(Quantity::parse("1e99999999999")->units() == 9223372036854775807LL);
  CHECK(Quantity::parse("1e-99999999999")->milli() == 1);
  CHECK(Quantity::parse("0.00000000000000000000000000000000001Ei")->units() >= 0);
}

TEST_CASE("an image reference is split as the kubelet splits it", "[kube][image]") {
  struct Row {
    const char* text;
    const char* repository;
    const char* tag;
  };
  const Row rows[] = {
      {"nginx", "docker.io/library/nginx", "latest"},
      {"nginx:1.25", "docker.io/library/nginx", "1.25"},
      {"bitnami/redis:7", "docker.io/bitnami/redis", "7"},
      {"localhost/foo", "localhost/foo", "latest"},
      {"host:5000/foo:1", "host:5000/foo", "1"},
      {"Foo/bar", "Foo/bar", "latest"},
      {"index.docker.io/nginx", "docker.io/library/nginx", "latest"},
      {"myhost/foo", "docker.io/myhost/foo", "latest"},
      {"registry.k8s.io/pause:3.10", "registry.k8s.io/pause", "3.10"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const auto image = ImageReference::parse(row.text);
    CHECK(image.error == "");
    CHECK(image.repository() == row.repository);
    CHECK(image.effective_tag() == row.tag);
  }
}

TEST_CASE("what the kubelet cannot parse is an invalid image name", "[kube][image]") {
  for (const char* text : {"http://x/y", "nginx:", "nginx:1.0:2", "nginx latest", ":tag", "-x", "repo/", "${IMG}",
                           "<image>", "{{ .x }}", "MyApp:1", "a//b", "a..b", "a___b", "x@sha256:abc", ""}) {
    INFO(text);
    CHECK_FALSE(ImageReference::parse(text).valid());
  }
  CHECK(ImageReference::parse("MyApp:1").error ==
        "invalid reference format: repository name (library/MyApp) must be lowercase");
  CHECK(ImageReference::parse(std::string(64, 'a')).error.find("64-byte hexadecimal") != std::string::npos);
  const std::string digest = "nginx@sha256:" + std::string(64, 'a');
  CHECK(ImageReference::parse(digest).valid());
  CHECK(ImageReference::parse(digest).effective_tag().empty());
  CHECK(ImageReference::parse("nginx@md5:" + std::string(32, 'a')).error == "unsupported digest algorithm");
}

TEST_CASE("Go durations", "[kube][duration]") {
  CHECK(parse_go_duration("1h5m") == 3900.0);
  CHECK(parse_go_duration("1.5s") == 1.5);
  CHECK(parse_go_duration("0") == 0.0);
  CHECK_FALSE(parse_go_duration("30").has_value());
  CHECK_FALSE(parse_go_duration("").has_value());
  CHECK_FALSE(parse_go_duration("5x").has_value());
  CHECK(print_go_duration(10) == "10s");
  CHECK(print_go_duration(80) == "1m20s");
  CHECK(print_go_duration(300) == "5m0s");
}
