// SPDX-License-Identifier: Apache-2.0
// The way of one object into the cluster, in the order in which its stages hide each other (facts:
// admission 0): kubectl reads it, finds its kind, wants a name; the server decodes, asks whether the
// namespace is there, lets plugins fill in, validates everything, lets plugins object.
// Worked example: a Pod with a missing ServiceAccount and no containers is refused for the
// ServiceAccount only; a Pod with a misspelt field and no containers for the field only.
#include <algorithm>

#include "admission/custom_resource.hpp"
#include "admission/decode.hpp"
#include "admission/validators.hpp"
#include "admission/warnings.hpp"
#include "kube/schema.hpp"

namespace podseer::admission {
namespace {

Verdict refuse_by_kubectl(std::string message, ApiError error) {
  Verdict verdict;
  verdict.accepted = false;
  verdict.by_kubectl = true;
  verdict.code = 0;
  verdict.message = std::move(message);
  verdict.errors.push_back(std::move(error));
  return verdict;
}

Verdict refuse(int code, std::string message, std::vector<ApiError> errors) {
  Verdict verdict;
  verdict.accepted = false;
  verdict.code = code;
  verdict.message = std::move(message);
  verdict.errors = std::move(errors);
  return verdict;
}

/// `The Deployment "x" is invalid: ...`: one line for one error, else a list without repetitions.
std::string invalid_message(const kube::Object& object, const std::vector<ApiError>& errors) {
  std::string message = "The " + std::string(object.kind) + " " + go_quote(object.name) + " is invalid: ";
  const auto line_of = [](const ApiError& error) { return error.field + ": " + error.message; };
  if (errors.size() == 1) return message + line_of(errors.front());
  std::vector<std::string> lines;
  for (const ApiError& error : errors) {
    std::string line = line_of(error);
    if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(std::move(line));
  }
  for (const std::string& line : lines) message += "\n* " + line;
  return message;
}

/// The span of a key's value, or of the object's kind where the key is missing.
SourceSpan span_of(const kube::Object& object, std::string_view key) {
  const yaml::Node* node = object.root->find(key);
  return node != nullptr && node->span().exists() ? node->span() : object.name_span;
}

/// Steps 1 and 2: what kubectl refuses without asking, except for the name.
std::optional<Verdict> refuse_unreadable(const kube::Object& object) {
  if (object.root == nullptr || !object.root->is_mapping()) {
    return refuse_by_kubectl("error validating data: invalid object to validate",
                             {ErrorType::Unreadable,
                              "",
                              "no Kubernetes object: a mapping with apiVersion and kind is expected",
                              object.root == nullptr ? SourceSpan{} : object.root->span(),
                              {},
                              {}});
  }
  std::string missing;
  if (!object.kind.empty() && !object.api_version.empty()) return {};  // its own, or those of a typed list
  for (const std::string_view key : {"apiVersion", "kind"}) {
    const yaml::Node* node = object.root->find(key);
    if (node == nullptr || node->is_null() || (node->is_string() && node->text().empty())) {
      if (!missing.empty()) missing += ", ";
      missing += std::string(key) + " not set";
    } else if (!node->is_string()) {
      const std::string_view what = node->is_mapping()    ? "object"
                                    : node->is_sequence() ? "array"
                                    : node->is_bool()     ? "bool"
                                                          : "number";
      return refuse_by_kubectl("json: cannot unmarshal " + std::string(what) + " into Go struct field ." +
                                   std::string(key) + " of type string",
                               {ErrorType::WrongType,
                                std::string(key),
                                std::string(key) + " must be a string",
                                span_of(object, key),
                                {},
                                {}});
    }
  }
  if (missing.empty()) return {};
  const bool both = missing.find(',') != std::string::npos;
  return refuse_by_kubectl("error validating data: " + (both ? "[" + missing + "]" : missing) +
                               "; if you choose to ignore these errors, turn validation off with --validate=false",
                           {ErrorType::Unreadable,
                            missing.starts_with("apiVersion") ? "apiVersion" : "kind",
                            missing,
                            object.name_span,
                            {},
                            {}});
}

Verdict no_such_kind(const kube::Object& object, int minor) {
  const std::string api_version(object.api_version);
  ApiError error{ErrorType::NoSuchKind,
                 "apiVersion",
                 "no matches for kind " + go_quote(object.kind) + " in version " + go_quote(api_version),
                 span_of(object, "apiVersion"),
                 {},
                 {}};
  if (const auto removed = kube::find_removed_api(object.api_version, object.kind);
      removed && removed->gone_in <= minor) {
    error.help = "removed in Kubernetes 1." + std::to_string(removed->gone_in);
    if (removed->replacement.empty()) {
      error.help += ", without a successor";
    } else {
      error.suggestion = removed->replacement;
    }
  } else if (const auto served = kube::find_kind_of_any_group(object.kind, minor)) {
    error.suggestion = served->group().empty() ? std::string(served->version())
                                               : std::string(served->group()) + "/" + std::string(served->version());
  } else if (const std::string_view near = kube::nearest_kind(object.kind, minor); !near.empty()) {
    error.field = "kind";
    error.span = span_of(object, "kind");
    error.suggestion = near;
  }
  std::string message = "resource mapping not found for name: " + go_quote(object.name) +
                        " namespace: " + go_quote(object.ns) + ": " + error.message +
                        "\nensure CRDs are installed first";
  return refuse_by_kubectl(std::move(message), std::move(error));
}

/// Kinds that the server serves although the table of persistent kinds does not list them.
bool is_virtual_kind(const kube::Object& object) { return object.is("", "Binding") || object.is("", "List"); }

/// Questions to the server (TokenReview, SubjectAccessReview, ...): `kubectl create` sends them, nothing is kept of
/// them, and they need no name.
bool is_question(const kube::Object& object) {
  return object.group == "authentication.k8s.io" || object.group == "authorization.k8s.io";
}

/// What the server reads of a request, MaxRequestBodyBytes of k8s.io/apiserver pkg/server/config.go (1.34).
constexpr std::size_t kRequestBytes = 3 * 1024 * 1024;

/// At least so many bytes has the object as JSON without blanks: what every client sends, or more. Counting
/// ends behind the limit.
void count_json(const yaml::Node& node, int depth, std::size_t& bytes) {
  if (bytes > kRequestBytes || depth > 100) return;
  if (node.is_scalar()) {
    bytes += node.text().size() + (node.is_string() ? 2 : 0);
    return;
  }
  bytes += 2 + (node.size() > 0 ? node.size() - 1 : 0);  // brackets and commas
  for (const yaml::Node& item : node.items()) count_json(item, depth + 1, bytes);
  for (const yaml::Entry& entry : node.entries()) {
    bytes += entry.key.size() + 3;
    count_json(entry.value, depth + 1, bytes);
  }
}

/// The server reads no longer request, and so tells nothing else of it.
std::optional<Verdict> refuse_too_large(const kube::Object& object) {
  constexpr std::size_t kSmall = kRequestBytes / 3;  // JSON is hardly ever three times as long as YAML
  const SourceSpan span = object.root->span();
  if (span.end - span.begin < kSmall) return {};
  std::size_t bytes = 0;
  count_json(*object.root, 0, bytes);
  if (bytes <= kRequestBytes) return {};
  const std::string message = "Request entity too large: limit is " + std::to_string(kRequestBytes);
  ApiError error{ErrorType::TooLong,
                 "",
                 message,
                 object.name_span.exists() ? object.name_span : span,
                 {},
                 "the API server takes 3 MiB a request, and etcd half of that unless it is told otherwise",
                 {}};
  return refuse(413, message, {std::move(error)});
}

/// kubectl apply looks the object up by its name before it creates it.
std::optional<Verdict> refuse_nameless(const kube::Object& object, const Options& options) {
  if (options.create || !object.name.empty()) return {};
  const yaml::Node* name = object.root->find("metadata", "name");
  if (name != nullptr && !name->is_null() && !name->is_string()) return {};  // the server's decoding tells it better
  const yaml::Node* meta = object.root->find("metadata");
  if (meta != nullptr && !meta->is_null() && !meta->is_mapping()) return {};
  if (!object.generate_name.empty()) {
    return refuse_by_kubectl("from " + std::string(object.generate_name) + ": cannot use generate name with apply",
                             {ErrorType::Forbidden,
                              "metadata.generateName",
                              "kubectl apply cannot use generateName; kubectl create can",
                              object.root->find("metadata", "generateName")->span(),
                              {},
                              {}});
  }
  return refuse_by_kubectl("resource name may not be empty", {ErrorType::Required,
                                                              "metadata.name",
                                                              "Required value: name or generateName is required",
                                                              object.name_span,
                                                              {},
                                                              {}});
}

std::optional<Verdict> refuse_namespace(const kube::Object& object, const world::World& world, bool namespaced) {
  if (!namespaced) return {};
  const std::string_view ns = world.namespace_of(object);
  const bool impossible = !kube::is_dns_label(ns);  // no such namespace can ever be
  if (!impossible && world.exists("Namespace", "", ns) != world::Known::No) return {};
  const yaml::Node* written = object.root->find("metadata", "namespace");
  std::string message = "namespaces " + go_quote(ns) + " not found";
  return refuse(404, message,
                {{ErrorType::Denied,
                  "metadata.namespace",
                  message,
                  written != nullptr ? written->span() : object.name_span,
                  {},
                  {}}});
}

Verdict refuse_by_plugin(Refusal refusal) {
  ApiError error{ErrorType::Denied,   std::move(refusal.field), refusal.message, refusal.span, {}, {},
                 refusal.from_absence};
  std::vector<ApiError> errors;
  errors.push_back(std::move(error));
  return refuse(refusal.code, std::move(refusal.message), std::move(errors));
}

/// Kinds without a validator of their own here whose names are DNS subdomains; other names (of an APIService, an
/// IPAddress) are only held to what every path segment is.
bool has_subdomain_name(const kube::Object& object) {
  static constexpr std::string_view kKinds[] = {"CSIDriver",
                                                "CSINode",
                                                "CSIStorageCapacity",
                                                "CertificateSigningRequest",
                                                "ControllerRevision",
                                                "DeviceClass",
                                                "EndpointSlice",
                                                "Endpoints",
                                                "Event",
                                                "FlowSchema",
                                                "Lease",
                                                "MutatingWebhookConfiguration",
                                                "Node",
                                                "PriorityLevelConfiguration",
                                                "ResourceClaim",
                                                "ResourceClaimTemplate",
                                                "ResourceSlice",
                                                "ServiceCIDR",
                                                "ValidatingAdmissionPolicy",
                                                "ValidatingAdmissionPolicyBinding",
                                                "ValidatingWebhookConfiguration",
                                                "VolumeAttachment",
                                                "VolumeAttributesClass"};
  return std::find(std::begin(kKinds), std::end(kKinds), object.kind) != std::end(kKinds);
}

/// What the server checks of every kind once its own checks have found nothing. Kinds that check their
/// metadata themselves have covered it.
void validate_generic(const kube::Object& object, const View& root, bool namespaced, Errors& errors) {
  const bool covered =
      validator_of(object.group, object.kind) != nullptr && !object.is("policy", "PodDisruptionBudget");
  if (covered || !errors.empty()) return;
  if (object.is("", "Event")) return;  // whatever its metadata is, kept for old clients
  validate_object_meta(root["metadata"], Path("metadata"),
                       has_subdomain_name(object) ? NameRule::Subdomain : NameRule::PathSegment, namespaced, errors);
}

std::string undecodable(const kube::Object& object, const std::string& detail) {
  const std::string kind(object.kind);
  return kind + " in version " + go_quote(object.version) + " cannot be handled as a " + kind + ": " + detail;
}

/// What the server checks of the metadata of every custom resource.
Verdict admit_custom_metadata(const kube::Object& object, const Options& options) {
  Decoding decoding = decode_metadata(*object.root, object.kind, options.minor_version);
  if (!decoding.ok) return refuse(400, undecodable(object, decoding.detail), std::move(decoding.errors));
  Errors errors;
  const View root(object.root, object.name_span);
  validate_object_meta(root["metadata"], Path("metadata"), NameRule::Subdomain, true, errors);
  if (errors.empty()) return {};
  std::string message = invalid_message(object, errors.list());
  return refuse(422, std::move(message), std::move(errors.list()));
}

Verdict admit_custom(const kube::Object& object, const world::World& world, const Options& options) {
  const kube::Object* definition = find_definition(object, world);
  if (definition == nullptr) return {};  // it may be no file for the API server at all
  if (auto refused = refuse_too_large(object)) return *std::move(refused);
  CustomVerdict custom = check_custom_resource(object, *definition);
  if (!custom.version_served) return no_such_kind(object, options.minor_version);
  if (auto refused = refuse_nameless(object, options)) return *std::move(refused);
  if (!custom.unknown.empty()) {
    std::string detail = "strict decoding error: ";
    for (const ApiError& error : custom.unknown.list()) {
      if (&error != &custom.unknown.list().front()) detail += ", ";
      detail += error.message;
    }
    return refuse(400, undecodable(object, detail), std::move(custom.unknown.list()));
  }
  if (auto refused = refuse_namespace(object, world, custom.namespaced)) return *std::move(refused);
  if (custom.invalid.empty()) return admit_custom_metadata(object, options);
  std::string message = invalid_message(object, custom.invalid.list());
  return refuse(422, std::move(message), std::move(custom.invalid.list()));
}

struct KindValidator {
  std::string_view group, kind;
  Validator validate;
};

constexpr KindValidator kValidators[] = {
    {"", "Pod", validate_pod},
    {"", "PodTemplate", validate_pod_template_object},
    {"", "ReplicationController", validate_replication_controller},
    {"", "Service", validate_service},
    {"", "ConfigMap", validate_config_map},
    {"", "Secret", validate_secret},
    {"", "PersistentVolumeClaim", validate_persistent_volume_claim},
    {"", "PersistentVolume", validate_persistent_volume},
    {"", "ResourceQuota", validate_resource_quota},
    {"", "LimitRange", validate_limit_range},
    {"", "ServiceAccount", validate_service_account},
    {"", "Namespace", validate_namespace},
    {"apiextensions.k8s.io", "CustomResourceDefinition", validate_custom_resource_definition},
    {"apps", "Deployment", validate_deployment},
    {"apps", "ReplicaSet", validate_replica_set},
    {"apps", "StatefulSet", validate_stateful_set},
    {"apps", "DaemonSet", validate_daemon_set},
    {"batch", "Job", validate_job},
    {"batch", "CronJob", validate_cron_job},
    {"autoscaling", "HorizontalPodAutoscaler", validate_horizontal_pod_autoscaler},
    {"policy", "PodDisruptionBudget", validate_pod_disruption_budget},
    {"networking.k8s.io", "Ingress", validate_ingress},
    {"networking.k8s.io", "IngressClass", validate_ingress_class},
    {"networking.k8s.io", "NetworkPolicy", validate_network_policy},
    {"storage.k8s.io", "StorageClass", validate_storage_class},
    {"scheduling.k8s.io", "PriorityClass", validate_priority_class},
    {"node.k8s.io", "RuntimeClass", validate_runtime_class},
    {"rbac.authorization.k8s.io", "Role", validate_role},
    {"rbac.authorization.k8s.io", "ClusterRole", validate_cluster_role},
    {"rbac.authorization.k8s.io", "RoleBinding", validate_role_binding},
    {"rbac.authorization.k8s.io", "ClusterRoleBinding", validate_cluster_role_binding},
};

struct TypeName {
  ErrorType type;
  std::string_view name, rule;
};

constexpr TypeName kTypeNames[] = {
    {ErrorType::Required, "Required", "POD108"},
    {ErrorType::Invalid, "Invalid", "POD109"},
    {ErrorType::NotSupported, "NotSupported", "POD110"},
    {ErrorType::Forbidden, "Forbidden", "POD111"},
    {ErrorType::Duplicate, "Duplicate", "POD112"},
    {ErrorType::NotFound, "NotFound", "POD113"},
    {ErrorType::TooLong, "TooLong", "POD114"},
    {ErrorType::TooMany, "TooMany", "POD115"},
    {ErrorType::UnknownField, "UnknownField", "POD106"},
    {ErrorType::WrongType, "WrongType", "POD107"},
    {ErrorType::NoSuchKind, "NoSuchKind", "POD105"},
    {ErrorType::Unreadable, "Unreadable", "POD101"},
    {ErrorType::Denied, "Denied", "POD116"},
};

}  // namespace

std::string_view name_of(ErrorType type) {
  for (const TypeName& known : kTypeNames) {
    if (known.type == type) return known.name;
  }
  return {};
}

std::string_view rule_of(ErrorType type) {
  for (const TypeName& known : kTypeNames) {
    if (known.type == type) return known.rule;
  }
  return {};
}

Validator validator_of(std::string_view group, std::string_view kind) {
  for (const KindValidator& known : kValidators) {
    if (known.kind == kind && known.group == group) return known.validate;
  }
  return nullptr;
}

bool is_looked_up(const kube::Object& object, const world::World& world) {
  static constexpr std::string_view kLookedUp[] = {
      "Namespace",    "CustomResourceDefinition", "ServiceAccount", "PriorityClass", "RuntimeClass", "LimitRange",
      "ResourceQuota"};
  if (std::find(std::begin(kLookedUp), std::end(kLookedUp), object.kind) != std::end(kLookedUp)) return true;
  // A custom resource may make one of these.
  return !kube::is_built_in_group(object.group) || !world.all("ResourceQuota").empty();
}

Verdict admit(const kube::Object& object, const world::World& world, const Options& options) {
  if (auto refused = refuse_unreadable(object)) return *std::move(refused);
  const auto kind = kube::find_kind(object.group, object.version, object.kind, options.minor_version);
  if (!kind) {
    if (is_virtual_kind(object)) return {};
    if (!kube::is_built_in_group(object.group)) return admit_custom(object, world, options);
    const auto removed = kube::find_removed_api(object.api_version, object.kind);
    if (removed && removed->gone_in > options.minor_version) return {};  // still served; fields not known
    return no_such_kind(object, options.minor_version);
  }
  if (!kind->on_by_default()) {
    // Off unless somebody switched it on: only a closed world can tell that nobody did.
    if (world.assumptions().closed) return no_such_kind(object, options.minor_version);
    return {};
  }
  if (auto refused = refuse_too_large(object)) return *std::move(refused);
  // A misspelt `metadata` leaves an object without a name too: the word is a better answer than kubectl's.
  const bool typed = kind->has_type();
  {
    Decoding decoding = typed ? decode(*object.root, kind->type(), options.minor_version)
                              : decode_metadata(*object.root, object.kind, options.minor_version);
    if (!decoding.ok) return refuse(400, undecodable(object, decoding.detail), std::move(decoding.errors));
  }
  if (is_question(object)) return {};
  if (auto refused = refuse_nameless(object, options)) return *std::move(refused);
  if (auto refused = refuse_namespace(object, world, kind->namespaced())) return *std::move(refused);

  Errors errors;
  if (auto refused = admit_mutating(object, world, options, errors)) return refuse_by_plugin(*std::move(refused));
  const View root(object.root, object.name_span);
  if (const Validator validate = validator_of(object.group, object.kind); validate != nullptr && typed) {
    validate(root, object, errors);
  }
  validate_generic(object, root, kind->namespaced(), errors);
  if (!errors.empty()) {
    std::string message = invalid_message(object, errors.list());
    return refuse(422, std::move(message), std::move(errors.list()));
  }
  if (auto refused = admit_validating(object, world, options)) return refuse_by_plugin(*std::move(refused));
  Verdict created;
  if (typed) created.warnings = warnings_on_create(object, world, options);
  return created;
}

}  // namespace podseer::admission
