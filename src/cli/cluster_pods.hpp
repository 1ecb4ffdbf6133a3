// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace podseer::cli {

/// How the pods of one owner fare.
struct OwnerState {
  std::set<std::string> statuses;  // distinct STATUS values; {"NoPods"} when there are none
  bool failing = false;
  std::string why;  // one line; empty when healthy
};

/// Reads the output of `kubectl get pods -A -o json` (or yaml) and fills in how the pods of each owner
/// ("Deployment/namespace/name") fare now. A sentence ("is not ...") when it is something else.
[[nodiscard]] std::string read_cluster_pods(std::string_view bytes, std::map<std::string, OwnerState>& owners);

}  // namespace podseer::cli
