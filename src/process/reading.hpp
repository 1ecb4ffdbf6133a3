// SPDX-License-Identifier: Apache-2.0
// The reading of one container, for the predictions of pods and of commands run beside it. Used only in this folder.
#pragma once

#include <string>
#include <vector>

#include "process/container_setup.hpp"
#include "process/predict.hpp"

namespace podseer::process {

/// What a container's main process does and leaves.
struct Reading {
  Outcome outcome;
  std::vector<WrittenFile> written;
  bool written_known = false;
  bool own_program = false;    // one of the image's servers, whose habits its table tells
};

[[nodiscard]] Reading read_container(Setup& setup);

/// Volumes that some other running container of the pod may write to.
[[nodiscard]] std::vector<std::string> shared_volumes(const kube::PodTemplate& pod, const kube::Container& own);
/// Reads the init containers in order; `volumes` hold what they leave.
std::vector<Outcome> read_init_containers(const kube::PodTemplate& pod, const world::World& world, PodVolumes& volumes);
/// Says the cause that the shell reader found in our words, where no program has said one.
void note_cause(const ShellResult& result, Outcome& outcome);

}  // namespace podseer::process
