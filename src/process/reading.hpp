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
  bool own_program = false;  // one of the image's servers, whose habits its table tells
};

[[nodiscard]] Reading read_container(Setup& setup);

/// A postStart hook runs beside the process: nobody knows whether what it makes, changes or removes is there yet. Every
/// path whose own or whose directory's name stands in its command is such a one.
class BesideHook final : public FileSystem {
 public:
  BesideHook(const FileSystem& files, const kube::Handler& hook) : files_(files) {
    for (const kube::Text& word : hook.command) {
      words_.append(*word).append("\n");
      if (const auto script = word->starts_with('/') ? files.read(*word) : std::nullopt)
        words_.append(*script).append("\n");
    }
  }
  [[nodiscard]] FileInfo stat(std::string_view path) const override {
    FileInfo info = files_.stat(path);
    if (touched(path) && !info.read_only) info.kind = FileInfo::Kind::Unknown;
    return info;
  }
  [[nodiscard]] std::optional<std::string> read(std::string_view path) const override {
    return touched(path) && !files_.stat(path).read_only ? std::nullopt : files_.read(path);
  }
  [[nodiscard]] std::optional<std::vector<std::string>> list(std::string_view path) const override {
    return touched(path) ? std::nullopt : files_.list(path);
  }

 private:
  [[nodiscard]] bool touched(std::string_view path) const {
    const std::string_view parent = path.substr(0, path.rfind('/'));
    return path.size() > 1 && (words_.find(path) != std::string::npos || (parent.size() > 1 && written_below(parent)));
  }
  /// The directory itself is a word (`cp -r /seed /data`), not only the beginning of another path.
  [[nodiscard]] bool written_below(std::string_view directory) const {
    for (std::size_t at = words_.find(directory); at != std::string::npos; at = words_.find(directory, at + 1)) {
      std::size_t after = at + directory.size();
      if (after < words_.size() && words_[after] == '/') ++after;
      if (after >= words_.size() || std::string_view(" \t\n;&|)\"'*$").find(words_[after]) != std::string_view::npos)
        return true;
    }
    return false;
  }
  const FileSystem& files_;
  std::string words_;
};

/// May a process write there? Volumes of keys (ConfigMap and the like) are read-only whatever the mount says.
[[nodiscard]] bool writable(const kube::PodTemplate& pod, const kube::VolumeMount& mount);
/// Volumes that some other running container of the pod may write to.
[[nodiscard]] std::vector<std::string> shared_volumes(const kube::PodTemplate& pod, const kube::Container& own);
/// Reads the init containers in order; `volumes` hold what they leave.
std::vector<Outcome> read_init_containers(const kube::PodTemplate& pod, const world::World& world, PodVolumes& volumes);
/// Says the cause that the shell reader found in our words, where no program has said one.
void note_cause(const ShellResult& result, Outcome& outcome);

}  // namespace podseer::process
