// SPDX-License-Identifier: Apache-2.0
// Host names that pods use, as the cluster's DNS reads them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rules/rule.hpp"
#include "rules/services.hpp"

namespace podseer::rules {

/// A Service that a host name means.
struct ServiceName {
  std::string ns;
  std::string name;
};

/// "db", "db.shop", "db.shop.svc", "db.shop.svc.cluster.local" seen from `ns`. Empty for addresses,
/// localhost, the API server's name, names of the world outside and of single pods (four labels
/// before svc). "db.shop" is taken for a Service only where `shop` is a namespace of the files.
[[nodiscard]] std::optional<ServiceName> service_of_host(std::string_view host, const RuleContext& context);

/// The host and port in "db", "db:5432", "postgres://user:pw@db:5432/shop", "tcp://db:1883"; port 0
/// where none is written. Empty when the text is no address.
struct HostPort {
  std::string host;
  std::int64_t port = 0;
};
[[nodiscard]] std::optional<HostPort> host_of_address(std::string_view text);

/// Why nothing answers there, as a sentence piece; empty when something may. `port` 0: the name
/// alone counts.
struct Unreachable {
  std::string why;
  Certainty certainty = Certainty::Certain;
};
[[nodiscard]] std::optional<Unreachable> unreachable(const ServiceName& target, std::int64_t port,
                                                     const RuleContext& context);

}  // namespace podseer::rules
