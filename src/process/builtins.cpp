// SPDX-License-Identifier: Apache-2.0
// What the shells do themselves, without input and output: variables, control, jobs, traps (POSIX.1-2017 XCU 2.14
// and the built-in utilities). `exit 300` ends with 44; `exit abc` with 2 in every shell.
#include <algorithm>
#include <cctype>

#include "process/builtins.hpp"

namespace podseer::process {

namespace {

bool bash(const Call& call) { return call.st.dialect == Dialect::Bash; }

/// A builtin's complaint in the dialect's form.
void complain(Call& call, const std::string& text) {
  State& st = call.st;
  if (st.dialect == Dialect::Ash) {
    const std::string line = st.from_c ? "0" : call.sh.prefix(st).substr(0, 0) + "1";
    call.sh.message_plain(st, st.arg0 + ": " + call.argv[0] + ": line " + line + ": " + text);
  } else {
    call.sh.message(st, call.argv[0] + ": " + text);
  }
}

/// A special builtin's error: ash and dash end.
int fail_special(Call& call, const std::string& text, int status = 2) {
  complain(call, text);
  call.sh.blame(call.argv[0] + ": " + text);
  if (!bash(call)) call.sh.exit_shell(call.st, status);
  return status;
}

int do_true(Call&) { return 0; }
int do_false(Call&) { return 1; }

/// The status argument of exit and return; kUnknownStatus when it is not known.
int status_argument(Call& call, bool exits) {
  if (call.argv.size() < 2) return call.st.status;
  const std::string& word = call.argv[1];
  if (call.hazy || has_mark(word)) return kUnknownStatus;
  const auto number = parse_integer(word);
  const bool digits = !word.empty() && word.find_first_not_of("0123456789") == std::string::npos;
  if (!bash(call) && !digits) { complain(call, "Illegal number: " + word); call.sh.blame("`" + word + "` is no exit code"); call.sh.exit_shell(call.st, 2); }
  if (!number) { complain(call, word + ": numeric argument required"); call.sh.blame("`" + word + "` is no exit code"); return 2; }
  if (!exits && call.st.dialect == Dialect::Dash) return static_cast<int>(*number & 0x7fffffff);
  return static_cast<int>(*number & 255);
}

int do_exit(Call& call) {
  if (bash(call) && call.argv.size() > 2 && parse_integer(call.argv[1])) { complain(call, "too many arguments"); return 1; }
  call.sh.exit_shell(call.st, status_argument(call, true));
}

int do_return(Call& call) {
  if (bash(call) && call.st.functions_deep == 0 && call.st.sourced == 0) {
    complain(call, "can only `return' from a function or sourced script");
    return 2;
  }
  const int status = status_argument(call, false);
  call.st.carried = Flow::Return;
  return status;
}

int leave_loop(Call& call, Flow flow) {
  if (call.st.loops == 0) { if (bash(call)) complain(call, "only meaningful in a `for', `while', or `until' loop"); return 0; }
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
  if (call.argv.size() > 1) { const auto number = parse_integer(call.argv[1]); if (!number || *number < 0) call.world.give_up(); count = *number; }
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
  else if (name == "pipefail") { if (st.dialect == Dialect::Dash) return false; st.pipefail = on; }
  else if (name == "errtrace" || name == "functrace" || name == "posix" || name == "history" || name == "histexpand" || name == "braceexpand" || name == "hashall" || name == "privileged" || name == "physical" || name == "keyword" || name == "onecmd" || name == "interactive-comments") return st.dialect == Dialect::Bash;
  else if (name == "verbose" || name == "monitor" || name == "notify" || name == "ignoreeof" || name == "vi" || name == "emacs" || name == "nolog") return true;
  else return false;
  return true;
}

int do_set(Call& call) {
  State& st = call.st;
  if (call.argv.size() == 1) { call.out(std::string(1, kAny)); return 0; }
  std::size_t i = 1;
  bool positional = false;
  for (; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    if (word == "--") { positional = true; ++i; break; }
    if (word == "-") { positional = i + 1 < call.argv.size(); ++i; break; }
    if (has_mark(word.substr(0, 1))) { if (call.hazy) call.world.give_up(); if (!call.world.choose()) break; call.world.give_up(); }
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
        case 'v': case 'm': case 'b': case 'h': break;
        case 'E': case 'T': case 'B': case 'H': case 'P': case 'k': case 'p': case 't':
          if (!bash(call)) return fail_special(call, std::string(st.dialect == Dialect::Ash ? "illegal option -" : "Illegal option -") + word[k]);
          break;
        case 'o':
          if (i + 1 >= call.argv.size()) { call.out(std::string(1, kAny)); break; }
          ++i;
          if (!set_named(st, call.argv[i], on)) {
            if (bash(call)) { complain(call, call.argv[i] + ": invalid option name"); return 2; }
            return fail_special(call, std::string(st.dialect == Dialect::Ash ? "illegal option -o " : "Illegal option -o ") + call.argv[i]);
          }
          break;
        default:
          if (bash(call)) { complain(call, std::string("-") + word[k] + ": invalid option"); return 2; }
          return fail_special(call, std::string(st.dialect == Dialect::Ash ? "illegal option -" : "Illegal option -") + word[k]);
      }
    }
  }
  if (positional || i < call.argv.size()) {
    st.positional.assign(call.argv.begin() + static_cast<std::ptrdiff_t>(std::min(i, call.argv.size())), call.argv.end());
    st.positional_hazy = call.hazy;
    st.getopts_at = 1;
  }
  return 0;
}

int do_unset(Call& call) {
  bool functions = false;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    if (word == "-f") { functions = true; continue; }
    if (word == "-v" || word == "-n") continue;
    if (has_mark(word)) call.world.give_up();
    if (functions) { call.st.functions.erase(word); continue; }
    if (const std::size_t bracket = word.find('['); bracket != std::string::npos) {
      Variable* variable = call.sh.find(call.st, word.substr(0, bracket));
      if (variable != nullptr && variable->is_map) { variable->elements.erase(word.substr(bracket + 1, word.size() - bracket - 2)); continue; }
      const auto index = parse_integer(word.substr(bracket + 1, word.size() - bracket - 2));
      if (variable == nullptr || !index) call.world.give_up();
      const std::string key = std::to_string(*index);
      variable->elements.erase(std::string(key.size() < 10 ? 10 - key.size() : 0, '0') + key);
      continue;
    }
    if (const Variable* variable = call.sh.find(call.st, word); variable != nullptr && variable->read_only) {
      if (!bash(call)) return fail_special(call, word + ": is read only");
      complain(call, word + ": cannot unset: readonly variable");
      return 1;
    }
    if (!call.st.variables.contains(word) && bash(call)) call.st.functions.erase(word);
    call.sh.unset(call.st, word);
  }
  return 0;
}

bool valid_name(std::string_view text) {
  if (text.empty() || (std::isalpha(static_cast<unsigned char>(text[0])) == 0 && text[0] != '_')) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; });
}

int do_export(Call& call) {
  const bool readonly = call.argv[0] == "readonly";
  bool remove = false, function = false;
  if (call.argv.size() == 1) { call.out(std::string(1, kAny)); return 0; }
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    if (word.starts_with('-') && word.size() > 1) {
      if (word == "-p") { call.out(std::string(1, kAny)); continue; }
      if (word == "-n" && bash(call)) { remove = true; continue; }
      if (word == "-f" && bash(call)) { function = true; continue; }
      if (word == "--") continue;
      if ((word == "-a" || word == "-r") && bash(call)) continue;
      call.world.give_up();
    }
    if (function) continue;
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    if (has_mark(name)) { if (call.hazy || equals == std::string::npos) call.world.give_up(); }
    if (!valid_name(name)) {
      if (bash(call)) { complain(call, "`" + word + "': not a valid identifier"); return 1; }
      return fail_special(call, name + ": bad variable name");
    }
    if (equals != std::string::npos && !call.sh.assign(call.st, name, word.substr(equals + 1))) { if (!bash(call)) call.sh.exit_shell(call.st, 2); return 1; }
    Variable* variable = call.sh.find(call.st, name);
    if (variable == nullptr) {
      const bool may = !call.st.env_complete;
      Variable fresh;
      fresh.set = may;
      fresh.maybe_unset = may;
      if (may) fresh.value = std::string(1, kAny);
      variable = &call.st.variables.emplace(name, fresh).first->second;
    }
    if (readonly) variable->read_only = true;
    else variable->exported = !remove;
  }
  return 0;
}

int do_local(Call& call) {
  State& st = call.st;
  const bool declare = call.argv[0] != "local";
  if (!declare && st.functions_deep == 0) {
    if (bash(call)) { complain(call, "can only be used in a function"); return 1; }
    return fail_special(call, "not in a function");
  }
  bool array = false, map = false, exported = false, readonly = false, integer = false, global = false, shows = false;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    if (word.starts_with('-') && word.size() > 1) {
      for (char c : word.substr(1)) {
        switch (c) {
          case 'a': array = true; break;
          case 'A': map = true; break;
          case 'x': exported = true; break;
          case 'r': readonly = true; break;
          case 'i': integer = true; break;
          case 'g': global = true; break;
          case 'p': case 'f': case 'F': shows = true; break;
          default: call.world.give_up();
        }
      }
      continue;
    }
    if (shows) { if (has_mark(word)) return kUnknownStatus; return st.functions.contains(word) || st.variables.contains(word) ? 0 : 1; }
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    if (!valid_name(name)) { if (has_mark(name)) call.world.give_up(); if (bash(call)) { complain(call, "`" + word + "': not a valid identifier"); return 1; } return fail_special(call, name + ": bad variable name"); }
    const auto found = st.variables.find(name);
    if (st.functions_deep > 0 && !global && !st.locals.empty()) {
      if (!st.locals.back().contains(name)) st.locals.back().emplace(name, found == st.variables.end() ? std::nullopt : std::optional<Variable>(found->second));
      if (bash(call) && equals == std::string::npos) { Variable fresh; fresh.set = false; if (found != st.variables.end()) fresh.exported = found->second.exported; st.variables.insert_or_assign(name, fresh); }
    }
    Variable& variable = st.variables[name];
    if (found == st.variables.end() && equals == std::string::npos && !array && !map) variable.set = false;
    variable.read_only = false;
    if (array || map) { variable.is_array = true; variable.is_map = map; variable.set = true; }
    if (exported) variable.exported = true;
    if (integer) variable.integer = true;
    if (equals != std::string::npos) call.sh.assign(st, name, word.substr(equals + 1));
    if (readonly) st.variables[name].read_only = true;
  }
  if (call.argv.size() == 1) call.out(std::string(1, kAny));
  return 0;
}

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
    if (bash(call) && call.world.blame.syntax && call.st.status == 2 && call.world.blame.explanation.find("cannot read") != std::string::npos) {
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
  if (call.argv.size() < 2) { if (bash(call)) { complain(call, "filename argument required"); return 2; } return call.st.dialect == Dialect::Dash ? 0 : fail_special(call, "filename argument required"); }
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
      if (kind == FileInfo::Kind::File) { path = candidate; break; }
      if (kind == FileInfo::Kind::Unknown) {
        const Command found = call.world.input->commands != nullptr ? call.world.input->commands->find(candidate, Value{}) : Command{};
        if (found.state != Command::State::Missing) call.world.give_up();
      }
      if (colon == std::string_view::npos) break;
      rest.remove_prefix(colon + 1);
    }
    if (path.empty()) {
      const std::string here = call.path(name);
      const FileInfo::Kind kind = call.world.files.stat(here).kind;
      if (bash(call) && kind != FileInfo::Kind::Missing) { path = here; }
      else if (st.dialect == Dialect::Ash && kind != FileInfo::Kind::Missing) path = here;
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
    if (bash(call)) { call.sh.message(st, name + ": No such file or directory"); return 1; }
    complain(call, st.dialect == Dialect::Dash ? (path.empty() ? name + ": not found" : "cannot open " + name + ": No such file") : "can't open '" + name + "': No such file or directory");
    call.sh.exit_shell(st, st.dialect == Dialect::Dash && path.empty() && name.find('/') == std::string::npos ? 2 : 2);
  }
  const std::string text = call.world.files.content(path);
  if (has_mark(text)) {
    // A system file such as /etc/profile: it sets variables. Anything else may do anything.
    if (path != "/etc/profile") call.world.give_up();
    for (auto& [key, variable] : st.variables) if (key == "PATH" || key == "PS1") { variable.value = std::string(1, kWord); }
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
  const bool args = call.argv.size() > 2 && (bash(call) || st.dialect == Dialect::Ash);
  if (args) { saved = st.positional; st.positional.assign(call.argv.begin() + 2, call.argv.end()); }
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
  while (i < call.argv.size() && call.argv[i].starts_with('-') && bash(call)) {
    if (call.argv[i] == "--") { ++i; break; }
    if (call.argv[i] == "-a") { i += 2; continue; }
    if (call.argv[i] == "-c" || call.argv[i] == "-l") { ++i; continue; }
    break;
  }
  if (i < call.argv.size() && call.argv[i] == "--") ++i;
  if (i >= call.argv.size()) return 0;
  std::vector<std::string> argv(call.argv.begin() + static_cast<std::ptrdiff_t>(i), call.argv.end());
  if (has_mark(argv[0])) call.world.give_up();
  const Command found = call.sh.look_up(call.st, argv[0]);
  if (found.state == Command::State::Missing || found.state == Command::State::NotExecutable) {
    const int status = found.state == Command::State::Missing ? 127 : 126;
    call.sh.blame(argv[0] + (status == 127 ? " is not there" : " cannot be executed"), {}, status == 127 ? argv[0] : "");
    complain(call, argv[0] + (status == 127 ? ": not found" : ": Permission denied"));
    call.sh.exit_shell(call.st, status);
  }
  call.st.traps.clear();
  if (call.st.subshells == 0) call.world.handles_term = false;
  const int status = call.sh.run_argv(call.st, std::move(argv), call.hazy, false, true);
  call.sh.exit_shell(call.st, status);
}

std::string signal_name(std::string text) {
  if (has_mark(text)) return {};
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (text.starts_with("SIG")) text.erase(0, 3);
  static const std::map<std::string, std::string> kNumbers = {{"0", "EXIT"}, {"1", "HUP"}, {"2", "INT"}, {"3", "QUIT"}, {"6", "ABRT"}, {"9", "KILL"},
                                                              {"10", "USR1"}, {"12", "USR2"}, {"13", "PIPE"}, {"14", "ALRM"}, {"15", "TERM"}, {"17", "CHLD"}, {"18", "CONT"}};
  const auto found = kNumbers.find(text);
  if (found != kNumbers.end()) return found->second;
  static const std::set<std::string> kNames = {"EXIT", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM",
                                               "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "WINCH", "IO", "PWR", "SYS", "ERR", "DEBUG", "RETURN"};
  return kNames.contains(text) ? text : std::string();
}

int do_trap(Call& call) {
  std::size_t i = 1;
  if (i < call.argv.size() && call.argv[i] == "--") ++i;
  if (i >= call.argv.size()) { call.out(std::string(1, kAny)); return 0; }
  if (call.hazy) call.world.give_up();
  if (call.argv[i] == "-l" || call.argv[i] == "-p") { call.out(std::string(1, kAny)); return 0; }
  std::string action = call.argv[i];
  const bool number = !action.empty() && action.find_first_not_of("0123456789") == std::string::npos;
  if (number || (i + 1 >= call.argv.size() && !signal_name(action).empty())) action = "-";
  else ++i;
  int status = 0;
  for (; i < call.argv.size(); ++i) {
    const std::string name = signal_name(call.argv[i]);
    const bool bash_only = name == "ERR" || name == "DEBUG" || name == "RETURN";
    if (name.empty() || (bash_only && call.st.dialect == Dialect::Dash)) {
      if (has_mark(call.argv[i])) call.world.give_up();
      if (bash(call)) complain(call, call.argv[i] + ": invalid signal specification");
      else call.sh.message_plain(call.st, call.st.arg0 + ": trap: " + call.argv[i] + (call.st.dialect == Dialect::Dash ? ": bad trap" : ": invalid signal specification"));
      status = 1;
      continue;
    }
    if (name == "DEBUG" || name == "RETURN") call.world.give_up();
    if (bash_only && call.st.dialect == Dialect::Ash) { continue; }
    if (name == "TERM" && call.st.subshells == 0) call.world.handles_term = action != "-" && !action.empty();
    if (action == "-") call.st.traps.erase(name);
    else call.st.traps.insert_or_assign(name, action);
  }
  return status;
}

int do_wait(Call& call) {
  State& st = call.st;
  auto endless = [&](const Job& job) {
    if (job.kind == Outcome::Kind::Unknown) call.world.give_up();
    for (const Job& other : st.jobs) for (const std::int64_t port : other.listens) call.world.listens.insert(port);
    call.world.forever("it waits for a background process that does not end");
  };
  auto finish = [&](Job& job) {
    if (job.killed) return;
    if (job.kind != Outcome::Kind::Exits) endless(job);
    call.world.earliest = std::max(call.world.earliest, job.end);
    call.world.latest = std::max(call.world.latest, job.latest);
    for (auto& [path, entry] : job.writes) call.world.files.put(path, entry);
    job.writes.clear();
    job.waited = true;
  };
  if (call.argv.size() == 2 && call.argv[1] == "-n" && bash(call)) {
    Job* next = nullptr;
    for (Job& job : st.jobs) if (!job.waited && job.kind == Outcome::Kind::Unknown) call.world.give_up();
    for (Job& job : st.jobs) if (!job.waited && job.kind == Outcome::Kind::Exits && (next == nullptr || job.end < next->end)) next = &job;
    if (next == nullptr) { for (const Job& job : st.jobs) if (!job.waited) endless(job); return 127; }
    finish(*next);
    return next->status;
  }
  if (call.argv.size() == 1) {
    for (Job& job : st.jobs) if (!job.waited && job.kind == Outcome::Kind::Unknown && !job.killed) call.world.give_up();
    for (Job& job : st.jobs) if (!job.waited) finish(job);
    return 0;
  }
  int status = 0;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& pid = call.argv[i];
    Job* found = nullptr;
    for (Job& job : st.jobs) if (job.pid == pid) found = &job;
    if (found == nullptr) {
      if (pid.starts_with('%') && st.jobs.size() == 1) found = &st.jobs[0];
      else if (has_mark(pid) || pid.starts_with('%') || pid.starts_with('-') || call.hazy) call.world.give_up();
      else { status = 127; continue; }
    }
    finish(*found);
    status = found->killed ? 143 : found->status;
  }
  return status;
}

int do_kill(Call& call) {
  State& st = call.st;
  bool only_asks = false, stops = false;
  std::size_t i = 1;
  if (call.argv.size() > 1 && (call.argv[1] == "-l" || call.argv[1] == "-L")) { call.out(std::string(1, kAny)); return 0; }
  if (i < call.argv.size() && call.argv[i] == "-s") i += 2;
  else if (i < call.argv.size() && call.argv[i].size() > 1 && call.argv[i][0] == '-' && call.argv[i] != "--") { only_asks = call.argv[i] == "-0"; stops = call.argv[i].ends_with("STOP"); ++i; }
  if (i < call.argv.size() && call.argv[i] == "--") ++i;
  if (stops || call.hazy) call.world.give_up();
  if (i >= call.argv.size()) return st.dialect == Dialect::Ash ? 1 : 2;
  int status = 0;
  for (; i < call.argv.size(); ++i) {
    const std::string& pid = call.argv[i];
    Job* found = nullptr;
    for (Job& job : st.jobs) if (job.pid == pid || (pid.starts_with('%') && st.jobs.size() == 1)) found = &job;
    if (found == nullptr) {
      if (only_asks && pid == std::string(1, kWord)) continue;
      if (only_asks && pid == "1") continue;
      const auto number = parse_integer(pid);
      if (only_asks || (number && *number > 1)) return kUnknownStatus;
      call.world.give_up();
    }
    const bool alive = !found->killed && !found->waited && (found->kind != Outcome::Kind::Exits || found->end > call.world.earliest);
    if (found->kind == Outcome::Kind::Exits && found->end == call.world.earliest && !found->killed) { status = kUnknownStatus; continue; }
    if (!alive) { status = found->waited || found->killed ? 1 : kUnknownStatus; continue; }
    if (!only_asks) {
      if (found->kind == Outcome::Kind::Unknown) call.world.give_up();
      found->killed = true;
      found->status = 143;
    }
  }
  return status;
}

int do_cd(Call& call) {
  State& st = call.st;
  std::size_t i = 1;
  while (i < call.argv.size() && (call.argv[i] == "-P" || call.argv[i] == "-L" || call.argv[i] == "--")) ++i;
  std::string target;
  if (i >= call.argv.size()) {
    const auto home = call.sh.value(st, "HOME");
    if (!home) { if (bash(call)) { complain(call, "HOME not set"); return 1; } return 0; }
    target = *home;
  } else {
    target = call.argv[i];
  }
  if (i + 1 < call.argv.size() && bash(call)) { complain(call, "too many arguments"); return 1; }
  bool print = false;
  if (target == "-") {
    const auto old = call.sh.value(st, "OLDPWD");
    if (!old) { if (bash(call)) { complain(call, "OLDPWD not set"); return 1; } call.world.give_up(); }
    target = *old;
    print = true;
  }
  if (call.sh.value(st, "CDPATH") && !target.starts_with('/') && !target.starts_with('.')) call.world.give_up();
  if (has_mark(target) || call.hazy) {
    if (!call.world.choose("cd:" + target)) return bash(call) ? 1 : 2;
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
  else if (info.kind == FileInfo::Kind::Unknown) { if (!call.world.choose("test:d:" + path)) reason = "No such file or directory"; }
  else if (!call.sh.may(st, info, 1, path)) reason = "Permission denied";
  if (!reason.empty()) {
    complain(call, st.dialect == Dialect::Bash ? target + ": " + reason : st.dialect == Dialect::Dash ? "can't cd to " + target : "can't cd to " + target + ": " + reason);
    call.sh.blame("cd " + target + ": " + reason);
    return st.dialect == Dialect::Bash ? 1 : 2;
  }
  call.sh.assign(st, "OLDPWD", st.cwd);
  st.cwd = path;
  if (const Variable* pwd = call.sh.find(st, "PWD"); pwd != nullptr) call.sh.assign(st, "PWD", path);
  if (print) call.out(path + "\n");
  return 0;
}

int do_pwd(Call& call) { call.out(call.st.cwd + "\n"); return 0; }

int do_umask(Call& call) {
  if (call.argv.size() < 2 || call.argv[1].starts_with('-')) { call.out(std::string(1, kWord) + "\n"); return 0; }
  std::uint32_t mask = 0;
  for (char c : call.argv[1]) { if (c < '0' || c > '7') call.world.give_up(); mask = mask * 8 + static_cast<std::uint32_t>(c - '0'); }
  call.st.umask = mask & 0777U;
  return 0;
}

int do_ulimit(Call& call) {
  if (call.argv.size() < 2 || (call.argv.size() == 2 && call.argv[1].starts_with('-'))) { call.out(std::string(1, kWord) + "\n"); return 0; }
  return kUnknownStatus;
}

int describe(Call& call, const std::string& name, bool verbose) {
  static const std::set<std::string> kWords = {"if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "in", "{", "}", "!"};
  const bool dash_like = call.st.dialect != Dialect::Bash;
  if (has_mark(name)) return kUnknownStatus;
  bool special = false;
  if (kWords.contains(name)) { call.out(name + (verbose ? " is a shell keyword\n" : "\n")); return 0; }
  if (call.st.functions.contains(name)) { call.out(name + (verbose ? " is a function\n" : "\n")); return 0; }
  if (find_builtin(name, call.st.dialect, special) != nullptr) { call.out(name + (verbose ? (special && dash_like ? " is a special shell builtin\n" : " is a shell builtin\n") : "\n")); return 0; }
  const Command found = call.sh.look_up(call.st, name);
  if (found.state == Command::State::Unknown) { call.out(std::string(1, kAny)); return kUnknownStatus; }
  if (found.state == Command::State::Found || (found.state == Command::State::NotExecutable && false)) {
    const std::string path = name.find('/') != std::string::npos ? name : found.path.empty() ? std::string(1, kWord) : found.path;
    call.out(verbose ? name + " is " + path + "\n" : path + "\n");
    return 0;
  }
  if (verbose) { if (dash_like) call.out(name + ": not found\n"); else complain(call, name + ": not found"); }
  return dash_like ? 127 : 1;
}

int do_command(Call& call) {
  std::size_t i = 1;
  bool asks = false, verbose = false;
  for (; i < call.argv.size() && call.argv[i].starts_with('-') && call.argv[i].size() > 1; ++i) {
    if (call.argv[i] == "-v") asks = true;
    else if (call.argv[i] == "-V") asks = verbose = true;
    else if (call.argv[i] == "-p") {}
    else if (call.argv[i] == "--") { ++i; break; }
    else call.world.give_up();
  }
  if (i >= call.argv.size()) return 0;
  if (asks) {
    int status = bash(call) ? 1 : 0;
    for (; i < call.argv.size(); ++i) {
      const int one = describe(call, call.argv[i], verbose);
      if (one == kUnknownStatus) return one;
      status = one == 0 ? (bash(call) ? 0 : status) : one;
      if (!bash(call)) break;
    }
    return status;
  }
  if (call.argv[i] == "exec" || call.argv[i] == "exit" || call.argv[i] == "return" || call.argv[i] == "cd" || call.argv[i] == ".") {}
  return call.sh.run_argv(call.st, {call.argv.begin() + static_cast<std::ptrdiff_t>(i), call.argv.end()}, call.hazy, false);
}

int do_builtin(Call& call) {
  if (call.argv.size() < 2) return 0;
  return call.sh.run_argv(call.st, {call.argv.begin() + 1, call.argv.end()}, call.hazy, false);
}

int do_type(Call& call) {
  int status = 0;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    if (call.argv[i].starts_with('-') && bash(call)) {
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

int do_getopts(Call& call) {
  State& st = call.st;
  if (call.argv.size() < 3 || call.hazy || st.positional_hazy) call.world.give_up();
  std::vector<std::string> words = st.positional;
  if (call.argv.size() > 3) words.assign(call.argv.begin() + 3, call.argv.end());
  std::string options = call.argv[1];
  const std::string name = call.argv[2];
  const bool quiet = options.starts_with(':');
  if (quiet) options.erase(0, 1);
  // OPTIND holds the word; the letter inside it is kept in a variable of our own.
  const auto inside = call.sh.find(st, "\x01getopts");
  std::size_t letter = inside != nullptr ? static_cast<std::size_t>(parse_integer(inside->value).value_or(1)) : 1;
  auto finish = [&](std::size_t next_word, std::size_t next_letter) {
    st.getopts_at = next_word;
    call.sh.assign(st, "OPTIND", std::to_string(next_word));
    call.sh.assign(st, "\x01getopts", std::to_string(next_letter));
  };
  const std::size_t at = st.getopts_at;
  if (at > words.size() || words[at - 1].size() < 2 || words[at - 1][0] != '-' || (words[at - 1] == "--")) {
    if (at <= words.size() && words[at - 1] == "--") finish(at + 1, 1);
    else finish(at, 1);
    call.sh.assign(st, name, "?");
    return 1;
  }
  const std::string word = words[at - 1];
  if (has_mark(word)) call.world.give_up();
  if (letter >= word.size()) letter = 1;
  const char c = word[letter];
  const std::size_t spot = options.find(c);
  const bool last = letter + 1 >= word.size();
  if (spot == std::string::npos || c == ':') {
    if (quiet) call.sh.assign(st, "OPTARG", std::string(1, c));
    else {
      call.sh.unset(st, "OPTARG");
      call.sh.message_plain(st, bash(call) ? st.arg0 + ": illegal option -- " + c : std::string("Illegal option -") + c);
    }
    call.sh.assign(st, name, "?");
    finish(last ? at + 1 : at, last ? 1 : letter + 1);
    return 0;
  }
  if (spot + 1 < options.size() && options[spot + 1] == ':') {
    if (!last) { call.sh.assign(st, "OPTARG", word.substr(letter + 1)); finish(at + 1, 1); }
    else if (at < words.size()) { call.sh.assign(st, "OPTARG", words[at]); finish(at + 2, 1); }
    else {
      if (quiet) { call.sh.assign(st, "OPTARG", std::string(1, c)); call.sh.assign(st, name, ":"); }
      else {
        call.sh.unset(st, "OPTARG");
        call.sh.message_plain(st, bash(call) ? st.arg0 + ": option requires an argument -- " + c : std::string("No arg for -") + c + " option");
        call.sh.assign(st, name, "?");
      }
      finish(at + 1, 1);
      return 0;
    }
  } else {
    call.sh.unset(st, "OPTARG");
    finish(last ? at + 1 : at, last ? 1 : letter + 1);
  }
  call.sh.assign(st, name, std::string(1, c));
  return 0;
}

int do_let(Call& call) {
  std::optional<std::int64_t> value = 0;
  for (std::size_t i = 1; i < call.argv.size(); ++i) value = call.sh.arithmetic(call.st, call.argv[i]);
  if (!value) return kUnknownStatus;
  return *value != 0 ? 0 : 1;
}

int do_shopt(Call& call) {
  bool on = false;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    if (word == "-s") on = true;
    else if (word == "-u" || word == "-q" || word == "-p") on = false;
    else if (word == "nullglob") call.st.nullglob = on;
    else if (word == "failglob") call.st.failglob = on;
    else if (word == "expand_aliases" || word == "inherit_errexit" || word == "checkwinsize" || word == "lastpipe" || word == "huponexit" || word == "nocasematch" || word == "extglob" || word == "globstar" || word == "dotglob") {
      if (on && word != "checkwinsize" && word != "huponexit" && word != "expand_aliases") call.world.give_up();
    } else {
      call.world.give_up();
    }
  }
  return 0;
}

int do_alias(Call& call) {
  if (call.argv.size() > 1 && !bash(call)) call.world.give_up();
  return 0;
}

int give_up(Call& call) { call.world.give_up(); }

struct Entry { Program program; bool special; bool ash, dash, bash; };

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
