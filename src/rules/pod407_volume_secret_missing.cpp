// SPDX-License-Identifier: Apache-2.0
// A mounted volume names a Secret that is not there (kubelet, pkg/volume/secret, Kubernetes 1.34).
#include "rules/references.hpp"

namespace podseer::rules {

void pod407_volume_secret_missing(const kube::PodTemplate& pod, RuleContext& context) {
  for (const Reference& reference : volume_references(pod, context)) {
    if (reference.secret && reference.key->empty()) report_missing_object(reference, context);
  }
}

}  // namespace podseer::rules
