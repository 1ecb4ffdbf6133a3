// SPDX-License-Identifier: Apache-2.0
// What becomes of each container's process: the effective command line, its environment and files are put
// together as kubelet and runtime do it, and read by the shell reader and the models of programs. Nothing
// is ever run; what reading cannot tell stays Unknown.
//
// Worked example: nginx:1.25 with a ConfigMap over /etc/nginx that has no mime.types: Exits 1, cause
// MissingFile, log `nginx: [emerg] open() "/etc/nginx/mime.types" failed (2: No such file or directory)`.
#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "kube/pod.hpp"
#include "process/outcome.hpp"
#include "world/world.hpp"

namespace podseer::process {

/// Outcomes of all containers of a pod, parallel to the spec's lists.
struct PodOutcomes {
  std::vector<Outcome> init_containers;
  std::vector<Outcome> containers;
};

/// Init containers are read in order: what they write into shared volumes is there for the later ones.
[[nodiscard]] PodOutcomes predict_pod(const kube::PodTemplate& pod, const world::World& world);

/// The outcome of one container of the pod.
[[nodiscard]] Outcome predict(const kube::PodTemplate& pod, const kube::Container& container,
                              const world::World& world);

/// When a command beside the main process runs.
struct ExecMoment {
  /// Seconds after the container's start: what its process first touches later is not there yet.
  Seconds at = std::numeric_limits<Seconds>::infinity();
  /// It is the startup probe's: while that of a sidecar fails, nothing after the sidecar is started.
  bool startup = false;
};

/// A command run beside the container's main process (exec probe, hook). Kind NotStarted: the runtime
/// cannot start it. `outcomes` are those of predict_pod, for what listens; may be empty.
[[nodiscard]] Outcome predict_exec(const kube::PodTemplate& pod, const kube::Container& container,
                                   const world::World& world, const PodOutcomes& outcomes,
                                   const std::vector<std::string>& command, const ExecMoment& moment = {});

}  // namespace podseer::process
