// SPDX-License-Identifier: Apache-2.0
// The language of messages: --lang, else what the environment says. Rules are translated in rules/ko/.
#pragma once

#include <string>
#include <vector>

#include "cli/options.hpp"
#include "rules/finding.hpp"

namespace podseer::cli {

/// "ko" or "en": --lang or the configuration, else LC_ALL, LC_MESSAGES, LANG.
[[nodiscard]] std::string language_of(const Options& options);

/// Puts the Korean texts of the rules in the place of the English ones. What a rule worded for the
/// case at hand, beyond its data, stays English.
void translate(std::vector<rules::Finding>& findings);

}  // namespace podseer::cli
