// SPDX-License-Identifier: Apache-2.0
// The words of the contracts, and the order in which a report counts.
#pragma once

#include <string>
#include <string_view>

#include "lifecycle/forecast.hpp"
#include "rules/finding.hpp"

namespace podseer::report {

/// "error", "warning", "note".
[[nodiscard]] std::string_view name_of(rules::Severity severity);
/// "certain", "likely", "possible".
[[nodiscard]] std::string_view name_of(lifecycle::Certainty certainty);
/// "Deployment/web".
[[nodiscard]] std::string owner_of(const lifecycle::Forecast& forecast);
/// "Deployment/web", "Deployment/shop/web" when a namespace is written; empty without an object.
[[nodiscard]] std::string object_of(const rules::Finding& finding);

}  // namespace podseer::report
