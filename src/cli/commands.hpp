// SPDX-License-Identifier: Apache-2.0
// The commands that have a file of their own; each returns the exit status.
#pragma once

#include "cli/options.hpp"

namespace podseer::cli {

/// The language server, over standard input and output.
[[nodiscard]] int lsp(const Options& options);
/// Who refers to what. `options.format`: mermaid, dot or text.
[[nodiscard]] int graph(const Options& options);
/// What changes for the pods between two trees or revisions (`options.words`: BASE, HEAD), or between
/// the forecast and `kubectl get pods -A -o json` (`options.cluster_pods`).
[[nodiscard]] int diff(const Options& options);

/// Writes .podseer.yaml into the current directory; an existing one stays as it is, which is an error.
[[nodiscard]] int init();

/// What holds after command line, variables and configuration, as a .podseer.yaml that says the same.
[[nodiscard]] std::string settings_of(const Options& options);

}  // namespace podseer::cli
