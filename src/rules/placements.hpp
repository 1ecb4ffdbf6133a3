// SPDX-License-Identifier: Apache-2.0
// Findings from what the scheduler and the kubelet's admission say about a pod.
#pragma once

#include <initializer_list>

#include "lifecycle/placement.hpp"
#include "rules/engine.hpp"
#include "rules/rule.hpp"

namespace podseer::rules {

using Cause = lifecycle::PlacementProblem::Cause;

/// One finding of the running rule for each problem of the pod's placement that has one of the causes.
/// The rule's texts may use {who}, {stays}, {explanation}, {subject} and {reason}.
void report_placement(const kube::PodTemplate& pod, RuleContext& context, std::initializer_list<Cause> causes);

}  // namespace podseer::rules
