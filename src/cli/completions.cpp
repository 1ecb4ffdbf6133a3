// SPDX-License-Identifier: Apache-2.0
// Completion scripts: the command first, then its options, the known values of an option, else files.
#include <string>

#include "cli/help.hpp"

namespace podseer::cli {
namespace {

std::string joined(const std::vector<std::string>& words, std::string_view between = " ") {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : std::string(between)) + word;
  return text;
}

std::string all_names(const CommandHelp& command) {
  std::string text;
  for (const OptionHelp& option : command.options) {
    if (option.group.empty()) continue;
    for (const std::string& name : option.names) text += (text.empty() ? "" : " ") + name;
  }
  return text;
}

std::string command_names(const std::vector<CommandHelp>& commands) {
  std::string text;
  for (const CommandHelp& command : commands) text += (text.empty() ? "" : " ") + command.name;
  return text;
}

std::string bash(const std::vector<CommandHelp>& commands) {
  std::string text =
      "# bash completion for podseer; made by `podseer completions bash`\n"
      "_podseer() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}\n"
      "  local options= values=\n"
      "  COMPREPLY=()\n"
      "  case $command in\n";
  for (const CommandHelp& command : commands) {
    text += "    " + command.name + ")\n      options=\"" + all_names(command) + "\"\n";
    std::string cases;
    for (const OptionHelp& option : command.options) {
      if (!option.choices.empty() && !option.names.empty()) {
        cases += "        " + joined(option.names, "|") + ") values=\"" + joined(option.choices) + "\" ;;\n";
      }
    }
    if (!cases.empty()) text += "      case $before in\n" + cases + "      esac\n";
    if (command.name == "completions") text += "      values=\"bash zsh fish\"\n";
    if (command.name == "help") text += "      values=\"" + command_names(commands) + "\"\n";
    text += "      ;;\n";
  }
  text +=
      "  esac\n"
      "  if [ -n \"$values\" ]; then\n"
      "    COMPREPLY=($(compgen -W \"$values\" -- \"$word\"))\n"
      "  elif [ \"$COMP_CWORD\" = 1 ]; then\n"
      "    COMPREPLY=($(compgen -W \"" +
      command_names(commands) +
      "\" -- \"$word\") $(compgen -f -- \"$word\"))\n"
      "  elif [[ $word == -* ]]; then\n"
      "    COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
      "  else\n"
      "    COMPREPLY=($(compgen -f -- \"$word\"))\n"
      "  fi\n"
      "}\n"
      "complete -o filenames -F _podseer podseer\n";
  return text;
}

/// For zsh's _arguments: brackets and colons of a description need a backslash.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':') out += '\\';
    if (c == '\'') out += "'\\''";
    else out += c;
  }
  return out;
}

std::string zsh(const std::vector<CommandHelp>& commands) {
  std::string text =
      "#compdef podseer\n# zsh completion for podseer; made by `podseer completions zsh`\n"
      "_podseer() {\n"
      "  local -a commands\n"
      "  commands=(\n";
  for (const CommandHelp& command : commands) text += "    '" + command.name + ":" + zsh_text(command.summary) + "'\n";
  text +=
      "  )\n"
      "  if (( CURRENT == 2 )); then\n"
      "    _describe command commands\n"
      "    _files\n"
      "    return\n"
      "  fi\n"
      "  case $words[2] in\n";
  for (const CommandHelp& command : commands) {
    text += "    " + command.name + ")\n      _arguments -s \\\n";
    for (const OptionHelp& option : command.options) {
      if (option.names.empty() || option.group.empty()) continue;
      for (const std::string& name : option.names) {
        text += "        '" + name + "[" + zsh_text(option.description) + "]";
        if (!option.value.empty()) {
          text += ":" + zsh_text(option.value) + ":";
          text += option.choices.empty() ? "_files" : "(" + joined(option.choices) + ")";
        }
        text += "' \\\n";
      }
    }
    const std::string words = command.name == "completions" ? "(bash zsh fish)"
                              : command.name == "help"      ? "(" + command_names(commands) + ")"
                                                            : "_files";
    text += "        '*:word:" + words + "'\n      ;;\n";
  }
  text += "  esac\n}\n_podseer \"$@\"\n";
  return text;
}

std::string fish_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string fish(const std::vector<CommandHelp>& commands) {
  std::string text = "# fish completion for podseer; made by `podseer completions fish`\n";
  const std::string names = command_names(commands);
  for (const CommandHelp& command : commands) {
    text += "complete -c podseer -n 'not __fish_seen_subcommand_from " + names + "' -a " + command.name + " -d '" +
            fish_text(command.summary) + "'\n";
  }
  for (const CommandHelp& command : commands) {
    for (const OptionHelp& option : command.options) {
      if (option.names.empty() || option.group.empty()) continue;
      text += "complete -c podseer -n '__fish_seen_subcommand_from " + command.name + "'";
      for (const std::string& name : option.names) {
        text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      }
      if (!option.value.empty()) text += option.choices.empty() ? " -r" : " -x -a '" + joined(option.choices) + "'";
      text += " -d '" + fish_text(option.description) + "'\n";
    }
  }
  text += "complete -c podseer -n '__fish_seen_subcommand_from completions' -x -a 'bash zsh fish'\n";
  return text;
}

}  // namespace

std::string completions(std::string_view shell, const std::vector<CommandHelp>& commands) {
  if (shell == "bash") return bash(commands);
  if (shell == "zsh") return zsh(commands);
  if (shell == "fish") return fish(commands);
  return {};
}

}  // namespace podseer::cli
