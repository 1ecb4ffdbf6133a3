// SPDX-License-Identifier: Apache-2.0
// A mounted volume names a ConfigMap key that is not there (kubelet, pkg/volume/configmap, Kubernetes 1.34).
#include "rules/references.hpp"

namespace podseer::rules {

void pod406_volume_configmap_key_missing(const kube::PodTemplate& pod, RuleContext& context) {
  for (const Reference& reference : volume_references(pod, context)) {
    if (!reference.secret && !reference.key->empty()) report_missing_key(reference, context);
  }
}

}  // namespace podseer::rules
