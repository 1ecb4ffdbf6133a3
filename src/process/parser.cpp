// SPDX-License-Identifier: Apache-2.0
// Commands: POSIX.1-2017 XCU 2.9 and 2.10, with bash's [[ ]], (( )), arrays, `function` and for ((;;)).
// Reserved words count only where a command may begin, so `echo done` ends no loop, and `do\r` of a script
// with DOS line ends is no `do`.
#include <cctype>

#include "process/step_back.hpp"
#include "process/syntax.hpp"

namespace podseer::process {

namespace {

constexpr int kMaxCommandDepth = 60;

constexpr std::string_view kReserved[] = {"then", "else", "elif", "fi", "do", "done", "esac", "}"};

bool is_closing_word(std::string_view text) {
  for (std::string_view word : kReserved)
    if (text == word) return true;
  return false;
}

bool valid_name(std::string_view text) {
  if (text.empty() || (std::isalpha(static_cast<unsigned char>(text[0])) == 0 && text[0] != '_')) return false;
  for (char c : text)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_') return false;
  return true;
}

}  // namespace

void Parser::unexpected(const Token& token, std::string_view expecting) {
  if (failed()) return;
  error_.happened = true;
  error_.token = token.type == Type::End                          ? ""
                 : token.type == Type::Word && token.text.empty() ? text_.substr(token.begin, token.end - token.begin)
                                                                  : token.text;
  if (token.type == Type::Word && !token.literal) error_.message = "word unexpected";
  error_.expecting = expecting;
  error_.begin = token.begin;
  error_.end = token.end;
}

void Parser::skip_newlines() {
  while (peek().type == Type::Newline) advance();
}

bool Parser::next(std::vector<const Node*>& list) {
  list.clear();
  while (!failed()) {
    skip_newlines();
    if (failed() || peek().type == Type::End) return false;
    if (!parse_list(list, true)) return false;
    const Token& token = peek();
    if (failed()) return false;
    if (token.type == Type::Newline || token.type == Type::End) {
      if (token.type == Type::Newline) advance();
      return !failed();
    }
    unexpected(token, "");
  }
  return false;
}

/// and_or lists separated by ; & and, unless `stop_at_newline`, newlines; up to something that cannot begin a command.
bool Parser::parse_list(std::vector<const Node*>& list, bool stop_at_newline) {
  for (;;) {
    const Node* node = parse_and_or();
    if (failed() || node == nullptr) return false;
    bool separated = false;
    if (is_operator(peek(), "&")) {
      const_cast<Node*>(node)->background = true;
      advance();
      separated = true;
    } else if (is_operator(peek(), ";")) {
      advance();
      separated = true;
    }
    list.push_back(node);
    if (failed()) return false;
    if (!stop_at_newline && peek().type == Type::Newline) {
      skip_newlines();
      separated = true;
    }
    if (failed()) return false;
    if (!separated) return true;
    const Token& token = peek();
    if (token.type == Type::End || token.type == Type::Newline) return true;
    if (token.type == Type::Operator && token.text != "(" && !redirection_ahead()) return true;
    if (token.type == Type::Word && token.literal && is_closing_word(token.text)) return true;
  }
}

/// A list inside something, newlines around it allowed; `expecting` is the word that should follow.
bool Parser::compound(std::vector<const Node*>& list, std::string_view expecting) {
  skip_newlines();
  if (failed()) return false;
  const Token& token = peek();
  const bool may_be_empty = expecting == ")" || expecting.empty() || expecting == "esac";
  if (may_be_empty && (token.type == Type::End || is_operator(token, ")") || is_operator(token, ";;"))) return true;
  if (token.type == Type::End) {
    unexpected(token, expecting);
    return false;
  }
  return parse_list(list, false);
}

bool Parser::expect_word(std::string_view reserved) {
  if (failed()) return false;
  if (!is_reserved(peek(), reserved)) {
    unexpected(peek(), reserved);
    return false;
  }
  advance();
  return true;
}

const Node* Parser::parse_and_or() {
  const Node* first = parse_pipeline();
  if (failed() || first == nullptr) return first;
  if (!is_operator(peek(), "&&") && !is_operator(peek(), "||")) return first;
  Node* node = new_node(Node::Kind::AndOr, first->begin);
  node->children.push_back(first);
  while (!failed() && (is_operator(peek(), "&&") || is_operator(peek(), "||"))) {
    node->operators.push_back(peek().text == "&&" ? 0 : 1);
    advance();
    skip_newlines();
    const Node* next = parse_pipeline();
    if (failed() || next == nullptr) return nullptr;
    node->children.push_back(next);
    node->end = next->end;
  }
  return node;
}

const Node* Parser::parse_pipeline() {
  const std::uint32_t begin = peek().begin;
  bool negated = false;
  while (is_reserved(peek(), "!") && !failed()) {
    if (negated && dialect_ != Dialect::Bash) {
      unexpected(peek(), "");
      return nullptr;
    }
    negated = !negated;
    advance();
  }
  const Node* first = parse_command();
  if (failed() || first == nullptr) return nullptr;
  if (!negated && !is_operator(peek(), "|") && !is_operator(peek(), "|&")) return first;
  Node* node = new_node(Node::Kind::Pipeline, begin);
  node->negated = negated;
  node->children.push_back(first);
  node->end = first->end;
  while (!failed() && (is_operator(peek(), "|") || is_operator(peek(), "|&"))) {
    if (peek().text == "|&") const_cast<Node*>(node->children.back())->pipe_stderr = true;
    advance();
    skip_newlines();
    const Node* next = parse_command();
    if (failed() || next == nullptr) return nullptr;
    node->children.push_back(next);
    node->end = next->end;
  }
  return node;
}

bool Parser::redirection_ahead() {
  const Token& token = peek();
  if (token.type == Type::IoNumber) return true;
  return token.type == Type::Operator &&
         (token.text[0] == '<' || token.text[0] == '>' || token.text == "&>" || token.text == "&>>");
}

bool Parser::parse_redirection(Redirection& out, int fd) {
  const Token op = peek();
  using Kind = Redirection::Kind;
  out.begin = op.begin;
  out.fd = fd;
  advance();
  if (op.text == "<") out.kind = Kind::In;
  else if (op.text == ">") out.kind = Kind::Out;
  else if (op.text == ">>") out.kind = Kind::Append;
  else if (op.text == ">|") out.kind = Kind::Clobber;
  else if (op.text == "<>") out.kind = Kind::ReadWrite;
  else if (op.text == "<&") out.kind = Kind::DupIn;
  else if (op.text == ">&") out.kind = Kind::DupOut;
  else if (op.text == "&>") out.kind = Kind::Both;
  else if (op.text == "&>>") out.kind = Kind::BothAppend;
  else if (op.text == "<<<") out.kind = Kind::HereString;
  else if (op.text == "<<" || op.text == "<<-") out.kind = Kind::Here;
  else {
    unexpected(op, "");
    return false;
  }
  const Token target = peek();
  if (target.type != Type::Word) {
    // a digit directly after >& was lexed as a word already; anything else is an error
    if (target.type == Type::IoNumber && (out.kind == Kind::DupOut || out.kind == Kind::DupIn)) {
      Word* word = new_word(target.begin);
      Part* part = new_part(Part::Kind::Literal, target.begin);
      part->text = target.text;
      word->parts.push_back(part);
      word->end = target.end;
      out.target = word;
      out.end = target.end;
      advance();
      return true;
    }
    unexpected(target, "");
    return false;
  }
  if (out.kind == Kind::Here) {
    Pending pending{new_word(target.begin), {}, false, op.text == "<<-"};
    for (const Part* part : target.word->parts) {
      if (part->kind == Part::Kind::Literal) pending.delimiter += part->text;
      else if (part->kind == Part::Kind::Quoted) {
        pending.delimiter += part->text;
        pending.quoted = true;
      } else if (part->kind == Part::Kind::Double) {
        pending.quoted = true;
        for (const Part* child : part->children) pending.delimiter += child->text;
      } else {
        pending.delimiter += text_.substr(part->begin, part->end - part->begin);
      }
    }
    out.target = pending.body;
    pending_.push_back(pending);
  } else {
    out.target = target.word;
  }
  out.end = target.end;
  advance();
  return !failed();
}

void Parser::parse_trailing_redirections(Node& node) {
  while (!failed() && redirection_ahead()) {
    int fd = -1;
    if (peek().type == Type::IoNumber) {
      fd = std::stoi(peek().text);
      advance();
    }
    Redirection redirection;
    if (!parse_redirection(redirection, fd)) return;
    node.redirections.push_back(redirection);
  }
}

const Node* Parser::parse_command() {
  if (++depth_ > kMaxCommandDepth) {
    too_deep_ = true;
    return nullptr;
  }
  const StepBack back{depth_};
  const Token token = peek();
  if (failed()) return nullptr;
  if (token.type == Type::End || token.type == Type::Newline) {
    unexpected(token, "");
    return nullptr;
  }
  Node* node = nullptr;
  if (token.type == Type::Operator) {
    if (token.text == "(") {
      if (dialect_ == Dialect::Bash && at(pos_) == '(' && arithmetic_ahead(pos_ + 1)) {
        ++pos_;
        node = new_node(Node::Kind::ArithmeticCommand, token.begin);
        node->subject = read_until_arithmetic_end("()\"");
        pos_ += 2;
        advance();
        node->end = here();
      } else {
        advance();
        node = new_node(Node::Kind::Subshell, token.begin);
        node->lists.emplace_back();
        if (is_operator(peek(), ")")) {
          unexpected(peek(), "");
          return nullptr;
        }
        if (!compound(node->lists[0], ")")) return nullptr;
        if (node->lists[0].empty()) {
          unexpected(peek(), "");
          return nullptr;
        }
        if (!is_operator(peek(), ")")) {
          unexpected(peek(), ")");
          return nullptr;
        }
        node->end = peek().end;
        advance();
      }
      parse_trailing_redirections(*node);
      return failed() ? nullptr : node;
    }
    if (!redirection_ahead()) {
      unexpected(token, "");
      return nullptr;
    }
  }
  if (token.type == Type::Word && token.literal) {
    const std::string& text = token.text;
    if (text == "if") node = const_cast<Node*>(parse_if());
    else if (text == "while" || text == "until") node = const_cast<Node*>(parse_loop(text == "until"));
    else if (text == "for") node = const_cast<Node*>(parse_for());
    else if (text == "case") node = const_cast<Node*>(parse_case());
    else if (text == "{") {
      advance();
      node = new_node(Node::Kind::Group, token.begin);
      node->lists.emplace_back();
      if (!compound(node->lists[0], "}")) return nullptr;
      if (!is_reserved(peek(), "}")) {
        unexpected(peek(), "}");
        return nullptr;
      }
      node->end = peek().end;
      advance();
    } else if (text == "[[" && dialect_ != Dialect::Dash) {
      node = const_cast<Node*>(parse_condition());
    } else if (text == "function" && dialect_ != Dialect::Dash) {
      advance();
      const Token name = peek();
      if (name.type != Type::Word) {
        unexpected(name, "");
        return nullptr;
      }
      advance();
      if (is_operator(peek(), "(")) {
        advance();
        if (!is_operator(peek(), ")")) {
          unexpected(peek(), ")");
          return nullptr;
        }
        advance();
      }
      return parse_function(name.text, token.begin);
    } else if (text == "select" && dialect_ == Dialect::Bash) {
      too_deep_ = true;
      return nullptr;
    } else if (is_closing_word(text)) {
      unexpected(token, "");
      return nullptr;
    } else {
      return parse_simple();
    }
    if (failed() || node == nullptr) return nullptr;
    parse_trailing_redirections(*node);
    return failed() ? nullptr : node;
  }
  return parse_simple();
}

const Node* Parser::parse_if() {
  Node* node = new_node(Node::Kind::If, peek().begin);
  node->end = peek().end;
  advance();
  for (;;) {
    node->lists.emplace_back();
    if (!compound(node->lists.back(), "then") || !expect_word("then")) return nullptr;
    node->lists.emplace_back();
    if (!compound(node->lists.back(), "fi")) return nullptr;
    if (is_reserved(peek(), "elif")) {
      advance();
      continue;
    }
    break;
  }
  if (is_reserved(peek(), "else")) {
    advance();
    node->lists.emplace_back();
    if (!compound(node->lists.back(), "fi")) return nullptr;
  }
  return expect_word("fi") ? node : nullptr;
}

const Node* Parser::parse_loop(bool until) {
  Node* node = new_node(until ? Node::Kind::Until : Node::Kind::While, peek().begin);
  node->end = peek().end;
  advance();
  node->lists.resize(2);
  if (!compound(node->lists[0], "do") || !expect_word("do")) return nullptr;
  if (!compound(node->lists[1], "done") || !expect_word("done")) return nullptr;
  return node;
}

const Node* Parser::parse_for() {
  Node* node = new_node(Node::Kind::For, peek().begin);
  node->end = peek().end;
  advance();
  node->lists.resize(1);
  if (dialect_ == Dialect::Bash && is_operator(peek(), "(") && at(pos_) == '(') {
    ++pos_;
    node->kind = Node::Kind::CFor;
    node->init = read_until_arithmetic_end("();\"");
    if (at(pos_) == ';') ++pos_;
    node->subject = read_until_arithmetic_end("();\"");
    if (at(pos_) == ';') ++pos_;
    node->step = read_until_arithmetic_end("();\"");
    if (at(pos_) != ')' || at(pos_ + 1) != ')') {
      fail("syntax error: arithmetic expression required", node->begin);
      return nullptr;
    }
    pos_ += 2;
    advance();
    if (is_operator(peek(), ";")) advance();
    skip_newlines();
  } else {
    const Token name = peek();
    if (name.type != Type::Word || !name.literal || !valid_name(name.text)) {
      if (name.type == Type::Word && dialect_ == Dialect::Bash)
        too_deep_ = true;  // an error of the moment when it runs
      else if (name.type == Type::Word) {
        fail("bad for loop variable", name.begin);
        error_.end = name.end;
      } else unexpected(name, "");
      return nullptr;
    }
    node->name = name.text;
    advance();
    skip_newlines();
    if (is_reserved(peek(), "in")) {
      advance();
      node->has_in = true;
      while (peek().type == Type::Word && !failed()) {
        node->words.push_back(peek().word);
        advance();
      }
      if (is_operator(peek(), ";")) advance();
      else if (peek().type != Type::Newline) {
        unexpected(peek(), "");
        return nullptr;
      }
    } else if (is_operator(peek(), ";")) {
      advance();
    }
    skip_newlines();
  }
  if (dialect_ == Dialect::Bash && is_reserved(peek(), "{")) {
    advance();
    return compound(node->lists[0], "}") && expect_word("}") ? node : nullptr;
  }
  if (!expect_word("do")) return nullptr;
  if (!compound(node->lists[0], "done") || !expect_word("done")) return nullptr;
  return node;
}

const Node* Parser::parse_case() {
  Node* node = new_node(Node::Kind::Case, peek().begin);
  node->end = peek().end;
  advance();
  if (peek().type != Type::Word) {
    unexpected(peek(), "");
    return nullptr;
  }
  node->subject = peek().word;
  advance();
  skip_newlines();
  if (!expect_word("in")) return nullptr;
  skip_newlines();
  while (!failed() && !is_reserved(peek(), "esac")) {
    CaseItem item;
    if (is_operator(peek(), "(")) advance();
    for (;;) {
      if (peek().type != Type::Word) {
        unexpected(peek(), peek().type == Type::End ? "esac" : "");
        return nullptr;
      }
      item.patterns.push_back(peek().word);
      advance();
      if (!is_operator(peek(), "|")) break;
      advance();
    }
    if (!is_operator(peek(), ")")) {
      unexpected(peek(), ")");
      return nullptr;
    }
    advance();
    skip_newlines();
    if (!is_reserved(peek(), "esac") && !compound(item.body, "esac")) return nullptr;
    const bool ended = is_operator(peek(), ";;") || is_operator(peek(), ";&") || is_operator(peek(), ";;&");
    if (ended) {
      item.ending = peek().text == ";;" ? 0 : peek().text == ";&" ? 1 : 2;
      advance();
      skip_newlines();
    }
    node->items.push_back(std::move(item));
    if (!ended) break;
  }
  return expect_word("esac") ? node : nullptr;
}

const Node* Parser::parse_function(std::string name, std::uint32_t begin) {
  Node* node = new_node(Node::Kind::Function, begin);
  node->name = std::move(name);
  skip_newlines();
  node->body_node = parse_command();
  node->end = begin;
  return failed() ? nullptr : node;
}

/// [[ ... ]]: words and operators are kept in a row and read when the condition is evaluated.
const Node* Parser::parse_condition() {
  Node* node = new_node(Node::Kind::Condition, peek().begin);
  advance();
  auto operator_word = [&](const Token& token) {
    Word* word = new_word(token.begin);
    Part* part = new_part(Part::Kind::Literal, token.begin);
    part->text = token.text;
    word->parts.push_back(part);
    word->end = token.end;
    node->words.push_back(word);
    node->operators.push_back(static_cast<std::uint8_t>(node->words.size() - 1));
  };
  bool regex = false;
  for (int guard = 0; guard < 200 && !failed(); ++guard) {
    if (regex) {  // the right side of =~ may hold parentheses and bars
      while (at(pos_) == ' ') ++pos_;
      Word* word = new_word(here());
      int depth = 0;
      for (;;) {
        read_parts(word->parts, " \t\n()|&;<>", false, false);
        const char c = at(pos_);
        if (c == '(') ++depth;
        else if (c == ')' && depth > 0) --depth;
        else if (c != '|' && c != '<' && c != '>' && !(c == ' ' && depth > 0)) break;
        if (failed() || c == '\0') break;
        Part* part = new_part(Part::Kind::Literal, here());
        part->text = std::string(1, c);
        ++pos_;
        word->parts.push_back(part);
      }
      word->end = here();
      node->words.push_back(word);
      regex = false;
      have_token_ = false;
      continue;
    }
    const Token token = peek();
    if (token.type == Type::End) {
      unexpected(token, dialect_ == Dialect::Bash ? "" : "]]");
      return nullptr;
    }
    if (token.type == Type::Newline) {
      if (dialect_ == Dialect::Ash) break;
      advance();
      continue;
    }
    if (token.type == Type::Operator) {
      if (token.text != "&&" && token.text != "||" && token.text != "(" && token.text != ")" && token.text != "<" &&
          token.text != ">") {
        unexpected(token, "");
        return nullptr;
      }
      operator_word(token);
      advance();
      continue;
    }
    node->words.push_back(token.word);
    node->end = token.end;
    if (is_reserved(token, "]]")) {
      advance();
      node->words.pop_back();
      return node;
    }
    regex = is_reserved(token, "=~");
    have_token_ = false;
    if (!regex) continue;
  }
  if (!failed()) too_deep_ = true;
  return nullptr;
}

bool Parser::parse_assignment(const Token& token, Assignment& out) {
  if (token.word->parts.empty() || token.word->parts[0]->kind != Part::Kind::Literal) return false;
  const Part* first = token.word->parts[0];
  std::size_t i = 0;
  while (i < first->text.size() &&
         (std::isalnum(static_cast<unsigned char>(first->text[i])) != 0 || first->text[i] == '_'))
    ++i;
  if (!valid_name(std::string_view(first->text).substr(0, i)) || i >= first->text.size()) return false;
  const std::string_view text = first->text;
  out.name = text.substr(0, i);
  const bool bash = dialect_ == Dialect::Bash;
  if (bash && text[i] == '[') {
    const std::size_t close = text.find("]", i);
    if (close == std::string_view::npos) {
      if (text.find('=') == std::string_view::npos) return false;
      too_deep_ = true;
      return false;
    }
    if (close + 1 >= text.size() || (text[close + 1] != '=' && !text.substr(close + 1).starts_with("+="))) return false;
    Word* index = new_word(token.begin);
    Part* part = new_part(Part::Kind::Literal, token.begin);
    part->text = text.substr(i + 1, close - i - 1);
    index->parts.push_back(part);
    out.index = index;
    i = close + 1;
  }
  if (bash && text.substr(i).starts_with("+=")) {
    out.append = true;
    ++i;
  }
  if (text[i] != '=') return false;
  out.begin = token.begin;
  out.end = token.end;
  Word* value = new_word(token.begin);
  value->end = token.end;
  if (i + 1 < text.size()) {
    Part* rest = new_part(Part::Kind::Literal, first->begin + static_cast<std::uint32_t>(i) + 1);
    rest->text = text.substr(i + 1);
    rest->end = first->end;
    value->parts.push_back(rest);
  }
  value->parts.insert(value->parts.end(), token.word->parts.begin() + 1, token.word->parts.end());
  out.value = value;
  return true;
}

const Node* Parser::parse_simple() {
  Node* node = new_node(Node::Kind::Simple, peek().begin);
  bool declaring = false;
  while (!failed()) {
    if (redirection_ahead()) {
      int fd = -1;
      if (peek().type == Type::IoNumber) {
        fd = std::stoi(peek().text);
        advance();
      }
      Redirection redirection;
      if (!parse_redirection(redirection, fd)) return nullptr;
      if (node->words.empty() && node->assignments.empty()) node->end = redirection.end;
      node->redirections.push_back(redirection);
      continue;
    }
    const Token token = peek();
    if (token.type != Type::Word) break;
    Assignment assignment;
    if ((node->words.empty() || declaring) && parse_assignment(token, assignment)) {
      if (dialect_ == Dialect::Bash && assignment.value->parts.empty() && at(pos_) == '(') {
        ++pos_;
        have_token_ = false;
        assignment.is_array = true;
        for (;;) {
          skip_newlines();
          if (peek().type != Type::Word) break;
          assignment.elements.push_back(peek().word);
          advance();
        }
        if (!is_operator(peek(), ")")) {
          unexpected(peek(), ")");
          return nullptr;
        }
        advance();
        node->end = here();
        node->assignments.push_back(std::move(assignment));
        continue;
      }
      if (node->words.empty()) {
        node->assignments.push_back(std::move(assignment));
        node->end = token.end;
        advance();
        continue;
      }
    }
    if (failed()) return nullptr;
    if (node->words.empty() && token.literal &&
        (token.text == "local" || token.text == "export" || token.text == "readonly" ||
         (dialect_ == Dialect::Bash && (token.text == "declare" || token.text == "typeset"))))
      declaring = true;
    node->words.push_back(token.word);
    node->end = token.end;
    advance();
    if (node->words.size() == 1 && node->assignments.empty() && is_operator(peek(), "(")) {
      const std::string name = text_.substr(token.begin, token.end - token.begin);
      advance();
      if (!is_operator(peek(), ")")) {
        unexpected(peek(), dialect_ == Dialect::Bash ? "" : ")");
        return nullptr;
      }
      if (!token.literal || (dialect_ != Dialect::Bash && !valid_name(name))) {
        fail("bad function name", token.begin);
        return nullptr;
      }
      advance();
      return parse_function(name, token.begin);
    }
  }
  return failed() ? nullptr : node;
}

}  // namespace podseer::process
