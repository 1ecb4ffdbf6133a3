// SPDX-License-Identifier: Apache-2.0
#include "yaml/go_yaml.hpp"

#include <algorithm>

namespace podseer::yaml {
namespace {

constexpr auto npos = std::string_view::npos;

bool alpha(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
}
bool digit(char c) { return c >= '0' && c <= '9'; }
bool blank(char c) { return c == ' ' || c == '\t'; }
bool blank_or_end(char c) { return blank(c) || c == '\n' || c == '\r' || c == '\0'; }

constexpr std::string_view kBadToken = "found character that cannot start any token";
constexpr std::string_view kNoColon = "could not find expected ':'";

}  // namespace

Refusal GoYaml::scanner(std::string_view problem, std::uint32_t at) const {
  std::uint32_t line = places_.line(at);
  // The end of the text is the line behind it: kubectl closes the last line.
  if (at >= text_.size() && !text_.empty() && text_.back() != '\n') ++line;
  return {problem, at, line == 0 ? 0 : line + 1};
}

std::uint32_t GoYaml::column(std::uint32_t at) const {
  const std::size_t line_break = at == 0 ? npos : text_.rfind('\n', at - 1);
  return line_break == npos ? at : at - static_cast<std::uint32_t>(line_break) - 1;
}

std::optional<Refusal> GoYaml::beginning() const {
  const std::uint32_t first = places_.skip_space(0);
  if (column(first) != 0) return std::nullopt;
  if (text_.substr(first, 3) == "..." && blank_or_end(places_.at(first + 3))) {
    return unexpected("did not find expected node content", first);
  }
  if (places_.at(first) != '%') return std::nullopt;
  std::uint32_t at = first + 1;
  while (alpha(places_.at(at))) ++at;
  const std::string_view directive = text_.substr(first + 1, at - first - 1);
  if (directive.empty()) return scanner("could not find expected directive name", at);
  if (!blank_or_end(places_.at(at))) return scanner("found unexpected non-alphabetical character", at);
  if (directive != "YAML" && directive != "TAG") return scanner("found unknown directive name", at);
  bool compatible = true;
  if (directive == "YAML") {
    while (blank(places_.at(at))) ++at;
    const std::uint32_t version = at;
    for (int part = 0; part < 2; ++part) {
      const std::uint32_t number = at;
      while (digit(places_.at(at))) ++at;
      if (at - number > 2) return scanner("found extremely long version number", at);
      if (at == number) return scanner("did not find expected version number", at);
      if (part == 0 && places_.at(at++) != '.') return scanner("did not find expected digit or '.' character", at - 1);
    }
    compatible = text_.substr(version, at - version) == "1.1";
    while (blank(places_.at(at))) ++at;
    if (!blank_or_end(places_.at(at)) && places_.at(at) != '#') {
      return scanner("did not find expected comment or line break", at);
    }
  }
  if (!compatible) return unexpected("found incompatible YAML document", first);
  const std::uint32_t line_end = places_.skip_space(std::min(text_.find('\n', at), text_.size()));
  if (places_.at(line_end) == '%' && directive == "YAML" && text_.substr(line_end, 5) == "%YAML") {
    return unexpected("found duplicate %YAML directive", line_end);
  }
  return unexpected("did not find expected <document start>", line_end);
}

std::optional<Refusal> GoYaml::gap(std::uint32_t begin, std::uint32_t end, bool text_before,
                                   std::uint32_t columns) const {
  const std::string_view between = text_.substr(begin, end - begin);
  if (between.find('\t') == npos) return std::nullopt;
  bool indenting = begin == 0 || text_[begin - 1] == '\n';
  bool comment = false;
  bool line_broken = false;
  for (std::size_t i = 0; i < between.size(); ++i) {
    const char c = between[i];
    if (c == '\n') {
      indenting = true;
      comment = false;
      line_broken = true;
    } else if (comment || c == ' ' || c == '\r') {
      continue;
    } else if (c == '#') {
      comment = true;
      text_before = false;
    } else if (c == '\t') {
      const auto at = begin + static_cast<std::uint32_t>(i);
      if (!indenting) continue;
      if (text_before && line_broken) {
        if (column(at) < columns) return scanner("found a tab character that violates indentation", at);
        continue;
      }
      return scanner(kBadToken, at);
    } else {
      // `-` and `?` open a place where keys may stand, as the beginning of a line does; `:` does not,
      // unless it stands alone behind a `?`.
      const auto at = begin + static_cast<std::uint32_t>(i);
      const bool alone =
          c == ':' &&
          text_.substr(at - std::min(at, column(at)), std::min(at, column(at))).find_first_not_of(" \t") == npos;
      indenting = c == '-' || c == '?' || alone;
      text_before = false;
    }
  }
  return std::nullopt;
}

std::optional<Refusal> GoYaml::block_scalar(std::uint32_t begin, std::uint32_t body) const {
  const std::string_view header = text_.substr(begin, body - begin);
  if (header.substr(0, 3).find_first_of("123456789") != npos) return std::nullopt;  // the indentation is said
  std::size_t indentation = 0;                                                      // 0: not yet seen
  for (std::size_t at = body; at < text_.size();) {
    const std::size_t line_end = std::min(text_.find('\n', at), text_.size());
    std::size_t first = at;
    while (first < line_end && text_[first] == ' ') ++first;
    const std::size_t spaces = first - at;
    if (first < line_end && text_[first] == '\t' && (indentation == 0 || spaces < indentation)) {
      return scanner("found a tab character where an indentation space is expected", static_cast<std::uint32_t>(first));
    }
    if (first < line_end && text_[first] != '\r') {
      if (indentation == 0) indentation = std::max<std::size_t>(spaces, 1);
      if (spaces < indentation) return std::nullopt;  // behind the scalar
    }
    at = line_end + 1;
  }
  return std::nullopt;
}

std::optional<Refusal> GoYaml::quoted(std::uint32_t begin, std::uint32_t end) const {
  const char quote = text_[begin];
  if (end < begin + 2 || end > text_.size() || text_[end - 1] != quote) {
    return scanner("found unexpected end of stream", static_cast<std::uint32_t>(text_.size()));
  }
  if (quote != '"') return std::nullopt;
  for (std::size_t at = text_.find('\\', begin); at < end; at = text_.find('\\', at + 2)) {
    if (text_[at + 1] == '/') return scanner("found unknown escape character", static_cast<std::uint32_t>(at));
  }
  return std::nullopt;
}

std::optional<Refusal> GoYaml::name(std::uint32_t at) const {
  std::uint32_t end = at + 1;
  while (alpha(places_.at(end))) ++end;
  const char next = places_.at(end);
  if (end > at + 1 && (blank_or_end(next) || std::string_view("?:,]}%@`").find(next) != npos)) return std::nullopt;
  return scanner("did not find expected alphabetic or numeric character", end);
}

std::optional<Refusal> GoYaml::tag(std::uint32_t at) const {
  std::uint32_t end = at;
  if (text_.substr(at, 2) == "!<") {
    end = static_cast<std::uint32_t>(std::min(text_.find('>', at), text_.size() - 1)) + 1;
  } else {
    constexpr std::string_view kUri = ";/?:@&=+$,.!~*'()[]%";
    while (alpha(places_.at(end)) || (places_.at(end) != '\0' && kUri.find(places_.at(end)) != npos)) ++end;
    // `!e!x` needs a %TAG, which kubectl always refuses.
    const std::string_view written = text_.substr(at, end - at);
    const std::size_t second = written.find('!', 1);
    if (second != npos && second > 1 &&
        std::all_of(written.begin() + 1, written.begin() + static_cast<std::ptrdiff_t>(second), alpha)) {
      return unexpected("found undefined tag handle", at);
    }
  }
  if (!blank_or_end(places_.at(end))) return scanner("did not find expected whitespace or line break", end);
  return std::nullopt;
}

Refusal GoYaml::no_colon(std::uint32_t begin, std::uint32_t end) const {
  // libyaml notices at the next token.
  Refusal refusal = scanner(kNoColon, places_.skip_space(end));
  refusal.at = begin;
  return refusal;
}

std::optional<Refusal> GoYaml::behind_root(std::uint32_t end, std::uint32_t root_column, bool sequence) const {
  const std::uint32_t next = places_.skip_space(end);
  if (next >= text_.size() || column(next) != root_column) return std::nullopt;
  if (root_column == 0 && text_[next] == '%') return std::nullopt;  // a directive ends the document
  if (root_column == 0 && text_.substr(next, 3) == "..." && blank_or_end(places_.at(next + 3))) return std::nullopt;
  const std::size_t line_end = std::min(text_.find('\n', next), text_.size());
  const std::string_view line = text_.substr(next, line_end - next);
  if (line.find(": ") == npos && !line.ends_with(':') && !line.ends_with(":\r")) {
    return no_colon(next, static_cast<std::uint32_t>(line_end));
  }
  return unexpected(sequence ? "did not find expected '-' indicator" : "did not find expected key", next);
}

Refusal GoYaml::misplaced(std::uint32_t at, std::span<const OpenBlock> open) const {
  const std::uint32_t here = column(at);
  while (!open.empty() && open.back().column > here) open = open.first(open.size() - 1);
  const std::size_t line_end = std::min(text_.find('\n', at), text_.size());
  const std::string_view line = text_.substr(at, line_end - at);
  const bool entry = places_.at(at) == '-' && blank_or_end(places_.at(at + 1));
  if (!open.empty() && open.back().column == here && !entry && line.find(": ") == npos && !line.ends_with(':')) {
    return no_colon(at, static_cast<std::uint32_t>(line_end));
  }
  const bool in_sequence = !open.empty() && open.back().sequence && !open.back().indentless;
  return unexpected(in_sequence ? "did not find expected '-' indicator" : "did not find expected key", at);
}

std::optional<Refusal> GoYaml::translate(std::string_view message, std::uint32_t at, std::uint32_t cursor,
                                         std::span<const OpenBlock> open) const {
  struct Words {
    std::string_view yaml_cpp, libyaml;
  };
  // Errors of yaml-cpp's scanner, at the place where libyaml's scanner stops too.
  static constexpr Words kScanner[] = {
      {"illegal map value", "mapping values are not allowed in this context"},
      {"illegal map key", "mapping keys are not allowed in this context"},
      {"illegal block entry", "block sequence entries are not allowed in this context"},
      {"illegal document indicator in scalar", "found unexpected document indicator"},
      {"unexpected character in block scalar", "did not find expected comment or line break"},
      {"unknown token", kBadToken},
      {"illegal EOF in scalar", "found unexpected end of stream"},
  };
  const std::uint32_t next = places_.skip_space(cursor);
  for (const Words& words : kScanner) {
    if (message != words.yaml_cpp) continue;
    const std::string_view before = text_.substr(at - column(at), column(at));
    if (words.libyaml.find("not allowed in this context") != npos && before.find('\t') != npos &&
        before.find_first_not_of(" \t-?:") == npos) {
      return scanner(kBadToken, at);  // a tab in front of it came first
    }
    // A line that should have been a key went on into this one.
    if (words.yaml_cpp == "illegal map value" && !open.empty() && !open.back().sequence && next < at &&
        column(next) == open.back().column && places_.line(next) < places_.line(at)) {
      Refusal refusal = scanner(kNoColon, at);
      refusal.at = next;
      return refusal;
    }
    return scanner(words.libyaml, at);
  }
  if (message == "illegal tab when looking for indentation") {
    const char value = places_.at(places_.skip_space(places_.behind(cursor, ':', "-")));
    return scanner(value == '|' || value == '>' ? "found a tab character where an indentation space is expected"
                                                : "found a tab character that violates indentation",
                   at);
  }
  if (message.starts_with("unknown escape character")) return scanner("found unknown escape character", at);
  if (message == "end of map not found" || message == "end of sequence not found") return misplaced(at, open);
  if (message == "end of sequence flow not found") return unexpected("did not find expected ',' or ']'", at);
  if (message == "end of map flow not found") return unexpected("did not find expected ',' or '}'", std::max(at, next));
  if (message == "illegal flow end") return unexpected("did not find expected node content", at);
  return std::nullopt;
}

}  // namespace podseer::yaml
