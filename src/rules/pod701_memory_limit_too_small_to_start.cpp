// SPDX-License-Identifier: Apache-2.0
// The memory limit is too small for any process. 'kubectl describe' shows 'container init was OOM-killed
// (memory limit too low?)'. Where all containers have a limit, their sum is that of the pod's own cgroup, in which the
// sandbox is started first (pkg/kubelet/cm, Kubernetes 1.34): then no container is ever made, and STATUS stays
// ContainerCreating. Seen on a node with runc 1.1: 3 MiB is too little for the sandbox, 4 MiB is enough.
#include <algorithm>

#include "rules/outcome_finding.hpp"

namespace podseer::rules {
namespace {

constexpr std::int64_t kSandboxFloor = std::int64_t{4} * 1024 * 1024;  // bytes

/// The container whose limit is to blame when the whole pod has too little; null when the sandbox starts.
const kube::Container* starved(const kube::PodTemplate& pod) {
  if (!pod.spec.init_containers.empty() || kube::find_resource(pod.spec.resources.limits, "memory") != nullptr)
    return nullptr;
  std::int64_t sum = 0;
  for (const kube::Container& container : pod.spec.containers) {
    const kube::ResourceAmount* limit = kube::find_resource(container.resources.limits, "memory");
    if (limit == nullptr || limit->amount.units() <= 0) return nullptr;
    sum += std::min(limit->amount.units(), kSandboxFloor);
  }
  return !pod.spec.containers.empty() && sum < kSandboxFloor ? &pod.spec.containers.front() : nullptr;
}

}  // namespace

void pod701_memory_limit_too_small_to_start(const kube::PodTemplate& pod, RuleContext& context) {
  if (const kube::Container* container = starved(pod)) {
    const kube::ResourceAmount* limit = kube::find_resource(container->resources.limits, "memory");
    Finding finding = context.finding(
        limit->span, {{"container", std::string(*container->name)},
                      {"explanation", "all limits together are less than the 4 MiB that the pod's sandbox needs"}});
    finding.field_path = context.path(*container, ".resources.limits.memory");
    finding.effect = RuleContext::effect(lifecycle::Step::Sandbox, nullptr, "ContainerCreating",
                                         "Failed to create pod sandbox: runc create failed: unable to start container "
                                         "process: container init was OOM-killed (memory limit too low?)");
    context.report(std::move(finding));
    return;
  }
  report_outcomes(pod, context, [](const kube::Container&, const Outcome& outcome) {
    return outcome.kind == Kind::NotStarted && outcome.cause == Cause::OutOfMemory;
  });
}

}  // namespace podseer::rules
