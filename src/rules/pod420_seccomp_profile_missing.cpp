// SPDX-License-Identifier: Apache-2.0
// A Localhost seccomp profile is a file on the node, below /var/lib/kubelet/seccomp. Without it containerd cannot
// create the container (CreateContainerError). A closed world has no such file.
#include "rules/each_container.hpp"
#include "rules/rule.hpp"

namespace podseer::rules {

void pod420_seccomp_profile_missing(const kube::PodTemplate& pod, RuleContext& context) {
  each_container(pod, [&](const kube::Container& container) {
    const kube::SecurityContext& own = *container.security_context;
    const bool mine = own.seccomp_type.set();
    const kube::SecurityContext& from = mine ? own : *pod.spec.security_context;
    if (*from.seccomp_type != "Localhost" || *own.privileged) return;
    const std::string profile(*from.seccomp_localhost_profile);
    Finding finding = context.finding(from.seccomp_localhost_profile.span,
                                      {{"profile", profile}, {"container", std::string(*container.name)}});
    finding.certainty = context.world().assumptions().closed ? Certainty::Likely : Certainty::Possible;
    finding.field_path = mine ? context.path(container, ".securityContext.seccompProfile.localhostProfile")
                              : context.path(".securityContext.seccompProfile.localhostProfile");
    finding.effect = RuleContext::effect(lifecycle::Step::Create, &container, "CreateContainerError",
                                         "failed to create containerd container: cannot load seccomp profile \"" +
                                             profile + "\": open " + profile + ": no such file or directory");
    context.report(std::move(finding));
  });
}

}  // namespace podseer::rules
