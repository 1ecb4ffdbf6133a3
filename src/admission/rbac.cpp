// SPDX-License-Identifier: Apache-2.0
// Role, ClusterRole and their bindings (pkg/apis/rbac/validation, 1.34).
// Worked example: a subject {kind: ServiceAccount, name: a} in a ClusterRoleBinding gives
// `subjects[0].namespace: Required value`.
#include <array>

#include "admission/validators.hpp"

namespace podseer::admission {
namespace {

constexpr std::array<std::string_view, 1> kGroup = {"rbac.authorization.k8s.io"};
constexpr std::array<std::string_view, 1> kNoGroup = {""};
constexpr std::array<std::string_view, 2> kRoleKinds = {"Role", "ClusterRole"};
constexpr std::array<std::string_view, 1> kClusterRoleKinds = {"ClusterRole"};
constexpr std::array<std::string_view, 3> kSubjectKinds = {"ServiceAccount", "User", "Group"};

void validate_rules(const View& rules, bool namespaced, Errors& errors) {
  const Path path("rules");
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const View rule = rules.at(i);
    const Path at = path.index(i);
    if (rule["verbs"].size() == 0)
      errors.required(at.child("verbs"), rule["verbs"], "verbs must contain at least one value");
    const View urls = rule["nonResourceURLs"];
    if (urls.size() > 0) {
      if (namespaced)
        errors.invalid(at.child("nonResourceURLs"), urls, "namespaced rules cannot apply to non-resource URLs");
      if (rule["apiGroups"].size() > 0 || rule["resources"].size() > 0 || rule["resourceNames"].size() > 0) {
        errors.invalid(at.child("nonResourceURLs"), urls,
                       "rules cannot apply to both regular resources and non-resource URLs");
      }
      continue;
    }
    if (rule["apiGroups"].size() == 0) {
      errors.required(at.child("apiGroups"), rule["apiGroups"], "resource rules must supply at least one api group");
    }
    if (rule["resources"].size() == 0) {
      errors.required(at.child("resources"), rule["resources"], "resource rules must supply at least one resource");
    }
  }
}

void validate_subject(const View& subject, const Path& path, bool namespaced, Errors& errors) {
  const View name = subject["name"];
  const View kind = subject["kind"];
  const View group = subject["apiGroup"];
  if (name.str().empty()) errors.required(path.child("name"), name);
  if (kind.str() == "ServiceAccount") {
    if (!name.str().empty()) add_complaints(kube::check_dns_subdomain(name.str()), path.child("name"), name, errors);
    if (!group.str().empty()) errors.not_supported(path.child("apiGroup"), group, kNoGroup);
    if (!namespaced && subject["namespace"].str().empty())
      errors.required(path.child("namespace"), subject["namespace"]);
  } else if (kind.str() == "User" || kind.str() == "Group") {
    if (!group.str().empty() && group.str() != kGroup[0]) errors.not_supported(path.child("apiGroup"), group, kGroup);
  } else {
    errors.not_supported(path.child("kind"), kind, kSubjectKinds);
  }
}

void validate_binding(const View& root, bool namespaced, Errors& errors) {
  validate_object_meta(root["metadata"], Path("metadata"), NameRule::PathSegment, namespaced, errors);
  const Path path("roleRef");
  const View role = root["roleRef"];
  const View group = role["apiGroup"];
  if (!group.str().empty() && group.str() != kGroup[0]) errors.not_supported(path.child("apiGroup"), group, kGroup);
  const View kind = role["kind"];
  const bool known = kind.str() == "ClusterRole" || (namespaced && kind.str() == "Role");
  if (!known) {
    if (namespaced) errors.not_supported(path.child("kind"), kind, kRoleKinds);
    else errors.not_supported(path.child("kind"), kind, kClusterRoleKinds);
  }
  const View name = role["name"];
  if (name.str().empty()) {
    errors.required(path.child("name"), name);
  } else {
    add_complaints(kube::check_path_segment(name.str()), path.child("name"), name, errors);
  }
  const View subjects = root["subjects"];
  const Path subjects_path("subjects");
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    validate_subject(subjects.at(i), subjects_path.index(i), namespaced, errors);
  }
}

}  // namespace

void validate_role(const View& root, const kube::Object&, Errors& errors) {
  validate_object_meta(root["metadata"], Path("metadata"), NameRule::PathSegment, true, errors);
  validate_rules(root["rules"], true, errors);
}

void validate_cluster_role(const View& root, const kube::Object&, Errors& errors) {
  validate_object_meta(root["metadata"], Path("metadata"), NameRule::PathSegment, false, errors);
  validate_rules(root["rules"], false, errors);
  const View aggregation = root["aggregationRule"];
  if (aggregation.absent()) return;
  const Path path("aggregationRule");
  const Path selectors_path = path.child("clusterRoleSelectors");
  const View selectors = aggregation["clusterRoleSelectors"];
  if (selectors.size() == 0) {
    errors.required(selectors_path, selectors,
                    "at least one clusterRoleSelector required if aggregationRule is non-nil");
  }
  for (std::size_t i = 0; i < selectors.size(); ++i) {
    validate_label_selector(selectors.at(i), selectors_path.index(i), errors);
    if (!selector_is_valid(selectors.at(i))) {
      errors.invalid(selectors_path.index(i), selectors.at(i), "null", "invalid label selector.");
    }
  }
}

void validate_role_binding(const View& root, const kube::Object&, Errors& errors) {
  validate_binding(root, true, errors);
}

void validate_cluster_role_binding(const View& root, const kube::Object&, Errors& errors) {
  validate_binding(root, false, errors);
}

}  // namespace podseer::admission
