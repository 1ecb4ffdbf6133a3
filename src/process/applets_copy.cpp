// SPDX-License-Identifier: Apache-2.0
// cp, mv, ln, dd and tee. `cp /defaults/app.conf /etc/app.conf` onto a ConfigMap volume fails: "Read-only file
// system"; what is copied out of a directory that is not known is not known either.
#include <algorithm>

#include "process/applets.hpp"

namespace podseer::process {

namespace {

int complain(Call& call, const std::string& name, const std::string& reason, const std::string& verb) {
  call.err(call.argv[0] + ": " +
           (gnu(call)                         ? verb + " '" + name + "': "
            : verb.starts_with("cannot stat") ? "can't stat '" + name + "': "
                                              : "can't create '" + name + "': ") +
           reason + "\n");
  call.sh.blame(call.argv[0] + " " + name + ": " + reason);
  if (reason == "Read-only file system" || reason == "Permission denied")
    call.sh.blame_cause(Outcome::Cause::NotWritable, call.path(name));
  return 1;
}

/// Copies `from` (absolute) to `to` (absolute). Empty, or the reason of the refusal; `budget` bounds the tree.
std::string copy(Call& call, const std::string& from, const std::string& to, bool recursive, int& budget) {
  if (--budget < 0) call.world.give_up();
  Files& files = call.world.files;
  const FileInfo info = files.stat(from);
  if (info.kind == FileInfo::Kind::Missing) return "No such file or directory";
  if (info.kind == FileInfo::Kind::Directory) {
    if (!recursive) return "omitted";
    const FileInfo there = files.stat(to);
    if (there.kind == FileInfo::Kind::File) return "Not a directory";
    if (there.kind != FileInfo::Kind::Directory) {
      const std::string reason = may_change_directory(call, to);
      if (!reason.empty()) return reason;
      FileEntry entry;
      entry.info = info;
      entry.info.read_only = false;
      entry.info.uid = static_cast<std::uint32_t>(call.world.input->uid);
      entry.info.gid = static_cast<std::uint32_t>(call.world.input->gid);
      files.put(to, std::move(entry));
    } else if (there.read_only) {
      return "Read-only file system";
    }
    const auto items = files.list(from);
    if (!items) {
      FileEntry entry;
      if (const FileEntry* old = files.entry(to)) entry = *old;
      else {
        entry.info = files.stat(to);
        entry.content_known = false;
      }
      entry.content = std::string(1, kAny);
      files.put(to, std::move(entry));
      return {};
    }
    std::string worst;
    for (const std::string& item : *items) {
      const std::string reason =
          copy(call, (from == "/" ? "" : from) + "/" + item, (to == "/" ? "" : to) + "/" + item, true, budget);
      if (!reason.empty()) worst = reason;
    }
    return worst;
  }
  if (info.kind == FileInfo::Kind::File && !call.sh.may(call.st, info, 4, from)) return "Permission denied";
  if (from == to) return "same file";
  const std::string text = files.content(from);
  const std::string reason = write_file(call, to, text, false);
  if (!reason.empty()) return reason;
  if (const FileEntry* made = files.entry(files.resolve(to))) {
    FileEntry entry = *made;
    entry.info.mode = info.kind == FileInfo::Kind::File ? info.mode : 0755U;
    entry.info.access_known = info.access_known && info.kind == FileInfo::Kind::File;
    files.put(files.resolve(to), std::move(entry));
  }
  return {};
}

/// cp, mv and ln share how the last word is read.
struct Plan {
  std::vector<std::pair<std::string, std::string>> pairs;
  bool unknown = false;
  int status = 0;
};

Plan plan(Call& call, const Options& options, bool as_file) {
  Plan out;
  std::vector<std::string> words = options.words;
  std::string target;
  if (options.values.contains('t')) target = options.values.at('t');
  else if (words.size() >= 2) {
    target = words.back();
    words.pop_back();
  } else {
    if (call.hazy) {
      out.unknown = true;
      return out;
    }
    call.err(call.argv[0] + ": missing file operand\n");
    call.sh.blame(call.argv[0] + " needs two names");
    out.status = 1;
    return out;
  }
  if (call.hazy || has_mark(target) || has_mark(call.st.cwd)) {
    out.unknown = true;
    return out;
  }
  for (const std::string& word : words)
    if (has_mark(word)) {
      out.unknown = true;
      return out;
    }
  const std::string to = call.path(target);
  const FileInfo info = call.world.files.stat(to);
  bool into = info.kind == FileInfo::Kind::Directory || options.values.contains('t');
  if (info.kind == FileInfo::Kind::Unknown && !as_file) into = call.world.choose("test:d:" + to);
  if (as_file) into = false;
  if (words.size() > 1 && !into) {
    call.err(call.argv[0] + ": target '" + target + "' is not a directory\n");
    call.sh.blame(target + " is not a directory");
    out.status = 1;
    return out;
  }
  if (target.ends_with('/') && info.kind == FileInfo::Kind::Missing && !into && words.size() == 1 &&
      call.world.files.stat(call.path(words[0])).kind != FileInfo::Kind::Directory) {
    complain(call, target, "Not a directory", "cannot create regular file");
    out.status = 1;
    return out;
  }
  for (const std::string& word : words) {
    const bool contents = word.ends_with("/.") || word == ".";
    out.pairs.emplace_back(word,
                           into && !contents ? absolute_path(base_name(absolute_path(word, call.st.cwd)), to) : to);
  }
  return out;
}

int do_cp(Call& call) {
  const Options options = read_options(call, "rRapfnuvdLPHxTsl", "t",
                                       {"recursive", "archive", "force", "no-clobber", "preserve",
                                        "preserve=", "verbose", "update", "parents", "no-preserve="});
  if (options.long_flags.contains("parents")) call.world.give_up();
  const bool recursive = options.has('r') || options.has('R') || options.has('a') ||
                         options.long_flags.contains("recursive") || options.long_flags.contains("archive");
  Plan todo = plan(call, options, options.has('T'));
  if (todo.unknown) {
    call.world.files.hazy = true;
    return kUnknownStatus;
  }
  int status = todo.status;
  for (const auto& [word, to] : todo.pairs) {
    const std::string from = call.path(word);
    const FileInfo info = call.world.files.stat(from);
    if (info.kind == FileInfo::Kind::Missing ||
        (info.kind == FileInfo::Kind::Unknown && !call.world.choose("exists:" + from))) {
      status = complain(call, word, "No such file or directory", "cannot stat");
      continue;
    }
    if ((options.has('n') || options.has('u')) && call.world.files.stat(to).kind == FileInfo::Kind::File) {
      if (options.has('u')) {
        FileEntry entry;
        if (const FileEntry* old = call.world.files.entry(to)) {
          entry = *old;
          entry.content = std::string(1, kAny);
          call.world.files.put(to, entry);
        }
      }
      continue;
    }
    int budget = 600;
    const std::string reason = copy(call, from, to, recursive, budget);
    if (reason.empty()) continue;
    if (reason == "omitted") {
      call.err(gnu(call) ? "cp: -r not specified; omitting directory '" + word + "'\n"
                         : "cp: omitting directory '" + word + "'\n");
      call.sh.blame("cp " + word + ": it is a directory and -r is not given");
      status = 1;
      continue;
    }
    if (reason == "same file") {
      call.err("cp: '" + word + "' and '" + to + "' are the same file\n");
      call.sh.blame("cp " + word + ": source and target are the same file");
      status = 1;
      continue;
    }
    status = complain(call, to, reason, "cannot create regular file");
  }
  return status;
}

int do_mv(Call& call) {
  const Options options = read_options(call, "fnuvT", "t", {"force", "no-clobber", "verbose"});
  Plan todo = plan(call, options, options.has('T'));
  if (todo.unknown) {
    call.world.files.hazy = true;
    return kUnknownStatus;
  }
  int status = todo.status;
  for (const auto& [word, to] : todo.pairs) {
    const std::string from = call.path(word);
    const FileInfo info = call.world.files.stat(from);
    if (info.kind == FileInfo::Kind::Missing ||
        (info.kind == FileInfo::Kind::Unknown && !call.world.choose("exists:" + from))) {
      status = complain(call, word, "No such file or directory", "cannot stat");
      continue;
    }
    if (options.has('n') && call.world.files.stat(to).kind == FileInfo::Kind::File) continue;
    if (from == to) {
      call.sh.blame("mv " + word + ": source and target are the same file");
      status = 1;
      continue;
    }
    std::string reason = may_change_directory(call, from);
    if (reason.empty() && call.world.files.stat(to).kind != FileInfo::Kind::File)
      reason = may_change_directory(call, to);
    int budget = 600;
    if (reason.empty()) reason = copy(call, from, to, true, budget);
    if (!reason.empty()) {
      status = complain(call, to, reason, "cannot move");
      continue;
    }
    call.world.files.remove_tree(from);
  }
  return status;
}

int do_ln(Call& call) {
  const Options options = read_options(call, "sfnTvr", "t", {"symbolic", "force"});
  Options two = options;
  if (two.words.size() == 1) two.words.emplace_back(".");
  Plan todo = plan(call, two, options.has('n') || options.has('T'));
  if (todo.unknown) {
    call.world.files.hazy = true;
    return kUnknownStatus;
  }
  int status = todo.status;
  for (const auto& [word, given_to] : todo.pairs) {
    std::string to = given_to;
    if ((options.has('n') || options.has('T')) && call.world.files.stat(to).kind == FileInfo::Kind::Directory) {
      const FileEntry* own = call.world.files.entry(to);
      if (own == nullptr || own->link.empty()) {
        if (options.has('T')) {
          status = 1;
          continue;
        }
        to = absolute_path(base_name(word), to);
      }
    }
    const FileEntry* own = call.world.files.entry(to);
    const FileInfo there = own != nullptr ? own->info : call.world.files.stat(to);
    if (!options.has('f') && !options.long_flags.contains("force")) {
      if (there.kind == FileInfo::Kind::File || there.kind == FileInfo::Kind::Directory ||
          there.kind == FileInfo::Kind::Device) {
        call.err("ln: failed to create symbolic link '" + to + "': File exists\n");
        call.sh.blame("ln " + to + ": File exists");
        status = 1;
        continue;
      }
      if (there.kind == FileInfo::Kind::Unknown && !call.world.choose("missing:" + to)) {
        status = 1;
        continue;
      }
    }
    const std::string reason = may_change_directory(call, to);
    if (!reason.empty()) {
      status = complain(call, to, reason, "failed to create symbolic link");
      continue;
    }
    if (options.has('s') || options.long_flags.contains("symbolic")) {
      FileEntry entry;
      const FileInfo target = call.world.files.stat(absolute_path(word, parent_path(to)));
      entry.info.kind = target.kind == FileInfo::Kind::Missing ? FileInfo::Kind::File : target.kind;
      entry.info.mode = 0777;
      entry.link = word;
      call.world.files.put(to, std::move(entry));
      continue;
    }
    int budget = 10;
    if (call.world.files.stat(call.path(word)).kind == FileInfo::Kind::Directory) {
      status = 1;
      continue;
    }
    const std::string hard = copy(call, call.path(word), to, false, budget);
    if (!hard.empty()) status = complain(call, to, hard, "failed to create hard link");
  }
  return status;
}

/// "1M", "64k", "4096"; 0 where it is none of these.
std::int64_t amount(std::string text) {
  std::int64_t unit = 1;
  if (text.ends_with('k') || text.ends_with('K')) unit = 1024;
  if (text.ends_with('M')) unit = 1024 * 1024;
  if (text.ends_with('G')) unit = std::int64_t{1} << 30U;
  if (unit > 1) text.pop_back();
  const auto number = text.size() < 9 ? parse_integer(text) : std::nullopt;
  return number && *number > 0 ? *number * unit : 0;
}

int do_dd(Call& call) {
  std::int64_t block = 512, blocks = 0;
  std::string in, out;
  bool count = false;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    if (word.starts_with("bs=")) block = amount(word.substr(3));
    if (word.starts_with("count=")) blocks = amount(word.substr(6));
    if (word.starts_with("if=")) in = word.substr(3);
    else if (word.starts_with("of=")) out = word.substr(3);
    else if (word.starts_with("count=")) count = true;
    else if (word.starts_with("bs=") || word.starts_with("status=") || word.starts_with("conv=") ||
             word.starts_with("seek=") || word.starts_with("skip=") || word.starts_with("oflag=") ||
             word.starts_with("iflag=") || word.starts_with("ibs=") || word.starts_with("obs=")) {
    } else {
      call.sh.blame("dd cannot read `" + word + "`");
      return 1;
    }
    if (has_mark(word)) {
      call.world.files.hazy = true;
      return kUnknownStatus;
    }
  }
  std::string text(1, kAny);
  if (in.empty()) text = count ? (call.sh.read_all(call.st), std::string(1, kAny)) : call.sh.read_all(call.st);
  else if (in == "/dev/zero" || in == "/dev/urandom" || in == "/dev/random") {
    if (!count) call.world.give_up();
  } else if (const auto read = read_file(call, in)) text = count ? std::string(1, kAny) : *read;
  else return 1;
  if (out.empty()) {
    call.out(text);
    return 0;
  }
  const std::string reason = write_file(call, out, text, false);
  if (reason.empty()) {
    if (in != "/dev/zero" && in != "/dev/urandom") return 0;
    // The runtime's /dev/shm is a tmpfs of 64 MiB; a volume mounted there has other modes.
    constexpr std::int64_t kShm = std::int64_t{64} << 20U;
    const std::string path = absolute_path(out, call.st.cwd);
    if (!path.starts_with("/dev/shm/") || blocks * block <= kShm ||
        (call.world.input->memory_limit > 0 && call.world.input->memory_limit <= kShm) ||
        call.world.files.stat("/dev/shm").mode != 01777U)
      return 0;
    call.err("dd: error writing '" + out + "': No space left on device\n");
    call.sh.blame("dd writes more than the 64 MiB of /dev/shm");
    return 1;
  }
  call.err(gnu(call) ? "dd: failed to open '" + out + "': " + reason + "\n"
                     : "dd: can't open '" + out + "': " + reason + "\n");
  call.sh.blame("dd " + out + ": " + reason);
  return 1;
}

int do_tee(Call& call) {
  const Options options = read_options(call, "aip");
  int status = 0;
  const std::string text = call.sh.read_all(call.st);
  for (const std::string& name : options.words) {
    const std::string reason = write_file(call, name, text, options.has('a'));
    if (!reason.empty()) {
      call.err("tee: " + name + ": " + reason + "\n");
      call.sh.blame("tee " + name + ": " + reason);
      status = 1;
    }
  }
  call.out(text);
  return call.hazy ? kUnknownStatus : status;
}

}  // namespace

void add_copy_programs(ProgramTable& table) {
  table["cp"] = do_cp;
  table["mv"] = do_mv;
  table["ln"] = do_ln;
  table["dd"] = do_dd;
  table["tee"] = do_tee;
}

}  // namespace podseer::process
