// SPDX-License-Identifier: Apache-2.0
// The columns READY, STATUS and RESTARTS of `kubectl get pods`.
#pragma once

#include <string>

#include "kube/pod.hpp"
#include "lifecycle/status.hpp"

namespace podseer::lifecycle {

struct Columns {
  std::string status;
  int ready = 0;  // containers that are ready ...
  int total = 0;  // ... of so many: mains and sidecars
  int restarts = 0;
  /// The container whose state STATUS repeats, or null where it is the phase.
  const ContainerStatus* decided_by = nullptr;
  [[nodiscard]] std::string ready_text() const;
};

/// What the server prints for a pod of that spec with that status
/// (pkg/printers/internalversion/printers.go, printPod, 1.34). `deleting`:
/// metadata.deletionTimestamp is set.
[[nodiscard]] Columns print_columns(const kube::PodSpec& spec, const PodStatus& status, bool deleting = false);

}  // namespace podseer::lifecycle
