// SPDX-License-Identifier: Apache-2.0
// Environment of containers: env, envFrom, and what fieldRef and resourceFieldRef may name (API
// server 1.34: ValidateEnv, ValidateEnvFrom). Since 1.34 a name may hold any printable ASCII but
// `=`; the same name twice is accepted. fileKeyRef is dropped (gate EnvFiles is off), and an entry
// with nothing else then fails as one without a source. Worked example: `valueFrom: {}` gives
// `env[0].valueFrom: Invalid value: "": must specify one of: ...`.
#include "admission/pod_checks.hpp"
#include "source/ascii.hpp"

namespace podseer::admission {
namespace {

constexpr std::string_view kEnvFields[] = {
    "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
    "status.hostIP", "status.hostIPs",     "status.podIP", "status.podIPs"};
constexpr std::string_view kVolumeFields[] = {"metadata.annotations", "metadata.labels", "metadata.name",
                                              "metadata.namespace", "metadata.uid"};
/// Labels that convert (podshelper.ConvertDownwardAPIFieldLabel) though not all are supported.
constexpr std::string_view kKnownFields[] = {
    "metadata.annotations", "metadata.labels", "metadata.name",      "metadata.namespace",
    "metadata.uid",         "spec.nodeName",   "spec.restartPolicy", "spec.serviceAccountName",
    "spec.schedulerName",   "status.phase",    "status.hostIP",      "status.hostIPs",
    "status.podIP",         "status.podIPs",   "spec.host"};
constexpr std::string_view kResourceFields[] = {"limits.cpu",   "limits.ephemeral-storage",   "limits.memory",
                                                "requests.cpu", "requests.ephemeral-storage", "requests.memory"};
constexpr std::string_view kDivisors[] = {"1",   "1k",  "1M",  "1G",  "1T",  "1P", "1E",
                                          "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"};
constexpr std::string_view kManyDivisors =
    "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported "
    "with the ";

/// `path['key']` cut in two; false when it has no such ending.
bool split_subscript(std::string_view text, std::string_view& field, std::string_view& key) {
  if (!text.ends_with("']")) return false;
  text.remove_suffix(2);
  const std::size_t open = text.find("['");
  if (open == std::string_view::npos || open == 0) return false;
  field = text.substr(0, open);
  key = text.substr(open + 2);
  return true;
}

void validate_divisor(std::string_view resource, const View& divisor, const Path& path, Errors& errors) {
  if (divisor.absent()) return;
  const kube::Quantity amount = amount_of(divisor);
  if (amount.is_zero()) return;
  const auto refuse = [&](const std::string& detail) {
    errors.invalid(path.child("divisor"), divisor, go_quote(resource), detail);
  };
  const bool huge = resource.starts_with("requests.hugepages-") || resource.starts_with("limits.hugepages-");
  if (resource == "limits.cpu" || resource == "requests.cpu") {
    const std::string text = amount.canonical();
    if (text != "1m" && text != "1") refuse("only divisor's values 1m and 1 are supported with the cpu resource");
    return;
  }
  if (!huge && !is_one_of(resource, kResourceFields)) return;
  if (is_one_of(amount.canonical(), kDivisors)) return;
  const bool memory = resource.ends_with(".memory");
  refuse(std::string(kManyDivisors) + (huge     ? "hugepages resource"
                                       : memory ? "memory resource"
                                                : "local ephemeral storage resource"));
}

/// configMapKeyRef and secretKeyRef.
void validate_key_ref(const View& ref, const Path& path, Errors& errors) {
  add_complaints(kube::check_dns_subdomain(ref["name"].str()), path.child("name"), ref["name"].span(),
                 quoted(ref["name"]), errors);
  const View key = ref["key"];
  if (key.str().empty()) {
    errors.required(path.child("key"), key);
  } else {
    add_complaints(kube::check_config_map_key(key.str()), path.child("key"), key, errors);
  }
}

void validate_value_from(const View& entry, const Path& path, Errors& errors) {
  const View from = entry["valueFrom"];
  if (from.absent()) return;
  int sources = 0;
  if (const View ref = from["fieldRef"]; ref.present()) {
    ++sources;
    validate_field_ref(ref, path.child("fieldRef"), false, errors);
  }
  if (const View ref = from["resourceFieldRef"]; ref.present()) {
    ++sources;
    validate_resource_field_ref(ref, path.child("resourceFieldRef"), false, errors);
  }
  if (const View ref = from["configMapKeyRef"]; ref.present()) {
    ++sources;
    validate_key_ref(ref, path.child("configMapKeyRef"), errors);
  }
  if (const View ref = from["secretKeyRef"]; ref.present()) {
    ++sources;
    validate_key_ref(ref, path.child("secretKeyRef"), errors);
  }
  if (sources == 0) {
    errors.invalid(path, from, "\"\"",
                   "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`");
  } else if (!entry["value"].str().empty()) {
    errors.invalid(path, from, "\"\"", "may not be specified when `value` is not empty");
  } else if (sources > 1) {
    errors.invalid(path, from, "\"\"", "may not have more than one field specified at a time");
  }
}

/// configMapRef and secretRef of envFrom: as in generateName, a trailing dash is let pass.
void validate_env_source(const View& ref, const Path& path, Errors& errors) {
  const View name = ref["name"];
  if (name.str().empty()) {
    errors.required(path.child("name"), name);
    return;
  }
  if (kube::is_dns_subdomain(name.str())) return;
  add_complaints(kube::check_dns_subdomain(kube::mask_trailing_dash(name.str())), path.child("name"), name.span(),
                 quoted(name), errors);
}

}  // namespace

void validate_field_ref(const View& ref, const Path& path, bool volume, Errors& errors) {
  const View field_path = ref["fieldPath"];
  const std::string_view text = field_path.str();
  if (text.empty()) {
    errors.required(path.child("fieldPath"), field_path);
    return;
  }
  const auto unconvertible = [&](const std::string& why) {
    invalid_text(path.child("fieldPath"), field_path, "error converting fieldPath: " + why, errors);
  };
  const std::string_view version = ref["apiVersion"].str();
  if (!version.empty() && version != "v1") {
    unconvertible("unsupported pod version: " + std::string(version));
    return;
  }
  std::string_view field, key;
  if (split_subscript(text, field, key)) {
    if (field == "metadata.annotations") {
      const std::string lowered = source::lowered(key);
      add_complaints(kube::check_qualified_name(lowered), path, field_path.span(), go_quote(lowered), errors);
    } else if (field == "metadata.labels") {
      add_complaints(kube::check_qualified_name(key), path, field_path.span(), go_quote(key), errors);
    } else {
      unconvertible("field label does not support subscript: " + std::string(text));
    }
    return;
  }
  if (!is_one_of(text, kKnownFields)) {
    unconvertible("field label not supported: " + std::string(text));
    return;
  }
  if (!volume && text == "spec.host") return;  // the old name of spec.nodeName
  require_one_of(field_path, path.child("fieldPath"),
                 volume ? std::span<const std::string_view>(kVolumeFields) : kEnvFields, errors);
}

void validate_resource_field_ref(const View& ref, const Path& path, bool volume, Errors& errors) {
  const View resource = ref["resource"];
  const std::string_view text = resource.str();
  if (volume && ref["containerName"].str().empty()) {
    errors.required(path.child("containerName"), ref["containerName"]);
  } else if (text.empty()) {
    errors.required(path.child("resource"), resource);
  } else if (!text.starts_with("requests.hugepages-") && !text.starts_with("limits.hugepages-")) {
    require_one_of(resource, path.child("resource"), kResourceFields, errors);
  }
  validate_divisor(text, ref["divisor"], path, errors);
}

void validate_env(const View& env, const Path& path, Errors& errors) {
  std::size_t i = 0;
  for (const yaml::Node& node : env.items()) {
    const View entry = view_of(node, env);
    const Path at = path.index(i++);
    const View name = entry["name"];
    if (name.str().empty()) {
      errors.required(at.child("name"), name);
    } else {
      add_complaints(kube::check_env_name(name.str()), at.child("name"), name, errors);
    }
    validate_value_from(entry, at.child("valueFrom"), errors);
  }
}

void validate_env_from(const View& env_from, const Path& path, Errors& errors) {
  std::size_t i = 0;
  for (const yaml::Node& node : env_from.items()) {
    const View entry = view_of(node, env_from);
    const Path at = path.index(i++);
    const View prefix = entry["prefix"];
    if (!prefix.str().empty()) add_complaints(kube::check_env_name(prefix.str()), at.child("prefix"), prefix, errors);
    int sources = 0;
    for (const std::string_view key : {"configMapRef", "secretRef"}) {
      const View ref = entry[key];
      if (ref.absent()) continue;
      ++sources;
      validate_env_source(ref, at.child(key), errors);
    }
    if (sources == 0) {
      errors.invalid(path, entry, "\"\"", "must specify one of: `configMapRef` or `secretRef`");
    } else if (sources > 1) {
      errors.invalid(path, entry, "\"\"", "may not have more than one field specified at a time");
    }
  }
}

}  // namespace podseer::admission
