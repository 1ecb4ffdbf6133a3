// SPDX-License-Identifier: Apache-2.0
// A value of a manifest together with where it came from.
#pragma once

#include <cstdint>
#include <utility>

#include "source/source_file.hpp"

namespace podseer::kube {

using source::SourceSpan;

/// Who put the value there.
enum class Origin : std::uint8_t {
  Absent,     // nobody: `value` is the type's empty value
  Defaulted,  // the API server or an admission plugin
  Written     // the manifest
};

/// A field of a Kubernetes object. `span` is the value's bytes when written, else the place where a
/// reader would look for it (the enclosing object's key), or nowhere.
template <typename T>
struct Field {
  T value{};
  SourceSpan span;
  Origin origin = Origin::Absent;

  [[nodiscard]] bool written() const { return origin == Origin::Written; }
  /// Written or defaulted.
  [[nodiscard]] bool set() const { return origin != Origin::Absent; }
  const T& operator*() const { return value; }
  const T* operator->() const { return &value; }
  /// Sets the value as a default unless somebody already set it.
  void set_default(T fallback) {
    if (set()) return;
    value = std::move(fallback);
    origin = Origin::Defaulted;
  }
};

}  // namespace podseer::kube
