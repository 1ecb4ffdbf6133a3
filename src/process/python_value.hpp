// SPDX-License-Identifier: Apache-2.0
// Values of the Python reader: known ones, and Unknown for everything that only a run could tell.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace podseer::process::python {

struct Stmt;
struct PyValue;
using PyList = std::vector<PyValue>;
using PyDict = std::vector<std::pair<PyValue, PyValue>>;

struct PyValue {
  enum class Kind : std::uint8_t {
    Unknown,
    None,
    Bool,
    Int,
    Float,
    Str,
    Bytes,
    List,
    Tuple,
    Dict,
    File,
    Module,
    Function,
    Class,
    Exception,
    Server,
    Socket,
    Environ,
    Object
  };
  Kind kind = Kind::Unknown;
  std::int64_t number = 0;             // Bool, Int; Bytes: size; Server, Socket: port
  double real = 0;                     // Float
  std::string text;                    // Str; Module: dotted name; Class, Exception: name; File: path
  bool text_known = true;              // Str: the text; File: the content
  std::int64_t size = 0;               // Str, Bytes: bytes of memory
  std::shared_ptr<PyList> list;        // List, Tuple; Exception: arguments
  std::shared_ptr<PyDict> dict;        // Dict; Object: its attributes
  const Stmt* function = nullptr;      // Function, Class of the script
  std::optional<std::string> content;  // File

  static PyValue none() { return of(Kind::None); }
  static PyValue of(Kind kind) {
    PyValue out;
    out.kind = kind;
    return out;
  }
  static PyValue boolean(bool value) {
    PyValue out = of(Kind::Bool);
    out.number = value ? 1 : 0;
    return out;
  }
  static PyValue integer(std::int64_t value) {
    PyValue out = of(Kind::Int);
    out.number = value;
    return out;
  }
  static PyValue string(std::string value) {
    PyValue out = of(Kind::Str);
    out.size = static_cast<std::int64_t>(value.size());
    out.text = std::move(value);
    return out;
  }
  static PyValue some_string() {
    PyValue out = of(Kind::Str);
    out.text_known = false;
    return out;
  }
  static PyValue bytes(std::int64_t size) {
    PyValue out = of(Kind::Bytes);
    out.number = out.size = size;
    return out;
  }
  static PyValue module(std::string name) {
    PyValue out = of(Kind::Module);
    out.text = std::move(name);
    return out;
  }
  [[nodiscard]] bool known() const { return kind != Kind::Unknown && !(kind == Kind::Str && !text_known); }
};

/// Whether an `if` would take it; empty when nobody knows.
[[nodiscard]] std::optional<bool> truth(const PyValue& value);
/// An int, bool or float as a number; empty for everything else.
[[nodiscard]] std::optional<double> real_number(const PyValue& value);
/// Equal, different, or unknown.
[[nodiscard]] std::optional<bool> same(const PyValue& a, const PyValue& b);
/// Bytes that a value keeps alive, big buffers only.
[[nodiscard]] std::int64_t held_bytes(const PyValue& value, int depth = 0);

/// JSON as json.loads reads it; `error` is Python's message when it is none.
[[nodiscard]] PyValue read_json(const std::string& text, std::string& error);

}  // namespace podseer::process::python
