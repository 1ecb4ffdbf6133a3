// SPDX-License-Identifier: Apache-2.0
// The probes of a pod, and the ports that its processes serve.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kube/pod.hpp"
#include "rules/rule.hpp"

namespace podseer::rules {

/// One probe of one container. Regular init containers have none.
struct ProbeSite {
  enum class Role : std::uint8_t { Liveness, Readiness, Startup };
  Role role = Role::Liveness;
  const kube::Container* container = nullptr;
  const kube::Probe* probe = nullptr;
  [[nodiscard]] std::string_view field() const;  // "livenessProbe"
  [[nodiscard]] lifecycle::Step step() const;
  /// "spec.containers[0].livenessProbe" + suffix.
  [[nodiscard]] std::string path(const RuleContext& context, std::string_view suffix) const;
};

/// Every probe of that role, in the order of the file.
[[nodiscard]] std::vector<ProbeSite> probe_sites(const kube::PodTemplate& pod, ProbeSite::Role role);

/// The TCP ports that the containers of the pod serve together (they share one network); empty
/// optional where the process of any of them is not known, or where the node's own ports are theirs
/// (hostNetwork). `last`: a sidecar; only what has been started when it starts counts.
[[nodiscard]] std::optional<std::vector<std::int64_t>> served_ports(const kube::PodTemplate& pod,
                                                                    const RuleContext& context,
                                                                    const kube::Container* last = nullptr);

/// "80, 8080", or "none".
[[nodiscard]] std::string ports_text(const std::vector<std::int64_t>& ports);

/// Those ports, and the ones that answer inside the pod only, for messages: "80, 8080 (127.0.0.1)"; or "none".
[[nodiscard]] std::string served_text(const kube::PodTemplate& pod, const std::vector<std::int64_t>& served,
                                      const RuleContext& context);

/// The process of the container starts and stays: otherwise its end is told, not its probes.
[[nodiscard]] bool stays_up(const kube::Container& container, const RuleContext& context);

/// Key of the handler's port: ".httpGet.port", ".tcpSocket.port", ".grpc.port".
[[nodiscard]] std::string_view port_suffix(const kube::Handler& handler);

/// Reports probes of that role whose named port the container does not declare.
void report_port_names(const kube::PodTemplate& pod, ProbeSite::Role role, RuleContext& context);
/// Reports probes of that role that ask a port which nobody in the pod serves.
void report_unserved_ports(const kube::PodTemplate& pod, ProbeSite::Role role, RuleContext& context);

/// Reports probes of that role that give up before the container, which sleeps first, serves anything.
/// A liveness probe that waits for a startup probe is left to that.
void report_slow_starts(const kube::PodTemplate& pod, ProbeSite::Role role, RuleContext& context);

/// Seconds that the container's command sleeps before it does anything else; 0 when it does not.
/// `sh -c 'echo starting; sleep 90 && exec server'` gives 90.
[[nodiscard]] double sleeps_first(const kube::Container& container);

/// Seconds before which nobody in the container listens on the handler's port: what it sleeps first, or what its
/// script does before it binds. 0 when nobody knows.
[[nodiscard]] double serves_after(const kube::Container& container, const kube::Handler& handler,
                                  const RuleContext& context);

/// "5s", "1m30s"; for messages.
[[nodiscard]] std::string seconds_text(double seconds);

}  // namespace podseer::rules
