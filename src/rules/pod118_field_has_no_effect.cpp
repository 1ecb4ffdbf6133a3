// SPDX-License-Identifier: Apache-2.0
// Fields of switched-off features: the API server drops them without a word (feature gates
// of 1.34).
#include "rules/engine.hpp"

namespace podseer::rules {

void pod118_field_has_no_effect(const kube::PodTemplate&, RuleContext& context) {
  for (const admission::DroppedField& dropped : context.facts().creation.dropped) {
    Finding finding = context.finding(dropped.span, {{"field", dropped.field}, {"gate", dropped.gate}});
    finding.field_path = dropped.field;
    context.report(std::move(finding));
  }
}

}  // namespace podseer::rules
