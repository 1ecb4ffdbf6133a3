// SPDX-License-Identifier: Apache-2.0
#include "cli/run.hpp"

namespace podseer::cli {

int run(int argc, char** argv) {
  (void)argc;
  (void)argv;
  return 0;
}

}  // namespace podseer::cli
