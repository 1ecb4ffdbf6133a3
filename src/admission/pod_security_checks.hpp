// SPDX-License-Identifier: Apache-2.0
// The single checks of PodSecurity, and what they share (pod-security-admission v0.34.4,
// policy/check_*.go). A check looks at a whole pod and answers with the reason and the detail that
// the server prints, or with nothing. Containers are visited as the library does: init, main,
// ephemeral. Worked example: `privileged (container "c" must not set
// securityContext.privileged=true)`.
#pragma once

#include <set>

#include "admission/effective_pod.hpp"

namespace podseer::admission::pod_security {

using Names = std::vector<std::string>;

inline std::string join_quoted(const Names& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "\"" : "\", \"") + name;
  return out.empty() ? out : out + "\"";
}
inline std::string join_quoted(const std::set<std::string>& names) {
  return join_quoted(Names(names.begin(), names.end()));
}
inline std::string join(const Names& parts, std::string_view with) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : std::string(with)) + part;
  return out;
}
inline std::string_view plural(std::size_t count, std::string_view one, std::string_view many) {
  return count == 1 ? one : many;
}

/// `container "a"` or `containers "a", "b"`.
inline std::string containers_named(const Names& names) {
  return std::string(plural(names.size(), "container", "containers")) + " " + join_quoted(names);
}

/// What one check found; `reason` empty when it is content.
struct Result {
  std::string reason, detail;
};

struct Place {
  std::string field;
  SourceSpan span;
};

/// The pod as a check looks at it, and the place of its first complaint.
struct Checked {
  const PodSource& pod;
  int minor = 0;
  Place place;

  [[nodiscard]] View security() const { return pod.spec["securityContext"]; }
  [[nodiscard]] bool windows() const { return pod.spec["os"]["name"].str() == "windows"; }
  void blame(const View& at, std::string field) {
    if (place.span.exists()) return;
    place = {std::move(field), at.span()};
  }
  /// Visits init, main and ephemeral containers.
  template <typename Visit>
  void containers(Visit&& visit) const {
    for_each_container(pod.spec, Path(), [&](const View& container, const Path& at) { visit(container, at); });
  }
};

inline std::string name_of_container(const View& container) { return std::string(container["name"].str()); }

/// Collects the containers in which `bad(container)` finds a value to complain of.
template <typename Find>
Names bad_containers(Checked& checked, Find&& find) {
  Names names;
  checked.containers([&](const View& container, const Path& path) {
    const View at = find(container);
    if (at.node() == nullptr && !at.span().exists()) return;
    names.push_back(name_of_container(container));
    checked.blame(at, path.str());
  });
  return names;
}

inline const View kFine;  // neither node nor span: nothing to complain of

// baseline
Result check_app_armor(Checked& checked);
Result check_capabilities_baseline(Checked& checked);
Result check_host_namespaces(Checked& checked);
Result check_host_path(Checked& checked);
Result check_host_ports(Checked& checked);
Result check_host_probes(Checked& checked);
Result check_privileged(Checked& checked);
Result check_proc_mount(Checked& checked);
Result check_se_linux(Checked& checked);
Result check_seccomp_baseline(Checked& checked);
Result check_sysctls(Checked& checked);
Result check_host_process(Checked& checked);
/// Both seccomp checks; `must_be_set` is the restricted one.
Result check_seccomp(Checked& checked, bool must_be_set);
// restricted
Result check_escalation(Checked& checked);
Result check_capabilities_restricted(Checked& checked);
Result check_restricted_volumes(Checked& checked);
Result check_non_root(Checked& checked);
Result check_user(Checked& checked);
Result check_seccomp_restricted(Checked& checked);

}  // namespace podseer::admission::pod_security
