// SPDX-License-Identifier: Apache-2.0
// Running a tree: lists, && ||, pipelines, subshells, jobs, functions, set -e. A pipeline's members are run one
// after the other, each on the clock's time of the start; a background job is run at once on a copy of the files,
// and what it wrote shows when the clock of the script has passed the job's end.
#include <algorithm>

#include "process/interpreter.hpp"

namespace podseer::process {

namespace {

template <typename T>
struct Restore {
  T& slot;
  T saved;
  explicit Restore(T& s) : slot(s), saved(s) {}
  ~Restore() { slot = saved; }
  Restore(const Restore&) = delete;
  Restore& operator=(const Restore&) = delete;
};

}  // namespace

Place Interpreter::here(std::uint32_t begin, std::uint32_t end) const {
  if (source_ == nullptr) return world_.place;
  Place place = source_->place;
  if (!source_->fixed) {
    place.begin = begin;
    place.end = end;
  }
  return place;
}

void Interpreter::note_place(std::uint32_t begin, std::uint32_t end) {
  if (source_ != nullptr && end > begin) world_.place = here(begin, end);
}

void Interpreter::blame(std::string explanation, std::string variable, std::string command, bool syntax) {
  world_.blame = {
      world_.place, std::move(explanation), std::move(variable), std::move(command), syntax, Outcome::Cause::None, {}};
}

void Interpreter::step(std::size_t bytes) {
  constexpr std::size_t kBytesPerStep = 256;  // moving text costs as well
  *world_.steps += 1U + static_cast<std::uint32_t>(bytes / kBytesPerStep);
  if (*world_.steps > world_.input->max_steps) world_.give_up();
}

std::string Interpreter::prefix(const State& st) const {
  const std::uint32_t line = source_ != nullptr && source_->parser ? source_->parser->line_at(line_offset_) : 1;
  switch (st.dialect) {
    case Dialect::Ash: return st.arg0 + (st.from_c ? ": " : ": line " + std::to_string(line) + ": ");
    case Dialect::Dash: return st.arg0 + ": " + std::to_string(line) + ": ";
    case Dialect::Bash: return st.arg0 + ": line " + std::to_string(line) + ": ";
  }
  return {};
}

void Interpreter::message(State& st, std::string_view text) { message_plain(st, prefix(st) + std::string(text)); }
void Interpreter::message_plain(State& st, std::string_view text) { write(st, 2, std::string(text) + "\n"); }

Flow Interpreter::run_text(State& st, std::string text, Place place, bool fixed, std::string name, bool is_file) {
  if (has_mark(text) || text.find('\0') != std::string::npos || sources_.size() > 2000) world_.give_up();
  sources_.push_back(std::make_unique<Source>());
  Source* source = sources_.back().get();
  source->parser = std::make_unique<Parser>(std::move(text), st.dialect);
  source->place = std::move(place);
  source->fixed = fixed;
  source->is_file = is_file;
  source->name = std::move(name);
  const Restore<Source*> restore(source_);
  const Restore<std::uint32_t> restore_line(line_offset_);
  source_ = source;
  std::vector<const Node*> list;
  while (source->parser->next(list)) {
    if (st.noexec) continue;
    Flow flow = Flow::Next;
    const int unchecked = st.unchecked, loops = st.loops, deep = st.functions_deep;
    try {
      flow = run_list(st, list);
    } catch (const DropLine&) {
      st.status = 1;
      st.unchecked = unchecked;
      st.loops = loops;
      st.functions_deep = deep;
    }
    if (flow != Flow::Next) return flow;
  }
  if (source->parser->too_deep()) world_.give_up();
  if (source->parser->error().happened) syntax_error(st, *source->parser);
  return Flow::Next;
}

void Interpreter::syntax_error(State& st, const Parser& parser) {
  const SyntaxError& error = parser.error();
  note_place(error.begin, std::max(error.end, error.begin + 1));
  line_offset_ = error.begin;
  const std::string token = error.token;
  std::string text;
  if (st.dialect == Dialect::Bash) {
    const bool end = error.token.empty() && error.message.empty();
    line_offset_ = end ? static_cast<std::uint32_t>(parser.text().size()) : error.begin;
    std::uint32_t line = parser.line_at(line_offset_);
    if (end && !parser.text().ends_with('\n')) ++line;
    const std::string front = st.arg0 + (st.from_c ? ": -c" : "") + ": line " + std::to_string(line) + ": ";
    if (!error.message.empty() && error.quote != 0)
      text = front + "unexpected EOF while looking for matching `" +
             std::string(1, error.quote == '`' ? '`' : error.quote) + "'";
    else if (end) text = front + "syntax error: unexpected end of file";
    else if (error.message.empty() || error.message == "word unexpected")
      text = front + "syntax error near unexpected token `" + token + "'";
    else text = front + error.message;
    message_plain(st, text);
  } else {
    const bool dash = st.dialect == Dialect::Dash;
    std::string what;
    if (!error.message.empty() && error.message != "word unexpected") {
      what = error.message;
      if (dash && what[0] >= 'a' && what[0] <= 'z') what[0] = static_cast<char>(what[0] - 32);
    } else {
      const std::string shown = token.empty() && error.message.empty() ? (dash ? "end of file" : "end of file")
                                : token == "newline"                   ? "newline"
                                : error.message == "word unexpected"   ? "word"
                                                                       : "\"" + token + "\"";
      what = dash ? shown + " unexpected" : "unexpected " + shown;
    }
    if (!error.expecting.empty()) what += " (expecting \"" + error.expecting + "\")";
    message(st, (dash ? "Syntax error: " : "syntax error: ") + what);
    text = what;
  }
  blame("the shell cannot read the script: " + text, {}, {}, true);
  st.status = 2;
  exit_shell(st, 2);
}

Flow Interpreter::run_list(State& st, const std::vector<const Node*>& list) {
  for (const Node* node : list) {
    if (st.noexec) return Flow::Next;
    if (node->background) {
      run_background(st, *node);
      continue;
    }
    const Flow flow = run_node(st, *node);
    if (flow != Flow::Next) return flow;
  }
  return Flow::Next;
}

bool Interpreter::is_true(State& st) {
  if (st.status == kUnknownStatus) st.status = world_.choose() ? 0 : 1;
  return st.status == 0;
}

void Interpreter::check_errexit(State& st, const Node& node) {
  (void)node;
  if ((!st.errexit && !st.traps.contains("ERR")) || st.unchecked > 0 || st.status == 0) return;
  if (is_true(st)) return;
  if (const auto trap = st.traps.find("ERR"); trap != st.traps.end() && (st.functions_deep == 0 || st.errtrace)) {
    const std::string saved = trap->second;
    if (!run_traps(st, "ERR")) throw ShellExit{};
    st.traps["ERR"] = saved;
  }
  if (!st.errexit) return;
  exit_shell(st, st.status);
}

Flow Interpreter::run_node(State& st, const Node& node) {
  step();
  std::vector<StreamPtr> saved;
  const bool redirected = node.kind != Node::Kind::Simple && !node.redirections.empty();
  if (redirected) {
    saved = st.fds;
    bool unknown = false;
    line_offset_ = node.begin;
    if (!redirect(st, node.redirections, unknown)) {
      st.fds = saved;
      st.status = st.dialect == Dialect::Dash ? 2 : 1;
      check_errexit(st, node);
      return Flow::Next;
    }
  }
  struct Back {
    State& st;
    std::vector<StreamPtr>& saved;
    bool active;
    ~Back() {
      if (active) st.fds = saved;
    }
  } back{st, saved, redirected};
  switch (node.kind) {
    case Node::Kind::Simple: return run_simple(st, node);
    case Node::Kind::Pipeline: return run_pipeline(st, node);
    case Node::Kind::AndOr: return run_and_or(st, node);
    case Node::Kind::Subshell:
      st.status = run_subshell(st, node.lists[0]);
      check_errexit(st, node);
      return Flow::Next;
    case Node::Kind::Group: return run_list(st, node.lists[0]);
    case Node::Kind::If: return run_if(st, node);
    case Node::Kind::For: return run_for(st, node);
    case Node::Kind::CFor: return run_c_for(st, node);
    case Node::Kind::While:
    case Node::Kind::Until: return run_while(st, node);
    case Node::Kind::Case: return run_case(st, node);
    case Node::Kind::Function:
      st.functions.insert_or_assign(node.name, Function{node.body_node, source_});
      st.status = 0;
      return Flow::Next;
    case Node::Kind::Condition:
      note_place(node.begin, node.end);
      st.status = evaluate_condition(st, node);
      check_errexit(st, node);
      return Flow::Next;
    case Node::Kind::ArithmeticCommand: {
      note_place(node.begin, node.end);
      const auto value = arithmetic(st, expand_single(st, *node.subject));
      st.status = !value ? kUnknownStatus : *value != 0 ? 0 : 1;
      check_errexit(st, node);
      return Flow::Next;
    }
  }
  return Flow::Next;
}

Flow Interpreter::run_and_or(State& st, const Node& node) {
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const bool last = i + 1 == node.children.size();
    if (i > 0) {
      const bool wants = node.operators[i - 1] == 0;
      if (is_true(st) != wants) continue;
    }
    if (!last) ++st.unchecked;
    const Flow flow = run_node(st, *node.children[i]);
    if (!last) --st.unchecked;
    if (flow != Flow::Next) return flow;
  }
  return Flow::Next;
}

Flow Interpreter::run_if(State& st, const Node& node) {
  std::size_t i = 0;
  for (; i + 1 < node.lists.size(); i += 2) {
    ++st.unchecked;
    const Flow flow = run_list(st, node.lists[i]);
    --st.unchecked;
    if (flow != Flow::Next) return flow;
    if (is_true(st)) return run_list(st, node.lists[i + 1]);
  }
  if (i < node.lists.size()) return run_list(st, node.lists[i]);
  st.status = 0;
  return Flow::Next;
}

Flow Interpreter::run_case(State& st, const Node& node) {
  const std::string subject = expand_single(st, *node.subject);
  bool falling = false;
  st.status = 0;
  for (const CaseItem& item : node.items) {
    bool hit = falling;
    for (const Word* pattern : item.patterns) {
      if (hit) break;
      hit = world_.choose(match(expand_pattern(st, *pattern), subject));
    }
    if (!hit) continue;
    st.status = 0;
    const Flow flow = run_list(st, item.body);
    if (flow != Flow::Next || item.ending == 0) return flow;
    falling = item.ending == 1;
  }
  return Flow::Next;
}

namespace {

/// A subshell starts without the traps of its shell; bash with `set -E` hands the one for ERR down.
void forget_traps(State& child) {
  std::erase_if(child.traps, [&](const auto& trap) { return trap.first != "ERR" || !child.errtrace; });
}

}  // namespace

int Interpreter::run_subshell(State& st, const std::vector<const Node*>& list, const std::vector<StreamPtr>* fds) {
  State child = st;
  ++child.subshells;
  forget_traps(child);
  child.jobs.clear();
  if (fds != nullptr) child.fds = *fds;
  if (child.subshells > 30) world_.give_up();
  const Restore<std::uint32_t> restore_line(line_offset_);
  try {
    run_list(child, list);
  } catch (const ShellExit&) {
  } catch (const DropLine&) { child.status = 1; }
  (void)run_traps(child, "EXIT");
  return child.status;
}

bool Interpreter::run_traps(State& st, const std::string& name) {
  const auto found = st.traps.find(name);
  if (found == st.traps.end()) return true;
  const std::string text = found->second;
  st.traps.erase(found);
  const int status = st.status;
  const Place place = world_.place;
  try {
    st.unchecked = 0;
    run_text(st, text, world_.place, true, st.arg0, false);
  } catch (const ShellExit&) { return false; } catch (const DropLine&) {
  }
  st.status = status;
  world_.place = place;
  return true;
}

void Interpreter::exit_shell(State& st, int status) {
  st.status = status;
  throw ShellExit{};
}

std::string Interpreter::substitute(State& st, const std::vector<const Node*>& body) {
  step();
  if (body.size() == 1 && st.dialect == Dialect::Bash && body[0]->kind == Node::Kind::Simple &&
      body[0]->words.empty() && body[0]->assignments.empty() && body[0]->redirections.size() == 1 &&
      body[0]->redirections[0].kind == Redirection::Kind::In) {
    State child = st;
    bool unknown = false;
    st.status = 0;
    if (!redirect(child, body[0]->redirections, unknown)) {
      st.status = 1;
      return {};
    }
    std::string text = read_all(child);
    while (text.ends_with('\n')) text.pop_back();
    return text;
  }
  std::vector<StreamPtr> fds = st.fds;
  auto buffer = std::make_shared<Stream>();
  buffer->kind = Stream::Kind::Buffer;
  if (fds.size() < 3) fds.resize(3);
  fds[1] = buffer;
  const bool errexit = st.errexit;
  if (st.dialect == Dialect::Bash) st.errexit = false;
  try {
    st.status = run_subshell(st, body, &fds);
  } catch (...) {
    st.errexit = errexit;
    throw;
  }
  st.errexit = errexit;
  std::string text = settle(std::move(buffer->text));
  std::erase(text, '\0');
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

Flow Interpreter::run_pipeline(State& st, const Node& node) {
  if (node.children.size() == 1) {
    ++st.unchecked;
    const Flow flow = run_node(st, *node.children[0]);
    --st.unchecked;
    if (flow != Flow::Next) return flow;
    if (st.status == kUnknownStatus) return Flow::Next;
    st.status = st.status == 0 ? 1 : 0;
    return Flow::Next;
  }
  const Seconds start_earliest = world_.earliest, start_latest = world_.latest;
  Seconds end_earliest = start_earliest, end_latest = start_latest;
  StreamPtr previous;
  std::optional<Outcome> endless;
  Place endless_place;
  bool breaks = false, wide = false;
  std::vector<int> statuses;
  const Place before = world_.place;
  std::vector<Place> places;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const bool last = i + 1 == node.children.size();
    std::vector<StreamPtr> fds = st.fds;
    if (fds.size() < 3) fds.resize(3);
    if (previous) fds[0] = previous;
    StreamPtr out;
    if (!last) {
      out = std::make_shared<Stream>();
      out->kind = Stream::Kind::Buffer;
      fds[1] = out;
      if (node.children[i]->pipe_stderr) fds[2] = out;
    }
    world_.earliest = world_.files.now = start_earliest;
    world_.latest = start_latest;
    if (node.negated) ++st.unchecked;
    int status = 0;
    bool halted = false;
    try {
      status = run_subshell(st, {node.children[i]}, &fds);
    } catch (const Halt&) {
      if (node.negated) --st.unchecked;
      if (world_.halt.kind == Outcome::Kind::Unknown || world_.halt.kind == Outcome::Kind::Exits || last) throw;
      if (!endless) {
        endless = world_.halt;
        endless_place = world_.halt_place;
        breaks = world_.ends_on_broken_pipe;
      }
      halted = true;
      if (node.negated) ++st.unchecked;
    }
    world_.ends_on_broken_pipe = false;
    if (node.negated) --st.unchecked;
    statuses.push_back(halted ? 141 : status);
    places.push_back(world_.place);
    if (out) {
      auto next = std::make_shared<Stream>();
      next->kind = Stream::Kind::Input;
      next->text = settle(std::move(out->text));
      next->never_ends = halted;
      previous = next;
    }
    wide = wide || world_.latest >= kNoEnd;
    end_earliest = std::max(end_earliest, world_.earliest);
    end_latest = std::max(end_latest, world_.latest);
  }
  if (endless && !breaks) {
    // The reader left while the writer would go on: it dies at its next write, if there is one.
    world_.give_up();
  }
  world_.earliest = world_.files.now = end_earliest;
  world_.latest = end_latest;
  st.status = statuses.back();
  world_.place = places.back();
  if (st.pipefail) {
    for (std::size_t i = statuses.size(); i-- > 0;) {
      if (statuses[i] == kUnknownStatus) {
        st.status = kUnknownStatus;
        break;
      }
      if (statuses[i] != 0) {
        st.status = statuses[i];
        world_.place = places[i];
        break;
      }
    }
  }
  if (st.dialect == Dialect::Bash) {
    Variable all;
    all.is_array = true;
    for (std::size_t i = 0; i < statuses.size(); ++i) {
      const std::string key = std::to_string(i);
      all.elements[std::string(10 - key.size(), '0') + key] =
          statuses[i] == kUnknownStatus ? std::string(1, kWord) : std::to_string(statuses[i]);
    }
    st.variables.insert_or_assign("PIPESTATUS", all);
  }
  (void)before;
  if (node.negated) {
    if (st.status != kUnknownStatus) st.status = st.status == 0 ? 1 : 0;
    return Flow::Next;
  }
  check_errexit(st, node);
  return Flow::Next;
}

void Interpreter::run_background(State& st, const Node& node) {
  step();
  if (st.jobs.size() > 200) world_.give_up();
  const auto before = world_.files.entries();
  const Files files = world_.files;
  const Seconds earliest = world_.earliest, latest = world_.latest;
  const Place place = world_.place;
  const World::Blame blame_before = world_.blame;
  Job job;
  job.pid = std::string(1, kWord) + std::to_string(++world_.next_pid);
  State child = st;
  ++child.subshells;
  child.jobs.clear();
  forget_traps(child);
  child.errexit = st.errexit;
  if (child.fds.size() < 3) child.fds.resize(3);
  child.fds[0] = std::make_shared<Stream>();
  const std::set<std::int64_t> listening = world_.listens;
  const Restore<std::uint32_t> restore_line(line_offset_);
  try {
    try {
      run_node(child, node);
    } catch (const ShellExit&) {
    } catch (const DropLine&) { child.status = 1; }
    run_traps(child, "EXIT");
    job.status = child.status;
    job.end = world_.earliest;
    job.latest = world_.latest;
  } catch (const Halt&) {
    // One that is killed for its memory takes the whole container with it, nobody knows when.
    job.kind = world_.halt.kind == Outcome::Kind::Exits ? Outcome::Kind::Unknown : world_.halt.kind;
    job.end = job.latest = kNoEnd;
  }
  for (const auto& [path, entry] : world_.files.entries()) {
    const auto old = before.find(path);
    if (old == before.end() || old->second.content != entry.content || old->second.info.kind != entry.info.kind ||
        old->second.info.mode != entry.info.mode)
      job.writes.emplace(path, entry);
  }
  const bool hazy = world_.files.hazy || job.kind == Outcome::Kind::Unknown;
  world_.files = files;
  if (hazy) world_.files.hazy = true;
  // Until the job has ended nobody can tell whether it has written yet.
  for (const auto& [path, entry] : job.writes) {
    world_.files.now = entry.first;
    if (entry.info.kind != FileInfo::Kind::Directory) world_.files.make_vague(path);
  }
  world_.files.now = files.now;
  for (const std::int64_t port : world_.listens)
    if (!listening.contains(port)) job.listens.push_back(port);
  world_.earliest = earliest;
  world_.latest = latest;
  world_.place = place;
  world_.blame = blame_before;
  st.last_background = job.pid;
  st.jobs.push_back(std::move(job));
  st.status = 0;
}

void Interpreter::commit_jobs(State& st, bool all) {
  for (Job& job : st.jobs) {
    if (job.writes.empty() || job.kind != Outcome::Kind::Exits) continue;
    if (!all && job.latest >= world_.earliest) continue;
    const Seconds now = world_.files.now;
    for (auto& [path, entry] : job.writes) {
      world_.files.now = entry.first;
      world_.files.put(path, entry);
    }
    world_.files.now = now;
    job.writes.clear();
  }
}

void Interpreter::sleep(State& st, Seconds earliest, Seconds latest) {
  world_.earliest = std::min(kNoEnd, world_.earliest + earliest);
  world_.latest = std::min(kNoEnd, world_.latest + latest);
  world_.files.now = world_.earliest;
  commit_jobs(st, false);
}

}  // namespace podseer::process
