// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "cli/commands.hpp"

namespace podseer::cli {

int graph(const Options&) {
  std::fprintf(stderr, "podseer: error: `podseer graph` is not there yet\n");
  return 2;
}

}  // namespace podseer::cli
