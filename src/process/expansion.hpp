// SPDX-License-Identifier: Apache-2.0
// Kubernetes' own $(VAR) expansion in command, args and env values (k8s.io/kubernetes
// third_party/forked/golang/expansion, v1.34): $(NAME) is replaced when NAME is known to the kubelet and
// stays as it is otherwise; $$ is a single $; it is never an error.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "process/shell.hpp"

namespace podseer::process {

/// Looks a variable up among those that the kubelet has collected so far.
using VariableLookup = std::function<Value(std::string_view)>;

/// The text with every $(NAME) replaced; empty when a value that it needs is not known. `secret` is set
/// when a secret value went in.
[[nodiscard]] std::optional<std::string> expand(std::string_view text, const VariableLookup& lookup,
                                                bool* secret = nullptr);

}  // namespace podseer::process
