// SPDX-License-Identifier: Apache-2.0
// Builtins that set variables: export, readonly, unset, local, declare, getopts, let. A bad name ends ash and
// dash, and is a failed command for bash.
#include <algorithm>
#include <cctype>

#include "process/builtins.hpp"

namespace podseer::process {

int do_unset(Call& call) {
  bool functions = false;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    if (word == "-f") {
      functions = true;
      continue;
    }
    if (word == "-v" || word == "-n") continue;
    if (has_mark(word)) call.world.give_up();
    if (functions) {
      call.st.functions.erase(word);
      continue;
    }
    if (const std::size_t bracket = word.find('['); bracket != std::string::npos) {
      Variable* variable = call.sh.find(call.st, word.substr(0, bracket));
      if (variable != nullptr && variable->is_map) {
        variable->elements.erase(word.substr(bracket + 1, word.size() - bracket - 2));
        continue;
      }
      const auto index = parse_integer(word.substr(bracket + 1, word.size() - bracket - 2));
      if (variable == nullptr || !index) call.world.give_up();
      const std::string key = std::to_string(*index);
      variable->elements.erase(std::string(key.size() < 10 ? 10 - key.size() : 0, '0') + key);
      continue;
    }
    if (const Variable* variable = call.sh.find(call.st, word); variable != nullptr && variable->read_only) {
      if (!is_bash(call)) return fail_special(call, word + ": is read only");
      complain(call, word + ": cannot unset: readonly variable");
      return 1;
    }
    if (!call.st.variables.contains(word) && is_bash(call)) call.st.functions.erase(word);
    call.sh.unset(call.st, word);
  }
  return 0;
}

namespace {

bool valid_name(std::string_view text) {
  if (text.empty() || (std::isalpha(static_cast<unsigned char>(text[0])) == 0 && text[0] != '_')) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; });
}

}  // namespace

int do_export(Call& call) {
  const bool readonly = call.argv[0] == "readonly";
  bool remove = false, function = false;
  if (call.argv.size() == 1) {
    call.out(std::string(1, kAny));
    return 0;
  }
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    if (word.starts_with('-') && word.size() > 1) {
      if (word == "-p") {
        call.out(std::string(1, kAny));
        continue;
      }
      if (word == "-n" && is_bash(call)) {
        remove = true;
        continue;
      }
      if (word == "-f" && is_bash(call)) {
        function = true;
        continue;
      }
      if (word == "--") continue;
      if ((word == "-a" || word == "-r") && is_bash(call)) continue;
      call.world.give_up();
    }
    if (function) continue;
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    if (has_mark(name)) {
      if (call.hazy || equals == std::string::npos) call.world.give_up();
    }
    if (!valid_name(name)) {
      if (is_bash(call)) {
        complain(call, "`" + word + "': not a valid identifier");
        return 1;
      }
      return fail_special(call, name + ": bad variable name");
    }
    if (equals != std::string::npos && !call.sh.assign(call.st, name, word.substr(equals + 1))) {
      if (!is_bash(call)) call.sh.exit_shell(call.st, 2);
      return 1;
    }
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
    if (is_bash(call)) {
      complain(call, "can only be used in a function");
      return 1;
    }
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
          case 'p':
          case 'f':
          case 'F': shows = true; break;
          default: call.world.give_up();
        }
      }
      continue;
    }
    if (shows) {
      if (has_mark(word)) return kUnknownStatus;
      return st.functions.contains(word) || st.variables.contains(word) ? 0 : 1;
    }
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    if (!valid_name(name)) {
      if (has_mark(name)) call.world.give_up();
      if (is_bash(call)) {
        complain(call, "`" + word + "': not a valid identifier");
        return 1;
      }
      return fail_special(call, name + ": bad variable name");
    }
    const auto found = st.variables.find(name);
    if (st.functions_deep > 0 && !global && !st.locals.empty()) {
      if (!st.locals.back().contains(name))
        st.locals.back().emplace(name,
                                 found == st.variables.end() ? std::nullopt : std::optional<Variable>(found->second));
      if (is_bash(call) && equals == std::string::npos) {
        Variable fresh;
        fresh.set = false;
        if (found != st.variables.end()) fresh.exported = found->second.exported;
        st.variables.insert_or_assign(name, fresh);
      }
    }
    Variable& variable = st.variables[name];
    if (found == st.variables.end() && equals == std::string::npos && !array && !map) variable.set = false;
    variable.read_only = false;
    if (array || map) {
      variable.is_array = true;
      variable.is_map = map;
      variable.set = true;
    }
    if (exported) variable.exported = true;
    if (integer) variable.integer = true;
    if (equals != std::string::npos) call.sh.assign(st, name, word.substr(equals + 1));
    if (readonly) st.variables[name].read_only = true;
  }
  if (call.argv.size() == 1) call.out(std::string(1, kAny));
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
      call.sh.message_plain(st,
                            is_bash(call) ? st.arg0 + ": illegal option -- " + c : std::string("Illegal option -") + c);
    }
    call.sh.assign(st, name, "?");
    finish(last ? at + 1 : at, last ? 1 : letter + 1);
    return 0;
  }
  if (spot + 1 < options.size() && options[spot + 1] == ':') {
    if (!last) {
      call.sh.assign(st, "OPTARG", word.substr(letter + 1));
      finish(at + 1, 1);
    } else if (at < words.size()) {
      call.sh.assign(st, "OPTARG", words[at]);
      finish(at + 2, 1);
    } else {
      if (quiet) {
        call.sh.assign(st, "OPTARG", std::string(1, c));
        call.sh.assign(st, name, ":");
      } else {
        call.sh.unset(st, "OPTARG");
        call.sh.message_plain(st, is_bash(call) ? st.arg0 + ": option requires an argument -- " + c
                                                : std::string("No arg for -") + c + " option");
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

}  // namespace podseer::process
