// SPDX-License-Identifier: Apache-2.0
// Just enough JSON to tell whether a registry credential is well-formed. Values are looked
// at, never kept or printed.
#include "admission/json_text.hpp"

namespace podseer::admission {
namespace {

/// Go gives up at 10000 levels; real credentials have three.
constexpr int kMaxDepth = 1000;

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool object_alone() {
    skip_blanks();
    const bool good = peek() == '{' ? value(0) : word("null");
    skip_blanks();
    return good && at_ == text_.size();
  }

 private:
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c || at_ >= text_.size()) return false;
    ++at_;
    return true;
  }
  void skip_blanks() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') ++at_;
  }
  bool word(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) return false;
    at_ += expected.size();
    return true;
  }
  static bool hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
  bool string() {
    if (!take('"')) return false;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') return true;
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c != '\\') continue;
      const char escape = peek();
      ++at_;
      if (escape == 'u') {
        for (int i = 0; i < 4; ++i, ++at_) {
          if (!hex(peek())) return false;
        }
      } else if (std::string_view("\"\\/bfnrt").find(escape) == std::string_view::npos || escape == '\0') {
        return false;
      }
    }
    return false;
  }
  bool digits() {
    const std::size_t begin = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ > begin;
  }
  bool number() {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (!take('+')) take('-');
      return digits();
    }
    return true;
  }
  bool members(int depth) {
    skip_blanks();
    if (take('}')) return true;
    while (true) {
      skip_blanks();
      if (!string()) return false;
      skip_blanks();
      if (!take(':') || !value(depth)) return false;
      skip_blanks();
      if (take('}')) return true;
      if (!take(',')) return false;
    }
  }
  bool elements(int depth) {
    skip_blanks();
    if (take(']')) return true;
    while (true) {
      if (!value(depth)) return false;
      skip_blanks();
      if (take(']')) return true;
      if (!take(',')) return false;
    }
  }
  bool value(int depth) {
    if (depth > kMaxDepth) return false;
    skip_blanks();
    switch (peek()) {
      case '{': ++at_; return members(depth + 1);
      case '[': ++at_; return elements(depth + 1);
      case '"': return string();
      case 't': return word("true");
      case 'f': return word("false");
      case 'n': return word("null");
      default: return number();
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

bool is_json_object(std::string_view text) { return Reader(text).object_alone(); }

}  // namespace podseer::admission
