// SPDX-License-Identifier: Apache-2.0
#include "report/line_hash.hpp"

#include <cstdint>
#include <cstdio>
#include <unordered_map>

#include "report/text.hpp"
#include "source/utf8.hpp"

namespace podseer::report {
namespace {

// Constants of codeql-action's fingerprints.ts.
constexpr std::size_t kBlock = 100;
constexpr std::uint64_t kFactor = 37;
constexpr std::uint16_t kEnd = 65535;

struct Squeezed {
  std::vector<std::uint16_t> units;      // UTF-16, without blanks, line breaks as \n, then kEnd
  std::vector<std::size_t> line_begins;  // indices into `units`
};

Squeezed squeeze(std::string_view text) {
  Squeezed result;
  bool after_return = false;
  bool at_line_start = true;
  const auto put = [&](std::uint16_t unit) {
    if (unit == ' ' || unit == '\t' || (after_return && unit == '\n')) {
      after_return = false;
      return;
    }
    after_return = unit == '\r';
    if (after_return) unit = '\n';
    if (at_line_start) result.line_begins.push_back(result.units.size());
    at_line_start = unit == '\n';
    result.units.push_back(unit);
  };
  for (std::size_t i = 0; i < text.size();) {
    const source::CodePoint point = source::code_point(text, i);
    i += point.length;
    if (point.value < 0x10000) {
      put(static_cast<std::uint16_t>(point.value));
    } else {
      put(static_cast<std::uint16_t>(0xd7c0 + (point.value >> 10)));
      put(static_cast<std::uint16_t>(0xdc00 + (point.value & 0x3ff)));
    }
  }
  put(kEnd);
  return result;
}

}  // namespace

std::vector<std::string> line_hashes(std::string_view text) {
  const Squeezed squeezed = squeeze(text);
  std::unordered_map<std::uint64_t, unsigned> seen;
  std::vector<std::string> hashes;
  hashes.reserve(squeezed.line_begins.size());
  for (const std::size_t begin : squeezed.line_begins) {
    std::uint64_t hash = 0;
    for (std::size_t i = 0; i < kBlock; ++i) {
      const std::uint64_t unit = begin + i < squeezed.units.size() ? squeezed.units[begin + i] : 0;
      hash = hash * kFactor + unit;
    }
    char printed[40];
    std::snprintf(printed, sizeof printed, "%llx:%u", static_cast<unsigned long long>(hash), ++seen[hash]);
    hashes.emplace_back(printed);
  }
  return hashes;
}

}  // namespace podseer::report
