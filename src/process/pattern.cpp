// SPDX-License-Identifier: Apache-2.0
// Shell patterns (POSIX.1-2017 XCU 2.13) and bash's brace expansion. A pattern is a string in which a backslash
// takes the meaning from the next character; "*.conf" matches "a.conf"; an unknown piece on either side may make
// the answer Unknown.
#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "process/interpreter.hpp"

namespace podseer::process {

namespace {

/// One bracket expression at `p` (which points at '['). Moves p behind it; false when it is no bracket expression.
bool bracket(std::string_view pattern, std::size_t& p, char c, bool& matches) {
  std::size_t i = p + 1;
  bool negate = false, found = false, first = true;
  if (i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^')) {
    negate = true;
    ++i;
  }
  const auto u = static_cast<unsigned char>(c);
  while (i < pattern.size() && (first || pattern[i] != ']')) {
    first = false;
    if (pattern[i] == '[' && i + 1 < pattern.size() && pattern[i + 1] == ':') {
      const std::size_t close = pattern.find(":]", i + 2);
      if (close != std::string_view::npos) {
        const std::string_view name = pattern.substr(i + 2, close - i - 2);
        if ((name == "alpha" && std::isalpha(u) != 0) || (name == "digit" && std::isdigit(u) != 0) ||
            (name == "alnum" && std::isalnum(u) != 0) || (name == "upper" && std::isupper(u) != 0) ||
            (name == "lower" && std::islower(u) != 0) || (name == "space" && std::isspace(u) != 0) ||
            (name == "punct" && std::ispunct(u) != 0) || (name == "xdigit" && std::isxdigit(u) != 0) ||
            (name == "blank" && (c == ' ' || c == '\t')) || (name == "print" && std::isprint(u) != 0) ||
            (name == "graph" && std::isgraph(u) != 0) || (name == "cntrl" && std::iscntrl(u) != 0))
          found = true;
        i = close + 2;
        continue;
      }
    }
    char low = pattern[i];
    if (low == '\\' && i + 1 < pattern.size()) low = pattern[++i];
    ++i;
    if (i + 1 < pattern.size() && pattern[i] == '-' && pattern[i + 1] != ']') {
      char high = pattern[i + 1];
      i += 2;
      if (high == '\\' && i < pattern.size()) high = pattern[i++];
      if (static_cast<unsigned char>(low) <= u && u <= static_cast<unsigned char>(high)) found = true;
    } else if (low == c) {
      found = true;
    }
  }
  if (i >= pattern.size()) return false;
  p = i + 1;
  matches = found != negate;
  return true;
}

bool match_known(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star_p = std::string_view::npos, star_t = 0;
  while (t < text.size() || p < pattern.size()) {
    if (p < pattern.size()) {
      const char c = pattern[p];
      if (c == '*') {
        star_p = ++p;
        star_t = t;
        continue;
      }
      if (t < text.size()) {
        if (c == '?') {
          ++p;
          ++t;
          continue;
        }
        if (c == '[') {
          std::size_t next = p;
          bool matches = false;
          if (bracket(pattern, next, text[t], matches)) {
            if (matches) {
              p = next;
              ++t;
              continue;
            }
          } else if (text[t] == '[') {
            ++p;
            ++t;
            continue;
          }
        } else if (c == '\\' && p + 1 < pattern.size()) {
          if (pattern[p + 1] == text[t]) {
            p += 2;
            ++t;
            continue;
          }
        } else if (c == text[t]) {
          ++p;
          ++t;
          continue;
        }
      }
    }
    if (star_p == std::string_view::npos || star_t >= text.size()) return false;
    p = star_p;
    t = ++star_t;
  }
  return true;
}

}  // namespace

bool has_glob(std::string_view pattern) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\') {
      ++i;
      continue;
    }
    if (pattern[i] == '*' || pattern[i] == '?') return true;
    if (pattern[i] == '[' && pattern.find(']', i + 1) != std::string_view::npos) return true;
  }
  return false;
}

std::string unescape(std::string_view pattern) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
    out.push_back(pattern[i]);
  }
  return out;
}

Answer match(std::string_view pattern, std::string_view text) {
  if (!has_mark(pattern) && !has_mark(text)) return match_known(pattern, text) ? Answer::Yes : Answer::No;
  if (pattern == "*") return Answer::Yes;
  if (!has_glob(pattern)) return equal(unescape(pattern), text);
  if (has_mark(pattern)) return Answer::Unknown;
  // "prefix*", "*suffix", "*middle*" against a text of which the beginning or end is known.
  const bool star_front = pattern.front() == '*', star_back = pattern.back() == '*';
  const std::string_view middle = pattern.substr(
      star_front ? 1 : 0, pattern.size() - (star_front ? 1U : 0U) - (star_back && pattern.size() > 1 ? 1U : 0U));
  if (!has_glob(middle)) {
    const std::string plain = unescape(middle);
    if (plain == "") return Answer::Yes;
    if (star_front && star_back && text.find(plain) != std::string_view::npos) return Answer::Yes;
    if (star_back && !star_front) {
      if (text.starts_with(plain)) return Answer::Yes;
      for (std::size_t i = 0; i < plain.size() && i < text.size(); ++i) {
        if (text[i] == kAny || text[i] == kWord) break;
        if (text[i] != plain[i]) return Answer::No;
      }
    }
    if (star_front && !star_back && text.ends_with(plain)) return Answer::Yes;
  }
  return Answer::Unknown;
}

namespace {

/// Groups behind and within each other that are opened; thirteen pairs make more words than anybody wants.
constexpr int kBraceDepth = 64;

/// {a,b} and {1..5}; the first balanced group that is one; the rest by recursion. Backslash-escaped characters are
/// skipped.
std::vector<std::string> expand_braces(std::string_view text, int groups) {
  if (groups > kBraceDepth) return {std::string(1, kAny)};
  std::vector<std::string> out;
  int unclosed = 0;
  for (std::size_t open = 0; open < text.size(); ++open) {
    if (text[open] == '\\') {
      ++open;
      continue;
    }
    if (text[open] != '{' || (open > 0 && text[open - 1] == '$')) continue;
    int depth = 0;
    std::vector<std::size_t> commas;
    std::size_t close = std::string_view::npos;
    for (std::size_t i = open; i < text.size(); ++i) {
      if (text[i] == '\\') {
        ++i;
        continue;
      }
      if (text[i] == '{') ++depth;
      else if (text[i] == '}' && --depth == 0) {
        close = i;
        break;
      } else if (text[i] == ',' && depth == 1) commas.push_back(i);
    }
    if (close == std::string_view::npos) {
      if (++unclosed > 50) return {std::string(1, kAny)};  // each look costs the rest of the text
      continue;
    }
    std::vector<std::string> choices;
    const std::string_view inside = text.substr(open + 1, close - open - 1);
    if (!commas.empty()) {
      std::size_t from = open + 1;
      for (std::size_t comma : commas) {
        choices.emplace_back(text.substr(from, comma - from));
        from = comma + 1;
      }
      choices.emplace_back(text.substr(from, close - from));
    } else if (const std::size_t dots = inside.find(".."); dots != std::string_view::npos) {
      const std::string_view left = inside.substr(0, dots);
      std::string_view right = inside.substr(dots + 2);
      std::int64_t step = 1;
      if (const std::size_t more = right.find(".."); more != std::string_view::npos) {
        step = parse_integer(right.substr(more + 2)).value_or(1);
        right = right.substr(0, more);
      }
      const auto from = parse_integer(left), to = parse_integer(right);
      if (step < 0) step = -step;
      if (step == 0) step = 1;
      if (from && to) {
        const std::size_t width = (left.size() > 1 && left[0] == '0') || (right.size() > 1 && right[0] == '0')
                                      ? std::max(left.size(), right.size())
                                      : 0;
        if (*from > 1000000000 || *to > 1000000000 || *from < -1000000000 || *to < -1000000000 ||
            std::abs(*to - *from) / step > 5000)
          return {std::string(1, kAny)};
        for (std::int64_t v = *from; *from <= *to ? v <= *to : v >= *to; v += *from <= *to ? step : -step) {
          std::string number = std::to_string(v);
          while (number.size() < width) number.insert(0, "0");
          choices.push_back(number);
        }
      } else if (left.size() == 1 && right.size() == 1 && std::isalpha(static_cast<unsigned char>(left[0])) != 0 &&
                 std::isalpha(static_cast<unsigned char>(right[0])) != 0) {
        for (int v = left[0]; left[0] <= right[0] ? v <= right[0] : v >= right[0]; v += left[0] <= right[0] ? 1 : -1)
          choices.emplace_back(1, static_cast<char>(v));
      }
    }
    if (choices.empty()) continue;
    const std::vector<std::string> tails = expand_braces(text.substr(close + 1), groups + 1);
    for (const std::string& choice : choices) {
      for (const std::string& inner : expand_braces(choice, groups + 1)) {
        for (const std::string& tail : tails) {
          if (out.size() > 5000) return {std::string(1, kAny)};
          out.push_back(std::string(text.substr(0, open)) + inner + tail);
        }
      }
    }
    return out;
  }
  out.emplace_back(text);
  return out;
}

}  // namespace

std::vector<std::string> expand_braces(std::string_view text) { return expand_braces(text, 0); }

}  // namespace podseer::process
