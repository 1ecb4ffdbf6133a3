// SPDX-License-Identifier: Apache-2.0
// Tokens to events: libyaml's grammar (parserc.go), one function a production. Only the first
// document of a piece is read, as go-yaml's Unmarshal does; what follows it is reported as ignored.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "yaml/scanner.hpp"
#include "yaml/tree.hpp"

namespace podseer::yaml {

class Grammar {
 public:
  Grammar(Scanner& scanner, Tree& tree, source::Arena& arena) : scanner_(scanner), tree_(tree), arena_(arena) {}

  enum class Outcome : std::uint8_t { Empty, Document, Failed, TooDeep };
  /// Reads one document. After Failed or TooDeep: error().
  Outcome document();
  [[nodiscard]] const ScanError& error() const { return error_; }
  /// The name of the unknown anchor, when that is the error.
  [[nodiscard]] std::string_view unknown_anchor() const { return unknown_anchor_; }
  /// After Document: where the document ended (offset of the next token, or of what follows `...`).
  [[nodiscard]] std::uint32_t end() const { return end_; }

 private:
  const Token* next();
  bool fail(std::string_view problem, const Token& at, std::uint32_t context_line = 0);
  bool directives();
  bool node(bool block, bool indentless);
  bool properties(const Token*& token, Properties& found, std::uint32_t& end);
  bool block_sequence(const Properties& found);
  bool indentless_sequence(const Properties& found);
  bool block_mapping(const Properties& found);
  bool flow_sequence(const Properties& found);
  bool flow_sequence_pair();
  bool flow_mapping(const Properties& found);

  Scanner& scanner_;
  Tree& tree_;
  source::Arena& arena_;
  std::vector<std::pair<std::string_view, std::string_view>> tag_handles_;
  ScanError error_;
  std::string_view unknown_anchor_;
  std::uint32_t end_ = 0;
  int depth_ = 0;
  bool too_deep_ = false;
};

}  // namespace podseer::yaml
