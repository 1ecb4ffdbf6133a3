// SPDX-License-Identifier: Apache-2.0
// From the bytes of a file to trees, the way kubectl does it: the stream is cut at lines that begin
// with `---`, each piece is decoded by itself, the first piece that fails stops the file.
#pragma once

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
  std::string message;       // one sentence, our words
  std::string kubectl;       // what kubectl prints, where it is known; else empty
  SourceSpan related;        // DuplicateKey: the key that wins; else nowhere
};

/// True for the kinds that make kubectl give up on the file.
[[nodiscard]] bool is_fatal(Problem::Kind kind);

/// One `---`-separated piece that decoded to something other than nothing.
struct Document {
  source::Arena arena;       // owns every node below root
  Node root;
  std::uint32_t index = 0;   // kubectl's counting: 0-based, empty documents are not counted
  SourceSpan span;           // the whole piece
};

/// What a file decodes to: the documents before the first fatal problem, and all problems.
struct Stream {
  std::vector<std::unique_ptr<Document>> documents;
  std::vector<Problem> problems;
  [[nodiscard]] bool failed() const;
};

inline constexpr int kMaxDepth = 400;  // levels of nesting; yaml-cpp 0.7 itself gives up near 500

/// Decodes the bytes of a file. Never throws; memory is bounded by a small multiple of the input.
/// Spans carry `file`. YAML and JSON alike.
[[nodiscard]] Stream parse(source::FileId file, std::string_view bytes);

/// Where each `---`-separated piece begins and ends, without decoding; for parallel parsing.
struct Piece {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

}  // namespace podseer::yaml
