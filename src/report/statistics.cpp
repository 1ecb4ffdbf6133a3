// SPDX-License-Identifier: Apache-2.0
// --statistics: a count for each rule and for each predicted STATUS, most frequent first.
#include <algorithm>
#include <map>

#include "report/text.hpp"
#include "report/words.hpp"
#include "report/writers.hpp"
#include "rules/rule.hpp"

namespace podseer::report {
namespace {

using Counts = std::map<std::string, std::size_t>;

std::vector<std::pair<std::string, std::size_t>> by_count(const Counts& counts) {
  std::vector<std::pair<std::string, std::size_t>> rows(counts.begin(), counts.end());
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  return rows;
}

}  // namespace

void write_statistics(const Report& report, const Style& style, std::ostream& out) {
  Counts rules_found;
  Counts statuses;
  for (const rules::Finding& finding : report.findings) ++rules_found[finding.rule];
  for (const lifecycle::Forecast& row : report.forecasts)
    statuses[row.status] += static_cast<std::size_t>(std::max(1, row.count));
  for (const auto& [code, count] : by_count(rules_found)) {
    const rules::Rule* rule = rules::find_rule(code);
    out << pad_left(std::to_string(count), 6) << "  " << code << "  "
        << (rule != nullptr ? std::string(rule->info.name) : std::string()) << '\n';
  }
  if (!statuses.empty()) out << "pods by predicted STATUS:\n";
  for (const auto& [status, count] : by_count(statuses)) {
    out << pad_left(std::to_string(count), 6) << "  " << printable(status, style.unicode) << '\n';
  }
}

}  // namespace podseer::report
