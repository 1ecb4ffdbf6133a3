// SPDX-License-Identifier: Apache-2.0
// subPathExpr expands $(VAR) from the container's environment; an undefined or empty variable keeps the container
// from being created (pkg/kubelet/kubelet_pods.go makeMounts, Kubernetes 1.34).
#include <algorithm>

#include "rules/each_container.hpp"
#include "rules/rule.hpp"

namespace podseer::rules {
namespace {

// The names in $(NAME); $$(NAME) is an escape.
std::vector<std::string_view> variables(std::string_view text) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] != '$') continue;
    if (text[i + 1] == '$') {
      ++i;
    } else if (text[i + 1] == '(') {
      const std::size_t close = text.find(')', i);
      if (close == std::string_view::npos) break;
      names.push_back(text.substr(i + 2, close - i - 2));
      i = close;
    }
  }
  return names;
}

}  // namespace

void pod412_subpath_variable_undefined(const kube::PodTemplate& pod, RuleContext& context) {
  each_container(pod, [&](const kube::Container& container) {
    if (!container.env_from.empty()) return;  // its keys may define anything
    for (std::size_t m = 0; m < container.volume_mounts.size(); ++m) {
      const kube::VolumeMount& mount = container.volume_mounts[m];
      for (const std::string_view name : variables(*mount.sub_path_expr)) {
        const auto defined = std::find_if(container.env.rbegin(), container.env.rend(),
                                          [&](const kube::EnvVar& env) { return *env.name == name; });
        const bool empty =
            defined != container.env.rend() && defined->from == kube::EnvVar::From::Value && defined->value->empty();
        if (defined != container.env.rend() && !empty) continue;
        // Service links define {NAME}_SERVICE_HOST and its like.
        if (defined == container.env.rend() &&
            (name.find("_SERVICE_") != std::string_view::npos || name.find("_PORT") != std::string_view::npos))
          continue;
        Finding finding = context.finding(
            mount.sub_path_expr.span, {{"variable", std::string(name)}, {"container", std::string(*container.name)}});
        finding.field_path = context.path(container, ".volumeMounts[" + std::to_string(m) + "].subPathExpr");
        finding.effect = RuleContext::effect(lifecycle::Step::Configure, &container, "CreateContainerConfigError",
                                             "missing value for " + std::string(name));
        context.report(std::move(finding));
      }
    }
  });
}

}  // namespace podseer::rules
