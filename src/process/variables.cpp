// SPDX-License-Identifier: Apache-2.0
// Variables, streams, permission bits and redirections of a shell process. `> /etc/x` as uid 1000 fails because
// /etc is root's; on a ConfigMap volume it fails for everybody: "Read-only file system".
#include <algorithm>

#include "process/applets.hpp"

namespace podseer::process {

Variable* Interpreter::find(State& st, std::string_view name) {
  const auto found = st.variables.find(name);
  return found == st.variables.end() ? nullptr : &found->second;
}

std::optional<std::string> Interpreter::value(State& st, std::string_view name) {
  const Variable* variable = find(st, name);
  if (variable != nullptr && name == "SECONDS" && st.dialect == Dialect::Bash)
    return std::string(1, kWord);  // it counts on
  if (variable == nullptr) {
    if (name == "PWD") return st.cwd;
    if (name == "RANDOM" && st.dialect != Dialect::Dash) return std::string(1, kWord);
    if (name == "PPID" || name == "LINENO" || name == "UID" || name == "EUID" || name == "SECONDS" ||
        name == "BASH_VERSION" || name == "BASHPID" || name == "EPOCHSECONDS" || name == "BASH_SOURCE" ||
        name == "FUNCNAME" || name == "SHLVL" || name == "HOSTTYPE" || name == "OSTYPE" || name == "MACHTYPE") {
      const bool bash = st.dialect == Dialect::Bash;
      if (name == "PPID" || name == "LINENO") return std::string(1, kWord);
      if (bash && (name == "UID" || name == "EUID")) return std::to_string(world_.input->uid);
      if (bash) return std::string(1, kWord);
    }
    if (name == "OPTIND") return std::to_string(st.getopts_at);
    if (name == "PS4") return std::string("+ ");
    if (name == "IFS") return std::string(" \t\n");
    if (name == "HOSTNAME" && st.dialect == Dialect::Bash) return std::string(1, kWord);
    if (name == "PATH") return std::string(1, kWord);
    if (!st.env_complete) {
      if (world_.choose("set:" + std::string(name))) return std::string(1, kAny);
    }
    return std::nullopt;
  }
  if (!variable->set) return std::nullopt;
  if (variable->maybe_unset && !world_.choose("set:" + std::string(name))) return std::nullopt;
  if (variable->is_array) {
    const auto first = variable->elements.find(variable->is_map ? "0" : "0000000000");
    if (first == variable->elements.end()) return std::nullopt;
    return first->second;
  }
  return variable->value;
}

bool Interpreter::assign(State& st, const std::string& name, std::string text, bool append) {
  Variable& variable = st.variables[name];
  if (variable.read_only) {
    message(st, name + (st.dialect == Dialect::Bash ? ": readonly variable" : ": is read only"));
    blame(name + " is read only");
    return false;
  }
  if (append && variable.set) {
    if (variable.integer) {
      const auto sum = arithmetic(st, variable.value + "+(" + text + ")");
      text = sum ? std::to_string(*sum) : std::string(1, kWord);
    } else {
      text = variable.value + text;
    }
  } else if (variable.integer) {
    const auto number = arithmetic(st, text);
    text = number ? std::to_string(*number) : std::string(1, kWord);
  }
  if (text.size() > 512) step(text.size());
  Variable& again = st.variables[name];
  if (again.is_array) {
    again.elements["0000000000"] = settle(std::move(text));
    return true;
  }
  again.value = settle(std::move(text));
  again.set = true;
  again.maybe_unset = false;
  again.secret = false;
  if (st.allexport) again.exported = true;
  if (name == "OPTIND")
    st.getopts_at = static_cast<std::size_t>(std::max<std::int64_t>(1, parse_integer(again.value).value_or(1)));
  return true;
}

void Interpreter::unset(State& st, const std::string& name) {
  if (!st.env_complete) {
    Variable gone;
    gone.set = false;
    st.variables.insert_or_assign(name, gone);
    return;
  }
  st.variables.erase(name);
}

const std::string& Call::arg(std::size_t i) const {
  static const std::string empty;
  return i < argv.size() ? argv[i] : empty;
}

void Call::out(std::string_view text) { sh.write(st, 1, text); }
void Call::err(std::string_view text) { sh.write(st, 2, text); }

void Interpreter::write(State& st, int fd, std::string_view text) {
  if (fd < 0 || static_cast<std::size_t>(fd) >= st.fds.size() || !st.fds[static_cast<std::size_t>(fd)] || text.empty())
    return;
  Stream& stream = *st.fds[static_cast<std::size_t>(fd)];
  if (text.size() > 512) step(text.size());
  switch (stream.kind) {
    case Stream::Kind::Log:
      world_.log += text;
      if (world_.log.size() > 4096) world_.log.erase(0, world_.log.size() - 2048);
      break;
    case Stream::Kind::Buffer:
      stream.text += text;
      if (stream.text.size() > 2 * kMaxText) stream.text = std::string(1, kAny);
      break;
    case Stream::Kind::File: {
      const FileEntry* old = world_.files.entry(stream.path);
      FileEntry entry;
      if (old != nullptr) entry = *old;
      else {
        entry.info.kind = FileInfo::Kind::File;
        entry.content = std::string(1, kAny);
      }
      if (entry.info.kind != FileInfo::Kind::File) break;  // removed or vague: the bytes go nowhere that can be read
      entry.content_known = true;
      entry.content += text;
      if (entry.content.size() > 2048) step(entry.content.size());
      world_.files.put(stream.path, std::move(entry));
      break;
    }
    default: break;
  }
}

StreamPtr Interpreter::input(State& st, int fd) {
  if (fd >= 0 && static_cast<std::size_t>(fd) < st.fds.size() && st.fds[static_cast<std::size_t>(fd)])
    return st.fds[static_cast<std::size_t>(fd)];
  return std::make_shared<Stream>();
}

std::string Interpreter::read_all(State& st, int fd) {
  const StreamPtr stream = input(st, fd);
  if (stream->remote) world_.give_up();
  if (stream->kind == Stream::Kind::Never || (stream->kind == Stream::Kind::Input && stream->never_ends))
    world_.forever("it waits for input that never ends");
  if (stream->kind == Stream::Kind::Unknown) return std::string(1, kAny);
  if (stream->kind != Stream::Kind::Input) return {};
  std::string text = stream->text.substr(std::min(stream->position, stream->text.size()));
  stream->position = stream->text.size();
  if (text.size() > 512) step(text.size());
  return text;
}

/// Do the permission bits allow `bits` (4 read, 2 write, 1 execute)? Asks when nobody knows.
bool Interpreter::may(State& st, const FileInfo& info, int bits, std::string_view name) {
  (void)st;
  const ShellInput& in = *world_.input;
  if ((bits & 2) != 0 && info.read_only) return false;
  if (in.uid == 0 && in.root_overrides_modes) {
    return (bits & 1) == 0 || info.kind == FileInfo::Kind::Directory || (info.mode & 0111U) != 0 || !info.access_known;
  }
  if (info.kind == FileInfo::Kind::Device) return true;
  if (!info.access_known) return world_.choose("may:" + std::string(name) + ":" + std::to_string(bits));
  const auto uid = static_cast<std::int64_t>(info.uid), gid = static_cast<std::int64_t>(info.gid);
  const bool group = gid == in.gid || std::find(in.groups.begin(), in.groups.end(), gid) != in.groups.end();
  const std::uint32_t granted = uid == in.uid ? (info.mode >> 6) & 7U : group ? (info.mode >> 3) & 7U : info.mode & 7U;
  return (granted & static_cast<std::uint32_t>(bits)) == static_cast<std::uint32_t>(bits);
}

namespace {

std::string refusal(Dialect dialect, const std::string& target, std::string_view reason, bool create) {
  const bool missing = reason == "No such file or directory";
  switch (dialect) {
    case Dialect::Ash:
      if (create) return "can't create " + target + ": " + (missing ? "nonexistent directory" : std::string(reason));
      return "can't open " + target + ": " + (missing ? "no such file" : std::string(reason));
    case Dialect::Dash:
      if (create) return "cannot create " + target + ": " + (missing ? "Directory nonexistent" : std::string(reason));
      return "cannot open " + target + ": " + (missing ? "No such file" : std::string(reason));
    case Dialect::Bash: return target + ": " + std::string(reason);
  }
  return {};
}

}  // namespace

/// Opens a file for writing as `fd`. False, with a message, when the system would refuse.
bool Interpreter::open_write(State& st, int fd, const std::string& target, bool append, bool clobber) {
  const auto index = static_cast<std::size_t>(fd);
  auto set = [&](Stream::Kind kind, const std::string& path = {}) {
    auto stream = std::make_shared<Stream>();
    stream->kind = kind;
    stream->path = path;
    stream->append = append;
    if (st.fds.size() <= index) st.fds.resize(index + 1);
    st.fds[index] = stream;
    return true;
  };
  auto refuse = [&](std::string_view reason, bool create = true) {
    message(st, refusal(st.dialect, target, reason, create));
    blame(target + ": " + std::string(reason));
    if (reason == "Read-only file system" || reason == "Permission denied")
      blame_cause(Outcome::Cause::NotWritable, absolute_path(target, st.cwd));
    return false;
  };
  if (target.empty()) {
    message(st, refusal(st.dialect, "", "No such file or directory", true));
    return false;
  }
  if (has_mark(target) || has_mark(st.cwd)) {
    // Some file: it may be anywhere, and it may not be writable.
    if (!world_.choose()) return false;
    world_.files.hazy = true;
    return set(Stream::Kind::Null);
  }
  const std::string path = world_.files.resolve(absolute_path(target, st.cwd));
  if (path == "/dev/null" || path.starts_with("/dev/tty") || path == "/dev/zero") return set(Stream::Kind::Null);
  if (path == "/dev/stdout" || path == "/proc/self/fd/1" || path == "/dev/fd/1" || path == "/proc/1/fd/1") {
    if (path == "/proc/1/fd/1") { return set(Stream::Kind::Log); }
    if (st.fds.size() <= index) st.fds.resize(index + 1);
    st.fds[index] = st.fds[1];
    return true;
  }
  if (path == "/dev/stderr" || path == "/proc/self/fd/2" || path == "/dev/fd/2" || path == "/proc/1/fd/2") {
    if (st.fds.size() <= index) st.fds.resize(std::max<std::size_t>(index + 1, 3));
    st.fds[index] = st.fds[2];
    return true;
  }
  if (path == "/dev/full") world_.give_up();
  if (path.starts_with("/dev/tcp/") || path.starts_with("/dev/udp/")) {
    if (st.dialect != Dialect::Bash) return refuse("No such file or directory");
    if (path.starts_with("/dev/udp/")) world_.give_up();
    Call call{*this, st, world_, {"bash"}, false, Tools::Unknown, {}};
    return connects(call, path) && set(Stream::Kind::Null);
  }
  if (path.starts_with("/proc/") || path.starts_with("/sys/")) {
    if (!world_.choose("write:" + path)) return refuse("Permission denied");
    return set(Stream::Kind::Null);
  }
  const FileInfo info = world_.files.stat(path);
  switch (info.kind) {
    case FileInfo::Kind::Directory: return refuse("Is a directory");
    case FileInfo::Kind::Device: return set(Stream::Kind::Null);
    case FileInfo::Kind::Unknown: {
      // The directory may tell that nothing can be made there.
      const FileInfo parent = world_.files.stat(parent_path(path));
      if (parent.kind == FileInfo::Kind::Missing) return refuse("No such file or directory");
      if (!clobber && st.noclobber && !append) world_.give_up();
      if (info.read_only || parent.read_only) return refuse("Read-only file system");
      const bool sure = parent.kind == FileInfo::Kind::Directory && parent.access_known &&
                        may(st, parent, 3, parent_path(path)) && world_.input->uid == 0;
      if (!sure && !world_.choose("write:" + path)) return refuse("No such file or directory");
      FileEntry entry;
      entry.info.kind = FileInfo::Kind::File;
      entry.info.uid = static_cast<std::uint32_t>(world_.input->uid);
      entry.info.access_known = false;
      entry.content = append ? std::string(1, kAny) : std::string();
      world_.files.put(path, std::move(entry));
      return set(Stream::Kind::File, path);
    }
    case FileInfo::Kind::File: {
      if (info.read_only) return refuse("Read-only file system");
      if (!may(st, info, 2, path)) return refuse("Permission denied");
      if (!clobber && st.noclobber && !append)
        return refuse(st.dialect == Dialect::Bash ? "cannot overwrite existing file" : "File exists");
      FileEntry entry;
      if (const FileEntry* old = world_.files.entry(path)) entry = *old;
      else {
        entry.info = info;
        entry.content = world_.files.content(path);
      }
      if (!append) {
        entry.content.clear();
        entry.content_known = true;
      }
      world_.files.put(path, std::move(entry));
      return set(Stream::Kind::File, path);
    }
    case FileInfo::Kind::Missing: break;
  }
  const std::string directory = parent_path(path);
  const FileInfo parent = world_.files.stat(directory);
  if (parent.kind == FileInfo::Kind::Missing) return refuse("No such file or directory");
  if (parent.kind == FileInfo::Kind::File) return refuse("Not a directory");
  if (parent.kind == FileInfo::Kind::Unknown && !world_.choose("dir:" + directory))
    return refuse("No such file or directory");
  if (info.read_only || parent.read_only) return refuse("Read-only file system");
  if (parent.kind == FileInfo::Kind::Directory && !may(st, parent, 3, directory)) return refuse("Permission denied");
  FileEntry entry;
  entry.info.kind = FileInfo::Kind::File;
  entry.info.mode = 0666U & ~st.umask;
  entry.info.uid = static_cast<std::uint32_t>(world_.input->uid);
  entry.info.gid = static_cast<std::uint32_t>(world_.input->gid);
  world_.files.put(path, std::move(entry));
  return set(Stream::Kind::File, path);
}

bool Interpreter::redirect(State& st, const std::vector<Redirection>& list, bool& unknown) {
  (void)unknown;
  using Kind = Redirection::Kind;
  for (const Redirection& redirection : list) {
    int fd = redirection.fd;
    const bool reads = redirection.kind == Kind::In || redirection.kind == Kind::DupIn ||
                       redirection.kind == Kind::Here || redirection.kind == Kind::HereString ||
                       redirection.kind == Kind::ReadWrite;
    if (fd < 0) fd = reads ? 0 : 1;
    if (fd > 200) world_.give_up();
    const auto index = static_cast<std::size_t>(fd);
    if (st.fds.size() <= index) st.fds.resize(index + 1);
    auto give = [&](std::string text, bool never = false) {
      auto stream = std::make_shared<Stream>();
      stream->kind = Stream::Kind::Input;
      stream->text = std::move(text);
      stream->never_ends = never;
      st.fds[index] = stream;
    };
    const std::string target = expand_single(st, *redirection.target);
    switch (redirection.kind) {
      case Kind::Here: give(target); break;
      case Kind::HereString: give(target + "\n"); break;
      case Kind::DupIn:
      case Kind::DupOut: {
        if (target == "-") {
          st.fds[index] = nullptr;
          break;
        }
        const auto other = parse_integer(target);
        if (!other) {
          if (redirection.kind == Kind::DupOut && st.dialect == Dialect::Bash && redirection.fd < 0 && known(target)) {
            if (!open_write(st, 1, target, false, false)) return false;
            st.fds[2] = st.fds[1];
            break;
          }
          if (has_mark(target)) world_.give_up();
          message(st, st.dialect == Dialect::Bash ? target + ": ambiguous redirect" : "bad fd number");
          if (st.dialect != Dialect::Bash) exit_shell(st, 2);
          return false;
        }
        const auto from = static_cast<std::size_t>(*other);
        if (*other < 0 || *other > 200 || from >= st.fds.size() || !st.fds[from]) {
          message(st, target + (st.dialect == Dialect::Bash ? ": Bad file descriptor" : ": Bad file descriptor"));
          return false;
        }
        st.fds[index] = st.fds[from];
        break;
      }
      case Kind::Both:
      case Kind::BothAppend:
        if (!open_write(st, 1, target, redirection.kind == Kind::BothAppend, true)) return false;
        if (st.fds.size() < 3) st.fds.resize(3);
        st.fds[2] = st.fds[1];
        break;
      case Kind::Out:
      case Kind::Clobber:
      case Kind::Append:
        if (!open_write(st, fd, target, redirection.kind == Kind::Append, redirection.kind == Kind::Clobber))
          return false;
        break;
      case Kind::ReadWrite: {
        const std::string path = known(target) && known(st.cwd) ? absolute_path(target, st.cwd) : "";
        if (st.dialect != Dialect::Bash || !path.starts_with("/dev/tcp/")) world_.give_up();
        Call call{*this, st, world_, {"bash"}, false, Tools::Unknown, {}};
        if (!connects(call, path)) return false;
        give({});
        st.fds[index]->remote = true;
        break;
      }
      case Kind::In: {
        if (has_mark(target) || has_mark(st.cwd)) {
          if (!world_.choose()) return false;
          give(std::string(1, kAny));
          break;
        }
        if (target.empty()) {
          message(st, refusal(st.dialect, target, "No such file or directory", false));
          return false;
        }
        const std::string path = absolute_path(target, st.cwd);
        if (path == "/dev/null") {
          st.fds[index] = std::make_shared<Stream>();
          break;
        }
        if (path == "/dev/stdin" || path == "/proc/self/fd/0") {
          st.fds[index] = st.fds[0];
          break;
        }
        if (path.starts_with("/dev/tcp/")) {
          if (st.dialect == Dialect::Bash) {
            Call call{*this, st, world_, {"bash"}, false, Tools::Unknown, {}};
            if (!connects(call, path)) return false;
            give({});
            st.fds[index]->remote = true;
            break;
          }
        }
        if (path.starts_with("/dev/fd/") && world_.files.entries().contains(path)) {
          give(world_.files.content(path));
          break;
        }
        if (path.starts_with("/dev/") && path != "/dev/shm") {
          give(std::string(1, kAny), true);
          break;
        }
        const FileInfo info = world_.files.stat(path);
        std::string_view reason;
        bool there = info.kind != FileInfo::Kind::Missing;
        if (info.kind == FileInfo::Kind::Unknown) there = world_.choose("file:" + path);
        if (!there) reason = "No such file or directory";
        else if (info.kind == FileInfo::Kind::File && !may(st, info, 4, path)) reason = "Permission denied";
        if (!reason.empty()) {
          message(st, refusal(st.dialect, target, reason, false));
          blame(target + ": " + std::string(reason));
          if (!there) blame_cause(Outcome::Cause::MissingFile, path);
          return false;
        }
        give(info.kind == FileInfo::Kind::Directory ? std::string() : world_.files.content(path));
        break;
      }
    }
  }
  return true;
}

}  // namespace podseer::process
