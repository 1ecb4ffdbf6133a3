// SPDX-License-Identifier: Apache-2.0
// Weak stand-ins for stages that are not written yet, so that everything links. A real definition
// replaces its stand-in at link time; this file goes when the last one has landed.
#include "admission/admission.hpp"
#include "kube/pod.hpp"
#include "lifecycle/placement.hpp"
#include "rules/engine.hpp"
#include "yaml/document.hpp"

#define STUB __attribute__((weak))

namespace podseer {

namespace admission {
STUB std::string_view name_of(ErrorType) { return "Invalid"; }
STUB Verdict admit(const kube::Object&, const world::World&, const Options&) { return {}; }
STUB PodVerdict admit_pods(kube::PodTemplate&, const world::World&, const Options&) { return {}; }
}  // namespace admission

namespace lifecycle {
STUB std::vector<Placement> schedule(std::span<const kube::PodTemplate* const> pods, const world::World&) {
  return std::vector<Placement>(pods.size());
}
}  // namespace lifecycle

namespace rules {
STUB std::vector<Finding> run_rules(const kube::PodTemplate&, const world::World&, const RuleContext::Facts&) {
  return {};
}
STUB std::vector<Finding> admission_findings(const kube::Object&, const admission::Verdict&) { return {}; }
STUB std::vector<Finding> reading_findings(std::span<const yaml::Problem>, source::FileId) { return {}; }
STUB std::span<const Rule> all_rules() { return {}; }
STUB const Rule* find_rule(std::string_view) { return nullptr; }
}  // namespace rules

}  // namespace podseer
