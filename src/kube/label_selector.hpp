// SPDX-License-Identifier: Apache-2.0
// Label selectors and node selector terms, with the API server's and the scheduler's meaning.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "kube/field.hpp"

namespace podseer::yaml {
class Node;
}

namespace podseer::kube {

/// Labels, annotations and plain selectors; keeps file order. Views into the file's bytes.
struct LabelMap {
  struct Item {
    std::string_view key;
    std::string_view value;
    SourceSpan key_span;
    SourceSpan value_span;
  };
  std::vector<Item> items;

  [[nodiscard]] const Item* find(std::string_view key) const;
  [[nodiscard]] bool empty() const { return items.empty(); }
  /// Every pair of `wanted` is in this map. An empty `wanted` is contained in anything.
  [[nodiscard]] bool contains_all(const LabelMap& wanted) const;
  /// From a mapping of strings; anything else gives an empty map. Non-string values are skipped.
  static LabelMap read(const yaml::Node* node);
};

/// One requirement of matchExpressions or of a node selector term.
struct Requirement {
  std::string_view key;
  std::string_view op;  // In, NotIn, Exists, DoesNotExist, Gt, Lt
  std::vector<std::string_view> values;
  SourceSpan span;
  /// Gt and Lt compare as int64 and fail when either side is no integer.
  [[nodiscard]] bool matches(const LabelMap& labels) const;
};

/// From a sequence of {key, operator, values}; anything else gives none.
[[nodiscard]] std::vector<Requirement> read_requirements(const yaml::Node* node);

/// metav1.LabelSelector. A selector that is absent matches nothing; an empty one matches everything.
struct LabelSelector {
  bool present = false;
  SourceSpan span;
  LabelMap match_labels;
  std::vector<Requirement> match_expressions;
  [[nodiscard]] bool matches(const LabelMap& labels) const;
  [[nodiscard]] bool is_empty() const { return match_labels.empty() && match_expressions.empty(); }
  static LabelSelector read(const yaml::Node* node);
};

/// core/v1 NodeSelectorTerm: expressions ANDed; a term without any matches no node.
struct NodeSelectorTerm {
  std::vector<Requirement> match_expressions;
  std::vector<Requirement> match_fields;  // key metadata.name only
  SourceSpan span;
  static NodeSelectorTerm read(const yaml::Node& node);
};

}  // namespace podseer::kube
