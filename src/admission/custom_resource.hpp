// SPDX-License-Identifier: Apache-2.0
// Custom resources: accepted silently, unless the CustomResourceDefinition is given; then they are
// checked against its structural schema (apiextensions-apiserver v0.34).
#pragma once

#include "admission/context.hpp"

namespace podseer::admission {

/// The CustomResourceDefinition of an object's group and kind, or null.
[[nodiscard]] const kube::Object* find_definition(const kube::Object& object, const world::World& world);

/// What the definition says about an object.
struct CustomVerdict {
  bool version_served = true;  // false: kubectl finds no such kind
  bool namespaced = true;
  Errors unknown;  // strict decoding: fields that the schema prunes
  Errors invalid;  // types, required, enum, pattern, bounds
};
[[nodiscard]] CustomVerdict check_custom_resource(const kube::Object& object, const kube::Object& definition);

}  // namespace podseer::admission
