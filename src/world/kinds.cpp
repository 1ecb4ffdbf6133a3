// SPDX-License-Identifier: Apache-2.0
// Scope and group of the kinds that podseer asks for by their bare name. Source: the API discovery
// of Kubernetes 1.34 (`kubectl api-resources`); the foreign cluster-scoped kinds are those of
// cert-manager 1.16, external-secrets 0.10, Kyverno 1.13, trust-manager 0.12 and the CSI
// snapshotter 8. Example: Certificate (cert-manager.io) is namespaced, ClusterIssuer is not.
#include "world/kinds.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace podseer::world {

namespace {

struct OwnKind {
  std::string_view kind;
  std::string_view group;
  bool cluster_scoped;
};

// Sorted by kind for the binary search.
constexpr OwnKind kOwnKinds[] = {
    {"APIService", "apiregistration.k8s.io", true},
    {"CSIDriver", "storage.k8s.io", true},
    {"CSINode", "storage.k8s.io", true},
    {"CSIStorageCapacity", "storage.k8s.io", false},
    {"CertificateSigningRequest", "certificates.k8s.io", true},
    {"ClusterRole", "rbac.authorization.k8s.io", true},
    {"ClusterRoleBinding", "rbac.authorization.k8s.io", true},
    {"ClusterTrustBundle", "certificates.k8s.io", true},
    {"ConfigMap", "", false},
    {"CronJob", "batch", false},
    {"CustomResourceDefinition", "apiextensions.k8s.io", true},
    {"DaemonSet", "apps", false},
    {"Deployment", "apps", false},
    {"DeviceClass", "resource.k8s.io", true},
    {"Endpoints", "", false},
    {"FlowSchema", "flowcontrol.apiserver.k8s.io", true},
    {"HorizontalPodAutoscaler", "autoscaling", false},
    {"IPAddress", "networking.k8s.io", true},
    {"Ingress", "networking.k8s.io", false},
    {"IngressClass", "networking.k8s.io", true},
    {"Job", "batch", false},
    {"LimitRange", "", false},
    {"MutatingAdmissionPolicy", "admissionregistration.k8s.io", true},
    {"MutatingAdmissionPolicyBinding", "admissionregistration.k8s.io", true},
    {"MutatingWebhookConfiguration", "admissionregistration.k8s.io", true},
    {"Namespace", "", true},
    {"NetworkPolicy", "networking.k8s.io", false},
    {"Node", "", true},
    {"PersistentVolume", "", true},
    {"PersistentVolumeClaim", "", false},
    {"Pod", "", false},
    {"PodDisruptionBudget", "policy", false},
    {"PodTemplate", "", false},
    {"PriorityClass", "scheduling.k8s.io", true},
    {"PriorityLevelConfiguration", "flowcontrol.apiserver.k8s.io", true},
    {"ReplicaSet", "apps", false},
    {"ReplicationController", "", false},
    {"ResourceClaim", "resource.k8s.io", false},
    {"ResourceClaimTemplate", "resource.k8s.io", false},
    {"ResourceQuota", "", false},
    {"ResourceSlice", "resource.k8s.io", true},
    {"RuntimeClass", "node.k8s.io", true},
    {"Secret", "", false},
    {"Service", "", false},
    {"ServiceAccount", "", false},
    {"ServiceCIDR", "networking.k8s.io", true},
    {"StatefulSet", "apps", false},
    {"StorageClass", "storage.k8s.io", true},
    {"ValidatingAdmissionPolicy", "admissionregistration.k8s.io", true},
    {"ValidatingAdmissionPolicyBinding", "admissionregistration.k8s.io", true},
    {"ValidatingWebhookConfiguration", "admissionregistration.k8s.io", true},
    {"VolumeAttachment", "storage.k8s.io", true},
    {"VolumeAttributesClass", "storage.k8s.io", true},
};

constexpr std::string_view kForeignClusterScoped[] = {
    "Bundle",       "ClusterExternalSecret", "ClusterIssuer",         "ClusterPolicy", "ClusterSecretStore",
    "GatewayClass", "VolumeSnapshotClass",   "VolumeSnapshotContent",
};

const OwnKind* find_kind(std::string_view kind) {
  const auto* at = std::lower_bound(std::begin(kOwnKinds), std::end(kOwnKinds), kind,
                                    [](const OwnKind& a, std::string_view b) { return a.kind < b; });
  return at != std::end(kOwnKinds) && at->kind == kind ? at : nullptr;
}

// Groups that served built-in kinds before their present home ("extensions", removed in 1.22) and
// the group of a misspelt core apiVersion: such objects are refused, yet they mean the own kind.
bool former_group(std::string_view group) { return group == "extensions"; }

}  // namespace

bool cluster_scoped(std::string_view group, std::string_view kind) {
  const OwnKind* own = find_kind(kind);
  if (own != nullptr && (group == own->group || former_group(group))) return own->cluster_scoped;
  return std::find(std::begin(kForeignClusterScoped), std::end(kForeignClusterScoped), kind) !=
         std::end(kForeignClusterScoped);
}

bool own_kind(std::string_view group, std::string_view kind) {
  const OwnKind* own = find_kind(kind);
  if (own == nullptr || group == own->group || former_group(group)) return true;
  // "Deployment" with a wrong built-in group is a mistake, with a domain of its own another thing.
  return group.find('.') == std::string_view::npos || group.ends_with(".k8s.io");
}

}  // namespace podseer::world
