// SPDX-License-Identifier: Apache-2.0
// podFailurePolicy and successPolicy of a Job: which exit codes and conditions of a pod end it,
// retry it or are ignored, and which indexes are enough (pkg/apis/batch/validation,
// Kubernetes 1.34). Worked example: `onExitCodes: {operator: In, values: [0]}` gives `values[0]:
// Invalid value: 0: must not be 0 for the In operator`.
#pragma once

#include "admission/context.hpp"

namespace podseer::admission {

/// spec.podFailurePolicy of a Job's spec; absent is no error.
void validate_failure_policy(const View& spec, const Path& path, Errors& errors);
/// A successPolicy of an Indexed Job with so many completions.
void validate_success_policy(const View& policy, std::int64_t completions, const Path& path, Errors& errors);

/// The policy as errors about the whole of it print it: Go field names.
[[nodiscard]] std::string printed_success_policy(const View& policy);

}  // namespace podseer::admission
