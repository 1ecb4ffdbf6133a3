// SPDX-License-Identifier: Apache-2.0
// Programs about time, processes and the environment: sleep, timeout, env, id, seq, expr, xargs ...
// `timeout 5 sleep 60` ends after 5 s with 124 (GNU) or 143 (BusyBox).
#include <re2/re2.h>

#include <algorithm>
#include <cmath>

#include "process/applets.hpp"
#include "process/builtins.hpp"

namespace podseer::process {

namespace {

int do_true(Call&) { return 0; }
int do_false(Call&) { return 1; }

int do_sleep(Call& call) {
  if (call.hazy) return kUnknownStatus;
  if (call.argv.size() == 2 && (call.argv[1] == "--help" || call.argv[1] == "--version")) return kUnknownStatus;
  if (call.argv.size() < 2) {
    call.err(gnu(call) ? "sleep: missing operand\n" : "BusyBox\nUsage: sleep [N]...\n");
    call.sh.blame("sleep without a number");
    return 1;
  }
  Seconds total = 0;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    if (has_mark(word)) {
      // Some number of seconds, or an error.
      if (!call.world.choose()) return 1;
      call.sh.sleep(call.st, 0, kNoEnd);
      return 0;
    }
    const auto seconds = read_duration(word, call.tools);
    if (!seconds) {
      call.err(gnu(call) ? "sleep: invalid time interval '" + word + "'\n" : "sleep: invalid number '" + word + "'\n");
      call.sh.blame("sleep cannot read `" + word + "`");
      return 1;
    }
    total += *seconds;
  }
  if (total >= kNoEnd / 2) call.world.forever("sleep infinity");
  call.sh.sleep(call.st, total, total);
  return 0;
}

int run_rest(Call& call, std::vector<std::string> argv, std::map<std::string, std::string> extra = {}) {
  for (const auto& [key, value] : call.extra_env) extra.emplace(key, value);
  return call.sh.run_external(call.st, std::move(argv), call.hazy, false, extra);
}

/// Runs the rest of the words as another program would: not found is 127.
int do_wrapper(Call& call) {
  std::size_t i = 1;
  if (call.argv[0].ends_with("nice") || call.argv[0].ends_with("stdbuf") || call.argv[0].ends_with("ionice")) {
    while (i < call.argv.size() && call.argv[i].starts_with('-'))
      i += call.argv[i] == "-n" || call.argv[i] == "-c" ? 2U : 1U;
  }
  if (i < call.argv.size() && call.argv[i] == "--") ++i;
  if (i >= call.argv.size() || call.argv[i].starts_with('-')) call.world.give_up();
  return run_rest(call, {call.argv.begin() + static_cast<std::ptrdiff_t>(i), call.argv.end()});
}

int do_timeout(Call& call) {
  bool preserve = false, foreground = false;
  std::size_t i = 1;
  std::optional<std::string> old_form;
  std::string signal = "TERM";
  for (; i < call.argv.size() && call.argv[i].starts_with('-'); ++i) {
    const std::string& word = call.argv[i];
    if (word == "--preserve-status") preserve = true;
    else if (word == "--foreground") foreground = true;
    else if (word == "-s" || word == "--signal") signal = call.arg(++i);
    else if (word.starts_with("-s")) signal = word.substr(2);
    else if (word == "-k") ++i;
    else if (word == "-t" && !gnu(call)) old_form = call.arg(++i);
    else if (word == "-v") {
    } else call.world.give_up();
  }
  (void)foreground;
  if (signal != "TERM" && signal != "SIGTERM" && signal != "15" && signal != "INT" && signal != "KILL" && signal != "9")
    call.world.give_up();
  if (old_form) call.world.give_up();  // BusyBox before 1.30 only; newer ones refuse it
  if (i + 1 >= call.argv.size()) {
    call.sh.blame("timeout needs a time and a command");
    return gnu(call) ? 125 : 1;
  }
  const auto limit = read_duration(call.argv[i], call.tools);
  if (has_mark(call.argv[i]) || call.hazy) call.world.give_up();
  if (!limit) {
    call.sh.blame("timeout cannot read `" + call.argv[i] + "`");
    call.err("timeout: invalid time interval '" + call.argv[i] + "'\n");
    return gnu(call) ? 125 : 1;
  }
  const Seconds earliest = call.world.earliest, latest = call.world.latest;
  const int killed = gnu(call) ? (signal == "KILL" || signal == "9" ? 137
                                  : preserve                        ? 143
                                                                    : 124)
                               : (signal == "KILL" || signal == "9" ? 137 : 143);
  int status = 0;
  try {
    status = run_rest(call, {call.argv.begin() + static_cast<std::ptrdiff_t>(i) + 1, call.argv.end()});
  } catch (const Halt&) {
    if (call.world.halt.kind == Outcome::Kind::Unknown || *limit == 0) throw;
    if (signal == "INT") call.world.give_up();
    call.world.earliest = call.world.files.now = earliest + *limit;
    call.world.latest = latest + *limit;
    call.sh.blame("timeout ends the command after " + call.argv[i] +
                  (call.argv[i].find_first_not_of("0123456789") == std::string::npos ? " s" : ""));
    return killed;
  }
  if (*limit == 0) return status;
  const Seconds took_least = call.world.earliest - earliest, took_most = call.world.latest - latest;
  if (took_least > *limit || (took_most > *limit && !call.world.choose())) {
    call.world.earliest = call.world.files.now = earliest + *limit;
    call.world.latest = latest + *limit;
    call.world.files.hazy = true;
    call.sh.blame("timeout ends the command after " + call.argv[i]);
    return killed;
  }
  if (took_most > *limit) call.world.latest = latest + *limit;
  return status;
}

int do_env(Call& call) {
  std::map<std::string, std::string> extra;
  std::vector<std::string> removed;
  bool clear = false;
  std::size_t i = 1;
  for (; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    if (word == "-i" || word == "-" || word == "--ignore-environment") {
      clear = true;
      continue;
    }
    if (word == "-u") {
      removed.push_back(call.arg(++i));
      continue;
    }
    if (word == "-S" && i + 1 < call.argv.size()) call.world.give_up();
    if (word.starts_with("-u")) {
      removed.push_back(word.substr(2));
      continue;
    }
    if (word.starts_with("--unset=")) {
      removed.push_back(word.substr(8));
      continue;
    }
    if (word == "--") {
      ++i;
      break;
    }
    if (word.starts_with('-')) call.world.give_up();
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) break;
    extra[word.substr(0, equals)] = word.substr(equals + 1);
  }
  if (i >= call.argv.size()) {
    std::string text;
    if (!clear) {
      for (const auto& [name, variable] : call.st.variables) {
        if (!variable.exported || !variable.set || extra.contains(name) ||
            std::find(removed.begin(), removed.end(), name) != removed.end())
          continue;
        text += name + "=" + variable.value + "\n";
      }
    }
    for (const auto& [name, value] : extra) text += name + "=" + value + "\n";
    if (!clear) text += std::string(1, kAny) + "\n";
    call.out(text);
    return 0;
  }
  State child = call.st;
  for (auto& [name, variable] : child.variables)
    if (clear) variable.exported = false;
  for (const std::string& name : removed) child.variables.erase(name);
  for (const auto& [name, value] : extra) {
    Variable v;
    v.value = value;
    v.exported = true;
    child.variables.insert_or_assign(name, v);
  }
  const std::vector<std::string> argv(call.argv.begin() + static_cast<std::ptrdiff_t>(i), call.argv.end());
  if (has_mark(argv[0]) || call.hazy) call.world.give_up();
  const Command found = call.sh.look_up(child, argv[0]);
  if (found.state == Command::State::Missing) {
    call.err(gnu(call) ? "env: '" + argv[0] + "': No such file or directory\n"
                       : "env: can't execute '" + argv[0] + "': No such file or directory\n");
    call.sh.blame(argv[0] + " is not there", {}, argv[0]);
    return 127;
  }
  return call.sh.run_external(child, argv, false, false, {});
}

int do_printenv(Call& call) {
  if (call.argv.size() < 2) {
    call.out(std::string(1, kAny) + "\n");
    return 0;
  }
  int status = 0;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    const Variable* variable = call.sh.find(call.st, call.argv[i]);
    if (variable != nullptr && variable->exported && variable->set) {
      call.out(variable->value + "\n");
      continue;
    }
    if (call.argv[i] == "PWD" || call.argv[i] == "SHLVL" || call.argv[i] == "HOSTNAME" || call.argv[i] == "HOME" ||
        call.argv[i] == "PATH" || call.argv[i].starts_with("KUBERNETES_") || !call.st.env_complete) {
      call.out(std::string(1, kAny) + "\n");
      status = kUnknownStatus;
      continue;
    }
    if (status == 0) status = 1;
  }
  return status;
}

int do_id(Call& call) {
  const auto uid = call.world.input->uid, gid = call.world.input->gid;
  const std::string all = join({call.argv.begin() + 1, call.argv.end()}, " ");
  if (all == "-u") call.out(std::to_string(uid) + "\n");
  else if (all == "-g") call.out(std::to_string(gid) + "\n");
  else if ((all == "-un" || all == "-u -n" || all == "-nu") && uid == 0) call.out("root\n");
  else if (all.empty() || all == "-G" || all == "-un" || all == "-gn") {
    call.out(std::string(1, kWord) + std::string(1, kAny) + "\n");
    return all == "-un" || all == "-gn" ? kUnknownStatus : 0;
  } else {
    call.out(std::string(1, kAny) + "\n");
    return kUnknownStatus;
  }
  return 0;
}

/// What a program says to a word that it has no use for; exit code 1.
int extra_operand(Call& call, const std::string& word) {
  const std::string& name = call.argv[0];
  call.err(gnu(call) ? name + ": extra operand '" + word + "'\n" : "BusyBox\nUsage: " + name + "\n");
  call.sh.blame(name + " takes no word such as '" + word + "'");
  return 1;
}

int do_whoami(Call& call) {
  if (call.hazy) return kUnknownStatus;
  if (call.argv.size() > 1 && known(call.argv[1]) && !call.argv[1].starts_with('-'))
    return extra_operand(call, call.argv[1]);
  if (call.world.input->uid == 0) {
    call.out("root\n");
    return 0;
  }
  call.out(std::string(1, kAny) + "\n");
  return kUnknownStatus;
}

/// One unknown word, exit code 0.
int do_word(Call& call) {
  call.out(std::string(1, kWord) + "\n");
  return 0;
}
/// Unknown text, exit code 0.
int do_text(Call& call) {
  call.out(std::string(1, kWord) + std::string(1, kAny) + "\n");
  return 0;
}
int do_uname(Call& call) {
  for (std::size_t i = 1; i < call.argv.size() && !call.hazy; ++i) {
    if (known(call.argv[i]) && !call.argv[i].starts_with('-')) return extra_operand(call, call.argv[i]);
  }
  return do_text(call);
}
int do_hostname(Call& call) {
  if (call.argv.size() > 1 && !call.argv[1].starts_with('-')) return kUnknownStatus;
  if (call.argv.size() > 1 && call.argv[1] != "-s" && call.argv[1] != "-f" && call.argv[1] != "-i")
    call.world.give_up();
  call.out(std::string(1, kWord) + "\n");
  return call.argv.size() > 1 && call.argv[1] != "-s" ? kUnknownStatus : 0;
}

int do_date(Call& call) {
  bool sure = true, words = true, format = false;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    if (word.starts_with('+')) {
      format = true;
      words = words && word.find_first_of(" \t\n") == std::string::npos && word.find("%c") == std::string::npos &&
              word.find("%n") == std::string::npos && known(word);
      continue;
    }
    if (word == "-u" || word == "--utc" || word == "-R" || word == "--rfc-3339=seconds") {
      if (word != "-u" && word != "--utc") words = false;
      continue;
    }
    // busybox knows "@0", "2024-05-01 10:00" and the like, and no words.
    if ((word == "-d" || word == "--date" || word.starts_with("--date=") ||
         (word.starts_with("-d") && word.size() > 2)) &&
        call.tools == Tools::Busybox) {
      const std::string when = word.starts_with("--date=")                 ? word.substr(7)
                               : word.starts_with("-d") && word.size() > 2 ? word.substr(2)
                                                                           : call.arg(++i);
      if (known(when) && when.find_first_not_of("0123456789@:-. T/") != std::string::npos && !when.ends_with("UTC") &&
          !when.ends_with('Z')) {
        call.err("date: invalid date '" + when + "'\n");
        call.sh.blame("date: invalid date '" + when + "'");
        return 1;
      }
      sure = false;
      continue;
    }
    if ((word == "-Iseconds" || word == "-I" || word == "--iso-8601") && gnu(call)) {
      format = true;
      continue;
    }
    sure = false;
  }
  call.out(format && words ? std::string(1, kWord) + "\n" : std::string(1, kWord) + " " + std::string(1, kAny) + "\n");
  return sure && !call.hazy ? 0 : kUnknownStatus;
}

/// Ends soon with an unknown exit code and unknown output; changes no file.
int do_shows(Call& call) {
  call.out(std::string(1, kAny));
  return kUnknownStatus;
}
/// The same, but it may change files.
int do_changes(Call& call) {
  call.out(std::string(1, kAny));
  call.world.files.hazy = true;
  call.sh.sleep(call.st, 0, 5);
  return kUnknownStatus;
}

int do_seq(Call& call) {
  std::string separator = "\n";
  std::vector<std::string> words;
  bool wide = false;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    if (word == "-s") {
      separator = call.arg(++i);
      continue;
    }
    if (word.starts_with("-s") && word.size() > 2) {
      separator = word.substr(2);
      continue;
    }
    if (word == "-w") {
      wide = true;
      continue;
    }
    if (word == "-f") call.world.give_up();
    words.push_back(word);
  }
  for (const std::string& word : words)
    if (has_mark(word) || call.hazy) {
      call.out(std::string(1, kAny));
      return kUnknownStatus;
    }
  if (words.empty() || words.size() > 3) {
    call.sh.blame("seq needs one to three numbers");
    return 1;
  }
  std::vector<std::int64_t> numbers;
  for (const std::string& word : words) {
    const auto number = parse_integer(word);
    if (!number) {
      if (word.find_first_not_of("0123456789.-") == std::string::npos && !word.empty()) {
        call.out(std::string(1, kAny));
        return 0;
      }
      call.err("seq: invalid floating point argument: '" + word + "'\n");
      call.sh.blame("seq cannot read `" + word + "`");
      return 1;
    }
    numbers.push_back(*number);
  }
  const std::int64_t from = numbers.size() > 1 ? numbers[0] : 1, step = numbers.size() > 2 ? numbers[1] : 1,
                     to = numbers.back();
  if (step == 0) call.world.give_up();
  if (std::abs(to - from) / std::abs(step) > 10000 || wide) {
    call.out(std::string(1, kAny));
    return 0;
  }
  std::string text;
  bool first = true;
  for (std::int64_t v = from; step > 0 ? v <= to : v >= to; v += step) {
    if (!first) text += separator;
    first = false;
    text += std::to_string(v);
  }
  if (!first) text += "\n";
  call.out(text);
  return 0;
}

int do_expr(Call& call) {
  const std::vector<std::string> w(call.argv.begin() + 1, call.argv.end());
  for (const std::string& word : w)
    if (has_mark(word)) {
      call.out(std::string(1, kWord) + "\n");
      return kUnknownStatus;
    }
  if (call.hazy || w.empty()) return w.empty() && !call.hazy ? (gnu(call) ? 2 : 1) : kUnknownStatus;
  auto answer = [&](const std::string& text) {
    call.out(text + "\n");
    return text.empty() || text == "0" ? 1 : 0;
  };
  if (w.size() == 1) return answer(w[0]);
  if (w.size() == 2 && w[0] == "length") return answer(std::to_string(w[1].size()));
  if (w.size() == 3) {
    const auto a = parse_integer(w[0]), b = parse_integer(w[2]);
    const std::string& op = w[1];
    if (op == "+" || op == "-" || op == "*" || op == "/" || op == "%") {
      if (!a || !b) {
        call.err("expr: non-integer argument\n");
        call.sh.blame("expr: an argument is no number");
        return 2;
      }
      if ((op == "/" || op == "%") && *b == 0) {
        call.err("expr: division by zero\n");
        call.sh.blame("expr: division by zero");
        return 2;
      }
      if (std::abs(*a) > 2000000000 || std::abs(*b) > 2000000000) call.world.give_up();
      return answer(std::to_string(op == "+"   ? *a + *b
                                   : op == "-" ? *a - *b
                                   : op == "*" ? *a * *b
                                   : op == "/" ? *a / *b
                                               : *a % *b));
    }
    const bool numbers = a && b;
    const int compared = numbers ? (*a < *b ? -1 : *a > *b ? 1 : 0) : w[0].compare(w[2]);
    if (op == "=" || op == "==") return answer(compared == 0 ? "1" : "0");
    if (op == "!=") return answer(compared != 0 ? "1" : "0");
    if (op == "<") return answer(compared < 0 ? "1" : "0");
    if (op == ">") return answer(compared > 0 ? "1" : "0");
    if (op == "<=") return answer(compared <= 0 ? "1" : "0");
    if (op == ">=") return answer(compared >= 0 ? "1" : "0");
    if (op == "|") return answer(!w[0].empty() && w[0] != "0" ? w[0] : w[2]);
    if (op == "&") return answer(!w[0].empty() && w[0] != "0" && !w[2].empty() && w[2] != "0" ? w[0] : "0");
    if (op == ":") {
      const auto pattern = to_re2(w[2], false);
      if (!pattern) call.world.give_up();
      re2::RE2::Options options;
      options.set_log_errors(false);
      options.set_longest_match(true);
      const re2::RE2 expression("(?:" + *pattern + ")", options);
      if (!expression.ok()) call.world.give_up();
      re2::StringPiece groups[2];
      const bool grouped = expression.NumberOfCapturingGroups() > 0;
      const bool hit = expression.Match(w[0], 0, w[0].size(), re2::RE2::ANCHOR_START, groups, 2);
      if (grouped) return answer(hit ? std::string(groups[1]) : std::string());
      return answer(hit ? std::to_string(groups[0].size()) : "0");
    }
  }
  call.world.give_up();
}

int do_which(Call& call) {
  int status = call.argv.size() > 1 ? 0 : 1;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    if (call.argv[i] == "-a" || call.argv[i] == "-s") continue;
    if (has_mark(call.argv[i])) return kUnknownStatus;
    const Command found = call.sh.look_up(call.st, call.argv[i]);
    if (found.state == Command::State::Unknown) {
      call.out(std::string(1, kAny));
      return kUnknownStatus;
    }
    if (found.state == Command::State::Found)
      call.out((found.path.empty() ? std::string(1, kWord) : found.path) + "\n");
    else {
      status = 1;
      call.sh.blame(call.argv[i] + " is not there");
    }
  }
  return status;
}

int do_yes(Call& call) {
  std::string text;
  const std::string word = call.argv.size() > 1 ? join({call.argv.begin() + 1, call.argv.end()}, " ") : "y";
  for (int i = 0; i < 1000; ++i) text += word + "\n";
  if (!call.st.fds.empty() && call.st.fds.size() > 1 && call.st.fds[1] && call.st.fds[1]->kind == Stream::Kind::Buffer)
    call.out(text);
  call.world.ends_on_broken_pipe = true;
  call.world.forever("yes never ends");
}

int do_xargs(Call& call) {
  std::size_t i = 1;
  std::string replace;
  bool none_if_empty = false, null = false;
  std::int64_t per_call = 0;
  for (; i < call.argv.size() && call.argv[i].starts_with('-'); ++i) {
    const std::string& word = call.argv[i];
    if (word == "-r" || word == "--no-run-if-empty") none_if_empty = true;
    else if (word == "-0") null = true;
    else if (word == "-t") {
    } else if (word == "-I") replace = call.arg(++i);
    else if (word.starts_with("-I")) replace = word.substr(2);
    else if (word == "-n" || word == "-L") per_call = parse_integer(call.arg(++i)).value_or(0);
    else if (word.starts_with("-n")) per_call = parse_integer(word.substr(2)).value_or(0);
    else if (word == "-P") ++i;
    else if (word.starts_with("-P")) {
    } else call.world.give_up();
  }
  const std::string text = call.sh.read_all(call.st);
  std::vector<std::string> argv(call.argv.begin() + static_cast<std::ptrdiff_t>(std::min(i, call.argv.size())),
                                call.argv.end());
  if (argv.empty()) argv.emplace_back("echo");
  if (has_mark(argv[0]) || call.hazy || null || text.find_first_of("\"'\\") != std::string::npos) call.world.give_up();
  if (text.find(kAny) != std::string::npos) call.world.give_up();
  std::vector<std::string> items;
  if (!replace.empty()) {
    for (std::string& line : split_lines(text)) {
      while (line.starts_with(' ')) line.erase(0, 1);
      if (!line.empty()) items.push_back(line);
    }
  } else {
    std::string word;
    for (char c : text + "\n") {
      if (c == ' ' || c == '\n' || c == '\t') {
        if (!word.empty()) items.push_back(word);
        word.clear();
        continue;
      }
      word.push_back(c);
    }
  }
  int worst = 0;
  auto run = [&](std::vector<std::string> words) {
    call.sh.step();
    const int status = call.sh.run_external(call.st, std::move(words), false, false, {});
    if (status < 0) call.world.give_up();
    if (status == 127 || status == 126) worst = status;
    else if (status != 0 && worst < 124) worst = 123;
    return status;
  };
  if (!replace.empty()) {
    for (const std::string& item : items) {
      std::vector<std::string> words = argv;
      for (std::string& word : words)
        for (std::size_t at = word.find(replace); at != std::string::npos; at = word.find(replace, at + item.size()))
          word.replace(at, replace.size(), item);
      if (run(std::move(words)) == 255) call.world.give_up();
    }
    return worst;
  }
  if (items.empty() && (none_if_empty || (!gnu(call) && false))) return 0;
  const std::size_t batch = per_call > 0 ? static_cast<std::size_t>(per_call) : std::max<std::size_t>(items.size(), 1);
  for (std::size_t at = 0; at < std::max<std::size_t>(items.size(), 1); at += batch) {
    std::vector<std::string> words = argv;
    for (std::size_t k = at; k < std::min(items.size(), at + batch); ++k) words.push_back(items[k]);
    run(std::move(words));
  }
  return worst;
}

int do_ash(Call& call) { return call.sh.run_shell(call, Dialect::Ash); }
int do_dash(Call& call) { return call.sh.run_shell(call, Dialect::Dash); }
int do_bash(Call& call) { return call.sh.run_shell(call, Dialect::Bash); }

/// `busybox sh -c ...`: the applet is the next word.
int do_busybox(Call& call) {
  if (call.argv.size() < 2) return 0;
  std::string name = call.argv[1];
  if (name.starts_with('-') || has_mark(name)) call.world.give_up();
  if (name == "sh") name = "ash";
  const Program program = find_program(name);
  if (program == nullptr || name == "busybox" || name == "bash" || name == "dash" || name == "python3" ||
      name == "curl" || name == "getent")
    call.world.give_up();
  call.argv.erase(call.argv.begin());
  call.tools = Tools::Busybox;
  return program(call);
}

int do_pwd(Call& call) {
  call.out(call.st.cwd + "\n");
  return 0;
}

int do_external_echo(Call& call) {
  const Dialect saved = call.st.dialect;
  call.st.dialect = gnu(call) ? Dialect::Bash : Dialect::Ash;
  const int status = builtin_echo(call);
  call.st.dialect = saved;
  return status;
}
int do_external_printf(Call& call) {
  const Dialect saved = call.st.dialect;
  call.st.dialect = gnu(call) ? Dialect::Bash : Dialect::Ash;
  const int status = builtin_printf(call);
  call.st.dialect = saved;
  return status;
}
int do_external_kill(Call& call) {
  bool special = false;
  return find_builtin("kill", call.st.dialect, special)(call);
}

int do_tty(Call& call) {
  call.out("not a tty\n");
  return call.world.input->stdin_open ? kUnknownStatus : 1;
}

int do_watch(Call& call) {
  (void)call;
  call.world.forever("watch never ends");
}

}  // namespace

void add_system_programs(ProgramTable& table) {
  table["true"] = do_true;
  table["false"] = do_false;
  table["sleep"] = do_sleep;
  table["timeout"] = do_timeout;
  table["env"] = do_env;
  table["printenv"] = do_printenv;
  for (std::string_view name : {"nohup", "nice", "setsid", "stdbuf", "ionice", "time"}) table[name] = do_wrapper;
  table["id"] = do_id;
  table["whoami"] = do_whoami;
  table["hostname"] = do_hostname;
  table["date"] = do_date;
  table["seq"] = do_seq;
  table["expr"] = do_expr;
  table["which"] = do_which;
  table["yes"] = do_yes;
  table["xargs"] = do_xargs;
  table["sync"] = do_true;
  table["ash"] = do_ash;
  table["dash"] = do_dash;
  table["bash"] = do_bash;
  table["busybox"] = do_busybox;
  table["pwd"] = do_pwd;
  table["echo"] = do_external_echo;
  table["printf"] = do_external_printf;
  table["kill"] = do_external_kill;
  table["tty"] = do_tty;
  table["watch"] = do_watch;
  table["["] = builtin_test;
  table["test"] = builtin_test;
  table["[["] = builtin_test;
  for (std::string_view name : {"nproc", "arch", "hostid"}) table[name] = do_word;
  table["uname"] = do_uname;
  for (std::string_view name : {"uptime", "free", "ps"}) table[name] = do_text;
  for (std::string_view name : {"df",
                                "ifconfig",
                                "route",
                                "netstat",
                                "ss",
                                "dmesg",
                                "lscpu",
                                "getconf",
                                "locale",
                                "lsof",
                                "fuser",
                                "pgrep",
                                "pidof",
                                "pstree",
                                "last",
                                "who",
                                "groups",
                                "logname",
                                "cal",
                                "factor",
                                "file",
                                "strings",
                                "od",
                                "hexdump",
                                "xxd",
                                "cmp",
                                "comm",
                                "join",
                                "paste",
                                "nl",
                                "fold",
                                "expand",
                                "unexpand",
                                "shuf",
                                "cksum",
                                "sum",
                                "lsmod",
                                "ipcalc",
                                "arp",
                                "brctl",
                                "dnsdomainname",
                                "lsblk",
                                "blkid",
                                "dpkg",
                                "users",
                                "pathchk",
                                "numfmt",
                                "pr",
                                "ptx",
                                "tsort",
                                "diff",
                                "sha1sum",
                                "sha224sum",
                                "sha384sum",
                                "uuidgen"})
    table[name] = do_shows;
  for (std::string_view name : {"tar",      "gzip",
                                "gunzip",   "bzip2",
                                "bunzip2",  "xz",
                                "unxz",     "zip",
                                "unzip",    "patch",
                                "install",  "mknod",
                                "mkfifo",   "truncate",
                                "split",    "csplit",
                                "adduser",  "addgroup",
                                "useradd",  "groupadd",
                                "usermod",  "deluser",
                                "delgroup", "passwd",
                                "chpasswd", "update-ca-certificates",
                                "ldconfig", "cpio",
                                "ar",       "shred",
                                "dos2unix", "unix2dos",
                                "chattr",   "zcat",
                                "openssl"})
    table[name] = do_changes;
}

}  // namespace podseer::process
