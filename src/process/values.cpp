// SPDX-License-Identifier: Apache-2.0
// Text with unknown pieces, and the decisions that hang on them. "v$(date +%s)" is "v" and a kWord: not empty for
// certain, equal to "v1" perhaps, equal to "x" never.
#include <algorithm>
#include <charconv>

#include "process/interpreter.hpp"

namespace podseer::process {

namespace {

constexpr std::size_t kMaxMarks = 64;  // of one text; more of them say no more than one does

}  // namespace

bool has_mark(std::string_view text) {
  return text.find(kAny) != std::string_view::npos || text.find(kWord) != std::string_view::npos;
}

std::string settle(std::string text) {
  if (text.size() > kMaxText) return std::string(1, kAny);
  if (!has_mark(text)) return text;
  std::string out;
  out.reserve(text.size());
  std::size_t marks = 0;
  for (char c : text) {
    if (c == kAny && !out.empty() && out.back() == kAny) continue;
    if (c == kAny && ++marks > kMaxMarks) return std::string(1, kAny);
    out.push_back(c);
  }
  return out;
}

Answer is_nonempty(std::string_view text) {
  if (text.empty()) return Answer::No;
  for (char c : text)
    if (c != kAny) return Answer::Yes;
  return Answer::Unknown;
}

Answer equal(std::string_view a, std::string_view b) {
  if (!has_mark(a) && !has_mark(b)) return a == b ? Answer::Yes : Answer::No;
  // Known beginnings and ends that differ decide.
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    const bool mark = has_mark(a.substr(i, 1)) || has_mark(b.substr(i, 1));
    if (mark) break;
    if (a[i] != b[i]) return Answer::No;
  }
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    const char x = a[a.size() - 1 - i], y = b[b.size() - 1 - i];
    if (x == kAny || x == kWord || y == kAny || y == kWord) break;
    if (x != y) return Answer::No;
  }
  if ((a.empty() && is_nonempty(b) == Answer::Yes) || (b.empty() && is_nonempty(a) == Answer::Yes)) return Answer::No;
  return Answer::Unknown;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t' || text.front() == '\n')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\n')) text.remove_suffix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    lines.emplace_back(text.substr(0, newline));
    if (newline == std::string_view::npos) break;
    text.remove_prefix(newline + 1);
  }
  return lines;
}

std::string join(const std::vector<std::string>& words, std::string_view separator) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += separator;
    out += words[i];
    if (out.size() > kMaxText) return std::string(1, kAny);
  }
  return out;
}

bool World::choose(std::string_view name) {
  ++choices;
  if (!name.empty()) {
    const auto found = remembered.find(std::string(name));
    if (found != remembered.end()) return found->second;
  }
  if (next_decision >= decisions->size()) {
    if (decisions->size() > 60) give_up();
    decisions->push_back({true, false});
  }
  const bool value = (*decisions)[next_decision++].value;
  if (!name.empty()) remembered.emplace(std::string(name), value);
  return value;
}

void World::give_up() {
  halt = Outcome{};
  halt_place = {};
  throw Halt{};
}

void World::forever(std::string why) {
  halt = Outcome{};
  halt.kind = Outcome::Kind::RunsForever;
  halt.explanation = std::move(why);
  halt.handles_term = handles_term;
  halt.term_exit_code = term_exit_code;
  halt_place = place;
  throw Halt{};
}

}  // namespace podseer::process
