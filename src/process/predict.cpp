// SPDX-License-Identifier: Apache-2.0
// Puts a container together (container_setup.hpp), asks whether it can be started (start_check.hpp) and reads its
// command line. `command: ["sh", "/s/run.sh"]` with the ConfigMap's key named run.sh but mounted as start.sh: the
// shell ends with 2, "can't open '/s/run.sh'".
#include "process/predict.hpp"

#include <algorithm>

#include "process/lasting.hpp"
#include "process/programs.hpp"
#include "process/reading.hpp"
#include "process/start_check.hpp"
#include "yaml/part.hpp"

namespace podseer::process {
namespace {

using Cause = Outcome::Cause;
using Kind = Outcome::Kind;
using kube::Container;
using kube::PodTemplate;

/// The argument or file that holds the place, and its text as written; the text is empty where it is not known.
std::pair<SourceSpan, std::string> written_at(const Setup& setup, const Line& line, const Place& place) {
  const auto at = static_cast<std::size_t>(place.argument);
  if (place.argument >= 0 && at < line.spans.size()) {
    // What was expanded may hold a secret, and is not what stands in the file.
    return {line.spans[at], line.argv[at] && *line.argv[at] == line.written[at] ? line.written[at] : std::string()};
  }
  const VolumeFile* file = place.path.empty() ? nullptr : setup.files().volume_file(place.path);
  if (file == nullptr) return {};
  return {file->span, file->content.value_or("")};
}

/// Where the deciding word stands: exactly where that can be told, else all of its argument or file.
void note_span(const Setup& setup, const Line& line, const Place& place, Outcome& outcome) {
  const auto [whole, text] = written_at(setup, line, place);
  if (!whole.exists()) return;
  const SourceSpan word =
      yaml::part_of(setup.context().world->bytes_of(whole.file), whole, text, place.begin, place.end);
  outcome.span = word.exists() ? word : whole;
  if (word.exists()) outcome.around = whole;
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
  const bool own =
      entry || (image != nullptr && image->program(name) != nullptr) || name == "python3" || name == "python";
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
    for (const std::string_view special :
         {"pipefail", "[[", "source ", "function ", "<(", "<<<", "&>", "local ", "echo -", "$'"}) {
      if (word->find(special) != std::string::npos) return true;
    }
  }
  return false;
}

/// Says why where the shell reader only names the place: "`exit 1` ends it".
void explain(const Setup& setup, const Line& line, const Place& place, Outcome& outcome) {
  if (!outcome.explanation.empty() || outcome.kind != Kind::Exits) return;
  constexpr std::size_t kLongest = 60;  // bytes of the script that are quoted
  const VolumeFile* file = place.path.empty() ? nullptr : setup.files().volume_file(place.path);
  std::string text = file != nullptr && file->secret ? std::string() : written_at(setup, line, place).second;
  if (place.begin < place.end && place.end <= text.size()) {
    text = text.substr(place.begin, place.end - place.begin);
    text = text.substr(0, text.find('\n'));
    if (!text.empty() && text.size() <= kLongest) outcome.explanation = "`" + text + "` ends it";
  }
  if (outcome.explanation.empty())
    outcome.explanation =
        outcome.exit_code == 0 ? "its command has nothing more to do" : "its command ends so by itself";
}

/// A server that looks a host up while it starts, where no Service of the name is given, but one whose name is a slip
/// away. That a Service is made elsewhere is the common case, so only such a near miss counts in an open world.
std::optional<Outcome> misspelt_host(Setup& setup, const Line& line) {
  const world::World& world = *setup.context().world;
  if (world.assumptions().closed || !setup.network().unsure) return std::nullopt;
  setup.network().assume_given = true;
  std::optional<Outcome> assumed = run_own(setup, line);
  setup.network().assume_given = false;
  if (!assumed || assumed->kind != Kind::Exits || assumed->cause != Cause::UnresolvedHost) return std::nullopt;
  const std::string_view label = std::string_view(assumed->subject).substr(0, assumed->subject.find('.'));
  const std::string_view ns = world.namespace_of(*setup.context().pod->owner);
  const auto near = world::nearest(label, world.names("Service", ns));
  if (near.empty() || world.exists("Service", ns, label) == world::Known::Yes) return std::nullopt;
  assumed->explanation += "; there is a Service '" + std::string(near.front()) + "'";
  assumed->sureness = Outcome::Sureness::Likely;
  return assumed;
}

}  // namespace

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

/// Is there anything that the shell reader could say of this command line?
bool is_known(const Setup& setup, const Line& line) {
  if (!line.argv[0]) return false;
  const std::string& name = *line.argv[0];
  const bool path = name.find('/') != std::string::npos;
  const Command found = setup.context().commands->find(path ? join_path(setup.directory(), name) : name,
                                                       setup.environment().process_value("PATH"));
  return found.state != Command::State::Unknown;
}

/// Would it stay? Looks at the words and at the script that they name.
bool lasts_if_well(const Setup& setup, const Line& line) {
  for (const auto& word : line.argv) {
    if (!word) continue;
    if (looks_lasting(*word)) return true;
    if (!word->starts_with('/') && word->find('.') == std::string::npos) continue;
    const std::optional<std::string> script =
        setup.files().read(word->starts_with('/') ? *word : join_path(setup.directory(), *word));
    if (script && looks_lasting(*script)) return true;
  }
  return false;
}

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
                              "unable to start container process: mkdir " + setup.directory() + ": not a directory",
                              "the working directory is a file");
    out.outcome.span = container.working_dir.span;
    return out;
  }
  setup.make_directory();
  if (Outcome refused = check_start(setup, line); refused.kind != Kind::Unknown) {
    out.outcome = std::move(refused);
    if (!out.outcome.span.exists()) out.outcome.span = line.spans[0];
    return out;
  }
  ShellResult result;
  if (std::optional<Outcome> own = run_own(setup, line)) {
    result.outcome = std::move(*own);
    if (result.outcome.kind == Kind::RunsForever) {
      if (std::optional<Outcome> misspelt = misspelt_host(setup, line)) result.outcome = std::move(*misspelt);
    }
    out.own_program = setup.context().image != nullptr && result.outcome.kind == Kind::RunsForever;
    result.written_known = result.outcome.kind == Kind::Exits && result.outcome.exit_code != 0;
  } else if (is_known(setup, line) && (setup.context().image != nullptr || !depends_on_dialect(line))) {
    std::optional<BesideHook> beside;
    if (container.post_start && container.post_start->kind == kube::Handler::Kind::Exec)
      beside.emplace(setup.files(), *container.post_start);
    const auto input = [&] {
      ShellInput in = setup.input(line.argv);
      if (beside) in.files = &*beside;
      return in;
    };
    result = run_command(input());
    // What hangs on a Service that no file gives is likely as if it were not there.
    const auto decided = [](const Outcome& outcome) {
      return outcome.kind != Kind::Unknown &&
             (outcome.kind != Kind::WaitsFor || outcome.sureness == Outcome::Sureness::Certain);
    };
    if (!decided(result.outcome) && !result.asked.empty()) {
      setup.network().assume_given = true;
      ShellResult assumed = run_command(input());
      setup.network().assume_given = false;
      if (decided(assumed.outcome)) {
        result = std::move(assumed);
        if (result.outcome.sureness == Outcome::Sureness::Certain) result.outcome.sureness = Outcome::Sureness::Likely;
      }
    }
  }
  out.outcome = std::move(result.outcome);
  const bool may_end = *setup.context().pod->spec.restart_policy != "Always";  // else nobody asks
  if (out.outcome.kind == Kind::Unknown && may_end) out.outcome.lasts_if_well = lasts_if_well(setup, line);
  note_cause(result, out.outcome);
  const Outcome& last = setup.commands().last;
  if (out.outcome.kind == Kind::Exits && out.outcome.cause == Cause::None && last.kind == Kind::Exits &&
      last.exit_code == out.outcome.exit_code && last.cause != Cause::None &&
      out.outcome.explanation.find(last.explanation) != std::string::npos) {
    out.outcome.cause = last.cause;
    out.outcome.subject = last.subject;
    if (last.around.exists()) {
      out.outcome.span = last.span;
      out.outcome.around = last.around;
    }
    if (out.outcome.log.empty()) out.outcome.log = last.log;
  }
  explain(setup, line, result.place, out.outcome);
  if (!out.outcome.span.exists()) note_span(setup, line, result.place, out.outcome);
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

bool writable(const PodTemplate& pod, const kube::VolumeMount& mount) {
  if (*mount.read_only) return false;
  using Volume = kube::Volume::Kind;
  return std::none_of(pod.spec.volumes.begin(), pod.spec.volumes.end(), [&](const kube::Volume& volume) {
    return *volume.name == *mount.name && (volume.kind == Volume::ConfigMap || volume.kind == Volume::Secret ||
                                           volume.kind == Volume::Projected || volume.kind == Volume::DownwardApi);
  });
}

std::vector<std::string> shared_volumes(const PodTemplate& pod, const Container& own) {
  std::vector<std::string> out;
  const auto add = [&](const Container& other) {
    if (&other == &own) return;
    for (const kube::VolumeMount& mount : other.volume_mounts) {
      if (writable(pod, mount)) out.emplace_back(*mount.name);
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

namespace {

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

/// Is the container started again in the same pod, and does it find more there? Volumes stay, the root file system is
/// made anew.
bool starts_anew(const Setup& setup, const Reading& reading) {
  const Container& container = *setup.context().container;
  const bool restarts = container.sidecar() || *setup.context().pod->spec.restart_policy != "Never";
  if (!restarts || !reading.written_known || reading.outcome.kind != Kind::Exits || reading.outcome.exit_code == 0)
    return false;
  return std::any_of(reading.written.begin(), reading.written.end(),
                     [&](const WrittenFile& file) { return setup.files().mount_of(file.path) != nullptr; });
}

/// Reads a container and, where it fails and leaves something in a volume, its restarts: what it does once it fails no
/// more is what stays. Where every start fails, the first is told. `keep`: `volumes` become as the told start leaves
/// them. `others`: all ports that the other containers of the pod open; null where nobody knows.
Reading read_starts(const PodTemplate& pod, const Container& container, const world::World& world, PodVolumes& volumes,
                    bool keep, const std::vector<std::int64_t>* others = nullptr) {
  constexpr int kMostStarts =
      8;  // the back-off from 10 s to 300 s puts the eighth a quarter of an hour after the first
  const std::vector<std::string> shared = shared_volumes(pod, container);
  std::optional<Reading> first;
  PodVolumes seen;  // by the restarts
  for (int start = 0; start < kMostStarts; ++start) {
    Setup setup(pod, container, world, first ? seen : volumes, shared);
    if (!container.init)
      setup.network().own_ports_known = pod.spec.containers.size() == 1 && pod.spec.init_containers.empty() &&
                                        !*pod.spec.host_network && !container.post_start;
    if (others != nullptr) {
      setup.network().own_ports_known = true;
      setup.network().later_ports = *others;
    }
    Reading reading = read_container(setup);
    const bool again = starts_anew(setup, reading);
    if (!first && again) seen = volumes;
    if (!first && keep) keep_written(setup, reading, volumes);
    if (first || again) keep_written(setup, reading, seen);
    if (again) {
      if (!first) first = std::move(reading);
      continue;
    }
    if (!first) return reading;
    if (reading.outcome.kind == Kind::NotStarted ||
        (reading.outcome.kind == Kind::Exits && reading.outcome.exit_code != 0))
      break;
    if (keep) volumes = std::move(seen);
    return reading;
  }
  return std::move(*first);
}

/// Two servers of a pod cannot have one port: the second to start ends.
void mark_taken_ports(const PodTemplate& pod, std::vector<Outcome>& outcomes) {
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].kind != Kind::RunsForever || !outcomes[i].listens_known) continue;
    for (std::size_t k = 0; k < i; ++k) {
      if (outcomes[k].kind != Kind::RunsForever || !outcomes[k].listens_known) continue;
      const auto taken = std::find_first_of(outcomes[i].listens.begin(), outcomes[i].listens.end(),
                                            outcomes[k].listens.begin(), outcomes[k].listens.end());
      if (taken == outcomes[i].listens.end()) continue;
      const std::string port = std::to_string(*taken);
      Outcome out = ends(1, Cause::PortTaken, port, "bind: Address already in use (port " + port + ")",
                         "container " + std::string(*pod.spec.containers[k].name) +
                             " of the same pod already listens on port " + port);
      out.span = outcomes[i].span.exists() ? outcomes[i].span : pod.spec.containers[i].image.span;
      out.latest = 5;
      outcomes[i] = std::move(out);
      break;
    }
  }
}

/// A container of which nothing can be said may ask a port of its own pod. Where all others are known, so is what
/// nobody ever opens.
void read_with_ports(const PodTemplate& pod, const world::World& world, PodVolumes& volumes, PodOutcomes& all) {
  std::vector<std::int64_t> ports;
  std::optional<std::size_t> unknown;
  const auto add = [&](const Outcome& outcome) {
    if (outcome.kind != Kind::RunsForever || !outcome.listens_known || outcome.sureness == Outcome::Sureness::Possible)
      return false;
    ports.insert(ports.end(), outcome.listens.begin(), outcome.listens.end());
    ports.insert(ports.end(), outcome.listens_local.begin(), outcome.listens_local.end());
    return true;
  };
  for (std::size_t i = 0; i < all.init_containers.size(); ++i) {
    if (pod.spec.init_containers[i].sidecar() && !add(all.init_containers[i])) return;
  }
  for (std::size_t i = 0; i < all.containers.size(); ++i) {
    if (add(all.containers[i])) continue;
    if (unknown || all.containers[i].kind != Kind::Unknown) return;
    unknown = i;
  }
  if (!unknown || all.containers.size() < 2) return;
  // A hook may start a server of its own.
  if (std::any_of(pod.spec.containers.begin(), pod.spec.containers.end(),
                  [](const Container& one) { return one.post_start.has_value(); }))
    return;
  all.containers[*unknown] = read_starts(pod, pod.spec.containers[*unknown], world, volumes, false, &ports).outcome;
}

}  // namespace

std::vector<Outcome> read_init_containers(const PodTemplate& pod, const world::World& world, PodVolumes& volumes) {
  std::vector<Outcome> out;
  for (const Container& container : pod.spec.init_containers) {
    out.push_back(read_starts(pod, container, world, volumes, true).outcome);
  }
  return out;
}

PodOutcomes predict_pod(const PodTemplate& pod, const world::World& world) {
  PodOutcomes out;
  PodVolumes volumes = pod_volumes(pod, world);
  out.init_containers = read_init_containers(pod, world, volumes);
  for (const Container& container : pod.spec.containers) {
    out.containers.push_back(read_starts(pod, container, world, volumes, false).outcome);
  }
  if (!*pod.spec.host_network) read_with_ports(pod, world, volumes, out);
  mark_taken_ports(pod, out.containers);
  return out;
}

Outcome predict(const PodTemplate& pod, const Container& container, const world::World& world) {
  const PodOutcomes all = predict_pod(pod, world);
  const std::vector<Outcome>& list = container.init ? all.init_containers : all.containers;
  return container.index < list.size() ? list[container.index] : Outcome{};
}

}  // namespace podseer::process
