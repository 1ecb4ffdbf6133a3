// SPDX-License-Identifier: Apache-2.0
// What a container's process does, as far as reading can tell.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kube/duration.hpp"
#include "source/source_file.hpp"

namespace podseer::process {

using kube::Seconds;
using source::SourceSpan;

/// What becomes of a started (or not startable) process.
struct Outcome {
  enum class Kind : std::uint8_t {
    Unknown,      // reading cannot tell: the caller stays silent
    Exits,        // ends by itself with `exit_code`
    RunsForever,  // a server, `sleep infinity`, an endless loop
    WaitsFor,     // loops or blocks until something outside the container answers: see `dependency`
    NotStarted    // the runtime cannot start it (not found, not executable, no command): see `start_error`
  };
  Kind kind = Kind::Unknown;
  bool lasts_if_well = false;  // Unknown: by its looks it stays for minutes unless something goes wrong; no claim
  int exit_code = 0;           // Exits; 0 to 255
  Seconds earliest = 0;        // Exits: not before this many seconds after the start
  Seconds latest = 0;          // Exits: not after; equal to `earliest` where reading tells exactly
  enum class Sureness : std::uint8_t {
    Certain,  // the files prove it, given what the image is known to contain
    Likely,   // needs an assumption about the image or the network
    Possible
  };
  Sureness sureness = Sureness::Certain;
  enum class StartError : std::uint8_t {
    None,
    NotFound,
    NotExecutable,
    NoCommand,
    NotADirectory,
    ExecFormat,
    BadWorkingDir
  };
  StartError start_error = StartError::None;
  std::string explanation;  // one sentence for people: why ("`exit 1` ends the script")
  std::string log;          // what `kubectl logs` or `describe` shows, when known; no secret values
  SourceSpan span;          // the deciding word in the files; nowhere when it is in the image
  SourceSpan around;        // the whole argument or file that the word is in; nowhere when `span` is all of it
  struct Dependency {
    std::string host;              // "db", "db.shop.svc.cluster.local"
    std::int64_t port = 0;         // 0 when none is named
    bool until_reachable = false;  // waits in a loop (true) or fails at once (false)
  };
  std::optional<Dependency> dependency;
  std::vector<std::int64_t> listens;        // TCP ports that it is known to serve; empty when unknown
  std::vector<std::int64_t> listens_local;  // further ports that answer inside the pod only (bound to 127.0.0.1)
  bool listens_known = false;               // `listens` is complete
  Seconds listens_after = 0;                // nothing listens earlier than this many seconds after the start
  bool plain_servers = false;               // what listens is known to speak no HTTP/2, so no gRPC
  /// What decided, for the rule that speaks about it; None: the command itself, as `explanation` says.
  enum class Cause : std::uint8_t {
    None,
    BuiltinAsCommand,      // NotStarted: `subject` is a word that only a shell understands
    OneStringCommand,      // NotStarted: a whole command line in one word
    HiddenByVolume,        // NotStarted: a volume is mounted over the program's directory; `subject`: the volume
    SyntaxError,           // of the shell
    MissingVariable,       // set -u, ${X:?}; `subject`: its name
    MissingTool,           // a script's command that the image lacks; `subject`: its name
    MissingFile,           // `subject`: the path that the program needs
    BadInterpreter,        // #! names a program that is not there; `subject`: it
    CarriageReturn,        // #! line or script with Windows line ends
    ExecFormat,            // a script without #! started directly
    RequiredEnvironment,   // the image's entrypoint demands it; `subject`: the names
    ForbiddenEnvironment,  // the entrypoint ends because `subject` is set
    Configuration,         // the program rejects its configuration; `subject`: the offending word
    UnresolvedHost,        // a host name that the configuration needs at start; `subject`: it
    DataDirectory,         // not empty, not initialised, or not the user's own; `subject`: it
    NotWritable,           // `subject`: the path
    Privileges,            // lacks a capability or root; `subject`: what it lacks
    RefusesRoot,
    PrivilegedPort,  // `subject`: the port
    PortTaken,       // by another container of the pod; `subject`: the port
    EndOfInput,      // an interactive program without standard input
    Background,      // the server forks away and PID 1 ends
    NoArguments,     // prints its help and ends
    OutOfMemory      // `subject`: what needs more than the limit
  };
  Cause cause = Cause::None;
  std::string subject;
  /// What may come instead, each Possible: told, but not played.
  std::vector<Outcome> risks;
  /// RunsForever: with what it ends on SIGTERM (as PID 1, by its own handler); -1: not known.
  int term_exit_code = -1;
  bool handles_term = true;  // false: ignores SIGTERM as PID 1, so a kill takes the whole grace period
};

}  // namespace podseer::process
