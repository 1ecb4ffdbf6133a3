// SPDX-License-Identifier: Apache-2.0
// Syntax of names, labels, keys, ports and addresses, each with the API server's own wording
// (apimachinery v0.34, pkg/util/validation). A check returns every complaint that the server lists,
// in its order; an empty answer allocates nothing.
// Worked example: dns_label("a.b") complains once: "must not contain dots".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace podseer::kube {

/// What is wrong with a value, one sentence each; empty when it is legal.
using Complaints = std::vector<std::string>;

/// [a-z0-9]([-a-z0-9]*[a-z0-9])?, at most 63 bytes.
[[nodiscard]] Complaints check_dns_label(std::string_view value);
/// Labels joined by dots, at most 253 bytes in all.
[[nodiscard]] Complaints check_dns_subdomain(std::string_view value);
/// Starts with a letter, no dots, at most 63 bytes.
[[nodiscard]] Complaints check_dns_1035_label(std::string_view value);
/// `*.` and a subdomain.
[[nodiscard]] Complaints check_wildcard_dns_subdomain(std::string_view value);
/// [prefix/]name, as for label keys, resources and conditions.
[[nodiscard]] Complaints check_qualified_name(std::string_view value);
[[nodiscard]] Complaints check_label_value(std::string_view value);
/// Not `.` or `..`, no `/` or `%`.
[[nodiscard]] Complaints check_path_segment(std::string_view value);
/// IANA_SVC_NAME as for container ports: at most 15 of [-a-z0-9] with a letter.
[[nodiscard]] Complaints check_port_name(std::string_view value);
/// 1..65535.
[[nodiscard]] Complaints check_port_number(std::int64_t value);
/// `must be between low and high, inclusive`.
[[nodiscard]] Complaints check_in_range(std::int64_t value, std::int64_t low, std::int64_t high);
/// Printable ASCII without `=` (since 1.34).
[[nodiscard]] Complaints check_env_name(std::string_view value);
/// Keys of ConfigMaps and Secrets.
[[nodiscard]] Complaints check_config_map_key(std::string_view value);
/// Digits and `%`.
[[nodiscard]] Complaints check_percent(std::string_view value);
[[nodiscard]] Complaints check_http_header_name(std::string_view value);
/// A literal IPv4 or IPv6 address, as fields that predate the strict parser take it.
[[nodiscard]] Complaints check_ip(std::string_view value);
[[nodiscard]] Complaints check_cidr(std::string_view value);

/// An address in 16 bytes; IPv4 in the last four.
struct IpAddress {
  std::uint8_t bytes[16] = {};
  bool v4 = false;
  /// ::ffff:a.b.c.d: IPv6 in form, IPv4 in meaning.
  [[nodiscard]] bool maps_v4() const;
};
/// Parses as Go's net.ParseIP with leading zeros tolerated (the server's legacy parser).
[[nodiscard]] bool parse_ip(std::string_view text, IpAddress& out);
struct Cidr {
  IpAddress address;
  int prefix = 0;  // bits, of 32 or 128
  [[nodiscard]] bool contains(const IpAddress& ip) const;
  /// The same with all bits behind the prefix cleared.
  [[nodiscard]] Cidr network() const;
};
/// The canonical form (RFC 5952 for IPv6); what maps IPv4 is written as that, as Go's net package does.
[[nodiscard]] std::string print_ip(const IpAddress& ip);
[[nodiscard]] std::string print_cidr(const Cidr& cidr);
[[nodiscard]] bool parse_cidr(std::string_view text, Cidr& out);

/// metadata.generateName is checked with a trailing `-` masked as a letter.
[[nodiscard]] std::string mask_trailing_dash(std::string_view value);

[[nodiscard]] bool is_dns_label(std::string_view value);
[[nodiscard]] bool is_dns_subdomain(std::string_view value);

/// Does a variable, key or flag of this name hold a credential (DB_PASSWORD, api-token, but not TOKEN_FILE)?
[[nodiscard]] bool names_a_credential(std::string_view name);

/// "must be no more than 63 characters".
[[nodiscard]] std::string max_length_message(std::size_t limit);

}  // namespace podseer::kube
