// SPDX-License-Identifier: Apache-2.0
// Amounts are kept as a 128-bit count of nano units: the server itself rounds finer amounts up to
// milli or nano, and caps at 2^63-1 units, so nothing that matters is lost. "1.5Gi" is
// 1610612736 units; "100m" is 0.1 unit; "1e3" is 1000 units.
#include "kube/quantity.hpp"

#include <algorithm>
#include <limits>

namespace podseer::kube {
namespace {

using Nano = Quantity::Nano;

constexpr Nano kNano = 1000000000;
// resource.Quantity caps at 2^63-1 units ("values are capped", quantity.go).
constexpr Nano kMax = static_cast<Nano>(std::numeric_limits<std::int64_t>::max()) * kNano;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// a * b, saturating at kMax.
Nano multiply(Nano a, Nano b) {
  if (a == 0 || b == 0) return 0;
  if (a > kMax / b) return kMax;
  return a * b;
}

// 10^exponent; exponents beyond 30 are treated as 30, far above the cap.
Nano power_of_ten(int exponent) {
  Nano value = 1;
  for (int i = 0; i < std::min(exponent, 30); ++i) value *= 10;
  return value;
}

Nano divide_up(Nano value, Nano by) {
  const Nano quotient = value / by;
  return value % by == 0 ? quotient : quotient + (value > 0 ? 1 : -1);
}

std::int64_t clamp(Nano value) {
  constexpr auto kLow = std::numeric_limits<std::int64_t>::min();
  constexpr auto kHigh = std::numeric_limits<std::int64_t>::max();
  return value > kHigh ? kHigh : value < kLow ? kLow : static_cast<std::int64_t>(value);
}

// Number of a decimal digit string as an integer, saturating.
Nano read_digits(std::string_view digits) {
  Nano value = 0;
  for (const char c : digits) {
    if (value > kMax) return value;
    value = value * 10 + (c - '0');
  }
  return value;
}

// digits[.fraction] * scale, in nano units, rounded up.
Nano scaled(std::string_view whole, std::string_view fraction, Nano scale_nano) {
  Nano total = multiply(read_digits(whole), scale_nano);
  // The fraction digit by digit: exact while the divisor divides, the rest rounds up.
  fraction = fraction.substr(0, std::min<std::size_t>(fraction.size(), 27));
  if (!fraction.empty()) {
    const Nano divisor = power_of_ten(static_cast<int>(fraction.size()));
    const Nano part = read_digits(fraction);
    // part < 10^27 and scale_nano <= 2^60 * 10^9 could overflow 127 bits; split the division.
    Nano scale = scale_nano;
    Nano remaining = divisor;
    while (remaining > 1 && scale % 10 == 0) {
      scale /= 10;
      remaining /= 10;
    }
    if (part != 0) {
      if (part > kMax / std::max<Nano>(scale, 1)) {
        total += static_cast<Nano>(static_cast<long double>(part) * static_cast<long double>(scale) /
                                   static_cast<long double>(remaining)) +
                 1;
      } else {
        total += divide_up(part * scale, remaining);
      }
    }
  }
  return std::min(total, kMax);
}

}  // namespace

Quantity Quantity::of(std::int64_t units) {
  Quantity quantity;
  quantity.nano_ = static_cast<Nano>(units) * kNano;
  return quantity;
}

std::optional<Quantity> Quantity::parse(std::string_view text, Error* error) {
  Error ignored = Error::None;
  Error& why = error == nullptr ? ignored : *error;
  why = Error::None;
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t' || text.front() == '\n' || text.front() == '\r'))
    text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\n' || text.back() == '\r'))
    text.remove_suffix(1);
  const auto fail = [&](Error kind) -> std::optional<Quantity> {
    why = kind;
    return std::nullopt;
  };
  // quantity.go parseQuantityString: sign, digits, fraction, then a suffix of legal characters.
  std::size_t at = 0;
  bool negative = false;
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) negative = text[at++] == '-';
  const std::size_t whole_begin = at;
  while (at < text.size() && is_digit(text[at])) ++at;
  std::string_view whole = text.substr(whole_begin, at - whole_begin);
  std::string_view fraction;
  if (at < text.size() && text[at] == '.') {
    const std::size_t begin = ++at;
    while (at < text.size() && is_digit(text[at])) ++at;
    fraction = text.substr(begin, at - begin);
  }
  if (whole.empty() && fraction.empty()) return fail(Error::Format);
  const std::string_view suffix = text.substr(at);
  std::size_t letters = 0;
  while (letters < suffix.size() && std::string_view("eEinumkKMGTP").find(suffix[letters]) != std::string_view::npos)
    ++letters;
  std::size_t rest = letters;
  if (rest < suffix.size() && (suffix[rest] == '-' || suffix[rest] == '+')) ++rest;
  while (rest < suffix.size() && is_digit(suffix[rest])) ++rest;
  if (rest != suffix.size()) return fail(Error::Format);

  Quantity quantity;
  Nano scale = kNano;
  if (suffix.empty()) {
    scale = kNano;
  } else if (suffix == "n") {
    scale = 1;
  } else if (suffix == "u") {
    scale = 1000;
  } else if (suffix == "m") {
    scale = kNano / 1000;
  } else if (suffix.size() == 1 && std::string_view("kMGTPE").find(suffix[0]) != std::string_view::npos) {
    const auto power = static_cast<int>(std::string_view("kMGTPE").find(suffix[0])) + 1;
    scale = kNano * power_of_ten(3 * power);
  } else if (suffix.size() == 2 && suffix[1] == 'i' &&
             std::string_view("KMGTPE").find(suffix[0]) != std::string_view::npos) {
    const auto power = static_cast<unsigned>(std::string_view("KMGTPE").find(suffix[0])) + 1;
    scale = kNano * (static_cast<Nano>(1) << (10 * power));
    quantity.format_ = Format::Binary;
  } else if (suffix[0] == 'e' || suffix[0] == 'E') {
    std::string_view digits = suffix.substr(1);
    bool down = false;
    if (!digits.empty() && (digits[0] == '+' || digits[0] == '-')) {
      down = digits[0] == '-';
      digits.remove_prefix(1);
    }
    if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) return fail(Error::Suffix);
    const Nano exponent = read_digits(digits);
    quantity.format_ = Format::Exponent;
    if (down) {
      if (exponent > 9) {
        // Finer than nano: rounds up to one nano unless it is zero.
        const bool zero = whole.find_first_not_of('0') == std::string_view::npos &&
                          fraction.find_first_not_of('0') == std::string_view::npos;
        quantity.nano_ =
            zero ? 0
                 : std::max<Nano>(1, divide_up(scaled(whole, fraction, kNano),
                                               power_of_ten(static_cast<int>(std::min<Nano>(exponent, 30)))));
        if (negative) quantity.nano_ = -quantity.nano_;
        return quantity;
      }
      scale = kNano / power_of_ten(static_cast<int>(exponent));
    } else {
      scale = multiply(kNano, power_of_ten(static_cast<int>(std::min<Nano>(exponent, 30))));
    }
  } else {
    return fail(Error::Suffix);
  }
  quantity.nano_ = scaled(whole, fraction, scale);
  if (negative) quantity.nano_ = -quantity.nano_;
  return quantity;
}

std::int64_t Quantity::units() const { return clamp(divide_up(nano_, kNano)); }
std::int64_t Quantity::milli() const { return clamp(divide_up(nano_, kNano / 1000)); }
bool Quantity::is_integer() const { return nano_ % kNano == 0; }

Quantity& Quantity::operator+=(const Quantity& other) {
  if (nano_ == 0) format_ = other.format_;
  nano_ = std::clamp(nano_ + other.nano_, -kMax, kMax);
  return *this;
}

Quantity& Quantity::operator-=(const Quantity& other) {
  if (nano_ == 0) format_ = other.format_;
  nano_ = std::clamp(nano_ - other.nano_, -kMax, kMax);
  return *this;
}

std::string Quantity::canonical() const {
  if (nano_ == 0) return "0";
  const bool negative = nano_ < 0;
  Nano value = negative ? -nano_ : nano_;
  const auto print = [&](Nano number, std::string suffix) {
    std::string digits;
    do {
      digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(number % 10)));
      number /= 10;
    } while (number != 0);
    return (negative ? "-" : "") + digits + suffix;
  };
  if (format_ == Format::Binary && value % kNano == 0 && value >= 1024 * kNano) {
    Nano units = value / kNano;
    int power = 0;
    while (power < 6 && units % 1024 == 0) {
      units /= 1024;
      ++power;
    }
    static constexpr std::string_view kSuffixes[] = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
    return print(units, std::string(kSuffixes[power]));
  }
  // Decimal: the largest suffix that leaves no fraction; exponents are multiples of three.
  int power = -3;
  while (power < 6 && value % 1000 == 0) {
    value /= 1000;
    ++power;
  }
  if (format_ == Format::Exponent) return print(value, power == 0 ? "" : "e" + std::to_string(3 * power));
  static constexpr std::string_view kSuffixes[] = {"n", "u", "m", "", "k", "M", "G", "T", "P", "E"};
  return print(value, std::string(kSuffixes[power + 3]));
}

}  // namespace podseer::kube
