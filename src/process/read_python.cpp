// SPDX-License-Identifier: Apache-2.0
#include "process/programs.hpp"

namespace podseer::process {

Outcome read_python(const Started&) { return {}; }

}  // namespace podseer::process
