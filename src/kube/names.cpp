// SPDX-License-Identifier: Apache-2.0
#include "kube/names.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace podseer::kube {
namespace {

/// In capitals and without separators.
constexpr std::array<std::string_view, 12> kCredentials = {"PASSWORD",   "PASSWD",  "PASSPHRASE", "SECRET",
                                                           "TOKEN",      "APIKEY",  "PRIVATEKEY", "ACCESSKEY",
                                                           "CREDENTIAL", "AUTHKEY", "SIGNINGKEY", "ENCRYPTIONKEY"};

// Limits and wording: apimachinery v0.34.4, pkg/util/validation/validation.go.
constexpr std::size_t kLabelLimit = 63;
constexpr std::size_t kSubdomainLimit = 253;
constexpr std::size_t kPortNameLimit = 15;

constexpr std::string_view kLabelFormat = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
constexpr std::string_view kSubdomainFormat = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
constexpr std::string_view kNameFormat = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
constexpr std::string_view kNameMessage =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    "alphanumeric character";

bool lower(char c) { return c >= 'a' && c <= 'z'; }
bool digit(char c) { return c >= '0' && c <= '9'; }
bool lower_alnum(char c) { return lower(c) || digit(c); }
bool alnum(char c) { return lower_alnum(c) || (c >= 'A' && c <= 'Z'); }

/// Go's RegexError.
std::string regex_message(std::string_view message, std::string_view format,
                          std::initializer_list<std::string_view> examples) {
  std::string text(message);
  text += " (e.g. ";
  bool first = true;
  for (const std::string_view example : examples) {
    if (!first) text += " or ";
    first = false;
    text.append("'").append(example).append("', ");
  }
  return text.append("regex used for validation is '").append(format).append("')");
}

/// [a-z0-9]([-a-z0-9]*[a-z0-9])? of any length.
bool label_syntax(std::string_view value) {
  if (value.empty() || !lower_alnum(value.front()) || !lower_alnum(value.back())) return false;
  return std::all_of(value.begin(), value.end(), [](char c) { return lower_alnum(c) || c == '-'; });
}

bool subdomain_syntax(std::string_view value) {
  while (true) {
    const std::size_t dot = value.find('.');
    if (!label_syntax(value.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    value.remove_prefix(dot + 1);
  }
}

/// ([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]
bool name_syntax(std::string_view value) {
  if (value.empty() || !alnum(value.front()) || !alnum(value.back())) return false;
  return std::all_of(value.begin(), value.end(), [](char c) { return alnum(c) || c == '-' || c == '_' || c == '.'; });
}

std::string name_message() { return regex_message(kNameMessage, kNameFormat, {"MyName", "my.name", "123-abc"}); }

std::string subdomain_message() {
  return regex_message(
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
      "and must start and end with an alphanumeric character",
      kSubdomainFormat, {"example.com"});
}

/// A decimal number of at most three digits; Go's legacy parser tolerates leading zeros.
bool parse_octet(std::string_view text, std::uint8_t& out) {
  if (text.empty() || text.size() > 3) return false;
  int value = 0;
  for (const char c : text) {
    if (!digit(c)) return false;
    value = value * 10 + (c - '0');
  }
  if (value > 255) return false;
  out = static_cast<std::uint8_t>(value);
  return true;
}

bool parse_ipv4(std::string_view text, std::uint8_t* out) {
  for (int i = 0; i < 4; ++i) {
    const std::size_t dot = text.find('.');
    if ((dot == std::string_view::npos) != (i == 3)) return false;
    if (!parse_octet(text.substr(0, dot), out[i])) return false;
    if (i < 3) text.remove_prefix(dot + 1);
  }
  return true;
}

}  // namespace

std::string max_length_message(std::size_t limit) {
  return "must be no more than " + std::to_string(limit) + " characters";
}

bool is_dns_label(std::string_view value) { return value.size() <= kLabelLimit && label_syntax(value); }

bool is_dns_subdomain(std::string_view value) { return value.size() <= kSubdomainLimit && subdomain_syntax(value); }

Complaints check_dns_label(std::string_view value) {
  Complaints out;
  if (value.size() > kLabelLimit) out.push_back(max_length_message(kLabelLimit));
  if (!label_syntax(value)) {
    out.push_back(subdomain_syntax(value)
                      ? "must not contain dots"
                      : regex_message("a lowercase RFC 1123 label must consist of lower case alphanumeric "
                                      "characters or '-', and must start and end with an alphanumeric character",
                                      kLabelFormat, {"my-name", "123-abc"}));
  }
  return out;
}

Complaints check_dns_subdomain(std::string_view value) {
  Complaints out;
  if (value.size() > kSubdomainLimit) out.push_back(max_length_message(kSubdomainLimit));
  if (!subdomain_syntax(value)) out.push_back(subdomain_message());
  return out;
}

Complaints check_dns_1035_label(std::string_view value) {
  Complaints out;
  if (value.size() > kLabelLimit) out.push_back(max_length_message(kLabelLimit));
  if (!label_syntax(value) || !lower(value.front())) {
    out.push_back(
        regex_message("a DNS-1035 label must consist of lower case alphanumeric characters or '-', start "
                      "with an alphabetic character, and end with an alphanumeric character",
                      "[a-z]([-a-z0-9]*[a-z0-9])?", {"my-name", "abc-123"}));
  }
  return out;
}

Complaints check_wildcard_dns_subdomain(std::string_view value) {
  Complaints out;
  if (value.size() > kSubdomainLimit) out.push_back(max_length_message(kSubdomainLimit));
  if (!value.starts_with("*.") || !subdomain_syntax(value.substr(2))) {
    out.push_back(regex_message(
        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist "
        "of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
        "\\*\\." + std::string(kSubdomainFormat), {"*.example.com"}));
  }
  return out;
}

Complaints check_qualified_name(std::string_view value) {
  Complaints out;
  std::string_view name = value;
  const std::size_t slash = value.find('/');
  if (slash != std::string_view::npos) {
    const std::string_view prefix = value.substr(0, slash);
    name = value.substr(slash + 1);
    if (name.find('/') != std::string_view::npos) {
      out.push_back("a qualified name " + name_message() +
                    " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
      return out;
    }
    if (prefix.empty()) {
      out.emplace_back("prefix part must be non-empty");
    } else {
      for (const std::string& complaint : check_dns_subdomain(prefix)) out.push_back("prefix part " + complaint);
    }
  }
  if (name.empty()) {
    out.emplace_back("name part must be non-empty");
  } else if (name.size() > kLabelLimit) {
    out.push_back("name part " + max_length_message(kLabelLimit));
  }
  if (!name_syntax(name)) out.push_back("name part " + name_message());
  return out;
}

Complaints check_label_value(std::string_view value) {
  Complaints out;
  if (value.size() > kLabelLimit) out.push_back(max_length_message(kLabelLimit));
  if (!value.empty() && !name_syntax(value)) {
    out.push_back(
        regex_message("a valid label must be an empty string or consist of alphanumeric characters, '-', '_' "
                      "or '.', and must start and end with an alphanumeric character",
                      "(" + std::string(kNameFormat) + ")?", {"MyValue", "my_value", "12345"}));
  }
  return out;
}

Complaints check_path_segment(std::string_view value) {
  Complaints out;
  if (value == "." || value == "..") {
    out.push_back("may not be '" + std::string(value) + "'");
    return out;
  }
  for (const char c : {'/', '%'}) {
    if (value.find(c) != std::string_view::npos) out.push_back(std::string("may not contain '") + c + "'");
  }
  return out;
}

Complaints check_port_name(std::string_view value) {
  Complaints out;
  if (value.size() > kPortNameLimit) out.push_back(max_length_message(kPortNameLimit));
  if (value.empty() || !std::all_of(value.begin(), value.end(), [](char c) { return lower_alnum(c) || c == '-'; })) {
    out.emplace_back("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  }
  if (std::none_of(value.begin(), value.end(), lower)) out.emplace_back("must contain at least one letter (a-z)");
  if (value.find("--") != std::string_view::npos) out.emplace_back("must not contain consecutive hyphens");
  if (!value.empty() && (value.front() == '-' || value.back() == '-')) {
    out.emplace_back("must not begin or end with a hyphen");
  }
  return out;
}

Complaints check_in_range(std::int64_t value, std::int64_t low, std::int64_t high) {
  if (value >= low && value <= high) return {};
  return {"must be between " + std::to_string(low) + " and " + std::to_string(high) + ", inclusive"};
}

Complaints check_port_number(std::int64_t value) { return check_in_range(value, 1, 65535); }

Complaints check_env_name(std::string_view value) {
  Complaints out;
  if (value.empty()) out.emplace_back("environment variable name must be non-empty");
  if (std::any_of(value.begin(), value.end(), [](char c) { return c < ' ' || c > '~' || c == '='; })) {
    out.emplace_back(
        "a valid environment variable name must consist only of printable ASCII characters other than '='");
  }
  return out;
}

Complaints check_config_map_key(std::string_view value) {
  Complaints out;
  if (value.size() > kSubdomainLimit) out.push_back(max_length_message(kSubdomainLimit));
  if (value.empty() ||
      !std::all_of(value.begin(), value.end(), [](char c) { return alnum(c) || c == '-' || c == '_' || c == '.'; })) {
    out.push_back(regex_message("a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
                                "[-._a-zA-Z0-9]+", {"key.name", "KEY_NAME", "key-name"}));
  }
  if (value == ".") {
    out.emplace_back("must not be '.'");
  } else if (value == "..") {
    out.emplace_back("must not be '..'");
  } else if (value.starts_with("..")) {
    out.emplace_back("must not start with '..'");
  }
  return out;
}

Complaints check_percent(std::string_view value) {
  const std::string_view digits = value.substr(0, value.empty() ? 0 : value.size() - 1);
  if (value.ends_with('%') && !digits.empty() && std::all_of(digits.begin(), digits.end(), digit)) return {};
  return {regex_message("a valid percent string must be a numeric string followed by an ending '%'", "[0-9]+%",
                        {"1%", "93%"})};
}

Complaints check_http_header_name(std::string_view value) {
  if (!value.empty() && std::all_of(value.begin(), value.end(), [](char c) { return alnum(c) || c == '-'; })) {
    return {};
  }
  return {regex_message("a valid HTTP header must consist of alphanumeric characters or '-'", "[-A-Za-z0-9]+",
                        {"X-Header-Name"})};
}

bool parse_ip(std::string_view text, IpAddress& out) {
  out = {};
  if (text.find(':') == std::string_view::npos) {
    out.v4 = true;
    return parse_ipv4(text, out.bytes + 12);
  }
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos) return false;
  return inet_pton(AF_INET6, std::string(text).c_str(), out.bytes) == 1;
}

bool parse_cidr(std::string_view text, Cidr& out) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos || !parse_ip(text.substr(0, slash), out.address)) return false;
  std::uint8_t bits = 0;
  const std::string_view digits = text.substr(slash + 1);
  if (!parse_octet(digits, bits) || bits > (out.address.v4 ? 32 : 128)) return false;
  out.prefix = bits;
  return true;
}

bool Cidr::contains(const IpAddress& ip) const {
  if (ip.v4 != address.v4) return false;
  const int first = address.v4 ? 96 : 0;
  for (int bit = first; bit < first + prefix; ++bit) {
    const int mask = 0x80 >> (bit % 8);
    if ((ip.bytes[bit / 8] & mask) != (address.bytes[bit / 8] & mask)) return false;
  }
  return true;
}

bool IpAddress::maps_v4() const {
  return !v4 && std::all_of(bytes, bytes + 10, [](std::uint8_t byte) { return byte == 0; }) && bytes[10] == 0xff &&
         bytes[11] == 0xff;
}

Cidr Cidr::network() const {
  Cidr out = *this;
  const int first = address.v4 ? 96 : 0;
  for (int bit = first + prefix; bit < 128; ++bit) {
    std::uint8_t& byte = out.address.bytes[bit / 8];
    byte = static_cast<std::uint8_t>(byte & ~(0x80 >> (bit % 8)));
  }
  return out;
}

std::string print_ip(const IpAddress& ip) {
  std::string out;
  if (ip.v4 || ip.maps_v4()) {
    for (int i = 12; i < 16; ++i) out += (i > 12 ? "." : "") + std::to_string(ip.bytes[i]);
    return out;
  }
  const auto group = [&](int i) { return static_cast<unsigned>(ip.bytes[2 * i] << 8 | ip.bytes[2 * i + 1]); };
  // The longest run of at least two zero groups becomes `::`, the first one of several.
  int gap = -1, length = 1;
  for (int i = 0; i < 8; ++i) {
    int end = i;
    while (end < 8 && group(end) == 0) ++end;
    if (end - i > length) {
      gap = i;
      length = end - i;
    }
    i = std::max(i, end - 1);
  }
  for (int i = 0; i < 8; ++i) {
    if (i == gap) {
      out += "::";
      i += length - 1;
      continue;
    }
    char digits[5];
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, group(i), 16);
    if (!out.empty() && !out.ends_with(':')) out += ':';
    out.append(digits, end);
  }
  return out;
}

std::string print_cidr(const Cidr& cidr) {
  const int prefix = cidr.address.maps_v4() && cidr.prefix < 128 ? std::max(cidr.prefix - 96, 0) : cidr.prefix;
  return print_ip(cidr.address) + "/" + std::to_string(prefix);
}

Complaints check_ip(std::string_view value) {
  IpAddress ip;
  if (parse_ip(value, ip)) return {};
  return {"must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"};
}

Complaints check_cidr(std::string_view value) {
  Cidr cidr;
  if (parse_cidr(value, cidr)) return {};
  return {"must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"};
}

std::string mask_trailing_dash(std::string_view value) {
  std::string masked(value);
  if (masked.size() > 1 && masked.back() == '-') masked.back() = 'a';
  return masked;
}

bool names_a_credential(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      plain += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  for (const std::string_view end : {"FILE", "PATH", "NAME", "DIR", "URL", "TTL", "TYPE", "REF"}) {
    if (plain.ends_with(end)) return false;  // SECRET_NAME, TOKEN_FILE: where it is, not what it is
  }
  return std::any_of(kCredentials.begin(), kCredentials.end(),
                     [&](std::string_view word) { return plain.find(word) != std::string::npos; });
}

}  // namespace podseer::kube
