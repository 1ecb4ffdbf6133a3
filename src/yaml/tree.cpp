// SPDX-License-Identifier: Apache-2.0
#include "yaml/tree.hpp"

#include <algorithm>
#include <cstdlib>

namespace podseer::yaml {
namespace {

constexpr std::string_view kMergeTag = "tag:yaml.org,2002:merge";

/// decode.go allowedAliasRatio: the share of decode operations that may come from aliases.
double allowed_alias_ratio(std::uint64_t operations) {
  constexpr double kLow = 400000, kHigh = 4000000;
  const auto count = static_cast<double>(operations);
  if (count <= kLow) return 0.99;
  if (count >= kHigh) return 0.10;
  return 0.99 - 0.89 * ((count - kLow) / (kHigh - kLow));
}

/// fmt's %#v of a decoded value, as far as a reader wants to see it.
std::string go_syntax(const Node& node, std::size_t room = 200) {
  const auto quoted = [](std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
      if (c == '"' || c == '\\') out.push_back('\\');
      if (c == '\n') {
        out += "\\n";
      } else {
        out.push_back(c);
      }
    }
    return out + "\"";
  };
  switch (node.kind()) {
    case Kind::Null: return "interface {}(nil)";
    case Kind::String: return quoted(node.text());
    case Kind::Sequence: {
      std::string out = "[]interface {}{";
      const char* separator = "";
      for (const Node& item : node.items()) {
        out += separator + go_syntax(item, room);
        separator = ", ";
        if (out.size() > room) break;
      }
      return out + "}";
    }
    case Kind::Mapping: {
      std::string out = "map[interface {}]interface {}{";
      std::vector<const Entry*> sorted;
      for (const Entry& entry : node.entries()) sorted.push_back(&entry);
      std::sort(sorted.begin(), sorted.end(), [](const Entry* a, const Entry* b) { return a->key < b->key; });
      const char* separator = "";
      for (const Entry* entry : sorted) {
        out += separator + quoted(entry->key) + ":" + go_syntax(entry->value, room);
        separator = ", ";
        if (out.size() > room) break;
      }
      return out + "}";
    }
    default: return std::string(node.text());
  }
}

}  // namespace

void Tree::fail_decode(std::string sentence, SourceSpan where, bool too_large) {
  if (decode_.kubectl.empty()) decode_ = {std::move(sentence), where, too_large};
}

void Tree::fail_convert(std::string sentence, SourceSpan where) {
  if (convert_.kubectl.empty()) convert_ = {std::move(sentence), where, false};
}

const DecodeError& Tree::error() const { return decode_.kubectl.empty() ? convert_ : decode_; }

void Tree::check_finite(const Node& node) {
  if (node.kind() != Kind::Float || node.text().empty()) return;
  const char last = node.text().back();
  if (last != 'N' && last != 'f') return;
  fail_convert("json: unsupported value: " + std::string(node.text()), node.span());
}

Tree::Anchor& Tree::anchor(std::size_t number) {
  if (number >= anchors_.size()) anchors_.resize(number + 1);
  return anchors_[number];
}

void Tree::add(const Node& node, std::size_t number, std::uint64_t weight, bool merge) {
  values_.push_back({node, node.span().end, merge, false});
  if (number != 0) anchor(number) = {node, weight, true};
}

void Tree::scalar(const Properties& properties, Style style, std::uint32_t begin, std::uint32_t end,
                  std::string_view text) {
  ++operations_;
  const SourceSpan where = span(begin, end);
  Resolved resolved{Kind::String, text, true};
  bool merge = false;
  if (!properties.tag.empty()) {
    if (properties.tag == kMergeTag || properties.tag == "!") merge = text == "<<";
    if (!merge) {
      if (auto sentence = resolve_tagged(properties.tag, text, arena_, resolved)) fail_decode(std::move(*sentence), where);
    }
  } else if (style == Style::Plain) {
    merge = text == "<<";
    resolved = resolve_plain(text, arena_);
  }
  if (!resolved.finite) {
    // Go's names. As a key it becomes text; as a value JSON cannot hold it (check_finite).
    const bool infinite = text.ends_with('f') || text.ends_with('F');
    resolved = {Kind::Float, !infinite ? "NaN" : text.starts_with('-') ? "-Inf" : "+Inf", true, true};
  }
  add(Node::scalar(resolved.kind, style, where, resolved.text), properties.anchor, 1, merge);
  values_.back().floating = resolved.floating;
}

void Tree::empty(const Properties& properties, std::uint32_t at) {
  // A tag with nothing behind it still decodes: `!!str` is the empty string.
  if (!properties.tag.empty()) {
    scalar(properties, Style::Plain, at, at, {});
    return;
  }
  ++operations_;
  add(Node::scalar(Kind::Null, Style::Plain, span(at, at), "null"), properties.anchor, 1);
}

void Tree::value(Kind kind, Style style, std::uint32_t begin, std::uint32_t end, std::string_view text) {
  add(Node::scalar(kind, style, span(begin, end), text), 0, 1);
}

void Tree::alias(std::size_t number, std::string_view name, std::uint32_t begin, std::uint32_t end) {
  const Anchor found = anchor(number);
  if (!found.complete) fail_decode("anchor '" + std::string(name) + "' value contains itself", span(begin, end));
  // decode.go unmarshal: one operation for the alias, and those of the value under an alias.
  operations_ += 1 + found.weight;
  alias_operations_ += found.weight;
  if (alias_operations_ > 100 && operations_ > 1000 &&
      static_cast<double>(alias_operations_) / static_cast<double>(operations_) > allowed_alias_ratio(operations_)) {
    fail_decode("document contains excessive aliasing", span(begin, end), true);
  }
  // Once that is settled the counts need not grow, nor overflow, any further.
  if (decode_.too_large) operations_ = alias_operations_ = 0;
  values_.push_back({found.node.aliased(span(begin, end)), base_ + end, false, false});
}

void Tree::open(const Properties& properties, Style style, std::uint32_t begin) {
  frames_.push_back({values_.size(), operations_, properties.anchor, begin, style});
  ++operations_;
  if (properties.anchor != 0) anchor(properties.anchor) = {};
}

void Tree::begin_sequence(const Properties& properties, Style style, std::uint32_t begin) {
  open(properties, style, begin);
}

void Tree::begin_mapping(const Properties& properties, Style style, std::uint32_t begin) {
  open(properties, style, begin);
}

void Tree::end_sequence(std::uint32_t end) {
  const Frame frame = frames_.back();
  frames_.pop_back();
  const std::size_t count = values_.size() - frame.first;
  std::uint32_t last = frame.begin + base_;
  if (count > 0) last = std::max(last, values_.back().end);
  if (end != kAtLastChild) last = base_ + end;
  Node* items = nullptr;
  if (count > 0) {
    items = static_cast<Node*>(arena_.allocate(count * sizeof(Node), alignof(Node)));
    for (std::size_t i = 0; i < count; ++i) {
      items[i] = values_[frame.first + i].node;
      check_finite(items[i]);
    }
  }
  values_.resize(frame.first);
  const SourceSpan where{file_, base_ + frame.begin, last};
  add(Node::sequence(frame.style, where, std::span<const Node>(items, count)), frame.anchor, operations_ - frame.count);
}

bool Tree::key_text(const Value& value, std::string_view& text) {
  const Node& key = value.node;
  if (value.floating) {
    text = arena_.copy(key.text() == "NaN" ? ".nan" : key.text() == "+Inf" ? ".inf" : key.text() == "-Inf" ? "-.inf"
                       : float_key(key.as_double()));
    return true;
  }
  switch (key.kind()) {
    case Kind::Int:
      if (key.text().size() > 18 && key.as_int() == INT64_MAX && key.text() != "9223372036854775807") {
        fail_convert("unsupported map key of type: uint64", key.span());
        return false;
      }
      text = key.text();
      return true;
    case Kind::Null:
      fail_convert("unsupported map key of type: %!s(<nil>), key: <nil>, value: ...", key.span());
      return false;
    case Kind::Sequence:
    case Kind::Mapping:
      fail_decode("invalid map key: " + go_syntax(key), key.span());
      return false;
    default:
      text = key.text();
      return true;
  }
}

void Tree::append_entry(const Value& key, const Node& value) {
  Entry entry;
  if (!key_text(key, entry.key)) return;
  entry.key_span = key.node.span();
  entry.value = value;
  entries_.push_back(entry);
}

void Tree::merge_mapping(const Node& mapping) {
  for (Entry entry : mapping.entries()) {
    entry.merged = true;
    entries_.push_back(entry);
  }
}

void Tree::merge(const Node& value) {
  constexpr const char* kWrong = "map merge requires map or sequence of maps as the value";
  if (value.is_mapping()) {
    merge_mapping(value);
    return;
  }
  if (!value.is_sequence() || value.is_alias()) {
    fail_decode(kWrong, value.span());
    return;
  }
  // Earlier maps of a list take precedence: apply them last.
  const auto items = value.items();
  for (std::size_t i = items.size(); i-- > 0;) {
    if (items[i].is_mapping()) {
      merge_mapping(items[i]);
    } else {
      fail_decode(kWrong, items[i].span());
    }
  }
}

std::size_t Tree::drop_repeated(std::size_t first) {
  const std::size_t count = entries_.size() - first;
  constexpr std::size_t kSmall = 12;  // up to here comparing each with each is faster than sorting
  std::vector<std::uint32_t> loser_of;  // index of the entry that wins, or the entry itself
  const auto repeated = [&](std::size_t earlier, std::size_t winner) {
    if (loser_of.empty()) {
      loser_of.resize(count);
      for (std::size_t i = 0; i < count; ++i) loser_of[i] = static_cast<std::uint32_t>(i);
    }
    loser_of[earlier] = static_cast<std::uint32_t>(winner);
  };
  if (count <= kSmall) {
    for (std::size_t i = 1; i < count; ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (entries_[first + i].key == entries_[first + j].key) repeated(j, i);
      }
    }
  } else {
    std::vector<std::uint32_t> order(count);
    for (std::size_t i = 0; i < count; ++i) order[i] = static_cast<std::uint32_t>(i);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      const int compared = entries_[first + a].key.compare(entries_[first + b].key);
      return compared != 0 ? compared < 0 : a < b;
    });
    std::uint32_t winner = order.back();
    for (std::size_t i = count - 1; i-- > 0;) {
      if (entries_[first + order[i]].key == entries_[first + winner].key) {
        repeated(order[i], winner);
      } else {
        winner = order[i];
      }
    }
  }
  if (loser_of.empty()) return count;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const Entry& entry = entries_[first + i];
    if (loser_of[i] != i) {
      const Entry& winner = entries_[first + loser_of[i]];
      if (!entry.merged && !winner.merged) {
        Problem problem;
        problem.kind = Problem::Kind::DuplicateKey;
        problem.span = entry.key_span;
        problem.related = winner.key_span;
        problem.message = "key '" + std::string(entry.key) + "' is given again later in the same mapping; this one is ignored";
        repeated_.push_back(std::move(problem));
      }
      continue;
    }
    entries_[first + kept++] = entry;
  }
  return kept;
}

void Tree::end_mapping(std::uint32_t end) {
  const Frame frame = frames_.back();
  frames_.pop_back();
  std::uint32_t last = base_ + frame.begin;
  if (values_.size() > frame.first) last = std::max({last, values_.back().end, values_[values_.size() - 2].end});
  if (end != kAtLastChild) last = base_ + end;
  entries_.clear();
  for (std::size_t i = frame.first; i + 1 < values_.size(); i += 2) {
    if (values_[i].merge) {
      --operations_;  // decode.go mapping does not decode the `<<` itself
      merge(values_[i + 1].node);
    } else {
      check_finite(values_[i + 1].node);
      append_entry(values_[i], values_[i + 1].node);
    }
  }
  values_.resize(frame.first);
  const std::size_t count = drop_repeated(0);
  const std::span<Entry> entries = arena_.copy(std::span<const Entry>(entries_.data(), count));
  const SourceSpan where{file_, base_ + frame.begin, last};
  add(Node::mapping(frame.style, where, entries), frame.anchor, operations_ - frame.count);
}

bool Tree::finish(Node& root, std::vector<Problem>& problems) {
  if (values_.empty()) return false;
  root = values_.back().node;
  check_finite(root);
  problems.insert(problems.end(), std::make_move_iterator(repeated_.begin()), std::make_move_iterator(repeated_.end()));
  return error().kubectl.empty();
}

}  // namespace podseer::yaml
