// SPDX-License-Identifier: Apache-2.0
// A version of a well-known image that nobody has published yet: nginx:1.99, postgres:45. What is known
// ages, so a tag counts only when it is years ahead of the newest known version (see the rule's params),
// and even then the claim is only possible. Not judged: digests, names (latest, alpine), dates and build
// numbers, versions of older lines, images whose newest version is a date.
//
// Worked example: newest nginx 1.29: 1.58 is silent (20 or 29 ahead is the greater margin), 1.59 is told;
// newest postgres 18: 22 is silent (18 + a quarter of 18), 23 is told.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "kube/image_reference.hpp"
#include "process/image_table.hpp"
#include "rules/each_container.hpp"
#include "rules/rule.hpp"

namespace podseer::rules {
namespace {

constexpr std::int64_t kFirstDate = 1000;  // 2024, 20240612, 16948: a year, a date, a build: no version

struct Version {
  std::int64_t major = 0;
  std::optional<std::int64_t> minor;
};

/// "v1.27.3-alpine" is 1.27; nothing for what is no plain version ("bookworm", "1.27rc1", "2024.10", "3f8a00f").
std::optional<Version> version_of(std::string_view tag) {
  if (tag.starts_with('v')) tag.remove_prefix(1);
  tag = tag.substr(0, tag.find_first_of("-_"));
  std::optional<Version> out;
  while (true) {
    const std::size_t dot = std::min(tag.find('.'), tag.size());
    std::int64_t number = 0;
    if (dot == 0 || dot > 8) return std::nullopt;
    for (const char c : tag.substr(0, dot)) {
      if (c < '0' || c > '9') return std::nullopt;
      number = number * 10 + (c - '0');
    }
    if (!out) {
      if (number >= kFirstDate) return std::nullopt;
      out = Version{number, std::nullopt};
    } else if (!out->minor) {
      out->minor = number;
    }
    if (dot == tag.size()) return out;
    tag.remove_prefix(dot + 1);
  }
}

}  // namespace

void pod306_tag_newer_than_known(const kube::PodTemplate& pod, RuleContext& context) {
  if (context.world().images().given()) return;
  const auto far_ahead = [&](const Version& tag, const Version& newest) {
    const double majors = std::max(context.parameter("majors"),
                                   std::ceil(static_cast<double>(newest.major) * context.parameter("share")));
    if (tag.major != newest.major) return static_cast<double>(tag.major) >= static_cast<double>(newest.major) + majors;
    if (!tag.minor || !newest.minor) return false;
    const double minors = std::max(context.parameter("minors"), static_cast<double>(*newest.minor));
    return static_cast<double>(*tag.minor) > static_cast<double>(*newest.minor) + minors;
  };
  each_container(pod, [&](const kube::Container& container) {
    const kube::ImageReference image = kube::ImageReference::parse(*container.image);
    if (!image.valid() || !image.digest.empty() || *container.image_pull_policy == "Never") return;
    const process::ImageInfo* known = process::find_image(image);
    if (known == nullptr || known->newest.empty()) return;
    const auto tag = version_of(image.effective_tag());
    const auto newest = version_of(known->newest);
    if (!tag || !newest || !far_ahead(*tag, *newest)) return;
    Finding finding = context.finding(container.image.span, {{"image", std::string(*container.image)},
                                                             {"name", std::string(known->name)},
                                                             {"newest", std::string(known->newest)}});
    finding.field_path = context.path(container, ".image");
    finding.root_cause = "image " + std::string(*container.image);
    const std::string full = image.repository() + ":" + image.effective_tag();
    finding.effect = RuleContext::effect(lifecycle::Step::PullImage, &container, "ErrImagePull", full + ": not found");
    context.report(std::move(finding));
  });
}

}  // namespace podseer::rules
