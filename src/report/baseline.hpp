// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <span>

#include "rules/finding.hpp"
#include "source/source_file.hpp"

namespace podseer::report {

/// podseer/baseline/v1: one entry a fingerprint, with what a reader of a diff wants to see.
void write_baseline(std::span<const rules::Finding> findings, const source::SourceMap& sources, std::ostream& out);

}  // namespace podseer::report
