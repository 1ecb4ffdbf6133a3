// SPDX-License-Identifier: Apache-2.0
// The environment of a container names a ConfigMap key that is not there (kubelet, pkg/kubelet/kubelet_pods.go
// makeEnvironmentVariables, Kubernetes 1.34).
#include "rules/references.hpp"

namespace podseer::rules {

void pod402_env_configmap_key_missing(const kube::PodTemplate& pod, RuleContext& context) {
  for (const Reference& reference : env_references(pod, context)) {
    if (!reference.secret && !reference.key->empty()) report_missing_key(reference, context);
  }
}

}  // namespace podseer::rules
