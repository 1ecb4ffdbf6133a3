// SPDX-License-Identifier: Apache-2.0
// What the caller asked for, after the command line, the environment and .podseer.yaml have been
// read; plain data, so that only options.cpp knows the parser.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/archive.hpp"
#include "lifecycle/effect.hpp"
#include "rules/finding.hpp"
#include "source/result.hpp"

namespace podseer::cli {

enum class Command : std::uint8_t {
  Check,
  Forecast,
  Explain,
  Rules,
  Graph,
  Diff,
  Lsp,
  Init,
  Completions,
  Man,
  Version,
  Help
};

struct RenderCache;  // cli/render.hpp

/// auto, always, never.
enum class When : std::uint8_t { Auto, Always, Never };

/// A further report: `--output sarif=podseer.sarif`.
struct Output {
  std::string format;  // empty: the one of --format
  std::string path;    // "-" is standard output
};

/// Defaults are those of the command line. A member is "given" when the command line or the
/// environment set it; the configuration file fills in the others.
struct Options {
  Command command = Command::Check;

  // What to read.
  std::vector<std::string> paths;         // files, directories, "-"; empty means "."
  std::vector<std::string> config_paths;  // of the configuration: what "." means when no path is given
  std::string files_from;                 // file with one path a line (or NUL-separated); "-" is standard input
  std::string stdin_filename;             // the name that standard input goes by; it replaces that file
  std::vector<std::string> exclude;       // gitignore-style patterns
  bool no_gitignore = false;
  bool force_exclude = false;            // excludes also apply to files named on the command line
  bool focus = false;                    // PATHs are what is reported on; the whole tree is the context
  std::vector<std::string> focus_paths;  // the PATHs, once the whole tree has taken their place
  bool fail_on_empty = false;
  enum class Render : std::uint8_t { Auto, Never, Always };
  Render render = Render::Auto;          // Helm charts and kustomizations, with the tools on PATH
  std::vector<std::string> helm_values;  // files for `helm template --values`
  std::vector<std::string> helm_set;     // for `helm template --set`
  bool show_files = false;
  bool show_settings = false;
  RenderCache* renderings = nullptr;  // what tools printed before; may be null

  /// Files that are not on disk: of a git revision, of an editor, of a rendering tool. One of the same
  /// path as a file that is read takes its place.
  std::vector<MemoryFile> memory;
  bool memory_only = false;  // nothing is read from disk

  // The world.
  std::optional<std::string> cluster;  // preset or file
  std::optional<std::string> images;   // file
  std::optional<bool> closed_world;
  std::optional<std::string> kubernetes_version;  // "1.34"
  std::optional<std::string> default_namespace;
  std::vector<std::pair<std::string, std::string>> namespace_labels;
  std::vector<std::string> external;  // "Kind/name" made out of band
  bool isolate = false;               // every file is a world of its own
  bool create = false;                // as `kubectl create`, not `apply`

  // What to tell.
  std::vector<std::string> select, ignore;  // codes, prefixes or names; as written
  std::vector<std::pair<std::string, std::vector<std::string>>> per_file_ignores;  // pattern, codes
  std::vector<std::pair<std::string, rules::Severity>> severity;                   // config only: code, severity
  std::optional<rules::Severity> min_severity;
  bool no_ignore = false;  // inline ignores are not honoured
  std::optional<std::string> baseline;
  bool update_baseline = false;
  std::optional<std::string> add_ignore;  // the reason
  bool fix = false, diff = false, unsafe_fixes = false;

  // How to tell it.
  std::optional<std::string> format;
  std::vector<Output> outputs;  // empty: the format to standard output
  When color = When::Auto;
  bool ascii = false;
  std::optional<int> width;
  std::optional<std::string> lang;
  bool statistics = false;
  int quiet = 0, verbose = 0;
  std::optional<std::string> sarif_root;

  // When to fail.
  enum class FailOn : std::uint8_t { Certain, Likely, Possible, Never };
  std::optional<FailOn> fail_on;  // default likely
  bool exit_zero = false;

  std::optional<std::string> config;  // --config
  bool isolated = false;              // --isolated: no configuration file
  bool stdio = true;                  // lsp: the only transport
  int jobs = 0;                       // 0: as many as there are cores
  std::optional<double> at;           // forecast --at: seconds after apply

  std::optional<std::string> cluster_pods;  // diff: `kubectl get pods -A -o json`
  std::vector<std::string> words;           // diff BASE HEAD, explain CODE..., completions SHELL, help COMMAND

  /// Which values come from environment variables: ("config", "PODSEER_CONFIG").
  std::vector<std::pair<std::string, std::string>> from_environment;

  /// 34 for "1.34".
  [[nodiscard]] int minor_version() const;
  /// What to blame for the value of an option ("--config"): the option, or the variable that gave it.
  [[nodiscard]] std::string called(std::string_view option) const;
};

/// What parsing came to: options to go on with, or an exit status because everything is said.
struct Parsed {
  Options options;
  std::optional<int> exit;
};

/// Reads the command line. Prints help and errors itself (standard output and error).
[[nodiscard]] Parsed parse_command_line(int argc, char** argv);

/// One command of podseer, for completions and the man page.
struct OptionHelp {
  std::vector<std::string> names;  // "-j", "--jobs"
  std::string value;               // "N"; empty for a flag
  std::string description;
  std::string group;
  std::string variable;              // "PODSEER_JOBS"; empty when there is none
  std::vector<std::string> choices;  // known values; empty when free
};
struct CommandHelp {
  std::string name, summary, usage;
  std::vector<OptionHelp> options;
};
[[nodiscard]] std::vector<CommandHelp> describe_commands();

/// Seconds of "30s", "5m", "1h", "90"; empty when it is none.
[[nodiscard]] std::optional<double> parse_moment(std::string_view text);

}  // namespace podseer::cli
