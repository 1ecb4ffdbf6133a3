// SPDX-License-Identifier: Apache-2.0
// storageClassName of a class that does not exist (pkg/controller/volume/persistentvolume,
// Kubernetes 1.34).
#include "rules/placements.hpp"

namespace podseer::rules {

void pod215_storage_class_missing(const kube::PodTemplate& pod, RuleContext& context) {
  report_placement(pod, context, {Cause::StorageClassMissing});
}

}  // namespace podseer::rules
