// SPDX-License-Identifier: Apache-2.0
// PodSecurity (pod-security-admission v0.34.4): the namespace's label names a level and a version;
// every check of that level speaks, baseline checks first, each group in the order of its names.
// `restricted` replaces three baseline checks by stricter ones. A value that is no level means
// restricted. Worked example: `violates PodSecurity "baseline:latest": hostPath volumes (volume
// "log")`.
#include <algorithm>
#include <charconv>

#include "admission/effective_pod.hpp"
#include "admission/pod_security_checks.hpp"

namespace podseer::admission {
namespace {

using pod_security::Checked;
using pod_security::Place;
using pod_security::Result;

enum class Level : std::uint8_t { Privileged, Baseline, Restricted };

/// A level at a version. `minor` is what the checks go by; `shown` is printed.
struct Policy {
  Level level = Level::Privileged;
  int minor = 0;
  std::string level_shown = "privileged";
  std::string version_shown = "latest";
  [[nodiscard]] std::string shown() const { return level_shown + ":" + version_shown; }
};

/// A check of a level, from one minor version on; restricted ones may replace a baseline check.
struct Check {
  Result (*run)(Checked&);
  Level level;
  int since;
  int replaced_since;  // restricted drops this baseline check from that version on; -1: never
};
constexpr Check kChecks[] = {
    {pod_security::check_app_armor, Level::Baseline, 0, -1},
    {pod_security::check_capabilities_baseline, Level::Baseline, 0, 22},
    {pod_security::check_host_namespaces, Level::Baseline, 0, -1},
    {pod_security::check_host_path, Level::Baseline, 0, 0},
    {pod_security::check_host_ports, Level::Baseline, 0, -1},
    {pod_security::check_host_probes, Level::Baseline, 34, -1},
    {pod_security::check_privileged, Level::Baseline, 0, -1},
    {pod_security::check_proc_mount, Level::Baseline, 0, -1},
    {pod_security::check_se_linux, Level::Baseline, 0, -1},
    {pod_security::check_seccomp_baseline, Level::Baseline, 0, 19},
    {pod_security::check_sysctls, Level::Baseline, 0, -1},
    {pod_security::check_host_process, Level::Baseline, 0, -1},
    {pod_security::check_escalation, Level::Restricted, 8, -1},
    {pod_security::check_capabilities_restricted, Level::Restricted, 22, -1},
    {pod_security::check_restricted_volumes, Level::Restricted, 0, -1},
    {pod_security::check_non_root, Level::Restricted, 0, -1},
    {pod_security::check_user, Level::Restricted, 23, -1},
    {pod_security::check_seccomp_restricted, Level::Restricted, 19, -1},
};

/// `v1.N` as a number; the newest one for "latest" and for what is no version.
int parse_version(std::string_view text, int newest, std::string& shown) {
  shown = "latest";
  int minor = 0;
  if (!text.starts_with("v1.") || text.size() > 6 || (text.size() > 4 && text[3] == '0')) return newest;
  const auto [end, error] = std::from_chars(text.data() + 3, text.data() + text.size(), minor);
  if (error != std::errc() || end != text.data() + text.size()) return newest;
  shown = text;
  return std::min(minor, newest);
}

Level parse_level(std::string_view text) {
  if (text == "privileged") return Level::Privileged;
  return text == "baseline" ? Level::Baseline : Level::Restricted;
}
std::string_view name_of(Level level) {
  return level == Level::Privileged ? "privileged" : level == Level::Baseline ? "baseline" : "restricted";
}

Policy policy_of(std::string_view mode, const std::vector<std::pair<std::string_view, std::string_view>>& labels,
                 int newest) {
  Policy policy;
  policy.minor = newest;
  const std::string key = "pod-security.kubernetes.io/" + std::string(mode);
  for (const auto& [label, value] : labels) {
    if (label == key) {
      policy.level = parse_level(value);
      policy.level_shown = name_of(policy.level);
    } else if (label == key + "-version") {
      policy.minor = parse_version(value, newest, policy.version_shown);
    }
  }
  return policy;
}

/// The text behind `violates PodSecurity "...": `; empty when the pod fits.
std::string evaluate(const PodSource& pod, const Policy& policy, Place* place) {
  std::string text;
  if (policy.level == Level::Privileged) return text;
  for (const Check& check : kChecks) {
    if (policy.minor < check.since) continue;
    if (check.level == Level::Restricted && policy.level != Level::Restricted) continue;
    const bool replaced = check.replaced_since >= 0 && policy.minor >= check.replaced_since;
    if (policy.level == Level::Restricted && replaced) continue;
    Checked checked{pod, policy.minor, {}};
    const Result result = check.run(checked);
    if (result.reason.empty()) continue;
    if (text.empty() && place != nullptr) *place = checked.place;
    text += (text.empty() ? "" : ", ") + result.reason + (result.detail.empty() ? "" : " (" + result.detail + ")");
  }
  return text;
}

}  // namespace

Objection check_pod_security(const PodSource& pod, const world::World& world, int minor_version) {
  const auto labels = world.namespace_labels(pod.ns);
  if (labels.empty()) return {};
  const Policy policy = policy_of("enforce", labels, minor_version);
  Place place;
  const std::string text = evaluate(pod, policy, &place);
  if (text.empty()) return {};
  return {"violates PodSecurity " + go_quote(policy.shown()) + ": " + text, place.field, place.span, false};
}

Objection pod_security_warning(const PodSource& pod, const world::World& world, int minor_version) {
  const auto labels = world.namespace_labels(pod.ns);
  if (labels.empty()) return {};
  Policy policy = policy_of("warn", labels, minor_version);
  bool written = false, version_written = false, enforce_valid = false;
  for (const auto& [label, value] : labels) {
    written = written || label == "pod-security.kubernetes.io/warn";
    version_written = version_written || label == "pod-security.kubernetes.io/warn-version";
    enforce_valid = enforce_valid || (label == "pod-security.kubernetes.io/enforce" &&
                                      (value == "privileged" || value == "baseline" || value == "restricted"));
  }
  const Policy enforce = policy_of("enforce", labels, minor_version);
  if (!written && enforce_valid && enforce.level > policy.level) {
    policy.level = enforce.level;
    policy.level_shown = enforce.level_shown;
    if (!version_written) {
      policy.minor = enforce.minor;
      policy.version_shown = enforce.version_shown;
    }
  }
  Place place;
  const std::string text = evaluate(pod, policy, &place);
  if (text.empty()) return {};
  return {"would violate PodSecurity " + go_quote(policy.shown()) + ": " + text, place.field, place.span, false};
}

}  // namespace podseer::admission
