// SPDX-License-Identifier: Apache-2.0
// Scalars, anchors, tags and directives: where they end and what they say. Text that equals its
// bytes stays a view of the source; folded, escaped and block text is decoded into the arena.
// `"a\n  b"` over two lines is `a b`; `|` keeps its line breaks; a plain scalar ends before `: `, ` #`
// and a line that is not indented deeper than its parent (YAML 1.1, chapter 9; libyaml scanner.c).
#include "yaml/scanner.hpp"

#include <algorithm>

namespace podseer::yaml {
namespace {

bool is_alpha(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}
bool is_flow_indicator(char c) { return c == ',' || c == '?' || c == '[' || c == ']' || c == '{' || c == '}'; }

void append_utf8(std::string& out, std::uint32_t value) {
  const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (value <= 0x7F) {
    put(value);
  } else if (value <= 0x7FF) {
    put(0xC0 + (value >> 6));
    put(0x80 + (value & 0x3F));
  } else if (value <= 0xFFFF) {
    put(0xE0 + (value >> 12));
    put(0x80 + ((value >> 6) & 0x3F));
    put(0x80 + (value & 0x3F));
  } else {
    put(0xF0 + (value >> 18));
    put(0x80 + ((value >> 12) & 0x3F));
    put(0x80 + ((value >> 6) & 0x3F));
    put(0x80 + (value & 0x3F));
  }
}

/// Folds the line breaks between two lines of text: one becomes a blank, more lose the first.
void fold(std::string& out, std::string& leading, std::string& trailing) {
  if (leading.starts_with('\n')) {
    if (trailing.empty()) {
      out.push_back(' ');
    } else {
      out.append(trailing);
    }
  } else {
    out.append(leading);
    out.append(trailing);
  }
  leading.clear();
  trailing.clear();
}

}  // namespace

bool Scanner::scan_anchor(Token::Type type) {
  if (!save_simple_key()) return false;
  simple_key_allowed_ = false;
  Token token;
  token.type = type;
  token.begin = pos_;
  token.line = line_;
  ++pos_;
  while (is_alpha(at(pos_))) ++pos_;
  token.end = pos_;
  token.text = text_.substr(token.begin + 1, token.end - token.begin - 1);
  const char c = at(pos_);
  if (token.text.empty() || !(blankz(pos_) || c == '?' || c == ':' || c == ',' || c == ']' || c == '}' ||
                              c == '%' || c == '@' || c == '`')) {
    return fail("did not find expected alphabetic or numeric character");
  }
  tokens_.push_back(token);
  return true;
}

bool Scanner::scan_tag_handle(bool directive, std::string& handle) {
  if (at(pos_) != '!') return fail("did not find expected '!'");
  handle = "!";
  ++pos_;
  while (is_alpha(at(pos_))) handle.push_back(at(pos_++));
  if (at(pos_) == '!') {
    handle.push_back('!');
    ++pos_;
  } else if (directive && handle != "!") {
    return fail("did not find expected '!'");
  }
  return true;
}

bool Scanner::scan_tag_uri(std::string& uri, bool started) {
  constexpr std::string_view kAllowed = ";/?:@&=+$,.!~*'()[]%";
  while (is_alpha(at(pos_)) || (at(pos_) != '\0' && kAllowed.find(at(pos_)) != std::string_view::npos)) {
    started = true;
    if (at(pos_) != '%') {
      uri.push_back(at(pos_++));
      continue;
    }
    int width = 0;
    do {
      const int high = at(pos_) == '%' ? hex(at(pos_ + 1)) : -1;
      const int low = high < 0 ? -1 : hex(at(pos_ + 2));
      if (low < 0) return fail("did not find URI escaped octet");
      const auto octet = static_cast<unsigned>(high * 16 + low);
      if (width == 0) {
        width = octet < 0x80 ? 1 : (octet & 0xE0U) == 0xC0 ? 2 : (octet & 0xF0U) == 0xE0 ? 3
              : (octet & 0xF8U) == 0xF0 ? 4 : 0;
        if (width == 0) return fail("found an incorrect leading UTF-8 octet");
      } else if ((octet & 0xC0U) != 0x80) {
        return fail("found an incorrect trailing UTF-8 octet");
      }
      uri.push_back(static_cast<char>(octet));
      pos_ += 3;
    } while (--width > 0);
  }
  return started || fail("did not find expected tag URI");
}

bool Scanner::scan_tag() {
  if (!save_simple_key()) return false;
  simple_key_allowed_ = false;
  Token token;
  token.type = Token::Type::Tag;
  token.begin = pos_;
  token.line = line_;
  std::string handle, suffix;
  if (at(pos_ + 1) == '<') {
    pos_ += 2;
    if (!scan_tag_uri(suffix, false)) return false;
    if (at(pos_) != '>') return fail("did not find the expected '>'");
    ++pos_;
  } else {
    if (!scan_tag_handle(false, handle)) return false;
    if (handle.size() > 1 && handle.back() == '!') {
      if (!scan_tag_uri(suffix, false)) return false;
    } else {
      suffix = handle.substr(1);
      if (!scan_tag_uri(suffix, true)) return false;
      handle = "!";
      if (suffix.empty()) handle.swap(suffix);
    }
  }
  if (!blankz(pos_)) return fail("did not find expected whitespace or line break");
  token.end = pos_;
  token.text = arena_.copy(handle);
  token.suffix = arena_.copy(suffix);
  tokens_.push_back(token);
  return true;
}

bool Scanner::scan_directive(Token& token) {
  token.begin = pos_;
  token.line = line_;
  ++pos_;
  const std::uint32_t name_begin = pos_;
  while (is_alpha(at(pos_))) ++pos_;
  const std::string_view name = text_.substr(name_begin, pos_ - name_begin);
  if (name.empty()) return fail("could not find expected directive name");
  if (!blankz(pos_)) return fail("found unexpected non-alphabetical character");
  const auto skip_blanks = [this] {
    while (blank(pos_)) ++pos_;
  };
  if (name == "YAML") {
    skip_blanks();
    const std::uint32_t begin = pos_;
    for (int part = 0; part < 2; ++part) {
      int length = 0;
      for (; is_digit(at(pos_)); ++pos_) {
        if (++length > 2) return fail("found extremely long version number");
      }
      if (length == 0) return fail("did not find expected version number");
      if (part == 0) {
        if (at(pos_) != '.') return fail("did not find expected digit or '.' character");
        ++pos_;
      }
    }
    token.type = Token::Type::VersionDirective;
    token.text = text_.substr(begin, pos_ - begin);
  } else if (name == "TAG") {
    std::string handle, prefix;
    skip_blanks();
    if (!scan_tag_handle(true, handle)) return false;
    if (!blank(pos_)) return fail("did not find expected whitespace");
    skip_blanks();
    if (!scan_tag_uri(prefix, false)) return false;
    if (!blankz(pos_)) return fail("did not find expected whitespace or line break");
    token.type = Token::Type::TagDirective;
    token.text = arena_.copy(handle);
    token.suffix = arena_.copy(prefix);
  } else {
    return fail("found unknown directive name");
  }
  token.end = pos_;
  skip_blanks();
  skip_comment();
  if (at(pos_) != '\0' && break_width(pos_) == 0) return fail("did not find expected comment or line break");
  if (at(pos_) != '\0') skip_break();
  return true;
}

bool Scanner::scan_block_breaks(std::uint32_t& indent, std::string& breaks) {
  std::uint32_t deepest = 0;
  for (;;) {
    while ((indent == 0 || column() < indent) && at(pos_) == ' ') ++pos_;
    deepest = std::max(deepest, column());
    if ((indent == 0 || column() < indent) && at(pos_) == '\t') {
      return fail("found a tab character where an indentation space is expected");
    }
    if (break_width(pos_) == 0) break;
    read_break(breaks);
  }
  if (indent == 0) {
    indent = std::max({deepest, static_cast<std::uint32_t>(indent_ + 1), 1U});
  }
  return true;
}

bool Scanner::scan_block(bool literal) {
  if (!remove_simple_key()) return false;
  simple_key_allowed_ = true;
  Token token;
  token.type = Token::Type::Scalar;
  token.style = literal ? Style::Literal : Style::Folded;
  token.begin = pos_;
  token.line = line_;
  ++pos_;
  int chomping = 0;
  std::uint32_t increment = 0;
  const auto chomp = [&] {
    if (at(pos_) != '+' && at(pos_) != '-') return false;
    chomping = at(pos_) == '+' ? 1 : -1;
    ++pos_;
    return true;
  };
  const bool chomp_first = chomp();
  if (is_digit(at(pos_))) {
    if (at(pos_) == '0') return fail("found an indentation indicator equal to 0");
    increment = static_cast<std::uint32_t>(at(pos_) - '0');
    ++pos_;
    if (!chomp_first) chomp();
  }
  token.end = pos_;
  while (blank(pos_)) ++pos_;
  skip_comment();
  if (at(pos_) != '\0' && break_width(pos_) == 0) return fail("did not find expected comment or line break");
  if (at(pos_) != '\0') skip_break();

  std::uint32_t indent = 0;
  if (increment > 0) indent = indent_ >= 0 ? static_cast<std::uint32_t>(indent_) + increment : increment;
  scratch_.clear();
  leading_.clear();
  breaks_.clear();
  if (!scan_block_breaks(indent, breaks_)) return false;
  bool leading_blank = false;
  while (column() == indent && at(pos_) != '\0') {
    const bool starts_blank = blank(pos_);
    if (!literal && !leading_blank && !starts_blank && leading_.starts_with('\n')) {
      if (breaks_.empty()) scratch_.push_back(' ');
    } else {
      scratch_.append(leading_);
    }
    leading_.clear();
    scratch_.append(breaks_);
    breaks_.clear();
    leading_blank = starts_blank;
    const std::uint32_t line_begin = pos_;
    while (pos_ < text_.size() && break_width(pos_) == 0) ++pos_;
    scratch_.append(text_.substr(line_begin, pos_ - line_begin));
    token.end = pos_;
    if (at(pos_) != '\0') read_break(leading_);
    if (!scan_block_breaks(indent, breaks_)) return false;
  }
  if (chomping != -1) scratch_.append(leading_);
  if (chomping == 1) scratch_.append(breaks_);
  token.text = arena_.copy(scratch_);
  text_until_ = token.end;
  tokens_.push_back(token);
  return true;
}

bool Scanner::scan_escape(std::string& into) {
  int digits = 0;
  switch (at(pos_ + 1)) {
    case '0': into.push_back('\0'); break;
    case 'a': into.push_back('\a'); break;
    case 'b': into.push_back('\b'); break;
    case 't': case '\t': into.push_back('\t'); break;
    case 'n': into.push_back('\n'); break;
    case 'v': into.push_back('\v'); break;
    case 'f': into.push_back('\f'); break;
    case 'r': into.push_back('\r'); break;
    case 'e': into.push_back('\x1B'); break;
    case ' ': case '"': case '\'': case '\\': into.push_back(at(pos_ + 1)); break;
    case 'N': into.append("\xC2\x85"); break;
    case '_': into.append("\xC2\xA0"); break;
    case 'L': into.append("\xE2\x80\xA8"); break;
    case 'P': into.append("\xE2\x80\xA9"); break;
    case 'x': digits = 2; break;
    case 'u': digits = 4; break;
    case 'U': digits = 8; break;
    default: return fail("found unknown escape character");
  }
  pos_ += 2;
  if (digits == 0) return true;
  std::uint64_t value = 0;
  for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(digits); ++i) {
    const int digit = hex(at(pos_ + i));
    if (digit < 0) return fail("did not find expected hexdecimal number");
    value = value * 16 + static_cast<std::uint64_t>(digit);
  }
  if ((value >= 0xD800 && value <= 0xDFFF) || value > 0x10FFFF) {
    return fail("found invalid Unicode character escape code");
  }
  append_utf8(into, static_cast<std::uint32_t>(value));
  pos_ += static_cast<std::uint32_t>(digits);
  return true;
}

bool Scanner::scan_quoted(bool single) {
  if (!save_simple_key()) return false;
  simple_key_allowed_ = false;
  const char quote = single ? '\'' : '"';
  Token token;
  token.type = Token::Type::Scalar;
  token.style = single ? Style::SingleQuoted : Style::DoubleQuoted;
  token.begin = pos_;
  token.line = line_;
  ++pos_;
  // Most quoted scalars hold neither escapes nor line breaks: their text is a slice of the source.
  std::uint32_t plain_end = pos_;
  while (plain_end < text_.size()) {
    const char c = text_[plain_end];
    if (c == quote || c == '\n' || c == '\r' || c == '\xC2' || c == '\xE2' || (c == '\\' && !single)) break;
    ++plain_end;
  }
  if (plain_end < text_.size() && text_[plain_end] == quote && !(single && at(plain_end + 1) == '\'') &&
      !document_indicator()) {
    token.text = text_.substr(pos_, plain_end - pos_);
    pos_ = plain_end + 1;
    token.end = pos_;
    tokens_.push_back(token);
    return true;
  }
  scratch_.clear();
  leading_.clear();
  breaks_.clear();
  for (;;) {
    if (document_indicator()) return fail("found unexpected document indicator");
    if (at(pos_) == '\0') return fail("found unexpected end of stream");
    bool leading_blanks = false;
    while (!blankz(pos_)) {
      const char c = at(pos_);
      if (single && c == '\'' && at(pos_ + 1) == '\'') {
        scratch_.push_back('\'');
        pos_ += 2;
      } else if (c == quote) {
        break;
      } else if (!single && c == '\\' && break_width(pos_ + 1) > 0) {
        ++pos_;
        skip_break();
        leading_blanks = true;
        break;
      } else if (!single && c == '\\') {
        if (!scan_escape(scratch_)) return false;
      } else {
        scratch_.push_back(c);
        ++pos_;
      }
    }
    if (at(pos_) == quote) break;
    const std::uint32_t blanks_begin = pos_;
    std::uint32_t blanks_end = pos_;
    while (blank(pos_) || break_width(pos_) > 0) {
      if (blank(pos_)) {
        ++pos_;
        if (!leading_blanks) blanks_end = pos_;
      } else if (!leading_blanks) {
        read_break(leading_);
        leading_blanks = true;
      } else {
        read_break(breaks_);
      }
    }
    if (leading_blanks) {
      fold(scratch_, leading_, breaks_);
    } else {
      scratch_.append(text_.substr(blanks_begin, blanks_end - blanks_begin));
    }
  }
  ++pos_;
  token.end = pos_;
  token.text = arena_.copy(scratch_);
  if (token.line != line_) text_until_ = token.end;
  tokens_.push_back(token);
  return true;
}

bool Scanner::scan_plain() {
  if (!save_simple_key()) return false;
  simple_key_allowed_ = false;
  Token token;
  token.type = Token::Type::Scalar;
  token.style = Style::Plain;
  token.begin = pos_;
  token.line = line_;
  std::uint32_t end = pos_;
  bool copied = false, leading_blanks = false;
  leading_.clear();
  breaks_.clear();
  const std::int64_t indent = indent_ + 1;
  for (;;) {
    if (document_indicator() || at(pos_) == '#') break;
    const std::uint32_t begin = pos_;
    for (;;) {
      const char c = at(pos_);
      if (c == ' ' || c == '\t' || c == '\0' || break_width(pos_) > 0) break;
      if ((c == ':' && blankz(pos_ + 1)) || (flow_level_ > 0 && is_flow_indicator(c))) break;
      ++pos_;
    }
    if (pos_ != begin) {
      if (leading_blanks) {
        if (!copied) scratch_.assign(text_.substr(token.begin, end - token.begin));
        copied = true;
        fold(scratch_, leading_, breaks_);
        scratch_.append(text_.substr(begin, pos_ - begin));
        leading_blanks = false;
      } else if (copied) {
        scratch_.append(text_.substr(end, pos_ - end));
      }
      end = pos_;
    }
    if (!blank(pos_) && break_width(pos_) == 0) break;
    while (blank(pos_) || break_width(pos_) > 0) {
      if (blank(pos_)) {
        if (leading_blanks && static_cast<std::int64_t>(column()) < indent && at(pos_) == '\t') {
          return fail("found a tab character that violates indentation");
        }
        ++pos_;
      } else if (!leading_blanks) {
        read_break(leading_);
        leading_blanks = true;
      } else {
        read_break(breaks_);
      }
    }
    if (flow_level_ == 0 && static_cast<std::int64_t>(column()) < indent) break;
  }
  token.end = end;
  token.text = copied ? arena_.copy(scratch_) : text_.substr(token.begin, end - token.begin);
  if (leading_blanks) simple_key_allowed_ = true;
  tokens_.push_back(token);
  return true;
}

}  // namespace podseer::yaml
