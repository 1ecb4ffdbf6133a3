// SPDX-License-Identifier: Apache-2.0
// An image that no registry holds. With a list of all images (--images) that is proven; without one, an
// unqualified name can only mean Docker Hub's library, whose repositories are known by name.
#include "kube/image_reference.hpp"
#include "rules/each_container.hpp"
#include "rules/official_images.hpp"
#include "rules/rule.hpp"

namespace podseer::rules {

void pod302_image_not_found(const kube::PodTemplate& pod, RuleContext& context) {
  const world::ImageList& images = context.world().images();
  each_container(pod, [&](const kube::Container& container) {
    const kube::ImageReference image = kube::ImageReference::parse(*container.image);
    if (!image.valid() || *container.image_pull_policy == "Never") return;
    Certainty certainty = Certainty::Certain;
    std::string reason;
    if (images.given()) {
      if (images.contains(image)) return;
      reason = images.contains_repository(image) ? "the registry has no such tag" : "no registry holds it";
    } else {
      if (!image.official() || official_image(image.path.substr(std::string_view("library/").size()))) return;
      certainty = Certainty::Likely;
      reason = "an unqualified name means Docker Hub's official images, and there is none of that name";
    }
    Finding finding =
        context.finding(container.image.span, {{"image", std::string(*container.image)}, {"reason", reason}});
    finding.certainty = certainty;
    finding.field_path = context.path(container, ".image");
    finding.root_cause = "image " + std::string(*container.image);
    const std::vector<std::string> tags = images.tags(image);
    const auto near = world::nearest(image.effective_tag(), std::vector<std::string_view>(tags.begin(), tags.end()));
    if (!near.empty()) finding.notes.push_back({{}, "did you mean '" + std::string(near.front()) + "'?"});
    const std::string full =
        image.repository() + (image.digest.empty() ? ":" + image.effective_tag() : "@" + image.digest);
    finding.effect =
        RuleContext::effect(lifecycle::Step::PullImage, &container, "ErrImagePull",
                            "rpc error: code = NotFound desc = failed to pull and unpack image \"" + full +
                                "\": failed to resolve reference \"" + full + "\": " + full + ": not found");
    finding.predicts = "ImagePullBackOff";
    context.report(std::move(finding));
  });
}

}  // namespace podseer::rules
