// SPDX-License-Identifier: Apache-2.0
// Volume sources that Pods and PersistentVolumes share (pkg/apis/core/validation, 1.34). Most only need
// some members; those that check more have a function of their own.
// Worked example: {nfs: {server: a, path: b}} gives `nfs.path: Invalid value: "b": must be an absolute path`.
#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "admission/validators.hpp"
#include "source/ascii.hpp"

namespace podseer::admission {
namespace {

struct Needs {
  std::string_view kind;
  std::array<std::string_view, 3> members;  // in the server's order; empty ones are none
};

constexpr Needs kNeeds[] = {
    {"awsElasticBlockStore", {"volumeID"}},
    {"azureDisk", {"diskName", "diskURI"}},
    {"azureFile", {"secretName", "shareName"}},
    {"cephfs", {"monitors"}},
    {"cinder", {"volumeID"}},
    {"csi", {}},
    {"fc", {}},
    {"flexVolume", {"driver"}},
    {"flocker", {}},
    {"gcePersistentDisk", {"pdName"}},
    {"glusterfs", {"endpoints", "path"}},
    {"hostPath", {"path"}},
    {"iscsi", {"targetPortal", "iqn"}},
    {"local", {"path"}},
    {"nfs", {"server", "path"}},
    {"photonPersistentDisk", {"pdID"}},
    {"portworxVolume", {"volumeID"}},
    {"quobyte", {}},
    {"rbd", {"monitors", "image"}},
    {"scaleIO", {"gateway", "system", "volumeName"}},
    {"storageos", {}},
    {"vsphereVolume", {"volumePath"}},
};

constexpr std::array<std::string_view, 8> kHostPathTypes = {
    "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"};
constexpr std::array<std::string_view, 3> kCachingModes = {"None", "ReadOnly", "ReadWrite"};
constexpr std::array<std::string_view, 3> kDiskKinds = {"Dedicated", "Managed", "Shared"};
constexpr std::size_t kDriverNameLimit = 63;
constexpr std::size_t kTenantLimit = 65;
constexpr std::int64_t kByteMax = 255;

bool is_empty(const View& at) {
  return at.absent() || (at.node()->is_string() ? at.str().empty() : at.size() == 0 && !at.node()->is_scalar());
}

bool has_parent_step(std::string_view path) {
  while (true) {
    const std::size_t slash = path.find('/');
    if (path.substr(0, slash) == "..") return true;
    if (slash == std::string_view::npos) return false;
    path.remove_prefix(slash + 1);
  }
}

void no_backsteps(const View& at, const Path& path, Errors& errors) {
  if (has_parent_step(at.str())) errors.invalid(path, at, "must not contain '..'");
}

void in_byte_range(const View& at, const Path& path, Errors& errors) {
  const std::int64_t value = at.integer();
  if (value < 0 || value > kByteMax) errors.invalid(path, at, "must be between 0 and 255, inclusive");
}

void secret_name(const View& secret, const Path& path, Errors& errors) {
  if (secret.present() && secret["name"].str().empty()) errors.required(path.child("name"), secret["name"]);
}

/// A reference that a PersistentVolume has to complete with a namespace.
void secret_reference(const View& secret, const Path& path, bool persistent, Errors& errors) {
  if (secret.absent()) return;
  secret_name(secret, path, errors);
  if (persistent && secret["namespace"].str().empty()) errors.required(path.child("namespace"), secret["namespace"]);
}

void validate_flex(const View& source, const Path& path, Errors& errors) {
  const Path options = path.child("options");
  for (const yaml::Entry& entry : source["options"].entries()) {
    std::string prefix = "." + source::lowered(entry.key.substr(0, entry.key.find('/')));
    if (prefix.ends_with(".kubernetes.io") || prefix.ends_with(".k8s.io")) {
      add_complaints({"kubernetes.io and k8s.io namespaces are reserved"}, options.key(entry.key), entry.key_span,
                     go_quote(entry.key), errors);
    }
  }
}

void validate_endpoints_namespace(const View& ns, const Path& path, Errors& errors) {
  if (ns.absent()) return;
  if (ns.str().empty()) {
    errors.invalid(path, ns, "if the endpointnamespace is set, it must be a valid namespace name");
  } else {
    add_complaints(kube::check_dns_label(ns.str()), path, ns, errors);
  }
}

void validate_fc(const View& source, const Path& path, Errors& errors) {
  const View targets = source["targetWWNs"];
  const bool wwids = source["wwids"].size() > 0;
  if (targets.size() == 0 && !wwids) {
    errors.required(path.child("targetWWNs"), targets, "must specify either targetWWNs or wwids, but not both");
  } else if (targets.size() > 0 && wwids) {
    errors.invalid(path.child("targetWWNs"), targets, "targetWWNs and wwids can not be specified simultaneously");
  }
  if (targets.size() == 0) return;
  if (source["lun"].absent()) {
    errors.required(path.child("lun"), source["lun"], "lun is required if targetWWNs is specified");
  } else {
    in_byte_range(source["lun"], path.child("lun"), errors);
  }
}

/// A qualified name of iSCSI: by date and domain, IEEE or NAA. (Patterns of the server's validation.)
bool is_iscsi_name(std::string_view name) {
  static const RE2 kIqn("iqn\\.\\d{4}-\\d{2}\\.([[:alnum:]\\-.]+)(:[^,;*&$|\\s]+)$");
  static const RE2 kEui("^eui.[[:alnum:]]{16}$");
  static const RE2 kNaa("^naa.[[:alnum:]]{32}$");
  const re2::StringPiece text(name.data(), name.size());
  if (name.starts_with("iqn")) return RE2::PartialMatch(text, kIqn);
  if (name.starts_with("eui")) return RE2::PartialMatch(text, kEui);
  return name.starts_with("naa") && RE2::PartialMatch(text, kNaa);
}

void validate_iscsi_name(const View& at, const Path& path, bool persistent, Errors& errors) {
  if (is_iscsi_name(at.str())) return;
  const std::string_view name = at.str();
  const bool known = name.starts_with("iqn") || name.starts_with("eui") || name.starts_with("naa");
  errors.invalid(path, at,
                 known || persistent ? "must be valid format" : "must be valid format starting with iqn, eui, or naa");
}

void validate_iscsi(const View& source, const Path& path, bool persistent, Errors& errors) {
  if (!source["iqn"].str().empty()) validate_iscsi_name(source["iqn"], path.child("iqn"), persistent, errors);
  in_byte_range(source["lun"], path.child("lun"), errors);
  if ((source["chapAuthDiscovery"].flag() || source["chapAuthSession"].flag()) && source["secretRef"].absent()) {
    errors.required(path.child("secretRef"), source["secretRef"]);
  }
  if (persistent) secret_name(source["secretRef"], path.child("secretRef"), errors);
  if (source["initiatorName"].present()) {
    validate_iscsi_name(source["initiatorName"], path.child("initiatorname"), persistent, errors);
  }
}

/// Go's net.SplitHostPort: one colon, or an address in brackets before it.
bool is_host_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view host = text.substr(0, colon);
  if (host.starts_with('[')) return host.ends_with(']') && host.find('[', 1) == std::string_view::npos;
  return host.find_first_of(":[]") == std::string_view::npos;
}

void validate_quobyte(const View& source, const Path& path, Errors& errors) {
  const View registry = source["registry"];
  if (registry.str().empty()) {
    errors.required(path.child("registry"), registry, "must be a host:port pair or multiple pairs separated by commas");
  } else if (source["tenant"].str().size() >= kTenantLimit) {
    errors.required(path.child("tenant"), source["tenant"],
                    "must be a UUID and may not exceed a length of 64 characters");
  } else {
    std::string_view rest = registry.str();
    while (true) {
      const std::size_t comma = rest.find(',');
      if (!is_host_port(rest.substr(0, comma))) {
        errors.invalid(path.child("registry"), registry,
                       "must be a host:port pair or multiple pairs separated by commas");
      }
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
  if (source["volume"].str().empty()) errors.required(path.child("volume"), source["volume"]);
}

void validate_azure_disk(const View& source, const Path& path, Errors& errors) {
  constexpr std::array<std::string_view, 1> kManaged = {
      "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"};
  constexpr std::array<std::string_view, 1> kBlob = {
      "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"};
  validate_enum(source["cachingMode"], path.child("cachingMode"), kCachingModes, errors);
  validate_enum(source["kind"], path.child("kind"), kDiskKinds, errors);
  const bool managed = source["kind"].str() == "Managed";
  const View uri = source["diskURI"];
  if (managed && !uri.str().starts_with("/subscriptions/")) errors.not_supported(path.child("diskURI"), uri, kManaged);
  if (!managed && !uri.str().starts_with("https://")) errors.not_supported(path.child("diskURI"), uri, kBlob);
}

void validate_flocker(const View& source, const Path& path, Errors& errors) {
  const View name = source["datasetName"];
  const bool uuid = !source["datasetUUID"].str().empty();
  if (name.str().empty() && !uuid) {
    errors.required(path, source, "one of datasetName and datasetUUID is required");
  } else if (!name.str().empty() && uuid) {
    errors.invalid(path, source, "\"resource\"", "datasetName and datasetUUID can not be specified simultaneously");
  }
  if (name.str().find('/') != std::string_view::npos) {
    errors.invalid(path.child("datasetName"), name, "must not contain '/'");
  }
}

void validate_storageos(const View& source, const Path& path, bool persistent, Errors& errors) {
  const View name = source["volumeName"];
  if (name.str().empty()) {
    errors.required(path.child("volumeName"), name);
  } else {
    add_complaints(kube::check_dns_label(name.str()), path.child("volumeName"), name, errors);
  }
  const View ns = source["volumeNamespace"];
  if (!ns.str().empty()) add_complaints(kube::check_dns_label(ns.str()), path.child("volumeNamespace"), ns, errors);
  secret_reference(source["secretRef"], path.child("secretRef"), persistent, errors);
}

void validate_csi(const View& source, const Path& path, bool persistent, Errors& errors) {
  const View driver = source["driver"];
  const Path driver_path = path.child("driver");
  if (driver.str().empty()) errors.required(driver_path, driver);
  if (driver.str().size() > kDriverNameLimit) { errors.too_long(driver_path, driver, "may not be more than 63 bytes"); }
  add_complaints(kube::check_dns_subdomain(source::lowered(driver.str())), driver_path, driver, errors);
  if (!persistent) {
    const View name = source["nodePublishSecretRef"]["name"];
    if (source["nodePublishSecretRef"].absent()) return;
    secret_name(source["nodePublishSecretRef"], path.child("nodePublishSecretRef"), errors);
    if (!name.str().empty()) add_complaints(kube::check_dns_subdomain(name.str()), path.child("name"), name, errors);
    return;
  }
  if (source["volumeHandle"].str().empty()) errors.required(path.child("volumeHandle"), source["volumeHandle"]);
  for (const std::string_view key :
       {"controllerPublishSecretRef", "controllerExpandSecretRef", "nodePublishSecretRef", "nodeExpandSecretRef"}) {
    const View secret = source[key];
    if (secret.absent()) continue;
    const Path at = path.child(key);
    const View name = secret["name"];
    const View ns = secret["namespace"];
    if (name.str().empty()) errors.required(at.child("name"), name);
    else add_complaints(kube::check_dns_subdomain(name.str()), at.child("name"), name, errors);
    if (ns.str().empty()) errors.required(at.child("namespace"), ns);
    else add_complaints(kube::check_dns_label(ns.str()), at.child("namespace"), ns, errors);
  }
}

}  // namespace

bool validate_shared_volume_source(std::string_view kind, const View& source, const Path& path, bool persistent,
                                   Errors& errors) {
  const auto needs = std::find_if(std::begin(kNeeds), std::end(kNeeds), [&](const Needs& n) { return n.kind == kind; });
  if (needs == std::end(kNeeds)) return false;
  for (const std::string_view member : needs->members) {
    if (!member.empty() && is_empty(source[member])) errors.required(path.child(member), source[member]);
  }
  if (kind == "hostPath") {
    if (source["path"].str().empty()) return true;
    no_backsteps(source["path"], path.child("path"), errors);
    validate_enum(source["type"], path.child("type"), kHostPathTypes, errors);
  } else if (kind == "local") {
    no_backsteps(source["path"], path.child("path"), errors);
  } else if (kind == "nfs") {
    const View at = source["path"];
    if (!at.str().starts_with('/')) errors.invalid(path.child("path"), at, "must be an absolute path");
  } else if (kind == "gcePersistentDisk" || kind == "awsElasticBlockStore") {
    const std::int64_t partition = source["partition"].integer();
    if (partition < 0 || partition > kByteMax) {
      errors.invalid(path.child("partition"), source["partition"], "must be between 1 and 255, inclusive");
    }
  } else if (kind == "azureFile" && persistent) {
    const View ns = source["secretNamespace"];
    if (ns.present() && ns.str().empty()) errors.required(path.child("secretNamespace"), ns);
  } else if (kind == "azureDisk") {
    validate_azure_disk(source, path, errors);
  } else if (kind == "cinder") {
    secret_reference(source["secretRef"], path.child("secretRef"), persistent, errors);
  } else if (kind == "flexVolume") {
    validate_flex(source, path, errors);
  } else if (kind == "glusterfs" && persistent) {
    validate_endpoints_namespace(source["endpointsNamespace"], path.child("endpointsNamespace"), errors);
  } else if (kind == "fc") {
    validate_fc(source, path, errors);
  } else if (kind == "iscsi") {
    validate_iscsi(source, path, persistent, errors);
  } else if (kind == "quobyte") {
    validate_quobyte(source, path, errors);
  } else if (kind == "flocker") {
    validate_flocker(source, path, errors);
  } else if (kind == "storageos") {
    validate_storageos(source, path, persistent, errors);
  } else if (kind == "csi") {
    validate_csi(source, path, persistent, errors);
  }
  return true;
}

}  // namespace podseer::admission
