// SPDX-License-Identifier: Apache-2.0
// A guess about command lines that nobody could read to their end.
#pragma once

#include <string_view>

namespace podseer::process {

/// Do these words of a command line, or lines of a script, look as if they stay for minutes when nothing goes wrong:
/// a long sleep, a server, an endless loop? For what is shown of a healthy container only, never for a claim.
[[nodiscard]] bool looks_lasting(std::string_view text);

}  // namespace podseer::process
