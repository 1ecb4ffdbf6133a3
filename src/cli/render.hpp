// SPDX-License-Identifier: Apache-2.0
// Helm charts and kustomizations become manifests with the tools that are on PATH. Each overlay, and
// each values file of a chart, is an environment: a world of its own. Where Argo CD or Flux say how a
// directory is deployed, their word counts instead (see gitops.hpp). Findings in what was rendered are
// led back to the files that people edit.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "cli/inputs.hpp"
#include "cli/pipeline.hpp"
#include "cli/spawn.hpp"

namespace podseer::cli {

/// Outputs of tools by their words, for a caller that looks again and again at files that do not change.
struct RenderCache {
  std::map<std::string, Spawned> outputs;
  void clear() { outputs.clear(); }
};

/// One rendering of a chart or an overlay.
struct Environment {
  std::string name;    // "overlays/prod", "charts/web (values-prod.yaml)"
  std::string root;    // directory of the chart or the kustomization
  std::string ns;      // of objects that name none; empty: that of the run
  bool moves = false;  // `ns` also replaces namespaces that are written
  bool helm = false;
  std::vector<std::string>
      values;  // Helm: files that hold values, the last one wins; values.yaml of the chart comes before
  source::FileId file = source::kNoFile;  // the rendered text
};

/// What rendering came to.
struct Rendered {
  std::deque<Environment> environments;
  std::vector<Input> sources;  // files that were rendered: no manifests of their own any more
  struct Trouble {
    std::string root;
    source::FileId file = source::kNoFile;  // the Chart.yaml, kustomization or a template, for the place
    std::string message;                    // one sentence
    bool failed = false;                    // the tool refused; else there is no tool
  };
  std::vector<Trouble> troubles;
};

/// Renders what `inputs` holds of charts and kustomizations and takes their files out of
/// `inputs.files`. With Render::Never, or where the tool is missing, they stay as they are.
[[nodiscard]] Rendered render(const Options& options, Inputs& inputs, source::SourceMap& sources,
                              Progress* progress = nullptr);

/// Leads the findings of rendered files back to their source files, and says once what several
/// environments share.
void lead_back(const Rendered& rendered, Analysis& analysis);

/// Findings and notices for what was not rendered: no tool, no values, or the tool refused.
void tell_rendering(const Options& options, const Rendered& rendered, Analysis& analysis);

}  // namespace podseer::cli
