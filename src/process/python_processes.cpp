// SPDX-License-Identifier: Apache-2.0
// What a Python script asks of others: commands that it runs (subprocess, os.system, os.exec*), connections that it
// opens, and the words of its own command line (argparse, sys.argv).
// `subprocess.run(["ls", "/nope"], check=True)` raises CalledProcessError: the interpreter ends with 1.
#include <algorithm>

#include "process/python_machine.hpp"

namespace podseer::process::python {
namespace {

constexpr int kUsage = 2;  // the exit status of argparse's errors

std::optional<std::string> text_in(const PyValue& value) {
  return value.kind == Kind::Str && value.text_known ? std::optional(value.text) : std::nullopt;
}

PyValue object(std::string type) {
  PyValue out = PyValue::of(Kind::Object);
  out.text = std::move(type);
  out.dict = std::make_shared<PyDict>();
  return out;
}

const PyValue* field(const PyValue& owner, std::string_view name) {
  if (!owner.dict) return nullptr;
  for (const auto& [key, kept] : *owner.dict) {
    if (key.text == name) return &kept;
  }
  return nullptr;
}

void set(PyValue& owner, const std::string& name, PyValue value) {
  for (auto& [key, kept] : *owner.dict) {
    if (key.text == name) {
      kept = std::move(value);
      return;
    }
  }
  owner.dict->emplace_back(PyValue::string(name), std::move(value));
}

bool whole_number(std::string_view text) {
  const std::size_t sign = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  return text.size() > sign && text.size() < 18 && text.find_first_not_of("0123456789", sign) == std::string_view::npos;
}

}  // namespace

/// Runs it as the script would; says NotStarted, how it ends, or that it stays. Bails where nobody knows.
Outcome Machine::command(const PyValue& words, bool shell) {
  const ContainerContext& context = *started_.context;
  ShellInput in = shell_input(context);
  if (const auto line = text_in(words)) {
    if (shell) in.argv = {"/bin/sh", "-c", *line};
    else in.argv = {*line};
  } else if (words.list && !shell) {
    for (const PyValue& word : *words.list) {
      const auto text = text_in(word);
      if (!text) throw Bail{};
      in.argv.emplace_back(*text);
    }
  }
  if (in.argv.empty()) throw Bail{};
  in.env = *started_.env;
  in.env_complete = started_.env_complete;
  in.uid = started_.uid;
  in.cwd = started_.cwd;
  in.files = started_.files;
  in.network = own_network() ? context.network : nullptr;
  if (!made_.empty() || hazy_) throw Bail{};  // it may look at what the script has written
  ShellResult result = run_command(in);
  using Start = Outcome::StartError;
  if (result.outcome.kind == Outcome::Kind::NotStarted) {
    const std::string name = *in.argv.front();
    if (result.outcome.start_error == Start::NotFound)
      throw Raise{"FileNotFoundError", "[Errno 2] No such file or directory: '" + name + "'", Cause::MissingTool, name};
    if (result.outcome.start_error == Start::NotExecutable)
      throw Raise{"PermissionError", "[Errno 13] Permission denied: '" + name + "'"};
    throw Bail{};
  }
  if (result.outcome.kind == Outcome::Kind::Unknown || result.outcome.sureness == Outcome::Sureness::Possible)
    throw Bail{};
  if (result.outcome.kind == Outcome::Kind::Exits && result.outcome.cause == Cause::OutOfMemory)
    throw End{result.outcome};
  hazy_ = hazy_ || !result.written_known || !result.written.empty();
  guessed_ = guessed_ || result.outcome.sureness != Outcome::Sureness::Certain;
  return std::move(result.outcome);
}

/// Waits for it: its exit status. A command that stays keeps the script.
int Machine::wait_for(const Outcome& outcome) {
  if (outcome.kind != Outcome::Kind::Exits) {
    Outcome stays_on = outcome;
    stays_on.term_exit_code = -1;
    stays_on.listens.insert(stays_on.listens.end(), listens_.begin(), listens_.end());
    throw End{stays_on};
  }
  vague_time_ = vague_time_ || outcome.latest > outcome.earliest + 5;
  clock_ += outcome.earliest;
  // Python shows a death by signal as a negative number; a shell's 128+N stays what it is.
  return outcome.exit_code;
}

PyValue Machine::subprocess(const std::string& name, const Arguments& arguments) {
  static const std::set<std::string> kKnown = {"args",           "check",    "shell",  "text",
                                               "capture_output", "stdout",   "stderr", "universal_newlines",
                                               "encoding",       "close_fds"};
  for (const auto& [key, kept] : arguments.named) {
    if (!kKnown.contains(key)) throw Bail{};  // env, cwd, input, timeout
  }
  if (arguments.plain.size() > 1) throw Bail{};
  const auto flag = [&](const char* key) {
    const auto holds = python::truth(arguments.at(99, key));
    if (!holds) throw Bail{};
    return *holds;
  };
  const Outcome outcome = command(arguments.at(0, "args"), flag("shell"));
  if (name == "Popen") {
    PyValue out = object("Popen");
    const bool ends = outcome.kind == Outcome::Kind::Exits;
    set(out, "code", ends ? PyValue::integer(outcome.exit_code) : PyValue::none());
    PyValue until = PyValue::of(Kind::Float);
    until.real = clock_ + (ends ? outcome.earliest : 0);
    set(out, "until", until);
    if (!outcome.listens.empty() || !outcome.listens_known) listens_known_ = false;
    return out;
  }
  const int code = wait_for(outcome);
  const bool check = name == "check_call" || name == "check_output" || (name == "run" && flag("check"));
  if (check && code != 0) {
    const PyValue words = arguments.at(0, "args");
    const std::string shown = text_in(words).value_or("...");
    throw Raise{"CalledProcessError",
                "Command '" + shown + "' returned non-zero exit status " + std::to_string(code) + ".", outcome.cause,
                outcome.subject};
  }
  if (name == "run") {
    PyValue out = object("CompletedProcess");
    set(out, "returncode", PyValue::integer(code));
    return out;
  }
  if (name == "check_output" || name == "getoutput") return {};
  return PyValue::integer(code);
}

PyValue Machine::process_method(const PyValue& owner, const std::string& name) {
  if (name != "wait" && name != "communicate") throw Bail{};
  const PyValue* code = field(owner, "code");
  if (code == nullptr || code->kind == Kind::None) throw End{stays()};
  clock_ = std::max(clock_, field(owner, "until")->real);
  return name == "wait" ? *code : PyValue{};
}

/// Nothing but the container's own script can listen on the pod's address.
bool Machine::own_network() const { return started_.files == started_.context->files; }

void Machine::connect(const std::string& host, std::int64_t port) {
  const Network* network = started_.context->network;
  if (network == nullptr || !own_network() || !listens_known_ || hazy_) throw Bail{};
  if (std::find(listens_.begin(), listens_.end(), port) != listens_.end() ||
      std::find(listens_local_.begin(), listens_local_.end(), port) != listens_local_.end())
    throw Bail{};
  if (network->resolves(host) == Answer::No)
    throw Raise{"gaierror", "[Errno -2] Name or service not known", Cause::UnresolvedHost, host};
  if (loopback(host) && network->reachable(host, port) == Answer::No)
    throw Raise{"ConnectionRefusedError", "[Errno 111] Connection refused"};
  throw Bail{};
}

PyValue Machine::open_connection(const PyValue& address) {
  if (!address.list || address.list->size() < 2) throw Bail{};
  const auto host = text_in((*address.list)[0]);
  if (!host || (*address.list)[1].kind != Kind::Int) throw Bail{};
  connect(*host, (*address.list)[1].number);
  return {};
}

void Machine::open_url(const PyValue& url) {
  const auto text = text_in(url);
  if (!text) throw Bail{};
  std::string_view rest = *text;
  const bool plain = rest.starts_with("http://");
  if (!plain && !rest.starts_with("https://")) throw Bail{};
  rest.remove_prefix(plain ? 7 : 8);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  if (rest.find_first_of("@[") != std::string_view::npos) throw Bail{};
  const std::size_t colon = rest.find(':');
  std::int64_t port = plain ? 80 : 443;
  if (colon != std::string_view::npos) {
    if (!whole_number(rest.substr(colon + 1))) throw Bail{};
    port = std::atoll(std::string(rest.substr(colon + 1)).c_str());
  }
  if (started_.env->contains("http_proxy") || started_.env->contains("https_proxy") ||
      started_.env->contains("HTTP_PROXY") || started_.env->contains("HTTPS_PROXY"))
    throw Bail{};
  try {
    connect(std::string(rest.substr(0, colon)), port);
  } catch (const Raise& raise) {
    throw Raise{"URLError", "<urlopen error " + raise.message + ">", raise.cause, raise.subject};
  }
}

std::optional<PyValue> Machine::outside(const std::string& name, const Arguments& arguments) {
  if (arguments.starred) return std::nullopt;
  if (name.starts_with("subprocess.")) {
    const std::string function = name.substr(11);
    if (function == "run" || function == "call" || function == "check_call" || function == "check_output" ||
        function == "Popen")
      return subprocess(function, arguments);
    return std::nullopt;
  }
  if (name == "os.system") {
    const int code = wait_for(command(arguments.at(0), true));
    return PyValue::integer(static_cast<std::int64_t>(code) << 8U);
  }
  if (name == "os.execv" || name == "os.execvp" || name == "os.execl" || name == "os.execlp") {
    PyValue words = arguments.at(1);
    if (name.ends_with("l") || name.ends_with("lp")) {
      words = PyValue::of(Kind::List);
      words.list = std::make_shared<PyList>(
          arguments.plain.begin() + std::min<std::ptrdiff_t>(1, static_cast<std::ptrdiff_t>(arguments.plain.size())),
          arguments.plain.end());
    }
    if (!words.list || words.list->empty()) throw Bail{};
    PyValue replaced = PyValue::of(Kind::List);
    replaced.list = std::make_shared<PyList>(*words.list);
    replaced.list->front() = arguments.at(0);
    Outcome outcome = command(replaced, false);
    if (outcome.kind == Outcome::Kind::Exits) {
      clock_ += outcome.earliest;
      vague_time_ = vague_time_ || outcome.latest > outcome.earliest + 5;
    }
    throw End{outcome};
  }
  if (name == "socket.create_connection") return open_connection(arguments.at(0, "address"));
  if (name == "urllib.request.urlopen" || name == "urllib.request.urlretrieve") {
    open_url(arguments.at(0, "url"));
    return std::nullopt;
  }
  if (name == "argparse.ArgumentParser") {
    static const std::set<std::string> kCalm = {"prog", "description", "epilog", "usage", "formatter_class"};
    for (const auto& [key, kept] : arguments.named) {
      if (!kCalm.contains(key)) return std::nullopt;
    }
    PyValue out = object("ArgumentParser");
    out.list = std::make_shared<PyList>();
    return out;
  }
  return std::nullopt;
}

PyValue Machine::parser_method(const PyValue& owner, const std::string& name, const Arguments& arguments) {
  if (name == "add_argument" && owner.list) {
    static const std::set<std::string> kKnown = {"type",    "default", "required", "action", "nargs",
                                                 "choices", "help",    "dest",     "metavar"};
    PyValue spec = object("argument");
    spec.list = std::make_shared<PyList>(arguments.plain);
    for (const auto& [key, kept] : arguments.named) {
      if (!kKnown.contains(key)) throw Bail{};
      set(spec, key, kept);
    }
    for (const PyValue& flag : arguments.plain) {
      if (!text_in(flag) || flag.text.empty()) throw Bail{};
    }
    if (arguments.plain.empty() || arguments.starred) throw Bail{};
    owner.list->push_back(spec);
    return spec;
  }
  if (name == "parse_args" && owner.list && arguments.plain.empty() && arguments.named.empty())
    return parse_arguments(*owner.list);
  throw Bail{};  // groups, subcommands, parse_known_args
}

/// argparse, for options with one value or none and for positional arguments without or with '?'.
PyValue Machine::parse_arguments(const PyList& specs) {
  struct Spec {
    std::vector<std::string> flags;
    std::string dest, type, action = "store", nargs;
    PyValue fallback = PyValue::none();
    bool positional = false, required = false, seen = false;
    std::optional<PyList> choices;
  };
  std::vector<Spec> known;
  for (const PyValue& one : specs) {
    Spec spec;
    for (const PyValue& flag : *one.list) spec.flags.push_back(flag.text);
    spec.positional = !spec.flags.front().starts_with('-');
    if (const PyValue* type = field(one, "type")) {
      if (type->kind != Kind::Module || (type->text != "builtins.int" && type->text != "builtins.str")) throw Bail{};
      spec.type = type->text.substr(9);
    }
    for (const auto& [key, target] :
         {std::pair<const char*, std::string*>{"action", &spec.action}, {"nargs", &spec.nargs}, {"dest", &spec.dest}}) {
      const PyValue* given = field(one, key);
      if (given == nullptr) continue;
      const auto text = text_in(*given);
      if (!text) throw Bail{};
      *target = *text;
    }
    if (spec.action != "store" && spec.action != "store_true" && spec.action != "store_false") throw Bail{};
    if (!spec.nargs.empty() && (spec.nargs != "?" || !spec.positional)) throw Bail{};
    if (const PyValue* required = field(one, "required")) {
      const auto holds = python::truth(*required);
      if (!holds) throw Bail{};
      spec.required = *holds;
    }
    if (const PyValue* choices = field(one, "choices")) {
      const auto items = elements(*choices);
      if (!items) throw Bail{};
      spec.choices = *items;
    }
    if (spec.action != "store") spec.fallback = PyValue::boolean(spec.action == "store_false");
    if (const PyValue* fallback = field(one, "default")) spec.fallback = *fallback;
    if (spec.dest.empty()) {
      const auto longest = std::find_if(spec.flags.begin(), spec.flags.end(),
                                        [](const std::string& flag) { return flag.starts_with("--"); });
      spec.dest = longest != spec.flags.end() ? *longest : spec.flags.front();
      spec.dest.erase(0, std::min(spec.dest.find_first_not_of('-'), spec.dest.size()));
      std::replace(spec.dest.begin(), spec.dest.end(), '-', '_');
    }
    known.push_back(std::move(spec));
  }
  const auto refuse = [&](const std::string& why) {
    end(kUsage, "error: " + why, "the script refuses its arguments: " + why);
  };
  PyValue out = object("Namespace");
  const auto take = [&](Spec& spec, const std::string& word) {
    PyValue made = PyValue::string(word);
    if (spec.type == "int") {
      if (!whole_number(word)) refuse("argument " + spec.flags.front() + ": invalid int value: '" + word + "'");
      made = PyValue::integer(std::atoll(word.c_str()));
    }
    if (spec.choices) {
      bool found = false;
      for (const PyValue& choice : *spec.choices) {
        const auto equal = python::same(choice, made);
        if (!equal) throw Bail{};
        found = found || *equal;
      }
      if (!found) refuse("argument " + spec.flags.front() + ": invalid choice: '" + word + "'");
    }
    spec.seen = true;
    set(out, spec.dest, made);
  };
  std::vector<std::string> plain;
  std::string unrecognized;
  for (std::size_t i = 0; i < words_.size(); ++i) {
    if (!words_[i]) throw Bail{};
    const std::string word = *words_[i];
    if (word.size() < 2 || word[0] != '-' || whole_number(word)) {
      plain.push_back(word);
      continue;
    }
    if (word == "--") throw Bail{};
    if (word == "-h" || word == "--help") end(0, "", "the script only prints its help");
    const std::string name = word.starts_with("--") ? word.substr(0, word.find('=')) : word;
    std::vector<Spec*> found;
    for (Spec& spec : known) {
      for (const std::string& flag : spec.flags) {
        if (flag == name) {
          found = {&spec};
          break;
        }
        if (name.starts_with("--") && flag.starts_with(name)) found.push_back(&spec);
      }
      if (found.size() == 1 && std::find(found[0]->flags.begin(), found[0]->flags.end(), name) != found[0]->flags.end())
        break;
    }
    if (found.size() > 1) throw Bail{};
    if (found.empty()) {
      if (!word.starts_with("--") && word.size() > 2) throw Bail{};  // -p80, -xvf
      unrecognized += (unrecognized.empty() ? "" : " ") + word;
      continue;
    }
    Spec& spec = *found.front();
    if (spec.action != "store") {
      if (word != name) refuse("argument " + name + ": ignored explicit argument");
      spec.seen = true;
      set(out, spec.dest, PyValue::boolean(spec.action == "store_true"));
    } else if (word != name) {
      take(spec, word.substr(name.size() + 1));
    } else {
      const bool more =
          i + 1 < words_.size() && (!words_[i + 1] || !words_[i + 1]->starts_with('-') || whole_number(*words_[i + 1]));
      if (!more) refuse("argument " + name + ": expected one argument");
      if (!words_[++i]) throw Bail{};
      take(spec, *words_[i]);
    }
  }
  // Options that are not known may take the word after them: too many words are an error either way.
  std::size_t next = 0;
  std::string missing;
  for (Spec& spec : known) {
    if (spec.positional && next < plain.size()) take(spec, plain[next++]);
    if (!spec.seen && (spec.positional ? spec.nargs.empty() : spec.required))
      missing += (missing.empty() ? "" : ", ") + spec.flags.front();
  }
  if (!missing.empty()) refuse("the following arguments are required: " + missing);
  for (; next < plain.size(); ++next) unrecognized += (unrecognized.empty() ? "" : " ") + plain[next];
  if (!unrecognized.empty()) refuse("unrecognized arguments: " + unrecognized);
  for (Spec& spec : known) {
    if (spec.seen) continue;
    if (const auto text = text_in(spec.fallback); text && spec.type == "int") take(spec, *text);
    else set(out, spec.dest, spec.fallback);
  }
  return out;
}

}  // namespace podseer::process::python
