// SPDX-License-Identifier: Apache-2.0
// .podseer.yaml: what a project says once instead of on every command line. The nearest file upward
// to the repository's root counts; the command line wins over it. schemas/config.schema.json
// describes it; what the schema does not know is an error here, too.
#pragma once

#include <string>

#include "cli/options.hpp"

namespace podseer::cli {

/// Fills what `options` leaves open. On failure the text to print: sentences with code frames; else
/// empty. Paths in the file are relative to it.
[[nodiscard]] std::string load_config(Options& options);

/// The file that load_config would read; empty when there is none.
[[nodiscard]] std::string find_config();

}  // namespace podseer::cli
