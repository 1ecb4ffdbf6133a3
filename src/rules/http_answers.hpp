// SPDX-License-Identifier: Apache-2.0
// What the servers of well-known images answer to an HTTP probe in their default configuration.
#pragma once

#include <optional>
#include <string>

#include "rules/probe_sites.hpp"

namespace podseer::rules {

/// Why the probe's request fails though the port is served, as a sentence piece; empty when nobody
/// knows or when it succeeds. Silent as soon as a command, a mount or a hook may change what is
/// served.
[[nodiscard]] std::optional<std::string> wrong_answer(const kube::PodTemplate& pod, const kube::Container& container,
                                                      const kube::Handler& handler, const RuleContext& context);

/// Reports probes of that role that get such an answer.
void report_wrong_answers(const kube::PodTemplate& pod, ProbeSite::Role role, RuleContext& context);

}  // namespace podseer::rules
