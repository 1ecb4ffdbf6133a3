// SPDX-License-Identifier: Apache-2.0
// Values of options that have a grammar of their own: versions and moments; and who gave
// a value.
#include <charconv>

#include "cli/options.hpp"

namespace podseer::cli {

int Options::minor_version() const {
  if (!kubernetes_version) return 34;
  std::string_view text = *kubernetes_version;
  if (text.starts_with("v")) text.remove_prefix(1);
  if (!text.starts_with("1.")) return -1;
  text.remove_prefix(2);
  int minor = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), minor);
  if (error != std::errc() || minor < 0 || (end != text.data() + text.size() && *end != '.')) return -1;
  return minor;
}

std::string Options::called(std::string_view option) const {
  for (const auto& [name, variable] : from_environment) {
    if (option.substr(2) == name) return variable;
  }
  return std::string(option);
}

std::optional<double> parse_moment(std::string_view text) {
  if (text.empty()) return std::nullopt;
  double total = 0;
  while (!text.empty()) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || number < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const char unit = text.empty() ? 's' : text.front();
    if (!text.empty()) text.remove_prefix(1);
    const double seconds = unit == 's' ? 1 : unit == 'm' ? 60 : unit == 'h' ? 3600 : unit == 'd' ? 86400 : 0;
    if (seconds == 0) return std::nullopt;
    total += number * seconds;
  }
  return total;
}

}  // namespace podseer::cli
