// SPDX-License-Identifier: Apache-2.0
#include "yaml/places.hpp"

#include <algorithm>

namespace podseer::yaml {
namespace {

bool space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool flow_mark(char c) { return c == '[' || c == ']' || c == '{' || c == '}' || c == ','; }

}  // namespace

std::uint32_t Places::skip_space(std::size_t i) const {
  while (i < text_.size()) {
    if (text_[i] == '#') {
      i = std::min(text_.find('\n', i), text_.size());
    } else if (space(text_[i])) {
      ++i;
    } else {
      break;
    }
  }
  return static_cast<std::uint32_t>(std::min(i, text_.size()));
}

Place Places::behind_properties(std::size_t i, bool one) const {
  Place place{static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(i)};
  while (at(place.begin) == '&' || at(place.begin) == '!') {
    std::size_t end = place.begin;
    while (end < text_.size() && !space(text_[end])) {
      if (flow_mark(text_[end]) && at(place.begin) == '&') break;
      if ((text_[end] == ',' || text_[end] == ']' || text_[end] == '}') && text_.substr(place.begin, 2) != "!<") break;
      ++end;
    }
    place.end = static_cast<std::uint32_t>(end);
    place.begin = skip_space(end);
    if (one) break;
  }
  return place;
}

std::uint32_t Places::quoted_end(std::size_t i) const {
  const char quote = at(i);
  for (++i; i < text_.size(); ++i) {
    if (text_[i] == '\\' && quote == '"') {
      ++i;
    } else if (text_[i] == quote) {
      if (quote == '\'' && at(i + 1) == '\'') {
        ++i;
      } else {
        return static_cast<std::uint32_t>(i + 1);
      }
    }
  }
  return static_cast<std::uint32_t>(text_.size());
}

std::uint32_t Places::text_end(std::size_t i, std::string_view value) const {
  std::size_t end = i;
  for (const char c : value) {
    if (space(c)) continue;
    while (i < text_.size() && space(text_[i])) ++i;
    if (i >= text_.size() || text_[i] != c) break;
    end = ++i;
  }
  return static_cast<std::uint32_t>(end);
}

std::uint32_t Places::block_body(std::size_t i) const {
  return static_cast<std::uint32_t>(std::min(text_.find('\n', i), text_.size() - 1) + 1);
}

std::uint32_t Places::name_end(std::size_t i) const {
  ++i;
  while (i < text_.size() && !space(text_[i]) && !flow_mark(text_[i])) ++i;
  return static_cast<std::uint32_t>(std::min(i, text_.size()));
}

std::uint32_t Places::closed(std::size_t i, char bracket) const {
  const std::uint32_t end = behind(i, bracket, ",:?");
  return end;
}

std::uint32_t Places::behind(std::size_t i, char mark, std::string_view also) const {
  std::size_t found = skip_space(i);
  while (found < text_.size() && text_[found] != mark && also.find(text_[found]) != std::string_view::npos) {
    found = skip_space(found + 1);
  }
  return static_cast<std::uint32_t>(at(found) == mark && found < text_.size() ? found + 1 : i);
}

std::uint32_t Places::written_null(std::size_t i) const {
  for (const std::string_view word :
       {std::string_view("~"), std::string_view("null"), std::string_view("Null"), std::string_view("NULL")}) {
    if (text_.substr(std::min(i, text_.size()), word.size()) != word) continue;
    std::size_t after = i + word.size();
    if (after < text_.size() && !space(text_[after]) && !flow_mark(text_[after]) && text_[after] != ':') continue;
    while (at(after) == ' ' || at(after) == '\t') ++after;
    return at(after) == ':' ? 0 : static_cast<std::uint32_t>(word.size());
  }
  return 0;
}

std::uint32_t Places::line(std::size_t i) const {
  return static_cast<std::uint32_t>(
      std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(std::min(i, text_.size())), '\n'));
}

}  // namespace podseer::yaml
