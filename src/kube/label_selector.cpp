// SPDX-License-Identifier: Apache-2.0
#include "kube/label_selector.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include "yaml/node.hpp"

namespace podseer::kube {
namespace {

std::optional<std::int64_t> integer(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

}  // namespace

const LabelMap::Item* LabelMap::find(std::string_view key) const {
  for (const Item& item : items) {
    if (item.key == key) return &item;
  }
  return nullptr;
}

bool LabelMap::contains_all(const LabelMap& wanted) const {
  return std::all_of(wanted.items.begin(), wanted.items.end(), [&](const Item& item) {
    const Item* found = find(item.key);
    return found != nullptr && found->value == item.value;
  });
}

LabelMap LabelMap::read(const yaml::Node* node) {
  LabelMap map;
  if (node == nullptr) return map;
  map.items.reserve(node->size());
  for (const yaml::Entry& entry : node->entries()) {
    // A null value leaves the key with an empty value (facts: admission 1.3).
    if (!entry.value.is_string() && !entry.value.is_null()) continue;
    map.items.push_back({entry.key, entry.value.string_or(""), entry.key_span, entry.value.span()});
  }
  return map;
}

bool Requirement::matches(const LabelMap& labels) const {
  const LabelMap::Item* item = labels.find(key);
  const auto listed = [&] { return std::find(values.begin(), values.end(), item->value) != values.end(); };
  if (op == "In") return item != nullptr && listed();
  if (op == "NotIn") return item == nullptr || !listed();
  if (op == "Exists") return item != nullptr;
  if (op == "DoesNotExist") return item == nullptr;
  if (op == "Gt" || op == "Lt") {
    if (item == nullptr || values.size() != 1) return false;
    const auto have = integer(item->value);
    const auto want = integer(values[0]);
    if (!have || !want) return false;
    return op == "Gt" ? *have > *want : *have < *want;
  }
  return false;
}

bool LabelSelector::matches(const LabelMap& labels) const {
  if (!present) return false;
  return labels.contains_all(match_labels) &&
         std::all_of(match_expressions.begin(), match_expressions.end(),
                     [&](const Requirement& requirement) { return requirement.matches(labels); });
}

std::vector<Requirement> read_requirements(const yaml::Node* node) {
  std::vector<Requirement> list;
  if (node == nullptr) return list;
  for (const yaml::Node& item : node->items()) {
    Requirement requirement;
    requirement.span = item.span();
    if (const yaml::Node* key = item.find("key")) requirement.key = key->string_or("");
    if (const yaml::Node* op = item.find("operator")) requirement.op = op->string_or("");
    if (const yaml::Node* values = item.find("values")) {
      for (const yaml::Node& value : values->items()) requirement.values.push_back(value.string_or(""));
    }
    list.push_back(std::move(requirement));
  }
  return list;
}

LabelSelector LabelSelector::read(const yaml::Node* node) {
  LabelSelector selector;
  if (node == nullptr || !node->is_mapping()) return selector;
  selector.present = true;
  selector.span = node->span();
  selector.match_labels = LabelMap::read(node->find("matchLabels"));
  selector.match_expressions = read_requirements(node->find("matchExpressions"));
  return selector;
}

NodeSelectorTerm NodeSelectorTerm::read(const yaml::Node& node) {
  NodeSelectorTerm term;
  term.span = node.span();
  term.match_expressions = read_requirements(node.find("matchExpressions"));
  term.match_fields = read_requirements(node.find("matchFields"));
  return term;
}

}  // namespace podseer::kube
