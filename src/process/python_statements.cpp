// SPDX-License-Identifier: Apache-2.0
// Statements of Python: the flow of a script, its exceptions, and what it holds in memory. An exception that
// nobody catches ends the interpreter with 1, SystemExit with its own status.
#include <algorithm>

#include "process/python_machine.hpp"

namespace podseer::process::python {
namespace {

/// Is `type` a kind of `wanted`?
bool is_kind(const std::string& type, const std::string& wanted) {
  static const std::set<std::pair<std::string, std::string>> parents = {{"KeyError", "LookupError"},
                                                                        {"IndexError", "LookupError"},
                                                                        {"FileNotFoundError", "OSError"},
                                                                        {"PermissionError", "OSError"},
                                                                        {"IsADirectoryError", "OSError"},
                                                                        {"NotADirectoryError", "OSError"},
                                                                        {"FileExistsError", "OSError"},
                                                                        {"ConnectionRefusedError", "ConnectionError"},
                                                                        {"ConnectionError", "OSError"},
                                                                        {"ModuleNotFoundError", "ImportError"},
                                                                        {"ZeroDivisionError", "ArithmeticError"},
                                                                        {"JSONDecodeError", "ValueError"},
                                                                        {"UnicodeDecodeError", "ValueError"},
                                                                        {"gaierror", "OSError"},
                                                                        {"URLError", "OSError"},
                                                                        {"CalledProcessError", "SubprocessError"},
                                                                        {"RecursionError", "RuntimeError"}};
  if (wanted == "BaseException") return true;
  if (wanted == "Exception") return type != "SystemExit" && type != "KeyboardInterrupt";
  const std::string last = wanted.substr(wanted.rfind('.') + 1);
  std::string now = type;
  for (int i = 0; i < 5; ++i) {
    if (now == last || ((last == "IOError" || last == "EnvironmentError") && now == "OSError") ||
        (last == "error" && now == "OSError"))
      return true;
    const auto up = std::find_if(parents.begin(), parents.end(), [&](const auto& one) { return one.first == now; });
    if (up == parents.end()) return false;
    now = up->second;
  }
  return false;
}

}  // namespace

Outcome Machine::run(const Block& body) {
  scopes_.emplace_back();
  scopes_.back()["__name__"] = PyValue::string("__main__");
  scopes_.back()["__file__"] = PyValue::some_string();
  try {
    block(body);
  } catch (const Bail&) { return {}; } catch (const End& end) {
    return finish(end.outcome);
  } catch (const Raise& raise) {
    if (raise.exit) return finish(*raise.exit);
    if (raise.type == "SystemExit") return finish(ends(1, Cause::None, {}, raise.message, "the script ends by itself"));
    return finish(uncaught(raise));
  } catch (const Return&) { return {}; } catch (const Break&) {
    return {};
  } catch (const Continue&) { return {}; }
  return finish(ends(0, Cause::None, {}, "", "the script runs to its end"));
}

Outcome Machine::uncaught(const Raise& raise) const {
  return ends(1, raise.cause, raise.subject,
              "Traceback (most recent call last):\n" + raise.type + (raise.message.empty() ? "" : ": " + raise.message),
              "line " + std::to_string(line_) + " of the script raises " + raise.type +
                  (raise.message.empty() ? "" : ": " + raise.message));
}

Outcome Machine::finish(Outcome out) const {
  if (out.kind == Outcome::Kind::Exits) {
    out.earliest = clock_;
    out.latest = vague_time_ ? std::max(clock_, 600.0) : clock_ + 2;
  }
  if (guessed_ && out.sureness == Outcome::Sureness::Certain) out.sureness = Outcome::Sureness::Likely;
  return out;
}

void Machine::step() {
  if (++steps_ > kMaxSteps) throw Bail{};
  if (clock_ > kForEver) throw End{stays()};
}

void Machine::block(const Block& body) {
  for (const auto& stmt : body) statement(*stmt);
}

void Machine::statement(const Stmt& stmt) {
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
      bool lets_through = true;  // contextlib.suppress and its like swallow exceptions
      for (std::size_t i = 0; i < stmt.values.size(); ++i) {
        const PyValue made = value(*stmt.values[i]);
        lets_through =
            lets_through && (made.kind == Kind::File || made.kind == Kind::Socket || made.kind == Kind::Server);
        if (stmt.targets[i]) assign(*stmt.targets[i], made);
      }
      try {
        block(stmt.body);
      } catch (const Raise&) {
        if (!lets_through) throw Bail{};
        throw;
      }
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
        scopes_.back()[stmt.names[i + 1].empty() ? stmt.names[i] : stmt.names[i + 1]] =
            PyValue::module(stmt.text + "." + stmt.names[i]);
      }
      break;
    case Stmt::Kind::Opaque: throw Bail{};
  }
}

bool Machine::dull(const Block& body) {
  return std::all_of(body.begin(), body.end(), [](const auto& stmt) {
    if (stmt->kind == Stmt::Kind::Pass) return true;
    if (stmt->kind != Stmt::Kind::Expression) return false;
    const Expr& expr = *stmt->values[0];
    return expr.kind == Expr::Kind::Call && expr.items[0]->kind == Expr::Kind::Name && expr.items[0]->text == "print";
  });
}

void Machine::raise(const Stmt& stmt) {
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

void Machine::import(const std::string& name) {
  const std::string first = name.substr(0, name.find('.'));
  if (standard_module(name) || standard_module(first)) return;
  // A module of the script's own directory, or of a volume.
  for (const std::string& directory : {directory_, started_.cwd}) {
    for (const std::string& tail : {"/" + first + ".py", "/" + first}) {
      if (started_.files->stat(clean_path(directory + tail)).kind != FileInfo::Kind::Missing) throw Bail{};
    }
  }
  if (started_.variable("PYTHONPATH").kind != Value::Kind::NotSet ||
      started_.variable("PYTHONHOME").kind != Value::Kind::NotSet)
    throw Bail{};
  const ImageInfo* image = started_.context->image;
  // Only the official image is known to bring nothing but the standard library.
  if (image == nullptr || image->name != "python" || started_.context->files->mount_of("/usr/local/lib") != nullptr)
    throw Bail{};
  throw Raise{"ModuleNotFoundError", "No module named '" + first + "'", Cause::MissingTool, first};
}

void Machine::while_loop(const Stmt& stmt) {
  const bool always = stmt.values[0]->kind == Expr::Kind::Constant && stmt.values[0]->text == "True";
  const double begin = clock_;
  for (int turn = 0;; ++turn) {
    step();
    const auto holds = python::truth(value(*stmt.values[0]));
    if (!holds) throw Bail{};
    if (!*holds) break;
    if (always && turn > 400 && clock_ == begin && steps_ > kMaxSteps / 2) throw End{stays()};
    try {
      block(stmt.body);
    } catch (const Break&) { return; } catch (const Continue&) {
    }
  }
  block(stmt.otherwise);
}

void Machine::for_loop(const Stmt& stmt) {
  const PyValue over = value(*stmt.values[0]);
  const std::optional<PyList> items = elements(over);
  if (!items) throw Bail{};
  for (const PyValue& one : *items) {
    step();
    assign(*stmt.targets[0], one);
    try {
      block(stmt.body);
    } catch (const Break&) { return; } catch (const Continue&) {
    }
  }
  block(stmt.otherwise);
}

void Machine::try_block(const Stmt& stmt) {
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

void Machine::handle(const Stmt& stmt, const Raise& raise) {
  for (const python::Handler& handler : stmt.handlers) {
    const bool matches =
        handler.types.empty() || std::any_of(handler.types.begin(), handler.types.end(),
                                             [&](const std::string& type) { return is_kind(raise.type, type); });
    if (!matches) continue;
    if (!handler.name.empty()) scopes_.back()[handler.name] = PyValue{};
    handling_.push_back(raise);
    block(handler.body);
    handling_.pop_back();
    return;
  }
  throw raise;
}

void Machine::assign(const Expr& target, const PyValue& made) {
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
    case Expr::Kind::Attribute: {
      const PyValue owner = value(*target.items[0]);
      if (owner.kind != Kind::Object || owner.function == nullptr) return;
      for (auto& [key, kept] : *owner.dict) {
        if (key.text != target.text) continue;
        kept = made;
        return;
      }
      owner.dict->emplace_back(PyValue::string(target.text), made);
      return;
    }
    default: return;  // parts of unknown things
  }
}

void Machine::weigh(std::int64_t more) {
  const std::int64_t limit = started_.context->memory_limit;
  if (limit <= 0) return;
  std::int64_t held = kInterpreter + more;
  for (const Scope& scope : scopes_) {
    for (const auto& [name, kept] : scope) held += python::held_bytes(kept);
  }
  if (held <= limit + limit / 10) return;  // what CPython itself takes is only about known
  Outcome out =
      ends(137, Cause::OutOfMemory, started_.name, "",
           "the script holds more than " + std::to_string(limit / (1024 * 1024)) + " MiB, which is its memory limit");
  out.sureness = Outcome::Sureness::Likely;
  throw End{out};
}

}  // namespace podseer::process::python
