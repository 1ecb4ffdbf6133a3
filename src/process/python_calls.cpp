// SPDX-License-Identifier: Apache-2.0
// Calls in Python: functions of the script, methods of lists, dictionaries, texts, files and sockets.
// `sock.bind(("", 80))` as an ordinary user raises PermissionError where the runtime keeps low ports closed.
#include <algorithm>

#include "process/python_machine.hpp"

namespace podseer::process::python {

PyValue Machine::call(const Expr& expr) {
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

PyValue Machine::call_function(const Stmt& function, const Arguments& arguments) {
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
  } catch (const Return& returned) { out = returned.value; } catch (const Raise&) {
    scopes_.resize(depth - 1);
    throw;
  }
  scopes_.resize(depth - 1);
  return out;
}

PyValue Machine::make_instance(const PyValue& type, const Arguments& arguments) {
  if (type.function == nullptr || type.text.ends_with("Error") || type.text.ends_with("Exception")) {
    PyValue out = PyValue::of(Kind::Exception);
    out.text = type.text;
    out.list = std::make_shared<PyList>(arguments.plain);
    return out;
  }
  // An object of the script's own class, where that inherits nothing and has no methods that Python itself calls.
  if (type.function->decorated || !type.function->values.empty()) throw Bail{};
  PyValue self = PyValue::of(Kind::Object);
  self.text = type.text;
  self.function = type.function;
  self.dict = std::make_shared<PyDict>();
  const Stmt* start = nullptr;
  for (const auto& stmt : type.function->body) {
    if (stmt->kind == Stmt::Kind::Function) {
      if (stmt->text == "__init__") start = stmt.get();
      else if (stmt->text.starts_with("__") && stmt->text != "__str__" && stmt->text != "__repr__") throw Bail{};
    } else if (stmt->kind == Stmt::Kind::Assign && stmt->targets.size() == 1 &&
               stmt->targets[0]->kind == Expr::Kind::Name) {
      self.dict->emplace_back(PyValue::string(stmt->targets[0]->text), value(*stmt->values[0]));
    } else if (stmt->kind != Stmt::Kind::Pass &&
               !(stmt->kind == Stmt::Kind::Expression && stmt->values[0]->kind == Expr::Kind::String)) {
      throw Bail{};
    }
  }
  if (start != nullptr) call_own(self, *start, arguments);
  else if (!arguments.plain.empty() || !arguments.named.empty())
    throw Raise{"TypeError", type.text + "() takes no arguments"};
  return self;
}

PyValue Machine::call_own(const PyValue& self, const Stmt& function, const Arguments& arguments) {
  if (function.decorated) throw Bail{};
  Arguments with_self = arguments;
  with_self.plain.insert(with_self.plain.begin(), self);
  if (with_self.plain.size() > function.names.size()) throw Bail{};
  return call_function(function, with_self);
}

void Machine::exit_with(const PyValue& status) {
  if (status.kind == Kind::None) end(0, "", "the script ends itself");
  if (status.kind == Kind::Int || status.kind == Kind::Bool) {
    const int code = static_cast<int>(static_cast<std::uint64_t>(status.number) & 0xffU);
    end(code, "", "line " + std::to_string(line_) + " of the script ends it with " + std::to_string(code));
  }
  if (status.kind == Kind::Str) {
    end(1, status.text_known ? status.text : "",
        "line " + std::to_string(line_) + " of the script ends it" + (status.text_known ? ": " + status.text : ""));
  }
  throw Bail{};
}

PyValue Machine::method(const PyValue& owner, const std::string& name, const Arguments& arguments) {
  static const std::set<std::string> lists = {"append", "extend", "insert", "pop",
                                              "remove", "sort",   "clear",  "reverse"};
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
    if (name == "serve_forever") throw End{stays()};
    if (name == "handle_request" || name == "shutdown") throw Bail{};
    return {};
  }
  if (owner.kind == Kind::Socket) return socket_method(name, arguments);
  if (owner.kind == Kind::Object && owner.function != nullptr) {
    for (const auto& stmt : owner.function->body) {
      if (stmt->kind == Stmt::Kind::Function && stmt->text == name) return call_own(owner, *stmt, arguments);
    }
    throw Bail{};
  }
  if (owner.kind == Kind::Object)
    return owner.text == "ArgumentParser" ? parser_method(owner, name, arguments) : process_method(owner, name);
  if (owner.kind == Kind::Bytes) return {};
  if (owner.kind == Kind::None) throw Raise{"AttributeError", "'NoneType' object has no attribute '" + name + "'"};
  return unknown_call(name);
}

PyValue Machine::string_method(const PyValue& owner, const std::string& name, const Arguments& arguments) {
  const PyValue first = arguments.at(0);
  const bool known = owner.text_known;
  if (known && (name == "startswith" || name == "endswith") && first.kind == Kind::Str && first.text_known) {
    return PyValue::boolean(name == "startswith" ? owner.text.starts_with(first.text)
                                                 : owner.text.ends_with(first.text));
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
  static const std::set<std::string> texts = {
      "format", "replace", "join",   "title",  "capitalize", "zfill", "ljust",        "rjust",
      "center", "strip",   "lstrip", "rstrip", "lower",      "upper", "removeprefix", "removesuffix"};
  if (texts.contains(name)) return PyValue::some_string();
  return {};
}

PyValue Machine::file_method(const PyValue& owner, const std::string& name) {
  if (owner.text == "<stdin>" && !owner.content) throw End{stays()};  // waits for input
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

PyValue Machine::socket_method(const std::string& name, const Arguments& arguments) {
  if (name == "bind") {
    bind(arguments.at(0));
    return PyValue::none();
  }
  if (name == "accept" || name == "recv" || name == "recvfrom") throw End{stays()};
  if (name == "connect") return open_connection(arguments.at(0));
  if (name == "connect_ex") {
    try {
      return open_connection(arguments.at(0));
    } catch (const Raise& raise) {
      constexpr int kRefused = 111;  // ECONNREFUSED
      if (raise.type == "ConnectionRefusedError") return PyValue::integer(kRefused);
      throw;
    }
  }
  return {};
}

void Machine::bind(const PyValue& address) {
  const std::optional<PyList> parts = address.list ? std::optional(*address.list) : std::nullopt;
  if (!parts || parts->size() < 2 || (*parts)[1].kind != Kind::Int) {
    listens_known_ = false;
    return;
  }
  const std::int64_t port = (*parts)[1].number;
  if (started_.context->may_bind(started_.uid, port) == Answer::No) {
    throw Raise{"PermissionError", "[Errno 13] Permission denied", Cause::PrivilegedPort, std::to_string(port)};
  }
  const PyValue& host = (*parts)[0];
  if (host.kind != Kind::Str || !host.text_known) listens_known_ = false;
  const bool local = host.kind == Kind::Str && loopback(host.text);
  if (port != 0) (local ? listens_local_ : listens_).push_back(port);
  if (!bound_at_) bound_at_ = clock_;
}

PyValue Machine::get_variable(const Arguments& arguments) {
  const PyValue name = arguments.at(0);
  if (name.kind != Kind::Str || !name.text_known) return {};
  const Value found = started_.variable(name.text);
  if (found.kind == Value::Kind::Unknown) return {};
  return found.kind == Value::Kind::NotSet ? arguments.at(1, "default") : text_of(found);
}

PyValue Machine::open_file(const Arguments& arguments) {
  const PyValue path = arguments.at(0, "file");
  const PyValue mode = arguments.at(1, "mode");
  if (path.kind != Kind::Str || !path.text_known) {
    guessed_ = true;
    return PyValue::of(Kind::File);
  }
  const std::string full = join_path(started_.cwd, path.text);
  const std::string how = mode.kind == Kind::Str ? mode.text : "r";
  const FileInfo info = started_.files->stat(full);
  if (info.kind == FileInfo::Kind::Directory)
    throw Raise{"IsADirectoryError", "[Errno 21] Is a directory: '" + path.text + "'", Cause::MissingFile, full};
  PyValue out = PyValue::of(Kind::File);
  out.text = full;
  if (hazy_) throw Bail{};
  if (how.find_first_of("wax+") != std::string::npos) {
    const std::string parent = full.substr(0, full.rfind('/'));
    if (started_.files->stat(parent.empty() ? "/" : parent).kind == FileInfo::Kind::Missing &&
        !made_.contains(parent)) {
      throw Raise{"FileNotFoundError", "[Errno 2] No such file or directory: '" + path.text + "'", Cause::MissingFile,
                  full};
    }
    if (info.read_only)
      throw Raise{"OSError", "[Errno 30] Read-only file system: '" + path.text + "'", Cause::NotWritable, full};
    const auto error = write_error(*started_.context, *started_.files, parent.empty() ? "/" : parent, started_.uid,
                                   parent.starts_with("/tmp") ? -1 : 0);
    if (error && error->starts_with("13"))
      throw Raise{"PermissionError", "[Errno 13] Permission denied: '" + path.text + "'", Cause::NotWritable, full};
    made_.insert(full);
    return out;
  }
  if (made_.contains(full)) return out;
  if (info.kind == FileInfo::Kind::Missing) {
    throw Raise{"FileNotFoundError", "[Errno 2] No such file or directory: '" + path.text + "'", Cause::MissingFile,
                full};
  }
  if (info.kind == FileInfo::Kind::Unknown) guessed_ = true;
  out.content = started_.files->read(full);
  return out;
}

PyValue Machine::parse_json(const std::optional<std::string>& text, const std::string& where) {
  if (!text) {
    guessed_ = true;
    return {};
  }
  std::string error;
  PyValue out = python::read_json(*text, error);
  if (!error.empty()) throw Raise{"JSONDecodeError", error, Cause::Configuration, where};
  return out;
}

}  // namespace podseer::process::python
