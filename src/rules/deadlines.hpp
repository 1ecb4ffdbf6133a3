// SPDX-License-Identifier: Apache-2.0
// Deadlines of pods and Jobs against what their containers are known to run.
#pragma once

#include <optional>

#include "rules/rule.hpp"

namespace podseer::rules {

/// A finding at `deadline` (activeDeadlineSeconds, seconds) for the first container that is known to run longer, or for
/// ever; nothing where none is, or where that is only possible. The caller fills in the field's path and the effect.
[[nodiscard]] std::optional<Finding> deadline_finding(const kube::PodTemplate& pod, const kube::Number& deadline,
                                                      const RuleContext& context);

}  // namespace podseer::rules
