// SPDX-License-Identifier: Apache-2.0
// Schedules the pods of a text onto a cluster of a text, for tests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lifecycle/placement.hpp"
#include "world_of.hpp"

namespace podseer::tests {

/// A Node object: `extra` goes into metadata.labels ("disk: ssd, zone: a"), `spec` into spec.
inline std::string node_text(
    const std::string& name, const std::string& labels = {}, const std::string& spec = {},
    const std::string& allocatable = "cpu: \"2\", memory: 8Gi, ephemeral-storage: 50Gi, pods: \"110\"") {
  return "apiVersion: v1\nkind: Node\nmetadata:\n  name: " + name + "\n  labels: {kubernetes.io/hostname: " + name +
         ", kubernetes.io/os: linux, kubernetes.io/arch: amd64" + (labels.empty() ? "" : ", " + labels) + "}\nspec: {" +
         spec + "}\nstatus:\n  allocatable: {" + allocatable +
         "}\n  conditions: [{type: Ready, status: 'True', message: kubelet is posting ready status}]\n"
         "  nodeInfo: {operatingSystem: linux, architecture: amd64}\n---\n";
}

/// A pod that runs for ever; `spec` is flow YAML put beside its containers, `container` into its container.
inline std::string pod_text(const std::string& name, const std::string& spec = {}, const std::string& container = {},
                            const std::string& labels = {}) {
  return "apiVersion: v1\nkind: Pod\nmetadata: {name: " + name + ", labels: {" +
         (labels.empty() ? "app: " + name : labels) + "}}\nspec: {containers: [{name: c, image: nginx" +
         (container.empty() ? "" : ", " + container) + "}]" + (spec.empty() ? "" : ", " + spec) + "}\n---\n";
}

/// A Deployment of `replicas` such pods, labelled app: NAME.
inline std::string deployment_text(const std::string& name, int replicas, const std::string& spec = {},
                                   const std::string& container = {}) {
  return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " + name +
         "}\nspec: {replicas: " + std::to_string(replicas) + ", selector: {matchLabels: {app: " + name +
         "}}, template: {metadata: {labels: {app: " + name + "}}, spec: {containers: [{name: c, image: nginx" +
         (container.empty() ? "" : ", " + container) + "}]" + (spec.empty() ? "" : ", " + spec) + "}}}\n---\n";
}

/// The placements of every workload of the text, by its name.
class Scheduled {
 public:
  explicit Scheduled(const std::string& text, WorldOptions options = {}) : given_(text, std::move(options)) {
    const auto pods = given_.pods();
    placements_ = lifecycle::schedule(pods, given_.world());
    for (const auto* pod : pods) names_.emplace_back(pod->owner->name);
  }
  Scheduled(const std::string& text, const std::string& cluster) : Scheduled(text, WorldOptions{true, cluster, {}}) {}

  const lifecycle::Placement& of(std::string_view name) const {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (names_[i] == name) return placements_[i];
    }
    return placements_.at(placements_.size());  // fails the test
  }
  /// The first problem's message, or "fits".
  std::string message(std::string_view name) const {
    const auto& problems = of(name).problems;
    return problems.empty() ? "fits" : problems.front().message;
  }
  /// The bytes that the first problem underlines.
  std::string underlined(std::string_view name) const {
    const auto& problems = of(name).problems;
    return problems.empty() ? "" : std::string(given_.text(problems.front().span));
  }
  const WorldOf& given() const { return given_; }

 private:
  WorldOf given_;
  std::vector<std::string> names_;
  std::vector<lifecycle::Placement> placements_;
};

}  // namespace podseer::tests
