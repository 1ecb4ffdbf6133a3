// SPDX-License-Identifier: Apache-2.0
// Tokens of Python, with line ends and indentation made explicit.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace podseer::process::python {

struct Token {
  enum class Kind { Name, Number, String, Op, Newline, Indent, Dedent, End, Bad };
  Kind kind = Kind::End;
  std::string text;    // String: the decoded text
  std::string prefix;  // String: "f", "b", "rb" ...
  int line = 0;
};

/// Ends with End, or with Bad when the text is no Python for certain (open quotes or brackets).
[[nodiscard]] std::vector<Token> tokenize(std::string_view text);

}  // namespace podseer::process::python
