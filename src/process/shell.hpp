// SPDX-License-Identifier: Apache-2.0
// What a command line does: an abstract interpreter of POSIX shell (busybox ash, dash, bash) and of the
// small programs that shell scripts call. Nothing is ever run: the interpreter reads the script with
// values that are known, unknown or not set, over a file system, a set of programs and a network that
// the caller describes. `sh -c 'sleep 5; exit 1'` gives Exits 1 after 5 s with the place of `exit`;
// anything that reading cannot tell gives Unknown, never a guess.
//
// Not thread-safe per call, but calls share nothing. Bounded: steps, depth, paths and bytes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "process/outcome.hpp"

namespace podseer::process {

/// Whether something is so.
enum class Answer : std::uint8_t { No, Yes, Unknown };

/// The value of a variable.
struct Value {
  enum class Kind : std::uint8_t { NotSet, Unknown, Known };
  Kind kind = Kind::NotSet;
  std::string text;     // Known only
  bool secret = false;  // never shown: replaced in logs and explanations

  static Value known(std::string text, bool secret = false) { return {Kind::Known, std::move(text), secret}; }
  static Value unknown() { return {Kind::Unknown, {}, false}; }
};

/// What is at a path.
struct FileInfo {
  enum class Kind : std::uint8_t { Missing, File, Directory, Device, Unknown };
  Kind kind = Kind::Missing;
  std::uint32_t mode = 0644;  // permission bits, 07777
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  bool access_known = true;  // false: mode and owner are a guess; only root's access is judged
  bool read_only = false;    // on a file system mounted read-only (ConfigMap and Secret volumes, readOnly
                             // mounts, readOnlyRootFilesystem): for a Missing path, what creating it would meet
};

/// The container's files: the image's, and what is mounted over them. Paths are absolute, without "." or
/// ".." or double slashes; symbolic links are the implementation's affair.
class FileSystem {
 public:
  virtual ~FileSystem() = default;
  /// Missing only when it is known to be absent.
  [[nodiscard]] virtual FileInfo stat(std::string_view path) const = 0;
  /// The whole content; empty optional when it is not known (or not a file).
  [[nodiscard]] virtual std::optional<std::string> read(std::string_view path) const = 0;
  /// The names in a directory in byte order without "." and ".."; empty optional when not all are known.
  [[nodiscard]] virtual std::optional<std::vector<std::string>> list(std::string_view path) const = 0;
};

/// Which implementation of the usual programs an image has; messages, options and exit codes differ.
enum class Tools : std::uint8_t { Unknown, Busybox, Gnu };

/// What a command name leads to.
struct Command {
  enum class State : std::uint8_t {
    Found,          // `program` says what it is
    Missing,        // nothing of that name (shells answer 127)
    NotExecutable,  // a file without execute permission, or a directory (126)
    Unknown
  };
  State state = State::Unknown;
  std::string path;     // "/bin/ls"; empty when not known
  std::string program;  // what it does, by its usual name: "ls", "ash", "dash", "bash", "python3", "nginx",
                        // "script" (read from `path`); empty: it is there, but nobody knows what it does
  Tools tools = Tools::Unknown;
};

/// A started program, as the caller's knowledge of programs sees it.
struct ProgramCall {
  std::string program;                           // Command::program
  std::vector<std::optional<std::string>> argv;  // an empty optional is a word that is not known
  std::map<std::string, Value> env;              // exported variables
  bool env_complete = true;                      // false: variables that are not in `env` may be set
  std::string cwd;
  std::int64_t uid = 0;
  const FileSystem* files = nullptr;  // with what the script has written so far; never null
};

/// The programs of the image.
class Commands {
 public:
  virtual ~Commands() = default;
  /// Looks `name` up: with a slash it is a path (absolute: the interpreter has joined the working directory);
  /// without one it is searched in the directories of `path_variable`.
  /// Files that the script itself wrote are found by the interpreter before asking.
  [[nodiscard]] virtual Command find(std::string_view name, const Value& path_variable) const = 0;
  /// What a found program does that the interpreter does not model (nginx, redis-server, an image's own
  /// entrypoint). Kind Unknown when nobody knows. `span` is ignored.
  [[nodiscard]] virtual Outcome run(const ProgramCall& call) const;
};

/// Is an address to bind ("127.0.0.1", "localhost", "[::1]") one that only the pod itself reaches?
[[nodiscard]] bool loopback(std::string_view address);

/// What is reachable from the container.
class Network {
 public:
  virtual ~Network() = default;
  /// Does a TCP connection to host:port succeed? The interpreter asks for what its own script listens on itself.
  [[nodiscard]] virtual Answer reachable(std::string_view host, std::int64_t port) const = 0;
  /// Does the cluster's DNS know the name?
  [[nodiscard]] virtual Answer resolves(std::string_view host) const = 0;
};

/// A command line and all that is known about where it runs. Null pointers mean: nothing is known.
struct ShellInput {
  std::vector<std::optional<std::string>>
      argv;  // after Kubernetes' own $(VAR) expansion; an empty optional is not known
  std::map<std::string, Value> env;
  bool env_complete = true;  // false: variables that are not in `env` may be set (an envFrom not given)
  std::int64_t uid = 0;
  std::int64_t gid = 0;
  std::vector<std::int64_t> groups;                                  // supplemental, with fsGroup
  bool root_overrides_modes = true;                                  // uid 0 has CAP_DAC_OVERRIDE
  const std::set<std::string, std::less<>>* capabilities = nullptr;  // of uid 0, without "CAP_"; null: all of them
  Answer pings = Answer::Unknown;  // may a process without CAP_NET_RAW ping? (net.ipv4.ping_group_range)
  std::int64_t memory_limit = 0;   // bytes; 0: none
  std::int64_t lowest_port = 0;    // binding a TCP port below this is refused (1024 without
                                   // CAP_NET_BIND_SERVICE); 0: every port may be bound
  std::string cwd = "/";
  std::uint32_t umask = 022;
  bool stdin_open = false;  // `stdin: true`: reading waits for ever; otherwise it is at its end
  const FileSystem* files = nullptr;
  const Commands* commands = nullptr;
  const Network* network = nullptr;
  std::uint32_t max_steps = 20000;  // simple commands and loop turns, over all paths
  std::uint32_t max_paths = 48;     // ways through the script that differ by something unknown
};

/// The deciding word.
struct Place {
  std::int32_t argument = -1;  // index into ShellInput::argv when the script is an argument
  std::string path;            // the file when the script is a file; empty otherwise
  std::uint32_t begin = 0;     // byte offsets in that text, half-open
  std::uint32_t end = 0;
  [[nodiscard]] bool exists() const { return argument >= 0 || !path.empty(); }
};

/// A file after the command ended, or as it is while it runs for ever.
struct WrittenFile {
  std::string path;
  FileInfo info;                       // kind Missing: it was removed
  std::optional<std::string> content;  // empty optional: not known
  Seconds first = 0;                   // seconds after the start before which nothing had touched it
};

/// What the command line does.
struct ShellResult {
  Outcome outcome;  // `span` is nowhere: the caller maps `place`
  Place place;
  std::string missing_variable;      // the variable whose absence ended the script (set -u, ${X:?})
  std::string missing_command;       // the command that was not found and so decided the outcome
  bool syntax_error = false;         // the outcome is a syntax error
  std::vector<WrittenFile> written;  // by path; complete only when `written_known`
  bool written_known = false;
  std::vector<Outcome::Dependency> asked;  // every host and port that any path asked for
  std::optional<Outcome> after;            // WaitsFor: what follows once the dependency answers
};

/// Reads the command line. A program that is not found gives NotStarted, as the runtime would.
[[nodiscard]] ShellResult run_command(const ShellInput& input);

}  // namespace podseer::process
