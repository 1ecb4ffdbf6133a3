// SPDX-License-Identifier: Apache-2.0
// Reports leave here: to standard output, or to files.
#pragma once

#include <string>
#include <string_view>

#include "cli/options.hpp"
#include "cli/pipeline.hpp"
#include "report/reporter.hpp"

namespace podseer::cli {

/// Writes every report that was asked for; returns a sentence when one cannot be written.
[[nodiscard]] std::string emit(const report::Report& report, const Options& options, const Analysis& analysis);

/// How to print to standard output or (`to_file`) to a file.
[[nodiscard]] report::Style style_of(const Options& options, bool to_file);

/// Writes to standard output; a closed pipe is no error.
[[nodiscard]] std::string write_stdout(std::string_view text);

}  // namespace podseer::cli
