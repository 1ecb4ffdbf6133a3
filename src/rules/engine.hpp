// SPDX-License-Identifier: Apache-2.0
// Runs every rule over every pod; also turns the results of earlier stages (reading, admission,
// placement) into findings.
#pragma once

#include <span>
#include <vector>

#include "admission/admission.hpp"
#include "lifecycle/forecast.hpp"
#include "lifecycle/placement.hpp"
#include "rules/rule.hpp"
#include "yaml/document.hpp"

namespace podseer::rules {

class Selections;  // rules/services.hpp

/// What earlier stages found out about one pod.
struct RuleContext::Facts {
  std::vector<lifecycle::ContainerFacts> init_containers, containers;  // parallel to the spec
  lifecycle::Placement placement;
  admission::PodVerdict creation;
  std::span<const kube::PodTemplate* const> all_pods;  // of the run, for Services and rollouts
  const Selections* selections = nullptr;              // who selects whom; null: nobody was asked
};

/// The findings of every rule with a function, for one pod; ordered by span, then code.
[[nodiscard]] std::vector<Finding> run_rules(const kube::PodTemplate& pod, const world::World& world,
                                             const RuleContext::Facts& facts);

/// What a rule's severity becomes at a certainty: certain keeps it, likely is at most a warning,
/// possible is a note.
[[nodiscard]] Severity severity_of(Severity rule, Certainty certainty);
/// A finding with the rule's texts filled in; everything else is the caller's.
[[nodiscard]] Finding make_finding(const Rule& rule, SourceSpan span, std::span<const Argument> arguments);
/// Orders by file, offset, code.
void order(std::vector<Finding>& findings);

/// Findings for what kubectl or the API server refuses, one an error, or for what the server warns of.
[[nodiscard]] std::vector<Finding> admission_findings(const kube::Object& object, const admission::Verdict& verdict);
/// Takes out warnings of the server (POD120) where another finding says more about the same words. `findings` may be of
/// several files, in any order; the order is kept.
void drop_told_warnings(std::vector<Finding>& findings);
/// Findings for what cannot be read.
[[nodiscard]] std::vector<Finding> reading_findings(std::span<const yaml::Problem> problems, source::FileId file);

}  // namespace podseer::rules
