// SPDX-License-Identifier: Apache-2.0
#include "kube/duration.hpp"

#include <cmath>
#include <cstdio>

namespace podseer::kube {

std::optional<Seconds> parse_go_duration(std::string_view text) {
  double sign = 1;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    if (text[0] == '-') sign = -1;
    text.remove_prefix(1);
  }
  if (text == "0") return 0.0;
  if (text.empty()) return std::nullopt;
  double total = 0;
  while (!text.empty()) {
    double value = 0;
    double place = 1;
    bool digits = false;
    bool fraction = false;
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
      if (text[at] == '.') {
        if (fraction) return std::nullopt;
        fraction = true;
      } else if (text[at] >= '0' && text[at] <= '9') {
        digits = true;
        value = value * 10 + (text[at] - '0');
        if (fraction) place *= 10;
      } else {
        break;
      }
    }
    if (!digits) return std::nullopt;
    value /= place;
    text.remove_prefix(at);
    struct Unit {
      std::string_view name;
      double seconds;
    };
    static constexpr Unit kUnits[] = {{"ns", 1e-9}, {"us", 1e-6}, {"\xC2\xB5s", 1e-6}, {"\xCE\xBCs", 1e-6},
                                      {"ms", 1e-3}, {"s", 1},     {"m", 60},           {"h", 3600}};
    bool known = false;
    for (const Unit& unit : kUnits) {
      if (!text.starts_with(unit.name)) continue;
      total += value * unit.seconds;
      text.remove_prefix(unit.name.size());
      known = true;
      break;
    }
    if (!known) return std::nullopt;
  }
  // time.Duration is an int64 of nanoseconds.
  if (total > 9223372036.0) return std::nullopt;
  return sign * total;
}

std::string print_go_duration(Seconds seconds) {
  const auto whole = static_cast<long long>(std::llround(seconds));
  char buffer[64];
  if (whole >= 3600) {
    std::snprintf(buffer, sizeof buffer, "%lldh%lldm%llds", whole / 3600, whole / 60 % 60, whole % 60);
  } else if (whole >= 60) {
    std::snprintf(buffer, sizeof buffer, "%lldm%llds", whole / 60, whole % 60);
  } else {
    std::snprintf(buffer, sizeof buffer, "%llds", whole);
  }
  return buffer;
}

}  // namespace podseer::kube
