// SPDX-License-Identifier: Apache-2.0
// "bash" in busybox is Missing, "sh" there is ash, "sh" in Debian is dash; in an image that nobody knows
// "sh" is some shell, and other names are Unknown.
#include "process/image_commands.hpp"

#include <algorithm>

#include "process/programs.hpp"

namespace podseer::process {
namespace {

constexpr std::string_view kShellWords[] = {"exit", "export",   "source",  ".",      "set",   "unset", "eval", "exec",
                                            "trap", "shift",    "local",   "return", "if",    "while", "for",  "until",
                                            "case", "function", "declare", "let",    "times", ":",     "{",    "("};
constexpr std::string_view kRareWords[] = {"cd",      "alias", "read",  "wait",    "umask",  "ulimit",  "type",
                                           "command", "hash",  "jobs",  "bg",      "fg",     "getopts", "unalias",
                                           "pushd",   "popd",  "shopt", "builtin", "history"};
// Present wherever there is a shell: busybox, coreutils and toybox all have them.
constexpr std::string_view kEverywhere[] = {
    "echo",   "sleep", "cat",      "test",    "[",   "true",  "false", "ls",   "cp",      "mv",  "rm",  "mkdir", "date",
    "printf", "touch", "head",     "tail",    "env", "chmod", "ln",    "id",   "seq",     "tr",  "wc",  "sort",  "uniq",
    "cut",    "tee",   "basename", "dirname", "pwd", "uname", "rmdir", "expr", "timeout", "yes", "stat"};

template <std::size_t N>
bool in(const std::string_view (&list)[N], std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

std::string base_of(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

/// Bytes of dd's numbers: "1M", "512", "4k", "1MB".
std::int64_t dd_bytes(std::string_view text) {
  std::int64_t value = 0;
  std::size_t i = 0;
  for (; i < text.size() && text[i] >= '0' && text[i] <= '9' && value < (std::int64_t{1} << 40); ++i)
    value = value * 10 + (text[i] - '0');
  const std::string_view unit = text.substr(i);
  const std::int64_t base = unit.ends_with('B') && unit.size() == 2 ? 1000 : 1024;
  if (unit.starts_with('k') || unit.starts_with('K')) return value * base;
  if (unit.starts_with('M')) return value * base * base;
  if (unit.starts_with('G')) return value * base * base * base;
  return value;
}

bool weighs_writes(const ContainerContext& context) {
  const auto& mounts = context.files->mounts();
  return std::any_of(mounts.begin(), mounts.end(), [](const ContainerFiles::Mount& one) { return one.volume->memory; });
}

/// dd that fills a volume in memory: the volume's size stops it (1), or the container's memory limit kills it
/// (137), for what is in such a volume counts as the container's memory.
Outcome write_zeroes(const ContainerContext& context, const ProgramCall& call) {
  std::int64_t block = 512, count = 0;
  std::string to;
  for (const auto& word : call.argv) {
    if (!word) return {};
    if (word->starts_with("bs=")) block = dd_bytes(word->substr(3));
    if (word->starts_with("count=")) count = dd_bytes(word->substr(6));
    if (word->starts_with("of=")) to = join_path(call.cwd, word->substr(3));
  }
  const std::int64_t size = block * count;
  const ContainerFiles::Mount* mount = to.empty() ? nullptr : context.files->mount_of(to);
  if (size <= 0) return {};
  constexpr std::int64_t kSharedMemory = std::int64_t{64} * 1024 * 1024;  // containerd's and CRI-O's /dev/shm
  if (mount == nullptr && to.starts_with("/dev/shm/") && size > kSharedMemory &&
      (context.memory_limit == 0 || context.memory_limit > kSharedMemory)) {
    return ends(
        1, Outcome::Cause::None, "/dev/shm", "dd: error writing '" + to + "': No space left on device",
        "/dev/shm has room for 64 MiB, less than the " + std::to_string(size / 1024 / 1024) + " MiB that dd writes");
  }
  if (mount != nullptr && mount->volume->memory) {
    const std::int64_t limit = context.memory_limit;
    const std::int64_t room = mount->volume->size_limit;
    if (limit > 0 && size > limit && (room == 0 || limit <= room)) {
      return ends(137, Outcome::Cause::OutOfMemory, mount->volume->name, "",
                  "the volume '" + mount->volume->name + "' is in memory, and " + std::to_string(size / 1024 / 1024) +
                      " MiB there exceed the memory limit");
    }
    if (room > 0 && size > room) {
      return ends(1, Outcome::Cause::None, mount->volume->name,
                  "dd: error writing '" + to + "': No space left on device",
                  "the volume '" + mount->volume->name + "' in memory has room for less than the " +
                      std::to_string(size / 1024 / 1024) + " MiB that dd writes");
    }
  }
  return ends(0, Outcome::Cause::None, {}, "", "dd writes its blocks");
}

}  // namespace

bool shell_word(std::string_view word) { return in(kShellWords, word); }
bool builtin_word(std::string_view word) { return in(kShellWords, word) || in(kRareWords, word); }

Command ImageCommands::at(const std::string& path) const {
  Command out;
  out.path = path;
  const FileInfo info = context_.files->stat(path);
  switch (info.kind) {
    case FileInfo::Kind::Unknown: return out;
    case FileInfo::Kind::Missing: out.state = Command::State::Missing; return out;
    case FileInfo::Kind::Directory:
    case FileInfo::Kind::Device: out.state = Command::State::NotExecutable; return out;
    case FileInfo::Kind::File: break;
  }
  if (context_.files->volume_file(path) != nullptr || context_.files->mount_of(path) != nullptr) {
    if (!info.access_known) return out;
    const bool root = context_.credentials.uid == 0 && context_.credentials.has("DAC_OVERRIDE");
    const auto& groups = context_.credentials.groups;
    const bool group =
        info.gid == context_.credentials.gid || std::find(groups.begin(), groups.end(), info.gid) != groups.end();
    const std::uint32_t bits = root ? 0111U : info.uid == context_.credentials.uid ? 0100U : group ? 0010U : 0001U;
    out.state = (info.mode & bits) != 0 ? Command::State::Found : Command::State::NotExecutable;
    if (context_.files->read(path)) out.program = "script";
    return out;
  }
  if ((info.mode & 0111U) == 0) {
    out.state = info.access_known ? Command::State::NotExecutable : Command::State::Unknown;
    return out;
  }
  out.state = Command::State::Found;
  out.program = base_of(path);
  const ImageBase* base = context_.image == nullptr ? nullptr : find_image_base(context_.image->base);
  if (base != nullptr) {
    const bool busybox = base->shell == "ash";
    out.tools = busybox ? Tools::Busybox : base->shell == "none" ? Tools::Unknown : Tools::Gnu;
    if (out.program == "sh") out.program = std::string(base->shell == "none" ? "ash" : base->shell);
  }
  return out;
}

Command ImageCommands::in_unknown_image(std::string_view name) const {
  Command out;
  if (name.starts_with('/')) {
    const FileInfo info = context_.files->stat(name);
    if (info.kind != FileInfo::Kind::Unknown && context_.files->mount_of(name) != nullptr) return at(std::string(name));
    for (const std::string_view directory : {"/bin/", "/usr/bin/"}) {
      if (name.starts_with(directory)) return in_unknown_image(name.substr(directory.size()));
    }
    return out;
  }
  out.tools = Tools::Gnu;  // what all of them have in common
  if (name == "sh" || name == "bash" || name == "ash" || name == "dash") {
    out.state = Command::State::Found;
    out.program = name == "sh" ? "dash" : std::string(name);
    out.path = "/bin/" + std::string(name);
  } else if (in(kEverywhere, name)) {
    out.state = Command::State::Found;
    out.program = std::string(name);
    out.path = "/bin/" + std::string(name);
  } else if (shell_word(name) || name.find_first_of(" \t\n") != std::string_view::npos) {
    out.state = Command::State::Missing;
  } else if (name.starts_with("python3") || name == "python") {
    out.state = Command::State::Found;
    out.program = std::string(name);
  }
  return out;
}

Command ImageCommands::find(std::string_view name, const Value& path_variable) const {
  Command out = look_up(name, path_variable);
  // dd into memory is weighed here, not by the shell reader: see run().
  if (out.program == "dd" && out.state == Command::State::Found && weighs_writes(context_)) out.tools = Tools::Unknown;
  return out;
}

Command ImageCommands::look_up(std::string_view name, const Value& path_variable) const {
  if (name.empty()) return {Command::State::Missing, {}, {}, Tools::Unknown};
  if (name.find('/') != std::string_view::npos) {
    const std::string path = clean_path(name);
    return context_.image == nullptr ? in_unknown_image(path) : at(path);
  }
  if (context_.image == nullptr) return in_unknown_image(name);
  if (path_variable.kind != Value::Kind::Known) return {};
  bool unknown = false, denied = false;
  Command refused;
  std::string_view rest = path_variable.text;
  while (!rest.empty()) {
    const std::size_t colon = rest.find(':');
    const std::string_view directory = rest.substr(0, colon);
    rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
    if (!directory.starts_with('/')) continue;
    Command here = at(join_path(directory, name));
    if (here.state == Command::State::Found) return here;
    unknown = unknown || here.state == Command::State::Unknown;
    if (here.state == Command::State::NotExecutable && context_.files->stat(here.path).kind == FileInfo::Kind::File) {
      denied = true;
      refused = here;
    }
  }
  if (unknown) return {};
  if (denied) return refused;
  return {Command::State::Missing, {}, {}, Tools::Unknown};
}

Outcome ImageCommands::run(const ProgramCall& call) const {
  Outcome out = call.program == "dd" ? write_zeroes(context_, call) : start(call);
  last = out;
  if (out.cause == Outcome::Cause::Background) {
    if (const auto* network = dynamic_cast<const PodNetwork*>(context_.network)) network->leaves_server = true;
  }
  return out;
}

Outcome ImageCommands::start(const ProgramCall& call) const {
  if (context_.image != nullptr && !call.argv.empty() && !context_.image->entrypoint.empty()) {
    const std::string name = base_of(call.program);
    const bool wrapper = name == "tini" || name == "dumb-init" || name == "catatonit";
    const bool script = name == base_of(context_.image->entrypoint.front()) && context_.image->program(name) == nullptr;
    if ((script && context_.image->script.given) || wrapper || (script && context_.image->entrypoint.size() == 1)) {
      return run_entrypoint(context_, call);
    }
  }
  if (context_.image != nullptr && context_.image->entrypoint.empty() && context_.image->script.given) {
    ProgramCall guarded = call;  // the image's command is a script that makes the same demands
    guarded.argv.insert(guarded.argv.begin(), call.program);
    return run_entrypoint(context_, guarded);
  }
  return run_program(context_, call, false);
}

const kube::Object* PodNetwork::service_of(std::string_view host, bool& cluster_name) const {
  std::string_view name = host;
  for (const std::string_view tail : {".", ".cluster.local", ".svc"}) {
    if (name.ends_with(tail)) {
      name.remove_suffix(tail.size());
      cluster_name = cluster_name || tail == ".svc" || tail == ".cluster.local";
    }
  }
  const std::string_view own = world_.namespace_of(*pod_.owner);
  std::vector<std::string_view> parts;
  for (std::string_view rest = name; !rest.empty();) {
    const std::size_t dot = rest.find('.');
    parts.push_back(rest.substr(0, dot));
    rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
  }
  if (parts.empty() || parts.size() > 3) return nullptr;
  if (parts.size() == 1) {
    cluster_name = true;
    return world_.find("Service", own, parts[0]);
  }
  if (parts.size() == 2) {
    if (const kube::Object* service = world_.find("Service", parts[1], parts[0])) return service;
    return cluster_name ? nullptr : world_.find("Service", own, parts[1]);
  }
  return world_.find("Service", parts[2], parts[1]);  // pod.service.namespace
}

Answer PodNetwork::resolves(std::string_view host) const {
  if (host.empty()) return Answer::Unknown;
  if (host == "localhost" || host.find(':') != std::string_view::npos) return Answer::Yes;
  if (host.find_first_not_of("0123456789.") == std::string_view::npos) return Answer::Yes;
  for (const kube::HostAlias& alias : pod_.spec.rare->host_aliases) {
    for (const kube::Text& name : alias.hostnames) {
      if (*name == host) return Answer::Yes;
    }
  }
  if (pod_.workload == kube::WorkloadKind::Pod && host == pod_.owner->name) return Answer::Yes;
  const std::string_view policy = *pod_.spec.dns_policy;
  if (policy == "None" || policy == "Default" || (*pod_.spec.host_network && policy != "ClusterFirstWithHostNet"))
    return Answer::Unknown;
  bool cluster_name = false;
  const kube::Object* service = service_of(host, cluster_name);
  if (service != nullptr) {
    const yaml::Node* ip = service->root->find("spec", "clusterIP");
    // A headless Service has names only while pods stand behind it.
    return ip != nullptr && ip->text() == "None" ? Answer::Unknown : Answer::Yes;
  }
  if (host.starts_with("kubernetes.default") || host == "kubernetes") return Answer::Yes;
  if (!world_.assumptions().closed && !assume_given) {
    unsure = true;
    return Answer::Unknown;
  }
  if (cluster_name) return Answer::No;
  if (!world_.assumptions().closed) return Answer::Unknown;
  // Names that no public DNS will ever know (RFC 2606, RFC 6762, RFC 9476 and habit).
  for (const std::string_view tail : {".example", ".invalid", ".test", ".local", ".internal", ".localdomain", ".lan",
                                      ".example.com", ".example.org", ".example.net"}) {
    if (host.ends_with(tail)) return Answer::No;
  }
  const std::size_t dots = static_cast<std::size_t>(std::count(host.begin(), host.end(), '.'));
  if (dots == 1 && !world_.all("Service", host.substr(host.find('.') + 1)).empty()) return Answer::No;
  return Answer::Unknown;
}

Answer PodNetwork::reachable(std::string_view host, std::int64_t port) const {
  if (host == "localhost" || host.starts_with("127.") || host == "::1" || host == "0.0.0.0") {
    if (std::find(own_ports.begin(), own_ports.end(), port) != own_ports.end()) return Answer::Yes;
    if (std::find(later_ports.begin(), later_ports.end(), port) != later_ports.end()) return Answer::Unknown;
    return own_ports_known && !leaves_server && !*pod_.spec.host_network ? Answer::No : Answer::Unknown;
  }
  if (resolves(host) == Answer::No) return Answer::No;
  bool cluster_name = false;
  const kube::Object* service = service_of(host, cluster_name);
  if (service == nullptr || (!world_.assumptions().closed && !assume_given)) return Answer::Unknown;
  const yaml::Node* ports = service->root->find("spec", "ports");
  const yaml::Node* ip = service->root->find("spec", "clusterIP");
  const bool headless = ip != nullptr && ip->text() == "None";
  if (ports != nullptr && !headless && port > 0) {
    const bool has = std::any_of(ports->items().begin(), ports->items().end(), [&](const yaml::Node& one) {
      return one.find("port") != nullptr && one.find("port")->as_int() == port;
    });
    if (!has) return Answer::No;
  }
  const yaml::Node* selector = service->root->find("spec", "selector");
  if (selector == nullptr) return Answer::Unknown;
  const kube::LabelMap wanted = kube::LabelMap::read(selector);
  for (const std::string_view kind :
       {"Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob"}) {
    for (const kube::Object* object : world_.all(kind, world_.namespace_of(*service))) {
      const kube::LabelMap labels =
          kind == "Pod"       ? object->labels()
          : kind == "CronJob" ? kube::LabelMap::read(
                                    object->root->find("spec", "jobTemplate", "spec", "template", "metadata", "labels"))
                              : kube::LabelMap::read(object->root->find("spec", "template", "metadata", "labels"));
      if (labels.contains_all(wanted)) return Answer::Unknown;
    }
  }
  return Answer::No;
}

}  // namespace podseer::process
