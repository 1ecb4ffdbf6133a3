// SPDX-License-Identifier: Apache-2.0
// Puts a container together as kubelet, containerd and runc do (facts: kubelet 4, 5, 16) and reads its
// command line. `command: ["sh", "/s/run.sh"]` with the ConfigMap's key named run.sh but mounted as
// start.sh: the shell ends with 2, "can't open '/s/run.sh'".
#include "process/predict.hpp"

#include <algorithm>

#include "process/environment.hpp"
#include "process/expansion.hpp"
#include "process/image_commands.hpp"
#include "process/programs.hpp"
#include "process/volumes.hpp"

namespace podseer::process {
namespace {

using Cause = Outcome::Cause;
using Kind = Outcome::Kind;
using kube::Container;
using kube::PodTemplate;
using kube::Volume;
using Argv = std::vector<std::optional<std::string>>;

constexpr std::int64_t kMiB = 1024 * 1024;
/// Below this runc's own start is killed (it needs some MiB before the program runs; runc issue 1980; with runc 1.1 a
/// limit of 3 MiB did not start, one of 4 MiB did).
constexpr std::int64_t kRuntimeFloor = 4 * kMiB;
constexpr std::string_view kTokenMount = "/var/run/secrets/kubernetes.io/serviceaccount";

Outcome not_started(Outcome::StartError error, Cause cause, std::string subject, std::string log, std::string explanation) {
  Outcome out;
  out.kind = Kind::NotStarted;
  out.start_error = error;
  out.cause = cause;
  out.subject = std::move(subject);
  out.log = "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: " + std::move(log) + ": unknown";
  out.explanation = std::move(explanation);
  return out;
}

/// Everything about one container that its command line is read with.
class Setup {
 public:
  Setup(const PodTemplate& pod, const Container& container, const world::World& world, const PodVolumes& volumes,
        const std::vector<std::string>& shared)
      : image_(find_image(kube::ImageReference::parse(*container.image))),
        environment_(assemble_environment(pod, container, world, image_)),
        files_(image_, *container.security_context.read_only_root_filesystem),
        network_(pod, world),
        commands_(context_) {
    unknown_.root.kind = FileInfo::Kind::Unknown;
    context_.pod = &pod;
    context_.container = &container;
    context_.world = &world;
    context_.image = image_;
    context_.files = &files_;
    context_.commands = &commands_;
    context_.network = &network_;
    context_.credentials = credentials_of(pod, container, image_);
    context_.read_only_root = *container.security_context.read_only_root_filesystem;
    context_.reads_forever = *container.stdin_open || *container.tty;
    context_.binds_low_ports = low_ports_open(pod, world);
    const kube::ResourceAmount* limit = kube::find_resource(container.resources.limits, "memory");
    if (limit == nullptr) limit = kube::find_resource(pod.spec.resources.limits, "memory");
    if (limit != nullptr) context_.memory_limit = std::max<std::int64_t>(limit->amount.units(), 1);
    if (!*pod.spec.host_network && container.init) network_.own_ports_known = true;
    for (const kube::VolumeMount& mount : container.volume_mounts) add_mount(mount, volumes, shared);
    add_token(pod, container, world);
    home();
  }
  Setup(const Setup&) = delete;
  Setup& operator=(const Setup&) = delete;

  [[nodiscard]] const ContainerContext& context() const { return context_; }
  [[nodiscard]] const ContainerFiles& files() const { return files_; }
  [[nodiscard]] const Environment& environment() const { return environment_; }
  [[nodiscard]] PodNetwork& network() { return network_; }
  [[nodiscard]] const ImageCommands& commands() const { return commands_; }
  [[nodiscard]] std::string directory() const {
    const std::string_view written = *context_.container->working_dir;
    if (!written.empty()) return clean_path(written);
    return image_ == nullptr || image_->working_directory.empty() ? "/" : std::string(image_->working_directory);
  }
  void make_directory() { files_.make_directory(directory()); }

  /// Starts from a command line of which every word was expanded.
  [[nodiscard]] ShellInput input(Argv argv) const {
    ShellInput in;
    in.argv = std::move(argv);
    in.env = environment_.process;
    in.env_complete = environment_.complete;
    in.uid = context_.credentials.uid;
    in.gid = context_.credentials.gid;
    in.groups = context_.credentials.groups;
    in.root_overrides_modes = context_.credentials.has("DAC_OVERRIDE");
    if (!context_.credentials.privileged) in.capabilities = &context_.credentials.capabilities;
    in.pings = context_.binds_low_ports;  // runtimes open both or neither
    in.cwd = directory();
    in.stdin_open = context_.reads_forever;
    in.files = &files_;
    in.commands = &commands_;
    in.network = &network_;
    return in;
  }

 private:
  void add_mount(const kube::VolumeMount& mount, const PodVolumes& volumes, const std::vector<std::string>& shared) {
    ContainerFiles::Mount out;
    out.path = std::string(*mount.mount_path);
    out.source = &mount;
    out.read_only = *mount.read_only;
    const auto found = volumes.find(*mount.name);
    out.volume = found == volumes.end() ? &unknown_ : &found->second;
    out.trusted = std::find(shared.begin(), shared.end(), *mount.name) == shared.end();
    std::string inner(*mount.sub_path);
    if (mount.sub_path_expr.set() && !mount.sub_path_expr->empty()) {
      const auto text = expand(*mount.sub_path_expr, [this](std::string_view name) { return environment_.kubelet_value(name); });
      if (!text) {
        out.volume = &unknown_;
        files_.mount(std::move(out));
        return;
      }
      inner = *text;
    }
    if (!inner.empty()) {
      out.inner = clean_path(inner).substr(1);
      const auto file = out.volume->files.find(out.inner);
      if (file != out.volume->files.end()) {
        out.is_file = file->second.info.kind == FileInfo::Kind::File;
      } else if (out.volume->complete && !out.inner.empty()) {
        out.made = true;
      }
    }
    files_.mount(std::move(out));
  }

  void add_token(const PodTemplate& pod, const Container& container, const world::World& world) {
    if (pod.spec.automount_service_account_token.set() && !*pod.spec.automount_service_account_token) return;
    const std::string_view name = pod.spec.service_account_name->empty() ? std::string_view("default") : *pod.spec.service_account_name;
    const kube::Object* account = world.find("ServiceAccount", world.namespace_of(*pod.owner), name);
    if (account != nullptr && !pod.spec.automount_service_account_token.set()) {
      const yaml::Node* automount = account->root->find("automountServiceAccountToken");
      if (automount != nullptr && automount->is_bool() && !automount->as_bool()) return;
    }
    for (const kube::VolumeMount& mount : container.volume_mounts) {
      if (*mount.mount_path == kTokenMount) return;
    }
    token_.kind = Volume::Kind::Projected;
    token_.complete = true;
    token_.read_only = true;
    token_.root = {FileInfo::Kind::Directory, 0755, 0, 0, true, true};
    for (const char* file : {"token", "ca.crt", "namespace"}) {
      token_.files[file] = VolumeFile{{FileInfo::Kind::File, 0644, 0, 0, true, true}, std::nullopt, {}, {}, true};
    }
    ContainerFiles::Mount out;
    out.path = std::string(kTokenMount);
    out.volume = &token_;
    out.read_only = true;
    files_.mount(std::move(out));
  }

  /// runc fills HOME in from /etc/passwd: root's is /root, a user without an entry gets "/".
  void home() {
    const auto found = environment_.process.find("HOME");
    if (found == environment_.process.end() || found->second.kind != Value::Kind::Unknown) return;
    if (environment_.kubelet.find("HOME") != environment_.kubelet.end()) return;
    if (image_ != nullptr && context_.credentials.uid_known && context_.credentials.uid == 0) found->second = Value::known("/root");
  }

  const ImageInfo* image_;
  Environment environment_;
  ContainerFiles files_;
  PodNetwork network_;
  ContainerContext context_;
  ImageCommands commands_;
  VolumeContent unknown_;
  VolumeContent token_;
};

/// The command line before and after expansion, with where each word was written.
struct Line {
  Argv argv;
  std::vector<SourceSpan> spans;
  std::vector<std::string> written;
  bool from_image = false;     // argv[0] is the image's
  bool unknown = false;        // the image's own words are not known
};

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

/// Why runc would not start argv[0]; Kind Unknown when it would, or when nobody knows. A script that the
/// kernel itself must interpret gets its interpreter put before it.
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
    if (found.state == Command::State::Missing) return missing(word, "exec: \"" + word + "\": executable file not found in $PATH");
    if (found.state == Command::State::NotExecutable) {
      return not_started(Outcome::StartError::NotExecutable, Cause::None, word, "unable to start container process: exec: \"" + word + "\": permission denied",
                         "'" + word + "' may not be executed");
    }
    if (found.program == "script" && !found.path.empty()) return by_path(word, found.path, false);
    return {};
  }

  Outcome by_path(const std::string& word, const std::string& path, bool judge) {
    const ContainerContext& context = setup_.context();
    const FileInfo info = setup_.files().stat(path);
    if (info.kind == FileInfo::Kind::Missing) return missing(word, "exec: \"" + word + "\": stat " + word + ": no such file or directory");
    if (info.kind == FileInfo::Kind::Directory) {
      return not_started(Outcome::StartError::NotExecutable, Cause::None, word, "unable to start container process: exec: \"" + word + "\": is a directory",
                         "'" + word + "' is a directory");
    }
    if (info.kind != FileInfo::Kind::File) return {};
    if (judge && info.access_known) {
      const bool overrides = context.credentials.has("DAC_OVERRIDE");
      const auto& groups = context.credentials.groups;
      const bool group = info.gid == context.credentials.gid || std::find(groups.begin(), groups.end(), info.gid) != groups.end();
      const std::uint32_t bits = overrides ? 0111U : info.uid == context.credentials.uid ? 0100U : group ? 0010U : 0001U;
      if ((info.mode & bits) == 0) {
        return not_started(Outcome::StartError::NotExecutable, Cause::None, word, "unable to start container process: exec: \"" + word + "\": permission denied",
                           (info.mode & 0111U) == 0 ? "'" + word + "' has no execute permission" : "this user may not execute '" + word + "'");
      }
    }
    const auto text = setup_.files().read(path);
    return text ? interpret(path, *text) : Outcome{};
  }

  /// What execve does with a file of text. Errors here come after runc has started: exit code 1.
  Outcome interpret(const std::string& path, const std::string& text) {
    const std::string name = *line_.argv[0];
    if (!text.starts_with("#!")) {
      if (text.starts_with("\x7f" "ELF")) return {};
      return ends(1, Cause::ExecFormat, name, "exec " + name + ": exec format error", "the script has no #! line, so the kernel cannot start it");
    }
    std::string line = text.substr(2, text.find('\n') - 2);
    const std::size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string::npos) return ends(1, Cause::ExecFormat, name, "exec " + name + ": exec format error", "the #! line names no interpreter");
    line = line.substr(begin);
    const std::size_t blank = line.find_first_of(" \t");
    std::string interpreter = line.substr(0, blank);
    std::string argument = blank == std::string::npos ? "" : line.substr(blank + 1);
    while (!argument.empty() && (argument.front() == ' ' || argument.front() == '\t')) argument.erase(0, 1);
    while (!argument.empty() && (argument.back() == ' ' || argument.back() == '\t')) argument.pop_back();
    const std::string failure = "exec " + name + ": no such file or directory";
    if (interpreter.ends_with('\r')) {
      return ends(1, Cause::CarriageReturn, path, failure, "the #! line ends in a carriage return, which becomes part of the interpreter's name");
    }
    const FileInfo info = setup_.files().stat(clean_path(interpreter));
    if (info.kind == FileInfo::Kind::Missing) {
      return ends(1, Cause::BadInterpreter, interpreter, failure, "the image has no " + interpreter + ", which the script's #! line names");
    }
    line_.argv[0] = path;
    std::vector<std::optional<std::string>> front = {interpreter};
    if (!argument.empty()) front.emplace_back(argument);
    line_.argv.insert(line_.argv.begin(), front.begin(), front.end());
    line_.spans.insert(line_.spans.begin(), front.size(), line_.spans[0]);
    return {};
  }

  Outcome missing(const std::string& word, const std::string& log) {
    const std::string text = "unable to start container process: " + log;
    if (word.find_first_of(" \t\n") != std::string::npos) {
      return not_started(Outcome::StartError::NotFound, Cause::OneStringCommand, word, text, "the whole command line is one word, so it is taken for the program's name");
    }
    if (builtin_word(word)) {
      return not_started(Outcome::StartError::NotFound, Cause::BuiltinAsCommand, word, text, "'" + word + "' is a word of the shell, not a program");
    }
    if (const ContainerFiles::Mount* mount = hiding(word)) {
      Outcome out = not_started(Outcome::StartError::NotFound, Cause::HiddenByVolume, mount->volume->name, text,
                                "the volume mounted at " + mount->path + " hides the image's files there");
      if (mount->source != nullptr) out.span = mount->source->mount_path.span;
      return out;
    }
    return not_started(Outcome::StartError::NotFound, Cause::MissingTool, word, text, "there is no '" + word + "' in the container");
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

/// A directory mounted on a file of the image, or a file on a directory.
Outcome check_mounts(const Setup& setup) {
  for (const ContainerFiles::Mount& mount : setup.files().mounts()) {
    if (mount.source == nullptr) continue;
    const FileInfo image = setup.files().image_stat(mount.path);
    const bool directory = mount.made || (!mount.is_file && mount.inner.empty() && mount.volume->kind != Volume::Kind::HostPath);
    const bool clash = (image.kind == FileInfo::Kind::File && directory) || (image.kind == FileInfo::Kind::Directory && mount.is_file);
    if (!clash) continue;
    Outcome out = not_started(Outcome::StartError::NotADirectory, Cause::None, mount.path,
                              "unable to start container process: error during container init: error mounting \"" + mount.volume->name + "\" to rootfs at \"" +
                                  mount.path + "\": mount: not a directory: unknown: Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type",
                              mount.made ? "the volume has no '" + mount.inner + "', so an empty directory is mounted on the image's file " + mount.path
                                         : "the image has a " + std::string(image.kind == FileInfo::Kind::File ? "file" : "directory") + " at " + mount.path);
    out.span = mount.source->mount_path.span;
    return out;
  }
  return {};
}

Outcome check_memory(const Setup& setup) {
  const std::int64_t limit = setup.context().memory_limit;
  if (limit <= 0 || limit >= kRuntimeFloor) return {};
  Outcome out = not_started(Outcome::StartError::None, Cause::OutOfMemory, std::to_string(limit),
                            "unable to start container process: container init was OOM-killed (memory limit too low?)",
                            "a limit of " + std::to_string(limit) + " bytes of memory is too little even for starting a process");
  const kube::ResourceAmount* amount = kube::find_resource(setup.context().container->resources.limits, "memory");
  if (amount != nullptr) out.span = amount->span;
  return out;
}

SourceSpan span_of(const Setup& setup, const Line& line, const Place& place) {
  if (place.argument >= 0 && static_cast<std::size_t>(place.argument) < line.spans.size()) {
    return line.spans[static_cast<std::size_t>(place.argument)];
  }
  if (!place.path.empty()) {
    if (const VolumeFile* file = setup.files().volume_file(place.path)) return file->span;
  }
  return {};
}

/// What is the shell reader's answer in our words.
void note_cause(const ShellResult& result, Outcome& outcome) {
  if (outcome.cause != Cause::None) return;
  if (result.syntax_error) {
    outcome.cause = Cause::SyntaxError;
  } else if (!result.missing_variable.empty()) {
    outcome.cause = Cause::MissingVariable;
    outcome.subject = result.missing_variable;
  } else if (!result.missing_command.empty()) {
    outcome.cause = Cause::MissingTool;
    outcome.subject = result.missing_command;
  }
}

/// A command line that begins with the image's entrypoint or one of its programs needs no shell reader.
std::optional<Outcome> run_own(const Setup& setup, const Line& line) {
  const ImageInfo* image = setup.context().image;
  if (!line.argv[0]) return std::nullopt;
  std::string name = *line.argv[0];
  const bool path = name.find('/') != std::string::npos;
  const Command found = setup.context().commands->find(path ? join_path(setup.directory(), name) : name,
                                                       setup.environment().process_value("PATH"));
  if (found.state == Command::State::Found && found.program == "script") return std::nullopt;
  name = name.substr(name.rfind('/') + 1);
  const bool entry = image != nullptr && !image->entrypoint.empty() &&
                     name == image->entrypoint.front().substr(image->entrypoint.front().rfind('/') + 1);
  const bool own = entry || (image != nullptr && image->program(name) != nullptr) || name == "python3" || name == "python";
  if (!own || found.state == Command::State::Unknown) return std::nullopt;
  ProgramCall call;
  call.program = name;
  call.argv = line.argv;
  call.env = setup.environment().process;
  call.env_complete = setup.environment().complete;
  call.cwd = setup.directory();
  call.uid = setup.context().credentials.uid;
  call.files = &setup.files();
  return setup.context().commands->run(call);
}

/// Words that shells take differently; in an image that nobody knows it is not known which shell `sh` is.
bool depends_on_dialect(const Line& line) {
  for (const auto& word : line.argv) {
    if (!word) return true;
    if (word->size() < 8 && (word->ends_with("bash") || *word == "/bin/bash")) return false;
    for (const std::string_view special : {"pipefail", "[[", "source ", "function ", "<(", "<<<", "&>", "local ", "echo -", "$'"}) {
      if (word->find(special) != std::string::npos) return true;
    }
  }
  return false;
}

/// Says why where the shell reader only names the place: "`exit 1` ends it".
void explain(const Setup& setup, const Line& line, const Place& place, Outcome& outcome) {
  if (!outcome.explanation.empty() || outcome.kind != Kind::Exits) return;
  constexpr std::size_t kLongest = 60;  // bytes of the script that are quoted
  std::string text;
  if (place.argument >= 0 && static_cast<std::size_t>(place.argument) < line.written.size()) {
    const auto at = static_cast<std::size_t>(place.argument);
    // What was expanded may hold a secret.
    if (line.argv[at] && *line.argv[at] == line.written[at]) text = line.written[at];
  } else if (const VolumeFile* file = place.path.empty() ? nullptr : setup.files().volume_file(place.path)) {
    if (!file->secret && file->content) text = *file->content;
  }
  if (place.begin < place.end && place.end <= text.size()) {
    text = text.substr(place.begin, place.end - place.begin);
    text = text.substr(0, text.find('\n'));
    if (!text.empty() && text.size() <= kLongest) outcome.explanation = "`" + text + "` ends it";
  }
  if (outcome.explanation.empty()) outcome.explanation = outcome.exit_code == 0 ? "its command has nothing more to do" : "its command ends so by itself";
}

struct Reading {
  Outcome outcome;
  std::vector<WrittenFile> written;
  bool written_known = false;
  bool own_program = false;    // one of the image's servers, whose habits its table tells
};

Reading read_container(Setup& setup) {
  Reading out;
  const Container& container = *setup.context().container;
  Line line = command_line(container, setup.context().image, setup.environment());
  if (Outcome refused = check_memory(setup); refused.kind != Kind::Unknown) {
    out.outcome = std::move(refused);
    return out;
  }
  if (Outcome refused = check_mounts(setup); refused.kind != Kind::Unknown) {
    out.outcome = std::move(refused);
    return out;
  }
  if (line.unknown) return out;
  if (line.argv.empty()) {
    out.outcome.kind = Kind::NotStarted;
    out.outcome.start_error = Outcome::StartError::NoCommand;
    out.outcome.log = "failed to generate container spec: no command specified";
    out.outcome.explanation = "the image has no default command, and the manifest gives none";
    out.outcome.span = container.image.span;
    return out;
  }
  const FileInfo directory = setup.files().stat(setup.directory());
  if (directory.kind == FileInfo::Kind::File) {
    out.outcome = not_started(Outcome::StartError::BadWorkingDir, Cause::None, setup.directory(),
                              "unable to start container process: mkdir " + setup.directory() + ": not a directory", "the working directory is a file");
    out.outcome.span = container.working_dir.span;
    return out;
  }
  setup.make_directory();
  Starter starter(setup, line);
  if (Outcome refused = starter.check(); refused.kind != Kind::Unknown) {
    out.outcome = std::move(refused);
    if (!out.outcome.span.exists()) out.outcome.span = line.spans[0];
    return out;
  }
  ShellResult result;
  if (std::optional<Outcome> own = run_own(setup, line)) {
    result.outcome = std::move(*own);
    out.own_program = setup.context().image != nullptr && result.outcome.kind == Kind::RunsForever;
    result.written_known = result.outcome.kind == Kind::Exits && result.outcome.exit_code != 0;
  } else if (setup.context().image != nullptr || !depends_on_dialect(line)) {
    result = run_command(setup.input(line.argv));
    // What hangs on a Service that no file gives is likely as if it were not there.
    const auto decided = [](const Outcome& outcome) {
      return outcome.kind != Kind::Unknown && (outcome.kind != Kind::WaitsFor || outcome.sureness == Outcome::Sureness::Certain);
    };
    if (!decided(result.outcome) && !result.asked.empty()) {
      setup.network().assume_given = true;
      ShellResult assumed = run_command(setup.input(line.argv));
      setup.network().assume_given = false;
      if (decided(assumed.outcome)) {
        result = std::move(assumed);
        if (result.outcome.sureness == Outcome::Sureness::Certain) result.outcome.sureness = Outcome::Sureness::Likely;
      }
    }
  }
  out.outcome = std::move(result.outcome);
  note_cause(result, out.outcome);
  const Outcome& last = setup.commands().last;
  if (out.outcome.kind == Kind::Exits && out.outcome.cause == Cause::None && last.kind == Kind::Exits &&
      last.exit_code == out.outcome.exit_code && last.cause != Cause::None && out.outcome.explanation.find(last.explanation) != std::string::npos) {
    out.outcome.cause = last.cause;
    out.outcome.subject = last.subject;
    if (out.outcome.log.empty()) out.outcome.log = last.log;
  }
  explain(setup, line, result.place, out.outcome);
  if (!out.outcome.span.exists()) out.outcome.span = span_of(setup, line, result.place);
  if (!out.outcome.span.exists() && out.outcome.cause == Cause::OutOfMemory) {
    const kube::ResourceAmount* limit = kube::find_resource(container.resources.limits, "memory");
    if (limit != nullptr) out.outcome.span = limit->span;
  }
  // Else the first word that the manifest itself gives.
  const bool about_words = out.outcome.cause != Cause::RequiredEnvironment && out.outcome.cause != Cause::Privileges;
  for (const SourceSpan& span : line.spans) {
    if (!out.outcome.span.exists() && about_words) out.outcome.span = span;
  }
  if (!out.outcome.span.exists()) out.outcome.span = container.image.span;
  out.written = std::move(result.written);
  out.written_known = result.written_known;
  return out;
}

/// Volumes that some other running container of the pod may write to.
std::vector<std::string> shared_volumes(const PodTemplate& pod, const Container& own) {
  std::vector<std::string> out;
  const auto add = [&](const Container& other) {
    if (&other == &own) return;
    for (const kube::VolumeMount& mount : other.volume_mounts) {
      if (!*mount.read_only) out.emplace_back(*mount.name);
    }
  };
  for (const Container& other : pod.spec.init_containers) {
    if (other.sidecar() && (!own.init || other.index < own.index)) add(other);
  }
  if (!own.init) {
    for (const Container& other : pod.spec.containers) add(other);
  }
  return out;
}

void keep_written(const Setup& setup, const Reading& reading, PodVolumes& volumes) {
  for (const kube::VolumeMount& mount : setup.context().container->volume_mounts) {
    const auto found = volumes.find(*mount.name);
    if (found == volumes.end() || *mount.read_only || found->second.read_only) continue;
    if (!reading.written_known) {
      found->second.complete = false;
      for (auto& [path, file] : found->second.files) file.content.reset();
    }
  }
  for (const WrittenFile& file : reading.written) {
    const ContainerFiles::Mount* mount = setup.files().mount_of(file.path);
    if (mount == nullptr) continue;
    const auto found = volumes.find(mount->volume->name);
    if (found == volumes.end()) continue;
    const std::string real = setup.files().resolve(file.path);
    if (real == mount->path) {
      FileInfo& root = found->second.root;
      if (mount->inner.empty() && file.info.kind == FileInfo::Kind::Directory) {
        root.mode = file.info.mode;
        root.uid = file.info.uid;
        root.gid = file.info.gid;
        root.access_known = file.info.access_known;
      }
      continue;
    }
    std::string inner = mount->inner;
    if (!inner.empty()) inner += '/';
    inner += real.substr(mount->path.size() + 1);
    if (file.info.kind == FileInfo::Kind::Missing) {
      found->second.files.erase(inner);
      continue;
    }
    VolumeFile& kept = found->second.files[inner];
    kept.info = file.info;
    kept.info.read_only = false;
    kept.content = file.content;
    kept.span = {};
  }
}

/// Two servers of a pod cannot have one port: the second to start ends.
void mark_taken_ports(const PodTemplate& pod, std::vector<Outcome>& outcomes) {
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].kind != Kind::RunsForever || !outcomes[i].listens_known) continue;
    for (std::size_t k = 0; k < i; ++k) {
      if (outcomes[k].kind != Kind::RunsForever || !outcomes[k].listens_known) continue;
      const auto taken = std::find_first_of(outcomes[i].listens.begin(), outcomes[i].listens.end(), outcomes[k].listens.begin(), outcomes[k].listens.end());
      if (taken == outcomes[i].listens.end()) continue;
      const std::string port = std::to_string(*taken);
      Outcome out = ends(1, Cause::PortTaken, port, "bind: Address already in use (port " + port + ")",
                         "container " + std::string(*pod.spec.containers[k].name) + " of the same pod already listens on port " + port);
      out.span = outcomes[i].span.exists() ? outcomes[i].span : pod.spec.containers[i].image.span;
      out.latest = 5;
      outcomes[i] = std::move(out);
      break;
    }
  }
}

/// Reads the init containers in order; `volumes` hold what they leave.
std::vector<Outcome> read_init_containers(const PodTemplate& pod, const world::World& world, PodVolumes& volumes) {
  std::vector<Outcome> out;
  for (const Container& container : pod.spec.init_containers) {
    Setup setup(pod, container, world, volumes, shared_volumes(pod, container));
    Reading reading = read_container(setup);
    keep_written(setup, reading, volumes);
    out.push_back(std::move(reading.outcome));
  }
  return out;
}

}  // namespace

PodOutcomes predict_pod(const PodTemplate& pod, const world::World& world) {
  PodOutcomes out;
  PodVolumes volumes = pod_volumes(pod, world);
  out.init_containers = read_init_containers(pod, world, volumes);
  for (const Container& container : pod.spec.containers) {
    Setup setup(pod, container, world, volumes, shared_volumes(pod, container));
    setup.network().own_ports_known = pod.spec.containers.size() == 1 && pod.spec.init_containers.empty() && !*pod.spec.host_network;
    out.containers.push_back(read_container(setup).outcome);
  }
  mark_taken_ports(pod, out.containers);
  return out;
}

Outcome predict(const PodTemplate& pod, const Container& container, const world::World& world) {
  const PodOutcomes all = predict_pod(pod, world);
  const std::vector<Outcome>& list = container.init ? all.init_containers : all.containers;
  return container.index < list.size() ? list[container.index] : Outcome{};
}

namespace {

/// A container's files once its own process has settled: what that wrote or removed lies over them. Where it
/// may have written, nothing is missing for sure.
class AfterMain final : public FileSystem {
 public:
  AfterMain(const FileSystem& before, const Reading& main, const ImageInfo* image) : before_(before), main_(main) {
    if (!main.own_program || image == nullptr) return;
    for (const ImageProgram& program : image->programs) {
      for (const ImagePath& path : program.writes) touched_.push_back(path.path);
    }
    if (!image->script.data.directory.empty()) touched_.push_back(image->script.data.directory);
  }

  [[nodiscard]] FileInfo stat(std::string_view path) const override {
    if (const WrittenFile* file = find(path)) return file->info;
    FileInfo info = before_.stat(path);
    if (info.kind == FileInfo::Kind::Missing && may_be_written(path)) info.kind = FileInfo::Kind::Unknown;
    return info;
  }
  [[nodiscard]] std::optional<std::string> read(std::string_view path) const override {
    if (const WrittenFile* file = find(path)) return file->content;
    if (may_be_written(path)) return std::nullopt;
    return before_.read(path);
  }
  [[nodiscard]] std::optional<std::vector<std::string>> list(std::string_view path) const override {
    if (may_be_written(path)) return std::nullopt;
    const std::string below = std::string(path) + "/";
    for (const WrittenFile& file : main_.written) {
      if (file.path.starts_with(below)) return std::nullopt;
    }
    return before_.list(path);
  }

 private:
  [[nodiscard]] const WrittenFile* find(std::string_view path) const {
    for (const WrittenFile& file : main_.written) {
      if (file.path == path) return &file;
    }
    return nullptr;
  }
  [[nodiscard]] bool may_be_written(std::string_view path) const {
    if (main_.own_program) {
      return std::any_of(touched_.begin(), touched_.end(), [&](std::string_view directory) {
        return path.starts_with(directory) && (path.size() == directory.size() || path[directory.size()] == '/');
      });
    }
    return !main_.written_known;
  }
  const FileSystem& before_;
  const Reading& main_;
  std::vector<std::string_view> touched_;
};

}  // namespace

Outcome predict_exec(const PodTemplate& pod, const Container& container, const world::World& world, const PodOutcomes& outcomes,
                     const std::vector<std::string>& command) {
  if (command.empty()) return {};
  PodVolumes volumes = pod_volumes(pod, world);
  if (!container.init) read_init_containers(pod, world, volumes);
  std::vector<std::string> shared = shared_volumes(pod, container);
  // The main process itself writes too, and so did the init containers.
  for (const kube::VolumeMount& mount : container.volume_mounts) {
    if (!*mount.read_only) shared.emplace_back(*mount.name);
  }
  Setup setup(pod, container, world, volumes, shared);
  setup.make_directory();
  if (!container.init) {
    setup.network().own_ports_known = !*pod.spec.host_network && outcomes.containers.size() == pod.spec.containers.size();
    for (const Outcome& outcome : outcomes.containers) {
      if (outcome.kind != Kind::RunsForever || !outcome.listens_known) setup.network().own_ports_known = false;
      setup.network().own_ports.insert(setup.network().own_ports.end(), outcome.listens.begin(), outcome.listens.end());
    }
  }
  Line line;
  for (const std::string& word : command) {
    line.argv.emplace_back(word);
    line.spans.emplace_back();
  }
  Starter starter(setup, line);
  if (Outcome refused = starter.check(); refused.kind != Kind::Unknown) return refused;
  Setup before(pod, container, world, volumes, shared);
  const Reading main = read_container(before);
  const AfterMain files(setup.files(), main, setup.context().image);
  ShellInput input = setup.input(line.argv);
  input.stdin_open = false;
  input.files = &files;
  ShellResult result = run_command(input);
  note_cause(result, result.outcome);
  return std::move(result.outcome);
}

}  // namespace podseer::process
