// SPDX-License-Identifier: Apache-2.0
// $((...)): POSIX.1-2017 XCU 2.6.4 with bash's ** and , where the shell has them. Signed 64-bit, wrapping.
// Names are read as variables; unset ones are 0 (an error under set -u); an unknown operand makes the answer unknown.
#include <cctype>

#include "process/interpreter.hpp"
#include "process/step_back.hpp"

namespace podseer::process {

namespace {

using Number = std::optional<std::int64_t>;

/// Recursive descent; depth-capped. `error` is set to what the shell complains about.
class Reader {
 public:
  Reader(Interpreter& sh, State& st, std::string_view text, int depth) : sh_(sh), st_(st), text_(text), depth_(depth) {}
  std::string error;

  Number all() {
    skip();
    if (pos_ >= text_.size()) return 0;
    Number value = comma();
    skip();
    if (error.empty() && pos_ < text_.size()) error = "syntax";
    return value;
  }

 private:
  void skip() {
    while (pos_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[pos_])) != 0) ++pos_;
  }
  bool take(std::string_view op) {
    skip();
    if (!text_.substr(pos_).starts_with(op)) return false;
    pos_ += op.size();
    return true;
  }
  bool ahead(std::string_view op) {
    skip();
    return text_.substr(pos_).starts_with(op);
  }

  Number comma() {
    Number value = assignment();
    while (error.empty() && take(",")) value = assignment();
    return value;
  }

  Number assignment() {
    if (++depth_ > 40) {
      error = "deep";
      return std::nullopt;
    }
    const StepBack back{depth_};
    skip();
    const std::size_t start = pos_;
    const std::string name = take_name();
    if (!name.empty()) {
      skip();
      static constexpr std::string_view kOps[] = {"<<=", ">>=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "="};
      for (std::string_view op : kOps) {
        if (!ahead(op) || (op == "=" && ahead("=="))) continue;
        pos_ += op.size();
        Number value = assignment();
        if (!error.empty()) return std::nullopt;
        if (op != "=") value = combine(op.substr(0, op.size() - 1), read(name), value);
        if (skip_ == 0 && error.empty()) store(name, value);
        return value;
      }
    }
    pos_ = start;
    return ternary();
  }

  Number ternary() {
    Number condition = binary(0);
    if (!error.empty() || !take("?")) return condition;
    const bool unknown = !condition;
    const bool yes = condition && *condition != 0;
    skip_ += unknown || yes ? (unknown ? 1 : 0) : 1;
    Number a = assignment();
    skip_ -= unknown || yes ? (unknown ? 1 : 0) : 1;
    if (!take(":")) {
      if (error.empty()) error = "syntax";
      return std::nullopt;
    }
    skip_ += unknown || yes ? 1 : 0;
    Number b = assignment();
    skip_ -= unknown || yes ? 1 : 0;
    if (unknown) return std::nullopt;
    return yes ? a : b;
  }

  struct Op {
    std::string_view text;
    int level;
  };
  std::optional<Op> operator_ahead() {
    static constexpr Op kOps[] = {{"||", 0}, {"&&", 1},  {"==", 5}, {"!=", 5}, {"<=", 6}, {">=", 6}, {"<<", 7},
                                  {">>", 7}, {"**", 10}, {"|", 2},  {"^", 3},  {"&", 4},  {"<", 6},  {">", 6},
                                  {"+", 8},  {"-", 8},   {"*", 9},  {"/", 9},  {"%", 9}};
    skip();
    for (const Op& op : kOps) {
      if (!ahead(op.text)) continue;
      const std::string_view after = text_.substr(pos_ + op.text.size());
      if (after.starts_with('=') && op.level != 5 && op.level != 6 && op.level != 0 && op.level != 1)
        return std::nullopt;
      return op;
    }
    return std::nullopt;
  }

  Number binary(int level) {
    Number left = level > 10 ? unary() : binary_next(level);
    return left;
  }

  Number binary_next(int level) {
    if (++depth_ > 400) {
      error = "deep";
      return std::nullopt;
    }
    Number left = unary();
    for (;;) {
      if (!error.empty()) break;
      const std::optional<Op> op = operator_ahead();
      if (!op || op->level < level) break;
      pos_ += op->text.size();
      const bool lazy = op->level <= 1;
      const bool decided = lazy && left && ((*left != 0) == (op->level == 0));
      if (lazy && (decided || !left)) ++skip_;
      Number right = binary_next(op->level == 10 ? 10 : op->level + 1);
      if (lazy && (decided || !left)) --skip_;
      if (!error.empty()) break;
      if (decided) left = op->level == 0 ? 1 : 0;
      else left = combine(op->text, left, right);
    }
    --depth_;
    return left;
  }

  Number combine(std::string_view op, Number a, Number b) {
    if (op == "/" || op == "%") {
      if (b && *b == 0) {
        if (skip_ == 0) error = "zero";
        return std::nullopt;
      }
    }
    if (!a || !b) return std::nullopt;
    const auto ua = static_cast<std::uint64_t>(*a), ub = static_cast<std::uint64_t>(*b);
    if (op == "+") return static_cast<std::int64_t>(ua + ub);
    if (op == "-") return static_cast<std::int64_t>(ua - ub);
    if (op == "*") return static_cast<std::int64_t>(ua * ub);
    if (op == "/") return *b == -1 ? static_cast<std::int64_t>(0 - ua) : *a / *b;
    if (op == "%") return *b == -1 ? 0 : *a % *b;
    if (op == "<<") return static_cast<std::int64_t>(ua << (ub & 63U));
    if (op == ">>") return *a >> static_cast<int>(ub & 63U);
    if (op == "<") return *a < *b ? 1 : 0;
    if (op == ">") return *a > *b ? 1 : 0;
    if (op == "<=") return *a <= *b ? 1 : 0;
    if (op == ">=") return *a >= *b ? 1 : 0;
    if (op == "==") return *a == *b ? 1 : 0;
    if (op == "!=") return *a != *b ? 1 : 0;
    if (op == "&") return *a & *b;
    if (op == "|") return *a | *b;
    if (op == "^") return *a ^ *b;
    if (op == "&&") return *a != 0 && *b != 0 ? 1 : 0;
    if (op == "||") return *a != 0 || *b != 0 ? 1 : 0;
    if (op == "**") {
      if (st_.dialect == Dialect::Dash || *b < 0) {
        error = "syntax";
        return std::nullopt;
      }
      std::uint64_t out = 1;
      for (std::int64_t i = 0; i < *b && i < 64; ++i) out *= ua;
      if (*b >= 64 && *a != 0 && *a != 1) return std::nullopt;
      return static_cast<std::int64_t>(out);
    }
    error = "syntax";
    return std::nullopt;
  }

  Number unary() {
    if (++depth_ > 400) {
      error = "deep";
      return std::nullopt;
    }
    const StepBack back{depth_};
    skip();
    if (st_.dialect != Dialect::Dash && (ahead("++") || ahead("--"))) {
      const std::size_t start = pos_;
      const bool up = ahead("++");
      pos_ += 2;
      skip();
      const std::string name = take_name();
      if (!name.empty()) {
        const Number value = combine(up ? "+" : "-", read(name), 1);
        if (skip_ == 0) store(name, value);
        return value;
      }
      pos_ = start;
    }
    if (take("!")) {
      const Number v = unary();
      return v ? Number(*v == 0 ? 1 : 0) : v;
    }
    if (take("~")) {
      const Number v = unary();
      return v ? Number(~*v) : v;
    }
    if (take("-")) {
      const Number v = unary();
      return v ? Number(static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(*v))) : v;
    }
    if (take("+")) return unary();
    if (take("(")) {
      const Number v = comma();
      if (!take(")") && error.empty()) error = "syntax";
      return v;
    }
    if (pos_ >= text_.size()) {
      error = "syntax";
      return std::nullopt;
    }
    const char c = text_[pos_];
    if (c == kAny || c == kWord) {
      while (pos_ < text_.size() && (text_[pos_] == kAny || text_[pos_] == kWord ||
                                     std::isalnum(static_cast<unsigned char>(text_[pos_])) != 0))
        ++pos_;
      unknown_seen = true;
      return std::nullopt;
    }
    if (std::isdigit(static_cast<unsigned char>(c)) != 0) return number();
    const std::string name = take_name();
    if (name.empty()) {
      error = "syntax";
      return std::nullopt;
    }
    const Number value = read(name);
    skip();
    if (st_.dialect != Dialect::Dash && (ahead("++") || ahead("--"))) {
      const bool up = ahead("++");
      pos_ += 2;
      if (skip_ == 0) store(name, combine(up ? "+" : "-", value, 1));
    }
    return value;
  }

  Number number() {
    std::size_t end = pos_;
    while (end < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[end])) != 0 || text_[end] == '#' ||
                                  text_[end] == '_' || text_[end] == kAny || text_[end] == kWord))
      ++end;
    std::string digits(text_.substr(pos_, end - pos_));
    pos_ = end;
    if (has_mark(digits)) {
      unknown_seen = true;
      return std::nullopt;
    }
    unsigned base = 10;
    std::size_t from = 0;
    if (const std::size_t hash = digits.find('#'); hash != std::string::npos) {
      if (st_.dialect == Dialect::Dash) {
        error = "syntax";
        return std::nullopt;
      }
      base = static_cast<unsigned>(std::stoi(digits.substr(0, std::min<std::size_t>(hash, 3))));
      from = hash + 1;
      if (base < 2 || base > 36) {
        error = "syntax";
        return std::nullopt;
      }
    } else if (digits.size() > 1 && digits[0] == '0') {
      base = digits[1] == 'x' || digits[1] == 'X' ? 16 : 8;
      from = base == 16 ? 2 : 1;
    }
    std::uint64_t value = 0;
    for (std::size_t i = from; i < digits.size(); ++i) {
      const char d = static_cast<char>(std::tolower(static_cast<unsigned char>(digits[i])));
      const unsigned digit = d >= '0' && d <= '9'   ? static_cast<unsigned>(d - '0')
                             : d >= 'a' && d <= 'z' ? static_cast<unsigned>(d - 'a') + 10
                                                    : 99;
      if (digit >= base) {
        error = "number";
        bad_number = digits;
        return std::nullopt;
      }
      value = value * base + digit;
    }
    return static_cast<std::int64_t>(value);
  }

  std::string take_name() {
    std::size_t end = pos_;
    if (end < text_.size() && (std::isalpha(static_cast<unsigned char>(text_[end])) != 0 || text_[end] == '_')) {
      while (end < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[end])) != 0 || text_[end] == '_'))
        ++end;
    }
    std::string name(text_.substr(pos_, end - pos_));
    pos_ = end;
    if (!name.empty() && pos_ < text_.size() && text_[pos_] == '[' && st_.dialect == Dialect::Bash) {
      const std::size_t close = text_.find(']', pos_);
      if (close != std::string_view::npos) {
        array_seen = true;
        pos_ = close + 1;
      }
    }
    return name;
  }

  Number read(const std::string& name) {
    if (skip_ > 0) return 0;
    if (array_seen) return std::nullopt;
    const std::optional<std::string> text = sh_.value(st_, name);
    if (!text) {
      if (st_.nounset)
        sh_.expansion_error(st_, name + (st_.dialect == Dialect::Bash ? ": unbound variable" : ": parameter not set"),
                            nullptr);
      return 0;
    }
    if (has_mark(*text)) return std::nullopt;
    if (const auto plain = parse_integer(*text))
      if (text->size() < 2 || (*text)[0] != '0') return plain;
    if (text->find_first_not_of(" \t\n") == std::string::npos) return 0;
    if (st_.dialect == Dialect::Dash) {
      Reader inner(sh_, st_, *text, depth_ + 10);
      if (parse_integer(*text)) return inner.all();
      error = "illegal";
      bad_number = *text;
      return std::nullopt;
    }
    if (depth_ > 20) {
      error = "deep";
      return std::nullopt;
    }
    Reader inner(sh_, st_, *text, depth_ + 10);
    const Number value = inner.all();
    if (!inner.error.empty()) error = inner.error;
    return value;
  }

  void store(const std::string& name, Number value) {
    if (array_seen) { sh_.world().give_up(); }
    sh_.assign(st_, name, value ? std::to_string(*value) : std::string(1, kWord));
  }

 public:
  std::string bad_number;
  bool unknown_seen = false;

 private:
  Interpreter& sh_;
  State& st_;
  std::string_view text_;
  std::size_t pos_ = 0;
  int depth_;
  int skip_ = 0;
  bool array_seen = false;
};

}  // namespace

std::optional<std::int64_t> Interpreter::arithmetic(State& st, std::string_view text) {
  Reader reader(*this, st, text, 0);
  const std::optional<std::int64_t> value = reader.all();
  if (reader.error == "deep") world_.give_up();
  if (!reader.error.empty()) {
    if (has_mark(text)) world_.give_up();
    std::string what;
    const bool zero = reader.error == "zero";
    if (st.dialect == Dialect::Ash) what = zero ? "divide by zero" : "arithmetic syntax error";
    else if (st.dialect == Dialect::Dash) {
      what = reader.error == "illegal"
                 ? "Illegal number: " + reader.bad_number
                 : std::string("arithmetic expression: ") + (zero ? "division by zero" : "expecting primary") + ": \"" +
                       std::string(text) + "\"";
    } else {
      what = std::string(text) + (zero ? ": division by 0" : ": syntax error: operand expected");
    }
    expansion_error(st, what, nullptr);
  }
  return value;
}

}  // namespace podseer::process
