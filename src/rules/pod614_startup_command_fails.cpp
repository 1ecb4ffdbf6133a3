// SPDX-License-Identifier: Apache-2.0
// The command of an exec startup probe is known to end with another exit code than 0
// (pkg/probe/exec, Kubernetes 1.34).
#include "rules/exec_checks.hpp"

namespace podseer::rules {

void pod614_startup_command_fails(const kube::PodTemplate& pod, RuleContext& context) {
  report_failing_commands(pod, ProbeSite::Role::Startup, context);
}

}  // namespace podseer::rules
