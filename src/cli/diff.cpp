// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "cli/commands.hpp"

namespace podseer::cli {

int diff(const Options&) {
  std::fprintf(stderr, "podseer: error: `podseer diff` is not there yet\n");
  return 2;
}

}  // namespace podseer::cli
