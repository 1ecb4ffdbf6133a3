// SPDX-License-Identifier: Apache-2.0
// imagePullPolicy Never: the kubelet only looks on its node (pkg/kubelet/images/image_manager.go).
#include "kube/image_reference.hpp"
#include "rules/each_container.hpp"
#include "rules/rule.hpp"

namespace podseer::rules {

void pod303_image_never_pulled(const kube::PodTemplate& pod, RuleContext& context) {
  const world::ImageList& images = context.world().images();
  each_container(pod, [&](const kube::Container& container) {
    if (*container.image_pull_policy != "Never") return;
    const kube::ImageReference image = kube::ImageReference::parse(*container.image);
    // An image that the registries hold may have been brought to the node before.
    if (!image.valid() || images.contains(image)) return;
    Finding finding = context.finding(container.image_pull_policy.span, {{"image", std::string(*container.image)}});
    finding.certainty = images.given() ? Certainty::Certain : Certainty::Possible;
    finding.field_path = context.path(container, ".imagePullPolicy");
    finding.notes.push_back({container.image.span, "this image"});
    finding.effect = RuleContext::effect(
        lifecycle::Step::PullImage, &container, "ErrImageNeverPull",
        "Container image \"" + std::string(*container.image) + "\" is not present with pull policy of Never");
    context.report(std::move(finding));
  });
}

}  // namespace podseer::rules
