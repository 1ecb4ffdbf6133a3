// SPDX-License-Identifier: Apache-2.0
// The shell's grammar as a tree, and its reader. A shell reads and runs one complete command at a time
// (`exit 0` on line 1 hides a syntax error on line 2), so the reader gives one at a time too.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace podseer::process {

/// Which shell reads the script.
enum class Dialect : std::uint8_t { Ash, Dash, Bash };

struct Node;
struct Word;

/// A piece of a word.
struct Part {
  enum class Kind : std::uint8_t {
    Literal,       // unquoted text
    Quoted,        // text in single quotes or after a backslash
    Double,        // "...": `children`
    Parameter,     // $name ${name...}
    Substitution,  // $(...) or `...`: `body`
    Arithmetic,    // $((...)): `argument`
    Process,       // bash <(...)
    Bad            // ${...} that no shell accepts: an error when it is expanded
  };
  enum class Op : std::uint8_t {
    None,
    Length,
    Default,
    Assign,
    Error,
    Alternative,
    PrefixShort,
    PrefixLong,
    SuffixShort,
    SuffixLong,
    Replace,
    ReplaceAll,
    ReplacePrefix,
    ReplaceSuffix,
    UpperFirst,
    UpperAll,
    LowerFirst,
    LowerAll,
    Slice,
    Indirect,
    Keys,
    Other
  };
  Kind kind = Kind::Literal;
  Op op = Op::None;
  bool colon = false;              // :- instead of -
  std::string text;                // Literal, Quoted: the text; Parameter: the name
  const Word* argument = nullptr;  // the word after the operator; Slice: the offset
  const Word* second = nullptr;    // Replace: the replacement; Slice: the length
  const Word* index = nullptr;     // ${name[index]}
  std::vector<const Part*> children;
  std::vector<const Node*> body;  // Substitution: its complete commands
  std::uint32_t begin = 0, end = 0;
};

/// A word before expansion.
struct Word {
  std::vector<const Part*> parts;
  std::uint32_t begin = 0, end = 0;
};

/// `<file`, `2>&1`, a here-document ...
struct Redirection {
  enum class Kind : std::uint8_t {
    In,
    Out,
    Append,
    Clobber,
    ReadWrite,
    DupIn,
    DupOut,
    Here,
    HereString,
    Both,
    BothAppend
  };
  Kind kind = Kind::In;
  int fd = -1;                   // -1: the kind's own
  const Word* target = nullptr;  // Here: the body
  std::uint32_t begin = 0, end = 0;
};

/// name=value, name+=value, name[i]=value, name=(a b c).
struct Assignment {
  std::string name;
  bool append = false;
  bool is_array = false;
  const Word* index = nullptr;
  const Word* value = nullptr;  // never null unless is_array
  std::vector<const Word*> elements;
  std::uint32_t begin = 0, end = 0;
};

struct CaseItem {
  std::vector<const Word*> patterns;
  std::vector<const Node*> body;
  std::uint8_t ending = 0;  // 0 ;;   1 ;&   2 ;;&
};

/// A command.
struct Node {
  enum class Kind : std::uint8_t {
    Simple,
    Pipeline,
    AndOr,
    Subshell,
    Group,
    If,
    For,
    CFor,
    While,
    Until,
    Case,
    Function,
    Condition,
    ArithmeticCommand
  };
  Kind kind = Kind::Simple;
  bool negated = false;            // Pipeline: `!`
  bool background = false;         // ended by &
  bool has_in = false;             // For: `in` was written
  bool pipe_stderr = false;        // member of a pipeline followed by |&
  std::string name;                // For: variable; Function: name
  std::vector<const Word*> words;  // Simple: words; For: list; Condition: operands and operators
  std::vector<Assignment> assignments;
  std::vector<Redirection> redirections;
  std::vector<const Node*> children;            // Pipeline: members; AndOr: operands
  std::vector<std::uint8_t> operators;          // AndOr: 0 && 1 ||
  std::vector<std::vector<const Node*>> lists;  // If: condition, body, condition, body ..., [else]; While: condition,
                                                // body; Subshell, Group, For: body
  std::vector<CaseItem> items;
  const Word* subject = nullptr;  // Case; CFor, ArithmeticCommand: the expression
  const Word* init = nullptr;     // CFor: expressions
  const Word* step = nullptr;
  const Node* body_node = nullptr;   // Function
  std::uint32_t begin = 0, end = 0;  // of the deciding words: Simple: first to last word; loops: the keyword
};

/// Why a script cannot be read.
struct SyntaxError {
  bool happened = false;
  std::string token;      // unexpected token as the shell prints it: "fi", "newline", "" at the end of file
  std::string expecting;  // "fi", "done"; empty when nothing particular
  std::string message;    // another wording: "Unterminated quoted string"
  char quote = 0;         // which quote or bracket is open, for bash
  std::uint32_t begin = 0, end = 0;
};

/// Reads a script. Keeps every node alive; text must not contain NUL.
class Parser {
 public:
  Parser(std::string text, Dialect dialect) : text_(std::move(text)), dialect_(dialect) {}
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  /// The next complete command (a list up to a newline). False at the end and on an error.
  bool next(std::vector<const Node*>& list);
  [[nodiscard]] const SyntaxError& error() const { return error_; }
  /// The nesting is deeper than this reader follows: the answer is Unknown, not an error.
  [[nodiscard]] bool too_deep() const { return too_deep_; }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::uint32_t line_at(std::uint32_t offset) const;
  /// Reads the whole text as the inside of double quotes (here-documents, PS4, ${X:-...} defaults).
  const Word* read_as_double_quoted();

 private:
  enum class Type : std::uint8_t { End, Newline, Word, IoNumber, Operator };
  struct Token {
    Type type = Type::End;
    std::string text;      // Operator: "&&"; Word: its text when unquoted and literal
    bool literal = false;  // Word: unquoted literal, may be a reserved word
    const Word* word = nullptr;
    std::uint32_t begin = 0, end = 0;
  };
  struct Pending {  // here-document whose body follows the next newline
    Word* body;
    std::string delimiter;
    bool quoted, strip;
  };

  // parser_words.cpp
  const Token& peek();
  void advance() { have_token_ = false; }
  void lex();
  void read_here_documents();
  const Word* read_word();
  bool read_parts(std::vector<const Part*>& parts, std::string_view stop, bool in_double, bool in_brace);
  const Part* read_dollar(bool in_double);
  const Part* read_braced(std::uint32_t begin, bool in_double);
  const Part* read_backquote(bool in_double);
  const Part* read_arithmetic(std::uint32_t begin);
  const Part* read_ansi_quoted(std::uint32_t begin);
  const Word* read_until(std::string_view stop, bool in_double);
  const Word* read_until_arithmetic_end(std::string_view stop);
  bool arithmetic_ahead(std::size_t i) const;
  void parse_text_into(std::string_view text, std::vector<const Node*>& body, std::uint32_t offset);

  // parser.cpp
  bool parse_list(std::vector<const Node*>& list, bool stop_at_newline);
  const Node* parse_and_or();
  const Node* parse_pipeline();
  const Node* parse_command();
  const Node* parse_simple();
  bool parse_assignment(const Token& token, Assignment& out);
  const Node* parse_if();
  const Node* parse_loop(bool until);
  const Node* parse_for();
  const Node* parse_case();
  const Node* parse_function(std::string name, std::uint32_t begin);
  const Node* parse_condition();
  bool parse_redirection(Redirection& out, int fd);
  bool redirection_ahead();
  void parse_trailing_redirections(Node& node);
  bool compound(std::vector<const Node*>& list, std::string_view expecting);
  bool expect_word(std::string_view reserved);
  bool is_reserved(const Token& token, std::string_view word) const {
    return token.type == Type::Word && token.literal && token.text == word;
  }
  bool is_operator(const Token& token, std::string_view op) const {
    return token.type == Type::Operator && token.text == op;
  }
  void skip_newlines();
  void unexpected(const Token& token, std::string_view expecting);
  void fail(std::string message, std::uint32_t begin, char quote = 0);
  bool failed() const { return error_.happened || too_deep_; }

  Node* new_node(Node::Kind kind, std::uint32_t begin) {
    Node& n = nodes_.emplace_back();
    n.kind = kind;
    n.begin = begin;
    n.end = begin;
    return &n;
  }
  Part* new_part(Part::Kind kind, std::uint32_t begin) {
    Part& p = parts_.emplace_back();
    p.kind = kind;
    p.begin = begin;
    return &p;
  }
  Word* new_word(std::uint32_t begin) {
    Word& w = words_.emplace_back();
    w.begin = begin;
    return &w;
  }
  [[nodiscard]] char at(std::size_t i) const { return i < text_.size() ? text_[i] : '\0'; }
  [[nodiscard]] std::uint32_t here() const { return static_cast<std::uint32_t>(pos_); }

  std::string text_;
  Dialect dialect_;
  std::size_t pos_ = 0;
  Token token_;
  bool have_token_ = false;
  bool too_deep_ = false;
  int depth_ = 0;
  SyntaxError error_;
  std::vector<Pending> pending_;
  std::deque<Node> nodes_;
  std::deque<Part> parts_;
  std::deque<Word> words_;
};

}  // namespace podseer::process
