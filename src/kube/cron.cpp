// SPDX-License-Identifier: Apache-2.0
#include "kube/cron.hpp"

#include <charconv>
#include <cstdint>
#include <span>
#include <vector>

#include "kube/duration.hpp"
#include "kube/time_zone.hpp"
#include "source/ascii.hpp"

namespace podseer::kube {
namespace {

using Problem = std::optional<std::string>;

constexpr std::string_view kMonths[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                        "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::string_view kDays[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

/// What a field may hold; `names` count from `low`.
struct Bounds {
  std::uint64_t low, high;
  std::span<const std::string_view> names = {};
};
const Bounds kFields[] = {{0, 59}, {0, 23}, {1, 31}, {1, 12, kMonths}, {0, 6, kDays}};

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  std::size_t i = 0;
  while (i < text.size()) {
    while (i < text.size() && is_space(text[i])) ++i;
    const std::size_t begin = i;
    while (i < text.size() && !is_space(text[i])) ++i;
    if (i > begin) words.push_back(text.substr(begin, i - begin));
  }
  return words;
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

/// Go's strconv.Atoi, whose error is part of the message.
Problem parse_number(std::string_view text, std::uint64_t& out) {
  const auto fail = [&](std::string_view why) {
    return "failed to parse int from " + std::string(text) + ": strconv.Atoi: parsing " + quoted(text) + ": " +
           std::string(why);
  };
  std::string_view digits = text;
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits.remove_prefix(1);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) return fail("invalid syntax");
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc()) return fail("value out of range");
  if (negative && value > 0) {
    return "negative number (-" + std::to_string(value) + ") not allowed: " + std::string(text);
  }
  out = static_cast<std::uint64_t>(value);
  return {};
}

Problem parse_number_or_name(std::string_view text, const Bounds& bounds, std::uint64_t& out) {
  const std::string lower = source::lowered(text);
  for (std::size_t i = 0; i < bounds.names.size(); ++i) {
    if (bounds.names[i] != lower) continue;
    out = bounds.low + i;
    return {};
  }
  return parse_number(text, out);
}

/// One list element: `*`, `a`, `a-b`, each with `/step` or without.
Problem check_range(std::string_view expression, const Bounds& bounds) {
  const std::vector<std::string_view> range_and_step = split(expression, '/');
  const std::vector<std::string_view> low_and_high = split(range_and_step[0], '-');
  std::uint64_t start = bounds.low, end = bounds.high, step = 1;
  if (low_and_high[0] != "*" && low_and_high[0] != "?") {
    if (Problem problem = parse_number_or_name(low_and_high[0], bounds, start)) return problem;
    if (low_and_high.size() == 1) {
      end = start;
    } else if (low_and_high.size() == 2) {
      if (Problem problem = parse_number_or_name(low_and_high[1], bounds, end)) return problem;
    } else {
      return "too many hyphens: " + std::string(expression);
    }
  }
  if (range_and_step.size() == 2) {
    if (Problem problem = parse_number(range_and_step[1], step)) return problem;
    if (low_and_high.size() == 1) end = bounds.high;  // N/step means N-max/step
  } else if (range_and_step.size() > 2) {
    return "too many slashes: " + std::string(expression);
  }
  const std::string tail = ": " + std::string(expression);
  if (start < bounds.low) {
    return "beginning of range (" + std::to_string(start) + ") below minimum (" + std::to_string(bounds.low) + ")" +
           tail;
  }
  if (end > bounds.high) {
    return "end of range (" + std::to_string(end) + ") above maximum (" + std::to_string(bounds.high) + ")" + tail;
  }
  if (start > end) {
    return "beginning of range (" + std::to_string(start) + ") beyond end of range (" + std::to_string(end) + ")" +
           tail;
  }
  if (step == 0) return "step of range should be a positive number" + tail;
  return {};
}

Problem check_descriptor(std::string_view text) {
  constexpr std::string_view kKnown[] = {"@yearly", "@annually", "@monthly", "@weekly",
                                         "@daily",  "@midnight", "@hourly"};
  constexpr std::string_view kEvery = "@every ";
  for (const std::string_view known : kKnown) {
    if (text == known) return {};
  }
  if (!text.starts_with(kEvery)) return "unrecognized descriptor: " + std::string(text);
  const std::string_view duration = text.substr(kEvery.size());
  if (parse_go_duration(duration)) return {};
  const bool number = !duration.empty() && duration.find_first_not_of("0123456789.") == std::string_view::npos;
  return "failed to parse duration " + std::string(text) +
         ": time: " + (number ? "missing unit in duration " : "invalid duration ") + quoted(duration);
}

}  // namespace

std::optional<std::string> cron_problem(std::string_view schedule) {
  if (schedule.empty()) return "empty spec string";
  if (schedule.starts_with("TZ=") || schedule.starts_with("CRON_TZ=")) {
    const std::size_t space = schedule.find(' ');
    const std::size_t equals = schedule.find('=');
    if (space == std::string_view::npos) return "provided bad location";  // the real parser panics here
    const std::string_view zone = schedule.substr(equals + 1, space - equals - 1);
    if (!zone.empty() && !is_time_zone(zone) && zone != "Local") {
      return "provided bad location " + std::string(zone) + ": unknown time zone " + std::string(zone);
    }
    schedule.remove_prefix(space);
    while (!schedule.empty() && is_space(schedule.front())) schedule.remove_prefix(1);
    while (!schedule.empty() && is_space(schedule.back())) schedule.remove_suffix(1);
  }
  if (schedule.starts_with('@')) return check_descriptor(schedule);
  const std::vector<std::string_view> fields = words_of(schedule);
  if (fields.size() != std::size(kFields)) {
    std::string found = "[";
    for (const std::string_view field : fields) found += (found.size() > 1 ? " " : "") + std::string(field);
    return "expected exactly 5 fields, found " + std::to_string(fields.size()) + ": " + found + "]";
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    for (const std::string_view element : split(fields[i], ',')) {
      if (element.empty()) continue;
      if (Problem problem = check_range(element, kFields[i])) return problem;
    }
  }
  return {};
}

}  // namespace podseer::kube
