// SPDX-License-Identifier: Apache-2.0
// What an image's entrypoint and its programs do, from the tables. `postgres:16` without POSTGRES_PASSWORD
// ends with 1 in its entrypoint; `command: [postgres]` skips the entrypoint and ends because it is root.
#include "process/programs.hpp"

#include <algorithm>

#include "process/environment.hpp"
#include "world/glob.hpp"

namespace podseer::process {
namespace {

using Cause = Outcome::Cause;
using Words_ = std::vector<std::optional<std::string>>;

std::string base_name_of(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

bool contains(Words words, std::string_view wanted) {
  return std::find(words.begin(), words.end(), wanted) != words.end();
}

Value value_of(const ProgramCall& call, std::string_view name) {
  const auto found = call.env.find(std::string(name));
  if (found != call.env.end()) return found->second;
  return call.env_complete ? Value{} : Value::unknown();
}

/// "NAME" (set and not empty) or "NAME=value".
Answer holds(const ProgramCall& call, std::string_view demand) {
  const std::size_t equals = demand.find('=');
  const Value value = value_of(call, demand.substr(0, equals));
  if (value.kind == Value::Kind::NotSet) return Answer::No;
  if (value.kind == Value::Kind::Unknown) return Answer::Unknown;
  if (equals == std::string_view::npos) return value.text.empty() ? Answer::No : Answer::Yes;
  return value.text == demand.substr(equals + 1) ? Answer::Yes : Answer::No;
}

std::string joined(Words words, std::string_view between) {
  std::string out;
  for (const std::string_view word : words) {
    if (!out.empty()) out += between;
    out += word;
  }
  return out;
}

Outcome from(const ImageExit& exit, Cause cause, std::string subject, std::string explanation) {
  return ends(exit.exit_code, cause, std::move(subject), std::string(exit.log), std::move(explanation));
}

/// The data directory's state: empty for sure, in use for sure, or unknown (a claim may hold old data).
struct DataState {
  std::string directory;
  Answer initialised = Answer::Unknown;
  const ContainerFiles::Mount* mount = nullptr;
};

DataState data_state(const ContainerContext& context, const ProgramCall& call) {
  DataState out;
  const ImageData& data = context.image->script.data;
  out.directory = std::string(data.directory);
  if (!data.variable.empty()) {
    const Value moved = value_of(call, data.variable);
    if (moved.kind == Value::Kind::Known && !moved.text.empty()) out.directory = clean_path(moved.text);
    if (moved.kind == Value::Kind::Unknown) out.directory.clear();
  }
  if (out.directory.empty()) {
    out.initialised = data.directory.empty() ? Answer::No : Answer::Unknown;
    return out;
  }
  out.mount = context.files->mount_of(out.directory);
  if (out.mount == nullptr || out.mount->volume->kind == kube::Volume::Kind::EmptyDir) out.initialised = Answer::No;
  return out;
}

Outcome check_requirement(const ContainerContext& context, const ProgramCall& call, const ImageRequirement& one,
                          const DataState& data) {
  if (!one.all_of.empty()) {
    std::size_t set = 0, unknown = 0;
    std::string missing;
    for (const std::string_view name : one.all_of) {
      const Answer answer = holds(call, name);
      const Answer file = holds(call, std::string(name) + "_FILE");
      if (answer == Answer::Unknown || (answer == Answer::No && file == Answer::Unknown)) {
        ++unknown;
      } else if (answer == Answer::Yes || file == Answer::Yes) {
        ++set;
      } else {
        missing = std::string(name);
      }
    }
    if (unknown > 0 || set == 0 || set == one.all_of.size()) return {};
    return from(one.otherwise, Cause::RequiredEnvironment, missing,
                "the image's entrypoint wants all of " + joined(one.all_of, ", ") + " or none");
  }
  for (const std::string_view demand : one.any_of) {
    if (holds(call, demand) != Answer::No) return {};
  }
  for (const std::string_view name : one.files) {
    const Value file = value_of(call, std::string(name) + "_FILE");
    if (file.kind == Value::Kind::NotSet) continue;
    if (file.kind == Value::Kind::Unknown || file.text.empty()) return {};
    const FileInfo info = call.files->stat(clean_path(file.text));
    if (info.kind != FileInfo::Kind::Missing) return {};
    return ends(1, Cause::MissingFile, clean_path(file.text), file.text + ": No such file or directory",
                std::string(name) + "_FILE names a file that is not there");
  }
  Outcome out = from(one.otherwise, Cause::RequiredEnvironment, joined(one.any_of, ", "),
                     "the image's entrypoint ends when none of " + joined(one.any_of, ", ") + " is set");
  // A volume that already holds a database needs no password.
  if (data.initialised == Answer::Unknown && !context.image->script.data.directory.empty())
    out.sureness = Outcome::Sureness::Likely;
  return out;
}

/// A finding about a mount underlines its path.
Outcome at_mount(const ContainerFiles::Mount& mount, Outcome out) {
  if (mount.source != nullptr) out.span = mount.source->mount_path.span;
  return out;
}

/// postgres 18 and newer: a mount at the directory of older versions, while PGDATA is the image's own.
Outcome check_old_mount(const ContainerContext& context, const ProgramCall& call, const DataState& state) {
  const ImageData& data = context.image->script.data;
  if (data.old_mount.empty()) return {};
  const ContainerFiles::Mount* mount = context.files->mount_of(data.old_mount);
  if (mount == nullptr || mount->path != data.old_mount) return {};
  const auto own = std::find_if(context.image->environment.begin(), context.image->environment.end(),
                                [&](const ImageVariable& one) { return one.name == data.variable; });
  const Value value = value_of(call, data.variable);
  const bool exact = own != context.image->environment.end() && own->known;
  const auto& env = context.container->env;
  const bool written =
      std::any_of(env.begin(), env.end(), [&](const kube::EnvVar& one) { return *one.name == data.variable; });
  if (exact ? value.kind != Value::Kind::Known || value.text != own->value
            : value.kind == Value::Kind::Known || written || !call.env_complete)
    return {};
  // A database that is there already is started without looking further.
  if (exact && state.initialised != Answer::No) return {};
  if (!exact && context.files->mount_of(data.directory) != nullptr) return {};
  Outcome out =
      ends(data.not_empty.exit_code, Cause::DataDirectory, std::string(data.old_mount), std::string(data.old_mount_log),
           "the image keeps its data elsewhere from this version on, and its entrypoint refuses a volume at " +
               std::string(data.old_mount));
  if (!exact) out.sureness = Outcome::Sureness::Likely;  // the tag may still name an older version in a mirror
  return at_mount(*mount, std::move(out));
}

/// lost+found in the root of a new disk. Likely where the disk is known to be formatted so, else Possible.
Outcome check_lost_found(const ContainerContext& context, const ProgramCall& call, const DataState& state) {
  const ImageData& data = context.image->script.data;
  if (data.lost_found_log.empty() || !state.mount->inner.empty() || !state.mount->volume->is_claim()) return {};
  if (state.mount->volume->lost_found == Answer::No || !state.mount->trusted) return {};
  if (!data.lost_found_option.empty()) {
    const auto told = [&](const auto& word) { return !word || word->starts_with(data.lost_found_option); };
    if (std::any_of(call.argv.begin(), call.argv.end(), told)) return {};
    // Or the configuration says it.
    const auto& mounts = context.files->mounts();
    if (std::any_of(mounts.begin(), mounts.end(),
                    [](const ContainerFiles::Mount& one) { return one.path.starts_with("/etc"); }))
      return {};
  }
  // An init container may have removed it, or made a database.
  const auto& init = context.pod->spec.init_containers;
  const auto touches = [&](const kube::Container& one) {
    return std::any_of(one.volume_mounts.begin(), one.volume_mounts.end(),
                       [&](const kube::VolumeMount& mount) { return *mount.name == state.mount->volume->name; });
  };
  if (std::any_of(init.begin(), init.end(), touches)) return {};
  Outcome out = ends(data.not_empty.exit_code, Cause::DataDirectory, state.directory,
                     fill(data.lost_found_log, {{"dir", state.directory}}),
                     "a new disk has the directory lost+found in its root, and the data directory must be empty");
  out.sureness =
      state.mount->volume->lost_found == Answer::Yes ? Outcome::Sureness::Likely : Outcome::Sureness::Possible;
  return at_mount(*state.mount, std::move(out));
}

Outcome check_data(const ContainerContext& context, const ProgramCall& call, const DataState& state, std::int64_t uid) {
  const ImageData& data = context.image->script.data;
  if (Outcome out = check_old_mount(context, call, state); out.kind != Outcome::Kind::Unknown) return out;
  if (state.mount == nullptr) return {};
  const bool at_root = context.files->resolve(state.directory) == state.mount->path;
  if (data.owner_changes_mode && uid != 0 && at_root) {
    const FileInfo info = call.files->stat(state.directory);
    if (info.access_known && info.uid != uid && info.kind == FileInfo::Kind::Directory) {
      return at_mount(*state.mount,
                      ends(1, Cause::DataDirectory, state.directory, fill(data.mode_log, {{"dir", state.directory}}),
                           "the volume's root belongs to root, so another user cannot change its mode"));
    }
  }
  if (!data.must_be_empty) return {};
  if (at_root) {
    if (Outcome out = check_lost_found(context, call, state); out.kind != Outcome::Kind::Unknown) return out;
  }
  const auto names = call.files->list(state.directory);
  if (!names || names->empty()) return {};
  // An old cluster's files would be there together with these.
  if (std::find(names->begin(), names->end(), "PG_VERSION") != names->end()) return {};
  return at_mount(*state.mount, ends(data.not_empty.exit_code, Cause::DataDirectory, state.directory,
                                     fill(data.not_empty.log, {{"dir", state.directory}}),
                                     "the data directory already holds '" + names->front() + "'"));
}

/// What the script itself demands. Kind Unknown: nothing stands in the way. `uid` may be stepped down.
/// `risks`: what may go wrong, but is not to be counted on.
Outcome check_script(const ContainerContext& context, const ProgramCall& call, std::int64_t& uid,
                     std::vector<Outcome>& risks) {
  const ImageScript& script = context.image->script;
  for (const ImageForbidden& one : script.forbidden) {
    if (holds(call, one.variable) == Answer::Yes) {
      Outcome out =
          from(one.then, Cause::ForbiddenEnvironment, std::string(one.variable.substr(0, one.variable.find('='))),
               "the image's entrypoint ends when this variable is set");
      return out;
    }
  }
  const DataState data = data_state(context, call);
  if (uid == 0 && data.mount != nullptr) {
    for (const std::string_view capability : script.capabilities) {
      if (!context.credentials.has(capability)) {
        return ends(1, Cause::Privileges, std::string(capability), std::string(script.capability_log),
                    "the entrypoint, started as root, needs the capability " + std::string(capability));
      }
    }
  }
  for (const ImageRequirement& one : script.requirements) {
    Outcome out = check_requirement(context, call, one, data);
    if (out.kind != Outcome::Kind::Unknown) return out;
  }
  if (uid == 0 && script.drops_to != 0) {
    for (const std::string_view capability : {std::string_view("SETUID"), std::string_view("SETGID")}) {
      if (!context.credentials.has(capability)) {
        return ends(1, Cause::Privileges, std::string(capability), std::string(script.drop_log),
                    "the entrypoint cannot step down from root without the capability " + std::string(capability));
      }
    }
  }
  Outcome out = check_data(context, call, data, uid);
  if (out.sureness == Outcome::Sureness::Possible) {
    risks.push_back(std::move(out));
  } else if (out.kind != Outcome::Kind::Unknown) {
    return out;
  }
  if (uid == 0 && script.drops_to != 0) uid = script.drops_to;
  return {};
}

/// A program that only the shell reader knows, or another script of the image.
Outcome run_other(const ContainerContext& context, const ProgramCall& call) {
  ShellInput input;
  input.argv = call.argv;
  input.env = call.env;
  input.env_complete = call.env_complete;
  input.uid = call.uid;
  input.cwd = call.cwd;
  input.memory_limit = context.memory_limit;
  input.stdin_open = context.reads_forever;
  input.files = call.files;
  input.commands = context.commands;
  input.network = context.network;
  ShellResult result = run_command(input);
  return std::move(result.outcome);
}

Outcome check_floor(const ContainerContext& context, const ImageProgram& program) {
  if (context.memory_limit <= 0 || program.memory_floor <= 0 || context.memory_limit >= program.memory_floor) return {};
  Outcome out =
      ends(137, Cause::OutOfMemory, std::string(program.name), "",
           std::string(program.name) + " needs about " + std::to_string(program.memory_floor / (1024 * 1024)) +
               " MiB to start, which is more than the memory limit");
  // Known floors are measurements, not promises.
  out.sureness =
      context.memory_limit * 2 < program.memory_floor ? Outcome::Sureness::Likely : Outcome::Sureness::Possible;
  return out;
}

Outcome check_rights(const Started& started) {
  const ContainerContext& context = *started.context;
  const ImageProgram& program = *started.program;
  for (const ImagePath& one : program.writes) {
    const auto error = write_error(context, *started.files, one.path, started.uid, one.owner);
    if (!error || error->empty()) continue;
    const std::size_t colon = error->find(": ");
    return ends(
        1, Cause::NotWritable, std::string(one.path),
        fill(one.log, {{"errno", *error}, {"error", error->substr(colon + 2)}, {"path", std::string(one.path)}}),
        std::string(program.name) + " must write below " + std::string(one.path));
  }
  if (started.uid == 0) {
    for (const std::string_view capability : program.capabilities) {
      if (context.credentials.has(capability)) continue;
      return ends(1, Cause::Privileges, std::string(capability), std::string(program.capability_log),
                  std::string(program.name) + ", started as root, needs the capability " + std::string(capability));
    }
  }
  return {};
}

/// The ports after options and environment; false when they cannot be told. `local`: on the loopback device alone.
bool ports_of(const Started& started, std::vector<std::int64_t>& out, bool& local) {
  const ImageProgram& program = *started.program;
  out.assign(program.ports.begin(), program.ports.end());
  if (program.reader == "ports-unknown") return false;
  const auto take = [&](const Value& value) {
    if (value.kind == Value::Kind::NotSet || (value.kind == Value::Kind::Known && value.text.empty())) return true;
    if (value.kind == Value::Kind::Unknown) return false;
    const std::string text = value.text.substr(value.text.rfind(':') + 1);
    std::int64_t port = 0;
    for (const char c : text) {
      if (c < '0' || c > '9' || port > 65535) return false;
      port = port * 10 + (c - '0');
    }
    out.assign(1, port);
    local = value.text.size() > text.size() && loopback(value.text.substr(0, value.text.size() - text.size() - 1));
    return true;
  };
  if (!program.port_variable.empty() && !take(started.variable(program.port_variable))) return false;
  if (!program.port_options.empty() && !take(started.option(program.port_options))) return false;
  return true;
}

Outcome serve(const Started& started) {
  std::vector<std::int64_t> ports;
  bool local = false;
  const bool known = ports_of(started, ports, local);
  if (known && !started.program->low_port_log.empty()) {
    for (const std::int64_t port : ports) {
      if (started.context->may_bind(started.uid, port) != Answer::No) continue;
      return ends(1, Cause::PrivilegedPort, std::to_string(port), std::string(started.program->low_port_log),
                  "only root may bind port " + std::to_string(port) + " here");
    }
  }
  Outcome out = serves(std::move(ports), known);
  if (local) std::swap(out.listens, out.listens_local);
  out.subject = started.program->name;
  return out;
}

Outcome read_config_file(const Started& started) {
  const ImageProgram& program = *started.program;
  const Value path = started.option(program.config_options);
  if (path.kind != Value::Kind::Known) return {};
  const std::string file = join_path(started.cwd, path.text);
  if (started.files->stat(file).kind != FileInfo::Kind::Missing) return {};
  return ends(program.config_missing.exit_code, Cause::MissingFile, file,
              fill(program.config_missing.log, {{"path", file}}), "its configuration file " + file + " is not there");
}

Outcome read_by(const Started& started) {
  const std::string_view reader = started.program->reader;
  if (reader == "nginx" || reader == "nginx-unprivileged") return read_nginx(started);
  if (reader == "redis") return read_redis(started);
  if (reader == "postgres") return read_postgres(started);
  if (reader == "mysql") return read_mysql(started);
  if (reader == "python") return read_python(started);
  if (reader == "node") return read_node(started);
  if (reader == "java") return read_java(started);
  if (reader == "config-file") return read_config_file(started);
  return {};
}

/// Version and help options end every server at once.
bool only_tells(const Started& started) {
  if (started.argv.size() != 2 || !started.argv[1]) return false;
  const std::string& word = *started.argv[1];
  return word == "--version" || word == "--help" || word == "-V" || word == "version";
}

Outcome interactive(const Started& started) {
  const bool plain = std::all_of(started.argv.begin() + 1, started.argv.end(), [](const auto& word) {
    return word && (*word == "-i" || *word == "-u" || *word == "-a");
  });
  if (!plain) return {};
  if (started.context->reads_forever) return serves({}, true);
  Outcome out =
      ends(0, Cause::EndOfInput, started.name, "", started.name + " reads standard input, which is at its end");
  return out;
}

}  // namespace

std::string fill(std::string_view text, std::initializer_list<std::pair<std::string_view, std::string>> values) {
  std::string out(text);
  for (const auto& [name, value] : values) {
    const std::string mark = "{" + std::string(name) + "}";
    for (std::size_t at = out.find(mark); at != std::string::npos; at = out.find(mark, at + value.size())) {
      out.replace(at, mark.size(), value);
    }
  }
  return out;
}

Value Started::variable(std::string_view wanted) const {
  const auto found = env->find(std::string(wanted));
  if (found != env->end()) return found->second;
  return env_complete ? Value{} : Value::unknown();
}

bool Started::words_known() const {
  return std::all_of(argv.begin(), argv.end(), [](const auto& word) { return word.has_value(); });
}

Value Started::option(Words names) const {
  Value out;
  for (std::size_t i = 1; i < argv.size(); ++i) {
    if (!argv[i]) {
      out = Value::unknown();
      continue;
    }
    const std::string& word = *argv[i];
    for (const std::string_view wanted : names) {
      if (word == wanted) {
        out = i + 1 < argv.size() && argv[i + 1] ? Value::known(*argv[i + 1]) : Value::unknown();
      } else if (word.starts_with(wanted) && word.size() > wanted.size() && word[wanted.size()] == '=') {
        out = Value::known(word.substr(wanted.size() + 1));
      } else if (wanted.size() == 2 && wanted[1] != '-' && word.starts_with(wanted) && word.size() > 2) {
        out = Value::known(word.substr(2));
      }
    }
  }
  return out;
}

Outcome serves(std::vector<std::int64_t> ports, bool known) {
  Outcome out;
  out.kind = Outcome::Kind::RunsForever;
  out.listens = std::move(ports);
  out.listens_known = known;
  return out;
}

Outcome ends(int code, Cause cause, std::string subject, std::string log, std::string explanation) {
  Outcome out;
  out.kind = Outcome::Kind::Exits;
  out.exit_code = code;
  out.latest = 2;  // seconds: it is found out at the start
  out.cause = cause;
  out.subject = std::move(subject);
  out.log = std::move(log);
  out.explanation = std::move(explanation);
  return out;
}

namespace {
Outcome run_known(const ContainerContext& context, const ProgramCall& call, bool through_entrypoint);
}

Outcome run_program(const ContainerContext& context, const ProgramCall& call, bool through_entrypoint) {
  Outcome out = run_known(context, call, through_entrypoint);
  const ImageProgram* program = context.image == nullptr ? nullptr : context.image->program(base_name_of(call.program));
  if (program == nullptr || out.kind != Outcome::Kind::RunsForever) return out;
  if (program->term_exit >= 0) out.term_exit_code = static_cast<int>(program->term_exit);
  out.plain_servers = out.plain_servers ||
                      (!program->http.empty() && std::all_of(program->http.begin(), program->http.end(),
                                                             [](const ImageHttp& one) { return one.root.empty(); }));
  return out;
}

namespace {

Outcome run_known(const ContainerContext& context, const ProgramCall& call, bool through_entrypoint) {
  Started started;
  started.context = &context;
  started.argv = call.argv;
  started.env = &call.env;
  started.env_complete = call.env_complete;
  started.cwd = call.cwd;
  started.uid = call.uid;
  started.files = call.files;
  started.through_entrypoint = through_entrypoint;
  started.name = base_name_of(call.program);
  if (started.argv.empty()) started.argv.emplace_back(started.name);
  started.program = context.image == nullptr ? nullptr : context.image->program(started.name);
  if (started.program == nullptr) {
    // Interpreters are read the same in every image.
    if (started.name.starts_with("python")) return read_python(started);
    return {};
  }
  const ImageProgram& program = *started.program;
  if (only_tells(started) && program.does != ImageProgram::Does::Unknown) {
    return ends(0, Cause::NoArguments, started.name, "", started.name + " only prints a text");
  }
  if (program.without_arguments.given && started.argv.size() <= 1) {
    return from(program.without_arguments, Cause::NoArguments, started.name,
                started.name + " without arguments prints its help and ends");
  }
  if (program.does == ImageProgram::Does::End) {
    return from(program.end, Cause::None, {}, "the image's program prints a text and ends");
  }
  if (started.uid == 0 && program.refuses_root.given && context.credentials.uid_known) {
    return from(program.refuses_root, Cause::RefusesRoot, started.name, started.name + " refuses to run as root");
  }
  if (!through_entrypoint && program.uninitialized.given) {
    const DataState data = data_state(context, call);
    if (data.initialised == Answer::No) {
      const auto names = call.files->list(data.directory);
      if (!names || names->empty()) {
        return from(program.uninitialized, Cause::DataDirectory, data.directory,
                    "nothing initialises the data directory when the image's entrypoint is skipped");
      }
    }
  }
  if (Outcome out = check_floor(context, program); out.kind != Outcome::Kind::Unknown) return out;
  if (program.does == ImageProgram::Does::Interactive) {
    Outcome out = interactive(started);
    return out.kind != Outcome::Kind::Unknown ? out : read_by(started);
  }
  if (!program.subcommands.empty()) {
    const bool known = started.argv.size() > 1 && started.argv[1] && contains(program.subcommands, *started.argv[1]);
    if (!known) return {};
    if (program.does == ImageProgram::Does::Unknown) return serve(started);
  }
  if (program.does == ImageProgram::Does::Unknown) return read_by(started);
  // The reader of nginx' configuration judges rights itself: a configuration moves the paths.
  if (program.reader.starts_with("nginx")) {
    Outcome out = read_nginx(started);
    if (out.kind != Outcome::Kind::Unknown) return out;
    return check_rights(started).kind != Outcome::Kind::Unknown ? check_rights(started) : serves({}, false);
  }
  Outcome out = check_rights(started);
  if (out.kind == Outcome::Kind::Unknown) out = read_by(started);
  if (out.kind == Outcome::Kind::Unknown) out = serve(started);
  else if (out.kind == Outcome::Kind::RunsForever && out.subject.empty()) out.subject = program.name;
  if (out.kind == Outcome::Kind::RunsForever && out.explanation.empty())
    out.explanation = std::string(program.name) + " runs until it is stopped";
  return out;
}

}  // namespace

Outcome run_entrypoint(const ContainerContext& context, const ProgramCall& call) {
  const ImageInfo& image = *context.image;
  ProgramCall next = call;
  next.argv.erase(next.argv.begin());
  // tini, dumb-init and their like: options up to "--", then the real command.
  const std::string wrapper = base_name_of(call.program);
  if (wrapper == "tini" || wrapper == "dumb-init" || wrapper == "catatonit") {
    while (!next.argv.empty() && next.argv.front() && next.argv.front()->starts_with('-'))
      next.argv.erase(next.argv.begin());
    if (next.argv.empty() || !next.argv.front()) return {};
    next.program = base_name_of(*next.argv.front());
    if (image.entrypoint.empty() || base_name_of(image.entrypoint.back()) != next.program)
      return run_program(context, next, true);
    return image.script.given ? run_entrypoint(context, next) : run_program(context, next, true);
  }
  const ImageScript& script = image.script;
  if (!next.argv.empty() && !next.argv.front()) return {};
  const std::string first = next.argv.empty() ? std::string() : *next.argv.front();
  const bool matches = std::any_of(script.when.begin(), script.when.end(),
                                   [&](std::string_view pattern) { return world::glob_matches(pattern, first); });
  bool prepend = matches && !next.argv.empty() && (script.prepends.empty() || first != script.prepends.front());
  if (!prepend && script.prepends_unknown && !next.argv.empty() && context.commands != nullptr) {
    prepend = context.commands->find(first, value_of(call, "PATH")).state == Command::State::Missing;
  }
  if (prepend) {
    Words_ words;
    for (const std::string_view word : script.prepends) words.emplace_back(std::string(word));
    next.argv.insert(next.argv.begin(), words.begin(), words.end());
  }
  if (next.argv.empty()) return {};
  const std::string target = *next.argv.front();
  next.program = base_name_of(target);
  std::int64_t uid = call.uid;
  const bool guarded =
      script.guards.empty() || contains(script.guards, target) || contains(script.guards, next.program);
  std::vector<Outcome> risks;
  if (guarded) {
    Outcome out = check_script(context, next, uid, risks);
    if (out.kind != Outcome::Kind::Unknown) return out;
  }
  next.uid = uid;
  Outcome out = image.program(next.program) != nullptr ? run_program(context, next, guarded) : run_other(context, next);
  if (out.kind != Outcome::Kind::Exits) out.risks = std::move(risks);
  return out;
}

}  // namespace podseer::process
