// SPDX-License-Identifier: Apache-2.0
// The checks of the API server by kind, and those that several kinds share. Each runs on a tree that
// has passed decoding, so every field that is present has the right type; a null counts as absent.
// Defaults are applied by the reader at the place where they decide. Nothing is allocated unless
// there is an error to word. Kubernetes 1.34 (pkg/apis/*/validation).
// Worked example: a Deployment without a selector gives two errors, `spec.selector: Required value`
// and the mismatch of the template's labels, in this order.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "admission/admission.hpp"
#include "admission/context.hpp"
#include "kube/names.hpp"

namespace podseer::admission {

/// A kind's checks: everything that the strategy's Validate does, metadata included, in its order.
using Validator = void (*)(const View& root, const kube::Object& object, Errors& errors);
/// The checks of a kind of a served version; null for kinds that are only decoded.
[[nodiscard]] Validator validator_of(std::string_view group, std::string_view kind);

// --- shared --------------------------------------------------------------------------------------

/// Syntax of metadata.name by kind (facts: admission 2).
enum class NameRule : std::uint8_t { Subdomain, Label, Label1035, PathSegment };

/// metadata: name or generateName, namespace, labels, annotations, finalizers, ownerReferences.
void validate_object_meta(const View& meta, const Path& path, NameRule rule, bool namespaced, Errors& errors);
/// A map of labels (also a plain selector or nodeSelector); errors are placed at `path`, not at the key.
void validate_labels(const View& labels, const Path& path, Errors& errors);
/// Keys and total size of annotations.
void validate_annotations(const View& annotations, const Path& path, Errors& errors);

struct SelectorOptions {
  bool allow_invalid_values = false;  // values of matchExpressions are not checked
};
/// metav1.LabelSelector; absent is no error.
void validate_label_selector(const View& selector, const Path& path, Errors& errors, SelectorOptions options = {});
/// True when a selector with no error would be accepted by LabelSelectorAsSelector: operators and
/// values are legal. (False gives `invalid label selector`.)
[[nodiscard]] bool selector_is_valid(const View& selector);
/// Whether a LabelSelector (present, valid) matches a mapping of labels (may be absent).
[[nodiscard]] bool selector_matches(const View& selector, const View& labels);
/// A LabelSelector as the server prints it: matchLabels first; `null` when absent.
[[nodiscard]] std::string printed_selector(const View& selector);

/// Adds one Invalid per complaint; the bad value is printed as the server prints it.
void add_complaints(const kube::Complaints& complaints, const Path& path, const View& at, Errors& errors);
/// The same with a value of its own ("the key that is wrong").
void add_complaints(const kube::Complaints& complaints, const Path& path, SourceSpan span,
                    std::string_view printed_value, Errors& errors);
/// `must be greater than or equal to 0` when present and negative.
void validate_non_negative(const View& at, const Path& path, Errors& errors);
/// One of `supported` (already in the order in which the server lists them), when present.
void validate_enum(const View& at, const Path& path, std::span<const std::string_view> supported, Errors& errors);
/// int-or-string port: 1..65535, or a port name.
void validate_port_number_or_name(const View& at, const Path& path, Errors& errors);
/// int-or-string: a non-negative int, or a percentage. (GetScaledValue's callers)
void validate_int_or_percent(const View& at, const Path& path, Errors& errors);
/// `must not be greater than 100%` for a percentage.
void validate_not_more_than_100_percent(const View& at, const Path& path, Errors& errors);

/// A PersistentVolumeClaim's spec, also in a StatefulSet's or an ephemeral volume's template.
void validate_claim_spec(const View& spec, const Path& path, Errors& errors);
/// One of the sources that PersistentVolumes and Pods share (nfs, csi, iscsi, hostPath, ...), except
/// for what the colleagues of pods add. `kind` is the key, e.g. "hostPath".
/// Returns false when the key is no such source.
bool validate_shared_volume_source(std::string_view kind, const View& source, const Path& path, bool persistent,
                                   Errors& errors);

/// core/v1 NodeSelector: at least one term, each with legal requirements.
void validate_node_selector_terms(const View& node_selector, const Path& path, Errors& errors);

// --- pods and workloads --------------------------------------------------------------------------

/// What the checks of a pod spec depend on.
struct PodSpecContext {
  bool is_template = true;            // within a workload; false for a Pod itself
  bool allow_active_deadline = true;  // false in templates of Deployment, StatefulSet, ...
  View metadata;                      // of the pod or the template: annotations
  View claim_templates;               // of a StatefulSet: volumes that hide those of the same name
  bool ignore_host_names = false;     // hostname and subdomain are the controller's (StatefulSet)
  int minor_version = 34;
};
void validate_pod_spec(const View& spec, const Path& path, const PodSpecContext& context, Errors& errors);
/// PodTemplateSpec: labels, annotations and spec.
void validate_pod_template(const View& pod_template, const Path& path, const PodSpecContext& context, Errors& errors);

void validate_pod(const View& root, const kube::Object& object, Errors& errors);
void validate_pod_template_object(const View& root, const kube::Object& object, Errors& errors);
void validate_replication_controller(const View& root, const kube::Object& object, Errors& errors);
void validate_deployment(const View& root, const kube::Object& object, Errors& errors);
void validate_replica_set(const View& root, const kube::Object& object, Errors& errors);
void validate_stateful_set(const View& root, const kube::Object& object, Errors& errors);
void validate_daemon_set(const View& root, const kube::Object& object, Errors& errors);
void validate_job(const View& root, const kube::Object& object, Errors& errors);
void validate_cron_job(const View& root, const kube::Object& object, Errors& errors);

// --- every other kind ----------------------------------------------------------------------------

void validate_service(const View& root, const kube::Object& object, Errors& errors);
void validate_config_map(const View& root, const kube::Object& object, Errors& errors);
void validate_secret(const View& root, const kube::Object& object, Errors& errors);
void validate_persistent_volume_claim(const View& root, const kube::Object& object, Errors& errors);
void validate_persistent_volume(const View& root, const kube::Object& object, Errors& errors);
void validate_storage_class(const View& root, const kube::Object& object, Errors& errors);
void validate_resource_quota(const View& root, const kube::Object& object, Errors& errors);
void validate_limit_range(const View& root, const kube::Object& object, Errors& errors);
void validate_custom_resource_definition(const View& root, const kube::Object& object, Errors& errors);
void validate_priority_class(const View& root, const kube::Object& object, Errors& errors);
void validate_runtime_class(const View& root, const kube::Object& object, Errors& errors);
void validate_service_account(const View& root, const kube::Object& object, Errors& errors);
void validate_namespace(const View& root, const kube::Object& object, Errors& errors);
void validate_ingress(const View& root, const kube::Object& object, Errors& errors);
void validate_ingress_class(const View& root, const kube::Object& object, Errors& errors);
void validate_network_policy(const View& root, const kube::Object& object, Errors& errors);
void validate_horizontal_pod_autoscaler(const View& root, const kube::Object& object, Errors& errors);
void validate_pod_disruption_budget(const View& root, const kube::Object& object, Errors& errors);
void validate_role(const View& root, const kube::Object& object, Errors& errors);
void validate_cluster_role(const View& root, const kube::Object& object, Errors& errors);
void validate_role_binding(const View& root, const kube::Object& object, Errors& errors);
void validate_cluster_role_binding(const View& root, const kube::Object& object, Errors& errors);

// --- admission plugins ---------------------------------------------------------------------------

/// A plugin says no: one sentence, no field list.
struct Refusal {
  int code = 403;             // HTTP status
  std::string reason;         // "Forbidden", "NotFound"
  std::string message;        // `pods "p" is forbidden: ...`
  std::string field;          // ours, for the place; empty where the server names none
  source::SourceSpan span;    // the word that asks for what is refused
  bool from_absence = false;  // what is asked for is nowhere in the files of an open world: only likely
};
/// Plugins that run before validation (ServiceAccount, Priority, RuntimeClass, LimitRanger's defaults;
/// not NamespaceLifecycle, which `admit` asks first). What their defaults make invalid goes to
/// `validation`, and is reported together with the validators' errors.
[[nodiscard]] std::optional<Refusal> admit_mutating(const kube::Object& object, const world::World& world,
                                                    const Options& options, Errors& validation);
/// Plugins that run after validation: LimitRanger's limits, PodSecurity, ResourceQuota.
[[nodiscard]] std::optional<Refusal> admit_validating(const kube::Object& object, const world::World& world,
                                                      const Options& options);

}  // namespace podseer::admission
