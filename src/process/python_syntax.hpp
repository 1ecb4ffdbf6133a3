// SPDX-License-Identifier: Apache-2.0
// The part of Python that scripts in manifests are written in: expressions and statements as a tree.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace podseer::process::python {

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

/// One expression. What each field holds depends on the kind.
struct Expr {
  enum class Kind : std::uint8_t {
    Name,
    Number,
    String,
    Bytes,
    Format,
    Constant,  // text; Format: items are the inserted values
    List,
    Tuple,
    Set,
    Dict,       // items; Dict: key, value, key, value ...
    Attribute,  // items[0].text
    Call,       // items[0](items[1..]); names: keyword or ""
    Subscript,
    Slice,  // items[0][items[1]]
    Unary,
    Binary,
    Compare,
    And,
    Or,             // text: operator
    Conditional,    // items: value, condition, otherwise
    Comprehension,  // items: value, iterable, conditions...; names: targets; text: "[" or "(" or "{"
    Opaque          // lambda, yield, await: read over, value unknown
  };
  Kind kind = Kind::Opaque;
  std::string text;
  std::vector<ExprPtr> items;
  std::vector<std::string> names;
  int line = 0;
};

struct Stmt;
using Block = std::vector<std::unique_ptr<Stmt>>;

struct Handler {
  std::vector<std::string> types;  // empty: every exception
  std::string name;
  Block body;
};

struct Stmt {
  enum class Kind : std::uint8_t {
    Expression,
    Assign,
    AugAssign,
    Delete,
    Assert,
    Raise,
    Return,
    Break,
    Continue,
    Pass,
    If,
    While,
    For,
    With,
    Try,
    Function,
    Class,
    Import,
    FromImport,
    Global,
    Opaque
  };
  Kind kind = Kind::Pass;
  std::vector<ExprPtr> targets;    // Assign; For; With: `as` targets (may hold null)
  std::vector<ExprPtr> values;     // Assign: one; If, While: condition; With: managers; Function: defaults
  std::vector<std::string> names;  // Function: parameters; Import: modules; FromImport: names
  std::string text;                // Function, Class: name; FromImport: module; AugAssign: operator
  Block body, otherwise, last;     // last: finally
  std::vector<Handler> handlers;
  bool decorated = false;
  int line = 0;
};

struct Module {
  Block body;
  bool understood = false;   // false: something that this reader does not know
  std::string syntax_error;  // what Python itself would say; empty: none found
  int error_line = 0;
};

/// Never throws; depth and size are bounded.
[[nodiscard]] Module parse(std::string_view text);

}  // namespace podseer::process::python
