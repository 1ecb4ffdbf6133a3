// SPDX-License-Identifier: Apache-2.0
// The way into the shell reader. Every question that has no answer splits the script's way in two; all ways are
// read, at most ShellInput::max_paths of them. When they end alike that is the answer: `[ -f /x ] && sleep 1; exit 3`
// ends with 3 whether /x exists or not, after 0 to 1 seconds.
#include "process/shell.hpp"

#include <algorithm>

#include "process/interpreter.hpp"

namespace podseer::process {

Outcome Commands::run(const ProgramCall&) const { return {}; }

namespace {

/// How one path ended.
struct Ended {
  Outcome outcome;
  Place place;
  World::Blame blame;
  bool blamed = false;
  std::vector<WrittenFile> written;
  bool written_known = false;
  bool exit_known = true;
};

bool same(const Place& a, const Place& b) {
  return a.argument == b.argument && a.path == b.path && a.begin == b.begin && a.end == b.end;
}

/// The last lines of the log without unknown pieces and secrets.
std::string shown_log(const World& world) {
  std::vector<std::string> lines = split_lines(world.log);
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  std::string text = lines.empty() ? std::string() : lines.back();
  std::string out;
  for (char c : text) {
    if (c == kAny || c == kWord) {
      if (!out.ends_with("...")) out += "...";
      continue;
    }
    out.push_back(static_cast<unsigned char>(c) < 32 && c != '\t' ? '?' : c);
  }
  if (out.size() > 400) out = out.substr(0, 400) + "...";
  for (const auto& [name, value] : world.input->env) {
    if (!value.secret || value.text.empty()) continue;
    if (value.text.size() < 3) {
      if (out.find(value.text) != std::string::npos) return {};
      continue;
    }
    for (std::size_t at = out.find(value.text); at != std::string::npos; at = out.find(value.text, at + 3))
      out.replace(at, value.text.size(), "***");
  }
  return out;
}

void hide_secrets(const ShellInput& input, std::string& text) {
  for (const auto& [name, value] : input.env) {
    if (!value.secret || value.text.size() < 3) continue;
    for (std::size_t at = text.find(value.text); at != std::string::npos; at = text.find(value.text, at + 3))
      text.replace(at, value.text.size(), "***");
  }
  for (char& c : text)
    if (c == kAny || c == kWord) c = '?';
}

/// Can the runtime start it? NotStarted outcomes, or an empty optional.
std::optional<Outcome> refuse_start(Interpreter& sh, State& st, World& world, const std::string& name, bool& unknown) {
  auto refuse = [&](Outcome::StartError error, std::string why) {
    Outcome outcome;
    outcome.kind = Outcome::Kind::NotStarted;
    outcome.exit_code = 128;
    outcome.start_error = error;
    outcome.explanation = std::move(why);
    return outcome;
  };
  const Command command = sh.look_up(st, name);
  switch (command.state) {
    case Command::State::Unknown: unknown = true; return std::nullopt;
    case Command::State::Missing: return refuse(Outcome::StartError::NotFound, name + " is not in the image");
    case Command::State::NotExecutable: return refuse(Outcome::StartError::NotExecutable, name + " is not executable");
    case Command::State::Found: break;
  }
  if (command.program != "script") return std::nullopt;
  const std::string path = command.path.empty() ? absolute_path(name, st.cwd) : command.path;
  const std::string text = world.files.content(path);
  if (has_mark(text)) {
    unknown = true;
    return std::nullopt;
  }
  if (!text.starts_with("#!"))
    return refuse(Outcome::StartError::ExecFormat, name + " has no #! line, so the system cannot run it");
  std::string line = text.substr(2, text.find('\n') == std::string::npos ? std::string::npos : text.find('\n') - 2);
  while (line.starts_with(' ') || line.starts_with('\t')) line.erase(0, 1);
  const std::string interpreter = line.substr(0, line.find_first_of(" \t"));
  if (interpreter.empty()) return refuse(Outcome::StartError::ExecFormat, name + " names no interpreter");
  const Command found = sh.look_up(st, interpreter.starts_with('/') ? interpreter : "./" + interpreter);
  if (found.state == Command::State::Unknown) {
    unknown = true;
    return std::nullopt;
  }
  if (found.state == Command::State::Missing) {
    const bool dos = interpreter.ends_with('\r');
    const std::string plain = dos ? interpreter.substr(0, interpreter.size() - 1) : interpreter;
    return refuse(Outcome::StartError::NotFound,
                  dos ? name + " has DOS line ends: its interpreter would be \"" + plain + "\\r\""
                      : "the interpreter of " + name + ", " + interpreter + ", is not in the image");
  }
  if (found.state == Command::State::NotExecutable)
    return refuse(Outcome::StartError::NotExecutable, interpreter + " is not executable");
  return std::nullopt;
}

class Explorer {
 public:
  Explorer(const ShellInput& input, bool assume_network) : input_(input), assume_network_(assume_network) {}

  /// Follows every path; the ends are in `ended`. False when there were too many.
  bool all() {
    for (std::uint32_t paths = 0; paths < input_.max_paths; ++paths) {
      one();
      if (ended.back().outcome.kind == Outcome::Kind::Unknown && !ended.back().outcome.dependency) return true;
      while (!decisions_.empty() && decisions_.back().both) decisions_.pop_back();
      if (decisions_.empty()) return true;
      decisions_.back().value = !decisions_.back().value;
      decisions_.back().both = true;
    }
    return false;
  }

  std::vector<Ended> ended;
  std::vector<Outcome::Dependency> asked;

 private:
  void one() {
    World world;
    world.input = &input_;
    world.files = Files(input_.files);
    world.decisions = &decisions_;
    world.steps = &steps_;
    world.asked = &asked;
    world.assume_network = assume_network_;
    std::deque<std::unique_ptr<Source>> sources;
    Interpreter sh(world, sources);
    State st;
    st.top = true;
    st.cwd = input_.cwd.empty() ? "/" : absolute_path(input_.cwd, "/");
    st.umask = input_.umask;
    st.env_complete = input_.env_complete;
    st.from_c = true;
    for (const auto& [name, value] : input_.env) {
      if (value.kind == Value::Kind::NotSet) continue;
      if (drops_odd_names() && !is_name(name)) continue;
      Variable variable;
      variable.exported = true;
      variable.secret = value.secret;
      variable.value =
          value.kind == Value::Kind::Known && known(value.text) ? settle(value.text) : std::string(1, kAny);
      st.variables.emplace(name, std::move(variable));
    }
    st.fds.resize(3);
    st.fds[0] = std::make_shared<Stream>();
    st.fds[0]->kind = input_.stdin_open ? Stream::Kind::Never : Stream::Kind::Null;
    st.fds[1] = std::make_shared<Stream>();
    st.fds[1]->kind = Stream::Kind::Log;
    st.fds[2] = st.fds[1];
    std::vector<std::string> argv;
    for (const auto& word : input_.argv) argv.push_back(word && known(*word) ? *word : std::string(1, kAny));
    Ended end;
    try {
      int status = 0;
      if (argv.empty()) {
        end.outcome.kind = Outcome::Kind::NotStarted;
        end.outcome.exit_code = 128;
        end.outcome.start_error = Outcome::StartError::NoCommand;
        end.outcome.explanation = "neither the manifest nor the image names a command";
        ended.push_back(std::move(end));
        return;
      }
      if (has_mark(argv[0])) world.give_up();
      world.place = Place{0, {}, 0, static_cast<std::uint32_t>(argv[0].size())};
      bool unknown = false;
      if (auto refused = refuse_start(sh, st, world, argv[0], unknown)) {
        end.outcome = *std::move(refused);
        end.place = world.place;
        hide_secrets(input_, end.outcome.explanation);
        ended.push_back(std::move(end));
        return;
      }
      if (unknown) world.give_up();
      try {
        status = sh.run_external(st, argv, false, true, {});
      } catch (const ShellExit&) { status = st.status; }
      end.exit_known = status >= 0;
      end.outcome.kind = end.exit_known ? Outcome::Kind::Exits : Outcome::Kind::Unknown;
      end.outcome.exit_code = end.exit_known ? status & 255 : 0;
      end.outcome.earliest = world.earliest;
      end.outcome.latest = world.latest;
      end.outcome.handles_term = world.handles_term;
      end.place = world.place;
    } catch (const Halt&) {
      end.outcome = world.halt;
      end.place = world.halt_place;
      end.outcome.earliest = world.earliest;
      end.outcome.latest = world.latest;
    } catch (const ShellExit&) { end.outcome = {}; } catch (const DropLine&) {
      end.outcome = {};
    }
    if (end.outcome.kind != Outcome::Kind::Unknown) {
      end.outcome.log = shown_log(world);
      end.outcome.listens.clear();
      end.outcome.listens_local.clear();
      for (const std::int64_t port : world.listens)
        (world.local_ports.contains(port) ? end.outcome.listens_local : end.outcome.listens).push_back(port);
      end.outcome.listens_known = !world.listens_vague;
      end.outcome.listens_after = end.outcome.kind == Outcome::Kind::RunsForever ? world.served_after.value_or(0) : 0;
      end.outcome.plain_servers = world.plain_servers && !world.listens_vague;
    }
    if (end.outcome.kind == Outcome::Kind::Exits) {
      // A signal most likely finds it in `wait`.
      if (world.handles_term && world.waited * 2 > world.earliest) end.outcome.term_exit_code = world.term_exit_code;
      end.blamed = same(world.blame.place, end.place) && (!world.blame.explanation.empty());
      if (end.blamed && (end.outcome.exit_code != 0 || world.blame.cause != Outcome::Cause::None)) {
        end.blame = world.blame;
        end.outcome.explanation = world.blame.explanation;
        end.outcome.cause = world.blame.cause;
        end.outcome.subject = world.blame.subject;
      } else end.blamed = false;
      if (world.refused && end.outcome.exit_code != 0) end.outcome.dependency = world.refused;
      hide_secrets(input_, end.outcome.explanation);
      hide_secrets(input_, end.outcome.subject);
      hide_secrets(input_, end.blame.variable);
      hide_secrets(input_, end.blame.command);
    }
    end.written_known = !world.files.hazy;
    for (const auto& [path, entry] : world.files.entries()) {
      WrittenFile file;
      file.path = path;
      file.info = entry.info;
      file.first = entry.first;
      if (entry.info.kind == FileInfo::Kind::File && entry.content_known && known(entry.content))
        file.content = entry.content;
      end.written.push_back(std::move(file));
    }
    ended.push_back(std::move(end));
  }

  /// ash and dash keep only variables whose names they could set themselves; bash hands the others on.
  [[nodiscard]] bool drops_odd_names() const {
    if (input_.argv.empty() || !input_.argv[0] || input_.commands == nullptr) return false;
    const Command found = input_.commands->find(
        *input_.argv[0], Value::known("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"));
    return found.state == Command::State::Found && (found.program == "ash" || found.program == "dash");
  }
  [[nodiscard]] static bool is_name(std::string_view text) {
    return !text.empty() && (text[0] < '0' || text[0] > '9') &&
           std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
  }

  const ShellInput& input_;
  bool assume_network_;
  std::vector<Decision> decisions_;
  std::uint32_t steps_ = 0;
};

bool alike(const Outcome& a, const Outcome& b) {
  if (a.kind != b.kind) return false;
  if (a.kind == Outcome::Kind::Exits) return a.exit_code == b.exit_code;
  if (a.kind == Outcome::Kind::NotStarted) return a.start_error == b.start_error;
  if (a.kind == Outcome::Kind::WaitsFor)
    return a.dependency && b.dependency && a.dependency->host == b.dependency->host &&
           a.dependency->port == b.dependency->port;
  return true;
}

/// What all paths have in common.
ShellResult join_paths(std::vector<Ended>& ended, bool complete) {
  ShellResult result;
  if (ended.empty()) return result;
  const Ended& first = ended.front();
  bool all = complete;
  for (const Ended& other : ended)
    all = all && alike(first.outcome, other.outcome) && other.outcome.kind != Outcome::Kind::Unknown;
  const Ended* waiting = nullptr;
  for (const Ended& other : ended)
    if (waiting == nullptr && other.outcome.dependency) waiting = &other;
  if (!all) {
    if (waiting != nullptr) result.outcome.dependency = waiting->outcome.dependency;
    return result;
  }
  result.outcome = first.outcome;
  result.place = first.place;
  if (first.blamed) {
    result.missing_variable = first.blame.variable;
    result.missing_command = first.blame.command;
    result.syntax_error = first.blame.syntax;
  }
  result.written = first.written;
  result.written_known = first.written_known;
  for (const Ended& other : ended) {
    result.outcome.earliest = std::min(result.outcome.earliest, other.outcome.earliest);
    result.outcome.latest = std::max(result.outcome.latest, other.outcome.latest);
    if (other.outcome.log != result.outcome.log) result.outcome.log.clear();
    if (other.outcome.cause != result.outcome.cause || other.outcome.subject != result.outcome.subject) {
      result.outcome.cause = Outcome::Cause::None;
      result.outcome.subject.clear();
    }
    if (other.outcome.listens != result.outcome.listens) { result.outcome.listens_known = false; }
    result.outcome.listens_after = std::min(result.outcome.listens_after, other.outcome.listens_after);
    result.outcome.plain_servers = result.outcome.plain_servers && other.outcome.plain_servers;
    if (other.outcome.term_exit_code != result.outcome.term_exit_code) result.outcome.term_exit_code = -1;
    if (!same(other.place, result.place) && other.outcome.exit_code == 0) continue;
    if (!other.blamed) {
      result.missing_variable.clear();
      result.missing_command.clear();
    }
  }
  if (ended.size() > 1) {
    // Files that differ between the paths are not known.
    std::map<std::string, std::pair<WrittenFile, std::size_t>> files;
    for (const Ended& other : ended) {
      result.written_known = result.written_known && other.written_known;
      for (const WrittenFile& file : other.written) {
        auto [at, inserted] = files.emplace(file.path, std::pair(file, 0U));
        ++at->second.second;
        at->second.first.first = std::min(at->second.first.first, file.first);
        if (at->second.first.info.kind != file.info.kind) at->second.first.info.kind = FileInfo::Kind::Unknown;
        if (at->second.first.content != file.content) at->second.first.content.reset();
      }
    }
    result.written.clear();
    for (auto& [path, pair] : files) {
      if (pair.second < ended.size()) {
        pair.first.info.kind = FileInfo::Kind::Unknown;
        pair.first.content.reset();
      }
      result.written.push_back(std::move(pair.first));
    }
  }
  return result;
}

}  // namespace

ShellResult run_command(const ShellInput& input) {
  Explorer explorer(input, false);
  const bool complete = explorer.all();
  ShellResult result = join_paths(explorer.ended, complete);
  // A loop that waits for an answer: when nobody knows whether it comes, some paths leave the loop.
  const Ended* waiting = nullptr;
  for (const Ended& end : explorer.ended)
    if (waiting == nullptr && end.outcome.kind == Outcome::Kind::WaitsFor) waiting = &end;
  if (waiting != nullptr) {
    const bool sure = result.outcome.kind == Outcome::Kind::WaitsFor;
    Explorer beyond(input, true);
    const bool beyond_complete = beyond.all();
    ShellResult after = join_paths(beyond.ended, beyond_complete);
    if (after.outcome.kind == Outcome::Kind::RunsForever && same(after.place, waiting->place)) {
      // The loop goes on whatever the network answers: it does not wait.
      const bool all_forever = std::all_of(explorer.ended.begin(), explorer.ended.end(), [&](const Ended& end) {
        return end.outcome.kind == Outcome::Kind::RunsForever ||
               (end.outcome.kind == Outcome::Kind::WaitsFor && same(end.place, waiting->place));
      });
      if (!all_forever || !complete) {
        result.outcome = {};
        result.place = {};
        return result;
      }
      result.outcome = after.outcome;
      result.place = after.place;
      result.written = after.written;
      result.written_known = after.written_known;
      return result;
    }
    if (!sure) {
      bool unknown = !complete;
      for (const Ended& end : explorer.ended) unknown = unknown || end.outcome.kind == Outcome::Kind::Unknown;
      result.outcome = waiting->outcome;
      result.place = waiting->place;
      result.outcome.sureness = Outcome::Sureness::Possible;
      (void)unknown;
    }
    result.after = after.outcome;
    result.written = after.written;
    result.written_known = after.written_known;
  }
  std::sort(explorer.asked.begin(), explorer.asked.end(),
            [](const auto& a, const auto& b) { return std::tie(a.host, a.port) < std::tie(b.host, b.port); });
  for (const auto& dependency : explorer.asked) {
    if (result.asked.empty() || result.asked.back().host != dependency.host ||
        result.asked.back().port != dependency.port)
      result.asked.push_back(dependency);
  }
  return result;
}

bool loopback(std::string_view address) {
  if (address.starts_with('[')) address = address.substr(1, address.find(']') - 1);
  return address.starts_with("127.") || address == "localhost" || address == "::1";
}

}  // namespace podseer::process
