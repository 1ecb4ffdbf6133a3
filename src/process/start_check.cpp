// SPDX-License-Identifier: Apache-2.0
// What runc says before the first instruction of the program: not in PATH, no execute permission, a directory, a
// whole command line in one word, hidden by a volume. A script needs its interpreter, and a kernel that is given
// none says "exec format error" (exit code 1, after runc has started).
#include "process/start_check.hpp"

#include <algorithm>

#include "process/expansion.hpp"
#include "process/programs.hpp"

namespace podseer::process {
namespace {

using Cause = Outcome::Cause;
using Kind = Outcome::Kind;
using kube::Container;
using kube::Volume;

constexpr std::int64_t kMiB = 1024 * 1024;
/// Below this runc's own start is killed (it needs some MiB before the program runs; runc issue 1980; with runc 1.1 a
/// limit of 3 MiB did not start, one of 4 MiB did).
constexpr std::int64_t kRuntimeFloor = 4 * kMiB;

}  // namespace

Outcome not_started(Outcome::StartError error, Cause cause, std::string subject, std::string log,
                    std::string explanation) {
  Outcome out;
  out.kind = Kind::NotStarted;
  out.start_error = error;
  out.cause = cause;
  out.subject = std::move(subject);
  out.log =
      "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: " +
      std::move(log) + ": unknown";
  out.explanation = std::move(explanation);
  return out;
}

Line command_line(const Container& container, const ImageInfo* image, const Environment& environment) {
  Line out;
  const auto lookup = [&](std::string_view name) { return environment.kubelet_value(name); };
  constexpr std::size_t kMost = std::size_t{4} << 20U;  // bytes; Linux takes less
  std::size_t bytes = 0;
  const auto add = [&](const std::vector<kube::Text>& words) {
    for (const kube::Text& word : words) {
      out.argv.push_back(bytes > kMost ? std::nullopt : expand(*word, lookup));
      bytes += out.argv.back() ? out.argv.back()->size() : 0;
      out.spans.push_back(word.span);
      out.written.emplace_back(*word);
    }
  };
  const auto add_own = [&](Words words) {
    for (const std::string_view word : words) {
      out.argv.emplace_back(std::string(word));
      out.spans.emplace_back();
      out.written.emplace_back(word);
    }
  };
  if (!container.command.empty()) {
    add(container.command);
    add(container.args);
    return out;
  }
  if (image == nullptr) {
    out.unknown = true;
    return out;
  }
  out.from_image = true;
  add_own(image->entrypoint);
  if (!container.args.empty()) {
    out.from_image = !image->entrypoint.empty();
    add(container.args);
  } else {
    add_own(image->command);
  }
  return out;
}

namespace {

class Starter {
 public:
  Starter(const Setup& setup, Line& line) : setup_(setup), line_(line) {}

  Outcome check() {
    if (!line_.argv[0]) return {};
    const std::string word = *line_.argv[0];
    if (word.find('/') == std::string::npos) return by_name(word);
    return by_path(word, join_path(setup_.directory(), word), true);
  }

 private:
  Outcome by_name(const std::string& word) {
    const Command found = setup_.context().commands->find(word, setup_.environment().process_value("PATH"));
    if (found.state == Command::State::Missing)
      return missing(word, "exec: \"" + word + "\": executable file not found in $PATH");
    if (found.state == Command::State::NotExecutable) {
      return not_started(Outcome::StartError::NotExecutable, Cause::None, word,
                         "unable to start container process: exec: \"" + word + "\": permission denied",
                         "'" + word + "' may not be executed");
    }
    if (found.program == "script" && !found.path.empty()) return by_path(word, found.path, false);
    return {};
  }

  Outcome by_path(const std::string& word, const std::string& path, bool judge) {
    const ContainerContext& context = setup_.context();
    const FileInfo info = setup_.files().stat(path);
    if (info.kind == FileInfo::Kind::Missing)
      return missing(word, "exec: \"" + word + "\": stat " + word + ": no such file or directory");
    if (info.kind == FileInfo::Kind::Directory) {
      return not_started(Outcome::StartError::NotExecutable, Cause::None, word,
                         "unable to start container process: exec: \"" + word + "\": is a directory",
                         "'" + word + "' is a directory");
    }
    if (info.kind != FileInfo::Kind::File) return {};
    if (judge && info.access_known) {
      const bool overrides = context.credentials.has("DAC_OVERRIDE");
      const auto& groups = context.credentials.groups;
      const bool group =
          info.gid == context.credentials.gid || std::find(groups.begin(), groups.end(), info.gid) != groups.end();
      const std::uint32_t bits = overrides                             ? 0111U
                                 : info.uid == context.credentials.uid ? 0100U
                                 : group                               ? 0010U
                                                                       : 0001U;
      if ((info.mode & bits) == 0) {
        return not_started(Outcome::StartError::NotExecutable, Cause::None, word,
                           "unable to start container process: exec: \"" + word + "\": permission denied",
                           (info.mode & 0111U) == 0 ? "'" + word + "' has no execute permission"
                                                    : "this user may not execute '" + word + "'");
      }
    }
    const auto text = setup_.files().read(path);
    return text ? interpret(path, *text) : Outcome{};
  }

  /// What execve does with a file of text. Errors here come after runc has started: exit code 1.
  Outcome interpret(const std::string& path, const std::string& text) {
    const std::string name = *line_.argv[0];
    if (!text.starts_with("#!")) {
      if (text.starts_with("\x7f"
                           "ELF"))
        return {};
      return ends(1, Cause::ExecFormat, name, "exec " + name + ": exec format error",
                  "the script has no #! line, so the kernel cannot start it");
    }
    std::string line = text.substr(2, text.find('\n') - 2);
    const std::size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string::npos)
      return ends(1, Cause::ExecFormat, name, "exec " + name + ": exec format error",
                  "the #! line names no interpreter");
    line = line.substr(begin);
    const std::size_t blank = line.find_first_of(" \t");
    std::string interpreter = line.substr(0, blank);
    std::string argument = blank == std::string::npos ? "" : line.substr(blank + 1);
    while (!argument.empty() && (argument.front() == ' ' || argument.front() == '\t')) argument.erase(0, 1);
    while (!argument.empty() && (argument.back() == ' ' || argument.back() == '\t')) argument.pop_back();
    const std::string failure = "exec " + name + ": no such file or directory";
    if (interpreter.ends_with('\r')) {
      return ends(1, Cause::CarriageReturn, path, failure,
                  "the #! line ends in a carriage return, which becomes part of the interpreter's name");
    }
    const FileInfo info = setup_.files().stat(clean_path(interpreter));
    if (info.kind == FileInfo::Kind::Missing) {
      return ends(1, Cause::BadInterpreter, interpreter, failure,
                  "the image has no " + interpreter + ", which the script's #! line names");
    }
    line_.argv[0] = path;
    std::vector<std::optional<std::string>> front = {interpreter};
    if (!argument.empty()) front.emplace_back(argument);
    line_.argv.insert(line_.argv.begin(), front.begin(), front.end());
    line_.spans.insert(line_.spans.begin(), front.size(), line_.spans[0]);
    line_.written.insert(line_.written.begin(), front.size(), "");
    return {};
  }

  Outcome missing(const std::string& word, const std::string& log) {
    const std::string text = "unable to start container process: " + log;
    if (word.find_first_of(" \t\n") != std::string::npos) {
      return not_started(Outcome::StartError::NotFound, Cause::OneStringCommand, word, text,
                         "the whole command line is one word, so it is taken for the program's name");
    }
    if (builtin_word(word)) {
      return not_started(Outcome::StartError::NotFound, Cause::BuiltinAsCommand, word, text,
                         "'" + word + "' is a word of the shell, not a program");
    }
    if (const ContainerFiles::Mount* mount = hiding(word)) {
      Outcome out = not_started(Outcome::StartError::NotFound, Cause::HiddenByVolume, mount->volume->name, text,
                                "the volume mounted at " + mount->path + " hides the image's files there");
      if (mount->source != nullptr) out.span = mount->source->mount_path.span;
      return out;
    }
    return not_started(Outcome::StartError::NotFound, Cause::MissingTool, word, text,
                       "there is no '" + word + "' in the container");
  }

  /// The mount over the directory in which the image has the program.
  [[nodiscard]] const ContainerFiles::Mount* hiding(const std::string& word) const {
    const auto test = [&](const std::string& path) -> const ContainerFiles::Mount* {
      const ContainerFiles::Mount* mount = setup_.files().mount_of(path);
      const bool image_has = setup_.files().image_stat(path).kind == FileInfo::Kind::File;
      return mount != nullptr && image_has ? mount : nullptr;
    };
    if (word.find('/') != std::string::npos) return test(join_path(setup_.directory(), word));
    const Value path = setup_.environment().process_value("PATH");
    for (std::string_view rest = path.text; !rest.empty();) {
      const std::size_t colon = rest.find(':');
      if (const ContainerFiles::Mount* mount = test(join_path(rest.substr(0, colon), word))) return mount;
      rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
    }
    return nullptr;
  }

  const Setup& setup_;
  Line& line_;
};

}  // namespace

Outcome check_start(const Setup& setup, Line& line) { return Starter(setup, line).check(); }

namespace {

/// The kubelet and the runtime mount files of their own below /etc: in a read-only volume that lacks them there is
/// nothing to mount them on.
Outcome check_own_mounts(const Setup& setup) {
  for (const ContainerFiles::Mount& mount : setup.files().mounts()) {
    if (mount.source == nullptr || mount.path != "/etc" || mount.is_file || !mount.inner.empty()) continue;
    const VolumeContent& volume = *mount.volume;
    const bool keys = volume.kind == kube::Volume::Kind::ConfigMap || volume.kind == kube::Volume::Kind::Secret ||
                      volume.kind == kube::Volume::Kind::Projected || volume.kind == kube::Volume::Kind::DownwardApi;
    if (!keys || !volume.complete) continue;
    for (const std::string name : {"hosts", "hostname", "resolv.conf"}) {
      if (volume.files.contains(name)) continue;
      Outcome out = not_started(Outcome::StartError::NotADirectory, Cause::None, mount.path,
                                "unable to start container process: error during container init: error mounting "
                                "\"etc-hosts\" to rootfs at \"/etc/" +
                                    name + "\": open /etc/" + name + ": read-only file system",
                                "the volume hides the whole /etc and is read-only, so /etc/" + name +
                                    " cannot be mounted into it; mount single files with subPath");
      out.span = mount.source->mount_path.span;
      return out;
    }
  }
  return {};
}

}  // namespace

Outcome check_mounts(const Setup& setup) {
  for (const ContainerFiles::Mount& mount : setup.files().mounts()) {
    if (mount.source == nullptr) continue;
    const FileInfo image = setup.files().image_stat(mount.path);
    const bool directory =
        mount.made || (!mount.is_file && mount.inner.empty() && mount.volume->kind != Volume::Kind::HostPath);
    const bool clash =
        (image.kind == FileInfo::Kind::File && directory) || (image.kind == FileInfo::Kind::Directory && mount.is_file);
    if (!clash) continue;
    Outcome out = not_started(
        Outcome::StartError::NotADirectory, Cause::None, mount.path,
        "unable to start container process: error during container init: error mounting \"" + mount.volume->name +
            "\" to rootfs at \"" + mount.path +
            "\": mount: not a directory: unknown: Are you trying to mount a directory onto a file (or vice-versa)? "
            "Check if the specified host path exists and is the expected type",
        mount.made ? "the volume has no '" + mount.inner + "', so an empty directory is mounted on the image's file " +
                         mount.path
                   : "the image has a " + std::string(image.kind == FileInfo::Kind::File ? "file" : "directory") +
                         " at " + mount.path);
    out.span = mount.source->mount_path.span;
    return out;
  }
  return check_own_mounts(setup);
}

Outcome check_memory(const Setup& setup) {
  const std::int64_t limit = setup.context().memory_limit;
  if (limit <= 0 || limit >= kRuntimeFloor) return {};
  Outcome out =
      not_started(Outcome::StartError::None, Cause::OutOfMemory, std::to_string(limit),
                  "unable to start container process: container init was OOM-killed (memory limit too low?)",
                  "a limit of " + std::to_string(limit) + " bytes of memory is too little even for starting a process");
  const kube::ResourceAmount* amount = kube::find_resource(setup.context().container->resources.limits, "memory");
  if (amount != nullptr) out.span = amount->span;
  return out;
}

}  // namespace podseer::process
