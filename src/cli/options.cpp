// SPDX-License-Identifier: Apache-2.0
// The only file that knows CLI11. Only the command that is used is built, so that a start costs
// nothing; the tables for completions and the man page are made from the same builders.
#include "cli/options.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "cli/environment.hpp"
#include "cli/help.hpp"
#include "cli/suggest.hpp"
#include "report/reporter.hpp"
#include "report/text.hpp"
#include "rules/rule.hpp"
#include "world/cluster.hpp"

namespace podseer::cli {
namespace {

/// Texts as they were written, before they are checked and put into Options.
struct Raw {
  std::string format, color = "auto", lang, fail_on, min_severity, kubernetes_version, cluster, images, config,
                      baseline;
  std::string at, add_ignore, default_namespace, sarif_root, render = "auto", cluster_pods;
  std::vector<std::string> outputs, select, ignore, namespace_labels, per_file_ignores, exclude, words;
  bool closed_world = false, open_world = false, help = false, version = false;
  int width = 0;
};

struct Spec {
  Command command;
  const char* name;
  const char* summary;
  const char* usage;
  void (*build)(CLI::App&, Options&, Raw&);
};

std::vector<std::string> names_of(std::span<const std::string_view> views) { return {views.begin(), views.end()}; }

void build_reading(CLI::App& app, Options& o, Raw& raw) {
  const char* group = "What to read";
  app.add_option("PATH", o.paths, "Files, directories (recursive, .gitignore respected) or - for standard input")
      ->group(group);
  app.add_option("--files-from", o.files_from,
                 "Read paths from FILE (one a line, or NUL-separated); - is standard input")
      ->group(group)
      ->type_name("FILE");
  app.add_option("--stdin-filename", o.stdin_filename, "Standard input stands for this file and replaces it")
      ->group(group)
      ->type_name("FILE");
  app.add_option("--exclude", raw.exclude, "Leave out what matches a .gitignore-style pattern")
      ->group(group)
      ->type_name("PATTERN")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_flag("--force-exclude", o.force_exclude, "Excludes also apply to files that are named")->group(group);
  app.add_flag("--no-gitignore", o.no_gitignore, "Read what .gitignore leaves out, too")->group(group);
  app.add_flag("--show-files", o.show_files, "List the files that would be read, and stop")->group(group);
  app.add_flag("--show-settings", o.show_settings, "Print what holds after variables and configuration, and stop")
      ->group(group);
  app.add_flag("--fail-on-empty", o.fail_on_empty, "Nothing to read is an error (exit 2)")->group(group);
  app.add_option("--config", raw.config, "Use this file instead of the nearest .podseer.yaml")
      ->group(group)
      ->type_name("FILE");
  app.add_flag("--isolated", o.isolated, "Use no configuration file")->group(group);
  app.add_option("--render", raw.render,
                 "Render Helm charts and kustomizations with the tools on PATH: auto, never, always")
      ->group(group)
      ->type_name("WHEN");
  app.add_option("--helm-values", o.helm_values, "Values for Helm charts; may be repeated")
      ->group(group)
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_option("--helm-set", o.helm_set, "KEY=VALUE for Helm charts; may be repeated")
      ->group(group)
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  app.add_option("-j,--jobs", o.jobs, "Threads; 0 is one for each core")
      ->group(group)
      ->type_name("N")
      ->check(CLI::Range(0, 1024));
}

void build_world_options(CLI::App& app, Options& o, Raw& raw) {
  const char* group = "The world that the files are seen in";
  app.add_option("--cluster", raw.cluster,
                 "A preset (generic, kind, minikube, k3s, eks, gke, aks) or a FILE from `kubectl get ... -o yaml`")
      ->group(group)
      ->type_name("PRESET|FILE");
  app.add_option("--images", raw.images, "All that the registries hold: one name:tag or name@digest a line")
      ->group(group)
      ->type_name("FILE");
  app.add_flag("--closed-world", raw.closed_world,
               "The files and the cluster are all there is: what is absent does not exist")
      ->group(group);
  app.add_flag("--open-world", raw.open_world,
               "Other objects may exist (the default; also PODSEER_WORLD=open, or closed)")
      ->group(group);
  app.add_option("--kubernetes-version", raw.kubernetes_version, "The server's version (default 1.34)")
      ->group(group)
      ->type_name("1.NN");
  app.add_option("-n,--namespace", raw.default_namespace, "Namespace of objects that name none (default: default)")
      ->group(group)
      ->type_name("NS");
  app.add_option("--namespace-labels", raw.namespace_labels, "Labels of the namespaces that are not given")
      ->group(group)
      ->type_name("K=V,...")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--external", o.external, "Kind/name of an object made elsewhere; * matches any part")
      ->group(group)
      ->type_name("KIND/NAME")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_flag("--isolate", o.isolate, "Every file is a world of its own")->group(group);
  app.add_flag("--create", o.create, "As `kubectl create` sends it, not `kubectl apply`")->group(group);
}

void build_selection(CLI::App& app, Options& o, Raw& raw) {
  const char* group = "What to tell";
  app.add_option("--select", raw.select, "Only these rules: codes, prefixes (POD4) or names")
      ->group(group)
      ->type_name("RULE,...")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--ignore", raw.ignore, "Not these rules")
      ->group(group)
      ->type_name("RULE,...")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--per-file-ignores", raw.per_file_ignores, "PATTERN:RULE, rules that are not told of some files")
      ->group(group)
      ->type_name("PATTERN:RULE")
      ->allow_extra_args(false);
  app.add_option("--min-severity", raw.min_severity, "Tell nothing below error, warning or note")
      ->group(group)
      ->type_name("LEVEL");
  app.add_flag("--no-ignore", o.no_ignore, "Do not honour ignore comments and annotations")->group(group);
  app.add_option("--baseline", raw.baseline, "Do not tell what this file lists")->group(group)->type_name("FILE");
  app.add_flag("--update-baseline", o.update_baseline, "Write the findings of this run into the baseline")
      ->group(group);
  app.add_flag("--focus", o.focus, "Tell only what touches PATH; the whole tree is the context")->group(group);
}

void build_output(CLI::App& app, Options& o, Raw& raw, bool forecast) {
  const char* group = "How to tell it";
  std::string known;
  for (const std::string_view format : forecast ? report::forecast_formats() : report::check_formats()) {
    known += (known.empty() ? "" : ", ") + std::string(format);
  }
  app.add_option(forecast ? "-o,--format" : "--format", raw.format, "One of: " + known)
      ->group(group)
      ->type_name("FORMAT");
  app.add_option("--output", raw.outputs, "Write to FILE instead of standard output; FORMAT=FILE adds a further report")
      ->group(group)
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_option("--color", raw.color, "auto, always or never (NO_COLOR and FORCE_COLOR are heard)")
      ->group(group)
      ->type_name("WHEN");
  app.add_flag("--ascii", o.ascii, "Draw with ASCII only")->group(group);
  app.add_option("--width", raw.width, "Columns (default: the terminal's, else 80)")
      ->group(group)
      ->type_name("N")
      ->check(CLI::Range(20, 1000));
  app.add_option("--lang", raw.lang, "Language of the messages: en, ko")->group(group)->type_name("LANG");
  app.add_flag("-q,--quiet", o.quiet, "Findings only; -qq: nothing but the exit status")->group(group);
  app.add_flag("-v,--verbose", o.verbose, "Say more about what is done")->group(group);
}

void build_check(CLI::App& app, Options& o, Raw& raw) {
  build_reading(app, o, raw);
  build_world_options(app, o, raw);
  build_selection(app, o, raw);
  build_output(app, o, raw, false);
  app.add_flag("--statistics", o.statistics, "A count for each rule")->group("How to tell it");
  app.add_option("--sarif-root", raw.sarif_root, "Directory that SARIF paths are relative to (default: the repository)")
      ->group("How to tell it")
      ->type_name("DIR");
  app.add_flag("--fix", o.fix, "Apply the safe fixes to the files")->group("Mending");
  app.add_flag("--diff", o.diff, "Show what --fix would change; exit 1 when there is something")->group("Mending");
  app.add_flag("--unsafe-fixes", o.unsafe_fixes, "--fix and --diff take the fixes that need a look, too")
      ->group("Mending");
  app.add_option("--add-ignore", raw.add_ignore, "Write an ignore comment with this reason at every finding")
      ->group("Mending")
      ->type_name("REASON");
  app.add_option("--fail-on", raw.fail_on, "Exit 1 for findings that are: certain, likely (default), possible; never")
      ->group("Exit status")
      ->type_name("SURENESS");
  app.add_flag("--exit-zero", o.exit_zero, "Exit 0 whatever is found")->group("Exit status");
}

void build_forecast(CLI::App& app, Options& o, Raw& raw) {
  build_reading(app, o, raw);
  build_world_options(app, o, raw);
  build_output(app, o, raw, true);
  app.add_option("--at", raw.at, "The table at this moment after apply: 30s, 5m")
      ->group("How to tell it")
      ->type_name("TIME");
  app.add_option("--fail-on", raw.fail_on, "Accepted for symmetry; forecast always exits 0")->group("");
  app.add_flag("--exit-zero", o.exit_zero, "Accepted for symmetry")->group("");
  app.add_flag("--statistics", o.statistics, "Accepted for symmetry")->group("");
  app.add_option("--select", raw.select)->group("")->delimiter(',')->allow_extra_args(false);
  app.add_option("--ignore", raw.ignore)->group("")->delimiter(',')->allow_extra_args(false);
  app.add_option("--min-severity", raw.min_severity)->group("");
}

void build_explain(CLI::App& app, Options&, Raw& raw) {
  app.add_option("RULE", raw.words, "Codes (POD402), names (missing-key), or words of `kubectl get pods`");
  app.add_option("--format", raw.format, "markdown (default), json")->type_name("FORMAT");
  app.add_option("--lang", raw.lang, "Language: en, ko")->type_name("LANG");
  app.add_option("--color", raw.color, "auto, always or never")->type_name("WHEN");
}

void build_rules(CLI::App& app, Options&, Raw& raw) {
  app.add_option("RULE", raw.words, "Only these: codes, prefixes or names");
  app.add_option("--format", raw.format, "text (default), json, markdown")->type_name("FORMAT");
  app.add_option("--lang", raw.lang, "Language: en, ko")->type_name("LANG");
  app.add_option("--color", raw.color, "auto, always or never")->type_name("WHEN");
}

void build_graph(CLI::App& app, Options& o, Raw& raw) {
  build_reading(app, o, raw);
  build_world_options(app, o, raw);
  const char* group = "How to tell it";
  app.add_option("--format", raw.format, "mermaid (default), dot or text")->group(group)->type_name("FORMAT");
  app.add_option("--output", raw.outputs, "Write to FILE instead of standard output")
      ->group(group)
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_option("--color", raw.color, "auto, always or never")->group(group)->type_name("WHEN");
  app.add_flag("-q,--quiet", o.quiet, "No warnings")->group(group);
}

void build_diff(CLI::App& app, Options& o, Raw& raw) {
  const char* group = "What to compare";
  app.add_option("BASE HEAD", raw.words, "Two directories or files, or two revisions of git")->group(group);
  app.add_option("--cluster-pods", raw.cluster_pods, "Compare with FILE from `kubectl get pods -A -o json`")
      ->group(group)
      ->type_name("FILE");
  app.add_option("--exclude", raw.exclude, "Leave out what matches a .gitignore-style pattern")
      ->group(group)
      ->type_name("PATTERN")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--config", raw.config, "Use this file instead of the nearest .podseer.yaml")
      ->group(group)
      ->type_name("FILE");
  app.add_flag("--isolated", o.isolated, "Use no configuration file")->group(group);
  app.add_option("-j,--jobs", o.jobs, "Threads; 0 is one for each core")
      ->group(group)
      ->type_name("N")
      ->check(CLI::Range(0, 1024));
  build_world_options(app, o, raw);
  group = "How to tell it";
  app.add_option("--format", raw.format, "text (default), markdown or json")->group(group)->type_name("FORMAT");
  app.add_option("--output", raw.outputs, "Write to FILE instead of standard output")
      ->group(group)
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_option("--color", raw.color, "auto, always or never")->group(group)->type_name("WHEN");
  app.add_flag("--ascii", o.ascii, "Draw with ASCII only")->group(group);
  app.add_flag("--exit-zero", o.exit_zero, "Exit 0 whatever has changed")->group(group);
  app.add_flag("-q,--quiet", o.quiet, "No warnings")->group(group);
}

void build_lsp(CLI::App& app, Options& o, Raw& raw) {
  app.add_flag("--stdio", o.stdio, "Speak over standard input and output (the only way, and the default)");
  app.add_option("--config", raw.config, "Use this file instead of the nearest .podseer.yaml")->type_name("FILE");
  app.add_flag("--isolated", o.isolated, "Use no configuration file");
  build_world_options(app, o, raw);
}

void build_completions(CLI::App& app, Options&, Raw& raw) { app.add_option("SHELL", raw.words, "bash, zsh or fish"); }

void build_nothing(CLI::App&, Options&, Raw&) {}

void build_version(CLI::App& app, Options&, Raw& raw) {
  app.add_option("--format", raw.format, "text (default), json")->type_name("FORMAT");
}

void build_help(CLI::App& app, Options&, Raw& raw) {
  app.add_option("COMMAND", raw.words, "The command to tell about");
}

constexpr Spec kSpecs[] = {
    {Command::Check, "check", "Find what will fail, grouped by root cause", "check [OPTIONS] [PATH...]", build_check},
    {Command::Forecast, "forecast", "The `kubectl get pods` table that you will get", "forecast [OPTIONS] [PATH...]",
     build_forecast},
    {Command::Explain, "explain", "The page of a rule", "explain [OPTIONS] RULE...", build_explain},
    {Command::Rules, "rules", "The catalogue of rules", "rules [OPTIONS] [RULE...]", build_rules},
    {Command::Graph, "graph", "Who refers to what: ConfigMaps, Secrets, claims, Services", "graph [OPTIONS] [PATH...]",
     build_graph},
    {Command::Diff, "diff", "What changes for the pods between two trees or revisions", "diff [OPTIONS] BASE HEAD",
     build_diff},
    {Command::Lsp, "lsp", "The language server, for editors", "lsp [OPTIONS]", build_lsp},
    {Command::Init, "init", "Write a .podseer.yaml to begin with", "init", build_nothing},
    {Command::Completions, "completions", "Print shell completions", "completions bash|zsh|fish", build_completions},
    {Command::Man, "man", "Print the manual page (roff)", "man", build_nothing},
    {Command::Version, "version", "Print the version and that of the data", "version [--format json]", build_version},
    {Command::Help, "help", "Help on a command", "help [COMMAND]", build_help},
};

const Spec* find_spec(std::string_view name) {
  for (const Spec& spec : kSpecs) {
    if (name == spec.name) return &spec;
  }
  return nullptr;
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const Spec& spec : kSpecs) names.emplace_back(spec.name);
  return names;
}

CommandHelp describe(const Spec& spec) {
  CLI::App app;
  app.set_help_flag("-h,--help", "This help");
  Options options;
  Raw raw;
  spec.build(app, options, raw);
  CommandHelp help;
  help.name = spec.name;
  help.summary = spec.summary;
  help.usage = spec.usage;
  for (const CLI::Option* option : app.get_options()) {
    OptionHelp entry;
    for (const std::string& name : option->get_snames()) entry.names.push_back("-" + name);
    for (const std::string& name : option->get_lnames()) entry.names.push_back("--" + name);
    entry.value = option->get_items_expected_max() == 0 ? std::string() : option->get_type_name();
    entry.value = entry.value.substr(0, entry.value.find(':'));  // without the checks that CLI11 adds
    if (entry.names.empty()) entry.value = option->get_name(true);
    entry.description = option->get_description();
    entry.group = option->get_group();
    const auto named = [&](const char* name) { return option->check_lname(name); };
    for (const Variable& variable : kVariables) {
      if (named(variable.option) && variable_counts(variable, spec.command)) entry.variable = variable.name;
    }
    if (named("color")) entry.choices = {"auto", "always", "never"};
    if (named("fail-on")) entry.choices = {"certain", "likely", "possible", "never"};
    if (named("min-severity")) entry.choices = {"error", "warning", "note"};
    if (named("render")) entry.choices = {"auto", "never", "always"};
    if (named("lang")) entry.choices = {"en", "ko"};
    if (named("format") && spec.command == Command::Check) entry.choices = names_of(report::check_formats());
    if (named("format") && spec.command == Command::Forecast) entry.choices = names_of(report::forecast_formats());
    if (named("cluster")) entry.choices = names_of(world::Cluster::preset_names());
    help.options.push_back(std::move(entry));
  }
  return help;
}

/// The first thing wrong with the call, one sentence; empty when all is well.
using Complaint = std::string;

std::string in_quotes(std::string_view text) { return "'" + std::string(text) + "'"; }

Complaint check_choice(const std::string& option, const std::string& value, const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), value) != known.end()) return {};
  const std::string hint = did_you_mean(value, known);
  std::string sentence = "invalid value " + in_quotes(value) + " for " + option;
  if (!hint.empty()) return sentence + hint;
  sentence += "; it is one of:";
  for (const std::string& one : known) sentence += " " + one;
  return sentence;
}

/// Gives the options that the command line leaves open the values of their variables.
Complaint fill_from_environment(CLI::App& app, Raw& raw, Options& o) {
  for (const Variable& variable : kVariables) {
    const char* value = std::getenv(variable.name);
    if (value == nullptr || *value == '\0' || !variable_counts(variable, o.command)) continue;
    CLI::Option* option = app.get_option_no_throw("--" + std::string(variable.option));
    if (option == nullptr || option->count() > 0) continue;
    try {
      option->add_result(std::string(value));
      option->run_callback();
    } catch (const CLI::ParseError&) { return "invalid value " + in_quotes(value) + " for " + variable.name; }
    o.from_environment.emplace_back(variable.option, variable.name);
  }
  const char* world = std::getenv(kWorldVariable);
  if (world == nullptr || *world == '\0' || app.get_option_no_throw("--closed-world") == nullptr) return {};
  if (Complaint wrong = check_choice(kWorldVariable, world, {"open", "closed"}); !wrong.empty()) return wrong;
  if (!raw.closed_world && !raw.open_world)
    (std::string_view(world) == "closed" ? raw.closed_world : raw.open_world) = true;
  return {};
}

/// A code, the beginning of codes, or a name.
Complaint check_rule_selectors(const char* option, const std::vector<std::string>& selectors) {
  if (rules::all_rules().empty()) return {};
  std::vector<std::string> known;
  for (const rules::Rule& rule : rules::all_rules()) {
    known.emplace_back(rule.info.code);
    known.emplace_back(rule.info.name);
  }
  for (const std::string& selector : selectors) {
    if (selector == "ALL") continue;
    const bool found = std::any_of(known.begin(), known.end(), [&](const std::string& name) {
      return name == selector || (selector.starts_with("POD") && name.starts_with(selector));
    });
    if (found) continue;
    const std::string hint = did_you_mean(selector, known);
    return "unknown rule " + in_quotes(selector) + " in " + option +
           (hint.empty() ? "; `podseer rules` lists them" : hint);
  }
  return {};
}

Complaint fill_formats(const Raw& raw, Options& o) {
  std::vector<std::string> known;
  switch (o.command) {
    case Command::Check: known = names_of(report::check_formats()); break;
    case Command::Forecast: known = names_of(report::forecast_formats()); break;
    case Command::Explain: known = {"markdown", "json"}; break;
    case Command::Version: known = {"text", "json"}; break;
    case Command::Graph: known = {"mermaid", "dot", "text"}; break;
    default: known = {"text", "json", "markdown"}; break;
  }
  // $PODSEER_FORMAT is one word for two commands: what only the other one can write is no error here.
  const std::vector<std::string> others =
      names_of(o.command == Command::Check ? report::forecast_formats() : report::check_formats());
  const bool for_the_other = o.called("--format") != "--format" &&
                             std::find(known.begin(), known.end(), raw.format) == known.end() &&
                             std::find(others.begin(), others.end(), raw.format) != others.end();
  if (!raw.format.empty() && !for_the_other) {
    if (Complaint wrong = check_choice(o.called("--format"), raw.format, known); !wrong.empty()) return wrong;
    o.format = raw.format;
  }
  for (const std::string& output : raw.outputs) {
    const std::size_t equals = output.find('=');
    const std::string format = equals == std::string::npos ? std::string() : output.substr(0, equals);
    if (!format.empty() && std::find(known.begin(), known.end(), format) != known.end()) {
      o.outputs.push_back({format, output.substr(equals + 1)});
    } else {
      o.outputs.push_back({{}, output});
    }
    if (o.outputs.back().path.empty()) return "--output needs a file name";
  }
  return {};
}

Complaint fill_world(const Raw& raw, Options& o) {
  if (raw.closed_world && raw.open_world) return "--closed-world and --open-world exclude each other";
  if (raw.closed_world) o.closed_world = true;
  if (raw.open_world) o.closed_world = false;
  if (!raw.cluster.empty()) o.cluster = raw.cluster;
  if (!raw.images.empty()) o.images = raw.images;
  if (!raw.default_namespace.empty()) o.default_namespace = raw.default_namespace;
  if (!raw.kubernetes_version.empty()) {
    o.kubernetes_version = raw.kubernetes_version;
    if (o.minor_version() < 0)
      return "invalid value " + in_quotes(raw.kubernetes_version) + " for " + o.called("--kubernetes-version") +
             "; it looks like 1.34";
  }
  for (const std::string& pair : raw.namespace_labels) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0)
      return "--namespace-labels: " + in_quotes(pair) + " is not KEY=VALUE";
    o.namespace_labels.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
  }
  return {};
}

Complaint fill_selection(const Raw& raw, Options& o) {
  o.select = raw.select;
  o.ignore = raw.ignore;
  if (Complaint wrong = check_rule_selectors("--select", o.select); !wrong.empty()) return wrong;
  if (Complaint wrong = check_rule_selectors("--ignore", o.ignore); !wrong.empty()) return wrong;
  for (const std::string& pair : raw.per_file_ignores) {
    const std::size_t colon = pair.rfind(':');
    if (colon == std::string::npos) return "--per-file-ignores: " + in_quotes(pair) + " is not PATTERN:RULE";
    o.per_file_ignores.push_back({pair.substr(0, colon), {pair.substr(colon + 1)}});
    if (Complaint wrong = check_rule_selectors("--per-file-ignores", o.per_file_ignores.back().second); !wrong.empty())
      return wrong;
  }
  if (!raw.min_severity.empty()) {
    if (Complaint wrong = check_choice(o.called("--min-severity"), raw.min_severity, {"error", "warning", "note"});
        !wrong.empty())
      return wrong;
    o.min_severity = raw.min_severity == "error"     ? rules::Severity::Error
                     : raw.min_severity == "warning" ? rules::Severity::Warning
                                                     : rules::Severity::Note;
  }
  if (!raw.fail_on.empty()) {
    const std::vector<std::string> known = {"certain", "likely", "possible", "never"};
    if (Complaint wrong = check_choice(o.called("--fail-on"), raw.fail_on, known); !wrong.empty()) return wrong;
    for (std::size_t i = 0; i < known.size(); ++i) {
      if (known[i] == raw.fail_on) o.fail_on = static_cast<Options::FailOn>(i);
    }
  }
  if (!raw.baseline.empty()) o.baseline = raw.baseline;
  if (o.update_baseline && !o.baseline) return "--update-baseline needs --baseline FILE";
  if (!raw.add_ignore.empty()) o.add_ignore = raw.add_ignore;
  return {};
}

Complaint fill(const Raw& raw, Options& o) {
  for (const auto step : {fill_formats, fill_world, fill_selection}) {
    if (Complaint wrong = step(raw, o); !wrong.empty()) return wrong;
  }
  if (Complaint wrong = check_choice(o.called("--color"), raw.color, {"auto", "always", "never"}); !wrong.empty())
    return wrong;
  o.color = raw.color == "always" ? When::Always : raw.color == "never" ? When::Never : When::Auto;
  if (Complaint wrong = check_choice(o.called("--render"), raw.render, {"auto", "never", "always"}); !wrong.empty())
    return wrong;
  o.render = raw.render == "always"  ? Options::Render::Always
             : raw.render == "never" ? Options::Render::Never
                                     : Options::Render::Auto;
  if (!raw.cluster_pods.empty()) o.cluster_pods = raw.cluster_pods;
  if (!raw.lang.empty()) {
    if (Complaint wrong = check_choice(o.called("--lang"), raw.lang, {"en", "ko"}); !wrong.empty()) return wrong;
    o.lang = raw.lang;
  }
  if (!raw.at.empty()) {
    o.at = parse_moment(raw.at);
    if (!o.at) return "invalid value " + in_quotes(raw.at) + " for --at; it looks like 30s or 5m";
  }
  if (raw.width > 0) o.width = raw.width;
  if (!raw.config.empty()) o.config = raw.config;
  if (!raw.sarif_root.empty()) o.sarif_root = raw.sarif_root;
  o.exclude = raw.exclude;
  o.words = raw.words;
  return {};
}

int complain(const std::string& sentence, const char* command) {
  std::fprintf(stderr, "podseer: error: %s\n", report::printable(sentence, true).c_str());
  if (command != nullptr) std::fprintf(stderr, "see: podseer %s --help\n", command);
  return 2;
}

/// What CLI11 refuses, in our words: the offending word first, then a suggestion.
Complaint sentence_of(const CLI::ParseError& error, const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    for (const std::string& word : app.remaining()) {
      const std::string name = word.substr(0, word.find('='));
      if (word.starts_with("-")) return "unknown option " + in_quotes(name) + did_you_mean(name, names);
    }
    return app.remaining().empty() ? "too many words" : "unexpected word " + in_quotes(app.remaining().front());
  }
  return error.what();
}

/// A first word that is no command: a path, an option, or a slip of the pen.
std::optional<Complaint> slip(const std::string& word) {
  if (word.empty() || word.starts_with("-")) return std::nullopt;
  std::error_code ignored;
  if (std::filesystem::exists(word, ignored)) return std::nullopt;
  const std::string near = nearest_word(word, command_names());
  if (near.empty()) return std::nullopt;
  return "no such path: " + in_quotes(word) + "; did you mean `podseer " + near + "`?";
}

}  // namespace

std::vector<CommandHelp> describe_commands() {
  std::vector<CommandHelp> all;
  for (const Spec& spec : kSpecs) all.push_back(describe(spec));
  return all;
}

Parsed parse_command_line(int argc, char** argv) {
  Parsed parsed;
  const Spec* spec = argc > 1 ? find_spec(argv[1]) : nullptr;
  const bool named = spec != nullptr;
  if (!named) {
    const std::string word = argc > 1 ? argv[1] : "";
    if (word == "-h" || word == "--help") {
      print_overview(describe_commands());
      parsed.exit = 0;
      return parsed;
    }
    if (word == "-V" || word == "--version") {
      parsed.options.command = Command::Version;
      return parsed;
    }
    if (const std::optional<Complaint> wrong = slip(word)) {
      parsed.exit = complain(*wrong, nullptr);
      return parsed;
    }
    spec = &kSpecs[0];
  }
  Options& options = parsed.options;
  options.command = spec->command;
  CLI::App app;
  app.set_help_flag();
  Raw raw;
  app.add_flag("-h,--help", raw.help, "This help");
  spec->build(app, options, raw);
  std::vector<std::string> words(argv + (named ? 2 : std::min(argc, 1)), argv + argc);
  std::reverse(words.begin(), words.end());  // CLI11 takes them from the back
  try {
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    parsed.exit = complain(sentence_of(error, app), spec->name);
    return parsed;
  }
  if (raw.help || spec->command == Command::Help) {
    const Spec* about = raw.help ? spec : raw.words.empty() ? nullptr : find_spec(raw.words.front());
    if (about == nullptr && !raw.help && !raw.words.empty()) {
      parsed.exit = complain(
          "unknown command " + in_quotes(raw.words.front()) + did_you_mean(raw.words.front(), command_names()), "help");
      return parsed;
    }
    if (about == nullptr) {
      print_overview(describe_commands());
    } else {
      print_help(describe(*about));
    }
    parsed.exit = 0;
    return parsed;
  }
  Complaint wrong = fill_from_environment(app, raw, options);
  if (wrong.empty()) wrong = fill(raw, options);
  if (!wrong.empty()) parsed.exit = complain(wrong, spec->name);
  return parsed;
}

}  // namespace podseer::cli
