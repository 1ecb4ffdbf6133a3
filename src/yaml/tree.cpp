// SPDX-License-Identifier: Apache-2.0
#include "yaml/tree.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>

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

void Tree::add(const Node& node, std::size_t number, std::uint64_t weight, Flag flag) {
  values_.push_back(node);
  flags_.push_back(flag);
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
      if (auto sentence = resolve_tagged(properties.tag, text, arena_, resolved))
        fail_decode(std::move(*sentence), where);
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
  add(Node::scalar(resolved.kind, style, where, resolved.text), properties.anchor, 1,
      merge               ? kMergeKey
      : resolved.floating ? kFloating
                          : kPlainChild);
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
  add(found.node.aliased(span(begin, end)), 0, 0);
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
  if (count > 0) last = std::max(last, values_.back().span().end);
  if (end != kAtLastChild) last = base_ + end;
  const std::span<const Node> children(values_.data() + frame.first, count);
  for (const Node& item : children) check_finite(item);
  const std::span<const Node> items = arena_.copy(children);
  values_.resize(frame.first);
  flags_.resize(frame.first);
  const SourceSpan where{file_, base_ + frame.begin, last};
  add(Node::sequence(frame.style, where, items), frame.anchor, operations_ - frame.count);
}

bool Tree::key_text(const Node& key, Flag flag, std::string_view& text) {
  if (flag == kFloating) {
    text = arena_.copy(key.text() == "NaN"    ? ".nan"
                       : key.text() == "+Inf" ? ".inf"
                       : key.text() == "-Inf" ? "-.inf"
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
    case Kind::Mapping: fail_decode("invalid map key: " + go_syntax(key), key.span()); return false;
    default: text = key.text(); return true;
  }
}

void Tree::merge_mapping(const Node& mapping) {
  // Every mapping merges the one before it: that grows with the square of the text. kubectl takes it,
  // and more memory than any manifest is worth.
  constexpr std::size_t kMost = 200000;  // entries
  merged_ += mapping.size();
  if (merged_ > kMost) {
    fail_decode("document contains excessive aliasing", mapping.span(), true);
    return;
  }
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

std::size_t Tree::drop_repeated(std::span<Entry> entries) {
  const std::size_t count = entries.size();
  constexpr std::size_t kSmall = 12;     // up to here comparing each with each is faster than sorting
  std::vector<std::uint32_t> winner_of;  // the entry that wins, which may be itself; empty: nothing is repeated
  const auto repeated = [&](std::size_t earlier, std::size_t winner) {
    if (winner_of.empty()) {
      winner_of.resize(count);
      for (std::size_t i = 0; i < count; ++i) winner_of[i] = static_cast<std::uint32_t>(i);
    }
    winner_of[earlier] = static_cast<std::uint32_t>(winner);
  };
  if (count <= kSmall) {
    for (std::size_t i = 1; i < count; ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (entries[i].key == entries[j].key) repeated(j, i);
      }
    }
  } else {
    std::vector<std::uint32_t> order(count);
    for (std::size_t i = 0; i < count; ++i) order[i] = static_cast<std::uint32_t>(i);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      const int compared = entries[a].key.compare(entries[b].key);
      return compared != 0 ? compared < 0 : a < b;
    });
    std::uint32_t winner = order.back();
    for (std::size_t i = count - 1; i-- > 0;) {
      if (entries[order[i]].key == entries[winner].key) {
        repeated(order[i], winner);
      } else {
        winner = order[i];
      }
    }
  }
  if (winner_of.empty()) return count;
  for (std::size_t i = 0; i < count; ++i) {
    const Entry& winner = entries[winner_of[i]];
    if (winner_of[i] == i || entries[i].merged || winner.merged || repeated_.size() >= kMostRepeated) continue;
    Problem problem;
    problem.kind = Problem::Kind::DuplicateKey;
    problem.span = entries[i].key_span;
    problem.related = winner.key_span;
    problem.message =
        "key '" + std::string(entries[i].key) + "' is given again later in the same mapping; this one is ignored";
    repeated_.push_back(std::move(problem));
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (winner_of[i] == i) entries[kept++] = entries[i];
  }
  return kept;
}

void Tree::end_mapping(std::uint32_t end) {
  const Frame frame = frames_.back();
  frames_.pop_back();
  const std::size_t count = (values_.size() - frame.first) / 2;
  std::uint32_t last = base_ + frame.begin;
  if (count > 0) last = std::max({last, values_.back().span().end, values_[values_.size() - 2].span().end});
  if (end != kAtLastChild) last = base_ + end;

  bool merges = false;
  for (std::size_t i = frame.first; i < values_.size(); i += 2) merges = merges || flags_[i] == kMergeKey;
  std::span<Entry> entries;
  if (!merges && count > 0)
    entries = {static_cast<Entry*>(arena_.allocate(count * sizeof(Entry), alignof(Entry))), count};
  entries_.clear();
  std::size_t used = 0;
  for (std::size_t i = frame.first; i + 1 < values_.size(); i += 2) {
    if (flags_[i] == kMergeKey) {
      --operations_;  // decode.go mapping does not decode the `<<` itself
      merge(values_[i + 1]);
      continue;
    }
    check_finite(values_[i + 1]);
    Entry entry;
    if (!key_text(values_[i], flags_[i], entry.key)) continue;
    entry.key_span = values_[i].span();
    entry.value = values_[i + 1];
    if (merges) {
      entries_.push_back(entry);
    } else {
      new (&entries[used++]) Entry(entry);
    }
  }
  values_.resize(frame.first);
  flags_.resize(frame.first);
  if (merges) {
    const std::size_t kept = drop_repeated(entries_);
    entries = arena_.copy(std::span<const Entry>(entries_.data(), kept));
  } else {
    entries = entries.first(drop_repeated(entries.first(used)));
  }
  const SourceSpan where{file_, base_ + frame.begin, last};
  add(Node::mapping(frame.style, where, entries), frame.anchor, operations_ - frame.count);
}

bool Tree::finish(Node& root, std::vector<Problem>& problems) {
  if (values_.empty()) return false;
  root = values_.back();
  check_finite(root);
  problems.insert(problems.end(), std::make_move_iterator(repeated_.begin()), std::make_move_iterator(repeated_.end()));
  return error().kubectl.empty();
}

}  // namespace podseer::yaml
