// SPDX-License-Identifier: Apache-2.0
// Events to nodes, the way go-yaml v2 and sigs.k8s.io/yaml decode to JSON: aliases are copies, merge
// keys are applied where they stand, the last of equal keys wins, keys become strings. Go decodes
// after the whole document was parsed, so what cannot be decoded is remembered and asked for at the end.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "yaml/document.hpp"
#include "yaml/scalars.hpp"

namespace podseer::yaml {

/// Anchor and tag before a value; nearly all values have neither.
struct Properties {
  std::size_t anchor = 0;  // 0: none; else a number of its own, small, as anchors come
  std::string_view tag;    // long form
};

/// Why a document that is YAML is not JSON.
struct DecodeError {
  std::string kubectl;  // go-yaml's sentence; empty: no error
  SourceSpan span;
  bool too_large = false;
};

class Tree {
 public:
  /// Offsets given to the members are relative to `base`, a byte offset into the file.
  Tree(source::FileId file, std::uint32_t base, source::Arena& arena) : file_(file), base_(base), arena_(arena) {}

  void scalar(const Properties& properties, Style style, std::uint32_t begin, std::uint32_t end, std::string_view text);
  /// A null that was not written, at an empty place.
  void empty(const Properties& properties, std::uint32_t at);
  /// A scalar that is already decoded (JSON).
  void value(Kind kind, Style style, std::uint32_t begin, std::uint32_t end, std::string_view text);
  /// `name` is what the anchor is called, for messages.
  void alias(std::size_t anchor, std::string_view name, std::uint32_t begin, std::uint32_t end);
  void begin_sequence(const Properties& properties, Style style, std::uint32_t begin);
  /// `end` of kAtLastChild: block collections end where their last child ends.
  void end_sequence(std::uint32_t end);
  void begin_mapping(const Properties& properties, Style style, std::uint32_t begin);
  void end_mapping(std::uint32_t end);
  static constexpr std::uint32_t kAtLastChild = 0xffffffffU;

  /// After the events of a whole document. False: see error().
  bool finish(Node& root, std::vector<Problem>& problems);
  [[nodiscard]] const DecodeError& error() const;

 private:
  struct Frame {
    std::size_t first = 0;    // of its children in values_
    std::uint64_t count = 0;  // decode operations before it
    std::size_t anchor = 0;
    std::uint32_t begin = 0;
    Style style = Style::Block;
  };
  struct Anchor {
    Node node;
    std::uint64_t weight = 0;  // decode operations that an alias to it costs
    bool complete = false;
  };
  /// What a child is beside its node; apart from it, because there may be a million children.
  enum Flag : std::uint8_t { kPlainChild = 0, kMergeKey = 1, kFloating = 2 };

  [[nodiscard]] SourceSpan span(std::uint32_t begin, std::uint32_t end) const {
    return {file_, base_ + begin, base_ + end};
  }
  void add(const Node& node, std::size_t anchor, std::uint64_t weight, Flag flag = kPlainChild);
  void open(const Properties& properties, Style style, std::uint32_t begin);
  void fail_decode(std::string sentence, SourceSpan where, bool too_large = false);
  void fail_convert(std::string sentence, SourceSpan where);
  void check_finite(const Node& node);
  void merge(const Node& value);
  void merge_mapping(const Node& mapping);
  std::size_t drop_repeated(std::span<Entry> entries);
  bool key_text(const Node& key, Flag flag, std::string_view& text);

  source::FileId file_;
  std::uint32_t base_;
  source::Arena& arena_;
  std::vector<Frame> frames_;
  std::vector<Node> values_;    // children of the open frames: items, or key, value, key, value
  std::vector<Flag> flags_;     // one for each of values_
  std::vector<Entry> entries_;  // of a mapping with merge keys that is being closed
  [[nodiscard]] Anchor& anchor(std::size_t number);
  std::vector<Anchor> anchors_;
  std::uint64_t operations_ = 0, alias_operations_ = 0;
  DecodeError decode_, convert_;
  std::size_t merged_ = 0;         // entries that came through `<<`
  std::vector<Problem> repeated_;  // the first kMostRepeated: nobody reads more
  static constexpr std::size_t kMostRepeated = 1000;
};

}  // namespace podseer::yaml
