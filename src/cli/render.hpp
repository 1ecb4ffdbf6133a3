// SPDX-License-Identifier: Apache-2.0
// Helm charts and kustomizations become manifests with the tools that are on PATH. Each overlay, and
// each values file of a chart, is an environment: a world of its own. Findings in what was rendered are
// led back to the files that people edit.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "cli/inputs.hpp"
#include "cli/pipeline.hpp"

namespace podseer::cli {

/// One rendering of a chart or an overlay.
struct Environment {
  std::string name;              // "overlays/prod", "charts/web (values-prod.yaml)"
  std::string root;              // directory of the chart or the kustomization
  bool helm = false;
  source::FileId file = source::kNoFile;   // the rendered text
};

/// What rendering came to.
struct Rendered {
  std::deque<Environment> environments;
  std::vector<Input> sources;              // files that were rendered: no manifests of their own any more
  struct Trouble {
    std::string root;
    source::FileId file = source::kNoFile; // the Chart.yaml, kustomization or a template, for the place
    std::string message;                   // one sentence
    bool failed = false;                   // the tool refused; else there is no tool
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

}  // namespace podseer::cli
