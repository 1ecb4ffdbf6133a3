// SPDX-License-Identifier: Apache-2.0
// ConfigMap, Secret, ServiceAccount and Namespace (pkg/apis/core/validation, 1.34). A Secret's
// stringData replaces data before anything is checked, so errors name `data[key]` even for what is
// written in stringData. Values of Secrets are never printed.
// Worked example: a Secret of type kubernetes.io/tls without tls.key gives `data[tls.key]: Required value`.
#include <unordered_set>

#include "admission/json_text.hpp"
#include "admission/validators.hpp"
#include "source/base64.hpp"

namespace podseer::admission {
namespace {

/// MaxSecretSize, of ConfigMaps too.
constexpr std::size_t kMaxBytes = 1024 * 1024;
constexpr std::string_view kTooLong = "may not be more than 1048576 bytes";
/// The keys of a mapping, for many look-ups.
std::unordered_set<std::string_view> keys_of(const View& map) {
  std::unordered_set<std::string_view> keys;
  for (const yaml::Entry& entry : map.entries()) keys.insert(entry.key);
  return keys;
}

void validate_key(const yaml::Entry& entry, const Path& path, Errors& errors) {
  if (const kube::Complaints bad = kube::check_config_map_key(entry.key); !bad.empty()) {
    add_complaints(bad, path.key(entry.key), entry.key_span, go_quote(entry.key), errors);
  }
}

/// data and stringData as one.
struct SecretData {
  View data, strings;

  [[nodiscard]] const yaml::Entry* find(std::string_view key, bool& plain) const {
    plain = false;
    if (strings.node() != nullptr) {
      if (const yaml::Entry* entry = strings.node()->find_entry(key)) {
        plain = true;
        return entry;
      }
    }
    return data.node() == nullptr ? nullptr : data.node()->find_entry(key);
  }
  [[nodiscard]] bool has(std::string_view key) const {
    bool plain = false;
    return find(key, plain) != nullptr;
  }
  [[nodiscard]] std::string bytes(std::string_view key) const {
    bool plain = false;
    const yaml::Entry* entry = find(key, plain);
    if (entry == nullptr) return {};
    const std::string_view text = entry->value.string_or("");
    return plain ? std::string(text) : source::decode_base64(text).value_or("");
  }
};

void require_key(const SecretData& secret, std::string_view key, const Path& path, const View& root, Errors& errors) {
  if (secret.has(key)) return;
  errors.required(path.key(key), secret.data.present()      ? secret.data
                                 : secret.strings.present() ? secret.strings
                                                            : root["type"]);
}

void validate_credentials(const SecretData& secret, std::string_view key, const Path& path, const View& root,
                          Errors& errors) {
  bool plain = false;
  const yaml::Entry* entry = secret.find(key, plain);
  if (entry == nullptr) {
    require_key(secret, key, path, root, errors);
  } else if (!is_json_object(secret.bytes(key))) {
    errors.invalid(path.key(key), View(&entry->value, entry->key_span), "\"<secret contents redacted>\"",
                   "must be a JSON object");
  }
}

}  // namespace

void validate_config_map(const View& root, const kube::Object&, Errors& errors) {
  validate_object_meta(root["metadata"], Path("metadata"), NameRule::Subdomain, true, errors);
  const View data = root["data"];
  const View binary = root["binaryData"];
  const Path data_path("data");
  const Path binary_path("binaryData");
  std::size_t bytes = 0;
  const std::unordered_set<std::string_view> binary_keys = keys_of(binary);
  for (const yaml::Entry& entry : data.entries()) {
    validate_key(entry, data_path, errors);
    bytes += entry.value.string_or("").size();
    if (binary_keys.count(entry.key) > 0) {
      add_complaints({"duplicate of key present in binaryData"}, data_path.key(entry.key), entry.key_span,
                     go_quote(entry.key), errors);
    }
  }
  for (const yaml::Entry& entry : binary.entries()) {
    validate_key(entry, binary_path, errors);
    bytes += source::base64_decoded_size(entry.value.string_or(""));
  }
  if (bytes > kMaxBytes)
    errors.too_long(Path("[]"), data.present() ? data : binary, kTooLong);  // the server's empty path
}

void validate_secret(const View& root, const kube::Object&, Errors& errors) {
  validate_object_meta(root["metadata"], Path("metadata"), NameRule::Subdomain, true, errors);
  const SecretData secret{root["data"], root["stringData"]};
  const Path path("data");
  std::size_t bytes = 0;
  const std::unordered_set<std::string_view> replaced = keys_of(secret.strings);
  for (const yaml::Entry& entry : secret.data.entries()) {
    if (replaced.count(entry.key) > 0) continue;
    validate_key(entry, path, errors);
    bytes += source::base64_decoded_size(entry.value.string_or(""));
  }
  for (const yaml::Entry& entry : secret.strings.entries()) {
    validate_key(entry, path, errors);
    bytes += entry.value.string_or("").size();
  }
  if (bytes > kMaxBytes) errors.too_long(path, secret.data.present() ? secret.data : secret.strings, kTooLong);

  const std::string_view type = root["type"].str();
  if (type == "kubernetes.io/service-account-token") {
    constexpr std::string_view kAccount = "kubernetes.io/service-account.name";
    const View annotations = root["metadata"]["annotations"];
    if (annotations[kAccount].str().empty()) {
      const Path meta("metadata");
      const Path annotations_path = meta.child("annotations");
      errors.required(annotations_path.key(kAccount), annotations[kAccount]);
    }
  } else if (type == "kubernetes.io/dockercfg") {
    validate_credentials(secret, ".dockercfg", path, root, errors);
  } else if (type == "kubernetes.io/dockerconfigjson") {
    validate_credentials(secret, ".dockerconfigjson", path, root, errors);
  } else if (type == "kubernetes.io/basic-auth") {
    if (!secret.has("username") && !secret.has("password")) {
      require_key(secret, "username", path, root, errors);
      require_key(secret, "password", path, root, errors);
    }
  } else if (type == "kubernetes.io/ssh-auth") {
    if (secret.bytes("ssh-privatekey").empty()) {
      errors.required(path.key("ssh-privatekey"), secret.data.present() ? secret.data : root["type"]);
    }
  } else if (type == "kubernetes.io/tls") {
    require_key(secret, "tls.crt", path, root, errors);
    require_key(secret, "tls.key", path, root, errors);
  }
}

void validate_service_account(const View& root, const kube::Object&, Errors& errors) {
  validate_object_meta(root["metadata"], Path("metadata"), NameRule::Subdomain, true, errors);
}

void validate_namespace(const View& root, const kube::Object& object, Errors& errors) {
  validate_object_meta(root["metadata"], Path("metadata"), NameRule::Label, false, errors);
  const Path meta("metadata");
  // The server labels every namespace with its name (kubernetes.io/metadata.name).
  add_complaints(kube::check_label_value(object.name), meta.child("labels"), root["metadata"]["name"], errors);
  const View finalizers = root["spec"]["finalizers"];
  const Path spec("spec");
  for (std::size_t i = 0; i < finalizers.size(); ++i) {
    const View at = finalizers.at(i);
    const kube::Complaints bad = kube::check_qualified_name(at.str());
    add_complaints(bad, spec.child("finalizers"), at, errors);
    if (bad.empty() && at.str().find('/') == std::string_view::npos && at.str() != "kubernetes" &&
        at.str() != "orphan" && at.str() != "foregroundDeletion") {
      errors.invalid(spec.child("finalizers"), at,
                     "name is neither a standard finalizer name nor is it fully qualified");
    }
  }
}

}  // namespace podseer::admission
