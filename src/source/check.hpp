// SPDX-License-Identifier: Apache-2.0
// The third kind of wrong: we are. PODSEER_CHECK holds in every build, names file and line, and ends
// the process with exit status 3. It never prints manifest text.
#pragma once

namespace podseer::source {

/// Prints "podseer: internal error at FILE:LINE: CONDITION" to standard error and exits with 3.
[[noreturn]] void check_failed(const char* file, int line, const char* condition);

}  // namespace podseer::source

#define PODSEER_CHECK(condition) \
  ((condition) ? void(0) : ::podseer::source::check_failed(__FILE__, __LINE__, #condition))
