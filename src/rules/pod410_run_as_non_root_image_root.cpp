// SPDX-License-Identifier: Apache-2.0
// runAsNonRoot without runAsUser: the kubelet takes the image's USER (pkg/kubelet/kuberuntime/
// security_context_others.go, Kubernetes 1.34). No USER and 0 are root; a name cannot be verified, "nonroot" neither.
// Worked example: busybox:1.36 with runAsNonRoot: true shows CreateContainerConfigError. Only images of the
// table are judged.
#include "process/image_table.hpp"
#include "rules/each_container.hpp"
#include "rules/rule.hpp"

namespace podseer::rules {
namespace {

/// "USER 101:0" names 101; empty for a user that is no number.
bool is_number(std::string_view user) {
  return !user.empty() && user.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

void pod410_run_as_non_root_image_root(const kube::PodTemplate& pod, RuleContext& context) {
  each_container(pod, [&](const kube::Container& container) {
    const kube::SecurityContext& own = *container.security_context;
    const kube::SecurityContext& shared = *pod.spec.security_context;
    const kube::Flag& non_root = own.run_as_non_root.set() ? own.run_as_non_root : shared.run_as_non_root;
    if (!*non_root || own.run_as_user.set() || shared.run_as_user.set()) return;
    const process::ImageUser image = process::image_user(kube::ImageReference::parse(*container.image));
    if (!image.known) return;
    const std::string_view user = image.user.substr(0, image.user.find(':'));
    const bool root = user.empty() || (is_number(user) && user.find_first_not_of('0') == std::string_view::npos);
    if (!root && is_number(user)) return;
    const std::string pod_name = "\"" + std::string(pod.owner->name) + "_" + std::string(context.ns()) + "\"";
    Finding finding = context.finding(
        non_root.span,
        {{"container", std::string(*container.name)},
         {"image", std::string(*container.image)},
         {"user", root ? "runs as root" : "runs as '" + std::string(user) + "', a name that is not verified"}});
    finding.field_path = own.run_as_non_root.set() ? context.path(container, ".securityContext.runAsNonRoot")
                                                   : context.path(".securityContext.runAsNonRoot");
    finding.notes.push_back({container.image.span, root ? "this image runs as root" : "this image's user is a name"});
    finding.effect =
        RuleContext::effect(lifecycle::Step::Configure, &container, "CreateContainerConfigError",
                            root ? "container has runAsNonRoot and image will run as root (pod: " + pod_name +
                                       ", container: " + std::string(*container.name) + ")"
                                 : "container has runAsNonRoot and image has non-numeric user (" + std::string(user) +
                                       "), cannot verify user is non-root (pod: " + pod_name +
                                       ", container: " + std::string(*container.name) + ")");
    context.report(std::move(finding));
  });
}

}  // namespace podseer::rules
