// SPDX-License-Identifier: Apache-2.0
// Simple commands: assignments, functions, builtins, programs, scripts (POSIX.1-2017 XCU 2.9.1). What a name leads
// to is asked in the shell's order: function, builtin, file written by the script, the image's programs.
#include <algorithm>

#include "process/interpreter.hpp"
#include "process/step_back.hpp"

namespace podseer::process {

Flow Interpreter::run_simple(State& st, const Node& node) {
  line_offset_ = node.begin;
  note_place(node.begin, node.end);
  const int before = st.status;
  st.status = 0;
  bool hazy = false;
  std::vector<std::string> argv;
  {
    // $? inside the words is the status of the command before.
    st.status = before;
    const int marker = st.status;
    argv = expand(st, node.words, hazy);
    if (argv.empty() && st.status == marker) st.status = 0;
  }
  const bool substituted = std::any_of(node.words.begin(), node.words.end(), [](const Word* word) {
    return std::any_of(word->parts.begin(), word->parts.end(),
                       [](const Part* part) { return part->kind == Part::Kind::Substitution; });
  });
  if (argv.empty() && !substituted) st.status = 0;
  std::vector<StreamPtr> saved = st.fds;
  bool unknown = false;
  bool special = false;
  if (!argv.empty() && !hazy && !st.functions.contains(argv[0])) (void)find_builtin(argv[0], st.dialect, special);
  const int words_status = st.status;
  if (!node.redirections.empty() && !redirect(st, node.redirections, unknown)) {
    st.fds = saved;
    st.status = st.dialect == Dialect::Dash ? 2 : 1;
    if (special && st.dialect != Dialect::Bash && argv[0] != "exec") exit_shell(st, st.status == 1 ? 1 : 2);
    if (special && st.dialect != Dialect::Bash) exit_shell(st, st.dialect == Dialect::Dash ? 2 : 1);
    if (!argv.empty() && argv[0] == "exec" && st.dialect == Dialect::Bash) exit_shell(st, 1);
    check_errexit(st, node);
    return Flow::Next;
  }
  struct Back {
    State& st;
    std::vector<StreamPtr>& saved;
    bool active = true;
    ~Back() {
      if (active) st.fds = saved;
    }
  } back{st, saved};
  if (argv.empty()) {
    st.status = words_status;
    const bool command_in_value =
        std::any_of(node.assignments.begin(), node.assignments.end(), [](const Assignment& a) {
          return a.value != nullptr && std::any_of(a.value->parts.begin(), a.value->parts.end(), [](const Part* part) {
                   return part->kind == Part::Kind::Substitution ||
                          (part->kind == Part::Kind::Double &&
                           std::any_of(part->children.begin(), part->children.end(),
                                       [](const Part* child) { return child->kind == Part::Kind::Substitution; }));
                 });
        });
    if (!node.assignments.empty()) {
      st.status = before;  // values may read $?
      const int marker = st.status;
      (void)marker;
      if (!do_assignments(st, node.assignments, false, nullptr)) exit_shell(st, st.dialect == Dialect::Bash ? 1 : 2);
      if (!command_in_value) st.status = 0;
    }
    line_offset_ = node.begin;
    note_place(node.begin, node.end);
    check_errexit(st, node);
    return Flow::Next;
  }
  line_offset_ = node.begin;
  note_place(node.begin, node.end);
  if (hazy && has_mark(argv[0])) world_.give_up();
  const std::string name = argv[0];
  // declare-like builtins of bash take arrays.
  const bool is_function = st.functions.contains(name);
  std::map<std::string, std::optional<Variable>> old;
  const bool declares = !is_function && (name == "declare" || name == "local" || name == "typeset" ||
                                         name == "readonly" || name == "export");
  if (declares && !node.assignments.empty()) {
    for (const Assignment& assignment : node.assignments) argv.push_back(assignment.name);
  }
  const bool stays = special && st.dialect != Dialect::Bash && !declares;
  std::map<std::string, std::string> extra;
  if (declares && !node.assignments.empty()) {
    // Values first (they may read the outer variable), then the builtin, then the assignments.
    std::vector<std::pair<const Assignment*, std::string>> values;
    for (const Assignment& assignment : node.assignments) {
      if (!assignment.is_array && assignment.index == nullptr)
        values.emplace_back(&assignment, expand_single(st, *assignment.value));
    }
    const bool first =
        name == "readonly" || (argv.size() > 1 && argv[1].starts_with('-') && argv[1].find('r') != std::string::npos);
    auto give = [&] {
      for (const Assignment& assignment : node.assignments) {
        const auto found =
            std::find_if(values.begin(), values.end(), [&](const auto& pair) { return pair.first == &assignment; });
        const bool done = found != values.end() ? assign(st, assignment.name, found->second, assignment.append)
                                                : do_assignments(st, {assignment}, false, nullptr);
        if (!done) exit_shell(st, st.dialect == Dialect::Bash ? 1 : 2);
      }
    };
    line_offset_ = node.begin;
    note_place(node.begin, node.end);
    if (first) give();
    const int status = run_argv(st, argv, hazy);
    if (!first && status == 0) give();
    st.status = status;
  } else {
    if (!node.assignments.empty() && !do_assignments(st, node.assignments, true, stays ? nullptr : &old))
      exit_shell(st, st.dialect == Dialect::Bash ? 1 : 2);
    if (name == "exec" && !is_function) {
      // redirections stay
      back.active = argv.size() > 1;
    }
    struct Undo {
      State& st;
      std::map<std::string, std::optional<Variable>>& old;
      ~Undo() {
        for (auto& [variable, value] : old) {
          if (value) st.variables.insert_or_assign(variable, *value);
          else st.variables.erase(variable);
        }
      }
    } undo{st, old};
    st.status = before;
    const int status = run_argv(st, argv, hazy);
    st.status = status;
  }
  if (st.carried != Flow::Next) {
    const Flow flow = st.carried;
    st.carried = Flow::Next;
    return flow;
  }
  check_errexit(st, node);
  return Flow::Next;
}

bool Interpreter::do_assignments(State& st, const std::vector<Assignment>& list, bool temporary,
                                 std::map<std::string, std::optional<Variable>>* saved) {
  for (const Assignment& assignment : list) {
    if (temporary && saved != nullptr && !saved->contains(assignment.name)) {
      const auto found = st.variables.find(assignment.name);
      saved->emplace(assignment.name,
                     found == st.variables.end() ? std::nullopt : std::optional<Variable>(found->second));
    }
    if (assignment.is_array) {
      bool hazy = false;
      Variable& variable = st.variables[assignment.name];
      if (!assignment.append || !variable.is_array) {
        if (!assignment.append) variable.elements.clear();
        else if (variable.set && !variable.value.empty()) variable.elements.emplace("0000000000", variable.value);
      }
      const bool map = variable.is_map;
      std::vector<std::string> items;
      if (map) {
        for (const Word* word : assignment.elements) items.push_back(expand_single(st, *word));
      } else {
        items = expand(st, assignment.elements, hazy);
      }
      if (hazy) world_.give_up();
      Variable& again = st.variables[assignment.name];
      again.is_array = true;
      again.set = true;
      std::int64_t next = 0;
      if (!again.elements.empty() && !map) next = parse_integer(again.elements.rbegin()->first).value_or(0) + 1;
      for (const std::string& item : items) {
        std::string key, value = item;
        if (item.starts_with('[') && item.find("]=") != std::string::npos) {
          key = item.substr(1, item.find("]=") - 1);
          value = item.substr(item.find("]=") + 2);
          if (!map) {
            const auto number = parse_integer(key);
            if (!number) world_.give_up();
            next = *number;
            key.clear();
          }
        }
        if (key.empty()) {
          key = std::to_string(next++);
          if (key.size() < 10) key.insert(0, 10 - key.size(), '0');
        }
        again.elements[key] = value;
      }
      continue;
    }
    std::string value = expand_single(st, *assignment.value);
    if (assignment.index != nullptr) {
      std::string index = expand_single(st, *assignment.index);
      if (index.find_first_of("$`\"'") != std::string::npos) {
        // the index is kept as text: read it as the inside of double quotes
        sources_.push_back(std::make_unique<Source>());
        sources_.back()->parser = std::make_unique<Parser>(index, st.dialect);
        const Word* word = sources_.back()->parser->read_as_double_quoted();
        index = expand_single(st, *word);
        std::erase(index, '"');
      }
      Variable& variable = st.variables[assignment.name];
      if (!variable.is_map) {
        const auto number = arithmetic(st, index);
        if (!number || *number < 0) world_.give_up();
        index = std::to_string(*number);
        if (index.size() < 10) index.insert(0, 10 - index.size(), '0');
      }
      Variable& again = st.variables[assignment.name];
      again.is_array = true;
      again.set = true;
      if (assignment.append) again.elements[index] += value;
      else again.elements[index] = value;
      continue;
    }
    if (!assign(st, assignment.name, std::move(value), assignment.append)) return false;
    if (temporary) st.variables[assignment.name].exported = true;
  }
  return true;
}

int Interpreter::call_function(State& st, const Function& function, std::vector<std::string> args, bool hazy) {
  if (++st.calls > 60) world_.give_up();
  std::vector<std::string> positional = std::move(st.positional);
  const bool positional_hazy = st.positional_hazy;
  const std::size_t getopts = st.getopts_at;
  st.positional = std::move(args);
  st.positional_hazy = hazy;
  st.locals.emplace_back();
  ++st.functions_deep;
  const int loops = st.loops;
  st.loops = 0;
  Source* source = source_;
  const std::uint32_t line = line_offset_;
  source_ = function.source;
  auto restore = [&] {
    for (auto& [name, old] : st.locals.back()) {
      if (old) st.variables.insert_or_assign(name, *old);
      else st.variables.erase(name);
    }
    st.locals.pop_back();
    st.positional = std::move(positional);
    st.positional_hazy = positional_hazy;
    st.getopts_at = getopts;
    --st.functions_deep;
    --st.calls;
    st.loops = loops;
    source_ = source;
    line_offset_ = line;
  };
  try {
    run_node(st, *function.body);
  } catch (const ShellExit&) {
    source_ = source;
    line_offset_ = line;
    throw;
  } catch (...) {
    restore();
    throw;
  }
  restore();
  return st.status;
}

int Interpreter::run_argv(State& st, std::vector<std::string> argv, bool hazy, bool functions, bool exec,
                          const std::map<std::string, std::string>& extra_env) {
  if (argv.empty()) return 0;
  if (has_mark(argv[0])) world_.give_up();
  if (functions) {
    const auto found = st.functions.find(argv[0]);
    if (found != st.functions.end()) {
      const Function function = found->second;
      return call_function(st, function, {argv.begin() + 1, argv.end()}, hazy);
    }
  }
  bool special = false;
  if (!exec) {
    if (const Program builtin = find_builtin(argv[0], st.dialect, special)) {
      const bool was = st.errexit;
      (void)was;
      Call call{*this, st, world_, std::move(argv), hazy, st.tools, extra_env};
      return builtin(call);
    }
  }
  return run_external(st, std::move(argv), hazy, exec, extra_env);
}

Command Interpreter::look_up(State& st, const std::string& name) {
  Command command;
  auto own = [&](const std::string& path) -> bool {
    const std::string resolved = world_.files.resolve(path);
    const FileEntry* entry = world_.files.entry(resolved);
    if (entry == nullptr) {
      if (resolved == path) return false;
      const Value none;
      command = world_.input->commands != nullptr ? world_.input->commands->find(resolved, none) : Command{};
      return true;
    }
    command.path = path;
    command.state = Command::State::Unknown;
    if (entry->info.kind == FileInfo::Kind::Missing) command.state = Command::State::Missing;
    if (entry->info.kind == FileInfo::Kind::Directory) command.state = Command::State::NotExecutable;
    if (entry->info.kind == FileInfo::Kind::File) {
      if ((entry->info.mode & 0111U) == 0) command.state = Command::State::NotExecutable;
      else if (entry->content_known && known(entry->content) && entry->content.find('\0') == std::string::npos) {
        command.state = Command::State::Found;
        command.program = "script";
      }
    }
    return true;
  };
  if (name.find('/') != std::string::npos) {
    const std::string path = absolute_path(name, st.cwd);
    if (own(path)) return command;
    if (world_.input->commands == nullptr || has_mark(st.cwd)) return {};
    return world_.input->commands->find(path, Value{});
  }
  const Variable* variable = find(st, "PATH");
  Value path;
  if (variable != nullptr && variable->set)
    path = has_mark(variable->value) || variable->maybe_unset ? Value::unknown() : Value::known(variable->value);
  else
    path = Value::known(st.dialect == Dialect::Ash ? "/sbin:/usr/sbin:/bin:/usr/bin"
                                                   : "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
  std::optional<Command> refused;
  if (path.kind == Value::Kind::Known && !world_.files.entries().empty()) {
    std::string_view rest = path.text;
    for (;;) {
      const std::size_t colon = rest.find(':');
      const std::string_view directory = rest.substr(0, colon);
      const std::string full = absolute_path(std::string(directory.empty() ? "." : directory) + "/" + name, st.cwd);
      if (own(full) && command.state != Command::State::Missing) {
        // A directory before it may still hold one of that name.
        if (command.state == Command::State::NotExecutable) refused = command;
        else return command;
      }
      if (colon == std::string_view::npos) break;
      rest.remove_prefix(colon + 1);
    }
  }
  if (world_.input->commands == nullptr) return {};
  command = world_.input->commands->find(name, path);
  if (command.state == Command::State::Missing && refused) return *refused;
  return command;
}

int Interpreter::run_external(State& st, std::vector<std::string> argv, bool hazy, bool exec,
                              const std::map<std::string, std::string>& extra_env) {
  (void)exec;
  if (argv.empty() || argv[0].empty()) {
    message(st, ": not found");
    return 127;
  }
  const std::string name = argv[0];
  const Command command = look_up(st, name);
  switch (command.state) {
    case Command::State::Unknown: world_.give_up();
    case Command::State::Missing: {
      blame(name + " is not there", {}, name);
      const bool slash = name.find('/') != std::string::npos;
      message(st, name + (st.dialect == Dialect::Bash ? (slash ? ": No such file or directory" : ": command not found")
                                                      : ": not found"));
      return 127;
    }
    case Command::State::NotExecutable: {
      const bool directory = world_.files.stat(absolute_path(name, st.cwd)).kind == FileInfo::Kind::Directory &&
                             name.find('/') != std::string::npos;
      blame(name + " cannot be executed");
      message(st, name + (directory && st.dialect == Dialect::Bash ? ": Is a directory" : ": Permission denied"));
      return 126;
    }
    case Command::State::Found: break;
  }
  if (command.program == "script") {
    return run_script_file(st, command.path.empty() ? absolute_path(name, st.cwd) : command.path,
                           {argv.begin() + 1, argv.end()}, st.dialect, st.tools, name);
  }
  if (++world_.process_depth > 15) world_.give_up();
  const StepBack back{world_.process_depth};
  Call call{*this, st, world_, std::move(argv), hazy, command.tools, extra_env};
  // An unset umask or limits of the shell are inherited; nothing modelled here depends on them.
  if (!command.program.empty() && command.tools != Tools::Unknown) {
    if (const Program program = find_program(command.program)) return program(call);
  } else if (command.program == "python3" || command.program == "ash" || command.program == "dash" ||
             command.program == "bash") {
    if (const Program program = find_program(command.program)) return program(call);
  }
  if (world_.input->commands == nullptr || hazy) world_.give_up();
  ProgramCall question;
  question.program = command.program;
  for (const std::string& word : call.argv)
    question.argv.push_back(has_mark(word) ? std::nullopt : std::optional<std::string>(word));
  for (const auto& [key, variable] : st.variables) {
    if (!variable.exported || !variable.set) continue;
    question.env[key] = has_mark(variable.value) || variable.maybe_unset
                            ? Value::unknown()
                            : Value::known(variable.value, variable.secret);
  }
  for (const auto& [key, value] : extra_env)
    question.env[key] = has_mark(value) ? Value::unknown() : Value::known(value);
  question.env_complete = st.env_complete;
  question.cwd = st.cwd;
  question.uid = world_.input->uid;
  question.files = &world_.files;
  const Outcome outcome = world_.input->commands->run(question);
  switch (outcome.kind) {
    case Outcome::Kind::Exits:
      sleep(st, outcome.earliest, outcome.latest);
      if (!outcome.log.empty()) call.err(outcome.log + "\n");
      if (!outcome.explanation.empty()) {
        blame(outcome.explanation);
        blame_cause(outcome.cause, outcome.subject);
      }
      if (outcome.sureness != Outcome::Sureness::Certain) world_.halt.sureness = outcome.sureness;
      world_.files.hazy = true;
      call.out(std::string(1, kAny));
      return outcome.exit_code;
    case Outcome::Kind::RunsForever:
    case Outcome::Kind::WaitsFor:
      world_.halt = outcome;
      if (!exec) world_.halt.term_exit_code = -1;  // the shell stays the first process
      world_.halt_place = world_.place;
      world_.listens.insert(outcome.listens.begin(), outcome.listens.end());
      world_.listens.insert(outcome.listens_local.begin(), outcome.listens_local.end());
      world_.local_ports.insert(outcome.listens_local.begin(), outcome.listens_local.end());
      if (!outcome.listens_known) world_.listens_vague = true;
      if (!world_.served_after) world_.served_after = world_.earliest + outcome.listens_after;
      if (!outcome.plain_servers) world_.plain_servers = false;
      throw Halt{};
    case Outcome::Kind::NotStarted: return outcome.start_error == Outcome::StartError::NotFound ? 127 : 126;
    case Outcome::Kind::Unknown: break;
  }
  world_.give_up();
}

int Interpreter::run_script_file(State& st, const std::string& path, const std::vector<std::string>& args,
                                 Dialect dialect, Tools tools, const std::string& shown) {
  if (++world_.process_depth > 15) world_.give_up();
  const StepBack back{world_.process_depth};
  const std::string text = world_.files.content(path);
  if (has_mark(text)) world_.give_up();
  if (text.starts_with("#!")) {
    std::string line = text.substr(2, text.find('\n') == std::string::npos ? std::string::npos : text.find('\n') - 2);
    while (line.starts_with(' ') || line.starts_with('\t')) line.erase(0, 1);
    while (line.ends_with(' ') || line.ends_with('\t')) line.pop_back();
    const std::size_t blank = line.find_first_of(" \t");
    std::vector<std::string> argv{line.substr(0, blank)};
    if (blank != std::string::npos) {
      std::string rest = line.substr(blank);
      while (rest.starts_with(' ') || rest.starts_with('\t')) rest.erase(0, 1);
      argv.push_back(rest);
    }
    argv.push_back(shown.find('/') != std::string::npos ? shown : path);
    argv.insert(argv.end(), args.begin(), args.end());
    const Command command = look_up(st, argv[0].starts_with('/') ? argv[0] : "./" + argv[0]);
    if (command.state == Command::State::Unknown) world_.give_up();
    if (command.state == Command::State::Missing) {
      blame("its interpreter " + argv[0] + " is not there", {}, argv[0]);
      message(st, shown + (st.dialect == Dialect::Bash ? ": cannot execute: required file not found" : ": not found"));
      return 127;
    }
    if (command.state == Command::State::NotExecutable) {
      message(st, shown + (st.dialect == Dialect::Bash ? ": " + argv[0] + ": bad interpreter: Permission denied"
                                                       : ": Permission denied"));
      return 126;
    }
    return run_external(st, std::move(argv), false, false, {});
  }
  // Without #! the shell reads the file itself.
  Call call{*this, st, world_, {"sh", path}, false, tools, {}};
  call.argv.insert(call.argv.end(), args.begin(), args.end());
  return run_shell(call, dialect);
}

/// sh, ash, dash, bash: -c TEXT, FILE, or standard input, with options.
int Interpreter::run_shell(Call& call, Dialect dialect) {
  State& st = call.st;
  if (call.hazy) world_.give_up();
  State child;
  child.dialect = dialect;
  child.tools = call.tools;
  child.fds = st.fds;
  child.cwd = st.cwd;
  child.umask = st.umask;
  child.subshells = st.top ? 0 : st.subshells + 1;
  child.env_complete = st.env_complete;
  for (const auto& [name, variable] : st.variables)
    if (variable.exported) child.variables.emplace(name, variable);
  for (const auto& [name, value] : call.extra_env) {
    Variable v;
    v.value = value;
    v.exported = true;
    child.variables.insert_or_assign(name, v);
  }
  const std::size_t process_depth = static_cast<std::size_t>(world_.process_depth);
  if (process_depth > 12) world_.give_up();
  bool has_command = false, reads_stdin = false;
  std::size_t i = 1;
  for (; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    if (has_mark(word)) world_.give_up();
    if (word == "--") {
      ++i;
      break;
    }
    if (word == "-") {
      ++i;
      break;
    }
    if (word.size() < 2 || (word[0] != '-' && word[0] != '+')) break;
    if (word.starts_with("--")) {
      if (dialect == Dialect::Bash &&
          (word == "--norc" || word == "--noprofile" || word == "--login" || word == "--posix"))
        continue;
      if (word == "--version" || word == "--help") {
        if (dialect == Dialect::Bash) return 0;
      }
      world_.give_up();
    }
    const bool on = word[0] == '-';
    for (std::size_t k = 1; k < word.size(); ++k) {
      switch (word[k]) {
        case 'c': has_command = true; break;
        case 'e': child.errexit = on; break;
        case 'u': child.nounset = on; break;
        case 'x': child.xtrace = on; break;
        case 'f': child.noglob = on; break;
        case 'C': child.noclobber = on; break;
        case 'a': child.allexport = on; break;
        case 'n': child.noexec = on; break;
        case 's': reads_stdin = true; break;
        case 'E':
          if (dialect != Dialect::Bash) world_.give_up();
          child.errtrace = on;
          break;
        case 'v':
        case 'l':
        case 'h':
        case 'b':
        case 'm':
        case 'B':
        case 'H': break;
        case 'i':
          if (!call.world.input->stdin_open) break;
          world_.give_up();
        case 'o': {
          if (++i >= call.argv.size()) world_.give_up();
          const std::string& option = call.argv[i];
          if (option == "pipefail" && dialect != Dialect::Dash) child.pipefail = on;
          else if (option == "errexit") child.errexit = on;
          else if (option == "nounset") child.nounset = on;
          else if (option == "xtrace") child.xtrace = on;
          else if (option == "noglob") child.noglob = on;
          else if (option == "posix" || option == "verbose" || option == "monitor") {
          } else world_.give_up();
          k = word.size();
          break;
        }
        default: world_.give_up();
      }
    }
  }
  std::vector<std::string> rest(call.argv.begin() + static_cast<std::ptrdiff_t>(std::min(i, call.argv.size())),
                                call.argv.end());
  std::string text;
  Place place = world_.place;
  bool fixed = true, is_file = false;
  child.arg0 = call.argv[0];
  if (has_command) {
    if (rest.empty()) {
      write(st, 2,
            call.argv[0] + (dialect == Dialect::Bash   ? ": -c: option requires an argument\n"
                            : dialect == Dialect::Dash ? ": 0: -c requires an argument\n"
                                                       : ": -c requires an argument\n"));
      blame("-c needs an argument");
      return 2;
    }
    text = rest[0];
    child.from_c = true;
    if (has_mark(text)) world_.give_up();
    if (source_ == nullptr) {
      const auto& argv = world_.input->argv;
      for (std::size_t k = argv.size(); k-- > 0;) {
        if (argv[k] && *argv[k] == text) {
          place = Place{static_cast<std::int32_t>(k), {}, 0, static_cast<std::uint32_t>(text.size())};
          fixed = false;
          break;
        }
      }
    }
    if (rest.size() > 1) {
      child.arg0 = rest[1];
      child.positional.assign(rest.begin() + 2, rest.end());
    }
  } else if (!rest.empty() && !reads_stdin) {
    is_file = true;
    std::string path = absolute_path(rest[0], st.cwd);
    FileInfo info = rest[0].empty() ? FileInfo{} : world_.files.stat(path);  // no file has an empty name
    if (info.kind == FileInfo::Kind::Missing && !rest[0].empty() && rest[0].find('/') == std::string::npos &&
        dialect != Dialect::Dash) {
      const Command found = look_up(st, rest[0]);
      if (found.state != Command::State::Missing) world_.give_up();
    }
    if (info.kind == FileInfo::Kind::Unknown) world_.give_up();
    child.arg0 = rest[0];
    child.positional.assign(rest.begin() + 1, rest.end());
    if (info.kind == FileInfo::Kind::Missing) {
      blame("the script " + rest[0] + " does not exist");
      blame_cause(Outcome::Cause::MissingFile, path);
      const std::string shell = call.argv[0];
      write(st, 2,
            dialect == Dialect::Bash   ? shell + ": " + rest[0] + ": No such file or directory\n"
            : dialect == Dialect::Dash ? shell + ": 0: cannot open " + rest[0] + ": No such file\n"
                                       : shell + ": can't open '" + rest[0] + "': No such file or directory\n");
      return dialect == Dialect::Bash ? 127 : 2;
    }
    if (info.kind == FileInfo::Kind::Directory) {
      if (dialect == Dialect::Bash) {
        write(st, 2, rest[0] + ": " + rest[0] + ": Is a directory\n");
        return 126;
      }
      world_.give_up();
    }
    if (!may(st, info, 4, path)) {
      write(st, 2,
            call.argv[0] + (dialect == Dialect::Ash ? ": can't open '" + rest[0] + "': Permission denied\n"
                                                    : ": " + rest[0] + ": Permission denied\n"));
      return dialect == Dialect::Bash ? 126 : 2;
    }
    text = world_.files.content(path);
    if (has_mark(text)) world_.give_up();
    if (world_.files.untouched(world_.files.resolve(path))) {
      place = Place{-1, path, 0, static_cast<std::uint32_t>(text.size())};
      fixed = false;
    }
  } else {
    child.positional = rest;
    const StreamPtr in = input(st);
    if (in->kind == Stream::Kind::Never) world_.forever("the shell waits for input");
    text = read_all(st);
    if (has_mark(text)) world_.give_up();
    if (text.empty()) {
      blame("the shell reads its commands from standard input, which is at its end");
      blame_cause(Outcome::Cause::EndOfInput, base_name(call.argv[0]));
    }
  }
  Interpreter inner(world_, sources_);
  inner.source_ = nullptr;
  try {
    inner.run_text(child, text, place, fixed, child.arg0, is_file);
  } catch (const ShellExit&) {}
  inner.run_traps(child, "EXIT");
  // What its jobs write after it has ended cannot be told from here.
  for (const Job& job : child.jobs) {
    if (child.subshells == 0) break;
    if (job.kind != Outcome::Kind::Exits) {
      for (const std::int64_t port : job.listens) world_.listens.insert(port);
      continue;
    }
    for (const auto& [path, entry] : job.writes)
      if (job.latest > world_.earliest) world_.files.make_vague(path);
  }
  return child.status;
}

}  // namespace podseer::process
