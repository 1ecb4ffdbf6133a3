// SPDX-License-Identifier: Apache-2.0
// Which nodes a pod may use by their name, labels and taints.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kube/pod.hpp"
#include "world/cluster.hpp"

namespace podseer::lifecycle {

using source::SourceSpan;

/// One requirement of a node selector term against a node's labels. A label whose value a preset does
/// not know ("*") meets every requirement that some value could meet.
[[nodiscard]] bool node_meets(const world::ClusterNode& node, const kube::Requirement& requirement);
/// Expressions and fields of the term, ANDed; a term without any matches no node.
[[nodiscard]] bool node_meets(const world::ClusterNode& node, const kube::NodeSelectorTerm& term);
/// The terms, ORed; no terms match no node.
[[nodiscard]] bool node_meets_any(const world::ClusterNode& node, const std::vector<kube::NodeSelectorTerm>& terms);
/// Every pair of spec.nodeSelector is a label of the node. `missing`: the first that is not.
[[nodiscard]] bool node_has_labels(const world::ClusterNode& node, const kube::LabelMap& selector,
                                   const kube::LabelMap::Item** missing = nullptr);
/// nodeSelector and required affinity both match.
[[nodiscard]] bool node_selected(const world::ClusterNode& node, const kube::PodSpec& spec,
                                 const kube::LabelMap& selector);

[[nodiscard]] bool tolerates(const kube::Toleration& toleration, const world::Taint& taint);
/// The first taint of an effect that blocks (NoSchedule and NoExecute, or NoExecute alone) which
/// nothing tolerates, or null.
[[nodiscard]] const world::Taint* untolerated(const world::ClusterNode& node,
                                              std::span<const kube::Toleration> tolerations,
                                              bool no_execute_only = false);
/// What the DaemonSet controller adds to its pods' tolerations.
[[nodiscard]] std::vector<kube::Toleration> daemon_tolerations(bool host_network);

/// Why no node of any cluster can satisfy the pod's own node constraints, or empty: `In [a]` beside
/// `In [b]` for one key, an empty term list, kubernetes.io/os values that do not exist, ...
struct Impossible {
  SourceSpan span;
  std::string field_path;  // below the pod's spec
  std::string why;         // one sentence
  bool certain = true;     // false: a value that no known node has (kubernetes.io/arch: x86_64)
};
[[nodiscard]] std::optional<Impossible> impossible_node(const kube::PodSpec& spec, const kube::LabelMap& selector);

}  // namespace podseer::lifecycle
