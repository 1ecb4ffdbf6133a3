// SPDX-License-Identifier: Apache-2.0
// CustomResourceDefinitions (apiextensions-apiserver pkg/apis/apiextensions/validation, v0.34.4): names, group,
// scope and versions. What their schemas hold is not judged. Worked example: a definition of `foos` in the group
// example.com that is called `foo.example.com`: metadata.name must be spec.names.plural+"."+spec.group.
#include <algorithm>
#include <array>
#include <string>

#include "admission/pod_checks.hpp"
#include "admission/validators.hpp"
#include "source/ascii.hpp"

namespace podseer::admission {
namespace {

constexpr std::array<std::string_view, 2> kScopes = {"Cluster", "Namespaced"};
constexpr std::string_view kApproval = "api-approved.kubernetes.io";

/// All that is wrong with one text, in one error.
void complain_at_once(const kube::Complaints& complaints, const Path& path, const View& at, Errors& errors,
                      std::string_view before = {}) {
  if (complaints.empty()) return;
  std::string all(before);
  for (const std::string& complaint : complaints) {
    if (all.size() > before.size()) all += ',';
    all += complaint;
  }
  errors.invalid(path, at, all);
}

/// The metadata; behind what is wrong with the name as such: it must be made of the plural and the group.
void validate_metadata(const View& root, Errors& errors) {
  Errors all;
  validate_object_meta(root["metadata"], Path("metadata"), NameRule::Subdomain, false, all);
  const View name = root["metadata"]["name"];
  const std::string wanted =
      std::string(root["spec"]["names"]["plural"].str()) + "." + std::string(root["spec"]["group"].str());
  bool told = name.str().empty() || name.str() == wanted;
  const auto tell = [&] {
    if (!told) errors.invalid(Path("metadata").child("name"), name, "must be spec.names.plural+\".\"+spec.group");
    told = true;
  };
  for (ApiError& error : all.list()) {
    if (error.field != "metadata.name" && error.field != "metadata.generateName") tell();
    errors.list().push_back(std::move(error));
  }
  tell();
}

void validate_group(const View& group, const Path& path, Errors& errors) {
  if (group.str().empty()) return errors.required(path, group);
  const kube::Complaints bad = kube::check_dns_subdomain(group.str());
  if (!bad.empty()) return complain_at_once(bad, path, group, errors);
  if (group.str().find('.') == std::string_view::npos)
    errors.invalid(path, group, "should be a domain with at least one dot");
}

/// Versions as the server prints them; what all of them share has moved to the definition by then.
std::string printed_versions(const View& versions) {
  if (versions.absent()) return "null";
  std::string text = "[";
  for (const yaml::Node& node : versions.items()) {
    const View version(&node, node.span());
    const auto flag = [&](std::string_view key) { return version[key].flag() ? "true" : "false"; };
    const View warning = version["deprecationWarning"];
    text += std::string(text.size() > 1 ? "," : "") + "{\"Name\":" + go_quote(version["name"].str()) +
            ",\"Served\":" + flag("served") + ",\"Storage\":" + flag("storage") +
            ",\"Deprecated\":" + flag("deprecated") +
            ",\"DeprecationWarning\":" + (warning.present() ? go_quote(warning.str()) : "null") +
            ",\"Schema\":null,\"Subresources\":null,\"AdditionalPrinterColumns\":null,\"SelectableFields\":null}";
  }
  return text + "]";
}

/// Returns how many are marked as the stored one.
std::size_t validate_versions(const View& versions, const Path& path, Errors& errors) {
  for (std::size_t i = 0; i < versions.size(); ++i) {
    if (versions.at(i)["schema"]["openAPIV3Schema"].present()) continue;
    errors.required(path.index(i).child("schema.openAPIV3Schema"), versions.at(i));
  }
  std::size_t stored = 0;
  bool unique = true;
  SeenNames names;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const View name = versions.at(i)["name"];
    stored += versions.at(i)["storage"].flag() ? 1 : 0;
    unique = names.add(name.str()) && unique;
    complain_at_once(kube::check_dns_1035_label(name.str()), path.index(i).child("name"), name, errors);
  }
  if (!unique) errors.invalid(path, versions, printed_versions(versions), "must contain unique version names");
  if (stored != 1)
    errors.invalid(path, versions, printed_versions(versions),
                   "must have exactly one version marked as storage version");
  return stored;
}

void validate_names(const View& names, const Path& path, Errors& errors) {
  const View kind = names["kind"];
  const bool nameless = kind.str().empty();  // singular and listKind are made of the kind
  if (names["plural"].str().empty()) errors.required(path.child("plural"), names["plural"]);
  if (nameless && names["singular"].str().empty()) errors.required(path.child("singular"), names["singular"]);
  if (nameless) errors.required(path.child("kind"), kind);
  if (nameless && names["listKind"].str().empty()) errors.required(path.child("listKind"), names["listKind"]);
  for (const std::string_view key : {"plural", "singular"}) {
    if (!names[key].str().empty())
      complain_at_once(kube::check_dns_1035_label(names[key].str()), path.child(key), names[key], errors);
  }
  for (const std::string_view key : {"kind", "listKind"}) {
    if (names[key].str().empty()) continue;
    complain_at_once(kube::check_dns_1035_label(source::lowered(names[key].str())), path.child(key), names[key], errors,
                     "may have mixed case, but should otherwise match: ");
  }
  const auto each = [&](std::string_view key) {
    for (std::size_t i = 0; i < names[key].size(); ++i) {
      complain_at_once(kube::check_dns_1035_label(names[key].at(i).str()), path.child(key).index(i), names[key].at(i),
                       errors);
    }
  };
  each("shortNames");
  if (!nameless && kind.str() == names["listKind"].str())
    errors.invalid(path.child("listKind"), names["listKind"], "kind and listKind may not be the same");
  each("categories");
}

/// Groups of the Kubernetes project need somebody's word that the API was approved.
void validate_approval(const View& root, std::string_view group, Errors& errors) {
  const bool guarded =
      group == "k8s.io" || group == "kubernetes.io" || group.ends_with(".k8s.io") || group.ends_with(".kubernetes.io");
  const View approval = root["metadata"]["annotations"][kApproval];
  if (!guarded || !approval.str().empty()) return;
  errors.required(Path("metadata").child("annotations").key(kApproval), approval,
                  "protected groups must have approval annotation " + go_quote(kApproval) +
                      ", see https://github.com/kubernetes/enhancements/pull/1111");
}

}  // namespace

void validate_custom_resource_definition(const View& root, const kube::Object&, Errors& errors) {
  const View spec = root["spec"];
  // What kubebuilder lays beside every definition is a patch, which nobody applies as it is.
  if (spec["group"].absent() && spec["names"].absent() && spec["versions"].absent()) return;
  validate_metadata(root, errors);
  const Path path("spec");
  const View group = spec["group"], scope = spec["scope"];
  validate_group(group, path.child("group"), errors);
  if (scope.str().empty()) errors.required(path.child("scope"), scope);
  else if (std::find(kScopes.begin(), kScopes.end(), scope.str()) == kScopes.end())
    errors.not_supported(path.child("scope"), scope, kScopes);
  const std::size_t stored = validate_versions(spec["versions"], path.child("versions"), errors);
  validate_names(spec["names"], path.child("names"), errors);
  const View told = root["status"]["storedVersions"];
  if (stored == 0 && told.size() == 0) {
    errors.invalid(Path("status").child("storedVersions"), told, told.present() ? "[]" : "null",
                   "must have at least one stored version");
  }
  validate_approval(root, group.str(), errors);
  if (spec["preserveUnknownFields"].flag()) {
    errors.invalid(
        path.child("preserveUnknownFields"), spec["preserveUnknownFields"],
        "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead");
  }
}

}  // namespace podseer::admission
