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

/// Takes secret values out of a text that is made of the files' own lines.
void hide_secrets(const Analysis& analysis, std::string& text);

/// Does the text look like a manifest? Where a list or a configuration is expected, such a file is not shown.
[[nodiscard]] bool looks_like_manifest(std::string_view bytes);

/// Takes secret values out of the texts of findings and forecasts, should one have got in.
void redact(Analysis& analysis);

}  // namespace podseer::cli
