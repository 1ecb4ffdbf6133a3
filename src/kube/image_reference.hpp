// SPDX-License-Identifier: Apache-2.0
// Image references as the kubelet parses them (facts: distribution/reference v0.6.0).
#pragma once

#include <string>
#include <string_view>

namespace podseer::kube {

/// The parts of "docker.io/library/nginx:1.25@sha256:...". All normalised.
struct ImageReference {
  std::string domain;  // "docker.io" when none is written
  std::string path;    // "library/nginx" when none is written for docker.io
  std::string tag;     // empty when none is written
  std::string digest;  // "sha256:..." or empty
  std::string error;   // the kubelet's words ("invalid reference format"); empty when it parses

  [[nodiscard]] bool valid() const { return error.empty(); }
  /// domain/path, without tag and digest.
  [[nodiscard]] std::string repository() const { return domain + "/" + path; }
  /// The tag that would be pulled: the written one, else "latest" unless a digest is written.
  [[nodiscard]] std::string effective_tag() const {
    return !tag.empty() ? tag : digest.empty() ? std::string("latest") : std::string();
  }
  /// True for an image that only Docker Hub's official library can mean ("nginx", "docker.io/library/x").
  [[nodiscard]] bool official() const { return domain == "docker.io" && path.starts_with("library/"); }

  /// Never fails: an unparseable text gives `error` and empty parts.
  static ImageReference parse(std::string_view text);
};

}  // namespace podseer::kube
