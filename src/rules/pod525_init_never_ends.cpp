// SPDX-License-Identifier: Apache-2.0
// An init container never ends. The pod stays at 'Init:0/1' and nothing ever fails.
#include "rules/outcome_finding.hpp"

namespace podseer::rules {

void pod525_init_never_ends(const kube::PodTemplate& pod, RuleContext& context) {
  report_outcomes(pod, context, [](const kube::Container& container, const Outcome& outcome) {
    return container.init && !container.sidecar() && outcome.kind == Kind::RunsForever;
  });
}

}  // namespace podseer::rules
