// SPDX-License-Identifier: Apache-2.0
#include "source/glob.hpp"

#include <cstddef>
#include <vector>

namespace podseer::source {
namespace {

/// One element of a pattern within a name: a set, a character, `?` or `*`.
struct Element {
  enum class Kind { Char, Any, Star, Set } kind = Kind::Char;
  char character = 0;
  std::string_view set;  // between the brackets, `!` or `^` included
  std::size_t length = 1;
};

Element element_at(std::string_view pattern, std::size_t i) {
  Element element;
  element.character = pattern[i];
  switch (pattern[i]) {
    case '*': element.kind = Element::Kind::Star; return element;
    case '?': element.kind = Element::Kind::Any; return element;
    case '\\':
      if (i + 1 < pattern.size()) {
        element.character = pattern[i + 1];
        element.length = 2;
      }
      return element;
    case '[': {
      std::size_t end = i + 1;
      if (end < pattern.size() && (pattern[end] == '!' || pattern[end] == '^')) ++end;
      if (end < pattern.size() && pattern[end] == ']') ++end;
      while (end < pattern.size() && pattern[end] != ']') ++end;
      if (end >= pattern.size()) return element;  // no closing bracket: an ordinary character
      element.kind = Element::Kind::Set;
      element.set = pattern.substr(i + 1, end - i - 1);
      element.length = end - i + 1;
      return element;
    }
    default: return element;
  }
}

bool in_set(std::string_view set, char c) {
  bool negated = false;
  if (!set.empty() && (set.front() == '!' || set.front() == '^')) {
    negated = true;
    set.remove_prefix(1);
  }
  bool found = false;
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (i + 2 < set.size() && set[i + 1] == '-') {
      found = found || (set[i] <= c && c <= set[i + 2]);
      i += 2;
    } else {
      found = found || set[i] == c;
    }
  }
  return found != negated;
}

/// One name against one name's pattern; a star is retried from its last place only, so it is quadratic at worst.
bool match_name(std::string_view pattern, std::string_view name) {
  std::size_t p = 0, n = 0, star = std::string_view::npos, star_name = 0;
  while (n < name.size()) {
    if (p < pattern.size()) {
      const Element element = element_at(pattern, p);
      if (element.kind == Element::Kind::Star) {
        star = p++;
        star_name = n;
        continue;
      }
      const bool fits =
          element.kind == Element::Kind::Any ||
          (element.kind == Element::Kind::Set ? in_set(element.set, name[n]) : element.character == name[n]);
      if (fits) {
        p += element.length;
        ++n;
        continue;
      }
    }
    if (star == std::string_view::npos) return false;
    p = star + 1;
    n = ++star_name;
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::vector<std::string_view> names(std::string_view path) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at <= path.size();) {
    std::size_t end = path.find('/', at);
    if (end == std::string_view::npos) end = path.size();
    if (end != at) out.push_back(path.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

}  // namespace

bool has_glob(std::string_view text) { return text.find_first_of("*?[") != std::string_view::npos; }

bool glob_match(std::string_view pattern, std::string_view path) {
  const auto wanted = names(pattern);
  const auto given = names(path);
  // The same walk one level up: names are the characters, `**` is the star.
  std::size_t p = 0, n = 0, star = std::string_view::npos, star_name = 0;
  while (n < given.size()) {
    if (p < wanted.size() && wanted[p] == "**") {
      star = p++;
      star_name = n;
    } else if (p < wanted.size() && match_name(wanted[p], given[n])) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++star_name;
    } else {
      return false;
    }
  }
  while (p < wanted.size() && wanted[p] == "**") ++p;
  return p == wanted.size();
}

}  // namespace podseer::source
