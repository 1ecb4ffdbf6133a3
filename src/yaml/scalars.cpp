// SPDX-License-Identifier: Apache-2.0
#include "yaml/scalars.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>

#include "source/base64.hpp"
#include "source/utf8.hpp"

namespace podseer::yaml {
namespace {

constexpr std::string_view kTagPrefix = "tag:yaml.org,2002:";

bool digit(char c) { return c >= '0' && c <= '9'; }

std::optional<Resolved> resolve_word(std::string_view word) {
  struct Word {
    std::string_view spelling;
    Kind kind;
    std::string_view json;
  };
  // resolve.go resolveMapList; .nan and .inf are handled apart.
  static constexpr std::array<Word, 26> kWords = {{
      {"y", Kind::Bool, "true"},      {"Y", Kind::Bool, "true"},      {"yes", Kind::Bool, "true"},
      {"Yes", Kind::Bool, "true"},    {"YES", Kind::Bool, "true"},    {"true", Kind::Bool, "true"},
      {"True", Kind::Bool, "true"},   {"TRUE", Kind::Bool, "true"},   {"on", Kind::Bool, "true"},
      {"On", Kind::Bool, "true"},     {"ON", Kind::Bool, "true"},     {"n", Kind::Bool, "false"},
      {"N", Kind::Bool, "false"},     {"no", Kind::Bool, "false"},    {"No", Kind::Bool, "false"},
      {"NO", Kind::Bool, "false"},    {"false", Kind::Bool, "false"}, {"False", Kind::Bool, "false"},
      {"FALSE", Kind::Bool, "false"}, {"off", Kind::Bool, "false"},   {"Off", Kind::Bool, "false"},
      {"OFF", Kind::Bool, "false"},   {"~", Kind::Null, "null"},      {"null", Kind::Null, "null"},
      {"Null", Kind::Null, "null"},   {"NULL", Kind::Null, "null"},
  }};
  if (word.size() > 5) return std::nullopt;
  for (const Word& known : kWords) {
    if (known.spelling == word) return Resolved{known.kind, known.json, true};
  }
  return std::nullopt;
}

bool is_infinite_word(std::string_view word) {
  if (word.starts_with('+') || word.starts_with('-')) word.remove_prefix(1);
  return word == ".inf" || word == ".Inf" || word == ".INF";
}
bool is_nan_word(std::string_view word) { return word == ".nan" || word == ".NaN" || word == ".NAN"; }

/// strconv.ParseInt(text, 0, 64) and ParseUint: magnitude and sign, or nothing.
struct Integer {
  bool negative = false;
  std::uint64_t magnitude = 0;
};
std::optional<Integer> parse_integer(std::string_view text) {
  Integer result;
  bool sign = false;
  if (text.starts_with('-') || text.starts_with('+')) {
    sign = true;
    result.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  int base = 10;
  if (text.size() > 1 && text[0] == '0') {
    const char mark = static_cast<char>(text[1] | 0x20);
    base = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 8;
    text.remove_prefix(mark == 'x' || mark == 'o' || mark == 'b' ? 2 : 1);
  }
  if (text.empty()) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result.magnitude, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  constexpr std::uint64_t kLimit = std::uint64_t{1} << 63U;
  if (result.negative && result.magnitude > kLimit) return std::nullopt;
  if (sign && !result.negative && result.magnitude >= kLimit) return std::nullopt;  // ParseUint takes no sign
  return result;
}

/// resolve.go yamlStyleFloat: [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool is_float(std::string_view text) {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t begin = i;
    while (i < text.size() && digit(text[i])) ++i;
    return i - begin;
  };
  if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
  const std::size_t whole = digits();
  if (i < text.size() && text[i] == '.') {
    ++i;
    const std::size_t fraction = digits();
    if (whole == 0 && fraction == 0) return false;
  } else if (whole == 0) {
    return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (digits() == 0) return false;
  }
  return i == text.size();
}

/// Shortest digits of a finite number and its decimal exponent (0.1234 * 10^exponent).
template <typename Float>
struct Shortest {
  std::string digits;
  int exponent = 0;
  explicit Shortest(Float value) {
    std::array<char, 64> buffer{};
    const auto result =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
    const std::string_view text(buffer.data(), static_cast<std::size_t>(result.ptr - buffer.data()));
    const std::size_t e = text.find('e');
    for (const char c : text.substr(0, e)) {
      if (digit(c)) digits.push_back(c);
    }
    const std::size_t last = digits.find_last_not_of('0');
    digits.resize(last == std::string::npos ? 1 : last + 1);
    int power = 0;
    std::string_view power_text = text.substr(e + 1);
    if (power_text.starts_with('+')) power_text.remove_prefix(1);
    std::from_chars(power_text.data(), power_text.data() + power_text.size(), power);
    exponent = power + 1;
  }
  [[nodiscard]] std::string fixed() const {
    const int count = static_cast<int>(digits.size());
    if (exponent <= 0) return "0." + std::string(static_cast<std::size_t>(-exponent), '0') + digits;
    if (exponent >= count) return digits + std::string(static_cast<std::size_t>(exponent - count), '0');
    return digits.substr(0, static_cast<std::size_t>(exponent)) + "." +
           digits.substr(static_cast<std::size_t>(exponent));
  }
  [[nodiscard]] std::string scientific(bool two_digits) const {
    std::string text = digits.substr(0, 1);
    if (digits.size() > 1) text += "." + digits.substr(1);
    const int power = exponent - 1;
    text += power < 0 ? "e-" : "e+";
    const std::string magnitude = std::to_string(std::abs(power));
    return text + (two_digits && magnitude.size() < 2 ? "0" : "") + magnitude;
  }
};

/// encoding/json's spelling of a float64.
std::string json_float(double value) {
  if (value == 0) return std::signbit(value) ? "-0" : "0";
  const double magnitude = std::fabs(value);
  const Shortest<double> shortest(magnitude);
  // encode.go floatEncoder: 'e' below 1e-6 and from 1e21, and "e-09" becomes "e-9".
  const std::string text =
      magnitude < 1e-6 || magnitude >= 1e21 ? shortest.scientific(magnitude >= 1e21) : shortest.fixed();
  return (value < 0 ? "-" : "") + text;
}

Resolved number(double value, source::Arena& arena) {
  if (!std::isfinite(value)) return {Kind::Float, "0", false, true};
  const std::string text = json_float(value);
  const bool whole = text.find_first_of(".e") == std::string::npos;
  // Integers beyond 64 bits stay floats: the API server reads them as such.
  const bool fits = std::fabs(value) < 18446744073709551616.0;
  return {whole && fits ? Kind::Int : Kind::Float, arena.copy(text), true, true};
}

std::optional<Resolved> parse_float(std::string_view text, source::Arena& arena) {
  const double value = std::strtod(std::string(text).c_str(), nullptr);
  if (!std::isfinite(value)) return std::nullopt;  // strconv.ParseFloat: out of range
  return number(value, arena);
}

Resolved integer(const Integer& value, std::string_view written, source::Arena& arena) {
  std::array<char, 24> buffer{};
  char* begin = buffer.data();
  if (value.negative && value.magnitude != 0) *begin++ = '-';
  const auto end = std::to_chars(begin, buffer.data() + buffer.size(), value.magnitude).ptr;
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  return {Kind::Int, text == written ? written : arena.copy(text), true};
}

std::optional<Resolved> resolve_number(std::string_view written, source::Arena& arena) {
  // Short decimal integers are nearly all the numbers there are.
  if (written.size() < 18 && written.front() >= '1' && std::all_of(written.begin(), written.end(), digit)) {
    return Resolved{Kind::Int, written, true};
  }
  std::string without;
  std::string_view plain = written;
  if (written.find('_') != std::string_view::npos) {
    without = written;
    std::erase(without, '_');
    plain = without;
  }
  if (plain.empty()) return std::nullopt;
  if (const auto value = parse_integer(plain)) return integer(*value, written, arena);
  if (is_float(plain)) return parse_float(plain, arena);
  return std::nullopt;
}

bool is_timestamp(std::string_view text) {
  // resolve.go parseTimestamp begins with four digits and a dash; only !!timestamp asks for more.
  return text.size() >= 8 && std::all_of(text.begin(), text.begin() + 4, digit) && text[4] == '-';
}

std::string_view short_kind(Kind kind) {
  switch (kind) {
    case Kind::Null: return "!!null";
    case Kind::Bool: return "!!bool";
    case Kind::Int: return "!!int";
    case Kind::Float: return "!!float";
    default: return "!!str";
  }
}

}  // namespace

Resolved resolve_plain(std::string_view written, source::Arena& arena) {
  if (written.empty()) return {Kind::Null, "null", true};
  const char first = written.front();
  const bool numeric = digit(first) || first == '+' || first == '-';
  if (!numeric && first != '.') {
    switch (first) {
      case 'y':
      case 'Y':
      case 'n':
      case 'N':
      case 't':
      case 'T':
      case 'f':
      case 'F':
      case 'o':
      case 'O':
      case '~':
        if (const auto word = resolve_word(written)) return *word;
        break;
      default: break;
    }
    return {Kind::String, written, true};
  }
  if (is_nan_word(written) || is_infinite_word(written)) return {Kind::Float, written, false, true};
  if (first == '.') {
    if (is_float(written)) {
      if (const auto value = parse_float(written, arena)) return *value;
    }
    return {Kind::String, written, true};
  }
  if (const auto value = resolve_number(written, arena)) return *value;
  return {Kind::String, written, true};
}

std::optional<std::string> resolve_tagged(std::string_view tag, std::string_view written, source::Arena& arena,
                                          Resolved& out) {
  out = {Kind::String, written, true};
  if (!tag.starts_with(kTagPrefix)) return std::nullopt;
  const std::string_view name = tag.substr(kTagPrefix.size());
  if (name == "str") return std::nullopt;
  if (name == "binary") {
    auto decoded = source::decode_base64(written);
    if (!decoded) return "!!binary value contains invalid base64 data";
    out.text = arena.copy(source::valid_utf8(*decoded));  // as encoding/json writes it
    return std::nullopt;
  }
  if (name != "bool" && name != "int" && name != "float" && name != "null" && name != "timestamp") {
    return std::nullopt;
  }
  out = resolve_plain(written, arena);
  const Kind kind = out.floating ? Kind::Float : out.kind;
  const bool fits = name == short_kind(kind).substr(2) || (name == "float" && kind == Kind::Int) ||
                    (name == "timestamp" && is_timestamp(written));
  if (fits) return std::nullopt;
  std::string_view shown = is_timestamp(written) ? "!!timestamp" : short_kind(kind);
  std::string sentence = "cannot decode ";
  sentence.append(shown).append(" `...` as a !!").append(name);
  return sentence;
}

Resolved resolve_json_number(std::string_view written, source::Arena& arena) {
  if (written.find_first_of(".eE") == std::string_view::npos) {
    if (const auto value = parse_integer(written)) return integer(*value, written, arena);
  }
  return number(std::strtod(std::string(written).c_str(), nullptr), arena);
}

std::string float_key(double value) {
  const auto single = static_cast<float>(value);
  if (std::isnan(single)) return ".nan";
  if (std::isinf(single)) return single < 0 ? "-.inf" : ".inf";
  if (single == 0) return std::signbit(single) ? "-0" : "0";
  const Shortest<float> shortest(std::fabs(single));
  // strconv.FormatFloat('g', -1, 32): an exponent below -4 or from 6 on is written out.
  const int power = shortest.exponent - 1;
  const std::string text = power < -4 || power >= 6 ? shortest.scientific(true) : shortest.fixed();
  return (single < 0 ? "-" : "") + text;
}

}  // namespace podseer::yaml
