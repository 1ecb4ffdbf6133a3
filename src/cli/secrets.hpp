// SPDX-License-Identifier: Apache-2.0
// What is never shown: values of Secrets (and the annotation in which kubectl keeps a copy of them),
// and env values whose names say that they are credentials.
#pragma once

#include <string>
#include <vector>

#include "cli/pipeline.hpp"

namespace podseer::cli {

/// Places of secret values in all files, ordered and not overlapping.
[[nodiscard]] std::vector<source::SourceSpan> secret_spans(const Analysis& analysis);

/// Takes the values of Secrets out of the texts of findings, should one have got in.
void redact(Analysis& analysis);

}  // namespace podseer::cli
