// SPDX-License-Identifier: Apache-2.0
// Expressions of Python on values that are known or not: an operation on something unknown is unknown, and a
// comparison that nobody can decide ends the reading.
#include <algorithm>
#include <cmath>

#include "process/python_machine.hpp"

namespace podseer::process::python {

PyValue Machine::value(const Expr& expr) {
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
      for (std::size_t i = 0; i + 1 < expr.items.size(); i += 2)
        out.dict->emplace_back(value(*expr.items[i]), value(*expr.items[i + 1]));
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

PyValue Machine::number(const std::string& text) {
  if (text.find_first_not_of("0123456789") == std::string::npos && text.size() < 18)
    return PyValue::integer(std::atoll(text.c_str()));
  PyValue out = PyValue::of(Kind::Float);
  out.real = std::strtod(text.c_str(), nullptr);
  if (text.starts_with("0x") || text.starts_with("0o") || text.starts_with("0b")) return {};
  return out;
}

PyValue Machine::named(const std::string& name) {
  for (std::size_t i = scopes_.size(); i-- > 0;) {
    if (i != 0 && i + 1 != scopes_.size()) continue;  // own and global names
    const auto found = scopes_[i].find(name);
    if (found != scopes_[i].end()) return found->second;
  }
  static const std::set<std::string> builtins = {
      "print",     "open",     "len",        "range", "int",     "str",        "float",      "bool",      "bytes",
      "bytearray", "list",     "dict",       "set",   "tuple",   "exit",       "quit",       "enumerate", "zip",
      "sorted",    "reversed", "min",        "max",   "sum",     "abs",        "round",      "any",       "all",
      "map",       "filter",   "isinstance", "input", "getattr", "hasattr",    "setattr",    "iter",      "next",
      "type",      "repr",     "object",     "super", "format",  "chr",        "ord",        "hex",       "vars",
      "id",        "callable", "frozenset",  "eval",  "exec",    "__import__", "memoryview", "divmod",    "pow",
      "hash",      "globals",  "locals"};
  if (builtins.contains(name)) return PyValue::module("builtins." + name);
  if (name.ends_with("Error") || name == "Exception" || name == "BaseException" || name == "SystemExit" ||
      name == "KeyboardInterrupt" || name == "StopIteration") {
    PyValue out = PyValue::of(Kind::Class);
    out.text = name;
    return out;
  }
  throw Raise{"NameError", "name '" + name + "' is not defined"};
}

PyValue Machine::attribute(const PyValue& owner, const std::string& name) {
  if (owner.kind == Kind::Module) {
    const std::string full = owner.text + "." + name;
    if (full == "os.environ") return PyValue::of(Kind::Environ);
    if (full == "sys.argv") {
      PyValue out = PyValue::of(Kind::List);
      out.list = std::make_shared<PyList>(PyList{PyValue::some_string()});
      for (const auto& word : words_) out.list->push_back(word ? PyValue::string(*word) : PyValue::some_string());
      return out;
    }
    if (full == "sys.path") {
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
  if (owner.kind == Kind::Object && owner.text != "ArgumentParser" && owner.text != "Popen") {
    for (const auto& [key, kept] : *owner.dict) {
      if (key.text == name) return kept;
    }
    if (owner.function == nullptr) return {};
    const bool has = std::any_of(owner.function->body.begin(), owner.function->body.end(), [&](const auto& stmt) {
      return stmt->kind == Stmt::Kind::Function && stmt->text == name && !stmt->decorated;
    });
    if (!has) throw Bail{};
  }
  PyValue out = PyValue::module("." + name);  // a bound method
  out.list = std::make_shared<PyList>(PyList{owner});
  return out;
}

PyValue Machine::subscript(const PyValue& owner, const PyValue& key) {
  if (owner.kind == Kind::Environ) {
    if (key.kind != Kind::Str || !key.text_known) throw Bail{};
    const Value found = started_.variable(key.text);
    if (found.kind == Value::Kind::NotSet)
      throw Raise{"KeyError", "'" + key.text + "'", Cause::MissingVariable, key.text};
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

PyValue Machine::text_of(const Value& found) {
  return found.kind == Value::Kind::Known ? PyValue::string(found.text) : PyValue::some_string();
}

PyValue Machine::binary(const std::string& op, const PyValue& a, const PyValue& b) {
  const auto buffer = [](const PyValue& v) { return v.kind == Kind::Bytes || v.kind == Kind::Str; };
  if (op == "*" && ((buffer(a) && b.kind == Kind::Int) || (a.kind == Kind::Int && buffer(b)))) {
    const PyValue& text = buffer(a) ? a : b;
    const std::int64_t times = buffer(a) ? b.number : a.number;
    const std::int64_t size =
        text.size > 0 && times > 0
            ? (times > (std::int64_t{1} << 50) / std::max<std::int64_t>(text.size, 1) ? std::int64_t{1} << 50
                                                                                      : text.size * times)
            : 0;
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
  if (a.kind == Kind::Str && b.kind == Kind::None && op == "+")
    throw Raise{"TypeError", "can only concatenate str (not \"NoneType\") to str"};
  if ((a.kind == Kind::Int || a.kind == Kind::Bool) && (b.kind == Kind::Int || b.kind == Kind::Bool))
    return whole(op, a.number, b.number);
  const auto x = python::real_number(a), y = python::real_number(b);
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

PyValue Machine::whole(const std::string& op, std::int64_t a, std::int64_t b) {
  std::int64_t out = 0;
  if (op == "+") return __builtin_add_overflow(a, b, &out) ? PyValue{} : PyValue::integer(out);
  if (op == "-") return __builtin_sub_overflow(a, b, &out) ? PyValue{} : PyValue::integer(out);
  if (op == "*") return __builtin_mul_overflow(a, b, &out) ? PyValue{} : PyValue::integer(out);
  if ((op == "/" || op == "//" || op == "%") && b == 0)
    throw Raise{"ZeroDivisionError", op == "/" ? "division by zero" : "integer division or modulo by zero"};
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
  if (op == ">>" && a >= 0 && b >= 0 && b < 40) return PyValue::integer(a >> b);
  if (op == "<<" && a >= 0 && a < (1 << 20) && b >= 0 && b < 40) return PyValue::integer(a << b);
  return {};
}

PyValue Machine::compare(const std::string& op, const PyValue& a, const PyValue& b) {
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
      if (b.dict)
        hit = hit || std::any_of(b.dict->begin(), b.dict->end(), [&](const auto& one) { return look(one.first); });
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
  const auto x = python::real_number(a), y = python::real_number(b);
  if (!x || !y) return {};
  return PyValue::boolean(op == "<" ? *x < *y : op == ">" ? *x > *y : op == "<=" ? *x <= *y : *x >= *y);
}

PyValue Machine::comprehension(const Expr& expr) {
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
      for (std::size_t i = 0; i < expr.names.size(); ++i)
        scopes_.back()[expr.names[i]] = parts && i < parts->size() ? (*parts)[i] : PyValue{};
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

std::optional<PyList> Machine::elements(const PyValue& over) {
  constexpr std::size_t kFree = 16;
  std::optional<PyList> list = elements_of(over);
  if (list) steps_ += static_cast<int>(std::min<std::size_t>(list->size() / kFree, kMaxSteps));
  return list;
}

std::optional<PyList> Machine::elements_of(const PyValue& over) {
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

}  // namespace podseer::process::python
