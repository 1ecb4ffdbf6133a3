// SPDX-License-Identifier: Apache-2.0
// Walks the written and the decoded text side by side (YAML 1.2 sections 7.3 and 8.1: flow folding, block
// indentation and chomping). Whatever differs from what the walk expects ends it without an answer, so a
// wrong place is never given.
#include "yaml/part.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace podseer::yaml {
namespace {

bool blank(char c) { return c == ' ' || c == '\t'; }

/// For each byte of the text that it was written at; ends with where the text ended.
class Walk {
 public:
  Walk(std::string_view raw, std::string_view text) : raw_(raw), text_(text) { places_.reserve(text.size() + 1); }

  bool plain() {
    return flow(raw_.size(), [](char) { return false; });
  }

  bool single_quoted() {
    if (raw_.size() < 2 || raw_.back() != '\'') return false;
    at_ = 1;
    return flow(raw_.size() - 1, [&](char c) {
      if (c == '\'') ++at_;  // '' is one quote
      return false;
    });
  }

  bool double_quoted() {
    if (raw_.size() < 2 || raw_.back() != '"') return false;
    at_ = 1;
    return flow(raw_.size() - 1, [&](char c) { return c == '\\' && escape(); });
  }

  bool literal(std::size_t indent) { return block(indent, false); }
  bool folded(std::size_t indent) { return block(indent, true); }

  [[nodiscard]] const std::vector<std::uint32_t>& places() const { return places_; }

 private:
  [[nodiscard]] bool left() const { return places_.size() < text_.size(); }
  [[nodiscard]] char next() const { return left() ? text_[places_.size()] : '\0'; }
  void take(std::size_t where) { places_.push_back(static_cast<std::uint32_t>(where)); }
  bool done(std::size_t where) {
    if (left()) return false;
    take(where);
    return true;
  }

  /// At a line break of raw_: past the break and the white space around it; what it became is taken.
  bool fold(std::size_t stop) {
    const std::size_t where = at_;
    std::size_t breaks = 0;
    while (at_ < stop && (blank(raw_[at_]) || raw_[at_] == '\r' || raw_[at_] == '\n'))
      breaks += raw_[at_++] == '\n' ? 1 : 0;
    for (std::size_t i = 1; i < breaks; ++i) {
      if (next() != '\n') return false;
      take(where);
    }
    if (breaks == 1) {
      if (next() != ' ') return false;
      take(where);
    }
    return true;
  }

  /// Is there nothing but white space up to a line break?
  [[nodiscard]] bool breaks_here(std::size_t stop) const {
    std::size_t i = at_;
    while (i < stop && blank(raw_[i])) ++i;
    return i < stop && (raw_[i] == '\n' || raw_[i] == '\r');
  }

  /// `special` may take what begins with this byte.
  template <typename Special>
  bool flow(std::size_t stop, Special special) {
    while (at_ < stop) {
      if ((blank(raw_[at_]) || raw_[at_] == '\n' || raw_[at_] == '\r') && breaks_here(stop)) {
        if (!fold(stop)) return false;
        continue;
      }
      const std::size_t where = at_;
      if (failed_) return false;
      if (special(raw_[at_])) continue;
      if (!left() || next() != raw_[at_]) return false;
      take(where);
      ++at_;
    }
    return !failed_ && done(stop);
  }

  /// After a backslash in double quotes.
  bool escape() {
    const std::size_t where = at_;
    if (at_ + 1 >= raw_.size()) return failed_ = true;
    const char c = raw_[at_ + 1];
    if (c == '\n' || c == '\r') {  // the line goes on without a break
      at_ += 2;
      while (at_ < raw_.size() && (blank(raw_[at_]) || raw_[at_] == '\n')) ++at_;
      return true;
    }
    const std::size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    std::size_t length = 1;  // bytes of the text
    if (digits > 0 || c == 'N' || c == '_' || c == 'L' || c == 'P') {
      const auto lead = static_cast<unsigned char>(next());
      length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    }
    for (std::size_t i = 0; i < length; ++i) {
      if (!left()) return failed_ = true;
      take(where);
    }
    at_ += 2 + digits;
    return true;
  }

  bool block(std::size_t indent, bool folds) {
    at_ = std::min(raw_.find('\n'), raw_.size());
    std::size_t end = at_;
    while (at_ < raw_.size()) {
      ++at_;  // the break before this line
      const std::size_t begin = at_;
      std::size_t stop = std::min(raw_.find('\n', at_), raw_.size());
      const std::size_t after = stop;
      if (stop > at_ && raw_[stop - 1] == '\r') --stop;
      std::size_t from = at_;
      while (from < stop && from - at_ < indent && raw_[from] == ' ') ++from;
      at_ = after;
      if (from == stop) continue;               // empty: its break is among the next line's
      if (from - begin < indent) return false;  // not this indentation
      if (!gap(end, folds && !blank(raw_[from]))) return false;
      for (std::size_t i = from; i < stop; ++i) {
        if (!left() || text_[places_.size()] != raw_[i]) return false;
        take(i);
      }
      end = stop;
    }
    while (left()) {  // what chomping kept
      if (next() != '\n') return false;
      take(end);
    }
    return done(end);
  }

  /// The breaks between two lines, as they are in the text; a folded one is a space.
  bool gap(std::size_t where, bool folds) {
    if (folds && next() == ' ') take(where);
    while (next() == '\n') take(where);
    return true;
  }

  std::string_view raw_, text_;
  std::size_t at_ = 0;
  bool failed_ = false;
  std::vector<std::uint32_t> places_;
};

/// Spaces before the first line that is not empty.
std::size_t first_indent(std::string_view raw) {
  for (std::size_t at = raw.find('\n'); at != std::string_view::npos; at = raw.find('\n', at + 1)) {
    const std::size_t begin = raw.find_first_not_of(' ', at + 1);
    if (begin == std::string_view::npos) return 0;
    if (raw[begin] != '\n' && raw[begin] != '\r') return begin - at - 1;
  }
  return 0;
}

std::optional<std::vector<std::uint32_t>> places_of(std::string_view raw, std::string_view text) {
  Walk walk(raw, text);
  const char first = raw.empty() ? '\0' : raw.front();
  if (first == '|' || first == '>') {
    // "|2" says how much of the spaces is indentation; which, the decoded text tells.
    for (std::size_t indent = first_indent(raw);; --indent) {
      Walk attempt(raw, text);
      if (first == '|' ? attempt.literal(indent) : attempt.folded(indent)) return attempt.places();
      if (indent == 0) return std::nullopt;
    }
  }
  const bool fits = first == '\'' ? walk.single_quoted() : first == '"' ? walk.double_quoted() : walk.plain();
  return fits ? std::optional(walk.places()) : std::nullopt;
}

}  // namespace

source::SourceSpan part_of(std::string_view bytes, source::SourceSpan scalar, std::string_view text,
                           std::uint32_t begin, std::uint32_t end) {
  if (!scalar.exists() || begin >= end || end > text.size() || scalar.end > bytes.size() || scalar.begin >= scalar.end)
    return {};
  const auto places = places_of(bytes.substr(scalar.begin, scalar.end - scalar.begin), text);
  if (!places) return {};
  // An end on a line break stays on the line: the last byte's place, and one more.
  const std::uint32_t last = (*places)[end - 1];
  const std::uint32_t stop =
      std::max((*places)[end] > last ? std::min((*places)[end], scalar.end) : last + 1, last + 1);
  const bool breaks = bytes.substr(scalar.begin + last, stop - last).find('\n') != std::string_view::npos;
  return {scalar.file, scalar.begin + (*places)[begin], scalar.begin + (breaks ? last + 1 : stop)};
}

}  // namespace podseer::yaml
