// SPDX-License-Identifier: Apache-2.0
// What of the findings is told: selection, severities of the configuration, ignores, baseline, focus.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/pipeline.hpp"

namespace podseer::cli {

/// What was left out.
struct Selection {
  std::size_t hidden = 0;     // by ignores, baseline, per-file ignores
  std::size_t elsewhere = 0;  // by --focus
  std::string error;          // the baseline cannot be read or written: exit status 2
};

/// Takes what is not to be told out of `analysis.findings`; changes severities as configured; adds what is
/// wrong with the ignores and the baseline themselves (POD0xx).
[[nodiscard]] Selection select_findings(const Options& options, Analysis& analysis);

/// Stable across edits elsewhere: the engine's, or one made of rule, object, field and message.
[[nodiscard]] std::string fingerprint_of(const rules::Finding& finding);

}  // namespace podseer::cli
