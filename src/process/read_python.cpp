// SPDX-License-Identifier: Apache-2.0
// Python command lines and scripts: `-m http.server 80` as an ordinary user cannot bind; a script is read
// with known values only, and whatever it does that this reader does not know makes the answer Unknown.
#include <algorithm>
#include <cmath>
#include <set>

#include "process/programs.hpp"
#include "process/python_syntax.hpp"
#include "process/python_value.hpp"

namespace podseer::process {
namespace {

using Cause = Outcome::Cause;
using python::Block;
using python::Expr;
using python::PyDict;
using python::PyList;
using python::PyValue;
using python::Stmt;
using Kind = PyValue::Kind;

constexpr int kMaxSteps = 60000;
constexpr int kMaxDepth = 40;
constexpr double kForEver = 3600;                     // seconds of virtual time after which a loop counts as endless
constexpr std::int64_t kInterpreter = 8 * 1024 * 1024;  // bytes that CPython itself takes

struct Bail {};
struct Break {};
struct Continue {};
struct Return { PyValue value; };
struct Raise {
  std::string type;
  std::string message = {};
  Cause cause = Cause::None;
  std::string subject = {};
};
struct End { Outcome outcome; };

// Modules of the standard library whose functions neither block nor end the program.
constexpr std::string_view kCalm[] = {"json", "math", "random", "datetime", "re", "string", "collections", "itertools", "functools", "hashlib",
                                      "base64", "uuid", "csv", "io", "platform", "decimal", "fractions", "statistics", "textwrap", "logging", "sqlite3",
                                      "configparser", "time", "os", "sys", "tempfile", "shutil", "glob", "pprint", "copy", "enum", "dataclasses",
                                      "typing", "struct", "zlib", "gzip", "pathlib", "urllib.parse", "html", "secrets", "operator", "locale", "calendar",
                                      "gc", "atexit", "warnings", "traceback", "contextlib", "abc", "numbers", "heapq", "bisect", "array", "http", "http.server", "socketserver", "__future__", "unicodedata", "types", "resource", "codecs"};
constexpr std::string_view kStandard[] = {"argparse", "asyncio", "concurrent", "concurrent.futures", "ctypes", "email", "ftplib", "http", "http.client", "http.cookies", "http.server", "imaplib",
                                          "importlib", "inspect", "ipaddress", "mimetypes", "multiprocessing", "os.path", "pickle", "queue", "sched", "select", "selectors", "shelve", "shlex",
                                          "signal", "smtplib", "socket", "socketserver", "ssl", "subprocess", "syslog", "tarfile", "telnetlib", "threading", "tomllib", "unittest", "urllib", "urllib.error",
                                          "urllib.parse", "urllib.request", "venv", "wsgiref", "wsgiref.simple_server", "xml", "xml.etree", "xml.etree.ElementTree", "xmlrpc", "xmlrpc.server", "zipfile", "zoneinfo",
                                          "logging.handlers", "email.mime", "getpass", "getopt", "fcntl", "pwd", "grp", "curses", "dbm", "difflib", "dis", "errno", "filecmp", "fileinput", "fnmatch", "cProfile",
                                          "mmap", "netrc", "pty", "runpy", "site", "sysconfig", "threading", "timeit", "token", "tokenize", "trace", "tracemalloc", "tty", "weakref", "webbrowser", "builtins", "ast", "cmd", "code", "bz2", "lzma", "binascii", "hmac", "collections.abc", "contextvars", "graphlib", "stat", "pip", "setuptools", "wheel", "encodings", "optparse", "poplib", "posixpath", "pdb", "rlcompleter", "readline", "sndhdr", "tkinter", "turtle", "distutils", "pkg_resources", "imp", "cgi"};

template <std::size_t N>
bool in(const std::string_view (&list)[N], std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

/// Is `type` a kind of `wanted`?
bool is_kind(const std::string& type, const std::string& wanted) {
  static const std::set<std::pair<std::string, std::string>> parents = {
      {"KeyError", "LookupError"}, {"IndexError", "LookupError"}, {"FileNotFoundError", "OSError"}, {"PermissionError", "OSError"},
      {"IsADirectoryError", "OSError"}, {"NotADirectoryError", "OSError"}, {"FileExistsError", "OSError"}, {"ConnectionRefusedError", "ConnectionError"},
      {"ConnectionError", "OSError"}, {"ModuleNotFoundError", "ImportError"}, {"ZeroDivisionError", "ArithmeticError"},
      {"JSONDecodeError", "ValueError"}, {"UnicodeDecodeError", "ValueError"}, {"gaierror", "OSError"}, {"RecursionError", "RuntimeError"}};
  if (wanted == "BaseException") return true;
  if (wanted == "Exception") return type != "SystemExit" && type != "KeyboardInterrupt";
  const std::string last = wanted.substr(wanted.rfind('.') + 1);
  std::string now = type;
  for (int i = 0; i < 5; ++i) {
    if (now == last || ((last == "IOError" || last == "EnvironmentError") && now == "OSError") || (last == "error" && now == "OSError")) return true;
    const auto up = std::find_if(parents.begin(), parents.end(), [&](const auto& one) { return one.first == now; });
    if (up == parents.end()) return false;
    now = up->second;
  }
  return false;
}

class Machine {
 public:
  Machine(const Started& started, std::string directory) : started_(started), directory_(std::move(directory)) {}

  Outcome run(const Block& body) {
    scopes_.emplace_back();
    scopes_.back()["__name__"] = PyValue::string("__main__");
    scopes_.back()["__file__"] = PyValue::some_string();
    try {
      block(body);
    } catch (const Bail&) {
      return {};
    } catch (const End& end) {
      return finish(end.outcome);
    } catch (const Raise& raise) {
      if (raise.type == "SystemExit") return finish(ends(1, Cause::None, {}, raise.message, "the script ends by itself"));
      return finish(uncaught(raise));
    } catch (const Return&) {
      return {};
    } catch (const Break&) {
      return {};
    } catch (const Continue&) {
      return {};
    }
    return finish(ends(0, Cause::None, {}, "", "the script runs to its end"));
  }

 private:
  using Scope = std::map<std::string, PyValue, std::less<>>;

  Outcome uncaught(const Raise& raise) const {
    return ends(1, raise.cause, raise.subject, "Traceback (most recent call last):\n" + raise.type + (raise.message.empty() ? "" : ": " + raise.message),
                "line " + std::to_string(line_) + " of the script raises " + raise.type + (raise.message.empty() ? "" : ": " + raise.message));
  }
  Outcome finish(Outcome out) const {
    if (out.kind == Outcome::Kind::Exits) {
      out.earliest = clock_;
      out.latest = vague_time_ ? std::max(clock_, 600.0) : clock_ + 2;
    }
    if (guessed_ && out.sureness == Outcome::Sureness::Certain) out.sureness = Outcome::Sureness::Likely;
    return out;
  }
  void step() {
    if (++steps_ > kMaxSteps) throw Bail{};
    if (clock_ > kForEver) throw End{serves(listens_, listens_known_)};
  }
  [[noreturn]] void end(int code, std::string log, std::string why) const { throw End{ends(code, Cause::None, {}, std::move(log), std::move(why))}; }

  // --- statements ---
  void block(const Block& body) {
    for (const auto& stmt : body) statement(*stmt);
  }

  void statement(const Stmt& stmt) {
    step();
    line_ = stmt.line;
    switch (stmt.kind) {
      case Stmt::Kind::Expression: value(*stmt.values[0]); break;
      case Stmt::Kind::Assign: {
        const PyValue made = value(*stmt.values[0]);
        for (const auto& target : stmt.targets) assign(*target, made);
        weigh(0);
        break;
      }
      case Stmt::Kind::AugAssign: {
        const PyValue left = value(*stmt.targets[0]);
        assign(*stmt.targets[0], binary(stmt.text, left, value(*stmt.values[0])));
        weigh(0);
        break;
      }
      case Stmt::Kind::Delete:
        if (stmt.values[0]->kind == Expr::Kind::Name) scopes_.back().erase(stmt.values[0]->text);
        break;
      case Stmt::Kind::Assert: {
        const auto holds = python::truth(value(*stmt.values[0]));
        if (!holds) throw Bail{};
        if (!*holds) throw Raise{"AssertionError", ""};
        break;
      }
      case Stmt::Kind::Raise: raise(stmt); break;
      case Stmt::Kind::Return: throw Return{stmt.values.empty() ? PyValue::none() : value(*stmt.values[0])};
      case Stmt::Kind::Break: throw Break{};
      case Stmt::Kind::Continue: throw Continue{};
      case Stmt::Kind::Pass:
      case Stmt::Kind::Global: break;
      case Stmt::Kind::If: {
        const auto holds = python::truth(value(*stmt.values[0]));
        if (!holds) {
          if (!dull(stmt.body) || !dull(stmt.otherwise)) throw Bail{};
          break;
        }
        block(*holds ? stmt.body : stmt.otherwise);
        break;
      }
      case Stmt::Kind::While: while_loop(stmt); break;
      case Stmt::Kind::For: for_loop(stmt); break;
      case Stmt::Kind::With: {
        for (std::size_t i = 0; i < stmt.values.size(); ++i) {
          const PyValue made = value(*stmt.values[i]);
          if (stmt.targets[i]) assign(*stmt.targets[i], made);
        }
        block(stmt.body);
        break;
      }
      case Stmt::Kind::Try: try_block(stmt); break;
      case Stmt::Kind::Function: {
        PyValue made = PyValue::of(stmt.decorated ? Kind::Unknown : Kind::Function);
        made.function = &stmt;
        scopes_.back()[stmt.text] = made;
        break;
      }
      case Stmt::Kind::Class: {
        PyValue made = PyValue::of(Kind::Class);
        made.text = stmt.text;
        made.function = &stmt;
        scopes_.back()[stmt.text] = made;
        break;
      }
      case Stmt::Kind::Import:
        for (std::size_t i = 0; i < stmt.names.size(); i += 2) {
          import(stmt.names[i]);
          const std::string& alias = stmt.names[i + 1];
          const std::string first = stmt.names[i].substr(0, stmt.names[i].find('.'));
          scopes_.back()[alias.empty() ? first : alias] = PyValue::module(alias.empty() ? first : stmt.names[i]);
        }
        break;
      case Stmt::Kind::FromImport:
        import(stmt.text);
        for (std::size_t i = 0; i < stmt.names.size(); i += 2) {
          scopes_.back()[stmt.names[i + 1].empty() ? stmt.names[i] : stmt.names[i + 1]] = PyValue::module(stmt.text + "." + stmt.names[i]);
        }
        break;
      case Stmt::Kind::Opaque: throw Bail{};
    }
  }

  /// Nothing in it could end, block or start anything: assignments and printing.
  static bool dull(const Block& body) {
    return std::all_of(body.begin(), body.end(), [](const auto& stmt) {
      if (stmt->kind == Stmt::Kind::Pass) return true;
      if (stmt->kind != Stmt::Kind::Expression) return false;
      const Expr& expr = *stmt->values[0];
      return expr.kind == Expr::Kind::Call && expr.items[0]->kind == Expr::Kind::Name && expr.items[0]->text == "print";
    });
  }

  void raise(const Stmt& stmt) {
    if (stmt.values.empty()) {
      if (handling_.empty()) throw Bail{};
      throw handling_.back();
    }
    const PyValue made = value(*stmt.values[0]);
    if (made.kind == Kind::Exception || made.kind == Kind::Class) {
      if (made.text == "SystemExit") exit_with(made.list && !made.list->empty() ? made.list->front() : PyValue::none());
      std::string message;
      if (made.list && !made.list->empty() && made.list->front().kind == Kind::Str) message = made.list->front().text;
      throw Raise{made.text, message};
    }
    throw Bail{};
  }

  void import(const std::string& name) {
    const std::string first = name.substr(0, name.find('.'));
    if (in(kCalm, name) || in(kStandard, name) || in(kCalm, first) || in(kStandard, first)) return;
    // A module of the script's own directory, or of a volume.
    for (const std::string& directory : {directory_, started_.cwd}) {
      for (const std::string& tail : {"/" + first + ".py", "/" + first}) {
        if (started_.files->stat(clean_path(directory + tail)).kind != FileInfo::Kind::Missing) throw Bail{};
      }
    }
    if (started_.variable("PYTHONPATH").kind != Value::Kind::NotSet || started_.variable("PYTHONHOME").kind != Value::Kind::NotSet) throw Bail{};
    const ImageInfo* image = started_.context->image;
    // Only the official image is known to bring nothing but the standard library.
    if (image == nullptr || image->name != "python" || started_.context->files->mount_of("/usr/local/lib") != nullptr) throw Bail{};
    throw Raise{"ModuleNotFoundError", "No module named '" + first + "'", Cause::MissingTool, first};
  }

  void while_loop(const Stmt& stmt) {
    const bool always = stmt.values[0]->kind == Expr::Kind::Constant && stmt.values[0]->text == "True";
    const double begin = clock_;
    for (int turn = 0;; ++turn) {
      step();
      const auto holds = python::truth(value(*stmt.values[0]));
      if (!holds) throw Bail{};
      if (!*holds) break;
      if (always && turn > 400 && clock_ == begin && steps_ > kMaxSteps / 2) throw End{serves(listens_, listens_known_)};
      try {
        block(stmt.body);
      } catch (const Break&) {
        return;
      } catch (const Continue&) {
      }
    }
    block(stmt.otherwise);
  }

  void for_loop(const Stmt& stmt) {
    const PyValue over = value(*stmt.values[0]);
    const std::optional<PyList> items = elements(over);
    if (!items) throw Bail{};
    for (const PyValue& one : *items) {
      step();
      assign(*stmt.targets[0], one);
      try {
        block(stmt.body);
      } catch (const Break&) {
        return;
      } catch (const Continue&) {
      }
    }
    block(stmt.otherwise);
  }

  void try_block(const Stmt& stmt) {
    const std::size_t depth = scopes_.size();
    try {
      try {
        block(stmt.body);
      } catch (const Raise& raise) {
        scopes_.resize(depth);
        handle(stmt, raise);
        block(stmt.last);
        return;
      }
    } catch (const Raise&) {
      block(stmt.last);
      throw;
    }
    block(stmt.otherwise);
    block(stmt.last);
  }

  void handle(const Stmt& stmt, const Raise& raise) {
    for (const python::Handler& handler : stmt.handlers) {
      const bool matches = handler.types.empty() || std::any_of(handler.types.begin(), handler.types.end(), [&](const std::string& type) {
        return is_kind(raise.type, type);
      });
      if (!matches) continue;
      if (!handler.name.empty()) scopes_.back()[handler.name] = PyValue{};
      handling_.push_back(raise);
      block(handler.body);
      handling_.pop_back();
      return;
    }
    throw raise;
  }

  void assign(const Expr& target, const PyValue& made) {
    switch (target.kind) {
      case Expr::Kind::Name: scopes_.back()[target.text] = made; return;
      case Expr::Kind::Tuple:
      case Expr::Kind::List: {
        const std::optional<PyList> items = elements(made);
        for (std::size_t i = 0; i < target.items.size(); ++i) {
          assign(*target.items[i], items && i < items->size() ? (*items)[i] : PyValue{});
        }
        return;
      }
      case Expr::Kind::Subscript: {
        PyValue container = value(*target.items[0]);
        const PyValue key = value(*target.items[1]);
        if (container.kind == Kind::Dict && container.dict) {
          for (auto& [known, kept] : *container.dict) {
            if (python::same(known, key) == true) {
              kept = made;
              return;
            }
          }
          container.dict->emplace_back(key, made);
        } else if (container.kind == Kind::Environ) {
          throw Bail{};
        }
        return;
      }
      default: return;  // attributes of unknown things
    }
  }

  // --- memory ---
  void weigh(std::int64_t more) {
    const std::int64_t limit = started_.context->memory_limit;
    if (limit <= 0) return;
    std::int64_t held = kInterpreter + more;
    for (const Scope& scope : scopes_) {
      for (const auto& [name, kept] : scope) held += python::held_bytes(kept);
    }
    if (held <= limit + limit / 10) return;  // what CPython itself takes is only about known
    Outcome out = ends(137, Cause::OutOfMemory, started_.name, "",
                       "the script holds more than " + std::to_string(limit / (1024 * 1024)) + " MiB, which is its memory limit");
    out.sureness = Outcome::Sureness::Likely;
    throw End{out};
  }

  // --- expressions ---
  PyValue value(const Expr& expr) {
    step();
    switch (expr.kind) {
      case Expr::Kind::Constant: return expr.text == "None" ? PyValue::none() : PyValue::boolean(expr.text == "True");
      case Expr::Kind::Number: return number(expr.text);
      case Expr::Kind::String: return PyValue::string(expr.text);
      case Expr::Kind::Bytes: return PyValue::bytes(static_cast<std::int64_t>(expr.text.size()));
      case Expr::Kind::Format:
        for (const auto& item : expr.items) value(*item);
        return PyValue::some_string();
      case Expr::Kind::Name: return named(expr.text);
      case Expr::Kind::List:
      case Expr::Kind::Tuple:
      case Expr::Kind::Set: {
        PyValue out = PyValue::of(expr.kind == Expr::Kind::Tuple ? Kind::Tuple : Kind::List);
        out.list = std::make_shared<PyList>();
        for (const auto& item : expr.items) out.list->push_back(value(*item));
        return out;
      }
      case Expr::Kind::Dict: {
        PyValue out = PyValue::of(Kind::Dict);
        out.dict = std::make_shared<PyDict>();
        for (std::size_t i = 0; i + 1 < expr.items.size(); i += 2) out.dict->emplace_back(value(*expr.items[i]), value(*expr.items[i + 1]));
        return out;
      }
      case Expr::Kind::Attribute: return attribute(value(*expr.items[0]), expr.text);
      case Expr::Kind::Call: return call(expr);
      case Expr::Kind::Subscript: return subscript(value(*expr.items[0]), value(*expr.items[1]));
      case Expr::Kind::Slice: {
        const PyValue whole = value(*expr.items[0]);
        return whole.kind == Kind::Str ? PyValue::some_string() : PyValue{};
      }
      case Expr::Kind::Unary: {
        const PyValue inner = value(*expr.items[0]);
        if (expr.text == "not") {
          const auto holds = python::truth(inner);
          return holds ? PyValue::boolean(!*holds) : PyValue{};
        }
        if (expr.text == "-" && inner.kind == Kind::Int) return PyValue::integer(-inner.number);
        return {};
      }
      case Expr::Kind::Binary: return binary(expr.text, value(*expr.items[0]), value(*expr.items[1]));
      case Expr::Kind::Compare: return compare(expr.text, value(*expr.items[0]), value(*expr.items[1]));
      case Expr::Kind::And:
      case Expr::Kind::Or: {
        PyValue left = value(*expr.items[0]);
        const auto holds = python::truth(left);
        if (!holds) return {};
        if (*holds == (expr.kind == Expr::Kind::Or)) return left;
        return value(*expr.items[1]);
      }
      case Expr::Kind::Conditional: {
        const auto holds = python::truth(value(*expr.items[1]));
        if (!holds) return {};
        return value(*expr.items[*holds ? 0 : 2]);
      }
      case Expr::Kind::Comprehension: return comprehension(expr);
      case Expr::Kind::Opaque: return {};
    }
    return {};
  }

  static PyValue number(const std::string& text) {
    if (text.find_first_not_of("0123456789") == std::string::npos && text.size() < 18) return PyValue::integer(std::atoll(text.c_str()));
    PyValue out = PyValue::of(Kind::Float);
    out.real = std::strtod(text.c_str(), nullptr);
    if (text.starts_with("0x") || text.starts_with("0o") || text.starts_with("0b")) return {};
    return out;
  }

  PyValue named(const std::string& name) {
    for (std::size_t i = scopes_.size(); i-- > 0;) {
      if (i != 0 && i + 1 != scopes_.size()) continue;  // own and global names
      const auto found = scopes_[i].find(name);
      if (found != scopes_[i].end()) return found->second;
    }
    static const std::set<std::string> builtins = {"print", "open", "len", "range", "int", "str", "float", "bool", "bytes", "bytearray", "list", "dict", "set", "tuple", "exit", "quit",
                                                   "enumerate", "zip", "sorted", "reversed", "min", "max", "sum", "abs", "round", "any", "all", "map", "filter", "isinstance", "input",
                                                   "getattr", "hasattr", "setattr", "iter", "next", "type", "repr", "object", "super", "format", "chr", "ord", "hex", "vars", "id", "callable", "frozenset", "eval", "exec", "__import__", "memoryview", "divmod", "pow", "hash", "globals", "locals"};
    if (builtins.contains(name)) return PyValue::module("builtins." + name);
    if (name.ends_with("Error") || name == "Exception" || name == "BaseException" || name == "SystemExit" || name == "KeyboardInterrupt" || name == "StopIteration") {
      PyValue out = PyValue::of(Kind::Class);
      out.text = name;
      return out;
    }
    throw Raise{"NameError", "name '" + name + "' is not defined"};
  }

  PyValue attribute(const PyValue& owner, const std::string& name) {
    if (owner.kind == Kind::Module) {
      const std::string full = owner.text + "." + name;
      if (full == "os.environ") return PyValue::of(Kind::Environ);
      if (full == "sys.argv" || full == "sys.path") {
        PyValue out = PyValue::of(Kind::List);
        return out;
      }
      if (full == "sys.stdin") {
        PyValue out = PyValue::of(Kind::File);
        out.text = "<stdin>";
        if (!started_.context->reads_forever) out.content = "";
        return out;
      }
      return PyValue::module(full);
    }
    if (owner.kind == Kind::Unknown) return PyValue::module("?." + name);
    PyValue out = PyValue::module("." + name);  // a bound method
    out.list = std::make_shared<PyList>(PyList{owner});
    return out;
  }

  PyValue subscript(const PyValue& owner, const PyValue& key) {
    if (owner.kind == Kind::Environ) {
      if (key.kind != Kind::Str || !key.text_known) throw Bail{};
      const Value found = started_.variable(key.text);
      if (found.kind == Value::Kind::NotSet) throw Raise{"KeyError", "'" + key.text + "'", Cause::MissingVariable, key.text};
      return text_of(found);
    }
    if (owner.kind == Kind::Dict && owner.dict) {
      bool vague = !key.known();
      for (const auto& [known, kept] : *owner.dict) {
        const auto equal = python::same(known, key);
        if (!equal) vague = true;
        if (equal == true) return kept;
      }
      if (vague) return {};
      throw Raise{"KeyError", key.kind == Kind::Str ? "'" + key.text + "'" : std::to_string(key.number)};
    }
    if ((owner.kind == Kind::List || owner.kind == Kind::Tuple) && owner.list && key.kind == Kind::Int) {
      const auto size = static_cast<std::int64_t>(owner.list->size());
      const std::int64_t at = key.number < 0 ? key.number + size : key.number;
      if (at < 0 || at >= size) throw Raise{"IndexError", "list index out of range"};
      return (*owner.list)[static_cast<std::size_t>(at)];
    }
    if (owner.kind == Kind::None) throw Raise{"TypeError", "'NoneType' object is not subscriptable"};
    guessed_ = true;
    return {};
  }

  static PyValue text_of(const Value& found) {
    return found.kind == Value::Kind::Known ? PyValue::string(found.text) : PyValue::some_string();
  }

  PyValue binary(const std::string& op, const PyValue& a, const PyValue& b) {
    const auto buffer = [](const PyValue& v) { return v.kind == Kind::Bytes || v.kind == Kind::Str; };
    if (op == "*" && ((buffer(a) && b.kind == Kind::Int) || (a.kind == Kind::Int && buffer(b)))) {
      const PyValue& text = buffer(a) ? a : b;
      const std::int64_t times = buffer(a) ? b.number : a.number;
      const std::int64_t size = text.size > 0 && times > 0 ? (times > (std::int64_t{1} << 50) / std::max<std::int64_t>(text.size, 1) ? std::int64_t{1} << 50 : text.size * times) : 0;
      PyValue out = PyValue::of(text.kind);
      out.size = size;
      out.number = size;
      out.text_known = false;
      weigh(size);
      return out;
    }
    if (op == "*" && a.kind == Kind::List && a.list && b.kind == Kind::Int) {
      PyValue out = PyValue::of(Kind::Unknown);
      out.size = 8 * static_cast<std::int64_t>(a.list->size()) * std::max<std::int64_t>(b.number, 0);
      weigh(out.size);
      return out;
    }
    if (op == "+" && a.kind == Kind::Str && b.kind == Kind::Str) {
      if (a.text_known && b.text_known && a.text.size() + b.text.size() < 65536) return PyValue::string(a.text + b.text);
      PyValue out = PyValue::some_string();
      out.size = a.size + b.size;
      weigh(out.size);
      return out;
    }
    if (op == "+" && a.kind == Kind::Bytes && b.kind == Kind::Bytes) {
      weigh(a.size + b.size);
      return PyValue::bytes(a.size + b.size);
    }
    if (op == "%" && a.kind == Kind::Str) return PyValue::some_string();
    if (a.kind == Kind::Str && b.kind == Kind::None && op == "+") throw Raise{"TypeError", "can only concatenate str (not \"NoneType\") to str"};
    if ((a.kind == Kind::Int || a.kind == Kind::Bool) && (b.kind == Kind::Int || b.kind == Kind::Bool)) return whole(op, a.number, b.number);
    const auto number_of = [](const PyValue& v) -> std::optional<double> {
      if (v.kind == Kind::Float) return v.real;
      if (v.kind == Kind::Int || v.kind == Kind::Bool) return static_cast<double>(v.number);
      return std::nullopt;
    };
    const auto x = number_of(a), y = number_of(b);
    if (!x || !y) return {};
    PyValue out = PyValue::of(Kind::Float);
    if (op == "+") out.real = *x + *y;
    else if (op == "-") out.real = *x - *y;
    else if (op == "*") out.real = *x * *y;
    else if (op == "/" && *y != 0) out.real = *x / *y;
    else if (op == "/") throw Raise{"ZeroDivisionError", "float division by zero"};
    else return {};
    return out;
  }

  static PyValue whole(const std::string& op, std::int64_t a, std::int64_t b) {
    std::int64_t out = 0;
    if (op == "+") return __builtin_add_overflow(a, b, &out) ? PyValue{} : PyValue::integer(out);
    if (op == "-") return __builtin_sub_overflow(a, b, &out) ? PyValue{} : PyValue::integer(out);
    if (op == "*") return __builtin_mul_overflow(a, b, &out) ? PyValue{} : PyValue::integer(out);
    if ((op == "/" || op == "//" || op == "%") && b == 0) throw Raise{"ZeroDivisionError", op == "/" ? "division by zero" : "integer division or modulo by zero"};
    if (b > 0 && a >= 0 && op == "//") return PyValue::integer(a / b);
    if (b > 0 && a >= 0 && op == "%") return PyValue::integer(a % b);
    if (op == "/") {
      PyValue real = PyValue::of(Kind::Float);
      real.real = static_cast<double>(a) / static_cast<double>(b);
      return real;
    }
    if (op == "**" && a >= 0 && a < 1000 && b >= 0 && b < 5) {
      out = 1;
      for (std::int64_t i = 0; i < b; ++i) out *= a;
      return PyValue::integer(out);
    }
    if (op == "<<" && a >= 0 && a < (1 << 20) && b >= 0 && b < 40) return PyValue::integer(a << b);
    return {};
  }

  PyValue compare(const std::string& op, const PyValue& a, const PyValue& b) {
    if (op == "in" || op == "not in") {
      std::optional<bool> found;
      if (b.kind == Kind::Environ && a.kind == Kind::Str && a.text_known) {
        const Value::Kind kind = started_.variable(a.text).kind;
        if (kind != Value::Kind::Unknown) found = kind == Value::Kind::Known;
      } else if (b.kind == Kind::Str && b.text_known && a.kind == Kind::Str && a.text_known) {
        found = b.text.find(a.text) != std::string::npos;
      } else if (b.list || b.dict) {
        found = false;
        const auto look = [&](const PyValue& one) {
          const auto equal = python::same(one, a);
          if (!equal) found = std::nullopt;
          return equal == true;
        };
        bool hit = false;
        if (b.list) hit = std::any_of(b.list->begin(), b.list->end(), look);
        if (b.dict) hit = hit || std::any_of(b.dict->begin(), b.dict->end(), [&](const auto& one) { return look(one.first); });
        if (hit) found = true;
      }
      return found ? PyValue::boolean(*found == (op == "in")) : PyValue{};
    }
    if (op == "is" || op == "is not" || op == "==" || op == "!=") {
      const bool positive = op == "is" || op == "==";
      if (b.kind == Kind::None && a.kind == Kind::Str) return PyValue::boolean(!positive);
      const auto equal = python::same(a, b);
      return equal ? PyValue::boolean(*equal == positive) : PyValue{};
    }
    const auto number_of = [](const PyValue& v) -> std::optional<double> {
      if (v.kind == Kind::Float) return v.real;
      if (v.kind == Kind::Int || v.kind == Kind::Bool) return static_cast<double>(v.number);
      return std::nullopt;
    };
    const auto x = number_of(a), y = number_of(b);
    if (!x || !y) return {};
    return PyValue::boolean(op == "<" ? *x < *y : op == ">" ? *x > *y : op == "<=" ? *x <= *y : *x >= *y);
  }

  PyValue comprehension(const Expr& expr) {
    const std::optional<PyList> items = elements(value(*expr.items[1]));
    if (!items) {
      guessed_ = true;
      return {};
    }
    PyValue out = PyValue::of(Kind::List);
    out.list = std::make_shared<PyList>();
    for (const PyValue& one : *items) {
      step();
      if (expr.names.size() == 1) {
        scopes_.back()[expr.names[0]] = one;
      } else {
        const std::optional<PyList> parts = elements(one);
        for (std::size_t i = 0; i < expr.names.size(); ++i) scopes_.back()[expr.names[i]] = parts && i < parts->size() ? (*parts)[i] : PyValue{};
      }
      bool keep = true;
      for (std::size_t i = 2; i < expr.items.size(); ++i) {
        const auto holds = python::truth(value(*expr.items[i]));
        if (!holds) return {};
        keep = keep && *holds;
      }
      if (keep) out.list->push_back(value(*expr.items[0]));
      weigh(python::held_bytes(out));
    }
    return out;
  }

  /// Looking through many of them counts as steps.
  std::optional<PyList> elements(const PyValue& over) {
    constexpr std::size_t kFree = 16;
    std::optional<PyList> list = elements_of(over);
    if (list) steps_ += static_cast<int>(std::min<std::size_t>(list->size() / kFree, kMaxSteps));
    return list;
  }

  std::optional<PyList> elements_of(const PyValue& over) {
    constexpr std::int64_t kMost = 20000;
    if (over.kind == Kind::None) throw Raise{"TypeError", "'NoneType' object is not iterable"};
    if ((over.kind == Kind::List || over.kind == Kind::Tuple) && over.list) return *over.list;
    if (over.kind == Kind::Dict && over.dict) {
      PyList out;
      for (const auto& [key, kept] : *over.dict) out.push_back(key);
      return out;
    }
    if (over.kind == Kind::File && over.content) {
      PyList out;
      const std::string& text = *over.content;
      for (std::size_t at = 0; at < text.size() && static_cast<std::int64_t>(out.size()) < kMost;) {
        const std::size_t line = std::min(text.find('\n', at), text.size() - 1);
        out.push_back(PyValue::string(text.substr(at, line + 1 - at)));
        at = line + 1;
      }
      return out;
    }
    if (over.kind == Kind::Str && over.text_known && over.text.size() < 2000) {
      PyList out;
      for (const char c : over.text) out.push_back(PyValue::string(std::string(1, c)));
      return out;
    }
    return std::nullopt;
  }

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
    [[nodiscard]] bool has(std::size_t index, const char* name = "") const { return index < plain.size() || named.contains(name); }
  };

  PyValue call(const Expr& expr) {
    PyValue function = value(*expr.items[0]);
    Arguments arguments;
    for (std::size_t i = 1; i < expr.items.size(); ++i) {
      PyValue one = value(*expr.items[i]);
      if (expr.names[i] == "*") {
        arguments.starred = true;
      } else if (expr.names[i].empty()) {
        arguments.plain.push_back(std::move(one));
      } else {
        arguments.named[expr.names[i]] = std::move(one);
      }
    }
    line_ = expr.line;
    if (function.kind == Kind::Function) return call_function(*function.function, arguments);
    if (function.kind == Kind::Class) return make_instance(function, arguments);
    if (function.kind != Kind::Module) throw Bail{};
    if (function.list) return method(function.list->front(), function.text.substr(1), arguments);
    return library(function.text, arguments);
  }

  PyValue call_function(const Stmt& function, const Arguments& arguments) {
    if (scopes_.size() > kMaxDepth || arguments.starred) throw Bail{};
    Scope scope;
    for (std::size_t i = 0; i < function.names.size(); ++i) {
      if (arguments.has(i, function.names[i].c_str())) {
        scope[function.names[i]] = arguments.at(i, function.names[i].c_str());
      } else if (function.values[i]) {
        scope[function.names[i]] = value(*function.values[i]);
      } else {
        throw Raise{"TypeError", function.text + "() missing required positional argument: '" + function.names[i] + "'"};
      }
    }
    // A name that is declared global would have to be written outside.
    for (const auto& stmt : function.body) {
      if (stmt->kind == Stmt::Kind::Global) throw Bail{};
    }
    scopes_.push_back(std::move(scope));
    const std::size_t depth = scopes_.size();
    PyValue out = PyValue::none();
    try {
      block(function.body);
    } catch (const Return& returned) {
      out = returned.value;
    } catch (const Raise&) {
      scopes_.resize(depth - 1);
      throw;
    }
    scopes_.resize(depth - 1);
    return out;
  }

  PyValue make_instance(const PyValue& type, const Arguments& arguments) {
    if (type.function == nullptr || type.text.ends_with("Error") || type.text.ends_with("Exception")) {
      PyValue out = PyValue::of(Kind::Exception);
      out.text = type.text;
      out.list = std::make_shared<PyList>(arguments.plain);
      return out;
    }
    // An object of the script's own class: its methods are not followed.
    for (const auto& stmt : type.function->body) {
      if (stmt->kind == Stmt::Kind::Function && stmt->text == "__init__") throw Bail{};
    }
    PyValue out = PyValue::of(Kind::Class);
    out.text = type.text;
    throw Bail{};
  }

  [[noreturn]] void exit_with(const PyValue& status) {
    if (status.kind == Kind::None) end(0, "", "the script ends itself");
    if (status.kind == Kind::Int || status.kind == Kind::Bool) {
      const int code = static_cast<int>(static_cast<std::uint64_t>(status.number) & 0xffU);
      end(code, "", "line " + std::to_string(line_) + " of the script ends it with " + std::to_string(code));
    }
    if (status.kind == Kind::Str) {
      end(1, status.text_known ? status.text : "", "line " + std::to_string(line_) + " of the script ends it" + (status.text_known ? ": " + status.text : ""));
    }
    throw Bail{};
  }

  PyValue method(const PyValue& owner, const std::string& name, const Arguments& arguments) {
    static const std::set<std::string> lists = {"append", "extend", "insert", "pop", "remove", "sort", "clear", "reverse"};
    if (owner.kind == Kind::List && lists.contains(name)) {
      if (!owner.list) return PyValue::none();
      if (name == "append") {
        owner.list->push_back(arguments.at(0));
        weigh(0);
        return PyValue::none();
      }
      if (name == "extend") {
        const auto items = elements(arguments.at(0));
        if (!items) throw Bail{};
        owner.list->insert(owner.list->end(), items->begin(), items->end());
        weigh(0);
        return PyValue::none();
      }
      if (name == "clear") {
        owner.list->clear();
        return PyValue::none();
      }
      if (name == "pop" && !owner.list->empty() && arguments.plain.empty()) {
        PyValue last = owner.list->back();
        owner.list->pop_back();
        return last;
      }
      if (name == "sort" || name == "reverse") return PyValue::none();
      throw Bail{};
    }
    if (owner.kind == Kind::Environ) {
      if (name == "get") return get_variable(arguments);
      if (name == "setdefault") throw Bail{};
      return {};
    }
    if (owner.kind == Kind::Dict && owner.dict) {
      if (name == "get") {
        bool vague = !arguments.at(0).known();
        for (const auto& [key, kept] : *owner.dict) {
          const auto equal = python::same(key, arguments.at(0));
          if (!equal) vague = true;
          if (equal == true) return kept;
        }
        return vague ? PyValue{} : arguments.at(1);
      }
      if (name == "items" || name == "keys" || name == "values") {
        PyValue out = PyValue::of(Kind::List);
        out.list = std::make_shared<PyList>();
        for (const auto& [key, kept] : *owner.dict) {
          PyValue pair = PyValue::of(Kind::Tuple);
          pair.list = std::make_shared<PyList>(PyList{key, kept});
          out.list->push_back(name == "items" ? pair : name == "keys" ? key : kept);
        }
        return out;
      }
      if (name == "update" || name == "setdefault" || name == "pop") throw Bail{};
      return {};
    }
    if (owner.kind == Kind::Str) return string_method(owner, name, arguments);
    if (owner.kind == Kind::File) return file_method(owner, name);
    if (owner.kind == Kind::Server) {
      if (name == "serve_forever") throw End{serves(listens_, listens_known_)};
      if (name == "handle_request" || name == "shutdown") throw Bail{};
      return {};
    }
    if (owner.kind == Kind::Socket) return socket_method(name, arguments);
    if (owner.kind == Kind::Bytes) return {};
    if (owner.kind == Kind::None) throw Raise{"AttributeError", "'NoneType' object has no attribute '" + name + "'"};
    return unknown_call(name);
  }

  PyValue string_method(const PyValue& owner, const std::string& name, const Arguments& arguments) {
    const PyValue first = arguments.at(0);
    const bool known = owner.text_known;
    if (known && (name == "startswith" || name == "endswith") && first.kind == Kind::Str && first.text_known) {
      return PyValue::boolean(name == "startswith" ? owner.text.starts_with(first.text) : owner.text.ends_with(first.text));
    }
    if (known && (name == "strip" || name == "lstrip" || name == "rstrip") && arguments.plain.empty()) {
      std::string text = owner.text;
      if (name != "rstrip") text.erase(0, std::min(text.find_first_not_of(" \t\r\n"), text.size()));
      if (name != "lstrip") text.erase(text.find_last_not_of(" \t\r\n") + 1);
      return PyValue::string(text);
    }
    if (known && (name == "lower" || name == "upper")) {
      std::string text = owner.text;
      for (char& c : text) {
        if (name == "lower" && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (name == "upper" && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
      }
      return PyValue::string(text);
    }
    if (known && name == "split" && arguments.plain.size() <= 1) {
      PyValue out = PyValue::of(Kind::List);
      out.list = std::make_shared<PyList>();
      std::string_view rest = owner.text;
      if (first.kind == Kind::Str && first.text_known && !first.text.empty()) {
        while (true) {
          const std::size_t at = rest.find(first.text);
          out.list->push_back(PyValue::string(std::string(rest.substr(0, at))));
          if (at == std::string_view::npos) break;
          rest.remove_prefix(at + first.text.size());
        }
      } else {
        while (true) {
          const std::size_t begin = rest.find_first_not_of(" \t\r\n");
          if (begin == std::string_view::npos) break;
          rest.remove_prefix(begin);
          const std::size_t stop = std::min(rest.find_first_of(" \t\r\n"), rest.size());
          out.list->push_back(PyValue::string(std::string(rest.substr(0, stop))));
          rest.remove_prefix(stop);
        }
      }
      return out;
    }
    if (known && name == "isdigit") {
      return PyValue::boolean(!owner.text.empty() && owner.text.find_first_not_of("0123456789") == std::string::npos);
    }
    if (name == "encode") {
      PyValue out = PyValue::bytes(owner.size);
      return out;
    }
    static const std::set<std::string> texts = {"format", "replace", "join", "title", "capitalize", "zfill", "ljust", "rjust", "center", "strip", "lstrip", "rstrip", "lower", "upper", "removeprefix", "removesuffix"};
    if (texts.contains(name)) return PyValue::some_string();
    return {};
  }

  PyValue file_method(const PyValue& owner, const std::string& name) {
    if (owner.text == "<stdin>" && !owner.content) throw End{serves(listens_, listens_known_)};  // waits for input
    if (name == "read") return owner.content ? PyValue::string(*owner.content) : PyValue::some_string();
    if (name == "readlines" || name == "readline") {
      const auto lines = elements(owner);
      if (!lines) return {};
      if (name == "readline") return lines->empty() ? PyValue::string("") : lines->front();
      PyValue out = PyValue::of(Kind::List);
      out.list = std::make_shared<PyList>(*lines);
      return out;
    }
    return {};
  }

  PyValue socket_method(const std::string& name, const Arguments& arguments) {
    if (name == "bind") {
      bind(arguments.at(0));
      return PyValue::none();
    }
    if (name == "accept" || name == "recv" || name == "recvfrom") throw End{serves(listens_, listens_known_)};
    if (name == "connect") throw Bail{};
    return {};
  }

  void bind(const PyValue& address) {
    const std::optional<PyList> parts = address.list ? std::optional(*address.list) : std::nullopt;
    if (!parts || parts->size() < 2 || (*parts)[1].kind != Kind::Int) {
      listens_known_ = false;
      return;
    }
    const std::int64_t port = (*parts)[1].number;
    if (started_.context->may_bind(started_.uid, port) == Answer::No) {
      throw Raise{"PermissionError", "[Errno 13] Permission denied", Cause::PrivilegedPort, std::to_string(port)};
    }
    const bool local = (*parts)[0].kind == Kind::Str && ((*parts)[0].text.starts_with("127.") || (*parts)[0].text == "localhost");
    if (!local && port != 0) listens_.push_back(port);
  }

  PyValue get_variable(const Arguments& arguments) {
    const PyValue name = arguments.at(0);
    if (name.kind != Kind::Str || !name.text_known) return {};
    const Value found = started_.variable(name.text);
    if (found.kind == Value::Kind::Unknown) return {};
    return found.kind == Value::Kind::NotSet ? arguments.at(1, "default") : text_of(found);
  }

  PyValue open_file(const Arguments& arguments) {
    const PyValue path = arguments.at(0, "file");
    const PyValue mode = arguments.at(1, "mode");
    if (path.kind != Kind::Str || !path.text_known) {
      guessed_ = true;
      return PyValue::of(Kind::File);
    }
    const std::string full = join_path(started_.cwd, path.text);
    const std::string how = mode.kind == Kind::Str ? mode.text : "r";
    const FileInfo info = started_.files->stat(full);
    if (info.kind == FileInfo::Kind::Directory) throw Raise{"IsADirectoryError", "[Errno 21] Is a directory: '" + path.text + "'", Cause::MissingFile, full};
    PyValue out = PyValue::of(Kind::File);
    out.text = full;
    if (how.find_first_of("wax+") != std::string::npos) {
      const std::string parent = full.substr(0, full.rfind('/'));
      if (started_.files->stat(parent.empty() ? "/" : parent).kind == FileInfo::Kind::Missing && !made_.contains(parent)) {
        throw Raise{"FileNotFoundError", "[Errno 2] No such file or directory: '" + path.text + "'", Cause::MissingFile, full};
      }
      if (info.read_only) throw Raise{"OSError", "[Errno 30] Read-only file system: '" + path.text + "'", Cause::NotWritable, full};
      const auto error = write_error(*started_.context, *started_.files, parent.empty() ? "/" : parent, started_.uid, parent.starts_with("/tmp") ? -1 : 0);
      if (error && error->starts_with("13")) throw Raise{"PermissionError", "[Errno 13] Permission denied: '" + path.text + "'", Cause::NotWritable, full};
      made_.insert(full);
      return out;
    }
    if (made_.contains(full)) return out;
    if (info.kind == FileInfo::Kind::Missing) {
      throw Raise{"FileNotFoundError", "[Errno 2] No such file or directory: '" + path.text + "'", Cause::MissingFile, full};
    }
    if (info.kind == FileInfo::Kind::Unknown) guessed_ = true;
    out.content = started_.files->read(full);
    return out;
  }

  PyValue parse_json(const std::optional<std::string>& text, const std::string& where) {
    if (!text) {
      guessed_ = true;
      return {};
    }
    std::string error;
    PyValue out = python::read_json(*text, error);
    if (!error.empty()) throw Raise{"JSONDecodeError", error, Cause::Configuration, where};
    return out;
  }

  PyValue library(const std::string& name, const Arguments& arguments) {
    if (name.starts_with("?.")) return unknown_call(name.substr(name.rfind('.') + 1));
    if (name.starts_with("builtins.")) return builtin(name.substr(9), arguments);
    if (name == "sys.exit" || name == "os._exit") exit_with(arguments.at(0));
    if (name == "os.abort") end(134, "", "the script aborts itself");
    if (name == "os.getenv" || name == "os.environ.get") return get_variable(arguments);
    if (name == "time.sleep") {
      const PyValue seconds = arguments.at(0);
      if (seconds.kind == Kind::Int) clock_ += static_cast<double>(seconds.number);
      else if (seconds.kind == Kind::Float) clock_ += seconds.real;
      else {
        vague_time_ = true;
        clock_ += 1;
      }
      if (clock_ > kForEver) throw End{serves(listens_, listens_known_)};
      return PyValue::none();
    }
    if (name == "signal.pause") throw End{serves(listens_, listens_known_)};
    if (name == "signal.signal") return PyValue::none();
    if (name == "json.load") {
      const PyValue file = arguments.at(0);
      return parse_json(file.kind == Kind::File ? file.content : std::nullopt, file.text);
    }
    if (name == "json.loads") {
      const PyValue text = arguments.at(0);
      return parse_json(text.kind == Kind::Str && text.text_known ? std::optional(text.text) : std::nullopt, "");
    }
    if (name == "os.path.exists" || name == "os.path.isfile" || name == "os.path.isdir") return path_test(name, arguments.at(0));
    if (name == "os.makedirs" || name == "os.mkdir") {
      if (arguments.at(0).kind == Kind::Str) made_.insert(join_path(started_.cwd, arguments.at(0).text));
      return PyValue::none();
    }
    if (name == "os.path.join") {
      std::string path;
      for (const PyValue& part : arguments.plain) {
        if (part.kind != Kind::Str || !part.text_known) return PyValue::some_string();
        path = part.text.starts_with('/') || path.empty() ? part.text : path + (path.ends_with('/') ? "" : "/") + part.text;
      }
      return PyValue::string(path);
    }
    if (name == "sqlite3.connect") {
      const PyValue path = arguments.at(0);
      if (path.kind == Kind::Str && path.text_known && path.text.starts_with('/')) {
        const std::string parent = path.text.substr(0, path.text.rfind('/'));
        if (started_.files->stat(parent.empty() ? "/" : parent).kind == FileInfo::Kind::Missing && !made_.contains(parent)) {
          throw Raise{"OperationalError", "unable to open database file", Cause::MissingFile, path.text};
        }
      }
      return PyValue::module("?.connection");
    }
    if (name == "http.server.test") {
      const PyValue port = arguments.at(99, "port");
      PyValue pair = PyValue::of(Kind::Tuple);
      pair.list = std::make_shared<PyList>(PyList{PyValue::string(""), port.kind == Kind::None ? PyValue::integer(8000) : port});
      bind(pair);
      throw End{serves(listens_, listens_known_)};
    }
    static const std::set<std::string> servers = {"http.server.HTTPServer", "http.server.ThreadingHTTPServer", "socketserver.TCPServer", "socketserver.ThreadingTCPServer", "xmlrpc.server.SimpleXMLRPCServer"};
    if (servers.contains(name)) {
      bind(arguments.at(0, "server_address"));
      return PyValue::of(Kind::Server);
    }
    if (name == "socket.socket") return PyValue::of(Kind::Socket);
    if (name == "socket.gethostname" || name == "platform.node") return PyValue::some_string();
    if (name == "threading.Thread" || name == "threading.Event") throw Bail{};
    const std::size_t dot = name.rfind('.');
    const std::string owner = name.substr(0, dot);
    if (in(kCalm, owner) || owner.starts_with("datetime.") || owner.starts_with("logging.") || owner.starts_with("sys.std") || owner.starts_with("os.path") || owner == "urllib.parse" || owner.starts_with("collections.")) {
      if (owner == "os" && (name == "os.system" || name == "os.popen" || name.starts_with("os.exec") || name == "os.kill" || name == "os.fork" || name == "os.wait" || name.starts_with("os.spawn"))) throw Bail{};
      guessed_ = guessed_ || (owner != "logging" && owner != "math" && owner != "time" && !owner.starts_with("sys.std"));
      return {};
    }
    throw Bail{};
  }

  /// A method of something that nobody knows: most only work, some would stay or end.
  PyValue unknown_call(const std::string& name) {
    static const std::set<std::string> stay = {"serve_forever", "run", "accept", "recv", "get", "join", "wait", "start", "run_forever", "mainloop", "listen", "consume", "loop_forever", "poll",
                                               "start_consuming", "main", "serve", "connect", "select", "main_loop", "run_app", "forever", "watch", "subscribe", "communicate", "acquire", "result", "parse_args", "request", "urlopen", "wait_for_termination"};
    if (stay.contains(name)) throw Bail{};
    guessed_ = true;
    return {};
  }

  PyValue path_test(const std::string& name, const PyValue& path) {
    if (path.kind != Kind::Str || !path.text_known) return {};
    const std::string full = join_path(started_.cwd, path.text);
    if (made_.contains(full)) return name == "os.path.exists" ? PyValue::boolean(true) : PyValue{};
    const FileInfo info = started_.files->stat(full);
    if (info.kind == FileInfo::Kind::Unknown) return {};
    if (name == "os.path.isdir") return PyValue::boolean(info.kind == FileInfo::Kind::Directory);
    if (name == "os.path.isfile") return PyValue::boolean(info.kind == FileInfo::Kind::File);
    return PyValue::boolean(info.kind != FileInfo::Kind::Missing);
  }

  PyValue builtin(const std::string& name, const Arguments& arguments) {
    const PyValue first = arguments.at(0);
    if (name == "print") return PyValue::none();
    if (name == "exit" || name == "quit") exit_with(first);
    if (name == "open") return open_file(arguments);
    if (name == "input") {
      if (started_.context->reads_forever) throw End{serves(listens_, listens_known_)};
      throw Raise{"EOFError", "EOF when reading a line", Cause::EndOfInput, started_.name};
    }
    if (name == "range") {
      constexpr std::int64_t kMost = 20000;
      std::int64_t from = 0, to = 0, by = 1;
      for (const PyValue& one : arguments.plain) {
        if (one.kind != Kind::Int) return {};
      }
      if (arguments.plain.size() == 1) to = first.number;
      if (arguments.plain.size() >= 2) {
        from = first.number;
        to = arguments.plain[1].number;
      }
      if (arguments.plain.size() == 3) by = arguments.plain[2].number;
      if (by == 0) throw Raise{"ValueError", "range() arg 3 must not be zero"};
      PyValue out = PyValue::of(Kind::List);
      out.list = std::make_shared<PyList>();
      for (std::int64_t i = from; by > 0 ? i < to : i > to; i += by) {
        if (static_cast<std::int64_t>(out.list->size()) >= kMost) throw Bail{};
        out.list->push_back(PyValue::integer(i));
      }
      return out;
    }
    if (name == "len") {
      if (first.list) return PyValue::integer(static_cast<std::int64_t>(first.list->size()));
      if (first.dict) return PyValue::integer(static_cast<std::int64_t>(first.dict->size()));
      if (first.kind == Kind::Str && first.text_known) return PyValue::integer(static_cast<std::int64_t>(first.text.size()));
      if (first.kind == Kind::Bytes) return PyValue::integer(first.number);
      return {};
    }
    if (name == "int") return to_int(arguments);
    if (name == "str" || name == "repr" || name == "format" || name == "chr" || name == "hex") {
      if (name == "str" && first.kind == Kind::Str) return first;
      if (name == "str" && first.kind == Kind::Int) return PyValue::string(std::to_string(first.number));
      return PyValue::some_string();
    }
    if (name == "float") {
      if (first.kind == Kind::Int || first.kind == Kind::Float) return first;
      if (first.kind == Kind::None && !arguments.plain.empty()) throw Raise{"TypeError", "float() argument must be a string or a real number, not 'NoneType'"};
      if (first.kind == Kind::Str && first.text_known) {
        char* stop = nullptr;
        PyValue out = PyValue::of(Kind::Float);
        out.real = std::strtod(first.text.c_str(), &stop);
        if (stop == first.text.c_str()) throw Raise{"ValueError", "could not convert string to float: '" + first.text + "'"};
        return out;
      }
      return {};
    }
    if (name == "bool") {
      const auto holds = python::truth(first);
      return holds ? PyValue::boolean(*holds) : PyValue{};
    }
    if (name == "bytearray" || name == "bytes") {
      const std::int64_t size = first.kind == Kind::Int ? first.number : first.size;
      weigh(size + 0);
      return PyValue::bytes(std::max<std::int64_t>(size, 0));
    }
    if (name == "list" || name == "tuple" || name == "sorted" || name == "set" || name == "reversed") {
      PyValue out = PyValue::of(Kind::List);
      if (arguments.plain.empty()) {
        out.list = std::make_shared<PyList>();
        return out;
      }
      const auto items = elements(first);
      if (!items) return {};
      out.list = std::make_shared<PyList>(*items);
      return out;
    }
    if (name == "dict") {
      PyValue out = PyValue::of(Kind::Dict);
      if (!arguments.plain.empty()) return {};
      out.dict = std::make_shared<PyDict>();
      for (const auto& [key, kept] : arguments.named) out.dict->emplace_back(PyValue::string(key), kept);
      return out;
    }
    if (name == "enumerate") {
      const auto items = elements(first);
      if (!items) return {};
      PyValue out = PyValue::of(Kind::List);
      out.list = std::make_shared<PyList>();
      std::int64_t index = arguments.at(1, "start").kind == Kind::Int ? arguments.at(1, "start").number : 0;
      for (const PyValue& one : *items) {
        PyValue pair = PyValue::of(Kind::Tuple);
        pair.list = std::make_shared<PyList>(PyList{PyValue::integer(index++), one});
        out.list->push_back(pair);
      }
      return out;
    }
    if (name == "eval" || name == "exec" || name == "__import__" || name == "next") throw Bail{};
    return {};
  }

  PyValue to_int(const Arguments& arguments) {
    const PyValue first = arguments.at(0);
    if (first.kind == Kind::Int || first.kind == Kind::Bool) return PyValue::integer(first.number);
    if (first.kind == Kind::Float) return PyValue::integer(static_cast<std::int64_t>(first.real));
    if (first.kind == Kind::None && !arguments.plain.empty()) {
      throw Raise{"TypeError", "int() argument must be a string, a bytes-like object or a real number, not 'NoneType'"};
    }
    if (first.kind == Kind::Str && first.text_known && arguments.plain.size() == 1) {
      std::string text = first.text;
      text.erase(0, std::min(text.find_first_not_of(" \t\r\n"), text.size()));
      text.erase(text.find_last_not_of(" \t\r\n") + 1);
      const std::size_t sign = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
      if (text.size() == sign || text.find_first_not_of("0123456789_", sign) != std::string::npos || text.size() > 17) {
        throw Raise{"ValueError", "invalid literal for int() with base 10: '" + first.text + "'"};
      }
      return PyValue::integer(std::atoll(text.c_str()));
    }
    return {};
  }

  const Started& started_;
  std::string directory_;
  std::vector<Scope> scopes_;
  std::vector<Raise> handling_;
  std::set<std::string> made_;
  std::vector<std::int64_t> listens_;
  bool listens_known_ = true;
  bool guessed_ = false;
  bool vague_time_ = false;
  double clock_ = 0;
  int steps_ = 0;
  int line_ = 0;
};

Outcome read_script(const Started& started, const std::string& text, const std::string& directory) {
  const python::Module module = python::parse(text);
  if (!module.syntax_error.empty()) {
    return ends(1, Cause::SyntaxError, {}, "SyntaxError: " + module.syntax_error, "line " + std::to_string(module.error_line) + " is no Python: " + module.syntax_error);
  }
  if (!module.understood) return {};
  return Machine(started, directory).run(module.body);
}

Outcome serve_files(const Started& started, std::size_t first) {
  std::int64_t port = 8000;
  for (std::size_t i = first; i < started.argv.size(); ++i) {
    if (!started.argv[i]) return serves({}, false);
    const std::string& word = *started.argv[i];
    if (word == "--bind" || word == "-b" || word == "--directory" || word == "-d" || word == "--protocol" || word == "-p") {
      ++i;
    } else if (!word.starts_with('-')) {
      if (word.find_first_not_of("0123456789") != std::string::npos || word.size() > 5) {
        return ends(2, Cause::Configuration, word, "server.py: error: argument port: invalid int value: '" + word + "'", "'" + word + "' is no port");
      }
      port = std::atoll(word.c_str());
    }
  }
  if (started.context->may_bind(started.uid, port) == Answer::No) {
    return ends(1, Cause::PrivilegedPort, std::to_string(port), "PermissionError: [Errno 13] Permission denied", "only root may bind port " + std::to_string(port) + " here");
  }
  Outcome out = serves({port}, true);
  out.subject = "http.server";
  return out;
}

}  // namespace

Outcome read_python(const Started& started) {
  const bool root_known = started.context->credentials.uid_known;
  for (std::size_t i = 1; i < started.argv.size(); ++i) {
    if (!started.argv[i]) return {};
    const std::string& word = *started.argv[i];
    const bool more = i + 1 < started.argv.size() && started.argv[i + 1];
    if (word == "-m" && more) {
      const std::string& module = *started.argv[i + 1];
      if (module == "http.server" && root_known) return serve_files(started, i + 2);
      return module == "http.server" ? serves({}, false) : Outcome{};
    }
    if (word == "-c" && more) return read_script(started, *started.argv[i + 1], started.cwd);
    if (word == "-V" || word == "--version" || word == "-h" || word == "--help") return ends(0, Cause::NoArguments, started.name, "", started.name + " only prints a text");
    if (word == "-W" || word == "-X") {
      ++i;
      continue;
    }
    if (word == "-i" || word == "-") return {};
    if (word.starts_with('-')) continue;
    const std::string path = join_path(started.cwd, word);
    const FileInfo info = started.files->stat(path);
    if (info.kind == FileInfo::Kind::Missing) {
      return ends(2, Cause::MissingFile, path, started.name + ": can't open file '" + path + "': [Errno 2] No such file or directory", "the script " + path + " is not there");
    }
    const auto text = started.files->read(path);
    if (!text) return {};
    return read_script(started, *text, path.substr(0, path.rfind('/')));
  }
  if (started.context->reads_forever) return serves({}, true);
  return ends(0, Cause::EndOfInput, started.name, "", started.name + " reads standard input, which is at its end");
}

}  // namespace podseer::process
