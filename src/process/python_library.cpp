// SPDX-License-Identifier: Apache-2.0
// The part of Python's standard library and builtins that decides whether a script ends: time.sleep, sys.exit,
// open, int, os.environ, http.server. A function of a module that nobody knows ends the reading.
#include <algorithm>
#include <cmath>

#include "process/python_machine.hpp"

namespace podseer::process::python {
namespace {

template <std::size_t N>
bool in(const std::string_view (&list)[N], std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

// Modules of the standard library whose functions neither block nor end the program.
constexpr std::string_view kCalm[] = {
    "json",       "math",        "random",   "datetime", "re",      "string",       "collections", "itertools",
    "functools",  "hashlib",     "base64",   "uuid",     "csv",     "io",           "platform",    "decimal",
    "fractions",  "statistics",  "textwrap", "logging",  "sqlite3", "configparser", "time",        "os",
    "sys",        "tempfile",    "shutil",   "glob",     "pprint",  "copy",         "enum",        "dataclasses",
    "typing",     "struct",      "zlib",     "gzip",     "pathlib", "urllib.parse", "html",        "secrets",
    "operator",   "locale",      "calendar", "gc",       "atexit",  "warnings",     "traceback",   "contextlib",
    "abc",        "numbers",     "heapq",    "bisect",   "array",   "http",         "http.server", "socketserver",
    "__future__", "unicodedata", "types",    "resource", "codecs"};
// All of it that can be imported by name in some Python from 3.8 to 3.14 (sys.stdlib_module_names), pip and what came
// with it.
constexpr std::string_view kStandard[] = {"aifc",
                                          "annotationlib",
                                          "antigravity",
                                          "argparse",
                                          "ast",
                                          "asynchat",
                                          "asyncio",
                                          "asyncore",
                                          "audioop",
                                          "bdb",
                                          "binascii",
                                          "binhex",
                                          "builtins",
                                          "bz2",
                                          "cProfile",
                                          "cgi",
                                          "cgitb",
                                          "chunk",
                                          "cmath",
                                          "cmd",
                                          "code",
                                          "codeop",
                                          "colorsys",
                                          "compileall",
                                          "compression",
                                          "concurrent",
                                          "contextvars",
                                          "copyreg",
                                          "crypt",
                                          "ctypes",
                                          "curses",
                                          "dbm",
                                          "difflib",
                                          "dis",
                                          "distutils",
                                          "doctest",
                                          "email",
                                          "encodings",
                                          "ensurepip",
                                          "errno",
                                          "faulthandler",
                                          "fcntl",
                                          "filecmp",
                                          "fileinput",
                                          "fnmatch",
                                          "formatter",
                                          "ftplib",
                                          "genericpath",
                                          "getopt",
                                          "getpass",
                                          "gettext",
                                          "graphlib",
                                          "grp",
                                          "hmac",
                                          "idlelib",
                                          "imaplib",
                                          "imghdr",
                                          "imp",
                                          "importlib",
                                          "inspect",
                                          "ipaddress",
                                          "keyword",
                                          "lib2to3",
                                          "linecache",
                                          "lzma",
                                          "macpath",
                                          "mailbox",
                                          "mailcap",
                                          "marshal",
                                          "mimetypes",
                                          "mmap",
                                          "modulefinder",
                                          "msilib",
                                          "msvcrt",
                                          "multiprocessing",
                                          "netrc",
                                          "nis",
                                          "nntplib",
                                          "nt",
                                          "ntpath",
                                          "nturl2path",
                                          "opcode",
                                          "optparse",
                                          "ossaudiodev",
                                          "parser",
                                          "pdb",
                                          "pickle",
                                          "pickletools",
                                          "pip",
                                          "pipes",
                                          "pkg_resources",
                                          "pkgutil",
                                          "plistlib",
                                          "poplib",
                                          "posix",
                                          "posixpath",
                                          "profile",
                                          "pstats",
                                          "pty",
                                          "pwd",
                                          "py_compile",
                                          "pyclbr",
                                          "pydoc",
                                          "pydoc_data",
                                          "pyexpat",
                                          "queue",
                                          "quopri",
                                          "readline",
                                          "reprlib",
                                          "rlcompleter",
                                          "runpy",
                                          "sched",
                                          "select",
                                          "selectors",
                                          "setuptools",
                                          "shelve",
                                          "shlex",
                                          "signal",
                                          "site",
                                          "smtpd",
                                          "smtplib",
                                          "sndhdr",
                                          "socket",
                                          "spwd",
                                          "sre_compile",
                                          "sre_constants",
                                          "sre_parse",
                                          "ssl",
                                          "stat",
                                          "stringprep",
                                          "subprocess",
                                          "sunau",
                                          "symbol",
                                          "symtable",
                                          "sysconfig",
                                          "syslog",
                                          "tabnanny",
                                          "tarfile",
                                          "telnetlib",
                                          "termios",
                                          "test",
                                          "this",
                                          "threading",
                                          "timeit",
                                          "tkinter",
                                          "token",
                                          "tokenize",
                                          "tomllib",
                                          "trace",
                                          "tracemalloc",
                                          "tty",
                                          "turtle",
                                          "turtledemo",
                                          "unittest",
                                          "urllib",
                                          "uu",
                                          "venv",
                                          "wave",
                                          "weakref",
                                          "webbrowser",
                                          "wheel",
                                          "winreg",
                                          "winsound",
                                          "wsgiref",
                                          "xdrlib",
                                          "xml",
                                          "xmlrpc",
                                          "zipapp",
                                          "zipfile",
                                          "zipimport",
                                          "zoneinfo"};

}  // namespace

PyValue Machine::library(const std::string& name, const Arguments& arguments) {
  if (name.starts_with("?.")) return unknown_call(name.substr(name.rfind('.') + 1));
  if (name.starts_with("builtins.")) return builtin(name.substr(9), arguments);
  if (const std::optional<PyValue> made = outside(name, arguments)) return *made;
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
    if (clock_ > kForEver) throw End{stays()};
    return PyValue::none();
  }
  if (name == "signal.pause") throw End{stays()};
  if (name == "signal.signal") return PyValue::none();
  if (name == "json.load") {
    const PyValue file = arguments.at(0);
    return parse_json(file.kind == Kind::File ? file.content : std::nullopt, file.text);
  }
  if (name == "json.loads") {
    const PyValue text = arguments.at(0);
    return parse_json(text.kind == Kind::Str && text.text_known ? std::optional(text.text) : std::nullopt, "");
  }
  if (name == "os.path.exists" || name == "os.path.isfile" || name == "os.path.isdir")
    return path_test(name, arguments.at(0));
  if (name == "os.makedirs" || name == "os.mkdir") {
    const PyValue& path = arguments.at(0);
    if (path.kind != Kind::Str || !path.text_known) return PyValue::none();
    const std::string full = join_path(started_.cwd, path.text);
    const FileInfo info = started_.files->stat(full);
    const auto may_exist = python::truth(arguments.at(2, "exist_ok"));
    const bool there =
        made_.contains(full) || info.kind == FileInfo::Kind::Directory || info.kind == FileInfo::Kind::File;
    if (!may_exist || info.kind == FileInfo::Kind::Unknown || hazy_) guessed_ = true;
    else if (there && !*may_exist) throw Raise{"FileExistsError", "[Errno 17] File exists: '" + path.text + "'"};
    const std::string parent = full.substr(0, full.rfind('/'));
    if (name == "os.mkdir" && !hazy_ && !parent.empty() && !made_.contains(parent) &&
        started_.files->stat(parent).kind == FileInfo::Kind::Missing) {
      throw Raise{"FileNotFoundError", "[Errno 2] No such file or directory: '" + path.text + "'", Cause::MissingFile,
                  full};
    }
    for (std::string made = full; !made.empty(); made.erase(made.rfind('/'))) made_.insert(made);
    return PyValue::none();
  }
  if (name == "os.remove" || name == "os.unlink") {
    const PyValue& path = arguments.at(0);
    if (path.kind != Kind::Str || !path.text_known || hazy_) throw Bail{};
    const std::string full = join_path(started_.cwd, path.text);
    if (made_.erase(full) == 0) {
      if (started_.files->stat(full).kind != FileInfo::Kind::Missing) throw Bail{};
      throw Raise{"FileNotFoundError", "[Errno 2] No such file or directory: '" + path.text + "'", Cause::MissingFile,
                  full};
    }
    hazy_ = true;
    return PyValue::none();
  }
  if (name == "os.path.join") {
    std::string path;
    for (const PyValue& part : arguments.plain) {
      if (part.kind != Kind::Str || !part.text_known) return PyValue::some_string();
      path =
          part.text.starts_with('/') || path.empty() ? part.text : path + (path.ends_with('/') ? "" : "/") + part.text;
    }
    return PyValue::string(path);
  }
  if (name == "sqlite3.connect") {
    const PyValue path = arguments.at(0);
    if (path.kind == Kind::Str && path.text_known && path.text.starts_with('/')) {
      const std::string parent = path.text.substr(0, path.text.rfind('/'));
      if (started_.files->stat(parent.empty() ? "/" : parent).kind == FileInfo::Kind::Missing &&
          !made_.contains(parent)) {
        throw Raise{"OperationalError", "unable to open database file", Cause::MissingFile, path.text};
      }
    }
    return PyValue::module("?.connection");
  }
  if (name == "http.server.test") {
    const PyValue port = arguments.at(99, "port");
    PyValue pair = PyValue::of(Kind::Tuple);
    pair.list =
        std::make_shared<PyList>(PyList{PyValue::string(""), port.kind == Kind::None ? PyValue::integer(8000) : port});
    bind(pair);
    throw End{stays()};
  }
  static const std::set<std::string> servers = {"http.server.HTTPServer", "http.server.ThreadingHTTPServer",
                                                "socketserver.TCPServer", "socketserver.ThreadingTCPServer",
                                                "xmlrpc.server.SimpleXMLRPCServer"};
  if (servers.contains(name)) {
    bind(arguments.at(0, "server_address"));
    return PyValue::of(Kind::Server);
  }
  if (name == "socket.socket") return PyValue::of(Kind::Socket);
  if (name == "socket.gethostname" || name == "platform.node") return PyValue::some_string();
  if (name == "threading.Thread" || name == "threading.Event") throw Bail{};
  const std::size_t dot = name.rfind('.');
  const std::string owner = name.substr(0, dot);
  if (calm_module(owner) || owner.starts_with("datetime.") || owner.starts_with("logging.") ||
      owner.starts_with("sys.std") || owner.starts_with("os.path") || owner == "urllib.parse" ||
      owner.starts_with("collections.")) {
    if (owner == "os" && (name == "os.system" || name == "os.popen" || name.starts_with("os.posix_spawn") ||
                          name.starts_with("os.exec") || name == "os.kill" || name == "os.fork" || name == "os.wait" ||
                          name.starts_with("os.spawn")))
      throw Bail{};
    guessed_ = guessed_ || (owner != "logging" && owner != "math" && owner != "time" && !owner.starts_with("sys.std"));
    return {};
  }
  throw Bail{};
}

PyValue Machine::unknown_call(const std::string& name) {
  static const std::set<std::string> stay = {"serve_forever",
                                             "run",
                                             "accept",
                                             "recv",
                                             "get",
                                             "join",
                                             "wait",
                                             "start",
                                             "run_forever",
                                             "mainloop",
                                             "listen",
                                             "consume",
                                             "loop_forever",
                                             "poll",
                                             "start_consuming",
                                             "main",
                                             "serve",
                                             "connect",
                                             "select",
                                             "main_loop",
                                             "run_app",
                                             "forever",
                                             "watch",
                                             "subscribe",
                                             "communicate",
                                             "acquire",
                                             "result",
                                             "parse_args",
                                             "request",
                                             "urlopen",
                                             "wait_for_termination"};
  if (stay.contains(name)) throw Bail{};
  guessed_ = true;
  return {};
}

PyValue Machine::path_test(const std::string& name, const PyValue& path) {
  if (path.kind != Kind::Str || !path.text_known) return {};
  const std::string full = join_path(started_.cwd, path.text);
  if (made_.contains(full)) return name == "os.path.exists" ? PyValue::boolean(true) : PyValue{};
  const FileInfo info = started_.files->stat(full);
  if (info.kind == FileInfo::Kind::Unknown || hazy_) return {};
  if (name == "os.path.isdir") return PyValue::boolean(info.kind == FileInfo::Kind::Directory);
  if (name == "os.path.isfile") return PyValue::boolean(info.kind == FileInfo::Kind::File);
  return PyValue::boolean(info.kind != FileInfo::Kind::Missing);
}

PyValue Machine::builtin(const std::string& name, const Arguments& arguments) {
  const PyValue first = arguments.at(0);
  if (name == "print") return PyValue::none();
  if (name == "exit" || name == "quit") exit_with(first);
  if (name == "open") return open_file(arguments);
  if (name == "input") {
    if (started_.context->reads_forever) throw End{stays()};
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
    if (first.kind == Kind::Str && first.text_known)
      return PyValue::integer(static_cast<std::int64_t>(first.text.size()));
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
    if (first.kind == Kind::None && !arguments.plain.empty())
      throw Raise{"TypeError", "float() argument must be a string or a real number, not 'NoneType'"};
    if (first.kind == Kind::Str && first.text_known) {
      char* stop = nullptr;
      PyValue out = PyValue::of(Kind::Float);
      out.real = std::strtod(first.text.c_str(), &stop);
      if (stop == first.text.c_str())
        throw Raise{"ValueError", "could not convert string to float: '" + first.text + "'"};
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

PyValue Machine::to_int(const Arguments& arguments) {
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

bool standard_module(std::string_view name) {
  const std::string_view first = name.substr(0, name.find('.'));
  return first.starts_with('_') || in(kCalm, first) || in(kStandard, first);
}
bool calm_module(std::string_view name) { return in(kCalm, name); }

}  // namespace podseer::process::python
