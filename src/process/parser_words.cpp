// SPDX-License-Identifier: Apache-2.0
// Tokens and words: quoting, $ in all its forms, here-documents. POSIX.1-2017 XCU 2.2, 2.3 and 2.6, with the
// additions of bash ($'..', <(..), ${x/y/z}) and busybox ash. `"a${B:-"c d"}"` is one Double part whose
// Parameter part carries a word of its own.
#include <cctype>

#include "process/syntax.hpp"

namespace podseer::process {

namespace {

constexpr int kMaxDepth = 60;  // of nested words and commands; real scripts stay below 10
constexpr std::string_view kOperatorStart = "|&;()<>";

bool name_start(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool name_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

void add_literal(std::vector<const Part*>& parts, Part*& open, std::string_view text) {
  (void)parts;
  open->text.append(text);
}

}  // namespace

std::uint32_t Parser::line_at(std::uint32_t offset) const {
  std::uint32_t line = 1;
  for (std::size_t i = 0; i < offset && i < text_.size(); ++i) line += text_[i] == '\n' ? 1U : 0U;
  return line;
}

void Parser::fail(std::string message, std::uint32_t begin, char quote) {
  if (failed()) return;
  error_.happened = true;
  error_.message = std::move(message);
  error_.quote = quote;
  error_.begin = begin;
  error_.end = begin + 1 < text_.size() ? begin + 1 : static_cast<std::uint32_t>(text_.size());
}

const Parser::Token& Parser::peek() {
  if (!have_token_) lex();
  return token_;
}

void Parser::lex() {
  have_token_ = true;
  token_ = Token{};
  for (;;) {
    while (at(pos_) == ' ' || at(pos_) == '\t') ++pos_;
    if (at(pos_) == '\\' && at(pos_ + 1) == '\n') {
      pos_ += 2;
      continue;
    }
    if (at(pos_) == '#')
      while (pos_ < text_.size() && text_[pos_] != '\n') ++pos_;
    break;
  }
  token_.begin = here();
  if (pos_ >= text_.size() || failed()) {
    if (!pending_.empty() && !failed()) read_here_documents();
    token_.type = Type::End;
    token_.end = here();
    return;
  }
  const char c = text_[pos_];
  if (c == '\n') {
    ++pos_;
    token_.type = Type::Newline;
    token_.text = "newline";
    token_.end = here();
    read_here_documents();
    return;
  }
  if (dialect_ == Dialect::Bash && (c == '<' || c == '>') && at(pos_ + 1) == '(') {
    // process substitution is a word
  } else if (kOperatorStart.find(c) != std::string_view::npos) {
    static constexpr std::string_view kBash[] = {"<<<", "&>>", ";;&", "&>", "|&", ";&"};
    static constexpr std::string_view kAll[] = {"<<-", "&&", "||", ";;", "<<", ">>", "<&", ">&", "<>",
                                                ">|",  "|",  "&",  ";",  "(",  ")",  "<",  ">"};
    std::string_view rest = std::string_view(text_).substr(pos_);
    std::string_view found;
    if (dialect_ != Dialect::Dash) {
      for (std::string_view op : kBash) {
        if (dialect_ == Dialect::Ash && op != "&>") continue;
        if (rest.starts_with(op)) {
          found = op;
          break;
        }
      }
    }
    if (found.empty())
      for (std::string_view op : kAll)
        if (rest.starts_with(op)) {
          found = op;
          break;
        }
    pos_ += found.size();
    token_.type = Type::Operator;
    token_.text = found;
    token_.end = here();
    return;
  }
  if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
    std::size_t i = pos_;
    while (std::isdigit(static_cast<unsigned char>(at(i))) != 0) ++i;
    if ((at(i) == '<' || at(i) == '>') && i - pos_ <= 3) {
      token_.type = Type::IoNumber;
      token_.text = text_.substr(pos_, i - pos_);
      pos_ = i;
      token_.end = here();
      return;
    }
  }
  const Word* word = read_word();
  token_ = Token{};
  token_.type = Type::Word;
  token_.word = word;
  token_.begin = word->begin;
  token_.end = word->end;
  token_.literal = word->parts.size() == 1 && word->parts[0]->kind == Part::Kind::Literal;
  if (token_.literal) token_.text = word->parts[0]->text;
  have_token_ = true;  // a substitution inside the word has read tokens of its own
}

const Word* Parser::read_word() {
  Word* word = new_word(here());
  read_parts(word->parts, " \t\n|&;()<>", false, false);
  word->end = here();
  return word;
}

/// Reads parts until one of the characters of `stop` (not consumed).
bool Parser::read_parts(std::vector<const Part*>& parts, std::string_view stop, bool in_double, bool in_brace) {
  if (++depth_ > kMaxDepth) too_deep_ = true;
  Part* literal = nullptr;
  auto flush = [&] {
    if (literal != nullptr) {
      literal->end = here();
      parts.push_back(literal);
      literal = nullptr;
    }
  };
  auto open = [&]() -> Part*& {
    if (literal == nullptr) literal = new_part(Part::Kind::Literal, here());
    return literal;
  };
  while (pos_ < text_.size() && !failed()) {
    const char c = text_[pos_];
    if (stop.find(c) != std::string_view::npos) {
      const bool process = dialect_ == Dialect::Bash && !in_double && (c == '<' || c == '>') && at(pos_ + 1) == '(' &&
                           literal == nullptr && parts.empty();
      if (!process) break;
      Part* part = new_part(Part::Kind::Process, here());
      part->text = c;
      pos_ += 2;
      std::vector<Pending> saved;
      saved.swap(pending_);
      have_token_ = false;
      if (!compound(part->body, ")")) break;
      if (!is_operator(peek(), ")")) {
        unexpected(peek(), ")");
        break;
      }
      have_token_ = false;
      saved.swap(pending_);
      part->end = here();
      parts.push_back(part);
      continue;
    }
    if (c == '\\') {
      if (at(pos_ + 1) == '\n') {
        pos_ += 2;
        continue;
      }
      if (pos_ + 1 >= text_.size()) {
        Part*& l = open();
        add_literal(parts, l, "\\");
        ++pos_;
        continue;
      }
      const char next = text_[pos_ + 1];
      if (in_double && std::string_view("$`\"\\").find(next) == std::string_view::npos && !(in_brace && next == '}')) {
        Part*& l = open();
        add_literal(parts, l, std::string_view(text_).substr(pos_, 2));
        pos_ += 2;
        continue;
      }
      flush();
      Part* quoted = new_part(Part::Kind::Quoted, here());
      quoted->text = std::string(1, next);
      pos_ += 2;
      quoted->end = here();
      parts.push_back(quoted);
      continue;
    }
    if (c == '\'' && !in_double) {
      flush();
      Part* quoted = new_part(Part::Kind::Quoted, here());
      const std::size_t close = text_.find('\'', pos_ + 1);
      if (close == std::string::npos) {
        fail("unterminated quoted string", here(), '\'');
        pos_ = text_.size();
        break;
      }
      quoted->text = text_.substr(pos_ + 1, close - pos_ - 1);
      pos_ = close + 1;
      quoted->end = here();
      parts.push_back(quoted);
      continue;
    }
    if (c == '"' && (!in_double || in_brace)) {
      flush();
      Part* quoted = new_part(Part::Kind::Double, here());
      const std::uint32_t begin = here();
      ++pos_;
      read_parts(quoted->children, "\"", true, false);
      if (failed()) break;
      if (at(pos_) != '"') {
        fail("unterminated quoted string", begin, '"');
        break;
      }
      ++pos_;
      quoted->end = here();
      parts.push_back(quoted);
      continue;
    }
    if (c == '`') {
      flush();
      if (const Part* part = read_backquote(in_double)) parts.push_back(part);
      continue;
    }
    if (c == '$') {
      const char next = at(pos_ + 1);
      if (next == '\'' && !in_double && dialect_ != Dialect::Dash) {
        flush();
        const std::uint32_t begin = here();
        pos_ += 2;
        parts.push_back(read_ansi_quoted(begin));
        continue;
      }
      if (next == '"' && !in_double && dialect_ == Dialect::Bash) {
        ++pos_;
        continue;
      }
      flush();
      if (const Part* part = read_dollar(in_double)) {
        parts.push_back(part);
        continue;
      }
      Part*& l = open();
      add_literal(parts, l, "$");
      ++pos_;
      continue;
    }
    Part*& l = open();
    l->text.push_back(c);
    ++pos_;
  }
  flush();
  --depth_;
  return !failed();
}

const Part* Parser::read_ansi_quoted(std::uint32_t begin) {
  Part* part = new_part(Part::Kind::Quoted, begin);
  while (pos_ < text_.size() && text_[pos_] != '\'') {
    char c = text_[pos_++];
    if (c == '\\' && pos_ < text_.size()) {
      c = text_[pos_++];
      switch (c) {
        case 'n': c = '\n'; break;
        case 't': c = '\t'; break;
        case 'r': c = '\r'; break;
        case 'a': c = '\a'; break;
        case 'b': c = '\b'; break;
        case 'f': c = '\f'; break;
        case 'v': c = '\v'; break;
        case 'e': c = '\033'; break;
        case 'x': {
          int value = 0, digits = 0;
          while (digits < 2 && std::isxdigit(static_cast<unsigned char>(at(pos_))) != 0) {
            const char d = text_[pos_++];
            value = value * 16 + (std::isdigit(static_cast<unsigned char>(d)) != 0
                                      ? d - '0'
                                      : (std::tolower(static_cast<unsigned char>(d)) - 'a' + 10));
            ++digits;
          }
          c = static_cast<char>(value);
          break;
        }
        case '0':
        case '1':
        case '2':
        case '3':
        case '4':
        case '5':
        case '6':
        case '7': {
          int value = c - '0', digits = 1;
          while (digits < 3 && at(pos_) >= '0' && at(pos_) <= '7') {
            value = value * 8 + (text_[pos_++] - '0');
            ++digits;
          }
          c = static_cast<char>(value);
          break;
        }
        case '\\':
        case '\'':
        case '"':
        case '?': break;
        default: part->text.push_back('\\'); break;
      }
    }
    if (c != '\0') part->text.push_back(c);
  }
  if (at(pos_) != '\'') fail("unterminated quoted string", begin, '\'');
  else ++pos_;
  part->end = here();
  return part;
}

/// `$...`; null when the $ stands for itself.
const Part* Parser::read_dollar(bool in_double) {
  const std::uint32_t begin = here();
  const char next = at(pos_ + 1);
  if (next == '{') {
    pos_ += 2;
    return read_braced(begin, in_double);
  }
  if (next == '(') {
    if (at(pos_ + 2) == '(' && arithmetic_ahead(pos_ + 3)) {
      pos_ += 3;
      return read_arithmetic(begin);
    }
    Part* part = new_part(Part::Kind::Substitution, begin);
    pos_ += 2;
    if (++depth_ > kMaxDepth) {
      too_deep_ = true;
      return part;
    }
    std::vector<Pending> saved;
    saved.swap(pending_);
    have_token_ = false;
    const Token outer = token_;
    if (compound(part->body, ")")) {
      if (!is_operator(peek(), ")")) {
        if (dialect_ == Dialect::Bash && peek().type == Type::End)
          fail("unexpected EOF while looking for matching `)'", begin, ')');
        else unexpected(peek(), ")");
      }
    }
    have_token_ = false;
    token_ = outer;
    saved.swap(pending_);
    --depth_;
    part->end = here();
    return part;
  }
  if (name_start(next)) {
    Part* part = new_part(Part::Kind::Parameter, begin);
    std::size_t i = pos_ + 1;
    while (name_char(at(i))) ++i;
    part->text = text_.substr(pos_ + 1, i - pos_ - 1);
    pos_ = i;
    part->end = here();
    return part;
  }
  if (next != '\0' && (std::isdigit(static_cast<unsigned char>(next)) != 0 ||
                       std::string_view("@*#?$!-").find(next) != std::string_view::npos)) {
    Part* part = new_part(Part::Kind::Parameter, begin);
    part->text = std::string(1, next);
    pos_ += 2;
    part->end = here();
    return part;
  }
  return nullptr;
}

const Word* Parser::read_until(std::string_view stop, bool in_double) {
  Word* word = new_word(here());
  read_parts(word->parts, stop, in_double, true);
  word->end = here();
  return word;
}

/// Inside ${, which has been read.
const Part* Parser::read_braced(std::uint32_t begin, bool in_double) {
  Part* part = new_part(Part::Kind::Parameter, begin);
  const bool bash = dialect_ == Dialect::Bash;
  auto bad = [&]() -> const Part* {
    part->kind = Part::Kind::Bad;
    const Word* rest = read_until("}", in_double);
    (void)rest;
    if (at(pos_) == '}') ++pos_;
    else if (!failed()) {
      if (bash) fail("unexpected EOF while looking for matching `}'", begin, '}');
      else fail("missing '}'", begin, '}');
    }
    part->end = here();
    part->text = text_.substr(begin, part->end - begin);
    return part;
  };
  if (at(pos_) == '#' && at(pos_ + 1) != '}' && at(pos_ + 1) != ':' && at(pos_ + 1) != '#' && at(pos_ + 1) != '%') {
    part->op = Part::Op::Length;
    ++pos_;
  } else if (at(pos_) == '!' && bash && name_start(at(pos_ + 1))) {
    part->op = Part::Op::Indirect;
    ++pos_;
  }
  const char c = at(pos_);
  std::size_t i = pos_;
  if (name_start(c)) {
    while (name_char(at(i))) ++i;
  } else if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
    while (std::isdigit(static_cast<unsigned char>(at(i))) != 0) ++i;
  } else if (c != '\0' && std::string_view("@*#?$!-").find(c) != std::string_view::npos) {
    ++i;
  } else {
    return bad();
  }
  part->text = text_.substr(pos_, i - pos_);
  pos_ = i;
  if (at(pos_) == '[') {
    if (!bash) return bad();
    ++pos_;
    part->index = read_until("]", false);
    if (at(pos_) != ']') return bad();
    ++pos_;
  }
  if (part->op == Part::Op::Indirect && part->index != nullptr) part->op = Part::Op::Keys;
  if (at(pos_) == '}') {
    ++pos_;
    part->end = here();
    return part;
  }
  if (part->op == Part::Op::Length) return bad();
  const bool indirect = part->op == Part::Op::Indirect;
  if (indirect && (at(pos_) == '*' || at(pos_) == '@')) {
    part->op = Part::Op::Other;
    pos_ += 1;
    if (at(pos_) == '}') ++pos_;
    part->end = here();
    return part;
  }
  using Op = Part::Op;
  Op op = Op::None;
  char o = at(pos_);
  if (o == ':' && at(pos_ + 1) != '\0' && std::string_view("-=?+").find(at(pos_ + 1)) != std::string_view::npos) {
    part->colon = true;
    ++pos_;
    o = at(pos_);
  }
  switch (o) {
    case '-': op = Op::Default; break;
    case '=': op = Op::Assign; break;
    case '?': op = Op::Error; break;
    case '+': op = Op::Alternative; break;
    case '#': op = at(pos_ + 1) == '#' ? Op::PrefixLong : Op::PrefixShort; break;
    case '%': op = at(pos_ + 1) == '%' ? Op::SuffixLong : Op::SuffixShort; break;
    default: break;
  }
  if (indirect && op != Op::None) op = Op::Other;
  if (op != Op::None) {
    pos_ += op == Op::PrefixLong || op == Op::SuffixLong ? 2U : 1U;
    part->op = op;
    const bool pattern = op == Op::PrefixShort || op == Op::PrefixLong || op == Op::SuffixShort || op == Op::SuffixLong;
    part->argument = read_until("}", in_double && !pattern);
  } else if (o == '/' && dialect_ != Dialect::Dash) {
    ++pos_;
    part->op = Op::Replace;
    if (at(pos_) == '/') {
      part->op = Op::ReplaceAll;
      ++pos_;
    } else if (at(pos_) == '#' && bash) {
      part->op = Op::ReplacePrefix;
      ++pos_;
    } else if (at(pos_) == '%' && bash) {
      part->op = Op::ReplaceSuffix;
      ++pos_;
    }
    part->argument = read_until("/}", false);
    if (at(pos_) == '/') {
      ++pos_;
      part->second = read_until("}", false);
    }
  } else if ((o == '^' || o == ',') && bash) {
    const bool twice = at(pos_ + 1) == o;
    part->op = o == '^' ? (twice ? Op::UpperAll : Op::UpperFirst) : (twice ? Op::LowerAll : Op::LowerFirst);
    pos_ += twice ? 2U : 1U;
    part->argument = read_until("}", false);
  } else if (o == ':' && dialect_ != Dialect::Dash) {
    ++pos_;
    part->op = Op::Slice;
    part->argument = read_until(":}", true);
    if (at(pos_) == ':') {
      ++pos_;
      part->second = read_until("}", true);
    }
  } else if (o == '@' && bash) {
    part->op = Op::Other;
    (void)read_until("}", true);
  } else {
    return bad();
  }
  if (at(pos_) != '}') {
    if (!failed()) {
      if (bash) fail("unexpected EOF while looking for matching `}'", begin, '}');
      else fail("missing '}'", begin, '}');
    }
    return part;
  }
  ++pos_;
  part->end = here();
  return part;
}

const Part* Parser::read_backquote(bool in_double) {
  const std::uint32_t begin = here();
  Part* part = new_part(Part::Kind::Substitution, begin);
  std::string inner;
  bool closed = false;
  ++pos_;
  while (pos_ < text_.size()) {
    char c = text_[pos_];
    if (c == '`') {
      closed = true;
      ++pos_;
      break;
    }
    if (c == '\\' && pos_ + 1 < text_.size()) {
      const char next = text_[pos_ + 1];
      if (next == '`' || next == '\\' || next == '$' || (in_double && next == '"')) {
        ++pos_;
        c = next;
      }
    }
    inner.push_back(c);
    ++pos_;
  }
  if (!closed) {
    fail(dialect_ == Dialect::Dash ? "EOF in backquote substitution" : "unterminated quoted string", begin, '`');
    return part;
  }
  part->end = here();
  parse_text_into(inner, part->body, begin + 1);
  return part;
}

/// Reads other text as commands, as if it stood at `offset` of this text.
void Parser::parse_text_into(std::string_view text, std::vector<const Node*>& body, std::uint32_t offset) {
  if (++depth_ > kMaxDepth || text_.size() > 65536) {
    too_deep_ = true;
    return;
  }
  std::string saved_text = std::move(text_);
  const std::size_t saved_pos = pos_;
  const Token saved_token = token_;
  const bool saved_have = have_token_;
  std::vector<Pending> saved_pending;
  saved_pending.swap(pending_);
  text_ = std::string(offset, ' ');
  text_.append(text);
  pos_ = offset;
  have_token_ = false;
  if (compound(body, "") && peek().type != Type::End) unexpected(peek(), "");
  text_ = std::move(saved_text);
  pos_ = saved_pos;
  token_ = saved_token;
  have_token_ = saved_have;
  pending_ = std::move(saved_pending);
  --depth_;
}

/// After `((`: does its matching `)` stand before another `)`?
bool Parser::arithmetic_ahead(std::size_t i) const {
  int depth = 0;
  for (std::size_t turns = 0; i < text_.size() && turns < 4096; ++i, ++turns) {
    const char c = text_[i];
    if (c == '(') ++depth;
    else if (c == ')') {
      if (depth == 0) return at(i + 1) == ')';
      --depth;
    } else if (c == '\'' || c == '"') {
      const std::size_t close = text_.find(c, i + 1);
      if (close == std::string::npos) return false;
      i = close;
    }
  }
  return false;
}

const Word* Parser::read_until_arithmetic_end(std::string_view stop) {
  Word* word = new_word(here());
  int depth = 0;
  while (pos_ < text_.size() && !failed()) {
    read_parts(word->parts, stop, true, false);
    const char c = at(pos_);
    if (c == '(') ++depth;
    else if (c == ')' && depth > 0) --depth;
    else if (c == '"') {
      ++pos_;
      continue;
    } else break;
    Part* paren = new_part(Part::Kind::Literal, here());
    paren->text = std::string(1, c);
    ++pos_;
    paren->end = here();
    word->parts.push_back(paren);
  }
  word->end = here();
  return word;
}

const Part* Parser::read_arithmetic(std::uint32_t begin) {
  Part* part = new_part(Part::Kind::Arithmetic, begin);
  part->argument = read_until_arithmetic_end("()\"");
  if (at(pos_) == ')' && at(pos_ + 1) == ')') pos_ += 2;
  else if (!failed()) fail("missing '))'", begin, ')');
  part->end = here();
  return part;
}

const Word* Parser::read_as_double_quoted() {
  Word* word = new_word(0);
  read_parts(word->parts, "", true, false);
  word->end = here();
  return word;
}

void Parser::read_here_documents() {
  std::vector<Pending> pending;
  pending.swap(pending_);
  for (const Pending& document : pending) {
    const std::uint32_t begin = here();
    std::string body;
    std::size_t body_end = pos_;
    while (pos_ < text_.size()) {
      std::size_t newline = text_.find('\n', pos_);
      const std::size_t line_end = newline == std::string::npos ? text_.size() : newline;
      std::string_view line = std::string_view(text_).substr(pos_, line_end - pos_);
      if (document.strip)
        while (!line.empty() && line.front() == '\t') line.remove_prefix(1);
      body_end = pos_;
      pos_ = newline == std::string::npos ? text_.size() : newline + 1;
      if (line == document.delimiter) break;
      body.append(line);
      if (newline != std::string::npos) body.push_back('\n');
    }
    (void)body_end;
    document.body->begin = begin;
    document.body->end = here();
    if (document.quoted) {
      Part* part = new_part(Part::Kind::Quoted, begin);
      part->text = std::move(body);
      document.body->parts.push_back(part);
      continue;
    }
    if (depth_ + 1 > kMaxDepth) {
      too_deep_ = true;
      return;
    }
    ++depth_;
    std::string saved_text = std::move(text_);
    const std::size_t saved_pos = pos_;
    text_ = std::move(body);
    pos_ = 0;
    const Token saved_token = token_;
    read_parts(document.body->parts, "", true, false);
    token_ = saved_token;
    have_token_ = true;
    text_ = std::move(saved_text);
    pos_ = saved_pos;
    --depth_;
  }
}

}  // namespace podseer::process
