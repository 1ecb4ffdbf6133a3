// SPDX-License-Identifier: Apache-2.0
// test, [ and [[: POSIX.1-2017 XCU `test` by number of arguments, with -a, -o and parentheses as the shells do.
// `[ $X = y ]` with an empty X is `[ = y ]`: an error, exit code 2, and the three shells word it differently.
#include <re2/re2.h>

#include "process/interpreter.hpp"
#include "process/step_back.hpp"

namespace podseer::process {

namespace {

bool is_unary(std::string_view op) {
  return op.size() == 2 && op[0] == '-' &&
         std::string_view("nzedfrwxshLpSbcugkOGtvN").find(op[1]) != std::string_view::npos;
}
bool is_binary(std::string_view op) {
  static constexpr std::string_view kOps[] = {"=",   "!=",  "==",  "<",   ">",   "-eq", "-ne", "-gt",
                                              "-ge", "-lt", "-le", "-nt", "-ot", "-ef", "=~"};
  for (std::string_view known_op : kOps)
    if (op == known_op) return true;
  return false;
}

/// Reads a test expression; 0 true, 1 false, 2 error.
class TestReader {
 public:
  TestReader(Call& call, const std::vector<std::string>& words, std::string_view shown)
      : call_(call), words_(words), shown_(shown) {}

  int run() {
    const std::size_t n = words_.size();
    if (n == 0) return 1;
    if (n == 1) return truth(words_[0]);
    if (n == 2 && words_[0] == "!") return invert(truth(words_[1]));
    if (n == 2 && !is_unary(words_[0])) return error(words_[0], "unary");
    if (n == 3 && is_binary(words_[1])) return binary(words_[0], words_[1], words_[2]);
    if (n == 3 && words_[1] == "-a") return truth(words_[0]) == 0 && truth(words_[2]) == 0 ? 0 : 1;
    if (n == 3 && words_[1] == "-o") return truth(words_[0]) == 0 || truth(words_[2]) == 0 ? 0 : 1;
    if (n == 4 && words_[0] == "!" && is_binary(words_[2])) return invert(binary(words_[1], words_[2], words_[3]));
    const int result = any();
    if (failed_) return 2;
    if (at_ < n) return error(words_[at_], "extra");
    return result;
  }

 private:
  static int invert(int status) { return status > 1 || status < 0 ? status : 1 - status; }
  int truth(const std::string& word) {
    return call_.world.choose(is_nonempty(word), word.size() == 1 ? "text" : "") ? 0 : 1;
  }
  bool more() const { return at_ < words_.size(); }

  int any() {
    if (++depth_ > 50) call_.world.give_up();
    int left = all();
    while (!failed_ && more() && words_[at_] == "-o") {
      ++at_;
      const int right = all();
      left = left == 0 || right == 0 ? 0 : 1;
    }
    --depth_;
    return left;
  }
  int all() {
    int left = primary();
    while (!failed_ && more() && words_[at_] == "-a") {
      ++at_;
      const int right = primary();
      left = left == 0 && right == 0 ? 0 : 1;
    }
    return left;
  }
  int primary() {
    if (++depth_ > 50) call_.world.give_up();
    const StepBack back{depth_};
    if (!more()) {
      failed_ = true;
      return error("", "missing");
    }
    const std::size_t left = words_.size() - at_;
    if (words_[at_] == "!" && left > 1 && !(left >= 3 && is_binary(words_[at_ + 1]))) {
      ++at_;
      return invert(primary());
    }
    if (words_[at_] == "(" && !(left >= 3 && is_binary(words_[at_ + 1]))) {
      ++at_;
      const int inner = any();
      if (failed_ || !more() || words_[at_] != ")") {
        failed_ = true;
        return error("", "paren");
      }
      ++at_;
      return inner;
    }
    if (left >= 3 && is_binary(words_[at_ + 1])) {
      const int result = binary(words_[at_], words_[at_ + 1], words_[at_ + 2]);
      if (result == 2) failed_ = true;
      at_ += 3;
      return result;
    }
    if (left >= 2 && is_unary(words_[at_]) && words_[at_ + 1] != ")" &&
        !(words_[at_ + 1] == "-a" || words_[at_ + 1] == "-o")) {
      at_ += 2;
      return test_unary(call_, words_[at_ - 2][1], words_[at_ - 1]);
    }
    return truth(words_[at_++]);
  }

  int binary(const std::string& left, const std::string& op, const std::string& right) {
    const std::optional<int> result = test_binary(call_, left, op, right, false, shown_);
    return result ? *result : error(left, "extra");
  }

  int error(const std::string& word, std::string_view kind) {
    const Dialect dialect = call_.st.dialect;
    std::string text;
    if (kind == "unary")
      text = dialect == Dialect::Bash                     ? word + ": unary operator expected"
             : words_[1].empty() || !is_binary(words_[0]) ? words_[1] + ": unknown operand"
                                                          : words_[0] + ": argument expected";
    else if (kind == "missing") text = dialect == Dialect::Bash ? "argument expected" : "argument expected";
    else if (kind == "paren") text = dialect == Dialect::Bash ? "`)' expected" : "closing paren expected";
    else
      text = dialect == Dialect::Bash ? (words_.size() > 3 ? "too many arguments" : word + ": binary operator expected")
             : dialect == Dialect::Dash ? word + ": unexpected operator"
                                        : word + ": unknown operand";
    call_.sh.message(call_.st, (dialect == Dialect::Ash ? "" : std::string(shown_) + ": ") + text);
    call_.sh.blame("`" + std::string(shown_) + "` has the wrong number of words: an expansion was empty or had blanks");
    return 2;
  }

  Call& call_;
  const std::vector<std::string>& words_;
  std::string_view shown_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool failed_ = false;
};

}  // namespace

int run_test(Call& call, const std::vector<std::string>& words, std::string_view shown) {
  if (call.hazy) return kUnknownStatus;
  return TestReader(call, words, shown).run();
}

int test_unary(Call& call, char op, const std::string& operand) {
  World& world = call.world;
  if (op == 'n' || op == 'z') {
    const bool filled = world.choose(is_nonempty(operand), operand.size() == 1 ? "text" : "");
    return filled == (op == 'n') ? 0 : 1;
  }
  if (op == 't') return operand == "0" && world.input->stdin_open ? kUnknownStatus : 1;
  if (op == 'v') {
    if (has_mark(operand)) return kUnknownStatus;
    return call.sh.value(call.st, operand) ? 0 : 1;
  }
  if (operand.empty()) return 1;
  if (has_mark(operand) || has_mark(call.st.cwd)) return world.choose() ? 0 : 1;
  if (op == 'o' || op == 'N') world.give_up();
  const std::string path = call.path(operand);
  if (op == 'L' || op == 'h') {
    const FileEntry* entry = world.files.entry(path);
    if (entry != nullptr) return entry->link.empty() ? 1 : 0;
    if (world.files.stat(path).kind == FileInfo::Kind::Missing) return 1;
    return world.choose("link:" + path) ? 0 : 1;
  }
  const FileInfo info = world.files.stat(path);
  using Kind = FileInfo::Kind;
  if (info.kind == Kind::Unknown) return world.choose(std::string("test:") + op + ":" + path) ? 0 : 1;
  if (info.kind == Kind::Missing) return 1;
  switch (op) {
    case 'e': return 0;
    case 'f': return info.kind == Kind::File ? 0 : 1;
    case 'd': return info.kind == Kind::Directory ? 0 : 1;
    case 's': {
      if (info.kind == Kind::Directory) return 0;
      if (info.kind == Kind::Device) return 1;
      return world.choose(is_nonempty(world.files.content(path)), "size:" + path) ? 0 : 1;
    }
    case 'r': return call.sh.may(call.st, info, 4, path) ? 0 : 1;
    case 'w': return call.sh.may(call.st, info, 2, path) ? 0 : 1;
    case 'x': return call.sh.may(call.st, info, 1, path) ? 0 : 1;
    case 'c': return info.kind == Kind::Device ? world.choose("test:c:" + path) ? 0 : 1 : 1;
    case 'p':
    case 'S':
    case 'b': return info.kind == Kind::Device ? (world.choose(std::string("test:") + op + path) ? 0 : 1) : 1;
    case 'O':
      if (!info.access_known) return world.choose("owner:" + path) ? 0 : 1;
      return static_cast<std::int64_t>(info.uid) == world.input->uid ? 0 : 1;
    default: return world.choose(std::string("test:") + op + ":" + path) ? 0 : 1;
  }
}

std::optional<int> test_binary(Call& call, const std::string& left, const std::string& op, const std::string& right,
                               bool pattern, std::string_view shown) {
  World& world = call.world;
  auto truth = [&](Answer answer) { return world.choose(answer) ? 0 : 1; };
  if (op == "=" || op == "==" || op == "!=") {
    if (op == "==" && call.st.dialect == Dialect::Dash) return std::nullopt;
    const Answer answer = pattern ? match(right, left) : equal(left, right);
    const int yes = truth(answer);
    return op == "!=" ? 1 - yes : yes;
  }
  if (op == "<" || op == ">") {
    if (has_mark(left) || has_mark(right)) return world.choose() ? 0 : 1;
    return (op == "<" ? left < right : left > right) ? 0 : 1;
  }
  if (op == "=~") {
    if (call.st.dialect == Dialect::Dash || !pattern) {
      if (call.st.dialect == Dialect::Bash) return std::nullopt;
      if (!pattern) return std::nullopt;
    }
    if (has_mark(left) || has_mark(right)) return world.choose() ? 0 : 1;
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_posix_syntax(true);
    options.set_longest_match(true);
    options.set_never_nl(false);
    options.set_perl_classes(true);
    options.set_word_boundary(true);
    options.set_one_line(true);
    options.set_max_mem(1 << 20);
    const re2::RE2 expression(right, options);
    if (!expression.ok()) world.give_up();
    const int groups = expression.NumberOfCapturingGroups();
    std::vector<re2::StringPiece> pieces(static_cast<std::size_t>(groups) + 1);
    const bool hit = expression.Match(left, 0, left.size(), re2::RE2::UNANCHORED, pieces.data(), groups + 1);
    if (call.st.dialect == Dialect::Bash) {
      Variable all;
      all.is_array = true;
      for (std::size_t i = 0; hit && i < pieces.size(); ++i) {
        const std::string key = std::to_string(i);
        all.elements[std::string(10 - key.size(), '0') + key] = std::string(pieces[i]);
      }
      call.st.variables.insert_or_assign("BASH_REMATCH", all);
    }
    return hit ? 0 : 1;
  }
  if (op == "-nt" || op == "-ot" || op == "-ef") return world.choose() ? 0 : 1;
  if (has_mark(left) || has_mark(right)) {
    // What is known must at least be a number.
    if ((known(left) && !parse_integer(left)) || (known(right) && !parse_integer(right))) {
      if (!pattern) return 2;
      world.give_up();
    }
    return world.choose() ? 0 : 1;
  }
  std::optional<std::int64_t> a = parse_integer(left), b = parse_integer(right);
  if (pattern && call.st.dialect == Dialect::Bash) {  // [[ ]] reads arithmetic
    a = call.sh.arithmetic(call.st, left);
    b = call.sh.arithmetic(call.st, right);
    if (!a || !b) return world.choose() ? 0 : 1;
  }
  if (!a || !b) {
    const std::string& bad = a ? right : left;
    const Dialect dialect = call.st.dialect;
    call.sh.message(call.st, dialect == Dialect::Bash
                                 ? std::string(shown) + ": " + bad + ": integer expression expected"
                             : dialect == Dialect::Dash ? std::string(shown) + ": Illegal number: " + bad
                             : bad.empty()              ? "bad number"
                                                        : bad + ": bad number");
    call.sh.blame("`" + std::string(shown) + "` compares something that is not a number");
    return 2;
  }
  if (op == "-eq") return *a == *b ? 0 : 1;
  if (op == "-ne") return *a != *b ? 0 : 1;
  if (op == "-gt") return *a > *b ? 0 : 1;
  if (op == "-ge") return *a >= *b ? 0 : 1;
  if (op == "-lt") return *a < *b ? 0 : 1;
  if (op == "-le") return *a <= *b ? 0 : 1;
  return std::nullopt;
}

// --- [[ ]] --------------------------------------------------------------------------------------------------------

namespace {

/// The text of a [[ ]] operator or unquoted word; empty for anything else.
std::string literal_of(const Word& word) {
  return word.parts.size() == 1 && word.parts[0]->kind == Part::Kind::Literal ? word.parts[0]->text : std::string();
}

}  // namespace

int Interpreter::evaluate_condition(State& st, const Node& node) {
  std::size_t at = 0;
  int error = 0;
  const bool result = condition_or(st, node, at, true, error);
  if (error != 0) return error;
  if (at < node.words.size()) world_.give_up();
  return result ? 0 : 1;
}

bool Interpreter::condition_or(State& st, const Node& node, std::size_t& at, bool evaluate, int& error) {
  if (st.calls++ > 200) world_.give_up();
  bool left = condition_and(st, node, at, evaluate, error);
  while (error == 0 && at < node.words.size() && literal_of(*node.words[at]) == "||") {
    ++at;
    const bool right = condition_and(st, node, at, evaluate && !left, error);
    left = left || right;
  }
  --st.calls;
  return left;
}

bool Interpreter::condition_and(State& st, const Node& node, std::size_t& at, bool evaluate, int& error) {
  bool left = condition_primary(st, node, at, evaluate, error);
  while (error == 0 && at < node.words.size() && literal_of(*node.words[at]) == "&&") {
    ++at;
    const bool right = condition_primary(st, node, at, evaluate && left, error);
    left = left && right;
  }
  return left;
}

bool Interpreter::condition_primary(State& st, const Node& node, std::size_t& at, bool evaluate, int& error) {
  if (at >= node.words.size()) world_.give_up();
  const std::string first = literal_of(*node.words[at]);
  if (first == "!") {
    ++at;
    const bool inner = condition_primary(st, node, at, evaluate, error);
    return !inner;
  }
  if (first == "(") {
    ++at;
    const bool inner = condition_or(st, node, at, evaluate, error);
    if (at >= node.words.size() || literal_of(*node.words[at]) != ")") world_.give_up();
    ++at;
    return inner;
  }
  Call call{*this, st, world_, {"[["}, false, st.tools, {}};
  auto ends = [&](std::size_t i) {
    if (i >= node.words.size()) return true;
    const std::string text = literal_of(*node.words[i]);
    return text == "&&" || text == "||" || text == ")";
  };
  int status = 0;
  if (is_unary(first) && !ends(at + 1) && !(!ends(at + 2) && is_binary(literal_of(*node.words[at + 1])))) {
    const std::string operand = evaluate ? expand_single(st, *node.words[at + 1]) : std::string();
    at += 2;
    if (!evaluate) return false;
    status = test_unary(call, first[1], operand);
  } else if (!ends(at + 1)) {
    const std::string op = literal_of(*node.words[at + 1]);
    if (!is_binary(op) || ends(at + 2)) world_.give_up();
    const Word& right = *node.words[at + 2];
    const Word& left = *node.words[at];
    at += 3;
    if (!evaluate) return false;
    const bool pattern = op == "=" || op == "==" || op == "!=";
    std::string value = pattern ? expand_pattern(st, right) : expand_single(st, right);
    if (op == "=~") {
      // Quoted parts of the expression stand for themselves.
      value.clear();
      for (const Part* part : right.parts) {
        Word single;
        single.parts.push_back(part);
        const std::string piece = expand_single(st, single);
        const bool quoted = part->kind == Part::Kind::Double || part->kind == Part::Kind::Quoted;
        value += quoted ? re2::RE2::QuoteMeta(piece) : piece;
      }
    }
    const auto result = test_binary(call, expand_single(st, left), op, value, true, "[[");
    if (!result) world_.give_up();
    status = *result;
  } else {
    const std::string operand = evaluate ? expand_single(st, *node.words[at]) : std::string();
    ++at;
    if (!evaluate) return false;
    status = world_.choose(is_nonempty(operand)) ? 0 : 1;
  }
  if (status == kUnknownStatus) status = world_.choose() ? 0 : 1;
  if (status > 1) {
    error = status;
    return false;
  }
  return status == 0;
}

}  // namespace podseer::process
