// SPDX-License-Identifier: Apache-2.0
#include "yaml/json.hpp"

#include <vector>

#include "source/utf8.hpp"

namespace podseer::yaml {
namespace {

constexpr std::size_t kMaxJsonDepth = 10000;  // encoding/json maxNestingDepth

bool space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool digit(char c) { return c >= '0' && c <= '9'; }
bool hex_digit(char c) { return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// Walks one value without recursion and says where it ends or why it does not.
class Walker {
 public:
  Walker(std::string_view text, std::size_t at) : text_(text), at_(at) {}

  JsonValue walk() {
    JsonValue result;
    skip_space();
    if (at_ == text_.size()) {
      result.nothing = true;
      return result;
    }
    result.found = value();
    result.end = at_;
    result.error = std::move(error_);
    return result;
  }

 private:
  void skip_space() {
    while (at_ < text_.size() && space(text_[at_])) ++at_;
  }
  bool fail(std::string_view context) {
    if (at_ >= text_.size()) {
      error_ = "unexpected EOF";
      return false;
    }
    const char c = text_[at_];
    std::string shown = c == '\'' ? "'\\''" : c == '"' ? "'\"'" : std::string("'") + c + "'";
    if (c == '\n') shown = "'\\n'";
    if (c == '\t') shown = "'\\t'";
    if (c == '\r') shown = "'\\r'";
    error_ = "json: offset " + std::to_string(at_ + 1) + ": invalid character " + shown + " " + std::string(context);
    return false;
  }
  bool word(std::string_view expected) {
    for (std::size_t i = 0; i < expected.size(); ++i, ++at_) {
      if (at_ < text_.size() && text_[at_] == expected[i]) continue;
      return fail("in literal " + std::string(expected) + " (expecting '" + expected[i] + "')");
    }
    return true;
  }
  bool string() {
    ++at_;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return true;
      }
      if (static_cast<unsigned char>(c) < 0x20) return fail("in string literal");
      if (c != '\\') continue;
      ++at_;
      if (at_ >= text_.size()) return fail("");
      if (text_[at_] == 'u') {
        for (int i = 0; i < 4; ++i) {
          ++at_;
          if (at_ >= text_.size() || !hex_digit(text_[at_])) return fail("in \\u hexadecimal character escape");
        }
      } else if (std::string_view("\"\\/bfnrt").find(text_[at_]) == std::string_view::npos) {
        return fail("in string escape code");
      }
    }
    return fail("");
  }
  bool number() {
    const auto digits = [this] {
      const std::size_t begin = at_;
      while (at_ < text_.size() && digit(text_[at_])) ++at_;
      return at_ != begin;
    };
    if (text_[at_] == '-') ++at_;
    if (at_ < text_.size() && text_[at_] == '0') {
      ++at_;
    } else if (!digits()) {
      return fail("in numeric literal");
    }
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      if (!digits()) return fail("after decimal point in numeric literal");
    }
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      ++at_;
      if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
      if (!digits()) return fail("in exponent of numeric literal");
    }
    return true;
  }
  bool key() {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != '"') return fail("looking for beginning of object key string");
    if (!string()) return false;
    skip_space();
    if (at_ >= text_.size() || text_[at_] != ':') return fail("after object key");
    ++at_;
    return true;
  }
  bool value() {
    std::vector<char> open;
    for (;;) {
      skip_space();
      if (at_ >= text_.size()) return fail("");
      const char c = text_[at_];
      bool opened = false;
      if (c == '{' || c == '[') {
        if (open.size() >= kMaxJsonDepth) {
          error_ = "exceeded max depth";
          return false;
        }
        open.push_back(c);
        ++at_;
        skip_space();
        if (at_ < text_.size() && text_[at_] == (c == '{' ? '}' : ']')) {
          ++at_;
          open.pop_back();
        } else {
          if (c == '{' && !key()) return false;
          opened = true;
        }
      } else if (c == '"') {
        if (!string()) return false;
      } else if (c == '-' || digit(c)) {
        if (!number()) return false;
      } else if (c == 't') {
        if (!word("true")) return false;
      } else if (c == 'f') {
        if (!word("false")) return false;
      } else if (c == 'n') {
        if (!word("null")) return false;
      } else {
        return fail("looking for beginning of value");
      }
      if (opened) continue;
      for (;;) {  // after a value: close what ends here
        if (open.empty()) return true;
        skip_space();
        if (at_ < text_.size() && text_[at_] == ',') {
          ++at_;
          if (open.back() == '{' && !key()) return false;
          break;
        }
        if (at_ >= text_.size() || text_[at_] != (open.back() == '{' ? '}' : ']')) {
          return fail(open.back() == '{' ? "after object key:value pair" : "after array element");
        }
        ++at_;
        open.pop_back();
      }
    }
  }

  std::string_view text_;
  std::size_t at_;
  std::string error_;
};

/// Builds events from text that is known to be JSON.
class Builder {
 public:
  Builder(std::string_view text, source::Arena& arena, Tree& tree) : text_(text), arena_(arena), tree_(tree) {}

  bool build() {
    skip_space();
    return value(0);
  }

 private:
  void skip_space() {
    while (at_ < text_.size() && space(text_[at_])) ++at_;
  }
  [[nodiscard]] std::uint32_t here() const { return static_cast<std::uint32_t>(at_); }

  std::uint32_t unit() {  // four hexadecimal digits
    std::uint32_t unit = 0;
    for (int i = 0; i < 4; ++i) {
      const char c = text_[at_++];
      unit = unit * 16 + static_cast<std::uint32_t>(digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return unit;
  }
  void unescape(std::string& out) {
    const char c = text_[at_++];
    switch (c) {
      case 'b': out.push_back('\b'); return;
      case 'f': out.push_back('\f'); return;
      case 'n': out.push_back('\n'); return;
      case 'r': out.push_back('\r'); return;
      case 't': out.push_back('\t'); return;
      case 'u': break;
      default: out.push_back(c); return;
    }
    std::uint32_t code = unit();
    if (code >= 0xD800 && code < 0xDC00 && text_.substr(at_, 2) == "\\u") {
      const std::size_t before = at_;
      at_ += 2;
      const std::uint32_t low = unit();
      if (low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
      } else {
        at_ = before;
      }
    }
    if (code >= 0xD800 && code < 0xE000) code = 0xFFFD;  // encoding/json: lone surrogates become U+FFFD
    source::append_utf8(code, out);
  }
  void string() {
    const std::uint32_t begin = here();
    ++at_;
    std::string_view decoded;
    const std::size_t stop = text_.find_first_of("\"\\", at_);
    if (text_[stop] == '"') {
      decoded = text_.substr(at_, stop - at_);
      at_ = stop + 1;
    } else {
      std::string out;
      while (text_[at_] != '"') {
        if (text_[at_] == '\\') {
          ++at_;
          unescape(out);
        } else {
          out.push_back(text_[at_++]);
        }
      }
      ++at_;
      decoded = arena_.copy(out);
    }
    tree_.value(Kind::String, Style::DoubleQuoted, begin, here(), decoded);
  }
  bool value(int depth) {
    if (depth > kMaxDepth) return false;
    const std::uint32_t begin = here();
    const char c = text_[at_];
    if (c == '{' || c == '[') {
      const char close = c == '{' ? '}' : ']';
      c == '{' ? tree_.begin_mapping({}, Style::Flow, begin) : tree_.begin_sequence({}, Style::Flow, begin);
      ++at_;
      skip_space();
      while (text_[at_] != close) {
        if (text_[at_] == ',') ++at_;
        skip_space();
        if (c == '{') {
          string();
          skip_space();
          ++at_;  // the colon
          skip_space();
        }
        if (!value(depth + 1)) return false;
        skip_space();
      }
      ++at_;
      c == '{' ? tree_.end_mapping(here()) : tree_.end_sequence(here());
      return true;
    }
    if (c == '"') {
      string();
      return true;
    }
    while (at_ < text_.size() && !space(text_[at_]) && text_[at_] != ',' && text_[at_] != '}' && text_[at_] != ']')
      ++at_;
    const std::string_view written = text_.substr(begin, at_ - begin);
    if (c == 't' || c == 'f') {
      tree_.value(Kind::Bool, Style::Plain, begin, here(), written);
    } else if (c == 'n') {
      tree_.value(Kind::Null, Style::Plain, begin, here(), written);
    } else {
      const Resolved number = resolve_json_number(written, arena_);
      tree_.value(number.kind, Style::Plain, begin, here(), number.text);
    }
    return true;
  }

  std::string_view text_;
  source::Arena& arena_;
  Tree& tree_;
  std::size_t at_ = 0;
};

}  // namespace

JsonValue find_json_value(std::string_view text, std::size_t begin) { return Walker(text, begin).walk(); }

bool build_json(std::string_view text, source::Arena& arena, Tree& tree) { return Builder(text, arena, tree).build(); }

}  // namespace podseer::yaml
