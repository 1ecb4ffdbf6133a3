// SPDX-License-Identifier: Apache-2.0
// With an emptyDir at /usr/local/bin, redis' docker-entrypoint.sh is Missing although the image has it;
// below /opt of a plain Debian nothing exists; below /usr/lib nobody knows.
#include "process/container_files.hpp"

#include <algorithm>
#include <set>

namespace podseer::process {
namespace {

bool below(std::string_view path, std::string_view directory) {
  if (directory == "/") return true;
  return path == directory ||
         (path.starts_with(directory) && path.size() > directory.size() && path[directory.size()] == '/');
}

bool contains(Words words, std::string_view wanted) {
  return std::find(words.begin(), words.end(), wanted) != words.end();
}

struct Parts {
  std::string_view directory;
  std::string_view name;
};
Parts split(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return {slash == 0 ? std::string_view("/") : path.substr(0, slash), path.substr(slash + 1)};
}

constexpr std::string_view kDevices[] = {"/dev/null",    "/dev/zero",   "/dev/full",   "/dev/random",
                                         "/dev/urandom", "/dev/tty",    "/dev/ptmx",   "/dev/stdin",
                                         "/dev/stdout",  "/dev/stderr", "/dev/console"};
// What kubelet and runtime put into every container.
constexpr std::string_view kInjectedFiles[] = {"/etc/hosts", "/etc/resolv.conf", "/etc/hostname",
                                               "/dev/termination-log"};
constexpr std::string_view kInjectedDirectories[] = {"/",           "/dev",  "/dev/shm", "/dev/pts",
                                                     "/dev/mqueue", "/proc", "/sys",     "/etc"};

}  // namespace

std::string clean_path(std::string_view path) {
  std::vector<std::string_view> parts;
  std::size_t at = 0;
  while (at <= path.size()) {
    const std::size_t slash = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, slash - at);
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
    at = slash + 1;
  }
  std::string out;
  for (const std::string_view part : parts) out.append("/").append(part);
  return out.empty() ? "/" : out;
}

std::string join_path(std::string_view directory, std::string_view path) {
  if (path.starts_with('/')) return clean_path(path);
  return clean_path(std::string(directory) + "/" + std::string(path));
}

ContainerFiles::ContainerFiles(const ImageInfo* image, bool read_only_root)
    : image_(image), read_only_root_(read_only_root) {
  if (image_ == nullptr) return;
  for (const ImageBase* base = find_image_base(image_->base); base != nullptr; base = find_image_base(base->includes)) {
    bases_.push_back(base);
    if (base->includes.empty()) break;
  }
}

void ContainerFiles::mount(Mount one) {
  one.path = resolve(clean_path(one.path));
  mounts_.push_back(std::move(one));
}

void ContainerFiles::make_directory(std::string_view path) { made_.push_back(resolve(clean_path(path))); }

std::string ContainerFiles::resolve(std::string_view path) const {
  for (const ImageBase* base : bases_) {
    for (const auto& [from, to] : base->links) {
      if (below(path, from)) return std::string(to) + std::string(path.substr(from.size()));
    }
  }
  return std::string(path);
}

const ContainerFiles::Mount* ContainerFiles::mount_of(std::string_view path) const {
  const std::string real = resolve(path);
  const Mount* best = nullptr;
  for (const Mount& one : mounts_) {
    if (below(real, one.path) && (best == nullptr || one.path.size() >= best->path.size())) best = &one;
  }
  return best;
}

const VolumeFile* ContainerFiles::volume_file(std::string_view path) const {
  const std::string real = resolve(path);
  const Mount* mount = mount_of(real);
  if (mount == nullptr) return nullptr;
  std::string inner = mount->inner;
  if (real.size() > mount->path.size()) {
    if (!inner.empty()) inner += '/';
    inner += real.substr(mount->path == "/" ? 1 : mount->path.size() + 1);
  }
  const auto found = mount->volume->files.find(inner);
  return found == mount->volume->files.end() ? nullptr : &found->second;
}

FileInfo ContainerFiles::missing(bool read_only) const {
  FileInfo info;
  info.read_only = read_only;
  return info;
}

FileInfo ContainerFiles::image_stat(std::string_view given) const {
  const std::string path = resolve(given);
  const auto directory = [&](std::uint32_t mode, bool known) {
    return FileInfo{FileInfo::Kind::Directory, mode, 0, 0, known, read_only_root_};
  };
  if (std::find(std::begin(kDevices), std::end(kDevices), path) != std::end(kDevices)) {
    return {FileInfo::Kind::Device, 0666, 0, 0, true, false};
  }
  if (contains(kInjectedFiles, path)) return {FileInfo::Kind::File, 0644, 0, 0, true, false};
  if (below(path, "/dev")) {  // a tmpfs of the runtime's, writable whatever the root is
    if (!contains(kInjectedDirectories, path)) return missing(false);
    return {FileInfo::Kind::Directory, path == "/dev" ? 0755U : 01777U, 0, 0, true, false};
  }
  if (contains(kInjectedDirectories, path)) return directory(0755, true);
  if (path == "/tmp" || path == "/var/tmp") return directory(01777, image_ != nullptr);
  if (image_ == nullptr) return {FileInfo::Kind::Unknown, 0644, 0, 0, false, read_only_root_};
  const auto file = [&](std::uint32_t mode, bool known) {
    return FileInfo{FileInfo::Kind::File, mode, 0, 0, known, read_only_root_};
  };
  const Parts parts = split(path);
  bool implied = false;
  const auto look = [&](std::span<const ImageExecutable> executables, Words directories, Words files,
                        bool own) -> std::optional<FileInfo> {
    for (const ImageExecutable& one : executables) {
      const std::string where = resolve(one.directory);
      if (where == parts.directory && contains(one.names, parts.name)) return file(0755, true);
      if (below(where, path)) implied = true;
    }
    for (const std::string_view one : files) {
      if (resolve(one) != path) continue;
      if (path != "/etc/shadow" && path != "/etc/gshadow") return file(0644, !own);
      constexpr std::uint32_t kShadow = 42;  // the group of that name in Debian and Alpine
      return FileInfo{FileInfo::Kind::File, 0640, 0, kShadow, !own, read_only_root_};
    }
    for (const std::string_view one : files) {
      if (below(one, path)) implied = true;
    }
    for (const std::string_view one : directories) {
      if (resolve(one) == path) return directory(0755, !own);
      if (below(one, path)) implied = true;
    }
    return std::nullopt;
  };
  if (const auto found = look(image_->executables, image_->directories, image_->files, true)) return *found;
  for (const ImageBase* base : bases_) {
    if (const auto found = look(base->executables, base->directories, base->files, false)) return *found;
  }
  if (implied) return directory(0755, false);
  const bool base_only = !image_->files_known;
  const auto opaque = [&](Words words) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view one) { return below(path, resolve(one)); });
  };
  if (base_only || opaque(image_->opaque) ||
      std::any_of(bases_.begin(), bases_.end(), [&](const ImageBase* base) { return opaque(base->opaque); })) {
    return {FileInfo::Kind::Unknown, 0644, 0, 0, false, read_only_root_};
  }
  return missing(read_only_root_);
}

FileInfo ContainerFiles::stat(std::string_view given) const {
  const std::string path = resolve(given);
  if (const Mount* mount = mount_of(path)) {
    const bool read_only = mount->read_only || mount->volume->read_only;
    if (path == mount->path && !mount->is_file) {
      FileInfo info = mount->volume->root;
      if (info.kind == FileInfo::Kind::Missing || !mount->inner.empty()) info.kind = FileInfo::Kind::Directory;
      if (!mount->inner.empty() && !mount->made &&
          mount->volume->files.find(mount->inner) == mount->volume->files.end())
        info.kind = FileInfo::Kind::Unknown;
      info.read_only = read_only;
      return info;
    }
    if (const VolumeFile* file = volume_file(path)) {
      FileInfo info = file->info;
      info.read_only = read_only;
      return info;
    }
    const bool complete = mount->made || (mount->volume->complete && mount->trusted);
    // A deeper mount makes the directories on the way to it.
    for (const Mount& other : mounts_) {
      if (below(other.path, path) && other.path != path)
        return {FileInfo::Kind::Directory, 0755, 0, 0, true, read_only};
    }
    if (complete) return missing(read_only);
    return {FileInfo::Kind::Unknown, 0644, 0, 0, false, read_only};
  }
  for (const Mount& other : mounts_) {
    if (below(other.path, path)) return {FileInfo::Kind::Directory, 0755, 0, 0, true, read_only_root_};
  }
  for (const std::string& made : made_) {
    if (!below(made, path)) continue;
    const FileInfo info = image_stat(path);
    return info.kind == FileInfo::Kind::Missing || info.kind == FileInfo::Kind::Unknown
               ? FileInfo{FileInfo::Kind::Directory, 0755, 0, 0, info.kind == FileInfo::Kind::Missing, read_only_root_}
               : info;
  }
  return image_stat(path);
}

std::optional<std::string> ContainerFiles::read(std::string_view given) const {
  const VolumeFile* file = volume_file(given);
  if (file == nullptr || file->info.kind != FileInfo::Kind::File) return std::nullopt;
  const Mount* mount = mount_of(given);
  if (mount != nullptr && !mount->trusted) return std::nullopt;
  return file->content;
}

std::optional<std::vector<std::string>> ContainerFiles::list(std::string_view given) const {
  const std::string path = resolve(given);
  std::set<std::string> names;
  const auto add = [&](std::string_view other) {
    if (!below(other, path) || other == path) return;
    const std::string_view rest = other.substr(path == "/" ? 1 : path.size() + 1);
    names.emplace(rest.substr(0, rest.find('/')));
  };
  for (const Mount& other : mounts_) add(other.path);
  if (const Mount* mount = mount_of(path)) {
    if (!mount->made && (!mount->volume->complete || !mount->trusted)) return std::nullopt;
    if (mount->is_file) return std::nullopt;
    const std::string prefix = mount->path + (mount->inner.empty() ? "" : "/");
    for (const auto& [name, file] : mount->volume->files) {
      if (file.info.kind == FileInfo::Kind::Missing) continue;
      if (mount->inner.empty()) {
        add(mount->path + "/" + name);
      } else if (below(name, mount->inner)) {
        add(mount->path + name.substr(mount->inner.size()));
      }
    }
    return std::vector<std::string>(names.begin(), names.end());
  }
  if (image_ == nullptr || !image_->files_known) return std::nullopt;
  for (const std::string& made : made_) add(made);
  bool opaque = false;
  const auto gather = [&](std::span<const ImageExecutable> executables, Words directories, Words files, Words hidden) {
    for (const ImageExecutable& one : executables) {
      for (const std::string_view name : one.names) add(resolve(one.directory) + "/" + std::string(name));
    }
    for (const std::string_view one : directories) add(resolve(one));
    for (const std::string_view one : files) add(resolve(one));
    for (const std::string_view one : hidden) {
      add(resolve(one));
      opaque = opaque || below(path, resolve(one));
    }
  };
  gather(image_->executables, image_->directories, image_->files, image_->opaque);
  for (const ImageBase* base : bases_) gather(base->executables, base->directories, base->files, base->opaque);
  if (opaque) return std::nullopt;
  return std::vector<std::string>(names.begin(), names.end());
}

}  // namespace podseer::process
