// SPDX-License-Identifier: Apache-2.0
// Rows of the generated field table (generate/schema.cpp writes them, kube/schema.cpp reads them).
#pragma once

#include <cstdint>

namespace podseer::kube::schema {

enum class Shape : std::uint8_t { One, List, Map };
enum class Element : std::uint8_t {
  String,
  Int32,
  Int64,
  Bool,
  Quantity,
  IntOrString,
  Time,
  MicroTime,
  Duration,
  Bytes,
  Any,
  Ref
};

/// A piece of the string pool.
struct Text {
  std::uint32_t offset;
  std::uint16_t size;
};

struct FieldRow {
  Text name;
  Text go;             // empty: the element's own Go type
  Text enumeration;    // comma-separated
  std::uint16_t type;  // of a Ref
  Shape shape;
  Element element;
  std::uint8_t since;  // minor version; 0: always
  std::uint8_t until;  // minor version; 0: still there
  bool required;       // by OpenAPI
};

struct TypeRow {
  Text name;                  // "core.v1.Container"
  std::uint16_t first_field;  // its fields are sorted by name
  std::uint16_t field_count;
};

struct KindRow {
  Text group, version, kind;
  std::uint16_t type;
  bool namespaced;
  bool on;
  std::uint8_t since;
  std::uint8_t until;
};

struct RemovedRow {
  Text api_version, kinds, replacement;
  std::uint8_t gone_in;
};

inline constexpr std::uint16_t kNoType = 0xffff;

// Defined by the generated file.
extern const char kPool[];
extern const FieldRow kFields[];
extern const TypeRow kTypes[];
extern const std::uint16_t kTypeCount;
extern const KindRow kKinds[];  // sorted by kind, group, version
extern const std::uint16_t kKindCount;
extern const RemovedRow kRemoved[];
extern const std::uint16_t kRemovedCount;

}  // namespace podseer::kube::schema
