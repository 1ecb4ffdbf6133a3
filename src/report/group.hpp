// SPDX-License-Identifier: Apache-2.0
// What belongs together: findings with one root cause, and a finding with the pods that it concerns.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "report/reporter.hpp"

namespace podseer::report {

/// Findings that one change mends: the first is told in full, the others are listed.
struct Group {
  std::vector<const rules::Finding*> findings;  // never empty; in the report's order
};
/// Groups in the order of their first findings. Findings without a root cause stand alone.
[[nodiscard]] std::vector<Group> group_findings(std::span<const rules::Finding> findings);

/// Finds the forecast rows of the object that a finding is about.
class PodIndex {
 public:
  explicit PodIndex(const Report& report);
  /// Rows of the finding's object, those of the finding's own file first choice; may be empty.
  [[nodiscard]] std::vector<const lifecycle::Forecast*> rows(const rules::Finding& finding) const;

 private:
  std::unordered_map<std::string, std::vector<const lifecycle::Forecast*>> by_owner_;
};

/// Says why a row is as it is, in the words of the finding that decides it.
class WhyIndex {
 public:
  explicit WhyIndex(const Report& report);
  /// One line; empty when nothing is wrong.
  [[nodiscard]] std::string why(const lifecycle::Forecast& row) const;

 private:
  std::unordered_map<std::string, std::vector<const rules::Finding*>> by_rule_and_owner_;
};

/// "web-*  0/1  CreateContainerConfigError  (3 pods)": a row as kubectl will print it.
[[nodiscard]] std::string kubectl_row(const lifecycle::Forecast& row);

}  // namespace podseer::report
