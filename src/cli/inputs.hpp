// SPDX-License-Identifier: Apache-2.0
// From PATHs to bytes: files, directories below which manifests lie, standard input.
#pragma once

#include <string>
#include <vector>

#include "cli/options.hpp"
#include "source/source_file.hpp"

namespace podseer::cli {

/// One input that was read.
struct Input {
  source::FileId file = source::kNoFile;
  bool named = false;      // on the command line; else found below a directory
  std::string chart = {};  // an unrendered Helm template: the chart's directory; else empty
  std::string ns = {};     // of its objects that name none, by what deploys the directory; may be empty
  bool moves = false;      // `ns` also replaces namespaces that are written
};

/// What could not be read: a wrong call (missing path), said in one sentence.
struct Inputs {
  std::vector<Input> files;         // in the order in which they are reported: as given, by name below a directory
  std::vector<std::string> errors;  // each makes the call fail with status 2
  struct Unread {
    std::string path, sentence;
  };
  std::vector<Unread> unread;               // files and directories below a directory that cannot be read
  std::vector<std::string> charts;          // directories with a Chart.yaml
  std::vector<std::string> kustomizations;  // directories with a kustomization file
};

/// Finds and reads everything that `options` names; on `jobs` threads.
[[nodiscard]] Inputs read_inputs(const Options& options, source::SourceMap& sources, int jobs);

/// The paths that would be read, for --show-files.
[[nodiscard]] std::vector<std::string> list_inputs(const Options& options, std::vector<std::string>& errors);

}  // namespace podseer::cli
