// SPDX-License-Identifier: Apache-2.0
#include "generate/generate.hpp"
#include "generate/schema.hpp"

namespace podseer::generate {
namespace {

constexpr Table kTables[] = {
    {"schema", write_schema},
};

}  // namespace

std::span<const Table> tables() { return kTables; }

}  // namespace podseer::generate
