// SPDX-License-Identifier: Apache-2.0
// `if x:` NEWLINE INDENT ... DEDENT, as Python's own tokenizer makes it; lines join inside brackets.
#include "process/python_lexer.hpp"

#include <algorithm>
#include <array>

#include "source/ascii.hpp"

namespace podseer::process::python {
namespace {

bool name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (static_cast<unsigned char>(c) & 0x80) != 0;
}
bool digit(char c) { return c >= '0' && c <= '9'; }

constexpr std::array<std::string_view, 25> kOperators = {
    "**=", "//=", ">>=", "<<=", "...", "->", ":=", "==", "!=", "<=", ">=", "+=", "-=",
    "*=",  "/=",  "%=",  "&=",  "|=",  "^=", "**", "//", "<<", ">>", "@=", "<>"};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> run() {
    while (at_ < text_.size() && !bad_) {
      if (line_start_ && depth_ == 0 && !indentation()) continue;
      next();
    }
    if (depth_ > 0 && !bad_) put(Token::Kind::Bad, "'(' was never closed");
    if (!bad_) {
      if (!out_.empty() && out_.back().kind != Token::Kind::Newline) put(Token::Kind::Newline, "");
      while (indents_.size() > 1) {
        indents_.pop_back();
        put(Token::Kind::Dedent, "");
      }
      put(Token::Kind::End, "");
    }
    return std::move(out_);
  }

 private:
  void put(Token::Kind kind, std::string text) {
    if (kind == Token::Kind::Bad) bad_ = true;
    out_.push_back({kind, std::move(text), {}, line_});
  }

  /// False for a blank or comment line, which is skipped.
  bool indentation() {
    std::size_t width = 0, i = at_;
    while (i < text_.size() && (text_[i] == ' ' || text_[i] == '\t')) width += text_[i++] == '\t' ? 8 - width % 8 : 1;
    if (i >= text_.size() || text_[i] == '\n' || text_[i] == '\r' || text_[i] == '#') {
      while (i < text_.size() && text_[i] != '\n') ++i;
      at_ = std::min(i + 1, text_.size());
      ++line_;
      return false;
    }
    at_ = i;
    line_start_ = false;
    if (width > indents_.back()) {
      indents_.push_back(width);
      put(Token::Kind::Indent, "");
    }
    while (width < indents_.back()) {
      indents_.pop_back();
      put(Token::Kind::Dedent, "");
    }
    if (width != indents_.back()) put(Token::Kind::Bad, "unindent does not match any outer indentation level");
    return true;
  }

  void next() {
    const char c = text_[at_];
    if (c == ' ' || c == '\t' || c == '\r') {
      ++at_;
    } else if (c == '#') {
      while (at_ < text_.size() && text_[at_] != '\n') ++at_;
    } else if (c == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') {
      at_ += 2;
      ++line_;
    } else if (c == '\n') {
      if (depth_ == 0) {
        put(Token::Kind::Newline, "");
        line_start_ = true;
      }
      ++line_;
      ++at_;
    } else if (name_start(c)) {
      word();
    } else if (digit(c) || (c == '.' && at_ + 1 < text_.size() && digit(text_[at_ + 1]))) {
      number();
    } else if (c == '"' || c == '\'') {
      string("");
    } else {
      symbol();
    }
  }

  void word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && (name_start(text_[at_]) || digit(text_[at_]))) ++at_;
    std::string text(text_.substr(begin, at_ - begin));
    if (at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\'') && text.size() <= 2) {
      const std::string lower = source::lowered(text);
      if (lower.find_first_not_of("rbfu") == std::string::npos) {
        string(lower);
        return;
      }
    }
    put(Token::Kind::Name, std::move(text));
  }

  void number() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && (name_start(text_[at_]) || digit(text_[at_]) || text_[at_] == '.' ||
                                  ((text_[at_] == '-' || text_[at_] == '+') &&
                                   (text_[at_ - 1] == 'e' || text_[at_ - 1] == 'E') && text_[begin] != '0'))) {
      ++at_;
    }
    std::string text(text_.substr(begin, at_ - begin));
    text.erase(std::remove(text.begin(), text.end(), '_'), text.end());
    put(Token::Kind::Number, std::move(text));
  }

  void string(const std::string& prefix) {
    const int begin_line = line_;
    const char quote = text_[at_];
    const bool triple = text_.substr(at_, 3) == std::string(3, quote);
    const std::size_t width = triple ? 3 : 1;
    at_ += width;
    const bool raw = prefix.find('r') != std::string::npos;
    std::string value;
    while (at_ < text_.size()) {
      if (text_.substr(at_, width) == std::string(width, quote)) {
        at_ += width;
        out_.push_back({Token::Kind::String, std::move(value), prefix, begin_line});
        return;
      }
      char c = text_[at_++];
      if (c == '\n') {
        if (!triple) break;
        ++line_;
      }
      if (c == '\\' && at_ < text_.size()) {
        const char d = text_[at_++];
        if (d == '\n') ++line_;
        if (raw) {
          value += c;
          value += d;
        } else {
          switch (d) {
            case 'n': value += '\n'; break;
            case 't': value += '\t'; break;
            case 'r': value += '\r'; break;
            case '0': value += '\0'; break;
            case '\n': break;
            case '\\':
            case '\'':
            case '"': value += d; break;
            case 'x':
              value += '?';
              at_ = std::min(at_ + 2, text_.size());
              break;
            default:
              value += c;
              value += d;
              break;
          }
        }
        continue;
      }
      value += c;
    }
    line_ = begin_line;
    put(Token::Kind::Bad, "unterminated string literal");
  }

  void symbol() {
    for (const std::string_view one : kOperators) {
      if (text_.substr(at_, one.size()) == one) {
        put(Token::Kind::Op, std::string(one));
        at_ += one.size();
        return;
      }
    }
    const char c = text_[at_++];
    if (c == '(' || c == '[' || c == '{') ++depth_;
    if (c == ')' || c == ']' || c == '}') {
      if (depth_ == 0) {
        put(Token::Kind::Bad, std::string("unmatched '") + c + "'");
        return;
      }
      --depth_;
    }
    put(Token::Kind::Op, std::string(1, c));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
  int depth_ = 0;
  bool line_start_ = true;
  bool bad_ = false;
  std::vector<std::size_t> indents_ = {0};
  std::vector<Token> out_;
};

}  // namespace

std::vector<Token> tokenize(std::string_view text) { return Lexer(text).run(); }

}  // namespace podseer::process::python
