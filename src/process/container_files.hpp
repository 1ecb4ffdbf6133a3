// SPDX-License-Identifier: Apache-2.0
// A container's files: the image's, and over them the volumes in the order in which the runtime mounts
// them. What neither tells is Unknown, never Missing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "process/image_table.hpp"
#include "process/volumes.hpp"

namespace podseer::process {

/// `path` without ".", ".." and double slashes; absolute when `directory` is. "/a/./b/../c" gives "/a/c".
[[nodiscard]] std::string clean_path(std::string_view path);
/// `path` itself when absolute, else below `directory`.
[[nodiscard]] std::string join_path(std::string_view directory, std::string_view path);

class ContainerFiles final : public FileSystem {
 public:
  /// A volume seen at a place of the container. `inner` is the sub-path within the volume.
  struct Mount {
    std::string path;
    std::string inner;
    const VolumeContent* volume = nullptr;
    const kube::VolumeMount* source = nullptr;
    bool read_only = false;
    bool trusted = true;   // nobody else writes to it while this container runs
    bool is_file = false;  // a single file is mounted
    bool made = false;     // the sub-path does not exist: the kubelet makes an empty directory
  };

  /// `image` may be null; the mounts' volumes must outlive this.
  ContainerFiles(const ImageInfo* image, bool read_only_root);

  void mount(Mount mount);
  /// The working directory, which the runtime makes where it is missing.
  void make_directory(std::string_view path);

  [[nodiscard]] FileInfo stat(std::string_view path) const override;
  [[nodiscard]] std::optional<std::string> read(std::string_view path) const override;
  [[nodiscard]] std::optional<std::vector<std::string>> list(std::string_view path) const override;

  /// The mount that a path lies in, or null when it is the image's.
  [[nodiscard]] const Mount* mount_of(std::string_view path) const;
  /// The volume's file behind a path, or null.
  [[nodiscard]] const VolumeFile* volume_file(std::string_view path) const;
  /// The image's own file at a path, whatever is mounted over it.
  [[nodiscard]] FileInfo image_stat(std::string_view path) const;
  [[nodiscard]] const std::vector<Mount>& mounts() const { return mounts_; }
  /// Follows the image's directory links ("/bin/sh" is "/usr/bin/sh" in Debian).
  [[nodiscard]] std::string resolve(std::string_view path) const;

 private:
  [[nodiscard]] FileInfo missing(bool read_only) const;
  const ImageInfo* image_;
  std::vector<const ImageBase*> bases_;
  bool read_only_root_;
  std::vector<Mount> mounts_;
  std::vector<std::string> made_;
};

}  // namespace podseer::process
