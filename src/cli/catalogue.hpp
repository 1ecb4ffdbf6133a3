// SPDX-License-Identifier: Apache-2.0
// `podseer rules` and `podseer explain`: the catalogue for people and for programs.
#pragma once

#include "cli/options.hpp"

namespace podseer::cli {

/// Prints the table of rules; returns the exit status.
[[nodiscard]] int list_rules(const Options& options);

/// Prints the pages of what is named: codes, rule names, words of the STATUS column.
[[nodiscard]] int explain(const Options& options);

}  // namespace podseer::cli
