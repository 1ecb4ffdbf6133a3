// SPDX-License-Identifier: Apache-2.0
#include "source/base64.hpp"

namespace podseer::source {
namespace {

int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

}  // namespace

std::int64_t base64_error(std::string_view text) {
  const auto newline = [](char c) { return c == '\r' || c == '\n'; };
  std::size_t at = 0;
  const auto skip_newlines = [&] {
    while (at < text.size() && newline(text[at])) ++at;
  };
  while (true) {
    std::size_t seen = 0;  // digits of this group of four
    while (seen < 4) {
      if (at == text.size()) return seen == 0 ? -1 : static_cast<std::int64_t>(at - seen);
      const char c = text[at++];
      if (base64_digit(c) >= 0) {
        ++seen;
        continue;
      }
      if (newline(c)) continue;
      if (c != '=' || seen < 2) return static_cast<std::int64_t>(at) - 1;
      if (seen == 2) {
        skip_newlines();
        if (at == text.size()) return static_cast<std::int64_t>(at);
        if (text[at] != '=') return static_cast<std::int64_t>(at) - 1;
        ++at;
      }
      skip_newlines();
      return at < text.size() ? static_cast<std::int64_t>(at) : -1;
    }
  }
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (base64_error(text) >= 0) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 4 * 3);
  unsigned bits = 0;
  int held = 0;
  for (const char c : text) {
    const int digit = base64_digit(c);
    if (digit < 0) continue;
    bits = (bits << 6U) | static_cast<unsigned>(digit);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out += static_cast<char>((bits >> static_cast<unsigned>(held)) & 0xffU);
  }
  return out;
}

std::size_t base64_decoded_size(std::string_view text) {
  std::size_t digits = 0;
  for (const char c : text) digits += base64_digit(c) >= 0 ? 1U : 0U;
  return digits * 6 / 8;
}

}  // namespace podseer::source
