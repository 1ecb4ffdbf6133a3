// SPDX-License-Identifier: Apache-2.0
// What the shells do themselves (POSIX.1-2017 XCU 2.14 and the built-in utilities): the table of all builtins, and
// those of control and place: exit, return, break, shift, set, cd. `exit 300` ends with 44; `exit abc` with 2 in
// every shell.
#include <algorithm>
#include <cctype>

#include "process/builtins.hpp"

namespace podseer::process {

void complain(Call& call, const std::string& text) {
  State& st = call.st;
  if (st.dialect == Dialect::Ash) {
    const std::string line = st.from_c ? "0" : call.sh.prefix(st).substr(0, 0) + "1";
    call.sh.message_plain(st, st.arg0 + ": " + call.argv[0] + ": line " + line + ": " + text);
  } else {
    call.sh.message(st, call.argv[0] + ": " + text);
  }
}

int fail_special(Call& call, const std::string& text, int status) {
  complain(call, text);
  call.sh.blame(call.argv[0] + ": " + text);
  if (!is_bash(call)) call.sh.exit_shell(call.st, status);
  return status;
}

namespace {

int do_true(Call&) { return 0; }
int do_false(Call&) { return 1; }

/// The status argument of exit and return; kUnknownStatus when it is not known.
int status_argument(Call& call, bool exits) {
  if (call.argv.size() < 2) return call.st.status;
  const std::string& word = call.argv[1];
  if (call.hazy || has_mark(word)) return kUnknownStatus;
  const auto number = parse_integer(word);
  const bool digits = !word.empty() && word.find_first_not_of("0123456789") == std::string::npos;
  if (!is_bash(call) && !digits) {
    complain(call, "Illegal number: " + word);
    call.sh.blame("`" + word + "` is no exit code");
    call.sh.exit_shell(call.st, 2);
  }
  if (!number) {
    complain(call, word + ": numeric argument required");
    call.sh.blame("`" + word + "` is no exit code");
    return 2;
  }
  if (!exits && call.st.dialect == Dialect::Dash) return static_cast<int>(*number & 0x7fffffff);
  return static_cast<int>(*number & 255);
}

int do_exit(Call& call) {
  if (is_bash(call) && call.argv.size() > 2 && parse_integer(call.argv[1])) {
    complain(call, "too many arguments");
    return 1;
  }
  call.sh.exit_shell(call.st, status_argument(call, true));
}

int do_return(Call& call) {
  if (is_bash(call) && call.st.functions_deep == 0 && call.st.sourced == 0) {
    complain(call, "can only `return' from a function or sourced script");
    return 2;
  }
  const int status = status_argument(call, false);
  call.st.carried = Flow::Return;
  return status;
}

int leave_loop(Call& call, Flow flow) {
  if (call.st.loops == 0) {
    if (is_bash(call)) complain(call, "only meaningful in a `for', `while', or `until' loop");
    return 0;
  }
  std::int64_t levels = 1;
  if (call.argv.size() > 1) {
    const auto number = parse_integer(call.argv[1]);
    if (!number || *number < 1) call.world.give_up();
    levels = *number;
  }
  call.st.break_levels = static_cast<int>(std::min<std::int64_t>(levels, call.st.loops));
  call.st.carried = flow;
  return 0;
}
int do_break(Call& call) { return leave_loop(call, Flow::Break); }
int do_continue(Call& call) { return leave_loop(call, Flow::Continue); }

int do_shift(Call& call) {
  if (call.st.positional_hazy) return 0;
  std::int64_t count = 1;
  if (call.argv.size() > 1) {
    const auto number = parse_integer(call.argv[1]);
    if (!number || *number < 0) call.world.give_up();
    count = *number;
  }
  auto& words = call.st.positional;
  if (count > static_cast<std::int64_t>(words.size())) {
    if (call.st.dialect == Dialect::Dash) return fail_special(call, "can't shift that many");
    return 1;
  }
  words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(count));
  return 0;
}

/// set -o NAME; false when the shell has no such option.
bool set_named(State& st, const std::string& name, bool on) {
  if (name == "errexit") st.errexit = on;
  else if (name == "nounset") st.nounset = on;
  else if (name == "noglob") st.noglob = on;
  else if (name == "noclobber") st.noclobber = on;
  else if (name == "allexport") st.allexport = on;
  else if (name == "xtrace") st.xtrace = on;
  else if (name == "noexec") st.noexec = on;
  else if (name == "pipefail") {
    if (st.dialect == Dialect::Dash) return false;
    st.pipefail = on;
  } else if (name == "errtrace" && st.dialect == Dialect::Bash) st.errtrace = on;
  else if (name == "errtrace" || name == "functrace" || name == "posix" || name == "history" || name == "histexpand" ||
           name == "braceexpand" || name == "hashall" || name == "privileged" || name == "physical" ||
           name == "keyword" || name == "onecmd" || name == "interactive-comments")
    return st.dialect == Dialect::Bash;
  else if (name == "verbose" || name == "monitor" || name == "notify" || name == "ignoreeof" || name == "vi" ||
           name == "emacs" || name == "nolog")
    return true;
  else return false;
  return true;
}

int do_set(Call& call) {
  State& st = call.st;
  if (call.argv.size() == 1) {
    call.out(std::string(1, kAny));
    return 0;
  }
  std::size_t i = 1;
  bool positional = false;
  for (; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    if (word == "--") {
      positional = true;
      ++i;
      break;
    }
    if (word == "-") {
      positional = i + 1 < call.argv.size();
      ++i;
      break;
    }
    if (has_mark(word.substr(0, 1))) {
      if (call.hazy) call.world.give_up();
      if (!call.world.choose()) break;
      call.world.give_up();
    }
    if (word.size() < 2 || (word[0] != '-' && word[0] != '+')) break;
    const bool on = word[0] == '-';
    for (std::size_t k = 1; k < word.size(); ++k) {
      switch (word[k]) {
        case 'e': st.errexit = on; break;
        case 'u': st.nounset = on; break;
        case 'x': st.xtrace = on; break;
        case 'f': st.noglob = on; break;
        case 'C': st.noclobber = on; break;
        case 'a': st.allexport = on; break;
        case 'n': st.noexec = on; break;
        case 'v':
        case 'm':
        case 'b':
        case 'h': break;
        case 'E':
        case 'T':
        case 'B':
        case 'H':
        case 'P':
        case 'k':
        case 'p':
        case 't':
          if (!is_bash(call))
            return fail_special(
                call, std::string(st.dialect == Dialect::Ash ? "illegal option -" : "Illegal option -") + word[k]);
          if (word[k] == 'E') st.errtrace = on;
          break;
        case 'o':
          if (i + 1 >= call.argv.size()) {
            call.out(std::string(1, kAny));
            break;
          }
          ++i;
          if (!set_named(st, call.argv[i], on)) {
            if (is_bash(call)) {
              complain(call, call.argv[i] + ": invalid option name");
              return 2;
            }
            return fail_special(
                call,
                std::string(st.dialect == Dialect::Ash ? "illegal option -o " : "Illegal option -o ") + call.argv[i]);
          }
          break;
        default:
          if (is_bash(call)) {
            complain(call, std::string("-") + word[k] + ": invalid option");
            return 2;
          }
          return fail_special(
              call, std::string(st.dialect == Dialect::Ash ? "illegal option -" : "Illegal option -") + word[k]);
      }
    }
  }
  if (positional || i < call.argv.size()) {
    st.positional.assign(call.argv.begin() + static_cast<std::ptrdiff_t>(std::min(i, call.argv.size())),
                         call.argv.end());
    st.positional_hazy = call.hazy;
    st.getopts_at = 1;
  }
  return 0;
}

int do_cd(Call& call) {
  State& st = call.st;
  std::size_t i = 1;
  while (i < call.argv.size() && (call.argv[i] == "-P" || call.argv[i] == "-L" || call.argv[i] == "--")) ++i;
  std::string target;
  if (i >= call.argv.size()) {
    const auto home = call.sh.value(st, "HOME");
    if (!home) {
      if (is_bash(call)) {
        complain(call, "HOME not set");
        return 1;
      }
      return 0;
    }
    target = *home;
  } else {
    target = call.argv[i];
  }
  if (i + 1 < call.argv.size() && is_bash(call)) {
    complain(call, "too many arguments");
    return 1;
  }
  bool print = false;
  if (target == "-") {
    const auto old = call.sh.value(st, "OLDPWD");
    if (!old) {
      if (is_bash(call)) {
        complain(call, "OLDPWD not set");
        return 1;
      }
      call.world.give_up();
    }
    target = *old;
    print = true;
  }
  if (call.sh.value(st, "CDPATH") && !target.starts_with('/') && !target.starts_with('.')) call.world.give_up();
  if (has_mark(target) || call.hazy) {
    if (!call.world.choose("cd:" + target)) return is_bash(call) ? 1 : 2;
    st.cwd = std::string(1, kAny);
    return 0;
  }
  if (target.empty()) return 0;
  if (has_mark(st.cwd) && !target.starts_with('/')) call.world.give_up();
  const std::string path = call.path(target);
  const FileInfo info = call.world.files.stat(path);
  std::string reason;
  if (info.kind == FileInfo::Kind::Missing) reason = "No such file or directory";
  else if (info.kind == FileInfo::Kind::File || info.kind == FileInfo::Kind::Device) reason = "Not a directory";
  else if (info.kind == FileInfo::Kind::Unknown) {
    if (!call.world.choose("test:d:" + path)) reason = "No such file or directory";
  } else if (!call.sh.may(st, info, 1, path)) reason = "Permission denied";
  if (!reason.empty()) {
    complain(call, st.dialect == Dialect::Bash   ? target + ": " + reason
                   : st.dialect == Dialect::Dash ? "can't cd to " + target
                                                 : "can't cd to " + target + ": " + reason);
    call.sh.blame("cd " + target + ": " + reason);
    return st.dialect == Dialect::Bash ? 1 : 2;
  }
  call.sh.assign(st, "OLDPWD", st.cwd);
  st.cwd = path;
  if (const Variable* pwd = call.sh.find(st, "PWD"); pwd != nullptr) call.sh.assign(st, "PWD", path);
  if (print) call.out(path + "\n");
  return 0;
}

int do_pwd(Call& call) {
  call.out(call.st.cwd + "\n");
  return 0;
}

int do_umask(Call& call) {
  if (call.argv.size() < 2 || call.argv[1].starts_with('-')) {
    call.out(std::string(1, kWord) + "\n");
    return 0;
  }
  std::uint32_t mask = 0;
  for (char c : call.argv[1]) {
    if (c < '0' || c > '7') call.world.give_up();
    mask = mask * 8 + static_cast<std::uint32_t>(c - '0');
  }
  call.st.umask = mask & 0777U;
  return 0;
}

int do_ulimit(Call& call) {
  if (call.argv.size() < 2 || (call.argv.size() == 2 && call.argv[1].starts_with('-'))) {
    call.out(std::string(1, kWord) + "\n");
    return 0;
  }
  return kUnknownStatus;
}

int do_shopt(Call& call) {
  bool on = false;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    if (word == "-s") on = true;
    else if (word == "-u" || word == "-q" || word == "-p") on = false;
    else if (word == "nullglob") call.st.nullglob = on;
    else if (word == "failglob") call.st.failglob = on;
    else if (word == "expand_aliases" || word == "inherit_errexit" || word == "checkwinsize" || word == "lastpipe" ||
             word == "huponexit" || word == "nocasematch" || word == "extglob" || word == "globstar" ||
             word == "dotglob") {
      if (on && word != "checkwinsize" && word != "huponexit" && word != "expand_aliases") call.world.give_up();
    } else {
      call.world.give_up();
    }
  }
  return 0;
}

int do_alias(Call& call) {
  if (call.argv.size() > 1 && !is_bash(call)) call.world.give_up();
  return 0;
}

int give_up(Call& call) { call.world.give_up(); }

struct Entry {
  Program program;
  bool special;
  bool ash, dash, bash;
};

const std::map<std::string_view, Entry>& table() {
  static const std::map<std::string_view, Entry> kTable = {
      {":", {do_true, true, true, true, true}},
      {"true", {do_true, false, true, true, true}},
      {"false", {do_false, false, true, true, true}},
      {"exit", {do_exit, true, true, true, true}},
      {"return", {do_return, true, true, true, true}},
      {"break", {do_break, true, true, true, true}},
      {"continue", {do_continue, true, true, true, true}},
      {"shift", {do_shift, true, true, true, true}},
      {"set", {do_set, true, true, true, true}},
      {"unset", {do_unset, true, true, true, true}},
      {"export", {do_export, true, true, true, true}},
      {"readonly", {do_export, true, true, true, true}},
      {"local", {do_local, false, true, true, true}},
      {"declare", {do_local, false, false, false, true}},
      {"typeset", {do_local, false, false, false, true}},
      {"eval", {do_eval, true, true, true, true}},
      {".", {do_dot, true, true, true, true}},
      {"source", {do_dot, true, true, false, true}},
      {"exec", {do_exec, true, true, true, true}},
      {"trap", {do_trap, true, true, true, true}},
      {"times", {do_true, true, true, true, true}},
      {"wait", {do_wait, false, true, true, true}},
      {"kill", {do_kill, false, true, true, true}},
      {"cd", {do_cd, false, true, true, true}},
      {"chdir", {do_cd, false, true, true, false}},
      {"pwd", {do_pwd, false, true, true, true}},
      {"umask", {do_umask, false, true, true, true}},
      {"ulimit", {do_ulimit, false, true, true, true}},
      {"command", {do_command, false, true, true, true}},
      {"builtin", {do_builtin, false, false, false, true}},
      {"type", {do_type, false, true, true, true}},
      {"hash", {do_hash, false, true, true, true}},
      {"getopts", {do_getopts, false, true, true, true}},
      {"let", {do_let, false, true, false, true}},
      {"shopt", {do_shopt, false, false, false, true}},
      {"alias", {do_alias, false, true, true, true}},
      {"unalias", {do_alias, false, true, true, true}},
      {"jobs", {do_true, false, true, true, true}},
      {"fg", {give_up, false, true, true, true}},
      {"bg", {give_up, false, true, true, true}},
      {"disown", {do_true, false, false, false, true}},
      {"echo", {builtin_echo, false, true, true, true}},
      {"printf", {builtin_printf, false, true, true, true}},
      {"read", {builtin_read, false, true, true, true}},
      {"test", {builtin_test, false, true, true, true}},
      {"[", {builtin_test, false, true, true, true}},
      {"mapfile", {give_up, false, false, false, true}},
      {"readarray", {give_up, false, false, false, true}},
      {"pushd", {give_up, false, false, false, true}},
      {"popd", {give_up, false, false, false, true}},
      {"enable", {give_up, false, false, false, true}},
      {"history", {do_true, false, false, false, true}},
      {"caller", {do_true, false, false, false, true}},
      {"compgen", {give_up, false, false, false, true}},
      {"coproc", {give_up, false, false, false, true}},
  };
  return kTable;
}

}  // namespace

Program find_builtin(std::string_view name, Dialect dialect, bool& special) {
  special = false;
  const auto found = table().find(name);
  if (found == table().end()) return nullptr;
  const Entry& entry = found->second;
  const bool here = dialect == Dialect::Ash ? entry.ash : dialect == Dialect::Dash ? entry.dash : entry.bash;
  if (!here) return nullptr;
  special = entry.special;
  return entry.program;
}

}  // namespace podseer::process
