// SPDX-License-Identifier: Apache-2.0
// Text to tokens by the rules of libyaml as go-yaml v2 carries them, which is what kubectl reads
// manifests with: simple keys end on their line and within 1024 characters, block collections open
// and close by column, a tab never indents. The same input is refused here and there, in the same
// words. `a: [1]` gives BlockMappingStart, Key, Scalar, Value, FlowSequenceStart, Scalar,
// FlowSequenceEnd, BlockEnd, StreamEnd.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "source/arena.hpp"
#include "yaml/node.hpp"

namespace podseer::yaml {

struct Token {
  enum class Type : std::uint8_t {
    StreamEnd,
    VersionDirective,
    TagDirective,
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias,
    Anchor,
    Tag,
    Scalar
  };
  Type type = Type::StreamEnd;
  Style style = Style::Plain;  // Scalar
  std::uint32_t begin = 0;     // byte offsets into the scanned text
  std::uint32_t end = 0;
  std::uint32_t line = 0;      // 0-based, of `begin`
  std::string_view text;       // Scalar: decoded; Anchor, Alias: the name; Tag: the handle; directives: handle, version
  std::string_view suffix;     // Tag: what follows the handle; TagDirective: the prefix
};

/// Why the text is not YAML, in libyaml's words.
struct ScanError {
  std::string_view problem;   // empty: no error; a literal
  std::uint32_t at = 0;       // byte offset
  std::uint32_t line = 0;     // as go-yaml prints it; 0 where it prints none
};

/// Cuts one `---`-separated piece into tokens. Decoded text that differs from its bytes lives in the arena.
class Scanner {
 public:
  /// `text` must be valid UTF-8 without control characters (see text.hpp), at most 4 GiB - 1 bytes.
  Scanner(std::string_view text, source::Arena& arena);

  /// The next token, or null after an error. Stays valid until skip().
  const Token* peek();
  void skip();

  [[nodiscard]] const ScanError& error() const { return error_; }
  /// Offset of the first `{{` where a value or key could begin, or npos: the mark of an unrendered template.
  [[nodiscard]] std::size_t template_at() const { return template_at_; }
  /// Where the last multi-line scalar ended: lines before it may be text, not structure.
  [[nodiscard]] std::uint32_t text_until() const { return text_until_; }

 private:
  struct SimpleKey {
    bool possible = false;
    bool required = false;
    bool listed = false;  // reading ahead waits for it; see fetch_flow_end
    std::size_t token_number = 0;
    std::uint32_t at = 0, line = 0, column = 0;
  };

  // Characters. Past the end there is one line break if the text lacks it, then NULs.
  [[nodiscard]] char at(std::size_t i) const {
    return i < text_.size() ? text_[i] : (i == text_.size() && ends_open_) ? '\n' : '\0';
  }
  [[nodiscard]] std::uint32_t break_width(std::size_t i) const;
  [[nodiscard]] bool blank(std::size_t i) const { return at(i) == ' ' || at(i) == '\t'; }
  [[nodiscard]] bool blankz(std::size_t i) const { return blank(i) || at(i) == '\0' || break_width(i) > 0; }
  [[nodiscard]] std::uint32_t column() const { return pos_ - line_start_; }
  [[nodiscard]] bool document_indicator() const;
  void advance();
  void skip_break();
  void read_break(std::string& into);
  void skip_comment();

  bool fail(std::string_view problem);
  bool fail_at(std::string_view problem, std::uint32_t at, std::uint32_t line);

  bool fetch_more();
  bool fetch_next();
  void skip_to_next();
  bool key_is_valid(SimpleKey& key, bool& valid);
  bool save_simple_key();
  bool remove_simple_key();
  bool roll_indent(std::uint32_t column, std::size_t number, Token::Type type, std::uint32_t at, std::uint32_t line);
  void unroll_indent(std::int64_t column);
  bool fetch_flow_start(Token::Type type);
  bool fetch_flow_end(Token::Type type);
  bool fetch_block_entry();
  bool fetch_key();
  bool fetch_value();
  bool fetch_directive();
  bool fetch_document_indicator(Token::Type type);
  void push(Token::Type type, std::uint32_t width);
  [[nodiscard]] std::size_t place(std::size_t number) const;
  void insert(std::size_t offset, const Token& token);

  // scan_text.cpp
  bool scan_anchor(Token::Type type);
  bool scan_tag();
  bool scan_tag_handle(bool directive, std::string& handle);
  bool scan_tag_uri(std::string& uri, bool started);
  bool scan_directive(Token& token);
  bool scan_block(bool literal);
  bool scan_block_breaks(std::uint32_t& indent, std::string& breaks);
  bool scan_quoted(bool single);
  bool scan_escape(std::string& into);
  bool scan_plain();

  std::string_view text_;
  source::Arena& arena_;
  bool ends_open_;
  std::uint32_t pos_ = 0, line_ = 0, line_start_ = 0;
  std::vector<Token> tokens_;
  std::size_t head_ = 0, parsed_ = 0;
  bool available_ = false, ended_ = false, simple_key_allowed_ = true;
  std::vector<SimpleKey> simple_keys_;
  std::vector<std::int64_t> indents_;
  std::int64_t indent_ = -1;
  std::uint32_t flow_level_ = 0;
  std::string scratch_, breaks_, leading_;
  ScanError error_;
  std::size_t template_at_ = std::string_view::npos;
  std::uint32_t text_until_ = 0;
};

}  // namespace podseer::yaml
