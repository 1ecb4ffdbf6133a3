// SPDX-License-Identifier: Apache-2.0
// From the bytes of a file to trees, the way kubectl does it: the stream is cut at lines that begin
// with `---`, each piece is decoded by itself, the first piece that fails stops the file.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "source/arena.hpp"
#include "yaml/node.hpp"

namespace podseer::yaml {

/// A place where decoding failed, or something that decodes but was surely not meant.
struct Problem {
  enum class Kind : std::uint8_t {
    Syntax,         // kubectl cannot read the file from here on
    TooDeep,        // more than kMaxDepth levels
    TooLarge,       // a limit of ours or kubectl's ("document contains excessive aliasing")
    Template,       // an unrendered template (`{{ ... }}`): not YAML yet
    DuplicateKey,   // the earlier key is silently ignored by kubectl; not an error
    IgnoredContent  // text after `...` that kubectl silently ignores; not an error
  };
  Kind kind = Kind::Syntax;
  SourceSpan span;
  std::string message;  // one sentence, our words
  std::string kubectl;  // what kubectl prints after "error: error parsing FILE: ", where it is known; else empty
  SourceSpan related;   // DuplicateKey: the key that wins; else nowhere
};

/// True for the kinds that make kubectl give up on the file.
[[nodiscard]] bool is_fatal(Problem::Kind kind);

/// One `---`-separated piece that decoded to something other than nothing.
struct Document {
  std::shared_ptr<source::Arena> arena;  // owns every node below root, and those of its neighbours
  Node root;
  std::uint32_t index = 0;  // kubectl's counting: 0-based, empty documents are not counted
  SourceSpan span;          // the whole piece
};

/// What a file decodes to: the documents before the first fatal problem, and all problems.
struct Stream {
  std::vector<std::unique_ptr<Document>> documents;
  std::vector<Problem> problems;
  [[nodiscard]] bool failed() const;
};

inline constexpr int kMaxDepth = 400;  // levels of nesting; manifests need some 30, kubectl takes 10,000

/// Bytes of one document; larger ones are refused unread. The API server takes 3 MiB, a snapshot of
/// a big cluster (--cluster) may have some ten.
inline constexpr std::size_t kMaxDocumentBytes = std::size_t{96} << 20U;

/// Decodes the bytes of a file. Never throws; memory is bounded by a small multiple of the input.
/// Spans carry `file`. YAML and JSON alike. `bytes` must outlive the Stream: text points into it.
[[nodiscard]] Stream parse(source::FileId file, std::string_view bytes);

/// A piece of a file that is decoded by itself: what stands between two `---` lines, or one value of
/// a JSON stream. Pieces may be decoded in any order and by any thread.
struct Piece {
  std::uint32_t begin = 0;  // byte offsets into the file
  std::uint32_t end = 0;
  bool json = false;
};

/// Where the pieces are, found without decoding them (a JSON stream is looked through, not built).
struct Pieces {
  std::vector<Piece> pieces;
  /// What stops the file behind the last piece: a broken separator, or JSON that ends in the middle.
  std::vector<Problem> problems;
  /// What kubectl says when `json_piece`, tried as JSON first, turns out not to be YAML either.
  std::string json_error;
  std::size_t json_piece = static_cast<std::size_t>(-1);
};
[[nodiscard]] Pieces split(source::FileId file, std::string_view bytes);

/// What one piece decodes to: a document, nothing (empty, only comments, or null), or a fatal problem.
struct PieceResult {
  std::unique_ptr<Document> document;
  std::vector<Problem> problems;
};
[[nodiscard]] PieceResult parse_piece(source::FileId file, std::string_view bytes, const Piece& piece);

/// Puts the results of all pieces, in order, together: documents are counted, and nothing is taken
/// from behind the first fatal problem. parse() is split, parse_piece for each, join.
[[nodiscard]] Stream join(Pieces pieces, std::vector<PieceResult> results);

}  // namespace podseer::yaml
