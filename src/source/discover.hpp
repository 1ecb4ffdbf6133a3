// SPDX-License-Identifier: Apache-2.0
// From the words on the command line to the files they mean: files, directories (recursive, without
// what .gitignore excludes), patterns, `-`. `podseer check k8s` finds k8s/web.yaml and calls it just
// that. Nothing is opened here but directories and .gitignore files; symbolic links to directories
// are not followed below a given directory (kubectl apply -R does not either), so there are no loops.
#pragma once

#include <string>
#include <vector>

#include "source/result.hpp"

namespace podseer::source {

/// A file to read.
struct FoundFile {
  std::string path;    // as given, or found below what was given; "-" is standard input
  bool named = false;  // this very path was given: .gitignore and extensions do not count
  std::string chart;   // a Helm template: the directory of its Chart.yaml ("charts/web"; "." is here); else empty
  std::string kustomization;  // the nearest directory at or above it with a kustomization file; else empty
};

/// A path that gives no file.
struct PathFailure {
  std::string path;
  bool named = false;  // given on the command line: the call is wrong; else the environment is
  Failure failure;     // "no such file or directory", "permission denied", ...
};

struct DiscoverOptions {
  bool gitignore = true;
  std::vector<std::string>
      exclude;  // in the syntax of .gitignore, relative to the working directory; not for named files
};

/// What the words mean, in their order; below a directory by name, as bytes. Each file once.
struct Discovery {
  std::vector<FoundFile> files;
  std::vector<PathFailure> failures;
  std::vector<std::string> charts;          // directories with a Chart.yaml that were met, sorted
  std::vector<std::string> kustomizations;  // directories with a kustomization file that were met, sorted
};
[[nodiscard]] Discovery discover(const std::vector<std::string>& words, const DiscoverOptions& options = {});

}  // namespace podseer::source
