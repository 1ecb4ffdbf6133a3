// SPDX-License-Identifier: Apache-2.0
// A recursive-descent parser of the usual statements and expressions (docs.python.org/3/reference/grammar).
// What it does not know makes the module "not understood", which is silence, not an error.
#include "process/python_syntax.hpp"

#include <algorithm>

#include "process/python_lexer.hpp"

namespace podseer::process::python {
namespace {

constexpr int kMaxDepth = 120;
constexpr std::size_t kMaxText = 256 * 1024;

struct GiveUp {};

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Block module() {
    Block out;
    while (peek().kind != Token::Kind::End) statement(out);
    return out;
  }
  [[nodiscard]] const Token& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  std::string error;

 private:
  const Token& take() { return tokens_[at_ < tokens_.size() - 1 ? at_++ : at_]; }
  [[nodiscard]] bool is(std::string_view op) const { return peek().kind == Token::Kind::Op && peek().text == op; }
  [[nodiscard]] bool word(std::string_view name) const {
    return peek().kind == Token::Kind::Name && peek().text == name;
  }
  bool eat(std::string_view op) {
    if (!is(op)) return false;
    take();
    return true;
  }
  bool eat_word(std::string_view name) {
    if (!word(name)) return false;
    take();
    return true;
  }
  void need(std::string_view op) {
    if (!eat(op)) throw GiveUp{};
  }
  std::string name() {
    if (peek().kind != Token::Kind::Name) throw GiveUp{};
    return take().text;
  }
  std::string dotted() {
    std::string out = name();
    while (eat(".")) out += "." + name();
    return out;
  }

  struct Deeper {
    explicit Deeper(int& depth) : depth_(depth) {
      if (++depth_ > kMaxDepth) throw GiveUp{};
    }
    ~Deeper() { --depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;
    int& depth_;
  };

  /// One more link of `a + b + c ...` or `a.b(c)[d] ...`, which makes the tree one deeper. A long chain
  /// is charged to the statement, so that chains in chains stay shallow too.
  void linked(int& links) {
    constexpr int kFree = 8, kMost = 300;
    if (++links > kFree && ++charged_ > kMost) throw GiveUp{};
  }

  std::unique_ptr<Stmt> make(Stmt::Kind kind) {
    auto out = std::make_unique<Stmt>();
    out->kind = kind;
    out->line = peek().line;
    return out;
  }
  ExprPtr make(Expr::Kind kind, std::string text = {}) {
    auto out = std::make_unique<Expr>();
    out->kind = kind;
    out->text = std::move(text);
    out->line = peek().line;
    return out;
  }

  Block block() {
    const Deeper deeper(depth_);
    need(":");
    Block out;
    if (peek().kind == Token::Kind::Newline) {
      take();
      if (peek().kind != Token::Kind::Indent) {
        error = "expected an indented block";
        throw GiveUp{};
      }
      take();
      while (peek().kind != Token::Kind::Dedent && peek().kind != Token::Kind::End) statement(out);
      if (peek().kind == Token::Kind::Dedent) take();
      return out;
    }
    simple_line(out);
    return out;
  }

  void statement(Block& out) {
    const Deeper deeper(depth_);
    charged_ = 0;
    bool decorated = false;
    while (is("@")) {
      while (peek().kind != Token::Kind::Newline && peek().kind != Token::Kind::End) take();
      take();
      decorated = true;
    }
    if (peek().kind != Token::Kind::Name) {
      simple_line(out);
      return;
    }
    const std::string first = peek().text;
    if (first == "if") return if_statement(out);
    if (first == "while") return while_statement(out);
    if (first == "for") return for_statement(out);
    if (first == "try") return try_statement(out);
    if (first == "with") return with_statement(out);
    if (first == "def") return function(out, decorated);
    if (first == "class") return class_statement(out);
    if (first == "async" || (first == "match" && peek(1).kind != Token::Kind::Op)) throw GiveUp{};
    simple_line(out);
  }

  void simple_line(Block& out) {
    simple(out);
    while (eat(";")) {
      if (peek().kind == Token::Kind::Newline) break;
      simple(out);
    }
    if (peek().kind == Token::Kind::End || peek().kind == Token::Kind::Dedent) return;
    if (peek().kind != Token::Kind::Newline) throw GiveUp{};
    take();
  }

  void simple(Block& out) {
    const Token& token = peek();
    if (token.kind == Token::Kind::Name) {
      if (token.text == "pass" || token.text == "break" || token.text == "continue") {
        out.push_back(make(token.text == "pass"    ? Stmt::Kind::Pass
                           : token.text == "break" ? Stmt::Kind::Break
                                                   : Stmt::Kind::Continue));
        take();
        return;
      }
      if (token.text == "import") return import_statement(out);
      if (token.text == "from") return from_statement(out);
      if (token.text == "return" || token.text == "raise" || token.text == "del" || token.text == "assert")
        return keyword(out, token.text);
      if (token.text == "global" || token.text == "nonlocal") {
        auto stmt = make(Stmt::Kind::Global);
        take();
        do stmt->names.push_back(name());
        while (eat(","));
        out.push_back(std::move(stmt));
        return;
      }
      // The print statement of Python 2.
      if ((token.text == "print" || token.text == "exec") &&
          (peek(1).kind == Token::Kind::String || peek(1).kind == Token::Kind::Name ||
           peek(1).kind == Token::Kind::Number) &&
          peek(1).text != "in" && peek(1).text != "if" && peek(1).text != "is" && peek(1).text != "and" &&
          peek(1).text != "or" && peek(1).text != "not" && peek(1).text != "for") {
        error = "Missing parentheses in call to '" + token.text + "'. Did you mean " + token.text + "(...)?";
        throw GiveUp{};
      }
    }
    auto stmt = make(Stmt::Kind::Expression);
    ExprPtr value = tuple_or_value();
    if (eat(":")) {  // an annotation
      expression();
      if (!is("=")) {
        stmt->kind = Stmt::Kind::Pass;
        out.push_back(std::move(stmt));
        return;
      }
    }
    static constexpr std::string_view kAug[] = {
        "+=", "-=", "*=", "/=", "//=", "%=", "**=", "&=", "|=", "^=", ">>=", "<<="};
    if (peek().kind == Token::Kind::Op && std::find(std::begin(kAug), std::end(kAug), peek().text) != std::end(kAug)) {
      stmt->kind = Stmt::Kind::AugAssign;
      stmt->text = take().text;
      stmt->text.pop_back();
      stmt->targets.push_back(std::move(value));
      stmt->values.push_back(tuple_or_value());
    } else if (is("=")) {
      stmt->kind = Stmt::Kind::Assign;
      stmt->targets.push_back(std::move(value));
      while (eat("=")) stmt->targets.push_back(tuple_or_value());
      stmt->values.push_back(std::move(stmt->targets.back()));
      stmt->targets.pop_back();
    } else {
      stmt->values.push_back(std::move(value));
    }
    out.push_back(std::move(stmt));
  }

  void keyword(Block& out, const std::string& which) {
    auto stmt = make(which == "return"  ? Stmt::Kind::Return
                     : which == "raise" ? Stmt::Kind::Raise
                     : which == "del"   ? Stmt::Kind::Delete
                                        : Stmt::Kind::Assert);
    take();
    if (peek().kind != Token::Kind::Newline && peek().kind != Token::Kind::End && !is(";")) {
      stmt->values.push_back(which == "assert" ? expression() : tuple_or_value());
      if (which == "assert" && eat(",")) expression();
      if (which == "raise" && eat_word("from")) expression();
    }
    out.push_back(std::move(stmt));
  }

  void import_statement(Block& out) {
    auto stmt = make(Stmt::Kind::Import);
    take();
    do {
      stmt->names.push_back(dotted());
      stmt->names.push_back(eat_word("as") ? name() : "");
    } while (eat(","));
    out.push_back(std::move(stmt));
  }

  void from_statement(Block& out) {
    auto stmt = make(Stmt::Kind::FromImport);
    take();
    if (is(".") || is("...")) throw GiveUp{};
    stmt->text = dotted();
    if (!eat_word("import")) throw GiveUp{};
    if (eat("*")) throw GiveUp{};
    const bool bracket = eat("(");
    do {
      if (is(")")) break;
      stmt->names.push_back(name());
      stmt->names.push_back(eat_word("as") ? name() : "");
    } while (eat(","));
    if (bracket) need(")");
    out.push_back(std::move(stmt));
  }

  void if_statement(Block& out) {
    const Deeper deeper(depth_);  // `elif` is an `if` in the `else`
    auto stmt = make(Stmt::Kind::If);
    take();
    stmt->values.push_back(condition());
    stmt->body = block();
    if (word("elif")) {
      if_statement(stmt->otherwise);
    } else if (eat_word("else")) {
      stmt->otherwise = block();
    }
    out.push_back(std::move(stmt));
  }

  void while_statement(Block& out) {
    auto stmt = make(Stmt::Kind::While);
    take();
    stmt->values.push_back(condition());
    stmt->body = block();
    if (eat_word("else")) stmt->otherwise = block();
    out.push_back(std::move(stmt));
  }

  void for_statement(Block& out) {
    auto stmt = make(Stmt::Kind::For);
    take();
    stmt->targets.push_back(target_list());
    if (!eat_word("in")) throw GiveUp{};
    stmt->values.push_back(tuple_or_value());
    stmt->body = block();
    if (eat_word("else")) stmt->otherwise = block();
    out.push_back(std::move(stmt));
  }

  void try_statement(Block& out) {
    auto stmt = make(Stmt::Kind::Try);
    take();
    stmt->body = block();
    while (eat_word("except")) {
      Handler handler;
      if (is("*")) throw GiveUp{};
      if (!is(":")) {
        const bool bracket = eat("(");
        do {
          if (is(")")) break;
          handler.types.push_back(dotted());
        } while (eat(","));
        if (bracket) need(")");
        if (eat_word("as")) handler.name = name();
      }
      handler.body = block();
      stmt->handlers.push_back(std::move(handler));
    }
    if (eat_word("else")) stmt->otherwise = block();
    if (eat_word("finally")) stmt->last = block();
    out.push_back(std::move(stmt));
  }

  void with_statement(Block& out) {
    auto stmt = make(Stmt::Kind::With);
    take();
    do {
      stmt->values.push_back(expression());
      stmt->targets.push_back(eat_word("as") ? target() : nullptr);
    } while (eat(","));
    stmt->body = block();
    out.push_back(std::move(stmt));
  }

  void function(Block& out, bool decorated) {
    auto stmt = make(Stmt::Kind::Function);
    stmt->decorated = decorated;
    take();
    stmt->text = name();
    need("(");
    while (!is(")")) {
      if (eat("*") || eat("**")) {
        stmt->decorated = true;  // a call cannot be followed
        if (peek().kind == Token::Kind::Name) take();
      } else if (!eat("/")) {
        stmt->names.push_back(name());
        if (eat(":")) expression();
        stmt->values.push_back(eat("=") ? expression() : nullptr);
      }
      if (!eat(",")) break;
    }
    need(")");
    if (eat("->")) expression();
    stmt->body = block();
    out.push_back(std::move(stmt));
  }

  void class_statement(Block& out) {
    auto stmt = make(Stmt::Kind::Class);
    take();
    stmt->text = name();
    if (eat("(")) {
      while (!is(")")) {
        if (peek().kind == Token::Kind::Name && peek(1).kind == Token::Kind::Op && peek(1).text == "=") {
          take();
          take();
        }
        stmt->values.push_back(expression());
        if (!eat(",")) break;
      }
      need(")");
    }
    stmt->body = block();
    out.push_back(std::move(stmt));
  }

  ExprPtr condition() { return expression(); }
  ExprPtr target() { return postfix(); }
  ExprPtr target_list() {
    const bool bracket = eat("(");
    ExprPtr first = postfix();
    if (!is(",")) {
      if (bracket) need(")");
      return first;
    }
    ExprPtr out = make(Expr::Kind::Tuple);
    out->items.push_back(std::move(first));
    while (eat(",")) {
      if (word("in") || is(")")) break;
      out->items.push_back(is("(") ? target_list() : postfix());
    }
    if (bracket) need(")");
    return out;
  }

  ExprPtr tuple_or_value() {
    ExprPtr first = expression();
    if (!is(",")) return first;
    ExprPtr out = make(Expr::Kind::Tuple);
    out->items.push_back(std::move(first));
    while (eat(",")) {
      if (peek().kind == Token::Kind::Newline || is("=") || is(")") || is("]") || is("}") ||
          peek().kind == Token::Kind::End)
        break;
      out->items.push_back(expression());
    }
    return out;
  }

  ExprPtr expression() {
    const Deeper deeper(depth_);
    if (word("lambda")) {
      int brackets = 0;
      while (peek().kind != Token::Kind::Newline && peek().kind != Token::Kind::End) {
        if (peek().kind == Token::Kind::Op) {
          if (is("(") || is("[") || is("{")) ++brackets;
          if ((is(")") || is("]") || is("}")) && brackets-- == 0) break;
          if (is(",") && brackets == 0) {
            // A comma before the colon belongs to the parameters.
            if (seen_colon_in_lambda_) break;
          }
          if (is(":") && brackets == 0) {
            take();
            expression();
            return make(Expr::Kind::Opaque);
          }
        }
        take();
      }
      throw GiveUp{};
    }
    if (word("yield") || word("await")) throw GiveUp{};
    ExprPtr value = disjunction();
    if (eat(":=")) throw GiveUp{};
    if (!word("if")) return value;
    take();
    ExprPtr out = make(Expr::Kind::Conditional);
    out->items.push_back(std::move(value));
    out->items.push_back(disjunction());
    if (!eat_word("else")) throw GiveUp{};
    out->items.push_back(expression());
    return out;
  }

  ExprPtr disjunction() {
    ExprPtr left = conjunction();
    int links = 0;
    while (word("or")) {
      linked(links);
      take();
      ExprPtr out = make(Expr::Kind::Or);
      out->items.push_back(std::move(left));
      out->items.push_back(conjunction());
      left = std::move(out);
    }
    return left;
  }
  ExprPtr conjunction() {
    ExprPtr left = inversion();
    int links = 0;
    while (word("and")) {
      linked(links);
      take();
      ExprPtr out = make(Expr::Kind::And);
      out->items.push_back(std::move(left));
      out->items.push_back(inversion());
      left = std::move(out);
    }
    return left;
  }
  ExprPtr inversion() {
    const Deeper deeper(depth_);
    if (word("not")) {
      take();
      ExprPtr out = make(Expr::Kind::Unary, "not");
      out->items.push_back(inversion());
      return out;
    }
    return comparison();
  }

  std::string comparison_operator() {
    static constexpr std::string_view kOps[] = {"==", "!=", "<", ">", "<=", ">="};
    if (peek().kind == Token::Kind::Op && std::find(std::begin(kOps), std::end(kOps), peek().text) != std::end(kOps))
      return take().text;
    if (eat_word("in")) return "in";
    if (eat_word("is")) return eat_word("not") ? "is not" : "is";
    if (word("not") && peek(1).kind == Token::Kind::Name && peek(1).text == "in") {
      take();
      take();
      return "not in";
    }
    return {};
  }

  ExprPtr comparison() {
    ExprPtr left = binary(0);
    int links = 0;
    while (true) {
      linked(links);
      if (no_in_ && word("in")) return left;
      const std::string op = comparison_operator();
      if (op.empty()) return left;
      ExprPtr out = make(Expr::Kind::Compare, op);
      out->items.push_back(std::move(left));
      out->items.push_back(binary(0));
      left = std::move(out);
    }
  }

  ExprPtr binary(std::size_t level) {
    static const std::vector<std::vector<std::string_view>> kLevels = {
        {"|"}, {"^"}, {"&"}, {"<<", ">>"}, {"+", "-"}, {"*", "/", "//", "%", "@"}};
    const Deeper deeper(depth_);
    if (level >= kLevels.size()) return unary();
    ExprPtr left = binary(level + 1);
    int links = 0;
    while (peek().kind == Token::Kind::Op &&
           std::find(kLevels[level].begin(), kLevels[level].end(), peek().text) != kLevels[level].end()) {
      linked(links);
      ExprPtr out = make(Expr::Kind::Binary, take().text);
      out->items.push_back(std::move(left));
      out->items.push_back(binary(level + 1));
      left = std::move(out);
    }
    return left;
  }

  ExprPtr unary() {
    const Deeper deeper(depth_);
    if (is("-") || is("+") || is("~")) {
      ExprPtr out = make(Expr::Kind::Unary, take().text);
      out->items.push_back(unary());
      return out;
    }
    ExprPtr base = postfix();
    if (!eat("**")) return base;
    ExprPtr out = make(Expr::Kind::Binary, "**");
    out->items.push_back(std::move(base));
    out->items.push_back(unary());
    return out;
  }

  ExprPtr postfix() {
    ExprPtr value = atom();
    int links = 0;
    while (true) {
      linked(links);
      if (eat(".")) {
        ExprPtr out = make(Expr::Kind::Attribute, name());
        out->items.push_back(std::move(value));
        value = std::move(out);
      } else if (is("(")) {
        value = call(std::move(value));
      } else if (eat("[")) {
        ExprPtr out = make(Expr::Kind::Subscript);
        out->items.push_back(std::move(value));
        if (is(":")) {
          out->kind = Expr::Kind::Slice;
        } else {
          out->items.push_back(tuple_or_value());
        }
        while (eat(":")) {
          out->kind = Expr::Kind::Slice;
          if (!is(":") && !is("]")) expression();
        }
        need("]");
        value = std::move(out);
      } else {
        return value;
      }
    }
  }

  ExprPtr call(ExprPtr function) {
    ExprPtr out = make(Expr::Kind::Call);
    need("(");
    out->items.push_back(std::move(function));
    out->names.emplace_back();
    while (!is(")")) {
      std::string keyword;
      if (eat("*") || eat("**")) {
        keyword = "*";
      } else if (peek().kind == Token::Kind::Name && peek(1).kind == Token::Kind::Op && peek(1).text == "=") {
        keyword = take().text;
        take();
      }
      ExprPtr value = expression();
      if (word("for")) value = comprehension(std::move(value), "(");
      out->items.push_back(std::move(value));
      out->names.push_back(std::move(keyword));
      if (!eat(",")) break;
    }
    need(")");
    return out;
  }

  ExprPtr comprehension(ExprPtr value, std::string bracket) {
    ExprPtr out = make(Expr::Kind::Comprehension, std::move(bracket));
    out->items.push_back(std::move(value));
    take();
    const ExprPtr target = target_list();
    if (target->kind == Expr::Kind::Name) {
      out->names.push_back(target->text);
    } else {
      for (const ExprPtr& one : target->items) out->names.push_back(one->text);
    }
    if (!eat_word("in")) throw GiveUp{};
    out->items.push_back(disjunction());
    while (eat_word("if")) out->items.push_back(disjunction());
    if (word("for")) throw GiveUp{};
    return out;
  }

  ExprPtr atom() {
    const Deeper deeper(depth_);
    const Token& token = peek();
    switch (token.kind) {
      case Token::Kind::Name: {
        static constexpr std::string_view kReserved[] = {"def",    "class",   "return", "while",  "elif",  "else",
                                                         "except", "finally", "with",   "import", "raise", "try"};
        if (std::find(std::begin(kReserved), std::end(kReserved), token.text) != std::end(kReserved)) throw GiveUp{};
        const bool constant = token.text == "True" || token.text == "False" || token.text == "None";
        ExprPtr out = make(constant ? Expr::Kind::Constant : Expr::Kind::Name, token.text);
        take();
        return out;
      }
      case Token::Kind::Number: {
        ExprPtr out = make(Expr::Kind::Number, token.text);
        take();
        return out;
      }
      case Token::Kind::String: return string();
      case Token::Kind::Op: break;
      default: throw GiveUp{};
    }
    if (eat("...")) return make(Expr::Kind::Opaque);
    if (eat("(")) {
      if (eat(")")) return make(Expr::Kind::Tuple);
      ExprPtr value = tuple_or_value();
      if (word("for")) value = comprehension(std::move(value), "(");
      need(")");
      return value;
    }
    if (eat("[")) {
      ExprPtr out = make(Expr::Kind::List);
      while (!is("]")) {
        if (eat("*")) throw GiveUp{};
        ExprPtr value = expression();
        if (word("for")) {
          ExprPtr made = comprehension(std::move(value), "[");
          need("]");
          return made;
        }
        out->items.push_back(std::move(value));
        if (!eat(",")) break;
      }
      need("]");
      return out;
    }
    if (eat("{")) return braces();
    throw GiveUp{};
  }

  ExprPtr braces() {
    ExprPtr out = make(Expr::Kind::Dict);
    while (!is("}")) {
      if (eat("**")) throw GiveUp{};
      ExprPtr key = expression();
      if (eat(":")) {
        out->items.push_back(std::move(key));
        out->items.push_back(expression());
        if (word("for")) throw GiveUp{};
      } else {
        out->kind = Expr::Kind::Set;
        if (word("for")) throw GiveUp{};
        out->items.push_back(std::move(key));
      }
      if (!eat(",")) break;
    }
    need("}");
    return out;
  }

  /// Adjacent literals join; the values inside f-strings are parsed for what they may raise.
  ExprPtr string() {
    ExprPtr out = make(Expr::Kind::String);
    while (peek().kind == Token::Kind::String) {
      const Token& token = take();
      if (token.prefix.find('b') != std::string::npos) out->kind = Expr::Kind::Bytes;
      if (token.prefix.find('f') == std::string::npos) {
        out->text += token.text;
        continue;
      }
      out->kind = Expr::Kind::Format;
      inserted(token.text, *out);
    }
    return out;
  }

  void inserted(const std::string& text, Expr& out) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '{') continue;
      if (i + 1 < text.size() && text[i + 1] == '{') {
        ++i;
        continue;
      }
      std::size_t depth = 0, end = i + 1;
      char quote = 0;
      for (; end < text.size(); ++end) {
        const char c = text[end];
        if (quote != 0) {
          if (c == quote) quote = 0;
        } else if (c == '"' || c == '\'') {
          quote = c;
        } else if (c == '(' || c == '[' || c == '{') {
          ++depth;
        } else if ((c == ')' || c == ']' || c == '}') && depth > 0) {
          --depth;
        } else if ((c == '}' || c == ':' || c == '!') && depth == 0) {
          if (c == '!' && end + 1 < text.size() && text[end + 1] == '=') continue;
          break;
        }
      }
      std::string source = text.substr(i + 1, end - i - 1);
      if (!source.empty() && source.back() == '=') source.pop_back();
      Parser inner(tokenize(source));
      if (inner.tokens_.back().kind == Token::Kind::Bad) throw GiveUp{};
      inner.depth_ = depth_;
      inner.charged_ = charged_;
      out.items.push_back(inner.tuple_or_value());
      i = text.find('}', end);
      if (i == std::string::npos) return;
    }
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
  int charged_ = 0;
  bool no_in_ = false;
  bool seen_colon_in_lambda_ = false;
};

}  // namespace

Module parse(std::string_view text) {
  Module out;
  if (text.size() > kMaxText) return out;
  std::vector<Token> tokens = tokenize(text);
  if (tokens.back().kind == Token::Kind::Bad) {
    out.syntax_error = tokens.back().text;
    out.error_line = tokens.back().line;
    return out;
  }
  Parser parser(std::move(tokens));
  try {
    out.body = parser.module();
    out.understood = true;
  } catch (const GiveUp&) {
    out.syntax_error = parser.error;
    out.error_line = parser.peek().line;
  }
  return out;
}

}  // namespace podseer::process::python
