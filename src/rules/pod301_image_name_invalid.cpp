// SPDX-License-Identifier: Apache-2.0
// An image that is no reference: the kubelet shows InvalidImageName before it asks any registry, whatever
// the pull policy (pkg/util/parsers, Kubernetes 1.34). `MyApp:1` has upper case, `nginx:1.0:2` two tags.
#include "kube/image_reference.hpp"
#include "rules/each_container.hpp"
#include "rules/rule.hpp"

namespace podseer::rules {

void pod301_image_name_invalid(const kube::PodTemplate& pod, RuleContext& context) {
  each_container(pod, [&](const kube::Container& container) {
    const std::string image(*container.image);
    if (image.empty()) return;
    const kube::ImageReference reference = kube::ImageReference::parse(image);
    if (reference.valid()) return;
    Finding finding = context.finding(container.image.span, {{"image", image}, {"reason", reference.error}});
    finding.field_path = context.path(container, ".image");
    // `${TAG}` is often filled in by a tool before anything is applied.
    if (image.find("${") != std::string::npos && !context.world().assumptions().closed)
      finding.certainty = Certainty::Likely;
    finding.effect = RuleContext::effect(lifecycle::Step::PullImage, &container, "InvalidImageName",
                                         "Failed to apply default image tag \"" + image +
                                             "\": couldn't parse image name \"" + image + "\": " + reference.error);
    context.report(std::move(finding));
  });
}

}  // namespace podseer::rules
