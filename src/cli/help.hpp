// SPDX-License-Identifier: Apache-2.0
// Help texts, shell completions and the manual page, all from the table of options.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/options.hpp"

namespace podseer::cli {

/// Examples, commands, where to read on.
void print_overview(const std::vector<CommandHelp>& commands);
/// One command's options, grouped.
void print_help(const CommandHelp& command);

/// The completion script of a shell ("bash", "zsh", "fish"); empty for any other word.
[[nodiscard]] std::string completions(std::string_view shell, const std::vector<CommandHelp>& commands);
/// podseer.1 in roff.
[[nodiscard]] std::string manual_page(const std::vector<CommandHelp>& commands);

}  // namespace podseer::cli
