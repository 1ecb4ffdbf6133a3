// SPDX-License-Identifier: Apache-2.0
#include "yaml/document.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "yaml/json.hpp"
#include "yaml/parse.hpp"
#include "yaml/split.hpp"
#include "yaml/tree.hpp"

namespace podseer::yaml {
namespace {

constexpr std::string_view kConverting = "error converting YAML to JSON: ";

std::string go_yaml(std::string_view problem, std::uint32_t line) {
  std::string text(kConverting);
  text += "yaml: ";
  if (line != 0) text += "line " + std::to_string(line) + ": ";
  return text.append(problem);
}

/// A character for people: itself, or its code when it cannot be shown.
std::string shown(std::string_view text, std::size_t at) {
  if (at >= text.size()) return "the end of the document";
  const auto c = static_cast<unsigned char>(text[at]);
  if (c == '\t') return "a tab";
  if (c == '\n' || c == '\r') return "the end of the line";
  if (c > 0x20 && c < 0x7F) return std::string("'") + text[at] + "'";
  std::array<char, 16> code{};
  std::snprintf(code.data(), code.size(), "byte 0x%02X", static_cast<unsigned>(c));
  return code.data();
}

/// libyaml's words in ours, without any of the manifest's text: it may be a secret.
std::string explain(std::string_view problem, std::string_view text, std::size_t at) {
  struct Wording {
    std::string_view problem, ours;
  };
  static constexpr std::array kWordings = {
      Wording{"mapping values are not allowed in this context",
              "a second ': ' where a value is already being read; quote the value or indent the key"},
      Wording{"could not find expected ':'", "a line that should be 'key: value' has no ':'"},
      Wording{"did not find expected key", "this line does not fit the indentation of the keys around it"},
      Wording{"did not find expected '-' indicator", "this line does not fit the indentation of the list around it"},
      Wording{"block sequence entries are not allowed in this context",
              "a list cannot begin here; put '-' on a line of its own"},
      Wording{"did not find expected ',' or ']'", "a list in brackets is not closed, or a ',' is missing"},
      Wording{"did not find expected ',' or '}'", "a mapping in braces is not closed, or a ',' is missing"},
      Wording{"found unexpected end of stream", "a quoted text is not closed"},
      Wording{"found unexpected document indicator", "a quoted text is not closed before the document ends"},
      Wording{"found a tab character that violates indentation", "a tab cannot indent; use spaces"},
      Wording{"found a tab character where an indentation space is expected", "a tab cannot indent; use spaces"},
      Wording{"found unknown escape character", "unknown escape in a double-quoted text; write '\\\\' for a backslash"},
      Wording{"did not find expected <document start>",
              "a '%' directive needs a '---' that kubectl has already taken away"},
      Wording{"did not find expected node content", "a value is missing here"},
  };
  for (const Wording& wording : kWordings) {
    if (wording.problem == problem) return std::string(wording.ours);
  }
  if (problem.starts_with("unknown anchor")) return "no anchor of this name stands before this alias";
  if (problem == "found character that cannot start any token") {
    if (at < text.size() && text[at] == '\t') return "a tab cannot indent; use spaces";
    return "a value cannot begin with " + shown(text, at) + "; quote it";
  }
  return "this is not YAML: " + std::string(problem);
}

/// The end of what a problem at `at` underlines: the rest of the word, at least one character.
std::uint32_t word_end(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && static_cast<unsigned char>(text[end]) > ' ') ++end;
  return static_cast<std::uint32_t>(std::min(std::max(end, at + 1), text.size()));
}

/// Where an unrendered template shows: a `{{` that begins a value, else a line that begins with `{{`
/// outside the texts read so far, else one on the line where reading failed.
std::size_t find_template(std::string_view text, const Parsed& parsed, std::size_t failed_at) {
  if (parsed.template_at != std::string_view::npos) return parsed.template_at;
  const std::size_t line_end = std::min(text.find('\n', failed_at), text.size());
  for (std::size_t at = text.find("{{", parsed.text_until); at < line_end; at = text.find("{{", at + 2)) {
    const std::size_t line = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;  // npos + 1 == 0
    const std::string_view before = text.substr(line, at - line);
    const bool begins_line = before.find_first_not_of(" \t-") == std::string_view::npos;
    const bool quoted = before.find_first_of("\"'#") != std::string_view::npos;
    if (begins_line ||
        (!quoted && line_end >= at && text.substr(at, line_end - at).find('\n') == std::string_view::npos)) {
      return at;
    }
  }
  return std::string_view::npos;
}

/// Documents that a thread reads one after the other share an arena, so that none wastes the rest of a
/// block; a new one is begun now and then, so that files which change all the time can be let go.
std::shared_ptr<source::Arena> shared_arena() {
  constexpr std::size_t kFirstBlock = 4096;
  constexpr std::size_t kMostBytes = std::size_t{4} << 20U;
  thread_local std::shared_ptr<source::Arena> arena;
  if (arena == nullptr || arena.use_count() == 1 || arena->capacity() > kMostBytes) {
    arena = std::make_shared<source::Arena>(kFirstBlock);
  }
  return arena;
}

class PieceParser {
 public:
  PieceParser(source::FileId file, std::string_view bytes, const Piece& piece)
      : file_(file), base_(piece.begin), text_(bytes.substr(piece.begin, piece.end - piece.begin)) {}

  PieceResult too_large() {
    fatal(Problem::Kind::TooLarge, 0,
          "a document of more than " + std::to_string(kMaxDocumentBytes >> 20U) + " MiB; the API server takes 3 MiB",
          {});
    return std::move(result_);
  }

  PieceResult json() {
    start();
    Tree tree(file_, base_, *result_.document->arena);
    if (!build_json(text_, *result_.document->arena, tree)) {
      fatal(Problem::Kind::TooDeep, 0, too_deep(), {});
    } else {
      finish(tree);
    }
    return std::move(result_);
  }

  PieceResult yaml() {
    const BadByte bad = find_bad_byte(text_);
    if (bad.at != std::string_view::npos) {
      fatal(Problem::Kind::Syntax, bad.at,
            (bad.reason == "control characters are not allowed" ? "a control character cannot stand in YAML: "
                                                                : "this is not UTF-8 text: ") +
                shown(text_, bad.at),
            go_yaml(bad.reason, 0));
      return std::move(result_);
    }
    start();
    Tree tree(file_, base_, *result_.document->arena);
    const Parsed parsed = parse_events(text_, *result_.document->arena, tree);
    switch (parsed.outcome) {
      case Parsed::Outcome::Nothing: result_.document.reset(); break;
      case Parsed::Outcome::Document:
        if (!finish(tree)) {
          as_template(find_template(text_, parsed, result_.problems.back().span.begin - base_));
        } else {
          ignored_content(parsed.at);
        }
        break;
      case Parsed::Outcome::TooDeep: fatal(Problem::Kind::TooDeep, parsed.at, too_deep(), {}); break;
      case Parsed::Outcome::Failed: failed(parsed); break;
    }
    return std::move(result_);
  }

 private:
  static std::string too_deep() { return "nested more than " + std::to_string(kMaxDepth) + " levels deep"; }

  void start() {
    result_.document = std::make_unique<Document>();
    result_.document->arena = shared_arena();
    result_.document->span = {file_, base_, base_ + static_cast<std::uint32_t>(text_.size())};
  }

  Problem& add(Problem::Kind kind, std::uint32_t begin, std::uint32_t end, std::string message, std::string kubectl) {
    Problem problem;
    problem.kind = kind;
    problem.span = {file_, base_ + begin, base_ + end};
    problem.message = std::move(message);
    problem.kubectl = std::move(kubectl);
    result_.problems.push_back(std::move(problem));
    return result_.problems.back();
  }

  void fatal(Problem::Kind kind, std::size_t at, std::string message, std::string kubectl) {
    result_.document.reset();
    at = std::min(at, text_.size());
    add(kind, static_cast<std::uint32_t>(at), word_end(text_, at), std::move(message), std::move(kubectl));
  }

  bool finish(Tree& tree) {
    Document& document = *result_.document;
    if (!tree.finish(document.root, result_.problems)) {
      const DecodeError error = tree.error();
      result_.problems.clear();
      result_.document.reset();
      const bool json = error.kubectl.starts_with("json:");
      const bool convert = error.kubectl.starts_with("unsupported map key");
      Problem& problem = add(error.too_large ? Problem::Kind::TooLarge : Problem::Kind::Syntax, 0, 0, {}, {});
      problem.span = error.span;
      problem.kubectl = std::string(kConverting) + (json || convert ? "" : "yaml: ") + error.kubectl;
      problem.message = decode_message(error.kubectl);
      return false;
    }
    if (document.root.is_null()) result_.document.reset();
    return true;
  }

  static std::string decode_message(std::string_view sentence) {
    if (sentence.starts_with("unsupported map key of type: uint64"))
      return "a key cannot be a number this large; quote it";
    if (sentence.starts_with("unsupported map key")) return "a key cannot be null; quote it";
    if (sentence.starts_with("invalid map key")) return "a key cannot be a list or a mapping; quote it";
    if (sentence.starts_with("json: unsupported value")) return "JSON has no infinity and no NaN; quote the value";
    if (sentence.starts_with("map merge")) return "'<<' takes a mapping or a list of mappings";
    if (sentence.starts_with("document contains excessive"))
      return "aliases blow this document up; kubectl refuses to expand them";
    if (sentence.starts_with("cannot decode")) return "the value does not fit its tag";
    return std::string(sentence);
  }

  void as_template(std::size_t at) {
    if (at == std::string_view::npos) return;
    Problem& problem = result_.problems.back();
    const std::size_t line_end = std::min(text_.find('\n', at), text_.size());
    const std::size_t close = text_.find("}}", at);
    const std::size_t end = close < line_end ? close + 2 : line_end;
    problem.kind = Problem::Kind::Template;
    problem.span = {file_, base_ + static_cast<std::uint32_t>(at), base_ + static_cast<std::uint32_t>(end)};
    problem.message = "this is a template that has not been rendered: it holds '{{'";
  }

  void failed(const Parsed& parsed) {
    fatal(Problem::Kind::Syntax, parsed.at, explain(parsed.problem, text_, parsed.at),
          parsed.kubectls_words ? go_yaml(parsed.problem, parsed.line) : std::string{});
    as_template(find_template(text_, parsed, parsed.at));
  }

  /// go-yaml reads one document of a piece; whatever stands behind it is dropped without a word.
  void ignored_content(std::uint32_t end) {
    std::size_t at = end;
    // A piece that begins with its separator keeps it (split.cpp); it is no content.
    if (text_.starts_with("---")) at = std::max(at, std::min(text_.find('\n'), text_.size()));
    while (at < text_.size()) {
      const std::size_t word = text_.find_first_not_of(" \t\r\n", at);
      if (word == std::string_view::npos) return;
      if (text_[word] != '#' && text_.substr(word, 3) != "...") {
        std::size_t last = text_.find_last_not_of(" \t\r\n") + 1;
        last = std::max(last, word + 1);
        add(Problem::Kind::IgnoredContent, static_cast<std::uint32_t>(word), static_cast<std::uint32_t>(last),
            "kubectl ignores everything from here to the next '---'", {});
        return;
      }
      at = std::min(text_.find('\n', word), text_.size());
    }
  }

  source::FileId file_;
  std::uint32_t base_;
  std::string_view text_;
  PieceResult result_;
};

}  // namespace

bool is_fatal(Problem::Kind kind) {
  return kind != Problem::Kind::DuplicateKey && kind != Problem::Kind::IgnoredContent;
}

bool Stream::failed() const {
  return std::any_of(problems.begin(), problems.end(), [](const Problem& p) { return is_fatal(p.kind); });
}

PieceResult parse_piece(source::FileId file, std::string_view bytes, const Piece& piece) {
  PieceParser parser(file, bytes, piece);
  if (piece.end - piece.begin > kMaxDocumentBytes) return parser.too_large();
  return piece.json ? parser.json() : parser.yaml();
}

Stream join(Pieces pieces, std::vector<PieceResult> results) {
  Stream stream;
  for (std::size_t i = 0; i < results.size(); ++i) {
    PieceResult& result = results[i];
    bool fatal = false;
    for (Problem& problem : result.problems) {
      if (is_fatal(problem.kind)) {
        fatal = true;
        if (i == pieces.json_piece) problem.kubectl = pieces.json_error;
      }
      stream.problems.push_back(std::move(problem));
    }
    if (fatal) return stream;
    if (result.document == nullptr) continue;
    result.document->index = static_cast<std::uint32_t>(stream.documents.size());
    stream.documents.push_back(std::move(result.document));
  }
  for (Problem& problem : pieces.problems) stream.problems.push_back(std::move(problem));
  return stream;
}

Stream parse(source::FileId file, std::string_view bytes) {
  Pieces pieces = split(file, bytes);
  std::vector<PieceResult> results;
  results.reserve(pieces.pieces.size());
  for (const Piece& piece : pieces.pieces) {
    results.push_back(parse_piece(file, bytes, piece));
    const auto& problems = results.back().problems;
    if (std::any_of(problems.begin(), problems.end(), [](const Problem& p) { return is_fatal(p.kind); })) break;
  }
  return join(std::move(pieces), std::move(results));
}

}  // namespace podseer::yaml
