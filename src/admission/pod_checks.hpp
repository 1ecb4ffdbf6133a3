// SPDX-License-Identifier: Apache-2.0
// What the topics of pod validation (containers, env, probes, resources, volumes, security,
// scheduling) share. Every check reads the raw tree, applies the defaults that decide, skips what
// the server of 1.34 drops silently (fields of feature gates that are off), and words its errors as
// pkg/apis/core/validation does, in its order.
// Worked example: `volumes: [{name: Data}]` is an error of its own, and because a volume with an
// error is not registered, every mount of `Data` is "Not found" as well.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "admission/context.hpp"
#include "admission/validators.hpp"
#include "kube/names.hpp"
#include "kube/quantity.hpp"

namespace podseer::admission {

/// Names met so far; cheap for the few that a pod has, linear time for hostile lists.
class SeenNames {
 public:
  /// False when the name was there already.
  bool add(std::string_view name);
  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] bool empty() const { return few_.empty(); }
  [[nodiscard]] const std::vector<std::string_view>& names() const { return few_; }

 private:
  std::vector<std::string_view> few_;
  std::unordered_set<std::string_view> many_;  // used beyond a few dozen
};

/// The facts of a pod that checks of its parts depend on.
struct PodFacts {
  View spec;
  const PodSpecContext* context = nullptr;
  bool host_network = false;
  bool host_users = true;           // hostUsers is not written as false
  std::string_view restart_policy;  // default Always
  std::int64_t grace_seconds = 30;  // terminationGracePeriodSeconds; a Pod stores 1 for a negative one
  std::string_view os;              // spec.os.name; empty when spec.os is absent
  SeenNames volumes;                // declared without an error
  SeenNames claim_volumes;          // of these, backed by a claim: usable as block devices
  SeenNames image_volumes;          // dropped with their mounts: the gate ImageVolume is off
  SeenNames claims;                 // names of spec.resourceClaims

  [[nodiscard]] bool is_pod() const { return !context->is_template; }
};

// --- small words
// -----------------------------------------------------------------------------------

/// `Invalid value: "text"` for a string field, absent ones as "".
[[nodiscard]] std::string quoted(const View& at);
/// Invalid with the string value of `at`.
void invalid_text(const Path& path, const View& at, std::string_view detail, Errors& errors);
/// Invalid with the number of `at`.
void invalid_number(const Path& path, const View& at, std::string_view detail, Errors& errors);
/// `at` is a string that is not one of `supported` (listed in the server's order). Absent counts as
/// "".
void require_one_of(const View& at, const Path& path, std::span<const std::string_view> supported, Errors& errors);
[[nodiscard]] bool is_one_of(std::string_view text, std::span<const std::string_view> supported);
/// Amount of a resource list's value; null counts as 0, as the server decodes it.
[[nodiscard]] kube::Quantity amount_of(const View& value);
/// A view of an item or entry whose errors are placed at the value, or at `within` when it is
/// empty.
[[nodiscard]] View view_of(const yaml::Node& node, const View& within);
[[nodiscard]] View view_of(const yaml::Entry& entry);
/// Value of an annotation or label; null when it is absent.
[[nodiscard]] const yaml::Entry* entry_of(const View& map, std::string_view key);

/// Calls `visit(container, path)` for init, main and ephemeral containers, in the server's order.
template <typename Visit>
void for_each_container(const View& spec, const Path& path, Visit&& visit) {
  for (const std::string_view list : {"initContainers", "containers", "ephemeralContainers"}) {
    const View containers = spec[list];
    const Path list_path = path.child(list);
    std::size_t i = 0;
    for (const yaml::Node& node : containers.items()) {
      const Path at = list_path.index(i++);
      visit(view_of(node, containers), at);
    }
  }
}

// --- topics
// ----------------------------------------------------------------------------------------

/// Registers the volumes without errors in `pod`. `claim_templates` (of a StatefulSet) come first
/// and hide volumes of the same name.
void validate_volumes(const Path& path, PodFacts& pod, Errors& errors);
void validate_containers(const Path& path, const PodFacts& pod, Errors& errors);
void validate_init_containers(const Path& path, const PodFacts& pod, Errors& errors);
void validate_ephemeral_containers(const Path& path, const PodFacts& pod, Errors& errors);
void validate_env(const View& env, const Path& path, Errors& errors);
void validate_env_from(const View& env_from, const Path& path, Errors& errors);
/// fieldRef of env (`volume` false) or of a downward API file.
void validate_field_ref(const View& ref, const Path& path, bool volume, Errors& errors);
void validate_resource_field_ref(const View& ref, const Path& path, bool volume, Errors& errors);
void validate_volume_mounts(const View& container, const Path& path, const PodFacts& pod, Errors& errors);
void validate_volume_devices(const View& container, const Path& path, const PodFacts& pod, Errors& errors);
void validate_lifecycle(const View& lifecycle, const Path& path, const PodFacts& pod, Errors& errors);
enum class ProbeKind : std::uint8_t { Liveness, Readiness, Startup };
void validate_probe(const View& probe, const Path& path, ProbeKind kind, const PodFacts& pod, Errors& errors);
/// A resource that a container may ask for: cpu, memory, ephemeral-storage, hugepages-*, extended
/// ones.
void validate_container_resource_name(std::string_view name, const View& at, const Path& path, Errors& errors);
/// resources of a container.
void validate_resources(const View& resources, const Path& path, const PodFacts& pod, Errors& errors);
/// A list of amounts alone, checked as container limits (spec.overhead).
void validate_overhead(const View& overhead, const Path& path, Errors& errors);
/// spec.resources and its agreement with the containers'.
void validate_pod_resources(const Path& path, const PodFacts& pod, Errors& errors);
void validate_resource_claims(const Path& path, PodFacts& pod, Errors& errors);
void validate_security_context(const View& security, const Path& path, const PodFacts& pod, Errors& errors);
void validate_pod_security_context(const Path& spec_path, const PodFacts& pod, Errors& errors);
void validate_windows_host_process(const Path& path, const PodFacts& pod, Errors& errors);
void validate_host_users(const Path& path, const PodFacts& pod, Errors& errors);
void validate_os(const Path& path, const PodFacts& pod, Errors& errors);
void validate_affinity(const View& affinity, const Path& path, const PodFacts& pod, Errors& errors);
void validate_topology_spread(const View& constraints, const Path& path, const PodFacts& pod, Errors& errors);
void validate_tolerations(const View& tolerations, const Path& path, Errors& errors);
void validate_node_selector(const View& selector, const Path& path, Errors& errors);
// Profiles as they were written before there were fields for them; a prefix is followed by the container's name.
inline constexpr std::string_view kAppArmorAnnotationPrefix = "container.apparmor.security.beta.kubernetes.io/";
inline constexpr std::string_view kSeccompPodAnnotation = "seccomp.security.alpha.kubernetes.io/pod";
inline constexpr std::string_view kSeccompAnnotationPrefix = "container.seccomp.security.alpha.kubernetes.io/";

/// Annotations that pods give a meaning (AppArmor, seccomp, deletion cost, mirror pods).
void validate_pod_annotations(const View& annotations, const Path& path, const View& spec, Errors& errors);
/// seccomp and AppArmor written both as annotation and as field must agree.
void validate_annotations_match_fields(const View& annotations, const View& spec, const Path& spec_path,
                                       Errors& errors);
/// `must be a relative path`, `must not contain '..'`.
void validate_descending_path(const View& at, const Path& path, Errors& errors);
/// The same, and `must not start with '..'`.
void validate_local_path(const View& at, const Path& path, Errors& errors);
[[nodiscard]] bool has_backstep(std::string_view path);

/// The JSON of an internal object, as errors about whole objects print it: Go field names, null for
/// what is unset. `fields` lists JSON and Go names in the struct's order.
struct GoField {
  std::string_view json;
  std::string_view go;
  std::span<const GoField> nested = {};
  std::string_view zero = "null";  // printed when unset
};
[[nodiscard]] std::string printed_struct(const View& at, std::span<const GoField> fields);

}  // namespace podseer::admission
