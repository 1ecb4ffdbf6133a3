// SPDX-License-Identifier: Apache-2.0
// A written `imagePullPolicy: Always` on a tag that moves: each start asks the registry, and gets whatever is
// there by then, or nothing. Said only where no list of images tells more (POD302 does then).
#include "kube/image_reference.hpp"
#include "rules/each_container.hpp"
#include "rules/rule.hpp"

namespace podseer::rules {

void pod304_always_pulls_moving_tag(const kube::PodTemplate& pod, RuleContext& context) {
  if (context.world().images().given()) return;
  each_container(pod, [&](const kube::Container& container) {
    if (!container.image_pull_policy.written() || *container.image_pull_policy != "Always") return;
    const kube::ImageReference image = kube::ImageReference::parse(*container.image);
    if (!image.valid() || !image.digest.empty() || image.effective_tag() != "latest") return;
    Finding finding = context.finding(container.image_pull_policy.span, {{"image", std::string(*container.image)}});
    finding.field_path = context.path(container, ".imagePullPolicy");
    finding.notes.push_back({container.image.span, "the tag 'latest' names another image tomorrow"});
    context.report(std::move(finding));
  });
}

}  // namespace podseer::rules
