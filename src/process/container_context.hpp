// SPDX-License-Identifier: Apache-2.0
// What the models of programs know about the container they run in.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "kube/pod.hpp"
#include "process/container_files.hpp"
#include "process/image_table.hpp"
#include "process/shell.hpp"
#include "world/world.hpp"

namespace podseer::process {

/// User, groups and capabilities of the container's first process, as runc sets them up.
struct Credentials {
  std::int64_t uid = 0;
  std::int64_t gid = 0;
  std::vector<std::int64_t> groups;
  bool uid_known = true;  // false: the image's user is a name nobody knows
  bool privileged = false;
  std::set<std::string, std::less<>> capabilities;  // of root; without the prefix "CAP_"

  [[nodiscard]] bool has(std::string_view capability) const {
    return privileged || capabilities.find(capability) != capabilities.end();
  }
};

/// One container with all that is known about it. Lives as long as its prediction.
struct ContainerContext {
  const kube::PodTemplate* pod = nullptr;
  const kube::Container* container = nullptr;
  const world::World* world = nullptr;
  const ImageInfo* image = nullptr;  // null: nobody knows the image
  const ContainerFiles* files = nullptr;
  const Commands* commands = nullptr;
  const Network* network = nullptr;
  Credentials credentials;
  bool read_only_root = false;
  bool reads_forever = false;                // stdin or tty: reading standard input never ends
  std::int64_t memory_limit = 0;             // bytes; 0: none
  Answer binds_low_ports = Answer::Unknown;  // without NET_BIND_SERVICE

  /// May a process of `uid` (root with the container's capabilities) bind this TCP port?
  [[nodiscard]] Answer may_bind(std::int64_t uid, std::int64_t port) const;
};

/// A command line without words, variables, directory and user: what every process of the container has in common.
[[nodiscard]] ShellInput shell_input(const ContainerContext& context);

/// How the kernel would answer a write of `uid` below `path`: "" (allowed), "30: Read-only file system",
/// "13: Permission denied", or nullopt when nobody knows. `owner`: of the image's own directory; -1: any.
[[nodiscard]] std::optional<std::string> write_error(const ContainerContext& context, const FileSystem& files,
                                                     std::string_view path, std::int64_t uid, std::int64_t owner);

[[nodiscard]] Credentials credentials_of(const kube::PodTemplate& pod, const kube::Container& container,
                                         const ImageInfo* image);
/// Unprivileged processes may bind ports below 1024: by sysctl, or by the runtime's default where it is known.
[[nodiscard]] Answer low_ports_open(const kube::PodTemplate& pod, const world::World& world);

}  // namespace podseer::process
