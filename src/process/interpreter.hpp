// SPDX-License-Identifier: Apache-2.0
// The inside of the shell reader: text with unknown pieces, a process' state, the world that all processes
// of the container share, and the interpreter. Used only in this folder; callers include process/shell.hpp.
//
// Unknown text is a mark inside ordinary strings: kAny stands for any text, perhaps none; kWord for a text that
// is neither empty nor split by white space (a process id, a date without blanks). So `"<h1>$(hostname)</h1>"`
// stays known to be non-empty. Whatever depends on something unknown asks World::choose, and run_command follows
// every answer: paths that end alike give an answer, others Unknown.
#pragma once

#include <limits>
#include <memory>
#include <set>
#include <unordered_map>

#include "process/shell.hpp"
#include "process/syntax.hpp"

namespace podseer::process {

inline constexpr char kAny = '\xFF';
inline constexpr char kWord = '\xFE';
inline constexpr int kUnknownStatus = -1;
inline constexpr int kFailedStatus = -2;        // not 0, but nobody knows which
inline constexpr std::size_t kMaxText = 65536;  // bytes of one value or file; longer ones become kAny
inline constexpr Seconds kNoEnd = 1e12;         // "at some time": `latest` of something that ends, nobody knows when

[[nodiscard]] bool has_mark(std::string_view text);
[[nodiscard]] inline bool known(std::string_view text) { return !has_mark(text); }
/// Joins runs of kAny and cuts what is too long.
[[nodiscard]] std::string settle(std::string text);
/// Is the text certainly not empty, certainly empty, or unknown?
[[nodiscard]] Answer is_nonempty(std::string_view text);
[[nodiscard]] Answer equal(std::string_view a, std::string_view b);

/// One path's answer is ready; where it is kept: World::halt.
struct Halt {};
/// The current shell process ends with State::status.
struct ShellExit {};
/// bash drops the rest of the line after a bad expansion and goes on with the next.
struct DropLine {};

/// Something that can be read from or written to.
struct Stream {
  enum class Kind : std::uint8_t { Null, Log, Buffer, File, Input, Never, Closed, Unknown };
  Kind kind = Kind::Null;
  std::string text;  // Buffer: written so far; Input: all that can be read
  std::size_t position = 0;
  std::string path;  // File: where writes go
  bool append = false;
  bool never_ends = false;  // Input: after the text, reading waits for ever
  bool remote = false;      // Input: a connection, of which nobody knows what it says and when
  bool vague = false;       // an unknown piece of the input was read: how many lines there are is not known
};
using StreamPtr = std::shared_ptr<Stream>;

struct Variable {
  std::string value;
  bool set = true;
  bool exported = false;
  bool read_only = false;
  bool maybe_unset = false;  // an unknown value that may as well be not set
  bool secret = false;
  bool integer = false;
  bool is_array = false;
  bool is_map = false;
  std::map<std::string, std::string> elements;  // arrays: keys are zero-padded indices; maps: keys
};

/// A file that was written, made or removed since the start.
struct FileEntry {
  FileInfo info;
  std::string content;
  bool content_known = true;
  std::string link;   // symbolic link: its target
  Seconds first = 0;  // seconds after the start before which it was as the caller has it
};

/// The caller's files with what was written since.
class Files final : public FileSystem {
 public:
  explicit Files(const FileSystem* base) : base_(base) {}
  [[nodiscard]] FileInfo stat(std::string_view path) const override;
  [[nodiscard]] std::optional<std::string> read(std::string_view path) const override;
  [[nodiscard]] std::optional<std::vector<std::string>> list(std::string_view path) const override;

  /// With marks; kAny when not known.
  [[nodiscard]] std::string content(std::string_view path) const;
  [[nodiscard]] std::string resolve(std::string_view path, int depth = 0) const;
  [[nodiscard]] const FileEntry* entry(std::string_view path) const;
  [[nodiscard]] bool untouched(std::string_view path) const { return entry(path) == nullptr; }
  void put(const std::string& path, FileEntry entry);
  void remove_tree(const std::string& path);
  void make_vague(const std::string& path);  // something unknown may have happened there
  [[nodiscard]] std::uint64_t hash() const { return hash_; }
  [[nodiscard]] const std::map<std::string, FileEntry, std::less<>>& entries() const { return entries_; }
  bool hazy = false;  // anything may have been written anywhere
  Seconds now = 0;    // seconds after the start, at least; for FileEntry::first

 private:
  const FileSystem* base_;
  std::map<std::string, FileEntry, std::less<>> entries_;
  std::uint64_t hash_ = 0;
};

/// `/a/./b//../c` -> `/a/c`, relative to `cwd`.
[[nodiscard]] std::string absolute_path(std::string_view path, std::string_view cwd);
[[nodiscard]] std::string parent_path(std::string_view path);
[[nodiscard]] std::string base_name(std::string_view path);

/// A script that is being read, and where its words are in what the caller knows.
struct Source {
  std::unique_ptr<Parser> parser;
  Place place;         // argument or path; with `fixed` also the range
  bool fixed = false;  // a text made by the script itself (eval): every word is at `place`
  bool is_file = false;
  std::string name;  // "sh", "/scripts/a.sh": as messages show it
};

struct Function {
  const Node* body = nullptr;
  Source* source = nullptr;
};

struct Job {
  std::string pid;
  Outcome::Kind kind = Outcome::Kind::Exits;
  int status = 0;
  Seconds end = 0, latest = 0;
  bool waited = false;
  bool killed = false;
  std::map<std::string, FileEntry, std::less<>> writes;
  std::vector<std::int64_t> listens;
};

enum class Flow : std::uint8_t { Next, Break, Continue, Return };

/// A shell process.
struct State {
  Dialect dialect = Dialect::Ash;
  Tools tools = Tools::Unknown;
  std::map<std::string, Variable, std::less<>> variables;
  std::vector<std::string> positional;
  bool positional_hazy = false;
  std::string arg0 = "sh";
  std::unordered_map<std::string, Function> functions;
  bool errexit = false, errtrace = false, nounset = false, noglob = false, noclobber = false, pipefail = false,
       allexport = false, xtrace = false, noexec = false;
  bool nullglob = false, failglob = false;
  std::map<std::string, std::string> traps;
  std::string cwd = "/";
  int status = 0;
  std::string last_background;
  int subshells = 0;
  int calls = 0;  // function and source depth
  int functions_deep = 0;
  int loops = 0;
  int unchecked = 0;  // >0: inside a condition, set -e is off
  int break_levels = 0;
  std::uint32_t umask = 022;
  std::vector<std::map<std::string, std::optional<Variable>>> locals;
  std::vector<StreamPtr> fds;
  std::vector<Job> jobs;
  std::size_t getopts_at = 1;
  std::string script_name;  // for messages
  bool from_c = false;      // -c: bash ends with 127 where a file ends with 1
  bool env_complete = true;
  bool top = false;           // not a shell yet: the container's own command line
  int sourced = 0;            // depth of `.`
  Flow carried = Flow::Next;  // what a builtin wants its caller to do
};

/// What one path through the container's life has decided.
struct Decision {
  bool value;
  bool both;
};

/// What all processes of the container share, on one path.
struct World {
  const ShellInput* input = nullptr;
  Files files{nullptr};
  Seconds earliest = 0, latest = 0;
  std::vector<Decision>* decisions = nullptr;
  std::size_t next_decision = 0;
  std::map<std::string, bool> remembered;  // what was chosen under a name
  std::uint32_t* steps = nullptr;
  Outcome halt;
  Place halt_place;
  std::string log;  // tail of what was written to the container's log
  bool log_vague = false;
  std::set<std::int64_t> listens, local_ports;  // `local_ports`: those of `listens` that only the pod itself reaches
  bool listens_vague = false;
  std::vector<Outcome::Dependency>* asked = nullptr;
  std::optional<Outcome::Dependency> refused;  // the last network question that was answered No
  std::uint32_t refusals = 0;
  bool assume_network = false;  // every network question is answered Yes
  Place place;                  // of the command that set the status
  /// Why the command at `place` failed; counts only while it is the deciding one.
  struct Blame {
    Place place;
    std::string explanation, variable, command;
    bool syntax = false;
    Outcome::Cause cause = Outcome::Cause::None;
    std::string subject;
  };
  Blame blame;
  std::uint32_t unknown_reads = 0;  // reads of input of unknown length
  int process_depth = 0;
  int next_pid = 0;
  std::uint32_t choices = 0;
  bool ends_on_broken_pipe = false;     // with halt: it only writes, so a reader that leaves ends it
  bool handles_term = false;            // the first process has a trap for TERM
  int term_exit_code = -1;              // `exit N` in that trap
  Seconds waited = 0;                   // in `wait`, where a trap is heard at once
  std::optional<Seconds> served_after;  // when the first of `listens` was bound
  bool plain_servers = true;            // none of `listens` speaks HTTP/2

  /// Something unknown: is it so? Every answer is followed, on a path of its own.
  bool choose(std::string_view name = {});
  bool choose(Answer answer, std::string_view name = {}) {
    return answer == Answer::Unknown ? choose(name) : answer == Answer::Yes;
  }
  [[noreturn]] void give_up();
  [[noreturn]] void forever(std::string explanation);
};

class Interpreter;

/// A program or builtin at work.
struct Call {
  Interpreter& sh;
  State& st;
  World& world;
  std::vector<std::string> argv;
  bool hazy = false;  // there may be more or fewer words than these
  Tools tools = Tools::Unknown;
  std::map<std::string, std::string> extra_env;

  [[nodiscard]] const std::string& arg(std::size_t i) const;
  void out(std::string_view text);
  void err(std::string_view text);
  [[nodiscard]] std::string path(std::string_view relative) const { return absolute_path(relative, st.cwd); }
};

using Program = int (*)(Call&);
/// The model of a program that is not a builtin; null when there is none.
[[nodiscard]] Program find_program(std::string_view name);
/// A builtin of this dialect; null when there is none. `special`: a POSIX special builtin, whose errors end the shell.
[[nodiscard]] Program find_builtin(std::string_view name, Dialect dialect, bool& special);

class Interpreter {
 public:
  Interpreter(World& world, std::deque<std::unique_ptr<Source>>& sources) : world_(world), sources_(sources) {}

  // interpreter.cpp
  /// Reads and runs a text in `st`; ends normally at its end (status in st), or throws ShellExit or Halt.
  Flow run_text(State& st, std::string text, Place place, bool fixed, std::string name, bool is_file);
  Flow run_list(State& st, const std::vector<const Node*>& list);
  Flow run_node(State& st, const Node& node);
  /// Runs in a copy of the state and catches its exit. Returns the exit code.
  int run_subshell(State& st, const std::vector<const Node*>& list, const std::vector<StreamPtr>* fds = nullptr);
  /// `$(...)`: what it writes, without trailing newlines. Sets st.status.
  std::string substitute(State& st, const std::vector<const Node*>& body);
  /// False: the trap itself ended the shell, with the status that it chose.
  bool run_traps(State& st, const std::string& name);
  void leave(State& st, int status);  // runs the EXIT trap, throws ShellExit
  [[noreturn]] void exit_shell(State& st, int status);
  /// Runs argv as an external command or builtin or function.
  int run_argv(State& st, std::vector<std::string> argv, bool hazy, bool functions = true, bool exec = false,
               const std::map<std::string, std::string>& extra_env = {});
  int run_external(State& st, std::vector<std::string> argv, bool hazy, bool exec,
                   const std::map<std::string, std::string>& extra_env);
  int run_shell(Call& call, Dialect dialect);  // sh -c ..., sh file
  int run_script_file(State& st, const std::string& path, const std::vector<std::string>& args, Dialect dialect,
                      Tools tools, const std::string& shown);
  [[nodiscard]] Command look_up(State& st, const std::string& name);
  int call_function(State& st, const Function& function, std::vector<std::string> args, bool hazy);

  // redirections
  bool redirect(State& st, const std::vector<Redirection>& list, bool& unknown);
  bool open_write(State& st, int fd, const std::string& target, bool append, bool clobber);

  // expand.cpp
  /// A field being built: quoted characters that could mean something are behind a backslash.
  struct Field {
    std::string text;
    bool quoted = false;
  };
  std::vector<std::string> expand(State& st, const std::vector<const Word*>& words, bool& hazy);
  std::string expand_unsplit(State& st, const Word& word, bool pattern);
  std::string expand_single(State& st, const Word& word);   // no splitting, no globbing
  std::string expand_pattern(State& st, const Word& word);  // quoted characters are escaped with a backslash
  [[noreturn]] void expansion_error(State& st, const std::string& message, const Part* part);

  // arithmetic.cpp
  /// Empty optional: unknown.
  std::optional<std::int64_t> arithmetic(State& st, std::string_view text);

  // variables
  Variable* find(State& st, std::string_view name);
  std::optional<std::string> value(State& st,
                                   std::string_view name);  // unset -> empty optional; asks when it may be unset
  bool assign(State& st, const std::string& name, std::string value, bool append = false);
  void unset(State& st, const std::string& name);
  void message(State& st, std::string_view text);  // "sh: 1: text" in the dialect's form, to stderr
  void message_plain(State& st, std::string_view text);
  [[nodiscard]] std::string prefix(const State& st) const;
  void sleep(State& st, Seconds earliest, Seconds latest);
  void commit_jobs(State& st, bool all);
  void note_place(std::uint32_t begin, std::uint32_t end);
  void blame_cause(Outcome::Cause cause, std::string subject) {
    world_.blame.cause = cause;
    world_.blame.subject = std::move(subject);
  }
  void blame(std::string explanation, std::string variable = {}, std::string command = {}, bool syntax = false);
  void step(std::size_t bytes = 0);  // counts; gives up when it has been too much
  void write(State& st, int fd, std::string_view text);
  StreamPtr input(State& st, int fd = 0);
  std::string read_all(State& st, int fd = 0);  // the rest of the input; waits for ever where it never ends
  [[nodiscard]] bool may(State& st, const FileInfo& info, int bits, std::string_view name);
  Place here(std::uint32_t begin, std::uint32_t end) const;
  World& world() { return world_; }
  Source* source() { return source_; }

 private:
  friend struct Call;
  Flow run_simple(State& st, const Node& node);
  Flow run_pipeline(State& st, const Node& node);
  Flow run_if(State& st, const Node& node);
  Flow run_while(State& st, const Node& node);
  Flow run_for(State& st, const Node& node);
  Flow run_case(State& st, const Node& node);
  Flow run_c_for(State& st, const Node& node);
  Flow run_and_or(State& st, const Node& node);
  void syntax_error(State& st, const Parser& parser);
  /// At the end of a loop's turn: has nothing changed? Then the loop never ends (throws).
  struct LoopWatch;
  void watch(State& st, LoopWatch& loop, const Node& node);
  void run_background(State& st, const Node& node);
  int evaluate_condition(State& st, const Node& node);
  bool condition_or(State& st, const Node& node, std::size_t& at, bool evaluate, int& error);
  bool condition_and(State& st, const Node& node, std::size_t& at, bool evaluate, int& error);
  bool condition_primary(State& st, const Node& node, std::size_t& at, bool evaluate, int& error);
  [[nodiscard]] bool is_true(State& st);
  [[nodiscard]] std::uint64_t fingerprint(State& st);
  void widen(State& st, const std::map<std::string, Variable, std::less<>>& before,
             const std::map<std::string, FileEntry, std::less<>>& files);
  void check_errexit(State& st, const Node& node);
  bool do_assignments(State& st, const std::vector<Assignment>& list, bool temporary,
                      std::map<std::string, std::optional<Variable>>* saved);
  void expand_part(State& st, const Part& part, bool quoted, std::vector<Field>& fields, bool& open, bool& hazy,
                   bool split);
  void expand_parameter(State& st, const Part& part, bool quoted, std::vector<Field>& fields, bool& open, bool& hazy,
                        bool split);
  void glob(State& st, const Field& field, std::vector<std::string>& out, bool& hazy);
  void append_split(State& st, const std::string& value, std::vector<Field>& fields, bool& open, bool& hazy);
  void expand_word(State& st, const Word& word, bool quoted, std::vector<Field>& fields, bool& open, bool& hazy,
                   bool split);
  void expand_operand(State& st, const Word& word, bool quoted, std::vector<Field>& fields, bool& open, bool& hazy,
                      bool split);
  std::string apply_operator(State& st, const Part& part, std::optional<std::string> value, bool quoted);
  std::optional<std::string> plain_value(State& st, const Part& part);
  void check_set(State& st, const std::optional<std::string>& value, const Part& part);

  World& world_;
  std::deque<std::unique_ptr<Source>>& sources_;
  Source* source_ = nullptr;
  std::uint32_t line_offset_ = 0;  // of the running command, for messages
};

// pattern.cpp
/// fnmatch of a shell pattern (backslash escapes); Unknown when a mark decides.
[[nodiscard]] Answer match(std::string_view pattern, std::string_view text);
[[nodiscard]] bool has_glob(std::string_view pattern);
[[nodiscard]] std::string unescape(std::string_view pattern);
[[nodiscard]] std::vector<std::string> expand_braces(std::string_view text);

// test.cpp
/// `test ...` without the name; 0, 1, 2 or asks.
int run_test(Call& call, const std::vector<std::string>& words, std::string_view shown);
/// One unary or binary primary.
int test_unary(Call& call, char op, const std::string& operand);
std::optional<int> test_binary(Call& call, const std::string& left, const std::string& op, const std::string& right,
                               bool pattern, std::string_view shown);

// small things
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);
[[nodiscard]] std::vector<std::string> split_lines(std::string_view text);
[[nodiscard]] std::string join(const std::vector<std::string>& words, std::string_view separator);

}  // namespace podseer::process
