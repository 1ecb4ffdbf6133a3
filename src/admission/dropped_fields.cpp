// SPDX-License-Identifier: Apache-2.0
// Fields that decode but do nothing: their feature gate is off, so the API server of 1.34 removes
// them before validation and stores the object without them (pkg/api/pod/util.go,
// dropDisabledFields; facts: kubelet 13). No error, no warning, no effect. Worked example: an
// `image` volume and its mounts vanish; the container starts without its files.
#include "admission/effective_pod.hpp"

namespace podseer::admission {
namespace {

constexpr int kNewestKnown = 34;  // gate defaults of later versions are not known here

class Collector {
 public:
  explicit Collector(std::vector<DroppedField>& out) : out_(out) {}
  void add(const View& at, const Path& path, std::string_view gate) {
    if (at.present()) out_.push_back({path.str(), std::string(gate), at.span()});
  }

 private:
  std::vector<DroppedField>& out_;
};

void of_container(const View& container, const Path& path, std::string_view list, Collector& out) {
  const bool init = list == "initContainers";
  const View policy = container["restartPolicy"];
  if (!init || policy.str() != "Always") out.add(policy, path.child("restartPolicy"), "ContainerRestartRules");
  out.add(container["restartPolicyRules"], path.child("restartPolicyRules"), "ContainerRestartRules");
  out.add(container["lifecycle"]["stopSignal"], path.child("lifecycle.stopSignal"), "ContainerStopSignals");
  const View env = container["env"];
  const Path env_path = path.child("env");
  std::size_t i = 0;
  for (const yaml::Node& node : env.items()) {
    const Path at = env_path.index(i++);
    out.add(view_of(node, env)["valueFrom"]["fileKeyRef"], at.child("valueFrom.fileKeyRef"), "EnvFiles");
  }
}

void of_volume(const View& volume, const Path& path, Collector& out) {
  out.add(volume["image"], path.child("image"), "ImageVolume");
  const View sources = volume["projected"]["sources"];
  const Path sources_path = path.child("projected.sources");
  std::size_t i = 0;
  for (const yaml::Node& node : sources.items()) {
    const View source = view_of(node, sources);
    const Path at = sources_path.index(i++);
    out.add(source["clusterTrustBundle"], at.child("clusterTrustBundle"), "ClusterTrustBundleProjection");
    out.add(source["podCertificate"], at.child("podCertificate"), "PodCertificateRequest");
  }
}

}  // namespace

std::vector<DroppedField> dropped_fields(const PodSource& pod, std::string_view prefix, int minor_version) {
  std::vector<DroppedField> dropped;
  if (minor_version > kNewestKnown) return dropped;
  Collector out(dropped);
  const Path path(prefix);
  out.add(pod.spec["hostnameOverride"], path.child("hostnameOverride"), "HostnameOverride");
  for (const std::string_view list : {"initContainers", "containers"}) {
    const View containers = pod.spec[list];
    const Path list_path = path.child(list);
    std::size_t i = 0;
    for (const yaml::Node& node : containers.items()) {
      const Path at = list_path.index(i++);
      of_container(view_of(node, containers), at, list, out);
    }
  }
  const View volumes = pod.spec["volumes"];
  const Path volumes_path = path.child("volumes");
  std::size_t i = 0;
  for (const yaml::Node& node : volumes.items()) {
    const Path at = volumes_path.index(i++);
    of_volume(view_of(node, volumes), at, out);
  }
  if (pod.workload == kube::WorkloadKind::StatefulSet) {
    const View spec = View(pod.owner->root, pod.owner->name_span)["spec"];
    out.add(spec["updateStrategy"]["rollingUpdate"]["maxUnavailable"],
            Path("spec.updateStrategy.rollingUpdate.maxUnavailable"), "MaxUnavailableStatefulSet");
  }
  return dropped;
}

}  // namespace podseer::admission
