// SPDX-License-Identifier: Apache-2.0
// The reader of Python scripts as one machine with virtual time: statements (python_statements.cpp), expressions
// (python_expressions.cpp), calls and methods (python_calls.cpp), modules and builtins (python_library.cpp).
// Whatever it does not know ends it with Bail, and the answer is Unknown. Used only in this folder; callers
// include process/programs.hpp.
//
// Worked example: `import time; time.sleep(5); raise SystemExit(2)` ends with 2 after 5 s.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "process/programs.hpp"
#include "process/python_syntax.hpp"
#include "process/python_value.hpp"

namespace podseer::process::python {

using Cause = Outcome::Cause;
using Kind = PyValue::Kind;

inline constexpr int kMaxSteps = 60000;
inline constexpr int kMaxDepth = 40;
inline constexpr double kForEver = 3600;  // seconds of virtual time after which a loop counts as endless
inline constexpr std::int64_t kInterpreter = 8 * 1024 * 1024;  // bytes that CPython itself takes

/// Nobody knows what happens here.
struct Bail {};
/// The flow of Python, as exceptions of this reader.
struct Break {};
struct Continue {};
struct Return {
  PyValue value;
};
struct Raise {
  std::string type;
  std::string message = {};
  Cause cause = Cause::None;
  std::string subject = {};
  std::optional<Outcome> exit = {};  // SystemExit: what becomes of the interpreter
};
/// A module of the standard library.
[[nodiscard]] bool standard_module(std::string_view name);
/// One whose functions neither block nor end the program.
[[nodiscard]] bool calm_module(std::string_view name);

/// The program is over, or runs for ever.
struct End {
  Outcome outcome;
};

/// Reads one module. `directory`: where it looks for modules of its own.
class Machine {
 public:
  /// `words`: the script's own arguments, after its name.
  Machine(const Started& started, std::string directory, std::vector<std::optional<std::string>> words)
      : started_(started), directory_(std::move(directory)), words_(std::move(words)) {}

  [[nodiscard]] Outcome run(const Block& body);
  /// Of the statement or call that was read last; 0: none.
  [[nodiscard]] int line() const { return line_; }

 private:
  using Scope = std::map<std::string, PyValue, std::less<>>;

  Outcome uncaught(const Raise& raise) const;
  Outcome finish(Outcome out) const;
  void step();
  [[noreturn]] void end(int code, std::string log, std::string why) const {
    throw Raise{"SystemExit", log, Cause::None, {}, ends(code, Cause::None, {}, log, std::move(why))};
  }

  // --- statements ---
  void block(const Block& body);
  void statement(const Stmt& stmt);
  /// Nothing in it could end, block or start anything: assignments and printing.
  static bool dull(const Block& body);
  void raise(const Stmt& stmt);
  void import(const std::string& name);
  void while_loop(const Stmt& stmt);
  void for_loop(const Stmt& stmt);
  void try_block(const Stmt& stmt);
  void handle(const Stmt& stmt, const Raise& raise);
  void assign(const Expr& target, const PyValue& made);

  // --- memory ---
  void weigh(std::int64_t more);

  // --- expressions ---
  PyValue value(const Expr& expr);
  static PyValue number(const std::string& text);
  PyValue named(const std::string& name);
  PyValue attribute(const PyValue& owner, const std::string& name);
  PyValue subscript(const PyValue& owner, const PyValue& key);
  static PyValue text_of(const Value& found);
  PyValue binary(const std::string& op, const PyValue& a, const PyValue& b);
  static PyValue whole(const std::string& op, std::int64_t a, std::int64_t b);
  PyValue compare(const std::string& op, const PyValue& a, const PyValue& b);
  PyValue comprehension(const Expr& expr);
  /// Looking through many of them counts as steps.
  std::optional<PyList> elements(const PyValue& over);
  std::optional<PyList> elements_of(const PyValue& over);

  // --- calls ---
  struct Arguments {
    PyList plain;
    std::map<std::string, PyValue> named;
    bool starred = false;
    [[nodiscard]] PyValue at(std::size_t index, const char* name = "") const {
      const auto found = named.find(name);
      if (found != named.end()) return found->second;
      return index < plain.size() ? plain[index] : PyValue::none();
    }
    [[nodiscard]] bool has(std::size_t index, const char* name = "") const {
      return index < plain.size() || named.contains(name);
    }
  };

  PyValue call(const Expr& expr);
  PyValue call_function(const Stmt& function, const Arguments& arguments);
  PyValue make_instance(const PyValue& type, const Arguments& arguments);
  PyValue call_own(const PyValue& self, const Stmt& function, const Arguments& arguments);
  [[noreturn]] void exit_with(const PyValue& status);
  PyValue method(const PyValue& owner, const std::string& name, const Arguments& arguments);
  PyValue string_method(const PyValue& owner, const std::string& name, const Arguments& arguments);
  PyValue file_method(const PyValue& owner, const std::string& name);
  PyValue socket_method(const std::string& name, const Arguments& arguments);
  void bind(const PyValue& address);
  PyValue get_variable(const Arguments& arguments);
  PyValue open_file(const Arguments& arguments);
  PyValue parse_json(const std::optional<std::string>& text, const std::string& where);
  PyValue library(const std::string& name, const Arguments& arguments);
  /// Functions that run commands, open connections or read the command line; empty: it is none of them.
  std::optional<PyValue> outside(const std::string& name, const Arguments& arguments);
  Outcome command(const PyValue& words, bool shell);
  int wait_for(const Outcome& outcome);
  PyValue subprocess(const std::string& name, const Arguments& arguments);
  PyValue process_method(const PyValue& owner, const std::string& name);
  [[nodiscard]] bool own_network() const;
  [[noreturn]] void connect(const std::string& host, std::int64_t port);
  PyValue open_connection(const PyValue& address);
  [[noreturn]] void open_url(const PyValue& url);
  PyValue parser_method(const PyValue& owner, const std::string& name, const Arguments& arguments);
  PyValue parse_arguments(const PyList& specs);
  /// A method of something that nobody knows: most only work, some would stay or end.
  PyValue unknown_call(const std::string& name);
  PyValue path_test(const std::string& name, const PyValue& path);
  PyValue builtin(const std::string& name, const Arguments& arguments);
  PyValue to_int(const Arguments& arguments);

  const Started& started_;
  std::string directory_;
  std::vector<std::optional<std::string>> words_;
  std::vector<Scope> scopes_;
  std::vector<Raise> handling_;
  std::set<std::string> made_;
  std::vector<std::int64_t> listens_, listens_local_;
  bool listens_known_ = true;
  /// It runs on, and serves what it has bound.
  [[nodiscard]] Outcome stays() const {
    Outcome out = serves(listens_, listens_known_);
    out.listens_local = listens_local_;
    out.listens_after = vague_time_ ? 0 : bound_at_.value_or(0);
    return out;
  }
  std::optional<double> bound_at_;  // when the first of them was bound
  bool guessed_ = false;
  bool hazy_ = false;  // commands have written nobody knows what
  bool vague_time_ = false;
  double clock_ = 0;
  int steps_ = 0;
  int line_ = 0;
};

}  // namespace podseer::process::python
