// SPDX-License-Identifier: Apache-2.0
// A variable such as DATABASE_URL or REDIS_HOST names a Service that is not there, has no such port
// or selects no pod.
#include "rules/dependencies.hpp"
#include "rules/each_container.hpp"

namespace podseer::rules {

namespace {

/// Names of variables whose value is an address.
bool names_an_address(std::string_view name) {
  for (const std::string_view end :
       {"_HOST", "_HOSTNAME", "_URL", "_URI", "_ADDR", "_ADDRESS", "_ENDPOINT", "_SERVER", "_BROKER"}) {
    if (name.ends_with(end)) return true;
  }
  return name == "HOST_URL" || name == "DATABASE" || name == "BROKER";
}

}  // namespace

void pod641_environment_names_no_service(const kube::PodTemplate& pod, RuleContext& context) {
  each_container(pod, [&](const kube::Container& container) {
    for (std::size_t i = 0; i < container.env.size(); ++i) {
      const kube::EnvVar& env = container.env[i];
      if (env.from != kube::EnvVar::From::Value || !names_an_address(*env.name)) continue;
      const std::string_view value = *env.value;
      if (value.find("$(") != std::string_view::npos) continue;
      const std::optional<HostPort> address = host_of_address(value);
      if (!address) continue;
      const std::optional<ServiceName> target = service_of_host(address->host, context);
      if (!target) continue;
      const std::optional<Unreachable> wrong = unreachable(*target, address->port, context);
      // That a Service is made elsewhere is the common case: only a near miss or a closed world
      // says more.
      if (!wrong || wrong->certainty == Certainty::Possible) continue;
      std::string host = address->host;
      if (address->port != 0) host += ":" + std::to_string(address->port);
      Finding finding = context.finding(env.value.span, {{"container", std::string(*container.name)},
                                                         {"name", std::string(*env.name)},
                                                         {"host", host},
                                                         {"why", wrong->why}});
      finding.field_path = context.path(container, ".env[" + std::to_string(i) + "].value");
      context.report(std::move(finding));
    }
  });
}

}  // namespace podseer::rules
