// SPDX-License-Identifier: Apache-2.0
// The tree that kubectl's decoder would make of a document, as JSON has it: scalars are already
// resolved by the YAML 1.1 rules (facts: `yes` is true, 0644 is 420), merge keys are applied,
// repeated keys are reduced to the last one. Every value and every key keeps the bytes it was
// written with. A tree is immutable and lives in the arena of its Document.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "source/source_file.hpp"

namespace podseer::yaml {

using source::SourceSpan;

/// What the value is once decoded to JSON.
enum class Kind : std::uint8_t { Null, Bool, Int, Float, String, Sequence, Mapping };

/// How the value was written.
enum class Style : std::uint8_t { Plain, SingleQuoted, DoubleQuoted, Literal, Folded, Block, Flow };

struct Entry;

/// One value. Small (32 bytes) and trivially copyable; children are contiguous in the arena.
class Node {
 public:
  Node() = default;  // null, at no place
  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] Style style() const { return style_; }
  [[nodiscard]] bool is_null() const { return kind_ == Kind::Null; }
  [[nodiscard]] bool is_bool() const { return kind_ == Kind::Bool; }
  [[nodiscard]] bool is_int() const { return kind_ == Kind::Int; }
  [[nodiscard]] bool is_number() const { return kind_ == Kind::Int || kind_ == Kind::Float; }
  [[nodiscard]] bool is_string() const { return kind_ == Kind::String; }
  [[nodiscard]] bool is_sequence() const { return kind_ == Kind::Sequence; }
  [[nodiscard]] bool is_mapping() const { return kind_ == Kind::Mapping; }
  [[nodiscard]] bool is_scalar() const { return kind_ < Kind::Sequence; }

  /// The bytes of the value, quotes and brackets included. For an alias, the `*name`; for a value
  /// that comes through a merge key or an alias's inside, where the anchor's value was written; for
  /// a null that was not written, the empty place behind the key's colon.
  [[nodiscard]] SourceSpan span() const { return span_; }
  /// True for the site of an alias: `span` is the `*name`, the content is the anchor's.
  [[nodiscard]] bool is_alias() const { return alias_; }

  /// Scalars: the JSON text. Strings decoded, without quotes; booleans "true"/"false"; null "null";
  /// numbers as JSON writes them ("420" for 0644, "1.2" for 1.20). Empty for collections.
  [[nodiscard]] std::string_view text() const {
    return is_scalar() ? std::string_view(static_cast<const char*>(data_), size_) : std::string_view{};
  }
  /// String text, or `otherwise` when this is not a string.
  [[nodiscard]] std::string_view string_or(std::string_view otherwise) const {
    return is_string() ? text() : otherwise;
  }
  /// True for a JSON true.
  [[nodiscard]] bool as_bool() const { return is_bool() && size_ == 4; }
  /// Value of an Int, clamped to the range of int64; 0 for anything else.
  [[nodiscard]] std::int64_t as_int() const;
  /// Value of a number; 0 for anything else.
  [[nodiscard]] double as_double() const;

  /// Number of items or entries; 0 for scalars.
  [[nodiscard]] std::size_t size() const { return is_scalar() ? 0 : size_; }
  [[nodiscard]] std::span<const Node> items() const {
    return is_sequence() ? std::span(static_cast<const Node*>(data_), size_) : std::span<const Node>{};
  }
  [[nodiscard]] std::span<const Entry> entries() const;
  /// The value under `key`, or null when this is no mapping or has no such key. Linear: Kubernetes'
  /// mappings are small; big ones (ConfigMap data) are indexed by their readers.
  [[nodiscard]] const Node* find(std::string_view key) const;
  /// The entry under `key` (for its key span), or null.
  [[nodiscard]] const Entry* find_entry(std::string_view key) const;
  /// Follows several keys; null as soon as one is missing.
  template <typename... Keys>
  [[nodiscard]] const Node* find(std::string_view first, Keys... rest) const {
    const Node* child = find(first);
    return child == nullptr ? nullptr : child->find(rest...);
  }

  // Makers, for yaml/ and tests. The text, items and entries must outlive the node.
  static Node scalar(Kind kind, Style style, SourceSpan span, std::string_view text);
  static Node sequence(Style style, SourceSpan span, std::span<const Node> items);
  static Node mapping(Style style, SourceSpan span, std::span<const Entry> entries);
  /// The same content seen from the site of an alias.
  [[nodiscard]] Node aliased(SourceSpan site) const {
    Node copy = *this;
    copy.span_ = site;
    copy.alias_ = true;
    return copy;
  }

 private:
  Node(Kind kind, Style style, SourceSpan span, const void* data, std::size_t size);

  const void* data_ = "";
  std::uint32_t size_ = 0;
  SourceSpan span_;
  Kind kind_ = Kind::Null;
  Style style_ = Style::Plain;
  bool alias_ = false;
};

/// One key and its value.
struct Entry {
  std::string_view key;  // JSON text of the key
  SourceSpan key_span;   // the bytes of the key, quotes included
  bool merged = false;   // came through `<<`
  Node value;
};

inline std::span<const Entry> Node::entries() const {
  return is_mapping() ? std::span(static_cast<const Entry*>(data_), size_) : std::span<const Entry>{};
}

}  // namespace podseer::yaml
