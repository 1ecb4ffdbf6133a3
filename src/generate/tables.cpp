// SPDX-License-Identifier: Apache-2.0
#include "generate/clusters.hpp"
#include "generate/facts.hpp"
#include "generate/generate.hpp"
#include "generate/images.hpp"
#include "generate/rules.hpp"
#include "generate/schema.hpp"

namespace podseer::generate {
namespace {

constexpr Table kTables[] = {
    {"facts", write_facts},
    {"clusters", write_clusters},
    {"images", write_images},
    {"schema", write_schema},
    {"rules", write_rules},
    {"topics", write_topics},
    {"official_images", write_official_images},
};

}  // namespace

std::span<const Table> tables() { return kTables; }

}  // namespace podseer::generate
