// SPDX-License-Identifier: Apache-2.0
// What the kubelet's pkg/util/parsers does with `image:` (Kubernetes 1.34, distribution/reference
// v0.6.0): "nginx" is docker.io/library/nginx:latest, "Foo/bar" has the registry Foo, "MyApp:1" and
// "http://x/y" are InvalidImageName.
#include "kube/image_reference.hpp"

#include <algorithm>

namespace podseer::kube {
namespace {

bool lower_alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool alnum(char c) { return lower_alnum(c) || (c >= 'A' && c <= 'Z'); }
bool hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }
bool upper(char c) { return c >= 'A' && c <= 'Z'; }

// path-component := alpha-numeric [separator alpha-numeric]*; separator := "." | "_" | "__" | "-"+
bool path_component(std::string_view text) {
  std::size_t at = 0;
  const auto run = [&] {
    const std::size_t begin = at;
    while (at < text.size() && lower_alnum(text[at])) ++at;
    return at > begin;
  };
  if (!run()) return false;
  while (at < text.size()) {
    if (text[at] == '.') {
      ++at;
    } else if (text[at] == '_') {
      at += text.substr(at).starts_with("__") ? 2 : 1;
    } else if (text[at] == '-') {
      while (at < text.size() && text[at] == '-') ++at;
    } else {
      return false;
    }
    if (!run()) return false;
  }
  return true;
}

bool host_label(std::string_view text) {
  if (text.empty() || !alnum(text.front()) || !alnum(text.back())) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return alnum(c) || c == '-'; });
}

// host[:port], host being dotted labels or [ipv6].
bool valid_domain(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos || close == 1) return false;
    for (const char c : text.substr(1, close - 1)) {
      if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':')) return false;
    }
    text.remove_prefix(close + 1);
    if (text.empty()) return true;
    if (text[0] != ':') return false;
  } else {
    const std::size_t colon = text.find(':');
    std::string_view host = text.substr(0, colon);
    while (true) {
      const std::size_t dot = host.find('.');
      if (!host_label(host.substr(0, dot))) return false;
      if (dot == std::string_view::npos) break;
      host.remove_prefix(dot + 1);
    }
    if (colon == std::string_view::npos) return true;
    text = text.substr(colon);
  }
  text.remove_prefix(1);
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool valid_tag(std::string_view tag) {
  if (tag.empty() || tag.size() > 128) return false;
  if (!alnum(tag[0]) && tag[0] != '_') return false;
  return std::all_of(tag.begin(), tag.end(), [](char c) { return alnum(c) || c == '_' || c == '.' || c == '-'; });
}

// algorithm[+._-algorithm]*:hex{32,} as the grammar has it; the algorithm is checked afterwards.
bool digest_grammar(std::string_view digest) {
  const std::size_t colon = digest.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view algorithm = digest.substr(0, colon);
  const std::string_view value = digest.substr(colon + 1);
  bool start = true;
  for (const char c : algorithm) {
    if (start && !((c >= 'a' && c <= 'z') || upper(c))) return false;
    start = false;
    if (c == '+' || c == '.' || c == '-' || c == '_') {
      start = true;
    } else if (!alnum(c)) {
      return false;
    }
  }
  if (start) return false;
  return value.size() >= 32 &&
         std::all_of(value.begin(), value.end(), [](char c) { return hex(c) || (c >= 'A' && c <= 'F'); });
}

}  // namespace

ImageReference ImageReference::parse(std::string_view text) {
  ImageReference image;
  const auto fail = [&](std::string why) {
    image = {};
    image.error = std::move(why);
    return image;
  };
  if (text.empty()) return fail("invalid reference format");
  if (text.size() == 64 && std::all_of(text.begin(), text.end(), hex)) {
    return fail("invalid repository name (" + std::string(text) + "), cannot specify 64-byte hexadecimal strings");
  }
  // splitDockerDomain
  std::string domain = "docker.io";
  std::string remainder(text);
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    const std::string_view first = text.substr(0, slash);
    if (first == "localhost" || first.find_first_of(".:") != std::string_view::npos ||
        std::any_of(first.begin(), first.end(), upper)) {
      domain = first == "index.docker.io" ? "docker.io" : std::string(first);
      remainder = text.substr(slash + 1);
    }
  }
  if (domain == "docker.io" && remainder.find('/') == std::string::npos) remainder = "library/" + remainder;
  const std::string remote = remainder.substr(0, remainder.find(':'));
  if (std::any_of(remote.begin(), remote.end(), upper)) {
    return fail("invalid reference format: repository name (" + remote + ") must be lowercase");
  }
  // name[:tag][@digest]
  std::string_view rest = remainder;
  const std::size_t at_sign = rest.find('@');
  std::string_view digest;
  if (at_sign != std::string_view::npos) {
    digest = rest.substr(at_sign + 1);
    rest = rest.substr(0, at_sign);
    if (!digest_grammar(digest)) return fail("invalid reference format");
  }
  const std::size_t colon = rest.find(':');
  std::string_view tag;
  if (colon != std::string_view::npos) {
    tag = rest.substr(colon + 1);
    rest = rest.substr(0, colon);
    if (!valid_tag(tag)) return fail("invalid reference format");
  }
  if (!valid_domain(domain)) return fail("invalid reference format");
  std::string_view path = rest;
  while (true) {
    const std::size_t next = path.find('/');
    if (!path_component(path.substr(0, next))) return fail("invalid reference format");
    if (next == std::string_view::npos) break;
    path.remove_prefix(next + 1);
  }
  if (rest.size() > 255) return fail("repository name must not be more than 255 characters");
  if (!digest.empty()) {
    const std::size_t at = digest.find(':');
    const std::string_view algorithm = digest.substr(0, at);
    const std::size_t want = algorithm == "sha256" ? 64 : algorithm == "sha384" ? 96 : algorithm == "sha512" ? 128 : 0;
    if (want == 0) return fail("unsupported digest algorithm");
    const std::string_view value = digest.substr(at + 1);
    if (value.size() != want) return fail("invalid checksum digest length");
    if (!std::all_of(value.begin(), value.end(), hex)) return fail("invalid checksum digest format");
  }
  image.domain = domain;
  image.path = rest;
  image.tag = tag;
  image.digest = digest;
  return image;
}

}  // namespace podseer::kube
