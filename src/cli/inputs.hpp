// SPDX-License-Identifier: Apache-2.0
// From PATHs to bytes: files, directories below which manifests lie, standard input.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/options.hpp"
#include "source/source_file.hpp"

namespace podseer::cli {

/// What could not be read: a wrong call (missing path), said in one sentence.
struct Inputs {
  std::vector<source::FileId> files;   // in the order in which they are reported: as given, sorted below a directory
  std::vector<std::string> errors;     // each makes the call fail with status 2
  std::vector<std::string> warnings;   // unreadable files below a directory, for standard error
};

/// Reads everything that `options` names into `sources`.
[[nodiscard]] Inputs read_inputs(const Options& options, source::SourceMap& sources);

/// The whole of one file, at most 1 GiB; empty with a sentence in `error` when it cannot be read.
[[nodiscard]] std::optional<std::string> read_whole_file(const std::string& path, std::string& error);

}  // namespace podseer::cli
