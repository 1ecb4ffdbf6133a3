// SPDX-License-Identifier: Apache-2.0
#include "source/source_file.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "source/check.hpp"

namespace podseer::source {

void check_failed(const char* file, int line, const char* condition) {
  std::fprintf(stderr, "podseer: internal error at %s:%d: %s\n", file, line, condition);
  std::fflush(nullptr);
  std::_Exit(3);
}

std::string_view SourceFile::text(SourceSpan span) const {
  const auto size = static_cast<std::uint32_t>(bytes_.size());
  const std::uint32_t begin = std::min(span.begin, size);
  const std::uint32_t end = std::clamp(span.end, begin, size);
  return std::string_view(bytes_).substr(begin, end - begin);
}

void SourceFile::index_lines() const {
  std::call_once(indexed_, [this] { find_lines(); });
}

void SourceFile::find_lines() const {
  line_begins_.reserve(static_cast<std::size_t>(std::count(bytes_.begin(), bytes_.end(), '\n')) + 1);
  // A byte order mark is no text: columns of the first line are counted from behind it.
  line_begins_.push_back(bytes_.starts_with("\xEF\xBB\xBF") ? 3 : 0);
  const char* begin = bytes_.data();
  const char* end = begin + bytes_.size();
  for (const char* at = begin; at != end;) {
    const void* found = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
    if (found == nullptr) break;
    at = static_cast<const char*>(found) + 1;
    line_begins_.push_back(static_cast<std::uint32_t>(at - begin));
  }
}

LineColumn SourceFile::position(std::uint32_t offset) const {
  index_lines();
  offset = std::clamp(offset, line_begins_.front(), static_cast<std::uint32_t>(bytes_.size()));
  const auto after = std::upper_bound(line_begins_.begin(), line_begins_.end(), offset);
  const auto line = static_cast<std::uint32_t>(after - line_begins_.begin());
  return {line, offset - line_begins_[line - 1] + 1};
}

std::uint32_t SourceFile::utf16_column(std::uint32_t offset) const {
  const LineColumn at = position(offset);
  const std::string_view before = line(at.line).substr(0, at.column - 1);
  std::uint32_t units = 0;
  for (std::size_t i = 0; i < before.size();) {
    const auto byte = static_cast<unsigned char>(before[i]);
    std::size_t length = byte < 0x80 ? 1 : byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    if (i + length > before.size()) length = 1;
    units += length == 4 ? 2 : 1;
    i += length;
  }
  return units + 1;
}

std::string_view SourceFile::line(std::uint32_t number) const {
  index_lines();
  if (number == 0 || number > line_begins_.size()) return {};
  const std::size_t begin = line_begins_[number - 1];
  std::size_t end = number < line_begins_.size() ? line_begins_[number] - 1 : bytes_.size();
  if (end > begin && bytes_[end - 1] == '\r') --end;
  return std::string_view(bytes_).substr(begin, end - begin);
}

std::uint32_t SourceFile::line_count() const {
  index_lines();
  return static_cast<std::uint32_t>(line_begins_.size());
}

std::uint32_t SourceFile::line_begin(std::uint32_t number) const {
  index_lines();
  if (number == 0) return 0;
  if (number > line_begins_.size()) return static_cast<std::uint32_t>(bytes_.size());
  return line_begins_[number - 1];
}

FileId SourceMap::add(std::string path, std::string bytes) {
  files_.emplace_back(std::move(path), std::move(bytes));
  return static_cast<FileId>(files_.size() - 1);
}

const SourceFile& SourceMap::file(FileId id) const {
  PODSEER_CHECK(id < files_.size());
  return files_[id];
}

std::string_view SourceMap::text(SourceSpan span) const {
  return span.file < files_.size() ? files_[span.file].text(span) : std::string_view{};
}

}  // namespace podseer::source
