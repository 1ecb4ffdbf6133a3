// SPDX-License-Identifier: Apache-2.0
#include "generate/generate.hpp"

namespace podseer::generate {

std::span<const Table> tables() { return {}; }

}  // namespace podseer::generate
