// SPDX-License-Identifier: Apache-2.0
// kubectl's own check of a `kind: List`, before anything is sent.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "admission/admission.hpp"

namespace podseer::admission {

/// What kubectl finds in a v1 List; then no item of it is sent.
struct ListRefusal {
  std::string message;                        // as kubectl prints it, without the file's name
  std::vector<std::vector<ApiError>> errors;  // parallel to the items
};
/// The check that kubectl makes for a v1 List only, with the types of OpenAPI: unknown fields, missing
/// required ones, wrong types. Items of unknown kinds are not looked at. Empty when all is well.
[[nodiscard]] std::optional<ListRefusal> check_list(std::span<const kube::Object* const> items, const Options& options);

}  // namespace podseer::admission
