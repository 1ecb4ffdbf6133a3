// SPDX-License-Identifier: Apache-2.0
// yaml-cpp's events become the tree. yaml-cpp knows the grammar and what scalars say; its marks are
// where values begin, in bytes, and places.hpp finds where they end. Its exceptions stop here, and
// HandleNextDocument is asked once a piece: asked again, 0.7 never ends on a stray comma.
// `key: null` and `key:` both give OnNull, the second with the mark of the next token.
#include "yaml/parse.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <istream>
#include <optional>
#include <streambuf>
#include <utility>
#include <vector>

#include "yaml/document.hpp"
#include "yaml/go_yaml.hpp"
#include "yaml/places.hpp"

namespace podseer::yaml {
namespace {

/// The text itself as a stream, with the final line break that kubectl adds when it is missing.
class Memory : public std::streambuf {
 public:
  explicit Memory(std::string_view text) : ends_open_(!text.empty() && text.back() != '\n') {
    if (ends_open_ && text.size() < small_.size()) {
      // yaml-cpp puts back what it read to see the encoding, which cannot reach over two areas.
      *std::copy(text.begin(), text.end(), small_.begin()) = '\n';
      setg(small_.data(), small_.data(), small_.data() + text.size() + 1);
      ends_open_ = false;
      return;
    }
    char* begin = const_cast<char*>(text.data());  // never written to: there is no put area
    setg(begin, begin, begin + text.size());
  }

 protected:
  int_type underflow() override {
    if (!ends_open_) return traits_type::eof();
    ends_open_ = false;
    setg(&line_break_, &line_break_, &line_break_ + 1);
    return traits_type::to_int_type(line_break_);
  }

 private:
  bool ends_open_;
  char line_break_ = '\n';
  std::array<char, 8> small_{};
};

/// Leaves yaml-cpp in the middle of a document.
struct TooDeep {
  std::uint32_t at;
};

class Handler : public YAML::EventHandler {
 public:
  Handler(std::string_view text, source::Arena& arena, Tree& tree)
      : text_(text), places_(text), go_(text), arena_(arena), tree_(tree) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const Place place = value_begins(mark, false);
    const bool properties = place.end != offset(mark);
    const std::uint32_t length = place.begin >= cursor_ ? places_.written_null(place.begin) : 0;
    if (length > 0) {
      check_gap(place.begin);
      tree_.scalar({anchor, {}}, Style::Plain, place.begin, place.begin + length, text_.substr(place.begin, length));
      plain(place.begin + length);
      return;
    }
    if (!properties) check_empty();
    const std::uint32_t at = properties ? place.end : empty_place();
    // yaml-cpp keeps no `!` of a value that is not there; to go-yaml it makes an empty string.
    tree_.empty({anchor, properties && tag_between(offset(mark), place.end) ? "!" : ""}, at);
    child(at);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const std::uint32_t begin = offset(mark);
    check_gap(begin);
    refuse(go_.name(begin));
    const std::uint32_t end = places_.name_end(begin);
    tree_.alias(anchor, text_.substr(begin + 1, end - begin - 1), begin, end);
    child(end);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const Place place = value_begins(mark, true);
    // "?" and "!" stand for plain and other scalars without a tag, but `! x` has one.
    const bool written_tag = tag != "?" && (tag != "!" || tag_between(offset(mark), place.end));
    const Properties properties{anchor, written_tag ? std::string_view(tag) : std::string_view{}};
    const std::uint32_t begin = place.begin;
    check_gap(begin);
    switch (places_.at(begin)) {
      case '"': quoted(properties, Style::DoubleQuoted, begin, value); return;
      case '\'': quoted(properties, Style::SingleQuoted, begin, value); return;
      case '|': block(properties, Style::Literal, begin, value); return;
      case '>': block(properties, Style::Folded, begin, value); return;
      default: break;
    }
    if (value.empty()) {  // a tag with nothing behind it
      tree_.empty(properties, place.end);
      child(place.end);
      return;
    }
    const bool flow = !levels_.empty() && levels_.back().flow;
    if (flow && value.front() == ':') refuse(go_.unexpected("did not find expected node content", begin));
    if (text_.substr(begin, value.size()) == value) {
      auto end = begin + static_cast<std::uint32_t>(value.size());
      // In `{a:, b: 1}` the key is `a:` to go-yaml: only a blank behind the colon makes it one.
      const char behind = places_.at(end + 1);
      if (flow && levels_.back().mapping && places_.at(end) == ':' && (behind == ',' || behind == '}')) ++end;
      tree_.scalar(properties, Style::Plain, begin, end, text_.substr(begin, end - begin));
      plain(end);
      return;
    }
    const std::uint32_t end = places_.text_end(begin, value);
    text_until_ = end;
    tree_.scalar(properties, Style::Plain, begin, end, arena_.copy(value));
    plain(end);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open(mark, tag, anchor, style, false);
  }
  void OnSequenceEnd() override {
    const std::uint32_t end = close(']');
    tree_.end_sequence(end);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open(mark, tag, anchor, style, true);
  }
  void OnMapEnd() override {
    const std::uint32_t end = close('}');
    tree_.end_mapping(end);
  }

  [[nodiscard]] std::uint32_t cursor() const { return cursor_; }
  [[nodiscard]] std::vector<OpenBlock> open_blocks() const {
    std::vector<OpenBlock> open;
    for (const Level& level : levels_) {
      const bool below_key = !open.empty() && !open.back().sequence && open.back().column == level.column;
      if (!level.flow) open.push_back({level.column, !level.mapping, !level.mapping && below_key});
    }
    return open;
  }
  /// After the document: what stands behind it.
  void check_end() {
    if (root_.column == kNoColumn || root_.flow) return;
    const std::uint32_t next = places_.skip_space(cursor_);
    refuse(go_.gap(cursor_, next, plain_before_, root_.column + 1));
    refuse(go_.behind_root(cursor_, root_.column, !root_.mapping));
  }
  [[nodiscard]] std::uint32_t text_until() const { return text_until_; }
  [[nodiscard]] std::size_t template_at() const { return template_at_; }

 private:
  struct Level {
    bool mapping = false;
    bool flow = false;
    bool bracket = false;      // false for `x: y` in `[x: y]`
    std::size_t children = 0;  // keys and values counted apart
    std::uint32_t column = 0;  // where a block collection's keys or dashes stand
    std::uint32_t key = 0;     // where the last key began
  };

  [[nodiscard]] std::uint32_t offset(const YAML::Mark& mark) const {
    return static_cast<std::uint32_t>(std::clamp<long>(mark.pos, 0, static_cast<long>(text_.size())));
  }
  [[nodiscard]] bool tag_between(std::uint32_t begin, std::uint32_t end) const {
    return text_.substr(begin, end - begin).find('!') != std::string_view::npos;
  }

  static void refuse(const std::optional<Refusal>& refusal) {
    if (refusal) throw *refusal;
  }

  [[nodiscard]] bool block_context() const { return levels_.empty() || !levels_.back().flow; }
  [[nodiscard]] bool at_key() const {
    return !levels_.empty() && levels_.back().mapping && levels_.back().children % 2 == 0;
  }
  /// Places come in order mostly, so only what lies between the last one and this is searched for a
  /// line break: a file may be one long line.
  [[nodiscard]] std::uint32_t column(std::uint32_t at) const {
    if (at < column_seen_) column_seen_ = line_begin_ = 0;
    const std::size_t line_break = text_.substr(column_seen_, at - column_seen_).rfind('\n');
    if (line_break != std::string_view::npos) line_begin_ = column_seen_ + static_cast<std::uint32_t>(line_break) + 1;
    column_seen_ = at;
    return at - line_begin_;
  }

  /// Where the content of a value begins, its anchor and tag checked.
  Place value_begins(const YAML::Mark& mark, bool key_too) {
    const std::uint32_t begin = offset(mark);
    if (at_key() && key_too) levels_.back().key = begin;
    const char first = places_.at(begin);
    if (first != '&' && first != '!') return {begin, begin};
    const bool value = block_context() && !levels_.empty() && !at_key();
    for (std::uint32_t at = begin; places_.at(at) == '&' || places_.at(at) == '!';) {
      refuse(places_.at(at) == '&' ? go_.name(at) : go_.tag(at));
      const Place behind = places_.behind_properties(at, true);
      // An anchor or tag that stands where the next key should.
      if (value && column(at) <= levels_.back().column &&
          text_.substr(at - column(at), column(at)).find_first_not_of(' ') == std::string_view::npos) {
        throw go_.no_colon(at, behind.end);
      }
      at = behind.begin;
    }
    return places_.behind_properties(begin);
  }

  /// What stands between the last token and this one, in a block context.
  void check_gap(std::uint32_t begin) {
    if (block_context() && begin > cursor_)
      refuse(go_.gap(cursor_, begin, plain_before_, levels_.empty() ? 0 : levels_.back().column + 1));
  }

  /// A value or key that is not there: go-yaml does not always agree that it may be missing.
  void check_empty() {
    if (levels_.empty()) return;
    const Level& level = levels_.back();
    if (level.flow) {
      const std::uint32_t next = places_.skip_space(cursor_);
      if (!level.mapping && level.bracket) throw go_.unexpected("did not find expected node content", next);
      return;
    }
    if (!level.mapping) return;
    const std::uint32_t next = places_.skip_space(cursor_);
    if (level.children % 2 == 0) {
      if (places_.at(next) == ':') throw go_.unexpected("did not find expected key", next);
    } else if (places_.at(next) != ':' && !is_explicit(level.key)) {
      throw go_.no_colon(level.key, cursor_);
    }
  }

  /// Does a `?` stand in front of this key?
  [[nodiscard]] bool is_explicit(std::uint32_t key) const {
    const std::size_t before = key == 0 ? std::string_view::npos : text_.find_last_not_of(" \t\r\n", key - 1);
    return before != std::string_view::npos && text_[before] == '?';
  }

  void plain(std::uint32_t end) {
    child(end);
    plain_before_ = true;
  }

  /// A value or key ends here.
  void child(std::uint32_t end) {
    cursor_ = std::max(cursor_, end);
    plain_before_ = false;
    if (!levels_.empty()) ++levels_.back().children;
  }

  /// Where a null that is not written would stand: behind its colon, its dash or its key.
  [[nodiscard]] std::uint32_t empty_place() const {
    if (levels_.empty()) return cursor_;
    const Level& level = levels_.back();
    if (level.mapping && level.children % 2 == 1) return places_.behind(cursor_, ':');
    if (!level.mapping && !level.flow) return places_.behind(cursor_, '-');
    return cursor_;
  }

  void quoted(const Properties& properties, Style style, std::uint32_t begin, const std::string& value) {
    const std::uint32_t end = places_.quoted_end(begin);
    refuse(go_.quoted(begin, end));
    std::string_view said = text_.substr(begin + 1, end - begin - 2);
    if (said != value) {
      said = arena_.copy(value);
      if (text_.substr(begin, end - begin).find('\n') != std::string_view::npos) text_until_ = end;
    }
    tree_.scalar(properties, style, begin, end, said);
    child(end);
  }

  void block(const Properties& properties, Style style, std::uint32_t begin, const std::string& value) {
    std::uint32_t header = begin;
    while (header < text_.size() && text_[header] != '\n' && text_[header] != '\r' && text_[header] != ' ' &&
           text_[header] != '\t')
      ++header;
    const std::uint32_t body = places_.block_body(begin);
    refuse(go_.block_scalar(begin, body));
    std::uint32_t end = places_.text_end(body, value);
    // Blanks at the end of the last line are text as well.
    while (end < text_.size() && (text_[end] == ' ' || text_[end] == '\t')) ++end;
    if (value.find_first_not_of(" \t\r\n") == std::string::npos) end = header;
    text_until_ = end;
    const bool keeps =
        style == Style::Folded && text_.substr(begin, header - begin).find('+') != std::string_view::npos;
    tree_.scalar(properties, style, begin, end, arena_.copy(keeps ? with_kept_breaks(value, end) : value));
    child(end);
  }

  /// `>+` keeps every line break at the end; yaml-cpp folds the last two into one.
  std::string with_kept_breaks(std::string value, std::uint32_t end) const {
    const std::size_t last = value.find_last_not_of('\n');
    if (last == std::string::npos) return value;
    value.resize(last + 1);
    for (std::size_t i = end;;) {
      if (places_.at(i) == '\r' && places_.at(i + 1) == '\n') ++i;
      const bool at_break = i >= text_.size() || text_[i] == '\n' || text_[i] == '\r';
      if (!at_break) return value;
      value += '\n';
      if (++i >= text_.size()) return value;
      while (places_.at(i) == ' ') ++i;
      if (i >= text_.size()) return value;
    }
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            YAML::EmitterStyle::value emitter_style, bool mapping) {
    if (levels_.size() >= static_cast<std::size_t>(kMaxDepth)) throw TooDeep{offset(mark)};
    // An anchor or tag in front of the first key is the key's, not the mapping's.
    const bool properties_too = anchor != 0 || tag != "?";
    if (at_key()) levels_.back().key = offset(mark);
    const std::uint32_t begin = properties_too ? value_begins(mark, true).begin : offset(mark);
    check_gap(begin);
    const bool flow = emitter_style == YAML::EmitterStyle::Flow;
    const bool bracket = flow && places_.at(begin) == (mapping ? '{' : '[');
    if (bracket && mapping && places_.at(begin + 1) == '{') template_at_ = std::min<std::size_t>(template_at_, begin);
    if (levels_.empty()) root_ = {mapping, flow, bracket, 0, column(begin), 0};
    levels_.push_back({mapping, flow, bracket, 0, column(begin), begin});
    plain_before_ = false;
    cursor_ = std::max(cursor_, bracket ? begin + 1 : begin);
    const Properties properties{anchor, {}};
    const Style style = flow ? Style::Flow : Style::Block;
    mapping ? tree_.begin_mapping(properties, style, begin) : tree_.begin_sequence(properties, style, begin);
  }

  std::uint32_t close(char bracket) {
    const Level level = levels_.back();
    levels_.pop_back();
    if (level.bracket) {
      cursor_ = places_.closed(cursor_, bracket);
      plain_before_ = false;
    }
    if (!levels_.empty()) ++levels_.back().children;
    return level.bracket ? cursor_ : Tree::kAtLastChild;
  }

  std::string_view text_;
  Places places_;
  GoYaml go_;
  source::Arena& arena_;
  Tree& tree_;
  static constexpr std::uint32_t kNoColumn = 0xffffffffU;
  std::vector<Level> levels_;
  Level root_{false, false, false, 0, kNoColumn, 0};
  bool plain_before_ = false;                               // the last token is a plain scalar, which may have gone on
  std::uint32_t cursor_ = 0;                                // everything before it has been told
  mutable std::uint32_t column_seen_ = 0, line_begin_ = 0;  // of `column`
  std::uint32_t text_until_ = 0;
  std::size_t template_at_ = std::string_view::npos;
};

}  // namespace

Parsed parse_events(std::string_view text, source::Arena& arena, Tree& tree) {
  Parsed parsed;
  Handler handler(text, arena, tree);
  const GoYaml go(text);
  const auto fail = [&parsed](const Refusal& refusal) {
    parsed.outcome = Parsed::Outcome::Failed;
    parsed.problem = refusal.problem;
    parsed.kubectls_words = true;
    parsed.line = refusal.line;
    parsed.at = refusal.at;
  };
  if (const auto refusal = go.beginning()) {
    fail(*refusal);
    return parsed;
  }
  try {
    Memory memory(text);
    std::istream stream(&memory);
    YAML::Parser parser(stream);
    if (parser.HandleNextDocument(handler)) {
      parsed.outcome = Parsed::Outcome::Document;
      handler.check_end();
    }
    parsed.at = handler.cursor();
  } catch (const TooDeep& deep) {
    parsed.outcome = Parsed::Outcome::TooDeep;
    parsed.at = deep.at;
  } catch (const Refusal& refusal) { fail(refusal); } catch (const YAML::Exception& failure) {
    const auto at = static_cast<std::uint32_t>(std::clamp<long>(failure.mark.pos, 0, static_cast<long>(text.size())));
    if (const auto refusal = go.translate(failure.msg, at, handler.cursor(), handler.open_blocks())) {
      fail(*refusal);
    } else {
      parsed.outcome = Parsed::Outcome::Failed;
      parsed.problem = failure.msg;
      parsed.at = at;
      if (parsed.problem.starts_with("the referenced anchor is not defined")) {
        const std::uint32_t end = Places(text).name_end(at);
        parsed.problem = "unknown anchor '" + std::string(text.substr(at + 1, end - at - 1)) + "' referenced";
        parsed.kubectls_words = true;
      }
    }
  }
  parsed.template_at = handler.template_at();
  parsed.text_until = handler.text_until();
  return parsed;
}

}  // namespace podseer::yaml
