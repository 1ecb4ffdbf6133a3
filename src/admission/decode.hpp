// SPDX-License-Identifier: Apache-2.0
// The server's strict decoding of an object by the field table: json type mismatches, quantities,
// int-or-strings, times, base64, unknown fields. Kubernetes 1.34, apimachinery's
// serializer/json with sigs.k8s.io/json.
#pragma once

#include <string>

#include "admission/context.hpp"
#include "kube/schema.hpp"

namespace podseer::admission {

/// How decoding went. When it failed, `errors` holds either exactly one WrongType (the one that the
/// server reports) or every unknown field.
struct Decoding {
  bool ok = true;
  std::string detail;  // what the server prints behind "cannot be handled as a Pod: "
  std::vector<ApiError> errors;
};

/// Decodes `root` as `type` in that minor version. Allocates nothing when all is well.
[[nodiscard]] Decoding decode(const yaml::Node& root, kube::SchemaType type, int minor);

/// The same for `metadata` alone, which every kind has: for kinds whose fields are not known.
[[nodiscard]] Decoding decode_metadata(const yaml::Node& root, std::string_view kind, int minor);

/// Go's time.RFC3339 layout: why `text` is no time, in Go's words; empty when it is one.
[[nodiscard]] std::string rfc3339_error(std::string_view text);

}  // namespace podseer::admission
