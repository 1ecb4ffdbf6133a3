// SPDX-License-Identifier: Apache-2.0
// The ports of the Services that select a pod, for the rules that hold them against its processes.
#pragma once

#include <functional>

#include "rules/rule.hpp"
#include "rules/services.hpp"

namespace podseer::rules {

/// Calls `visit` for each port of each Service that selects the pod.
void each_service_port(const kube::PodTemplate& pod, const RuleContext& context,
                       const std::function<void(const ServiceView&, const ServicePort&)>& visit);

/// Reports a finding at a port of a Service, whose object it is then about, and leads to the pod.
void report_at_service(Finding finding, const ServiceView& service, const ServicePort& port,
                       const kube::PodTemplate& pod, RuleContext& context);

}  // namespace podseer::rules
