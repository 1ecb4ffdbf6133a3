// SPDX-License-Identifier: Apache-2.0
#include "yaml/node.hpp"

#include <charconv>
#include <cstdlib>
#include <limits>
#include <string>

namespace podseer::yaml {

std::int64_t Node::as_int() const {
  if (kind_ != Kind::Int) return 0;
  const std::string_view digits = text();
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc::result_out_of_range) {
    return digits.starts_with('-') ? std::numeric_limits<std::int64_t>::min()
                                   : std::numeric_limits<std::int64_t>::max();
  }
  return value;
}

double Node::as_double() const {
  if (!is_number()) return 0;
  return std::strtod(std::string(text()).c_str(), nullptr);
}

const Entry* Node::find_entry(std::string_view key) const {
  for (const Entry& entry : entries()) {
    if (entry.key == key) return &entry;
  }
  return nullptr;
}

const Node* Node::find(std::string_view key) const {
  const Entry* entry = find_entry(key);
  return entry == nullptr ? nullptr : &entry->value;
}

Node::Node(Kind kind, Style style, SourceSpan span, const void* data, std::size_t size)
    : data_(size == 0 ? "" : data), size_(static_cast<std::uint32_t>(size)), span_(span), kind_(kind), style_(style) {}

Node Node::scalar(Kind kind, Style style, SourceSpan span, std::string_view text) {
  return {kind, style, span, text.data(), text.size()};
}

Node Node::sequence(Style style, SourceSpan span, std::span<const Node> items) {
  return {Kind::Sequence, style, span, items.data(), items.size()};
}

Node Node::mapping(Style style, SourceSpan span, std::span<const Entry> entries) {
  return {Kind::Mapping, style, span, entries.data(), entries.size()};
}

}  // namespace podseer::yaml
