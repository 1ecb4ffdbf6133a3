// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace podseer::cli {

/// The whole program; returns the exit status (0 clean, 1 findings, 2 wrong call or environment).
int run(int argc, char** argv);

}  // namespace podseer::cli
