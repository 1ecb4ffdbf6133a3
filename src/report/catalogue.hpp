// SPDX-License-Identifier: Apache-2.0
// The catalogue of rules in print.
#pragma once

#include <ostream>
#include <vector>

#include "report/reporter.hpp"
#include "rules/rule.hpp"

namespace podseer::report {

/// A table: CODE, NAME, LEVEL, STATUS, what it is.
void write_rules_text(const std::vector<const rules::Rule*>& rules, const Style& style, std::ostream& out);
/// podseer/rules/v1.
void write_rules_json(const std::vector<const rules::Rule*>& rules, std::ostream& out);
void write_rules_markdown(const std::vector<const rules::Rule*>& rules, std::ostream& out);
/// A Markdown page; headings and code stand out on a terminal.
void write_page(std::string_view page, const Style& style, std::ostream& out);
/// One rule's page and what it is based on.
void write_rule_page(const rules::RuleInfo& info, const Style& style, std::ostream& out);

}  // namespace podseer::report
