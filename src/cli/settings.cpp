// SPDX-License-Identifier: Apache-2.0
// A configuration to begin with (`podseer init`), and the one that holds here (`--show-settings`).
#include <cstdio>
#include <filesystem>

#include "cli/commands.hpp"
#include "cli/config.hpp"
#include "cli/write_file.hpp"
#include "report/text.hpp"
#include "report/words.hpp"

namespace podseer::cli {
namespace {

constexpr const char* kFile = ".podseer.yaml";
constexpr const char* kFirst =
    "# What podseer is told once for this repository. The command line wins over it: podseer check --help\n"
    "#\n"
    "# world: closed                     # nothing exists beside the files: what is absent is an error\n"
    "# cluster: kind                     # generic kind minikube k3s eks gke aks, or a file of kubectl get ... -o "
    "yaml\n"
    "# external: [Secret/db-password]    # made by somebody else\n"
    "# paths: [k8s]                      # what `podseer check` reads; all manifests below this file otherwise\n"
    "# exclude: [vendor/]\n"
    "# severity: {POD304: off}           # error, warning, note or off\n"
    "# fail-on: likely                   # certain, likely, possible, never\n"
    "# baseline: .podseer-baseline.json  # what is known: podseer check --baseline FILE --update-baseline\n";

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out + "\"";
}

std::string list_of(const std::vector<std::string>& words) {
  std::string out = "[";
  for (const std::string& word : words) out += (out.size() == 1 ? "" : ", ") + in_quotes(word);
  return out + "]";
}

const char* name_of(Options::FailOn value) {
  constexpr const char* kNames[] = {"certain", "likely", "possible", "never"};
  return kNames[static_cast<std::size_t>(value)];
}

}  // namespace

int init() {
  std::error_code ignored;
  if (std::filesystem::exists(kFile, ignored)) {
    std::fprintf(stderr, "podseer: error: there is a %s already\n", kFile);
    return 2;
  }
  if (const std::string wrong = write_file_whole(kFile, kFirst); !wrong.empty()) {
    std::fprintf(stderr, "podseer: error: %s\n", report::printable(wrong, true).c_str());
    return 2;
  }
  std::printf("%s is written; podseer check says what will fail\n", kFile);
  return 0;
}

std::string settings_of(const Options& options) {
  const std::string file = options.isolated ? std::string() : options.config ? *options.config : find_config();
  std::string out = file.empty() ? "# no configuration file\n" : "# with " + file + "\n";
  for (const auto& [option, variable] : options.from_environment) out += "# " + option + ": from " + variable + "\n";
  const auto line = [&](const char* key, const std::string& value) { out += std::string(key) + ": " + value + "\n"; };
  const auto text = [&](const char* key, const std::optional<std::string>& value) {
    if (value) line(key, in_quotes(*value));
  };
  const auto list = [&](const char* key, const std::vector<std::string>& words) {
    if (!words.empty()) line(key, list_of(words));
  };
  line("world", options.closed_world.value_or(false) ? "closed" : "open");
  text("cluster", options.cluster);
  text("images", options.images);
  line("kubernetes-version", in_quotes("1." + std::to_string(options.minor_version())));
  line("namespace", in_quotes(options.default_namespace.value_or("default")));
  if (!options.namespace_labels.empty()) {
    std::string labels;
    for (const auto& [key, value] : options.namespace_labels)
      labels += (labels.empty() ? "" : ", ") + in_quotes(key) + ": " + in_quotes(value);
    line("namespace-labels", "{" + labels + "}");
  }
  list("external", options.external);
  list("paths", options.paths);
  list("exclude", options.exclude);
  list("select", options.select);
  list("ignore", options.ignore);
  if (!options.per_file_ignores.empty()) {
    std::string files;
    for (const auto& [pattern, rules] : options.per_file_ignores)
      files += (files.empty() ? "" : ", ") + in_quotes(pattern) + ": " + list_of(rules);
    line("per-file-ignores", "{" + files + "}");
  }
  if (!options.severity.empty()) {
    std::string rules;
    for (const auto& [rule, severity] : options.severity)
      rules += (rules.empty() ? "" : ", ") + rule + ": " + std::string(report::name_of(severity));
    line("severity", "{" + rules + "}");
  }
  if (options.min_severity) line("min-severity", std::string(report::name_of(*options.min_severity)));
  line("fail-on", name_of(options.fail_on.value_or(Options::FailOn::Likely)));
  text("baseline", options.baseline);
  text("lang", options.lang);
  return out;
}

}  // namespace podseer::cli
