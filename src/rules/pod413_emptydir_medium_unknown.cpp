// SPDX-License-Identifier: Apache-2.0
// emptyDir.medium is not validated by the API server; the kubelet knows "", Memory and HugePages only
// (pkg/volume/emptydir, Kubernetes 1.34). HugePages need a hugepages request.
#include <algorithm>

#include "rules/each_container.hpp"
#include "rules/references.hpp"
#include "rules/rule.hpp"

namespace podseer::rules {

void pod413_emptydir_medium_unknown(const kube::PodTemplate& pod, RuleContext& context) {
  for (std::size_t v = 0; v < pod.spec.volumes.size(); ++v) {
    const kube::Volume& volume = pod.spec.volumes[v];
    if (volume.kind != kube::Volume::Kind::EmptyDir || volume.medium->empty() || !mounted(pod, volume)) continue;
    const std::string medium(*volume.medium);
    std::string why;
    if (medium == "HugePages" || medium.starts_with("HugePages-")) {
      bool requested = false;
      each_container(pod, [&](const kube::Container& container) {
        requested =
            requested || std::any_of(container.resources.requests.begin(), container.resources.requests.end(),
                                     [](const kube::ResourceAmount& r) { return r.name.starts_with("hugepages-"); });
      });
      if (requested) continue;
      why = "medium " + medium + ": hugePages storage requested, but there is no resource request for huge pages";
    } else if (medium != "Memory") {
      why = "unknown storage medium \"" + medium + "\"";
    }
    if (why.empty()) continue;
    Finding finding = context.finding(volume.medium.span,
                                      {{"volume", std::string(*volume.name)}, {"medium", medium}, {"reason", why}});
    finding.field_path = context.path(".volumes[" + std::to_string(v) + "].emptyDir.medium");
    finding.effect =
        RuleContext::effect(lifecycle::Step::Mount, nullptr, "ContainerCreating",
                            "MountVolume.SetUp failed for volume \"" + std::string(*volume.name) + "\" : " + why);
    context.report(std::move(finding));
  }
}

}  // namespace podseer::rules
