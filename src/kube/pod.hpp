// SPDX-License-Identifier: Apache-2.0
// The typed pod model: what scheduler and kubelet look at, with defaults applied (facts: admission
// section 5). Built from trees that passed the server's decoding; what does not decode stays absent.
// Plain structs; string_views point into the file's bytes, or into literals for defaults.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kube/boxed.hpp"
#include "kube/field.hpp"
#include "kube/label_selector.hpp"
#include "kube/object.hpp"
#include "kube/quantity.hpp"

namespace podseer::kube {

using Text = Field<std::string_view>;
using Number = Field<std::int64_t>;
using Flag = Field<bool>;

/// An int-or-string port: a number, or a name (even "8080" is a name when quoted).
struct PortRef {
  std::int64_t number = 0;  // 0 when it is a name
  std::string_view name;    // empty when it is a number
  [[nodiscard]] bool is_name() const { return !name.empty(); }
};

/// One resource name with an amount, e.g. limits[cpu].
struct ResourceAmount {
  std::string_view name;
  Quantity amount;
  SourceSpan span;
  Origin origin = Origin::Written;
};
using ResourceList = std::vector<ResourceAmount>;
/// Amount under `name`, or null.
[[nodiscard]] const ResourceAmount* find_resource(const ResourceList& list, std::string_view name);

struct Resources {
  ResourceList limits;
  ResourceList requests;  // limits are copied here where absent, as for Pod objects
  SourceSpan span;
};

/// A reference to a key of a ConfigMap or Secret, or (key empty) to the whole object.
struct ObjectKeyRef {
  Text name;
  Text key;
  Flag optional;  // default false
};

struct EnvVar {
  Text name;
  Text value;
  enum class From : std::uint8_t { Value, ConfigMap, Secret, Field, Resource, Other };
  From from = From::Value;
  ObjectKeyRef ref;                   // ConfigMap, Secret
  Text field_path;                    // Field
  Text resource, resource_container;  // Resource; container empty means this one
  Field<Quantity> divisor;
  SourceSpan span;  // the whole entry
};

struct EnvFromSource {
  Text prefix;
  bool secret = false;  // else ConfigMap
  ObjectKeyRef ref;     // key empty
  SourceSpan span;
};

struct ContainerPort {
  Text name;
  Number container_port;
  Number host_port;  // defaulted to container_port with hostNetwork
  Text host_ip;
  Text protocol;  // default TCP
  SourceSpan span;
};

struct VolumeMount {
  Text name;
  Text mount_path;
  Text sub_path;
  Text sub_path_expr;
  Flag read_only;
  SourceSpan span;
};

struct VolumeDevice {
  Text name;
  Text device_path;
  SourceSpan span;
};

/// What a probe or hook does.
struct Handler {
  enum class Kind : std::uint8_t { None, Exec, HttpGet, TcpSocket, Grpc, Sleep };
  Kind kind = Kind::None;
  std::vector<Text> command;  // Exec
  Field<PortRef> port;        // HttpGet, TcpSocket, Grpc
  Text path, scheme, host;    // HttpGet (defaults "/", HTTP, pod IP); host also TcpSocket
  Text service;               // Grpc
  Number seconds;             // Sleep
  SourceSpan span;
};

/// Numbers are whole seconds or counts; defaults 0 / 1 / 10 / 1 / 3 (a written 0 means the default for
/// all but the initial delay).
struct Probe {
  Handler handler;
  Number initial_delay_seconds, timeout_seconds, period_seconds, success_threshold, failure_threshold;
  Number termination_grace_period_seconds;
  SourceSpan span;  // the probe's key
};

struct SecurityContext {
  Flag run_as_non_root, privileged, read_only_root_filesystem;
  Number run_as_user, run_as_group;
  std::vector<Text> capabilities_add, capabilities_drop;
  Text seccomp_type, seccomp_localhost_profile, app_armor_type;
  SourceSpan span;
};

struct Container {
  const yaml::Node* node = nullptr;
  std::size_t index = 0;  // within its list
  bool init = false;      // from initContainers
  Text name;
  Text image;
  Text image_pull_policy;  // default by tag
  std::vector<Text> command, args;
  Flag command_present, args_present;  // true where a non-empty list is written; span of the list
  Text working_dir;
  std::vector<EnvFromSource> env_from;
  std::vector<EnvVar> env;
  std::vector<ContainerPort> ports;
  Resources resources;
  std::vector<VolumeMount> volume_mounts;
  std::vector<VolumeDevice> volume_devices;
  Boxed<Probe> liveness_probe, readiness_probe, startup_probe;
  Boxed<Handler> post_start;
  Text restart_policy;  // "Always" makes an init container a sidecar
  Flag tty, stdin_open;
  Boxed<SecurityContext> security_context;
  SourceSpan span;  // the whole entry

  [[nodiscard]] bool sidecar() const { return init && *restart_policy == "Always"; }
};

/// One key-to-path item of a ConfigMap, Secret or downward API volume.
struct KeyToPath {
  Text key;  // downwardAPI: empty
  Text path;
  Number mode;
  Text field_path, resource, resource_container;  // downwardAPI
};

/// A ConfigMap, Secret, downward API or token source; alone in a volume or one of a projected one.
struct ProjectionSource {
  enum class Kind : std::uint8_t { ConfigMap, Secret, DownwardApi, ServiceAccountToken, Other };
  Kind kind = Kind::Other;
  Text name;
  Flag optional;
  std::vector<KeyToPath> items;  // empty means all keys
  Text path;                     // ServiceAccountToken
  SourceSpan span;
};

/// spec.volumeClaimTemplates[i], an ephemeral volume's template, or a PersistentVolumeClaim's spec.
struct ClaimSpec {
  std::vector<Text> access_modes;
  Text storage_class_name;  // origin tells absent from ""
  Field<Quantity> storage;  // requests.storage
  Text volume_mode;         // default Filesystem
  Text volume_name;
  LabelSelector selector;
  Text volume_attributes_class_name;
  SourceSpan span;
  static ClaimSpec read(const yaml::Node* spec);
};

struct Volume {
  enum class Kind : std::uint8_t {
    EmptyDir,
    HostPath,
    ConfigMap,
    Secret,
    Projected,
    DownwardApi,
    PersistentVolumeClaim,
    Ephemeral,
    Csi,
    Nfs,
    GitRepo,
    Image,
    Iscsi,
    GcePersistentDisk,
    AwsElasticBlockStore,
    Rbd,
    Other
  };
  Text name;
  Kind kind = Kind::EmptyDir;
  std::string_view source_key;            // "hostPath", ...; empty when no source is written
  std::vector<ProjectionSource> sources;  // ConfigMap, Secret, DownwardApi: exactly one; Projected: all
  Number default_mode;                    // default 0644
  Text claim_name;                        // PersistentVolumeClaim
  ClaimSpec claim;                        // Ephemeral
  Text path, type;                        // HostPath
  Text medium;                            // EmptyDir
  Field<Quantity> size_limit;             // EmptyDir
  Text driver;                            // Csi
  Flag read_only;
  const yaml::Node* node = nullptr;  // the whole entry
  SourceSpan span;
};

struct Toleration {
  Text key, op, value, effect;
  Number toleration_seconds;
};

struct PodAffinityTerm {
  LabelSelector label_selector;
  std::vector<std::string_view> namespaces;
  LabelSelector namespace_selector;  // present and empty: all namespaces
  Text topology_key;
  std::vector<std::string_view> match_label_keys, mismatch_label_keys;
  SourceSpan span;
};

struct TopologySpreadConstraint {
  Number max_skew, min_domains;
  Text topology_key, when_unsatisfiable;
  LabelSelector label_selector;
  Text node_affinity_policy, node_taints_policy;
  std::vector<std::string_view> match_label_keys;
  SourceSpan span;
};

struct Sysctl {
  Text name, value;
};

struct HostAlias {
  Text ip;
  std::vector<Text> hostnames;
};

/// What few pods write.
struct RareFields {
  Text runtime_class_name, hostname, os_name;
  std::vector<Text> scheduling_gates, readiness_gates;
  std::vector<HostAlias> host_aliases;
  std::vector<Sysctl> sysctls;
  Number fs_group;
  std::vector<Number> supplemental_groups;
  Text supplemental_groups_policy;
  ResourceList overhead;
};

struct PodSpec {
  const yaml::Node* node = nullptr;
  std::vector<Container> init_containers, containers;
  std::vector<Volume> volumes;
  Text restart_policy;  // default Always
  Number termination_grace_period_seconds, active_deadline_seconds;
  Text dns_policy, node_name, service_account_name, scheduler_name, priority_class_name;
  Number priority;
  Text preemption_policy;
  Flag host_network, host_users;
  Flag automount_service_account_token, enable_service_links;
  LabelMap node_selector;
  SourceSpan node_selector_span;
  bool required_node_affinity_present = false;
  std::vector<NodeSelectorTerm> required_node_affinity;  // ORed
  SourceSpan node_affinity_span;
  std::vector<PodAffinityTerm> required_pod_affinity, required_pod_anti_affinity;
  std::vector<TopologySpreadConstraint> topology_spread_constraints;
  std::vector<Toleration> tolerations;
  std::vector<Text> image_pull_secrets;
  Boxed<SecurityContext> security_context;  // pod level
  Resources resources;                      // pod level
  Boxed<RareFields> rare;
  bool has_resource_claims = false;
  SourceSpan span;

  [[nodiscard]] const Container* find_container(std::string_view name) const;  // mains, then init
  [[nodiscard]] const Volume* find_volume(std::string_view name) const;
};

enum class WorkloadKind : std::uint8_t {
  Pod,
  Deployment,
  ReplicaSet,
  StatefulSet,
  DaemonSet,
  ReplicationController,
  Job,
  CronJob,
  PodTemplate
};

/// Where pods come from: the owner and the pod it stamps out. One for each Pod or workload object.
/// For a bare Pod the template is the Pod itself.
struct PodTemplate {
  const Object* owner = nullptr;  // the object in the files; never null
  WorkloadKind workload = WorkloadKind::Pod;
  std::string_view field_prefix;  // "spec", "spec.template.spec", "spec.jobTemplate.spec.template.spec", ...
  LabelMap labels, annotations;   // of the pod
  PodSpec spec;

  // What the controllers read; defaults applied; absent where the kind has no such field.
  Number replicas;  // Deployment, ReplicaSet, StatefulSet, ReplicationController
  LabelSelector selector;
  Text pod_management_policy, service_name;  // StatefulSet
  Number ordinals_start;
  std::vector<std::pair<Text, ClaimSpec>> claim_templates;
  Text strategy;                    // Deployment: RollingUpdate or Recreate; DaemonSet, StatefulSet: updateStrategy
  Text max_surge, max_unavailable;  // as written ("25%", "1"); defaulted
  Number min_ready_seconds;
  Number completions, parallelism, backoff_limit, job_active_deadline_seconds, ttl_seconds_after_finished;
  bool has_pod_failure_policy = false;
  bool indexed = false;  // a Job whose completionMode is Indexed
  Flag suspend;          // Job, CronJob
  Text schedule;         // CronJob

  /// Builds the model of a workload object; empty when the object is no workload of a served version.
  /// `owner` must outlive the result.
  static std::optional<PodTemplate> read(const Object& owner);
};

/// Whether the object is a Pod or a workload of a served version, by its kind alone.
[[nodiscard]] bool makes_pods(const Object& object);

[[nodiscard]] std::string_view name_of(WorkloadKind kind);

}  // namespace podseer::kube
