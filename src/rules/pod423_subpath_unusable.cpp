// SPDX-License-Identifier: Apache-2.0
// A subPathExpr that expands to an absolute path, or a subPath below a key of a ConfigMap or Secret volume, which is a
// file (pkg/kubelet/kubelet_pods.go makeMounts, pkg/volume/util/subpath, Kubernetes 1.34).
// Worked example: subPathExpr $(DIR) with DIR=/var/log: "error SubPath `/var/log` must not be an absolute path".
#include <algorithm>

#include "rules/each_container.hpp"
#include "rules/rule.hpp"

namespace podseer::rules {
namespace {

/// What `$(NAME)` at the front of the expression stands for; empty when that is not written in the manifest.
std::string_view leading_value(std::string_view expression, const kube::Container& container) {
  if (!expression.starts_with("$(")) return {};
  const std::size_t close = expression.find(')');
  if (close == std::string_view::npos) return {};
  const std::string_view name = expression.substr(2, close - 2);
  const auto found = std::find_if(container.env.rbegin(), container.env.rend(),
                                  [&](const kube::EnvVar& env) { return *env.name == name; });
  if (found == container.env.rend() || found->from != kube::EnvVar::From::Value) return {};
  return *found->value;
}

/// The key that the path goes through as if it were a directory; empty when there is none, or the keys are not known.
std::string_view file_on_the_way(std::string_view path, const kube::Volume& volume, const RuleContext& context) {
  const bool secret = volume.kind == kube::Volume::Kind::Secret;
  if ((volume.kind != kube::Volume::Kind::ConfigMap && !secret) || volume.sources.size() != 1 ||
      !volume.sources[0].items.empty())
    return {};
  const std::string_view first = path.substr(0, path.find('/'));
  if (first.size() == path.size()) return {};
  const auto data = secret ? context.world().secret(context.ns(), *volume.sources[0].name)
                           : context.world().config_map(context.ns(), *volume.sources[0].name);
  if (!data) return {};
  for (const std::string_view key : data->keys(true)) {
    if (key == first) return first;
  }
  return {};
}

}  // namespace

void pod423_subpath_unusable(const kube::PodTemplate& pod, RuleContext& context) {
  each_container(pod, [&](const kube::Container& container) {
    for (std::size_t m = 0; m < container.volume_mounts.size(); ++m) {
      const kube::VolumeMount& mount = container.volume_mounts[m];
      const bool expression = !mount.sub_path_expr->empty();
      const kube::Text& field = expression ? mount.sub_path_expr : mount.sub_path;
      std::string path(*field), reason, message;
      if (const std::string_view value = expression ? leading_value(path, container) : std::string_view();
          value.starts_with('/')) {
        path = std::string(value) + path.substr(path.find(')') + 1);
        reason = "it is an absolute path";
        message = "error SubPath `" + path + "` must not be an absolute path";
      } else if (!expression && !path.empty()) {
        const auto volume = std::find_if(pod.spec.volumes.begin(), pod.spec.volumes.end(),
                                         [&](const kube::Volume& one) { return *one.name == *mount.name; });
        if (volume == pod.spec.volumes.end()) continue;
        const std::string_view file = file_on_the_way(path, *volume, context);
        if (file.empty()) continue;
        reason = "'" + std::string(file) + "' is a file";
        message = "failed to prepare subPath for volumeMount \"" + std::string(*mount.name) + "\" of container \"" +
                  std::string(*container.name) + "\"";
      }
      if (reason.empty()) continue;
      Finding finding = context.finding(field.span, {{"container", std::string(*container.name)},
                                                     {"path", path},
                                                     {"volume", std::string(*mount.name)},
                                                     {"reason", reason}});
      finding.field_path =
          context.path(container, ".volumeMounts[" + std::to_string(m) + (expression ? "].subPathExpr" : "].subPath"));
      finding.effect =
          RuleContext::effect(lifecycle::Step::Configure, &container, "CreateContainerConfigError", message);
      context.report(std::move(finding));
    }
  });
}

}  // namespace podseer::rules
