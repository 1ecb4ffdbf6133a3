// SPDX-License-Identifier: Apache-2.0
// A rule's page as people read it: the marks that make it a test are taken out.
#pragma once

#include <string>
#include <string_view>

#include "rules/rule.hpp"

namespace podseer::report {

/// The Markdown page without `# expect:` comments and with plain fences ("```yaml"); made from the
/// rule's data where there is no page.
[[nodiscard]] std::string readable_page(const rules::RuleInfo& info);

/// "MissingKey" for "missing-key".
[[nodiscard]] std::string pascal_case(std::string_view name);

}  // namespace podseer::report
