// SPDX-License-Identifier: Apache-2.0
// A value or a sentence. std::expected is not in GCC 12's C++20.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "source/check.hpp"

namespace podseer::source {

/// Why something could not be done: one sentence without a final period, and the piece of text
/// that offends (empty where there is none). Never holds a secret value.
struct Failure {
  std::string sentence;
  std::string offending;
};

/// Either a T or the Failure that kept it from being made.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}            // NOLINT: implicit on purpose
  Result(Failure failure) : state_(std::move(failure)) {}  // NOLINT: implicit on purpose

  [[nodiscard]] bool ok() const { return std::holds_alternative<T>(state_); }
  explicit operator bool() const { return ok(); }

  /// The value; only after ok().
  [[nodiscard]] const T& value() const {
    PODSEER_CHECK(ok());
    return std::get<T>(state_);
  }
  [[nodiscard]] T& value() {
    PODSEER_CHECK(ok());
    return std::get<T>(state_);
  }
  [[nodiscard]] const T& operator*() const { return value(); }
  [[nodiscard]] const T* operator->() const { return &value(); }

  /// The failure; only after !ok().
  [[nodiscard]] const Failure& failure() const {
    PODSEER_CHECK(!ok());
    return std::get<Failure>(state_);
  }

 private:
  std::variant<T, Failure> state_;
};

}  // namespace podseer::source
