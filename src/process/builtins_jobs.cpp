// SPDX-License-Identifier: Apache-2.0
// trap, wait and kill, with the jobs that `&` left. `wait` for a job that never ends never ends.
#include <algorithm>
#include <cctype>

#include "process/builtins.hpp"

namespace podseer::process {

namespace {

std::string signal_name(std::string text) {
  if (has_mark(text)) return {};
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (text.starts_with("SIG")) text.erase(0, 3);
  static const std::map<std::string, std::string> kNumbers = {
      {"0", "EXIT"},  {"1", "HUP"},   {"2", "INT"},   {"3", "QUIT"},  {"6", "ABRT"},  {"9", "KILL"}, {"10", "USR1"},
      {"12", "USR2"}, {"13", "PIPE"}, {"14", "ALRM"}, {"15", "TERM"}, {"17", "CHLD"}, {"18", "CONT"}};
  const auto found = kNumbers.find(text);
  if (found != kNumbers.end()) return found->second;
  static const std::set<std::string> kNames = {"EXIT", "HUP",  "INT",  "QUIT", "ILL",   "TRAP",  "ABRT", "BUS",
                                               "FPE",  "KILL", "USR1", "SEGV", "USR2",  "PIPE",  "ALRM", "TERM",
                                               "CHLD", "CONT", "STOP", "TSTP", "TTIN",  "TTOU",  "URG",  "WINCH",
                                               "IO",   "PWR",  "SYS",  "ERR",  "DEBUG", "RETURN"};
  return kNames.contains(text) ? text : std::string();
}

/// N of a trap that ends in `exit N`; -1 where it does not, or where the number is not written there.
int exit_of(std::string_view action) {
  const std::size_t last = action.find_last_of(";\n&|{(");
  std::string_view command = last == std::string_view::npos ? action : action.substr(last + 1);
  while (command.starts_with(' ')) command.remove_prefix(1);
  while (command.ends_with(' ')) command.remove_suffix(1);
  if (!command.starts_with("exit ")) return -1;
  const auto number = parse_integer(std::string(command.substr(5)));
  return number && *number >= 0 && *number < 256 ? static_cast<int>(*number) : -1;
}

}  // namespace

int do_trap(Call& call) {
  std::size_t i = 1;
  if (i < call.argv.size() && call.argv[i] == "--") ++i;
  if (i >= call.argv.size()) {
    call.out(std::string(1, kAny));
    return 0;
  }
  if (call.hazy) call.world.give_up();
  if (call.argv[i] == "-l" || call.argv[i] == "-p") {
    call.out(std::string(1, kAny));
    return 0;
  }
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
      if (is_bash(call)) complain(call, call.argv[i] + ": invalid signal specification");
      else
        call.sh.message_plain(call.st,
                              call.st.arg0 + ": trap: " + call.argv[i] +
                                  (call.st.dialect == Dialect::Dash ? ": bad trap" : ": invalid signal specification"));
      status = 1;
      continue;
    }
    if (name == "DEBUG" || name == "RETURN") call.world.give_up();
    if (bash_only && call.st.dialect == Dialect::Ash) { continue; }
    if (name == "TERM" && call.st.subshells == 0) {
      call.world.handles_term = action != "-" && !action.empty();
      call.world.term_exit_code = exit_of(action);
    }
    if (action == "-") call.st.traps.erase(name);
    else call.st.traps.insert_or_assign(name, action);
  }
  return status;
}

int do_wait(Call& call) {
  State& st = call.st;
  auto endless = [&](const Job& job) {
    if (job.kind == Outcome::Kind::Unknown) call.world.give_up();
    for (const Job& other : st.jobs)
      for (const std::int64_t port : other.listens) call.world.listens.insert(port);
    call.world.forever("it waits for a background process that does not end");
  };
  auto finish = [&](Job& job) {
    if (job.killed) return;
    if (job.kind != Outcome::Kind::Exits) endless(job);
    call.world.waited += std::max(0.0, job.end - call.world.earliest);
    call.world.earliest = call.world.files.now = std::max(call.world.earliest, job.end);
    call.world.latest = std::max(call.world.latest, job.latest);
    for (auto& [path, entry] : job.writes) call.world.files.put(path, entry);
    job.writes.clear();
    job.waited = true;
  };
  if (call.argv.size() == 2 && call.argv[1] == "-n" && is_bash(call)) {
    Job* next = nullptr;
    for (Job& job : st.jobs)
      if (!job.waited && job.kind == Outcome::Kind::Unknown) call.world.give_up();
    for (Job& job : st.jobs)
      if (!job.waited && job.kind == Outcome::Kind::Exits && (next == nullptr || job.end < next->end)) next = &job;
    if (next == nullptr) {
      for (const Job& job : st.jobs)
        if (!job.waited) endless(job);
      return 127;
    }
    finish(*next);
    return next->status;
  }
  if (call.argv.size() == 1) {
    for (Job& job : st.jobs)
      if (!job.waited && job.kind == Outcome::Kind::Unknown && !job.killed) call.world.give_up();
    for (Job& job : st.jobs)
      if (!job.waited) finish(job);
    return 0;
  }
  int status = 0;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& pid = call.argv[i];
    Job* found = nullptr;
    for (Job& job : st.jobs)
      if (job.pid == pid) found = &job;
    if (found == nullptr) {
      if (pid.starts_with('%') && st.jobs.size() == 1) found = &st.jobs[0];
      else if (has_mark(pid) || pid.starts_with('%') || pid.starts_with('-') || call.hazy) call.world.give_up();
      else {
        status = 127;
        continue;
      }
    }
    finish(*found);
    status = found->status;
  }
  return status;
}

int do_kill(Call& call) {
  State& st = call.st;
  std::string signal = "TERM";
  std::size_t i = 1;
  if (call.argv.size() > 1 && (call.argv[1] == "-l" || call.argv[1] == "-L")) {
    call.out(std::string(1, kAny));
    return 0;
  }
  if (i + 1 < call.argv.size() && call.argv[i] == "-s") {
    signal = signal_name(call.argv[i + 1]);
    i += 2;
  } else if (i < call.argv.size() && call.argv[i].size() > 1 && call.argv[i][0] == '-' && call.argv[i] != "--") {
    signal = signal_name(call.argv[i].substr(1));
    ++i;
  }
  if (i < call.argv.size() && call.argv[i] == "--") ++i;
  const bool only_asks = signal == "EXIT";
  // Jobs of a script ignore INT and QUIT; others stop it or do nothing.
  static const std::map<std::string, int> kEnds = {{"HUP", 129},  {"ABRT", 134}, {"KILL", 137}, {"USR1", 138},
                                                   {"USR2", 140}, {"ALRM", 142}, {"TERM", 143}};
  if (call.hazy) call.world.give_up();
  if (i >= call.argv.size()) return st.dialect == Dialect::Ash ? 1 : 2;
  int status = 0;
  for (; i < call.argv.size(); ++i) {
    const std::string& pid = call.argv[i];
    Job* found = nullptr;
    for (Job& job : st.jobs)
      if (job.pid == pid || (pid.starts_with('%') && st.jobs.size() == 1)) found = &job;
    if (found == nullptr) {
      if (only_asks && pid == std::string(1, kWord)) continue;
      if (only_asks && pid == "1") continue;
      if (!has_mark(pid) && !pid.empty() && pid.find_first_of("%0123456789") == std::string::npos) {
        // `$$` in a manifest's command has become `$`.
        if (is_bash(call)) complain(call, pid + ": arguments must be process or job IDs");
        else
          call.err(st.dialect == Dialect::Dash ? st.arg0 + ": 1: kill: Illegal number: " + pid + "\n"
                                               : st.arg0 + ": invalid number '" + pid + "'\n");
        status = st.dialect == Dialect::Dash ? 2 : 1;
        continue;
      }
      if (!only_asks && !kEnds.contains(signal)) call.world.give_up();
      const auto number = parse_integer(pid);
      if (only_asks || (number && *number > 1)) return kUnknownStatus;
      call.world.give_up();
    }
    if (!only_asks && !kEnds.contains(signal)) call.world.give_up();
    const bool alive =
        !found->killed && !found->waited && (found->kind != Outcome::Kind::Exits || found->end > call.world.earliest);
    if (found->kind == Outcome::Kind::Exits && found->end == call.world.earliest && !found->killed) {
      status = kUnknownStatus;
      continue;
    }
    if (!alive) {
      status = found->waited || found->killed ? 1 : kUnknownStatus;
      continue;
    }
    if (!only_asks) {
      if (found->kind == Outcome::Kind::Unknown) call.world.give_up();
      found->killed = true;
      found->status = kEnds.at(signal);
    }
  }
  return status;
}

}  // namespace podseer::process
