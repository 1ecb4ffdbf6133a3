// SPDX-License-Identifier: Apache-2.0
// What the API server knows about its own kinds: which group serves them, and whether they live in a
// namespace. A kind that another project also uses (Knative's Service) is told apart by its group.
#pragma once

#include <string_view>

namespace podseer::world {

/// No object of that kind has a namespace (Node, PersistentVolume, ClusterIssuer, ...). Unknown kinds
/// are namespaced, as most custom resources are.
[[nodiscard]] bool cluster_scoped(std::string_view group, std::string_view kind);

/// The object is of Kubernetes' own kind of that name: a "Service" of the core group, and not
/// Knative's. True for every kind that Kubernetes does not have itself.
[[nodiscard]] bool own_kind(std::string_view group, std::string_view kind);

}  // namespace podseer::world
