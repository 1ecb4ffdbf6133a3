// SPDX-License-Identifier: Apache-2.0
// A container put together as kubelet, containerd and runc do it (facts: kubelet 4, 5, 16): environment, files
// with the volumes over them, credentials, network. Used only in this folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "process/container_context.hpp"
#include "process/environment.hpp"
#include "process/image_commands.hpp"
#include "process/volumes.hpp"

namespace podseer::process {

using Argv = std::vector<std::optional<std::string>>;

/// Everything about one container that its command line is read with.
class Setup {
 public:
  /// Reads nothing yet. `volumes` and what they hold must outlive this; `shared`: names of volumes that another running
  /// container may write to.
  Setup(const kube::PodTemplate& pod, const kube::Container& container, const world::World& world,
        const PodVolumes& volumes, const std::vector<std::string>& shared);
  Setup(const Setup&) = delete;
  Setup& operator=(const Setup&) = delete;

  [[nodiscard]] const ContainerContext& context() const { return context_; }
  [[nodiscard]] const ContainerFiles& files() const { return files_; }
  [[nodiscard]] const Environment& environment() const { return environment_; }
  [[nodiscard]] PodNetwork& network() { return network_; }
  [[nodiscard]] const ImageCommands& commands() const { return commands_; }
  [[nodiscard]] std::string directory() const;
  void make_directory() { files_.make_directory(directory()); }

  /// Starts from a command line of which every word was expanded.
  [[nodiscard]] ShellInput input(Argv argv) const;

 private:
  void add_mount(const kube::VolumeMount& mount, const PodVolumes& volumes, const std::vector<std::string>& shared);

  void add_token(const kube::PodTemplate& pod, const kube::Container& container, const world::World& world);

  /// runc fills HOME in from /etc/passwd: root's is /root, a user without an entry gets "/".
  void home();

  const ImageInfo* image_;
  Environment environment_;
  ContainerFiles files_;
  PodNetwork network_;
  ContainerContext context_;
  ImageCommands commands_;
  VolumeContent unknown_;
  VolumeContent token_;
};

}  // namespace podseer::process
