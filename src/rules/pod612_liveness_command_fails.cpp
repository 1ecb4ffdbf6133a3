// SPDX-License-Identifier: Apache-2.0
// The command of an exec liveness probe is known to end with another exit code than 0
// (pkg/probe/exec, Kubernetes 1.34).
#include "rules/exec_checks.hpp"

namespace podseer::rules {

void pod612_liveness_command_fails(const kube::PodTemplate& pod, RuleContext& context) {
  report_failing_commands(pod, ProbeSite::Role::Liveness, context);
}

}  // namespace podseer::rules
