// SPDX-License-Identifier: Apache-2.0
// The bytes of a file and how a place in them is named. Everything else points into these bytes by
// SourceSpan; lines and columns are computed only when something is printed.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace podseer::source {

using FileId = std::uint32_t;
inline constexpr FileId kNoFile = 0xffffffffU;

/// A half-open range of bytes [begin, end) of one file. An empty range is a place between two bytes.
/// `file == kNoFile` means "nowhere": the thing was not written in any file.
struct SourceSpan {
  FileId file = kNoFile;
  std::uint32_t begin = 0;  // byte offset
  std::uint32_t end = 0;    // byte offset, one past the last byte

  [[nodiscard]] bool exists() const { return file != kNoFile; }
  friend bool operator==(const SourceSpan&, const SourceSpan&) = default;
};

/// A position for people: both 1-based.
struct LineColumn {
  std::uint32_t line = 1;
  std::uint32_t column = 1;  // in bytes; see SourceFile::utf16_column for SARIF
};

/// One input: a file, standard input, or the rendered output of a tool. Immutable once added.
/// At most 4 GiB - 1 bytes (larger inputs are refused when reading).
class SourceFile {
 public:
  SourceFile(std::string path, std::string bytes) : path_(std::move(path)), bytes_(std::move(bytes)) {}
  SourceFile(const SourceFile&) = delete;
  SourceFile& operator=(const SourceFile&) = delete;

  /// As given on the command line or found below it; "-" (standard input) shows as "<stdin>".
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  /// The text of a span, cut to the file.
  [[nodiscard]] std::string_view text(SourceSpan span) const;
  /// Line and byte column of an offset; offsets past the end give the end.
  [[nodiscard]] LineColumn position(std::uint32_t offset) const;
  /// 1-based column in UTF-16 code units, as SARIF and LSP count. Invalid bytes count one each.
  [[nodiscard]] std::uint32_t utf16_column(std::uint32_t offset) const;
  /// Text of a 1-based line without its line break; empty past the end.
  [[nodiscard]] std::string_view line(std::uint32_t number) const;
  [[nodiscard]] std::uint32_t line_count() const;
  /// Offset of the first byte of a 1-based line.
  [[nodiscard]] std::uint32_t line_begin(std::uint32_t number) const;

 private:
  void index_lines() const;
  void find_lines() const;
  std::string path_;
  std::string bytes_;
  mutable std::once_flag indexed_;
  mutable std::vector<std::uint32_t> line_begins_;  // made at the first question: most files have nothing to tell
};

/// All inputs of a run, at stable addresses; ids are given in the order of adding.
class SourceMap {
 public:
  FileId add(std::string path, std::string bytes);
  [[nodiscard]] const SourceFile& file(FileId id) const;
  [[nodiscard]] std::size_t size() const { return files_.size(); }
  /// The text of a span; empty for a span that is nowhere.
  [[nodiscard]] std::string_view text(SourceSpan span) const;

 private:
  std::deque<SourceFile> files_;
};

}  // namespace podseer::source
