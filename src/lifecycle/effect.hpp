// SPDX-License-Identifier: Apache-2.0
// An effect: at this step of the pod's life, in this container, this happens. Rules make them, the
// forecast plays them in the order in which API server, scheduler and kubelet act.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kube/duration.hpp"
#include "source/source_file.hpp"

namespace podseer::lifecycle {

using kube::Seconds;
using source::SourceSpan;

/// How sure we are. `possible` effects are told but not played by the forecast.
enum class Certainty : std::uint8_t { Possible, Likely, Certain };

/// The moments of a pod's life, in the order in which they can stop it (facts: kubelet section 0).
enum class Step : std::uint8_t {
  Read,         // kubectl cannot read or send the object
  Admit,        // the API server refuses the object
  CreatePod,    // the controller's pods are refused: NoPods
  Schedule,     // Pending
  AdmitOnNode,  // the kubelet refuses: phase Failed, STATUS = reason
  Mount,        // volumes: ContainerCreating or Init:0/N
  Sandbox,      // ContainerCreating or Init:0/N
  PullImage,    // a container's image: InvalidImageName, ErrImagePull, ErrImageNeverPull
  Configure,    // CreateContainerConfigError
  Create,       // CreateContainerError
  Start,        // RunContainerError / StartError
  PostStart,    // PostStartHookError
  Run,          // the process ends, waits or is killed
  Startup,      // startup probe
  Liveness,     // liveness probe
  Readiness,    // never Ready, no traffic
  Rollout       // the workload never completes, though its pods may look well
};

/// `container` of an effect that concerns the whole pod.
inline constexpr int kWholePod = -1;

struct Effect {
  Step step = Step::Run;
  /// Index into containers, or into initContainers when `init`; kWholePod for the pod.
  int container = kWholePod;
  bool init = false;
  std::string reason;    // as it is shown: "CreateContainerConfigError", "Unschedulable", "OOMKilled", ...
  std::string message;   // as the kubelet, scheduler or server words it
  int exit_code = 0;     // Run, Start, PostStart; -1 when the process is killed
  Seconds earliest = 0;  // after the start of the container (Run) or of the pod
  Seconds latest = 0;
  Certainty certainty = Certainty::Certain;
  /// Run: the process ends each time it is started. False: once only.
  bool repeats = true;
  /// Readiness: not ready though running. Startup/Liveness: true when the handler only errors, which never kills.
  bool handler_error = false;
  /// Replicas concerned, where only some are (k of n do not fit); -1 means all.
  int replicas = -1;
  std::vector<SourceSpan> evidence;  // first: the primary place
  std::string rule;                  // "POD504"; empty for a neutral fact (a Job's container that ends well)
};

}  // namespace podseer::lifecycle
