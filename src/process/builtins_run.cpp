// SPDX-License-Identifier: Apache-2.0
// Builtins that run something else or say what a name means: eval, `.`, exec, command, builtin, type, hash.
// `. ./missing` ends ash and dash with 2 (1 as a file), and is a failed command for bash.
#include <algorithm>

#include "process/builtins.hpp"

namespace podseer::process {

int do_eval(Call& call) {
  if (call.hazy) call.world.give_up();
  const std::string text = join({call.argv.begin() + 1, call.argv.end()}, " ");
  if (text.find_first_not_of(" \t\n") == std::string::npos) return 0;
  if (++call.st.calls > 60) call.world.give_up();
  call.st.status = 0;
  try {
    const Flow flow = call.sh.run_text(call.st, text, call.world.place, true, call.st.arg0, false);
    call.st.carried = flow;
  } catch (const ShellExit&) {
    --call.st.calls;
    if (is_bash(call) && call.world.blame.syntax && call.st.status == 2 &&
        call.world.blame.explanation.find("cannot read") != std::string::npos) {
      call.world.blame.syntax = false;
      return 2;
    }
    throw;
  }
  --call.st.calls;
  return call.st.status;
}

int do_dot(Call& call) {
  State& st = call.st;
  if (call.argv.size() < 2) {
    if (is_bash(call)) {
      complain(call, "filename argument required");
      return 2;
    }
    return call.st.dialect == Dialect::Dash ? 0 : fail_special(call, "filename argument required");
  }
  const std::string name = call.argv[1];
  if (has_mark(name) || call.hazy || has_mark(st.cwd)) call.world.give_up();
  std::string path;
  if (name.find('/') != std::string::npos) {
    path = call.path(name);
  } else {
    const std::optional<std::string> search = call.sh.value(st, "PATH");
    if (!search || has_mark(*search)) call.world.give_up();
    std::string_view rest = *search;
    for (;;) {
      const std::size_t colon = rest.find(':');
      const std::string candidate = absolute_path(std::string(rest.substr(0, colon)) + "/" + name, st.cwd);
      const FileInfo::Kind kind = call.world.files.stat(candidate).kind;
      if (kind == FileInfo::Kind::File) {
        path = candidate;
        break;
      }
      if (kind == FileInfo::Kind::Unknown) {
        const Command found =
            call.world.input->commands != nullptr ? call.world.input->commands->find(candidate, Value{}) : Command{};
        if (found.state != Command::State::Missing) call.world.give_up();
      }
      if (colon == std::string_view::npos) break;
      rest.remove_prefix(colon + 1);
    }
    if (path.empty()) {
      const std::string here = call.path(name);
      const FileInfo::Kind kind = call.world.files.stat(here).kind;
      if (is_bash(call) && kind != FileInfo::Kind::Missing) {
        path = here;
      } else if (st.dialect == Dialect::Ash && kind != FileInfo::Kind::Missing) path = here;
      else path = "";
    }
  }
  const FileInfo info = path.empty() ? FileInfo{} : call.world.files.stat(path);
  bool there = info.kind == FileInfo::Kind::File;
  if (info.kind == FileInfo::Kind::Unknown) there = call.world.choose("test:f:" + path);
  if (info.kind == FileInfo::Kind::Device) there = true;
  if (there && info.kind == FileInfo::Kind::File && !call.sh.may(st, info, 4, path)) call.world.give_up();
  if (!there) {
    call.sh.blame(name + " is not there");
    if (is_bash(call)) {
      call.sh.message(st, name + ": No such file or directory");
      return 1;
    }
    complain(call, st.dialect == Dialect::Dash
                       ? (path.empty() ? name + ": not found" : "cannot open " + name + ": No such file")
                       : "can't open '" + name + "': No such file or directory");
    call.sh.exit_shell(st, st.dialect == Dialect::Dash && path.empty() && name.find('/') == std::string::npos ? 2 : 2);
  }
  const std::string text = call.world.files.content(path);
  if (has_mark(text)) {
    // A system file such as /etc/profile: it sets variables. Anything else may do anything.
    if (path != "/etc/profile") call.world.give_up();
    for (auto& [key, variable] : st.variables)
      if (key == "PATH" || key == "PS1") { variable.value = std::string(1, kWord); }
    st.variables.try_emplace("PATH").first->second.value = std::string(1, kWord);
    if (call.world.input->commands == nullptr) call.world.give_up();
    // Debian's and Alpine's profile set PATH to the usual directories.
    st.variables["PATH"].value = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    st.variables["PATH"].exported = true;
    return 0;
  }
  if (++st.calls > 60) call.world.give_up();
  ++st.sourced;
  std::vector<std::string> saved;
  const bool args = call.argv.size() > 2 && (is_bash(call) || st.dialect == Dialect::Ash);
  if (args) {
    saved = st.positional;
    st.positional.assign(call.argv.begin() + 2, call.argv.end());
  }
  const bool fixed = !call.world.files.untouched(call.world.files.resolve(path));
  const std::string outer_name = st.arg0;
  const bool outer_c = st.from_c;
  if (!fixed && false) st.arg0 = path;
  st.status = 0;
  const Place place = fixed ? call.world.place : Place{-1, path, 0, static_cast<std::uint32_t>(text.size())};
  const Flow flow = call.sh.run_text(st, text, place, fixed, name, true);
  st.arg0 = outer_name;
  st.from_c = outer_c;
  --st.sourced;
  --st.calls;
  if (args) st.positional = saved;
  if (flow == Flow::Break || flow == Flow::Continue) st.carried = flow;
  return st.status;
}

int do_exec(Call& call) {
  std::size_t i = 1;
  while (i < call.argv.size() && call.argv[i].starts_with('-') && is_bash(call)) {
    if (call.argv[i] == "--") {
      ++i;
      break;
    }
    if (call.argv[i] == "-a") {
      i += 2;
      continue;
    }
    if (call.argv[i] == "-c" || call.argv[i] == "-l") {
      ++i;
      continue;
    }
    break;
  }
  if (i < call.argv.size() && call.argv[i] == "--") ++i;
  if (i >= call.argv.size()) return 0;
  std::vector<std::string> argv(call.argv.begin() + static_cast<std::ptrdiff_t>(i), call.argv.end());
  if (has_mark(argv[0])) call.world.give_up();
  const Command found = call.sh.look_up(call.st, argv[0]);
  if (found.state == Command::State::Missing || found.state == Command::State::NotExecutable) {
    const int status = found.state == Command::State::Missing ? 127 : 126;
    call.sh.blame(argv[0] + (status == 127 ? " is not there" : " cannot be executed"), {},
                  status == 127 ? argv[0] : "");
    complain(call, argv[0] + (status == 127 ? ": not found" : ": Permission denied"));
    call.sh.exit_shell(call.st, status);
  }
  call.st.traps.clear();
  if (call.st.subshells == 0) call.world.handles_term = false;
  const int status = call.sh.run_argv(call.st, std::move(argv), call.hazy, false, true);
  call.sh.exit_shell(call.st, status);
}

namespace {

int describe(Call& call, const std::string& name, bool verbose) {
  static const std::set<std::string> kWords = {"if", "then", "else", "elif", "fi", "for", "while", "until",
                                               "do", "done", "case", "esac", "in", "{",   "}",     "!"};
  const bool dash_like = call.st.dialect != Dialect::Bash;
  if (has_mark(name)) return kUnknownStatus;
  bool special = false;
  if (kWords.contains(name)) {
    call.out(name + (verbose ? " is a shell keyword\n" : "\n"));
    return 0;
  }
  if (call.st.functions.contains(name)) {
    call.out(name + (verbose ? " is a function\n" : "\n"));
    return 0;
  }
  if (find_builtin(name, call.st.dialect, special) != nullptr) {
    call.out(name +
             (verbose ? (special && dash_like ? " is a special shell builtin\n" : " is a shell builtin\n") : "\n"));
    return 0;
  }
  const Command found = call.sh.look_up(call.st, name);
  if (found.state == Command::State::Unknown) {
    call.out(std::string(1, kAny));
    return kUnknownStatus;
  }
  if (found.state == Command::State::Found || (found.state == Command::State::NotExecutable && false)) {
    const std::string path = name.find('/') != std::string::npos ? name
                             : found.path.empty()                ? std::string(1, kWord)
                                                                 : found.path;
    call.out(verbose ? name + " is " + path + "\n" : path + "\n");
    return 0;
  }
  if (verbose) {
    if (dash_like) call.out(name + ": not found\n");
    else complain(call, name + ": not found");
  }
  return dash_like ? 127 : 1;
}

}  // namespace

int do_command(Call& call) {
  std::size_t i = 1;
  bool asks = false, verbose = false;
  for (; i < call.argv.size() && call.argv[i].starts_with('-') && call.argv[i].size() > 1; ++i) {
    if (call.argv[i] == "-v") asks = true;
    else if (call.argv[i] == "-V") asks = verbose = true;
    else if (call.argv[i] == "-p") {
    } else if (call.argv[i] == "--") {
      ++i;
      break;
    } else call.world.give_up();
  }
  if (i >= call.argv.size()) return 0;
  if (asks) {
    int status = is_bash(call) ? 1 : 0;
    for (; i < call.argv.size(); ++i) {
      const int one = describe(call, call.argv[i], verbose);
      if (one == kUnknownStatus) return one;
      status = one == 0 ? (is_bash(call) ? 0 : status) : one;
      if (!is_bash(call)) break;
    }
    return status;
  }
  if (call.argv[i] == "exec" || call.argv[i] == "exit" || call.argv[i] == "return" || call.argv[i] == "cd" ||
      call.argv[i] == ".") {}
  return call.sh.run_argv(call.st, {call.argv.begin() + static_cast<std::ptrdiff_t>(i), call.argv.end()}, call.hazy,
                          false);
}

int do_builtin(Call& call) {
  if (call.argv.size() < 2) return 0;
  return call.sh.run_argv(call.st, {call.argv.begin() + 1, call.argv.end()}, call.hazy, false);
}

int do_type(Call& call) {
  int status = 0;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    if (call.argv[i].starts_with('-') && is_bash(call)) {
      if (call.argv[i] == "-t" || call.argv[i] == "-a") continue;
      if (call.argv[i] == "-p" || call.argv[i] == "-P") continue;
      call.world.give_up();
    }
    const int one = describe(call, call.argv[i], true);
    if (one != 0) status = one;
  }
  return status;
}

int do_hash(Call& call) {
  if (call.argv.size() < 2 || call.argv[1].starts_with('-')) return 0;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    bool special = false;
    if (find_builtin(call.argv[i], call.st.dialect, special) != nullptr) continue;
    const Command found = call.sh.look_up(call.st, call.argv[i]);
    if (found.state == Command::State::Unknown) return kUnknownStatus;
    if (found.state == Command::State::Missing) {
      complain(call, call.argv[i] + ": not found");
      return 1;
    }
  }
  return 0;
}

}  // namespace podseer::process
