// SPDX-License-Identifier: Apache-2.0
// What a change does to the pods, for `podseer diff`.
#pragma once

#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <string_view>

namespace podseer::report {

/// In the order in which they are told.
enum class Change : std::uint8_t { NewlyFailing, FailsDifferently, Mended, New, Gone };

/// One owner whose pods fare differently.
struct ChangeRow {
  Change change = Change::NewlyFailing;
  std::string owner;          // "Deployment/default/web"
  std::string before, after;  // STATUS, several joined by "+"; empty where the owner is not there
  std::string why;            // one line; empty when it is healthy
};

/// Writes the rows as text, markdown or json; false for any other format. `owners`: how many were compared.
[[nodiscard]] bool write_changes(std::string_view format, std::span<const ChangeRow> rows, std::size_t owners,
                                 std::ostream& out);

}  // namespace podseer::report
