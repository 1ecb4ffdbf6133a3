// SPDX-License-Identifier: Apache-2.0
// What rules about a container's own process share: each speaks about some causes of process::Outcome.
#pragma once

#include <functional>

#include "kube/pod.hpp"
#include "process/outcome.hpp"
#include "rules/rule.hpp"

namespace podseer::rules {

using process::Outcome;
using Kind = Outcome::Kind;
using Cause = Outcome::Cause;

/// Reports a finding for every container whose outcome is wrong there and matches. An end with code 0 is
/// wrong only where the container would be started again for ever. Arguments of the texts: {container},
/// {code}, {after}, {subject}, {explanation}, {image}.
void report_outcomes(const kube::PodTemplate& pod, RuleContext& context,
                     const std::function<bool(const kube::Container&, const Outcome&)>& matches);

}  // namespace podseer::rules
