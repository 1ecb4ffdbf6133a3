// SPDX-License-Identifier: Apache-2.0
// A pod as admission plugins see it: whose it is, what it is called in their messages, and what its
// containers ask for once the API server has copied limits to requests and LimitRanges have filled
// in what is missing (facts: admission 5 and 6). Built only where a LimitRange or a quota applies.
// Worked example: requests {cpu: 100m} in a namespace with a default limit of 50m becomes
// limits {cpu: 50m}, requests {cpu: 100m}: the pod is then refused by validation.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "admission/pod_checks.hpp"
#include "kube/pod.hpp"
#include "world/world.hpp"

namespace podseer::admission {

/// A pod-to-be in its world.
struct PodSource {
  const kube::Object* owner = nullptr;
  kube::WorkloadKind workload = kube::WorkloadKind::Pod;
  View spec, metadata;  // of the pod or the template
  std::string_view ns;

  [[nodiscard]] bool bare() const { return workload == kube::WorkloadKind::Pod; }
  /// As messages name the pod: "web" for a Pod, "web-0" for a StatefulSet's, "web-" for others.
  [[nodiscard]] std::string name() const;
  /// `pods "web-" is forbidden: `
  [[nodiscard]] std::string forbidden() const { return "pods " + go_quote(name()) + " is forbidden: "; }
};
/// The pod that an object is or stamps out; spec is absent for other kinds.
[[nodiscard]] PodSource pod_source(const kube::Object& object, const world::World& world);

/// The order in which objects reach the cluster: what is there already, then files, top to bottom.
[[nodiscard]] bool comes_before(const kube::Object& a, const kube::Object& b);
/// Whether `thing` is there when the pods of `object` are made: a bare Pod comes too early for what
/// is further down in its own file; controllers try again.
[[nodiscard]] bool in_time_for(const kube::Object& thing, const PodSource& pod);
/// LimitRanges or ResourceQuotas in the pod's namespace. One that is further down in the same file
/// comes too late even for the first pods of a workload.
[[nodiscard]] std::vector<const kube::Object*> constraints_on(std::string_view kind, const PodSource& pod,
                                                              const world::World& world);

struct EffectiveContainer {
  View container;
  std::string_view name;
  bool init = false;
  bool sidecar = false;
  std::size_t index = 0;  // within its list
  kube::Resources resources;
};

struct EffectivePod {
  View spec;
  std::vector<EffectiveContainer> containers;  // main containers, then init containers
  kube::Resources pod_level;                   // spec.resources; requests filled as the server does
  bool has_pod_level = false;
  kube::ResourceList overhead;

  /// What the scheduler and quotas count: sums and maxima over containers, pod-level amounts
  /// instead of them where they are set. `with_overhead` adds the overhead. `which`: requests or
  /// limits.
  [[nodiscard]] kube::ResourceList total(bool limits, bool with_overhead) const;
};
[[nodiscard]] EffectivePod effective_pod(const PodSource& pod, std::span<const kube::Object* const> limit_ranges);

/// Amount under `name` in a list; zero when it is not there.
[[nodiscard]] kube::Quantity amount_in(const kube::ResourceList& list, std::string_view name);

// --- plugins; each answers with the text behind `pods "x" is forbidden: `, or an empty one
// --------------

/// What a plugin objects to, and where it is written.
struct Objection {
  std::string text;
  std::string field;  // below the pod spec's prefix, e.g. "containers[0].resources"; may be empty
  SourceSpan span;
  bool from_absence = false;  // something is nowhere in the files of an open world: only likely
  [[nodiscard]] bool exists() const { return !text.empty(); }
};

/// limits of LimitRanges for the containers and the whole pod; several texts are joined as `[a,
/// b]`.
[[nodiscard]] Objection check_limit_ranges(const EffectivePod& pod, std::span<const kube::Object* const> limit_ranges);
/// The same for a PersistentVolumeClaim.
[[nodiscard]] Objection check_claim_limits(const View& claim, std::span<const kube::Object* const> limit_ranges);
/// requests above the limits that LimitRanges filled in; errors below `spec_path`.
void validate_filled_limits(const EffectivePod& pod, const Path& spec_path, Errors& errors);
/// The namespace's enforced Pod Security Standard.
[[nodiscard]] Objection check_pod_security(const PodSource& pod, const world::World& world, int minor_version);
/// `would violate PodSecurity ...`, for the namespace's warn level; none when there is nothing to
/// warn of.
[[nodiscard]] Objection pod_security_warning(const PodSource& pod, const world::World& world, int minor_version);

/// How many of `wanted` pods quotas let in, after everything that comes before them.
struct QuotaAnswer {
  std::int64_t allowed = 0;
  Objection objection;  // for the first one that does not get in
};
[[nodiscard]] QuotaAnswer check_pod_quota(const PodSource& pod, std::int64_t wanted, const world::World& world);
/// Quotas on objects that are no pods: claims, Services, counts.
[[nodiscard]] Objection check_object_quota(const kube::Object& object, const world::World& world);
/// Pods that a workload asks for: replicas, parallelism; 1 for a DaemonSet.
[[nodiscard]] std::int64_t pods_wanted(const kube::Object& object);

[[nodiscard]] Objection check_service_account(const PodSource& pod, const world::World& world);
[[nodiscard]] Objection check_priority(const PodSource& pod, const world::World& world);
[[nodiscard]] Objection check_runtime_class(const PodSource& pod, const world::World& world);
/// The class that a pod gets: by name, or the global default; null when unknown or none.
[[nodiscard]] const kube::Object* priority_class_of(const PodSource& pod, const world::World& world);

/// Fields without effect in that version; `prefix` is the pod spec's path in the owner's file.
[[nodiscard]] std::vector<DroppedField> dropped_fields(const PodSource& pod, std::string_view prefix,
                                                       int minor_version);

/// Checks that a Pod must pass and a template need not; fields start with "spec".
void validate_as_pod(const PodSource& pod, Errors& errors);

}  // namespace podseer::admission
