// SPDX-License-Identifier: Apache-2.0
// Weak stand-ins for stages that are not written yet, so that everything links. A real definition
// replaces its stand-in at link time; this file goes when the last one has landed.
#include "admission/admission.hpp"
#include "kube/pod.hpp"

#define STUB __attribute__((weak))

namespace podseer {

namespace admission {
STUB PodVerdict admit_pods(kube::PodTemplate&, const world::World&, const Options&) { return {}; }
}  // namespace admission

}  // namespace podseer
