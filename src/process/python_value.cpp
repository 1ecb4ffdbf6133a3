// SPDX-License-Identifier: Apache-2.0
// `{"a": [1, 2,]}` is no JSON: Expecting value: line 1 column 12 (char 11).
#include "process/python_value.hpp"

#include <cstdlib>

namespace podseer::process::python {

std::optional<double> real_number(const PyValue& value) {
  using Kind = PyValue::Kind;
  if (value.kind == Kind::Float) return value.real;
  if (value.kind == Kind::Int || value.kind == Kind::Bool) return static_cast<double>(value.number);
  return std::nullopt;
}

std::optional<bool> truth(const PyValue& value) {
  using Kind = PyValue::Kind;
  switch (value.kind) {
    case Kind::Unknown: return std::nullopt;
    case Kind::None: return false;
    case Kind::Bool:
    case Kind::Int: return value.number != 0;
    case Kind::Float: return value.real != 0;
    case Kind::Str: return value.text_known ? std::optional(!value.text.empty()) : std::nullopt;
    case Kind::Bytes: return value.number != 0;
    case Kind::List:
    case Kind::Tuple: return value.list ? std::optional(!value.list->empty()) : std::nullopt;
    case Kind::Dict: return value.dict ? std::optional(!value.dict->empty()) : std::nullopt;
    default: return true;
  }
}

std::optional<bool> same(const PyValue& a, const PyValue& b) {
  using Kind = PyValue::Kind;
  if (!a.known() || !b.known()) return std::nullopt;
  const auto numeric = [](const PyValue& v) { return v.kind == Kind::Bool || v.kind == Kind::Int; };
  if (numeric(a) && numeric(b)) return a.number == b.number;
  if (a.kind != b.kind) return a.kind == Kind::Float || b.kind == Kind::Float ? std::nullopt : std::optional(false);
  switch (a.kind) {
    case Kind::None: return true;
    case Kind::Str: return a.text == b.text;
    case Kind::Float: return a.real == b.real;
    default: return std::nullopt;
  }
}

std::int64_t held_bytes(const PyValue& value, int depth) {
  if (depth > 8) return 0;
  std::int64_t out = value.size;
  if (value.list) {
    for (const PyValue& one : *value.list) out += held_bytes(one, depth + 1);
  }
  if (value.dict) {
    for (const auto& [key, one] : *value.dict) out += held_bytes(one, depth + 1);
  }
  return out;
}

namespace {

class JsonReader {
 public:
  JsonReader(const std::string& text, std::string& error) : text_(text), error_(error) {}

  PyValue run() {
    blanks();
    PyValue out = value(0);
    blanks();
    if (error_.empty() && at_ < text_.size()) fail("Extra data");
    return out;
  }

 private:
  void fail(const char* what) {
    if (!error_.empty()) return;
    std::size_t line = 1, column = 1;
    for (std::size_t i = 0; i < at_ && i < text_.size(); ++i) {
      ++column;
      if (text_[i] == '\n') {
        ++line;
        column = 1;
      }
    }
    error_ = std::string(what) + ": line " + std::to_string(line) + " column " + std::to_string(column) + " (char " +
             std::to_string(at_) + ")";
  }
  void blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
      ++at_;
  }
  bool literal(std::string_view word) {
    if (text_.compare(at_, word.size(), word) != 0) return false;
    at_ += word.size();
    return true;
  }

  PyValue value(int depth) {
    if (depth > 60 || at_ >= text_.size()) {
      fail("Expecting value");
      return {};
    }
    const char c = text_[at_];
    if (c == '{') return object(depth);
    if (c == '[') return array(depth);
    if (c == '"') return PyValue::string(string());
    if (literal("true")) return PyValue::boolean(true);
    if (literal("false")) return PyValue::boolean(false);
    if (literal("null")) return PyValue::none();
    if (literal("NaN") || literal("Infinity") || literal("-Infinity")) return {};
    if (c == '-' || (c >= '0' && c <= '9')) return number();
    fail("Expecting value");
    return {};
  }

  PyValue number() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && std::string_view("+-.eE0123456789").find(text_[at_]) != std::string_view::npos) ++at_;
    const std::string digits = text_.substr(begin, at_ - begin);
    if (digits.find_first_of(".eE") == std::string::npos && digits.size() < 18)
      return PyValue::integer(std::atoll(digits.c_str()));
    PyValue out = PyValue::of(PyValue::Kind::Float);
    out.real = std::atof(digits.c_str());
    return out;
  }

  std::string string() {
    ++at_;
    std::string out;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] == '\n') {
        fail("Invalid control character at");
        return out;
      }
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      out += text_[at_++];
    }
    if (at_ >= text_.size()) fail("Unterminated string starting at");
    ++at_;
    return out;
  }

  PyValue array(int depth) {
    PyValue out = PyValue::of(PyValue::Kind::List);
    out.list = std::make_shared<PyList>();
    ++at_;
    blanks();
    if (at_ < text_.size() && text_[at_] == ']') {
      ++at_;
      return out;
    }
    while (error_.empty()) {
      blanks();
      out.list->push_back(value(depth + 1));
      blanks();
      if (!error_.empty()) break;
      if (at_ < text_.size() && text_[at_] == ',') {
        ++at_;
      } else if (at_ < text_.size() && text_[at_] == ']') {
        ++at_;
        break;
      } else {
        fail("Expecting ',' delimiter");
      }
    }
    return out;
  }

  PyValue object(int depth) {
    PyValue out = PyValue::of(PyValue::Kind::Dict);
    out.dict = std::make_shared<PyDict>();
    ++at_;
    blanks();
    if (at_ < text_.size() && text_[at_] == '}') {
      ++at_;
      return out;
    }
    while (error_.empty()) {
      blanks();
      if (at_ >= text_.size() || text_[at_] != '"') {
        fail("Expecting property name enclosed in double quotes");
        break;
      }
      PyValue key = PyValue::string(string());
      blanks();
      if (at_ >= text_.size() || text_[at_] != ':') {
        fail("Expecting ':' delimiter");
        break;
      }
      ++at_;
      blanks();
      out.dict->emplace_back(std::move(key), value(depth + 1));
      blanks();
      if (!error_.empty()) break;
      if (at_ < text_.size() && text_[at_] == ',') {
        ++at_;
      } else if (at_ < text_.size() && text_[at_] == '}') {
        ++at_;
        break;
      } else {
        fail("Expecting ',' delimiter");
      }
    }
    return out;
  }

  const std::string& text_;
  std::string& error_;
  std::size_t at_ = 0;
};

}  // namespace

PyValue read_json(const std::string& text, std::string& error) { return JsonReader(text, error).run(); }

}  // namespace podseer::process::python
