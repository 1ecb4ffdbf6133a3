// SPDX-License-Identifier: Apache-2.0
// One Kubernetes object of the input: its identity and its tree. List items are objects of their own.
#pragma once

#include <cstdint>
#include <string_view>

#include "kube/label_selector.hpp"
#include "yaml/node.hpp"

namespace podseer::kube {

/// Identity as written. Views into the file's bytes; empty where absent or not a string.
struct Object {
  const yaml::Node* root = nullptr;  // the object's mapping; lives in its Document
  std::string_view api_version;      // "apps/v1"
  std::string_view group;            // "apps"; empty for the core group
  std::string_view version;          // "v1"
  std::string_view kind;             // "Deployment"
  std::string_view name;             // empty when only generateName is given
  std::string_view generate_name;
  std::string_view ns;   // metadata.namespace as written; see World::namespace_of
  SourceSpan name_span;  // metadata.name's value, else the kind's, else the root
  source::FileId file = source::kNoFile;
  std::uint32_t document = 0;  // kubectl's counting: 0-based
  std::uint32_t item = 0;      // index within a List; 0 otherwise
  bool from_list = false;
  bool context_only = false;  // from --cluster: known, never linted

  /// metadata.labels / metadata.annotations.
  [[nodiscard]] LabelMap labels() const { return LabelMap::read(root->find("metadata", "labels")); }
  [[nodiscard]] LabelMap annotations() const { return LabelMap::read(root->find("metadata", "annotations")); }
  [[nodiscard]] bool is(std::string_view a_group, std::string_view a_kind) const {
    return kind == a_kind && group == a_group;
  }
  /// Reads the identity from a mapping; never fails.
  static Object read(const yaml::Node& root, source::FileId file, std::uint32_t document);
};

}  // namespace podseer::kube
