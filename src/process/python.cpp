// SPDX-License-Identifier: Apache-2.0
// python3, as far as it can be read without running it.
#include "process/applets.hpp"

namespace podseer::process {

void add_python_programs(ProgramTable& table) { (void)table; }

}  // namespace podseer::process
