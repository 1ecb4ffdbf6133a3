// SPDX-License-Identifier: Apache-2.0
// What Argo CD and Flux say about directories of the repository. An `Application` whose source is
// charts/web with the values file prod.yaml and the destination namespace shop is rendered just so:
//
//     helm template web charts/web --namespace shop --values charts/web/prod.yaml
//
// A Flux `Kustomization` names a path and may move all its objects to another namespace; a `HelmRelease`
// names a chart and its values. Nothing is fetched: only directories that are here count, and an Application
// whose values are elsewhere says nothing. (Argo CD 3, argoproj.io/v1alpha1; Flux 2, kustomize- and
// helm-controller.)
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/inputs.hpp"
#include "cli/options.hpp"

namespace podseer::cli {

/// `--set NAME=VALUE`, or `--set-string`.
struct HelmParameter {
  std::string name, value;
  bool text = false;
};

/// One deployment of a directory.
struct Deployment {
  std::string by;                         // "Application web"
  std::string file;                       // where that stands, as the input is called
  std::string directory;                  // absolute, symbolic links resolved
  std::string ns;                         // of objects that name none; empty: not said
  bool moves = false;                     // `ns` also replaces the namespaces that are written (Flux)
  bool recursive = true;                  // a plain directory: with those below it
  std::string release;                    // Helm: release name
  std::vector<std::string> values;        // Helm: files, existing
  std::string inline_values;              // Helm: YAML that comes after the files; may be empty
  std::vector<HelmParameter> parameters;  // Helm
  std::vector<std::pair<std::string, std::string>> substitutes;  // Flux: ${NAME} becomes the value
  bool substituted = false;                                      // Flux: postBuild is there at all
  bool defaults_count = false;                                   // no ConfigMap or Secret may hold further substitutes
};

/// Those of all inputs, in their order. Paths are seen from the root of the repository.
[[nodiscard]] std::vector<Deployment> find_deployments(const Inputs& inputs, const source::SourceMap& sources);

/// `${NAME}`, `${NAME:=default}` and `${NAME:-default}` of a rendering, as far as their values are known.
[[nodiscard]] std::string substituted(std::string_view text, const Deployment& deployment);

/// The directory as Deployment::directory has it; empty when there is none.
[[nodiscard]] std::string resolved_directory(const std::string& path);

}  // namespace podseer::cli
