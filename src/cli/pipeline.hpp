// SPDX-License-Identifier: Apache-2.0
// The way through the house: from bytes to findings and forecasts, one line a step.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "admission/admission.hpp"
#include "cli/options.hpp"
#include "kube/object.hpp"
#include "kube/pod.hpp"
#include "lifecycle/forecast.hpp"
#include "report/reporter.hpp"
#include "rules/engine.hpp"
#include "rules/finding.hpp"
#include "rules/services.hpp"
#include "source/source_file.hpp"
#include "world/world.hpp"
#include "yaml/document.hpp"

namespace podseer::cli {

class Progress;  // cli/progress.hpp

/// One input file: its documents and the objects in them, Lists opened. Filled in by one thread.
struct FileUnit {
  source::FileId file = source::kNoFile;
  bool named = false;     // on the command line; else found below a directory
  std::string chart;      // a Helm template: the chart's directory
  std::string ns;         // of its objects that name none; empty: that of the run
  bool moves = false;     // `ns` also replaces namespaces that are written
  bool rendered = false;  // what a tool printed; people edit other files
  bool skipped = false;   // not read: an unrendered template, or no manifest at all
  yaml::Stream stream;
  std::vector<kube::Object> objects;  // complete, so at stable addresses, once the file is parsed
};

/// A pod template of an accepted object, with all that is found out about it.
struct PodUnit {
  kube::PodTemplate pod;
  rules::RuleContext::Facts facts;
  std::vector<rules::Finding> findings;
};

/// What is known together: all files, or with --isolate one of them.
struct WorldUnit {
  std::vector<FileUnit*> files;
  std::unique_ptr<world::World> world;
  std::deque<PodUnit> pods;                         // in the order of their objects; stable addresses
  std::vector<const kube::PodTemplate*> templates;  // of `pods`
  std::unique_ptr<rules::Selections> selections;
  /// Parallel to `pods`: the first row of each, without a pod where it has none. Most have just one, and a
  /// vector for each of them would cost a second copy of all when they are collected.
  std::vector<lifecycle::Forecast> forecasts;
  std::vector<std::vector<lifecycle::Forecast>> more_forecasts;  // parallel to `pods`: the rows behind the first
  std::vector<rules::Finding> findings;
  std::vector<report::ObjectRow> objects;
};

/// What the files are seen against; the same for every world of a run.
struct Context {
  world::Assumptions assumptions;
  admission::Options admission;
  std::deque<FileUnit> cluster_files;  // of --cluster FILE: context only
  bool has_cluster = false;
  world::Cluster cluster;  // of --cluster PRESET
  world::ImageList images;
  int jobs = 1;
  std::optional<double> at;
  bool with_details = true;  // see ForecastInput; keeps the facts of the pods too
};

/// All that a run found out. Findings and forecasts point into the worlds and sources.
struct Analysis {
  source::SourceMap sources;
  Context context;
  std::deque<FileUnit> files;          // in the order of the inputs
  std::deque<FileUnit> rendered_from;  // files that were rendered: read, but no manifests of their own
  bool partly_rendered = false;        // some chart or overlay could not be
  std::deque<WorldUnit> worlds;
  std::vector<rules::Finding> findings;        // ordered by path, offset, code
  std::vector<lifecycle::Forecast> forecasts;  // ordered as the objects are
  std::vector<report::ObjectRow> objects;
  std::vector<std::string> errors;      // the call is wrong: exit status 2
  std::vector<std::string> warnings;    // for standard error
  std::vector<report::Notice> notices;  // for reports: the same, and what is a finding as well
  Progress* progress = nullptr;         // told what is being done; may be null
};

/// Runs every stage. Never prints.
void analyse(const Options& options, Analysis& analysis);

/// By path, then offset, then code; paths compare as they were given.
void order_findings(std::vector<rules::Finding>& findings, const source::SourceMap& sources);

}  // namespace podseer::cli
