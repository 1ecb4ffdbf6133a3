// SPDX-License-Identifier: Apache-2.0
// Loops, and when they never end: a turn that leaves every variable, file and input as the turn before left them
// will be repeated for ever. `i=0; while true; do i=$((i+1)); sleep 1; done` changes i, so after many turns i is
// made unknown, and then nothing changes. `until nc -z db 5432; do sleep 2; done` ends only by the network's answer.
#include <functional>

#include "process/interpreter.hpp"
#include "process/step_back.hpp"

namespace podseer::process {

namespace {

constexpr std::uint32_t kExactTurns = 400;  // before changing variables become unknown

}  // namespace

struct Interpreter::LoopWatch {
  std::uint32_t turns = 0;
  bool have = false;
  std::uint64_t last = 0;
  std::uint32_t reads, refusals, widened = 0;
  std::map<std::string, Variable, std::less<>> variables;
  std::map<std::string, FileEntry, std::less<>> files;
};

std::uint64_t Interpreter::fingerprint(State& st) {
  const std::hash<std::string_view> hash;
  std::uint64_t h = world_.files.hash();
  auto mix = [&](std::string_view text) {
    h = (h ^ hash(text)) * 1099511628211ULL;
    h ^= h >> 29;
  };
  for (const auto& [name, variable] : st.variables) {
    if (name == "PIPESTATUS" || name == "_") continue;
    mix(name);
    mix(variable.value);
    h += (variable.set ? 1U : 0U) + (variable.exported ? 2U : 0U);
    for (const auto& [key, element] : variable.elements) {
      mix(key);
      mix(element);
    }
  }
  for (const std::string& argument : st.positional) mix(argument);
  mix(st.cwd);
  for (const auto& [name, text] : st.traps) {
    mix(name);
    mix(text);
  }
  for (const StreamPtr& stream : st.fds)
    if (stream && stream->kind == Stream::Kind::Input) h = h * 31 + stream->position;
  h = h * 31 + st.functions.size() * 8 + (st.errexit ? 1U : 0U) + (st.nounset ? 2U : 0U);
  return h;
}

void Interpreter::watch(State& st, LoopWatch& loop, const Node& node) {
  ++loop.turns;
  commit_jobs(st, false);
  const std::uint64_t now = fingerprint(st);
  if (loop.have && now == loop.last) {
    // A job that is still to end may change the files: wait for it.
    Seconds next = kNoEnd;
    for (const Job& job : st.jobs)
      if (!job.writes.empty() && job.kind == Outcome::Kind::Exits) next = std::min(next, job.latest);
    if (next < kNoEnd) {
      world_.earliest = std::max(world_.earliest, next + 0.001);
      world_.latest = std::max(world_.latest, next + 0.001);
      commit_jobs(st, false);
      loop.last = fingerprint(st);
      return;
    }
    if (world_.unknown_reads > loop.reads) world_.give_up();
    world_.halt = Outcome{};
    const bool waits = world_.refusals > loop.refusals && world_.refused;
    world_.halt.kind = waits ? Outcome::Kind::WaitsFor : Outcome::Kind::RunsForever;
    if (waits) {
      world_.halt.dependency = world_.refused;
      world_.halt.dependency->until_reachable = true;
      world_.halt.explanation = "the loop waits until " + world_.refused->host +
                                (world_.refused->port != 0 ? ":" + std::to_string(world_.refused->port) : "") +
                                " answers";
    } else {
      world_.halt.explanation = "the loop never ends";
    }
    world_.halt.handles_term = world_.handles_term;
    world_.halt.term_exit_code = world_.term_exit_code;
    world_.halt_place = here(node.begin, node.end);
    throw Halt{};
  }
  loop.have = true;
  loop.last = now;
  if (loop.turns >= kExactTurns) {
    if (loop.turns > kExactTurns) {
      if (++loop.widened > 6) world_.give_up();
      widen(st, loop.variables, loop.files);
      loop.last = fingerprint(st);
    }
    loop.variables = st.variables;
    loop.files = world_.files.entries();
  }
}

void Interpreter::widen(State& st, const std::map<std::string, Variable, std::less<>>& before,
                        const std::map<std::string, FileEntry, std::less<>>& files) {
  for (auto& [name, variable] : st.variables) {
    const auto old = before.find(name);
    const bool same = old != before.end() && old->second.value == variable.value && old->second.set == variable.set &&
                      old->second.elements == variable.elements;
    if (same) continue;
    if (variable.is_array) world_.give_up();
    const auto number = parse_integer(variable.value);
    variable.value = std::string(1, number ? kWord : kAny);
    if (old == before.end() || old->second.set != variable.set) variable.maybe_unset = true;
    if (!variable.set) {
      variable.set = true;
      variable.maybe_unset = true;
    }
  }
  std::vector<std::pair<std::string, FileEntry>> changed;
  for (const auto& [path, entry] : world_.files.entries()) {
    const auto old = files.find(path);
    if (old != files.end() && old->second.content == entry.content && old->second.info.kind == entry.info.kind)
      continue;
    FileEntry vague = entry;
    if (old == files.end() || old->second.info.kind != entry.info.kind) vague.info.kind = FileInfo::Kind::Unknown;
    vague.content = std::string(1, kAny);
    changed.emplace_back(path, std::move(vague));
  }
  if (changed.size() > 64) world_.files.hazy = true;
  for (auto& [path, entry] : changed) world_.files.put(path, std::move(entry));
}

Flow Interpreter::run_while(State& st, const Node& node) {
  LoopWatch loop;
  loop.reads = world_.unknown_reads;
  ++st.loops;
  const StepBack back{st.loops};
  int status = 0;
  for (;;) {
    step();
    loop.refusals = world_.refusals;
    ++st.unchecked;
    Flow flow = run_list(st, node.lists[0]);
    --st.unchecked;
    if (flow == Flow::Return) return flow;
    if (flow == Flow::Break || flow == Flow::Continue) {
      if (--st.break_levels > 0) return flow;
      if (flow == Flow::Break) break;
      continue;
    }
    if (is_true(st) == (node.kind == Node::Kind::Until)) break;
    flow = run_list(st, node.lists[1]);
    status = st.status;
    if (flow == Flow::Return) return flow;
    if (flow == Flow::Break || flow == Flow::Continue) {
      status = 0;
      if (--st.break_levels > 0) return flow;
      if (flow == Flow::Break) {
        st.status = 0;
        return Flow::Next;
      }
    }
    watch(st, loop, node);
  }
  st.status = status;
  return Flow::Next;
}

Flow Interpreter::run_for(State& st, const Node& node) {
  bool hazy = false;
  std::vector<std::string> items;
  if (node.has_in) items = expand(st, node.words, hazy);
  else {
    items = st.positional;
    hazy = st.positional_hazy;
  }
  ++st.loops;
  const StepBack back{st.loops};
  st.status = 0;
  if (hazy) {
    // Nobody knows how many turns: none, or at least one after which everything that changed is unknown.
    if (!world_.choose()) return Flow::Next;
    const auto before = st.variables;
    const auto files = world_.files.entries();
    const Seconds start = world_.latest;
    assign(st, node.name, std::string(1, kAny));
    const Flow flow = run_list(st, node.lists[0]);
    if (flow == Flow::Return) return flow;
    if (flow != Flow::Next && --st.break_levels > 0) return flow;
    if (world_.latest > start) world_.latest = kNoEnd;
    widen(st, before, files);
    if (st.status != 0) st.status = kUnknownStatus;
    return Flow::Next;
  }
  for (const std::string& item : items) {
    step();
    if (!assign(st, node.name, item)) exit_shell(st, st.dialect == Dialect::Bash ? 1 : 2);
    const Flow flow = run_list(st, node.lists[0]);
    if (flow == Flow::Return) return flow;
    if (flow == Flow::Break || flow == Flow::Continue) {
      st.status = 0;
      if (--st.break_levels > 0) return flow;
      if (flow == Flow::Break) break;
    }
  }
  return Flow::Next;
}

Flow Interpreter::run_c_for(State& st, const Node& node) {
  LoopWatch loop;
  loop.reads = world_.unknown_reads;
  loop.refusals = world_.refusals;
  ++st.loops;
  const StepBack back{st.loops};
  auto calculate = [&](const Word* word, std::int64_t empty) -> std::optional<std::int64_t> {
    if (word == nullptr || word->parts.empty()) return empty;
    const std::string text = expand_single(st, *word);
    if (text.find_first_not_of(" \t\n") == std::string::npos) return empty;
    return arithmetic(st, text);
  };
  calculate(node.init, 0);
  st.status = 0;
  for (;;) {
    step();
    const auto go = calculate(node.subject, 1);
    if (go ? *go == 0 : !world_.choose()) break;
    const Flow flow = run_list(st, node.lists[0]);
    if (flow == Flow::Return) return flow;
    if (flow == Flow::Break || flow == Flow::Continue) {
      st.status = 0;
      if (--st.break_levels > 0) return flow;
      if (flow == Flow::Break) break;
    }
    calculate(node.step, 0);
    watch(st, loop, node);
  }
  return Flow::Next;
}

}  // namespace podseer::process
