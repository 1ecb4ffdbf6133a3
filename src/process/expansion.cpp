// SPDX-License-Identifier: Apache-2.0
// `args: ["--port", "$(PORT)"]` with PORT=80 gives "--port" "80"; with no PORT it stays "$(PORT)", and a
// program that wants a number ends.
#include "process/expansion.hpp"

namespace podseer::process {
namespace {

/// MAX_ARG_STRLEN of Linux: no process starts with a longer word or variable. Variables that name each
/// other ten times each would make them longer than any memory.
constexpr std::size_t kLongest = 128 * 1024;

}  // namespace

std::optional<std::string> expand(std::string_view text, const VariableLookup& lookup, bool* secret) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '$' || i + 1 >= text.size()) {
      out += text[i];
      continue;
    }
    if (text[i + 1] == '$') {  // an escaped operator
      out += '$';
      ++i;
      continue;
    }
    if (text[i + 1] != '(') {  // no operator: both characters stay
      out += '$';
      continue;
    }
    const std::size_t close = text.find(')', i + 2);
    if (close == std::string_view::npos) {  // incomplete: "$(" stays, the rest is read on
      out += "$(";
      ++i;
      continue;
    }
    const std::string_view name = text.substr(i + 2, close - i - 2);
    const Value value = lookup(name);
    if (value.kind == Value::Kind::Unknown) return std::nullopt;
    if (value.kind == Value::Kind::NotSet) {
      out += text.substr(i, close + 1 - i);
    } else {
      if (out.size() + value.text.size() > kLongest) return std::nullopt;
      out += value.text;
      if (secret != nullptr && value.secret) *secret = true;
    }
    i = close;
  }
  return out;
}

}  // namespace podseer::process
