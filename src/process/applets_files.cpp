// SPDX-License-Identifier: Apache-2.0
// Programs that look at files or make and remove them: cat, ls, mkdir, rm, touch, chmod, find ... Exit codes: `ls
// missing` is 2 with GNU and 1 with BusyBox; `rm -f missing` is 0. A non-root user is judged by owner and mode bits.
#include <algorithm>

#include "process/applets.hpp"

namespace podseer::process {

namespace {

int complain(Call& call, const std::string& name, const std::string& reason, const std::string& gnu_prefix) {
  call.err(call.argv[0] + ": " + (gnu(call) ? gnu_prefix + " '" + name + "': " : name + ": ") + reason + "\n");
  call.sh.blame(call.argv[0] + " " + name + ": " + reason);
  if (reason == "Read-only file system" || reason == "Permission denied")
    call.sh.blame_cause(Outcome::Cause::NotWritable, call.path(name));
  return 1;
}

int do_cat(Call& call) {
  const Options options = read_options(call, "nbEvATetsu");
  int status = 0;
  if (options.words.empty()) {
    call.out(call.sh.read_all(call.st));
    return 0;
  }
  if (call.hazy) {
    call.out(std::string(1, kAny));
    return kUnknownStatus;
  }
  for (const std::string& name : options.words) {
    if (const auto text = read_file(call, name))
      call.out(options.flags.empty() || options.has('u') ? *text : std::string(1, kAny));
    else status = 1;
  }
  return status;
}

int do_ls(Call& call) {
  const Options options = read_options(call, "1AaldhFRtrSCixsnGpLHqkQvm", "",
                                       {"color", "color=", "full-time", "group-directories-first", "all"});
  if (call.hazy) {
    call.out(std::string(1, kAny));
    return kUnknownStatus;
  }
  std::vector<std::string> names = options.words;
  if (names.empty()) names.emplace_back(".");
  int status = 0;
  std::string text;
  const bool plain = !options.has('l') && !options.has('R') && !options.has('F') && !options.has('i') &&
                     !options.has('s') && !options.has('p') && !options.has('n') && options.long_flags.empty();
  for (const std::string& name : names) {
    if (has_mark(name) || has_mark(call.st.cwd)) {
      text += kAny;
      if (status == 0) status = kUnknownStatus;
      continue;
    }
    const std::string path = call.path(name);
    const FileInfo info = call.world.files.stat(path);
    if (info.kind == FileInfo::Kind::Unknown) {
      text += kAny;
      if (!call.world.choose("exists:" + path)) status = gnu(call) ? 2 : 1;
      continue;
    }
    if (info.kind == FileInfo::Kind::Missing) {
      call.err(gnu(call) ? "ls: cannot access '" + name + "': No such file or directory\n"
                         : "ls: " + name + ": No such file or directory\n");
      call.sh.blame(name + ": No such file or directory");
      status = gnu(call) ? 2 : 1;
      continue;
    }
    if (info.kind != FileInfo::Kind::Directory || options.has('d')) {
      text += plain ? name + "\n" : std::string(1, kWord) + std::string(1, kAny) + name + "\n";
      continue;
    }
    if (!call.sh.may(call.st, info, 4, path)) {
      call.err("ls: can't open '" + name + "': Permission denied\n");
      call.sh.blame(name + ": Permission denied");
      status = gnu(call) ? 2 : 1;
      continue;
    }
    const auto items = call.world.files.list(path);
    if (!items || !plain || names.size() > 1) {
      const bool empty = items && std::none_of(items->begin(), items->end(), [&](const std::string& item) {
                           return options.has('a') || options.has('A') || !item.starts_with('.');
                         });
      if (!(empty && names.size() == 1 && !options.has('l') && !options.has('a'))) text += std::string(1, kAny);
      continue;
    }
    if (options.has('a')) text += ".\n..\n";
    for (const std::string& item : *items)
      if (options.has('a') || options.has('A') || !item.starts_with('.')) text += item + "\n";
  }
  call.out(text);
  return status;
}

int do_mkdir(Call& call) {
  const Options options = read_options(call, "pv", "m", {"parents", "mode="});
  const bool parents = options.has('p') || options.long_flags.contains("parents");
  if (call.hazy) {
    call.world.files.hazy = true;
    return kUnknownStatus;
  }
  if (options.words.empty()) {
    call.sh.blame("mkdir without a name");
    return 1;
  }
  int status = 0;
  std::uint32_t mode = 0777U & ~call.st.umask;
  const std::string given = options.values.contains('m')           ? options.values.at('m')
                            : options.long_values.contains("mode") ? options.long_values.at("mode")
                                                                   : std::string();
  if (!given.empty()) {
    mode = 0;
    for (char c : given) {
      if (c < '0' || c > '7') call.world.give_up();
      mode = mode * 8 + static_cast<std::uint32_t>(c - '0');
    }
  }
  for (const std::string& name : options.words) {
    if (has_mark(name) || has_mark(call.st.cwd)) {
      call.world.files.hazy = true;
      if (!call.world.choose()) status = 1;
      continue;
    }
    const std::string path = call.world.files.resolve(call.path(name));
    auto make = [&](const std::string& at) {
      FileEntry entry;
      entry.info.kind = FileInfo::Kind::Directory;
      entry.info.mode = at == path ? mode : 0777U & ~call.st.umask;
      entry.info.uid = static_cast<std::uint32_t>(call.world.input->uid);
      entry.info.gid = static_cast<std::uint32_t>(call.world.input->gid);
      call.world.files.put(at, std::move(entry));
    };
    const FileInfo info = call.world.files.stat(path);
    if (info.kind == FileInfo::Kind::Directory) {
      if (!parents) status = complain(call, name, "File exists", "cannot create directory");
      continue;
    }
    if (info.kind == FileInfo::Kind::File || info.kind == FileInfo::Kind::Device) {
      status = complain(call, name, "File exists", "cannot create directory");
      continue;
    }
    if (!parents) {
      if (info.kind == FileInfo::Kind::Unknown && !call.world.choose("missing:" + path)) {
        status = 1;
        continue;
      }
      const std::string reason = may_change_directory(call, path);
      if (!reason.empty()) {
        status = complain(call, name, reason, "cannot create directory");
        continue;
      }
      make(path);
      continue;
    }
    std::vector<std::string> chain;
    for (std::string up = path; up != "/"; up = parent_path(up)) chain.push_back(up);
    for (auto at = chain.rbegin(); at != chain.rend(); ++at) {
      const FileInfo step = call.world.files.stat(*at);
      if (step.kind == FileInfo::Kind::Directory) continue;
      if (step.kind == FileInfo::Kind::File || step.kind == FileInfo::Kind::Device) {
        status = complain(call, name, gnu(call) ? "Not a directory" : "File exists", "cannot create directory");
        break;
      }
      if (step.kind == FileInfo::Kind::Unknown) {
        // It is there already, or root makes it.
        if ((call.world.input->uid != 0 || step.read_only) && !call.world.choose("mkdir:" + *at)) {
          status = 1;
          break;
        }
        FileEntry entry;
        entry.info.kind = FileInfo::Kind::Directory;
        entry.info.mode = 0755;
        entry.info.access_known = false;
        entry.content = std::string(1, kAny);
        call.world.files.put(*at, std::move(entry));
        continue;
      }
      const std::string reason = may_change_directory(call, *at);
      if (!reason.empty()) {
        status = complain(call, name, reason, "cannot create directory");
        break;
      }
      make(*at);
    }
  }
  return status;
}

int do_rm(Call& call) {
  const Options options = read_options(call, "rRfviId", "", {"force", "recursive", "preserve-root"});
  const bool force = options.has('f') || options.long_flags.contains("force"),
             recursive = options.has('r') || options.has('R') || options.long_flags.contains("recursive");
  if (call.hazy) {
    call.world.files.hazy = true;
    return force ? 0 : kUnknownStatus;
  }
  if (options.words.empty()) {
    if (force) return 0;
    call.sh.blame("rm without a name");
    return 1;
  }
  int status = 0;
  for (const std::string& name : options.words) {
    if (has_mark(name) || has_mark(call.st.cwd)) {
      call.world.files.hazy = true;
      if (!force) status = kUnknownStatus;
      continue;
    }
    const std::string path = call.path(name);
    const FileEntry* own = call.world.files.entry(path);
    const FileInfo info = own != nullptr && !own->link.empty() ? own->info : call.world.files.stat(path);
    if (info.kind == FileInfo::Kind::Missing ||
        (info.kind == FileInfo::Kind::Unknown && !force && !call.world.choose("exists:" + path))) {
      if (force) continue;
      status = complain(call, name, "No such file or directory", "cannot remove");
      continue;
    }
    if (info.kind == FileInfo::Kind::Directory && !recursive) {
      status = complain(call, name, "Is a directory", "cannot remove");
      continue;
    }
    const std::string reason = may_change_directory(call, path);
    if (!reason.empty()) {
      if (info.kind == FileInfo::Kind::Unknown && force) {
        if (!call.world.choose("exists:" + path)) continue;
      }
      status = complain(call, name, reason, "cannot remove");
      continue;
    }
    if (info.kind == FileInfo::Kind::Directory && call.world.input->uid != 0 && !info.access_known) {
      status = kUnknownStatus;
    }
    call.world.files.remove_tree(path);
  }
  return status;
}

int do_rmdir(Call& call) {
  const Options options = read_options(call, "pv", "", {"ignore-fail-on-non-empty"});
  int status = 0;
  for (const std::string& name : options.words) {
    if (has_mark(name) || call.hazy) return kUnknownStatus;
    const std::string path = call.path(name);
    const FileInfo info = call.world.files.stat(path);
    if (info.kind == FileInfo::Kind::Missing) {
      status = complain(call, name, "No such file or directory", "failed to remove");
      continue;
    }
    const auto items = call.world.files.list(path);
    if (info.kind != FileInfo::Kind::Directory || !items) return kUnknownStatus;
    if (!items->empty()) {
      status = complain(call, name, "Directory not empty", "failed to remove");
      continue;
    }
    const std::string reason = may_change_directory(call, path);
    if (!reason.empty()) {
      status = complain(call, name, reason, "failed to remove");
      continue;
    }
    call.world.files.remove_tree(path);
  }
  return status;
}

int do_touch(Call& call) {
  const Options options = read_options(call, "acmh", "tdr", {"no-create", "date=", "reference="});
  if (call.hazy) {
    call.world.files.hazy = true;
    return kUnknownStatus;
  }
  if (options.words.empty()) {
    call.sh.blame("touch without a name");
    return 1;
  }
  int status = 0;
  for (const std::string& name : options.words) {
    if (options.has('c')) {
      if (known(name) && call.world.files.stat(call.path(name)).kind == FileInfo::Kind::Missing) continue;
    }
    if (known(name)) {
      const FileInfo info = call.world.files.stat(call.path(name));
      if (info.kind == FileInfo::Kind::Directory || info.kind == FileInfo::Kind::Device) {
        if (info.read_only) {
          status = complain(call, name, "Read-only file system", "cannot touch");
          continue;
        }
        if (call.world.input->uid != 0 && !call.sh.may(call.st, info, 2, call.path(name))) {
          status = complain(call, name, "Permission denied", "cannot touch");
        }
        continue;
      }
    }
    const std::string reason = write_file(call, name, "", true);
    if (!reason.empty()) status = complain(call, name, reason, "cannot touch");
  }
  return status;
}

/// A mode given in octal or as [ugoa]*[+-=][rwxXst]*; empty when it is neither.
std::optional<std::uint32_t> change_mode(const std::string& text, std::uint32_t mode, bool directory,
                                         std::uint32_t umask) {
  if (!text.empty() && text.find_first_not_of("01234567") == std::string::npos) {
    std::uint32_t value = 0;
    for (char c : text) value = value * 8 + static_cast<std::uint32_t>(c - '0');
    return value & 07777U;
  }
  std::size_t i = 0;
  while (i < text.size()) {
    std::uint32_t who = 0;
    for (; i < text.size() && std::string_view("ugoa").find(text[i]) != std::string_view::npos; ++i)
      who |= text[i] == 'u' ? 0700U : text[i] == 'g' ? 0070U : text[i] == 'o' ? 0007U : 0777U;
    const bool all = who == 0;
    if (all) who = 0777U & ~umask;
    if (i >= text.size() || std::string_view("+-=").find(text[i]) == std::string_view::npos) return std::nullopt;
    while (i < text.size() && std::string_view("+-=").find(text[i]) != std::string_view::npos) {
      const char op = text[i++];
      std::uint32_t bits = 0;
      for (; i < text.size() && std::string_view("rwxXst").find(text[i]) != std::string_view::npos; ++i) {
        if (text[i] == 'r') bits |= 0444U;
        if (text[i] == 'w') bits |= 0222U;
        if (text[i] == 'x' || (text[i] == 'X' && (directory || (mode & 0111U) != 0))) bits |= 0111U;
      }
      if (op == '+') mode |= bits & who;
      else if (op == '-') mode &= ~(bits & who);
      else mode = (mode & ~(all ? 0777U : who)) | (bits & who);
    }
    if (i < text.size()) {
      if (text[i] != ',') return std::nullopt;
      ++i;
      if (i >= text.size()) return std::nullopt;
    }
  }
  return mode;
}

/// chmod and chown: the owner may, root may, nobody may on a read-only mount.
int change(Call& call, const std::string& what, const std::vector<std::string>& names, bool recursive, bool chown) {
  int status = 0;
  for (const std::string& name : names) {
    if (has_mark(name) || has_mark(call.st.cwd) || call.hazy) {
      if (status == 0) status = kUnknownStatus;
      continue;
    }
    const std::string path = call.world.files.resolve(call.path(name));
    const FileInfo info = call.world.files.stat(path);
    if (info.kind == FileInfo::Kind::Missing) {
      status = complain(call, name, "No such file or directory", "cannot access");
      continue;
    }
    if (info.kind == FileInfo::Kind::Unknown) {
      if (!call.world.choose("exists:" + path)) {
        status = 1;
        continue;
      }
      if (call.world.input->uid != 0 && !call.world.choose()) status = 1;
      continue;
    }
    if (info.read_only) {
      status =
          complain(call, name, "Read-only file system", chown ? "changing ownership of" : "changing permissions of");
      continue;
    }
    if (!may_use(call, chown ? "CHOWN" : "FOWNER")) {
      if (!info.access_known) {
        if (!call.world.choose("owner:" + path)) {
          status = 1;
          continue;
        }
      } else if (chown || static_cast<std::int64_t>(info.uid) != call.world.input->uid) {
        const std::string same = std::to_string(info.uid);
        if (!(chown && static_cast<std::int64_t>(info.uid) == call.world.input->uid &&
              (what == same || what == same + ":" + std::to_string(info.gid) ||
               what == ":" + std::to_string(info.gid)))) {
          status = complain(call, name, "Operation not permitted",
                            chown ? "changing ownership of" : "changing permissions of");
          continue;
        }
      }
    }
    FileEntry entry;
    if (const FileEntry* old = call.world.files.entry(path)) entry = *old;
    else {
      entry.info = info;
      if (info.kind == FileInfo::Kind::Directory) entry.content_known = false;
      else entry.content = call.world.files.content(path);
    }
    if (chown) {
      const std::size_t colon = what.find_first_of(":.");
      const auto uid = parse_integer(what.substr(0, colon));
      if (uid) {
        entry.info.uid = static_cast<std::uint32_t>(*uid);
      } else if (colon != 0) {
        if (what.substr(0, colon) == "root") entry.info.uid = 0;
        else {
          entry.info.access_known = false;
          if (!call.world.choose("user:" + what)) {
            status = 1;
            call.sh.blame("the user of `" + what + "` does not exist");
            continue;
          }
        }
      }
      if (colon != std::string::npos && colon + 1 < what.size()) {
        if (const auto gid = parse_integer(what.substr(colon + 1))) entry.info.gid = static_cast<std::uint32_t>(*gid);
        else if (what.substr(colon + 1) != "root") {
          entry.info.access_known = false;
          if (!call.world.choose("user:" + what)) {
            status = 1;
            continue;
          }
        }
      }
    } else {
      const auto mode = change_mode(what, info.mode, info.kind == FileInfo::Kind::Directory, call.st.umask);
      if (!mode) {
        call.err("chmod: invalid mode: '" + what + "'\n");
        call.sh.blame("chmod cannot read `" + what + "`");
        return 1;
      }
      entry.info.mode = *mode;
    }
    call.world.files.put(path, std::move(entry));
    if (recursive && info.kind == FileInfo::Kind::Directory) {
      const auto items = call.world.files.list(path);
      if (!items) continue;
      if (items->size() > 500) call.world.give_up();
      std::vector<std::string> below;
      for (const std::string& item : *items) below.push_back((path == "/" ? "" : path) + "/" + item);
      call.sh.step();
      const int inner = change(call, what, below, true, chown);
      if (inner != 0) status = inner;
    }
  }
  return status;
}

int do_chmod(Call& call) {
  bool recursive = false;
  std::vector<std::string> words;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    if (word == "-R" || word == "--recursive") recursive = true;
    else if (word == "-v" || word == "-f" || word == "-c" || word == "--") {
    } else if (word.starts_with("--")) call.world.give_up();
    else words.push_back(word);
  }
  if (words.size() < 2) {
    if (call.hazy) return kUnknownStatus;
    call.sh.blame("chmod needs a mode and a name");
    return 1;
  }
  const std::string what = words[0];
  if (has_mark(what)) return kUnknownStatus;
  words.erase(words.begin());
  return change(call, what, words, recursive, false);
}

int do_chown(Call& call) {
  Options options = read_options(call, "RvfchHLP", "", {"recursive", "no-dereference"});
  if (options.words.size() < 2) {
    if (call.hazy) return kUnknownStatus;
    call.sh.blame(call.argv[0] + " needs an owner and a name");
    return 1;
  }
  std::string what = options.words[0];
  if (call.argv[0].ends_with("chgrp")) what.insert(0, ":");
  if (has_mark(what)) return kUnknownStatus;
  options.words.erase(options.words.begin());
  return change(call, what, options.words, options.has('R') || options.long_flags.contains("recursive"), true);
}

int do_stat(Call& call) {
  int status = 0;
  bool option = false;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    if (word == "-c" || word == "-f" || word == "-t" || word == "-L") {
      if (word == "-c") { ++i; }
      option = true;
      continue;
    }
    if (word.starts_with('-')) {
      option = true;
      continue;
    }
    if (has_mark(word)) {
      status = kUnknownStatus;
      continue;
    }
    const FileInfo info = call.world.files.stat(call.path(word));
    if (info.kind == FileInfo::Kind::Missing) status = complain(call, word, "No such file or directory", "cannot stat");
    else if (info.kind == FileInfo::Kind::Unknown && !call.world.choose("exists:" + call.path(word))) status = 1;
    else call.out(std::string(1, option ? kWord : kAny) + "\n");
  }
  return status;
}

int do_readlink(Call& call) {
  const Options options = read_options(call, "fnemsq");
  const bool real = call.argv[0].ends_with("realpath") || options.has('f');
  for (const std::string& word : options.words) {
    if (has_mark(word) || call.hazy) {
      call.out(std::string(1, kAny));
      return kUnknownStatus;
    }
    const std::string path = call.path(word);
    const FileEntry* own = call.world.files.entry(path);
    if (!real) {
      if (own != nullptr && !own->link.empty()) {
        call.out(own->link + "\n");
        return 0;
      }
      if (own != nullptr || call.world.files.stat(path).kind == FileInfo::Kind::Missing) return 1;
      call.out(std::string(1, kAny));
      return kUnknownStatus;
    }
    // Links of the image may be on the way.
    const bool all_own = own != nullptr && known(path);
    call.out((all_own ? call.world.files.resolve(path) : std::string(1, kWord)) + "\n");
    const FileInfo::Kind kind = call.world.files.stat(path).kind;
    if (kind == FileInfo::Kind::Missing && call.argv[0].ends_with("realpath") && !options.has('m'))
      return kUnknownStatus;
    if (kind == FileInfo::Kind::Unknown || kind == FileInfo::Kind::Missing)
      return call.world.files.stat(parent_path(path)).kind == FileInfo::Kind::Directory &&
                     !call.argv[0].ends_with("realpath")
                 ? 0
                 : kUnknownStatus;
  }
  return 0;
}

int do_basename(Call& call) {
  if (call.argv.size() < 2) return 1;
  std::string name = call.argv[1];
  if (name.starts_with("-") || call.hazy) call.world.give_up();
  if (has_mark(name)) {
    call.out(std::string(1, kAny) + "\n");
    return 0;
  }
  while (name.size() > 1 && name.ends_with('/')) name.pop_back();
  if (name != "/") name = base_name(name);
  if (call.argv.size() > 2 && name.size() > call.argv[2].size() && name.ends_with(call.argv[2]))
    name.resize(name.size() - call.argv[2].size());
  call.out(name + "\n");
  return 0;
}

int do_dirname(Call& call) {
  if (call.argv.size() < 2) return 1;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    std::string name = call.argv[i];
    if (name == "--") continue;
    if (has_mark(name) || call.hazy) {
      call.out(std::string(1, kAny) + "\n");
      continue;
    }
    while (name.size() > 1 && name.ends_with('/')) name.pop_back();
    const std::size_t slash = name.rfind('/');
    std::string up = slash == std::string::npos ? "." : name.substr(0, slash);
    while (up.size() > 1 && up.ends_with('/')) up.pop_back();
    call.out((up.empty() ? "/" : up) + "\n");
  }
  return 0;
}

int do_mktemp(Call& call) {
  bool directory = false, dry = false;
  std::string under = "/tmp", given;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    if (word == "-d") directory = true;
    else if (word == "-q") {
    } else if (word == "-u") dry = true;
    else if (word == "-p") under = call.arg(++i);
    else if (word == "-t") {
    } else if (word.starts_with('-')) call.world.give_up();
    else given = word;
  }
  if (!given.empty())
    under = given.find('/') != std::string::npos ? parent_path(call.path(given))
                                                 : (has_mark(call.st.cwd) ? under : call.st.cwd);
  if (const auto tmp = call.sh.value(call.st, "TMPDIR"); tmp && given.empty() && known(*tmp) && !tmp->empty())
    under = *tmp;
  (void)directory;
  const FileInfo info = call.world.files.stat(under);
  if (info.kind == FileInfo::Kind::Missing || info.read_only ||
      (info.kind == FileInfo::Kind::Directory && !call.sh.may(call.st, info, 3, under))) {
    if (!dry) {
      call.sh.blame("mktemp cannot make a file in " + under);
      return 1;
    }
  }
  if (info.kind == FileInfo::Kind::Unknown && !call.world.choose("dir:" + under)) return 1;
  // A name that nobody knows yet, which the interpreter can follow all the same.
  const std::string path = (under == "/" ? "" : under) + "/tmp.XXXX" + std::to_string(++call.world.next_pid);
  FileEntry entry;
  entry.info.kind = directory ? FileInfo::Kind::Directory : FileInfo::Kind::File;
  entry.info.mode = directory ? 0700 : 0600;
  entry.info.uid = static_cast<std::uint32_t>(call.world.input->uid);
  entry.info.gid = static_cast<std::uint32_t>(call.world.input->gid);
  if (!dry) call.world.files.put(path, std::move(entry));
  call.out(path + "\n");
  return 0;
}

int do_find(Call& call) {
  std::vector<std::string> roots;
  std::size_t i = 1;
  for (; i < call.argv.size() && !call.argv[i].starts_with('-') && call.argv[i] != "!" && call.argv[i] != "("; ++i)
    roots.push_back(call.argv[i]);
  if (roots.empty()) roots.emplace_back(".");
  std::string name_pattern, type;
  std::int64_t most = 100, least = 0;
  bool simple = !call.hazy, changes = false, runs = false, quits = false;
  for (; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    if (word == "-name") {
      if (!name_pattern.empty()) simple = false;
      name_pattern = call.arg(++i);
    } else if (word == "-type") type = call.arg(++i);
    else if (word == "-maxdepth") most = parse_integer(call.arg(++i)).value_or(0);
    else if (word == "-mindepth") least = parse_integer(call.arg(++i)).value_or(0);
    else if (word == "-print") {
    } else if (word == "-quit") {
      quits = true;
      simple = false;
    } else if (word == "-delete") changes = true;
    else if (word == "-exec" || word == "-execdir" || word == "-ok") {
      runs = true;
      simple = false;
      while (i < call.argv.size() && call.argv[i] != ";" && call.argv[i] != "+") ++i;
    } else {
      simple = false;
    }
  }
  (void)quits;
  int status = 0;
  std::vector<std::string> found;
  bool vague = false;
  for (const std::string& root : roots) {
    if (has_mark(root)) {
      vague = true;
      if (status == 0) status = kUnknownStatus;
      continue;
    }
    const std::string path = call.path(root);
    const FileInfo info = call.world.files.stat(path);
    if (info.kind == FileInfo::Kind::Missing) {
      call.err("find: " + root + ": No such file or directory\n");
      call.sh.blame(root + ": No such file or directory");
      status = 1;
      continue;
    }
    if (info.kind == FileInfo::Kind::Unknown) {
      vague = true;
      if (!call.world.choose("exists:" + path)) status = 1;
      continue;
    }
    std::vector<std::pair<std::string, std::int64_t>> open{{root, 0}};
    while (!open.empty()) {
      const auto [at, depth] = open.back();
      open.pop_back();
      if (found.size() > 1000) {
        vague = true;
        break;
      }
      const FileInfo one = call.world.files.stat(call.path(at));
      if (one.kind == FileInfo::Kind::Unknown) {
        vague = true;
        continue;
      }
      const bool directory = one.kind == FileInfo::Kind::Directory;
      const bool fits = (type.empty() || type == (directory ? "d" : "f")) &&
                        (name_pattern.empty() || match(name_pattern, base_name(at)) == Answer::Yes) && depth >= least;
      if (type == "l") vague = true;
      if (fits) found.push_back(at);
      if (!directory || depth >= most) continue;
      const auto items = call.world.files.list(call.path(at));
      if (!items) {
        vague = true;
        continue;
      }
      for (const std::string& item : *items) open.emplace_back((at == "/" ? "" : at) + "/" + item, depth + 1);
    }
  }
  if (call.world.input->uid != 0 && vague && status == 0) status = kUnknownStatus;
  if (changes || runs) {
    call.world.files.hazy = true;
    call.out(std::string(1, kAny));
    return runs ? kUnknownStatus : status;
  }
  if (!simple || vague) {
    call.out(simple && !found.empty() ? std::string(1, kWord) + std::string(1, kAny) + "\n" : std::string(1, kAny));
    return simple ? status : (status == 0 ? kUnknownStatus : status);
  }
  if (found.size() == 1) call.out(found[0] + "\n");
  else if (!found.empty()) {
    // The order is the directory's own.
    std::string text;
    for (std::size_t k = 0; k < found.size(); ++k) text += std::string(1, kWord) + "\n";
    call.out(text);
  }
  return status;
}

int do_du(Call& call) {
  call.out(std::string(1, kWord) + "\t" + std::string(1, kAny) + "\n");
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    if (call.argv[i].starts_with('-')) continue;
    if (has_mark(call.argv[i])) return kUnknownStatus;
    const FileInfo::Kind kind = call.world.files.stat(call.path(call.argv[i])).kind;
    if (kind == FileInfo::Kind::Missing) {
      call.sh.blame(call.argv[i] + ": No such file or directory");
      return 1;
    }
    if (kind == FileInfo::Kind::Unknown) return kUnknownStatus;
  }
  return call.world.input->uid == 0 ? 0 : kUnknownStatus;
}

}  // namespace

void add_file_programs(ProgramTable& table) {
  table["cat"] = do_cat;
  table["ls"] = do_ls;
  table["mkdir"] = do_mkdir;
  table["rm"] = do_rm;
  table["rmdir"] = do_rmdir;
  table["touch"] = do_touch;
  table["chmod"] = do_chmod;
  table["chown"] = do_chown;
  table["chgrp"] = do_chown;
  table["stat"] = do_stat;
  table["readlink"] = do_readlink;
  table["realpath"] = do_readlink;
  table["basename"] = do_basename;
  table["dirname"] = do_dirname;
  table["mktemp"] = do_mktemp;
  table["find"] = do_find;
  table["du"] = do_du;
}

}  // namespace podseer::process
