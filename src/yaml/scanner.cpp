// SPDX-License-Identifier: Apache-2.0
// Structure: which token comes next, which of them are keys, where block collections begin and end.
// The rules are those of libyaml 0.1 and go-yaml v2.4 (scannerc.go); scan_text.cpp has the scalars.
#include "yaml/scanner.hpp"

#include <algorithm>
#include <array>

namespace podseer::yaml {
namespace {

constexpr std::size_t kNoNumber = static_cast<std::size_t>(-1);
constexpr std::uint32_t kSimpleKeyLength = 1024;  // characters; YAML 1.1, 9.1.3
constexpr std::uint32_t kMaxLevels = 10000;       // go-yaml v2 max_flow_level and max_indents

bool starts_plain(char c) {
  switch (c) {
    case '-': case '?': case ':': case ',': case '[': case ']': case '{': case '}': case '#': case '&':
    case '*': case '!': case '|': case '>': case '\'': case '"': case '%': case '@': case '`':
      return false;
    default:
      return true;
  }
}

/// Characters between two offsets, for the limit on simple keys.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

}  // namespace

Scanner::Scanner(std::string_view text, source::Arena& arena)
    : text_(text), arena_(arena), ends_open_(!text.empty() && text.back() != '\n') {
  simple_keys_.emplace_back();
  tokens_.reserve(16);
}

std::uint32_t Scanner::break_width(std::size_t i) const {
  switch (at(i)) {
    case '\n': return 1;
    case '\r': return at(i + 1) == '\n' && i + 1 < text_.size() ? 2 : 1;
    case '\xC2': return at(i + 1) == '\x85' ? 2 : 0;
    case '\xE2': return at(i + 1) == '\x80' && (at(i + 2) == '\xA8' || at(i + 2) == '\xA9') ? 3 : 0;
    default: return 0;
  }
}

bool Scanner::document_indicator() const {
  if (pos_ != line_start_) return false;
  const char c = at(pos_);
  return (c == '-' || c == '.') && at(pos_ + 1) == c && at(pos_ + 2) == c && blankz(pos_ + 3);
}

void Scanner::advance() { ++pos_; }

void Scanner::skip_break() {
  pos_ += break_width(pos_);
  ++line_;
  line_start_ = pos_;
}

void Scanner::read_break(std::string& into) {
  if (at(pos_) == '\xE2') {
    into.append(text_.substr(pos_, 3));
  } else {
    into.push_back('\n');
  }
  skip_break();
}

void Scanner::skip_comment() {
  if (at(pos_) != '#') return;
  while (at(pos_) != '\0' && break_width(pos_) == 0) ++pos_;
}

bool Scanner::fail(std::string_view problem) { return fail_at(problem, pos_, line_ == 0 ? 0 : line_ + 1); }

bool Scanner::fail_at(std::string_view problem, std::uint32_t where, std::uint32_t line) {
  const auto size = static_cast<std::uint32_t>(text_.size());
  error_ = {problem, std::min(where, size), line};
  return false;
}

const Token* Scanner::peek() {
  if (!available_ && !fetch_more()) return nullptr;
  return &tokens_[head_];
}

void Scanner::skip() {
  available_ = false;
  ++parsed_;
  ++head_;
  if (head_ == tokens_.size()) {
    tokens_.clear();
    head_ = 0;
  }
}

bool Scanner::fetch_more() {
  if (!error_.problem.empty()) return false;
  for (;;) {
    if (head_ != tokens_.size()) {
      const auto key = std::find_if(simple_keys_.begin(), simple_keys_.end(), [this](const SimpleKey& k) {
        return k.possible && k.listed && k.token_number == parsed_;
      });
      if (key == simple_keys_.end()) break;
      bool valid = false;
      if (!key_is_valid(*key, valid)) return false;
      if (!valid) break;
    }
    if (!fetch_next()) return false;
  }
  available_ = true;
  return true;
}

bool Scanner::fetch_next() {
  skip_to_next();
  unroll_indent(column());
  const char c = at(pos_);
  if (c == '\0') {
    unroll_indent(-1);
    if (!remove_simple_key()) return false;
    simple_key_allowed_ = false;
    push(Token::Type::StreamEnd, 0);
    return true;
  }
  if (column() == 0 && c == '%') return fetch_directive();
  if (document_indicator()) {
    return fetch_document_indicator(c == '-' ? Token::Type::DocumentStart : Token::Type::DocumentEnd);
  }
  switch (c) {
    case '[': return fetch_flow_start(Token::Type::FlowSequenceStart);
    case '{': return fetch_flow_start(Token::Type::FlowMappingStart);
    case ']': return fetch_flow_end(Token::Type::FlowSequenceEnd);
    case '}': return fetch_flow_end(Token::Type::FlowMappingEnd);
    case ',':
      if (!remove_simple_key()) return false;
      simple_key_allowed_ = true;
      push(Token::Type::FlowEntry, 1);
      return true;
    case '-':
      if (blankz(pos_ + 1)) return fetch_block_entry();
      break;
    case '?':
      if (flow_level_ > 0 || blankz(pos_ + 1)) return fetch_key();
      break;
    case ':':
      if (flow_level_ > 0 || blankz(pos_ + 1)) return fetch_value();
      break;
    case '*': return scan_anchor(Token::Type::Alias);
    case '&': return scan_anchor(Token::Type::Anchor);
    case '!': return scan_tag();
    case '|':
      if (flow_level_ == 0) return scan_block(true);
      break;
    case '>':
      if (flow_level_ == 0) return scan_block(false);
      break;
    case '\'': return scan_quoted(true);
    case '"': return scan_quoted(false);
    default: break;
  }
  if ((!blankz(pos_) && starts_plain(c)) || (c == '-' && !blank(pos_ + 1)) ||
      (flow_level_ == 0 && (c == '?' || c == ':') && !blankz(pos_ + 1))) {
    return scan_plain();
  }
  return fail("found character that cannot start any token");
}

void Scanner::skip_to_next() {
  for (;;) {
    if (column() == 0 && at(pos_) == '\xEF' && at(pos_ + 1) == '\xBB' && at(pos_ + 2) == '\xBF') {
      pos_ += 3;
      line_start_ = pos_;
    }
    while (at(pos_) == ' ' || ((flow_level_ > 0 || !simple_key_allowed_) && at(pos_) == '\t')) ++pos_;
    skip_comment();
    if (break_width(pos_) == 0) return;
    skip_break();
    if (flow_level_ == 0) simple_key_allowed_ = true;
  }
}

bool Scanner::key_is_valid(SimpleKey& key, bool& valid) {
  valid = key.possible;
  if (!valid) return true;
  const bool far = pos_ - key.at > kSimpleKeyLength &&
                   characters(text_.substr(key.at, pos_ - key.at)) > kSimpleKeyLength;
  if (key.line < line_ || far) {
    if (key.required) return fail("could not find expected ':'");
    key.possible = false;
    valid = false;
  }
  return true;
}

bool Scanner::save_simple_key() {
  if (!simple_key_allowed_) return true;
  const bool required = flow_level_ == 0 && indent_ == static_cast<std::int64_t>(column());
  if (!remove_simple_key()) return false;
  simple_keys_.back() = {true, required, true, parsed_ + (tokens_.size() - head_), pos_, line_, column()};
  return true;
}

bool Scanner::remove_simple_key() {
  SimpleKey& key = simple_keys_.back();
  if (key.possible && key.required) return fail("could not find expected ':'");
  key.possible = false;
  return true;
}

bool Scanner::roll_indent(std::uint32_t to, std::size_t number, Token::Type type, std::uint32_t where,
                          std::uint32_t line) {
  if (flow_level_ > 0 || indent_ >= static_cast<std::int64_t>(to)) return true;
  indents_.push_back(indent_);
  indent_ = to;
  if (indents_.size() > kMaxLevels) return fail("exceeded max depth of 10000");
  Token token;
  token.type = type;
  token.begin = token.end = where;
  token.line = line;
  insert(place(number), token);
  return true;
}

void Scanner::unroll_indent(std::int64_t to) {
  if (flow_level_ > 0) return;
  while (indent_ > to) {
    push(Token::Type::BlockEnd, 0);
    indent_ = indents_.back();
    indents_.pop_back();
  }
}

void Scanner::push(Token::Type type, std::uint32_t width) {
  Token token;
  token.type = type;
  token.begin = pos_;
  token.end = pos_ + width;
  token.line = line_;
  tokens_.push_back(token);
  pos_ += width;
}

std::size_t Scanner::place(std::size_t number) const {
  if (number == kNoNumber || number < parsed_) return tokens_.size();
  return std::min(head_ + (number - parsed_), tokens_.size());
}

void Scanner::insert(std::size_t offset, const Token& token) {
  tokens_.insert(tokens_.begin() + static_cast<std::ptrdiff_t>(offset), token);
}

bool Scanner::fetch_flow_start(Token::Type type) {
  if (type == Token::Type::FlowMappingStart && at(pos_ + 1) == '{' && template_at_ == std::string_view::npos) {
    template_at_ = pos_;
  }
  if (!save_simple_key()) return false;
  simple_keys_.emplace_back();
  simple_keys_.back().token_number = parsed_ + (tokens_.size() - head_);
  if (++flow_level_ > kMaxLevels) return fail("exceeded max depth of 10000");
  simple_key_allowed_ = true;
  push(type, 1);
  return true;
}

bool Scanner::fetch_flow_end(Token::Type type) {
  if (!remove_simple_key()) return false;
  if (flow_level_ > 0) {
    --flow_level_;
    // go-yaml forgets the key outside when the brackets held none of their own: `[]: x` is an error.
    const std::size_t number = simple_keys_.back().token_number;
    simple_keys_.pop_back();
    if (simple_keys_.back().token_number == number) simple_keys_.back().listed = false;
  }
  simple_key_allowed_ = false;
  push(type, 1);
  return true;
}

bool Scanner::fetch_block_entry() {
  if (flow_level_ == 0) {
    if (!simple_key_allowed_) return fail("block sequence entries are not allowed in this context");
    if (!roll_indent(column(), kNoNumber, Token::Type::BlockSequenceStart, pos_, line_)) return false;
  }
  if (!remove_simple_key()) return false;
  simple_key_allowed_ = true;
  push(Token::Type::BlockEntry, 1);
  return true;
}

bool Scanner::fetch_key() {
  if (flow_level_ == 0) {
    if (!simple_key_allowed_) return fail("mapping keys are not allowed in this context");
    if (!roll_indent(column(), kNoNumber, Token::Type::BlockMappingStart, pos_, line_)) return false;
  }
  if (!remove_simple_key()) return false;
  simple_key_allowed_ = flow_level_ == 0;
  push(Token::Type::Key, 1);
  return true;
}

bool Scanner::fetch_value() {
  SimpleKey& key = simple_keys_.back();
  bool valid = false;
  if (!key_is_valid(key, valid)) return false;
  if (valid) {
    Token token;
    token.type = Token::Type::Key;
    token.begin = token.end = key.at;
    token.line = key.line;
    insert(place(key.token_number), token);
    if (!roll_indent(key.column, key.token_number, Token::Type::BlockMappingStart, key.at, key.line)) return false;
    key.possible = false;
    simple_key_allowed_ = false;
  } else {
    if (flow_level_ == 0) {
      if (!simple_key_allowed_) return fail("mapping values are not allowed in this context");
      if (!roll_indent(column(), kNoNumber, Token::Type::BlockMappingStart, pos_, line_)) return false;
    }
    simple_key_allowed_ = flow_level_ == 0;
  }
  push(Token::Type::Value, 1);
  return true;
}

bool Scanner::fetch_directive() {
  unroll_indent(-1);
  if (!remove_simple_key()) return false;
  simple_key_allowed_ = false;
  Token token;
  if (!scan_directive(token)) return false;
  tokens_.push_back(token);
  return true;
}

bool Scanner::fetch_document_indicator(Token::Type type) {
  unroll_indent(-1);
  if (!remove_simple_key()) return false;
  simple_key_allowed_ = false;
  push(type, 3);
  return true;
}

}  // namespace podseer::yaml
