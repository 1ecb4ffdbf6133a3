// SPDX-License-Identifier: Apache-2.0
#include "yaml/split.hpp"

#include <algorithm>
#include <cstring>

#include "yaml/json.hpp"

namespace podseer::yaml {
namespace {

constexpr std::size_t kJsonLook = 4096;  // bytes that kubectl looks at for a `{` (resource/visitor.go)

bool json_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view trim(std::string_view text) {
  while (!text.empty() && json_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && json_space(text.back())) text.remove_suffix(1);
  return text;
}

Problem syntax(SourceSpan span, std::string message, std::string kubectl) {
  Problem problem;
  problem.kind = Problem::Kind::Syntax;
  problem.span = span;
  problem.message = std::move(message);
  problem.kubectl = std::move(kubectl);
  return problem;
}

/// Cuts [begin, end of bytes) at its separator lines, as YAMLReader.Read does: the separator before a
/// piece belongs to it only when the piece would else be empty.
void split_yaml(source::FileId file, std::string_view bytes, std::size_t begin, Pieces& out) {
  std::size_t piece = begin;
  std::size_t at = begin;
  const auto add = [&](std::size_t end) {
    out.pieces.push_back({static_cast<std::uint32_t>(piece), static_cast<std::uint32_t>(end), false});
  };
  while (at < bytes.size()) {
    const void* found = std::memchr(bytes.data() + at, '\n', bytes.size() - at);
    const std::size_t next =
        found == nullptr ? bytes.size() : static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data()) + 1;
    if (bytes[at] == '-' && bytes.substr(at, 3) == "---") {
      const std::string_view rest = trim(bytes.substr(at + 3, next - at - 3));
      if (!rest.empty() && rest.front() != '#') {
        const auto from = static_cast<std::uint32_t>(at);
        std::size_t shown = at + 3 + static_cast<std::size_t>(rest.data() - (bytes.data() + at + 3)) + rest.size();
        out.problems.push_back(
            syntax({file, from, static_cast<std::uint32_t>(shown)},
                   "a line that begins with '---' separates documents for kubectl; only a comment may follow it",
                   "invalid Yaml document separator: " + std::string(rest)));
        return;  // what was gathered so far is lost with it
      }
      if (at != piece) {
        add(at);
        piece = next;
      }
    }
    at = next;
  }
  if (piece < bytes.size()) add(bytes.size());
}

}  // namespace

std::size_t byte_order_mark(std::string_view text) { return text.starts_with("\xEF\xBB\xBF") ? 3 : 0; }

Pieces split(source::FileId file, std::string_view bytes) {
  Pieces out;
  std::size_t at = byte_order_mark(bytes);
  std::size_t first = at;
  while (first < bytes.size() && first - at < kJsonLook && json_space(bytes[first])) ++first;
  if (first == bytes.size() || bytes[first] != '{') {
    split_yaml(file, bytes, at, out);
    return out;
  }
  for (std::size_t count = 0;; ++count) {
    JsonValue value = find_json_value(bytes, at);
    if (value.nothing) return out;
    if (value.found) {
      while (json_space(bytes[at])) ++at;
      out.pieces.push_back({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(value.end), true});
      at = value.end;
      continue;
    }
    if (count > 1) {  // a JSON stream beyond doubt: no second try as YAML
      const std::size_t colon = value.error.find("invalid character");
      out.problems.push_back(syntax(
          {file, static_cast<std::uint32_t>(value.end), static_cast<std::uint32_t>(value.end)},
          "this is not JSON: " + value.error, colon == std::string::npos ? value.error : value.error.substr(colon)));
      return out;
    }
    // YAMLOrJSONDecoder.consumeWhitespace: up to and including the first line break.
    while (at < bytes.size() && json_space(bytes[at])) {
      if (bytes[at++] == '\n') break;
    }
    out.json_error = std::move(value.error);
    out.json_piece = out.pieces.size();
    split_yaml(file, bytes, at, out);
    return out;
  }
}

BadByte find_bad_byte(std::string_view text, bool controls) {
  const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  for (std::size_t i = 0; i < text.size();) {
    const unsigned char c = byte(i);
    if (c < 0x80) {
      if (!controls && ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F))
        return {i, "control characters are not allowed"};
      ++i;
      continue;
    }
    const std::size_t width = (c & 0xE0U) == 0xC0 ? 2 : (c & 0xF0U) == 0xE0 ? 3 : (c & 0xF8U) == 0xF0 ? 4 : 0;
    if (width == 0) return {i, "invalid leading UTF-8 octet"};
    if (i + width > text.size()) return {i, "incomplete UTF-8 octet sequence"};
    std::uint32_t value = c & (0xFFU >> (width + 1));
    for (std::size_t k = 1; k < width; ++k) {
      if ((byte(i + k) & 0xC0U) != 0x80) return {i, "invalid trailing UTF-8 octet"};
      value = (value << 6U) | (byte(i + k) & 0x3FU);
    }
    if (value < (width == 2 ? 0x80U : width == 3 ? 0x800U : 0x10000U)) return {i, "invalid length of a UTF-8 sequence"};
    if ((value >= 0xD800 && value <= 0xDFFF) || value > 0x10FFFF) return {i, "invalid Unicode character"};
    if (!controls && ((value < 0xA0 && value != 0x85) || (value > 0xFFFD && value < 0x10000))) {
      return {i, "control characters are not allowed"};
    }
    i += width;
  }
  return {};
}

}  // namespace podseer::yaml
