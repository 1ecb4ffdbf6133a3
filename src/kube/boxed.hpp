// SPDX-License-Identifier: Apache-2.0
// A part that few objects have. Absent it takes one pointer, so that the model of a plain pod stays
// small: twenty thousand of them are kept at once for a big file.
#pragma once

#include <memory>
#include <utility>

namespace podseer::kube {

/// A value on the heap, or none. Copies are deep. Reading an absent one gives T's empty value.
template <typename T>
class Boxed {
 public:
  Boxed() = default;
  Boxed(T value) : value_(std::make_unique<T>(std::move(value))) {}  // NOLINT: as std::optional does
  Boxed(const Boxed& other) : value_(other.value_ ? std::make_unique<T>(*other.value_) : nullptr) {}
  Boxed(Boxed&&) noexcept = default;
  Boxed& operator=(Boxed other) noexcept {
    value_ = std::move(other.value_);
    return *this;
  }
  ~Boxed() = default;

  [[nodiscard]] bool has_value() const { return value_ != nullptr; }
  explicit operator bool() const { return has_value(); }
  const T& operator*() const { return value_ ? *value_ : empty(); }
  const T* operator->() const { return &**this; }
  /// For writing; made when absent.
  [[nodiscard]] T& edit() {
    if (!value_) value_ = std::make_unique<T>();
    return *value_;
  }

 private:
  static const T& empty() {
    static const T nothing{};
    return nothing;
  }
  std::unique_ptr<T> value_;
};

}  // namespace podseer::kube
