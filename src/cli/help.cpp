// SPDX-License-Identifier: Apache-2.0
#include "cli/help.hpp"

#include <algorithm>
#include <cstdio>

namespace podseer::cli {
namespace {

constexpr std::size_t kNameColumn = 32;
constexpr std::size_t kWidth = 100;

std::string names_and_value(const OptionHelp& option) {
  std::string text;
  if (option.names.empty()) return option.value;
  if (option.names.front().starts_with("--")) text = "    ";
  for (const std::string& name : option.names) {
    if (text.find_first_not_of(' ') != std::string::npos) text += ", ";
    text += name;
  }
  if (!option.value.empty()) text += " " + option.value;
  return text;
}

/// Prints `text` from `column` on, wrapped at kWidth.
void print_wrapped(std::string_view text, std::size_t column) {
  std::size_t at = column;
  std::size_t begin = 0;
  bool first = true;
  while (begin < text.size()) {
    std::size_t end = text.find(' ', begin);
    if (end == std::string_view::npos) end = text.size();
    const std::string_view word = text.substr(begin, end - begin);
    if (!first && at + 1 + word.size() > kWidth) {
      std::printf("\n%*s", static_cast<int>(column), "");
      at = column;
      first = true;
    }
    std::printf("%s%.*s", first ? "" : " ", static_cast<int>(word.size()), word.data());
    at += word.size() + (first ? 0 : 1);
    first = false;
    begin = end + 1;
  }
  std::printf("\n");
}

void print_option(const OptionHelp& option) {
  const std::string names = names_and_value(option);
  std::printf("  %s", names.c_str());
  const std::size_t used = names.size() + 2;
  if (used + 1 >= kNameColumn) {
    std::printf("\n%*s", static_cast<int>(kNameColumn), "");
  } else {
    std::printf("%*s", static_cast<int>(kNameColumn - used), "");
  }
  print_wrapped(option.variable.empty() ? option.description : option.description + " [$" + option.variable + "]",
                kNameColumn);
}

}  // namespace

void print_overview(const std::vector<CommandHelp>& commands) {
  std::printf(
      "podseer reads Kubernetes manifests and says what `kubectl get pods` will show.\n"
      "\n"
      "Examples:\n"
      "  podseer check k8s/                      what will fail, why, and what to change\n"
      "  podseer forecast k8s/                   the table of pods that you will get\n"
      "  kustomize build . | podseer check -     from a pipe\n"
      "\n"
      "Usage: podseer [COMMAND] [OPTIONS] [PATH...]     (without a command: check)\n"
      "\n"
      "Commands:\n");
  for (const CommandHelp& command : commands) std::printf("  %-14s%s\n", command.name.c_str(), command.summary.c_str());
  std::printf(
      "\n"
      "Options of a command: podseer COMMAND --help\n"
      "Environment: options with [$PODSEER_...] take that variable's value; the command line wins, .podseer.yaml comes "
      "last\n"
      "Exit status: 0 nothing found, 1 findings, 2 the call or the environment is wrong, 3 a bug of podseer\n");
}

void print_help(const CommandHelp& command) {
  std::printf("%s\n\nUsage: podseer %s\n", command.summary.c_str(), command.usage.c_str());
  if (command.name == "check") {
    std::printf(
        "\nExamples:\n"
        "  podseer check k8s/                                         a directory, recursively\n"
        "  podseer check --cluster kind --closed-world app.yaml       nothing else exists\n"
        "  podseer check --format sarif --output podseer.sarif .      for code scanning\n");
  } else if (command.name == "forecast") {
    std::printf(
        "\nExamples:\n"
        "  podseer forecast k8s/                  the table\n"
        "  podseer forecast -o wide k8s/          with nodes, phases and what comes next\n"
        "  podseer forecast --at 30s k8s/         half a minute after apply\n");
  }
  std::vector<std::string> groups;
  for (const OptionHelp& option : command.options) {
    if (!option.group.empty() && std::find(groups.begin(), groups.end(), option.group) == groups.end()) {
      groups.push_back(option.group);
    }
  }
  // CLI11's default group, which holds --help, comes last.
  std::stable_partition(groups.begin(), groups.end(), [](const std::string& group) { return group != "Options"; });
  for (const std::string& group : groups) {
    std::printf("\n%s:\n", group.c_str());
    for (const OptionHelp& option : command.options) {
      if (option.group == group) print_option(option);
    }
  }
}

}  // namespace podseer::cli
