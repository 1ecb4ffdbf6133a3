// SPDX-License-Identifier: Apache-2.0
// Kubernetes resource quantities ("100m", "1.5Gi", "1e3"), parsed and compared exactly as
// apimachinery's resource.Quantity does (v0.34.4, pkg/api/resource/quantity.go).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace podseer::kube {

/// An exact decimal amount, in nano units (10^-9), saturating at +-2^127. Finer than nano rounds up
/// (away from zero), as the server does.
class Quantity {
 public:
  using Nano = __int128;

  Quantity() = default;
  /// `units` whole units.
  static Quantity of(std::int64_t units);

  enum class Error : std::uint8_t { None, Format, Suffix };
  /// Parses JSON text of a number or string; surrounding blanks are trimmed. On failure `error`
  /// says which of the server's two messages applies, and the result is empty.
  static std::optional<Quantity> parse(std::string_view text, Error* error = nullptr);

  /// Rounded up to whole units / thousandths; clamped to int64.
  [[nodiscard]] std::int64_t units() const;
  [[nodiscard]] std::int64_t milli() const;
  [[nodiscard]] bool is_zero() const { return nano_ == 0; }
  [[nodiscard]] bool is_negative() const { return nano_ < 0; }
  /// No fraction of a unit.
  [[nodiscard]] bool is_integer() const;
  [[nodiscard]] Nano nano() const { return nano_; }

  Quantity& operator+=(const Quantity& other);
  Quantity& operator-=(const Quantity& other);
  friend Quantity operator+(Quantity a, const Quantity& b) { return a += b; }
  friend Quantity operator-(Quantity a, const Quantity& b) { return a -= b; }
  friend auto operator<=>(const Quantity& a, const Quantity& b) { return a.nano_ <=> b.nano_; }
  friend bool operator==(const Quantity& a, const Quantity& b) { return a.nano_ == b.nano_; }

  /// The canonical form that the API server prints ("1", "1500m", "1Gi", "128M"): the suffix
  /// family (decimal, binary, exponent) of the parsed text is kept.
  [[nodiscard]] std::string canonical() const;

 private:
  enum class Format : std::uint8_t { Decimal, Binary, Exponent };
  Nano nano_ = 0;
  Format format_ = Format::Decimal;
};

}  // namespace podseer::kube
