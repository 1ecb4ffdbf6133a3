// SPDX-License-Identifier: Apache-2.0
// A RuntimeClass whose handler the nodes' runtime does not have: the sandbox cannot be made. Which handlers there
// are is known only in a closed world, where a plain node has `runc`.
#include "rules/rule.hpp"
#include "yaml/node.hpp"

namespace podseer::rules {

void pod419_runtime_handler_missing(const kube::PodTemplate& pod, RuleContext& context) {
  const kube::Text& name = pod.spec.rare->runtime_class_name;
  if (name->empty() || !context.world().assumptions().closed) return;
  const kube::Object* runtime_class = context.world().find("RuntimeClass", "", *name);
  if (runtime_class == nullptr) return;
  const yaml::Node* handler = runtime_class->root->find("handler");
  if (handler == nullptr || handler->string_or("") == "runc" || runtime_class->context_only) return;
  Finding finding =
      context.finding(name.span, {{"name", std::string(*name)}, {"handler", std::string(handler->string_or(""))}});
  finding.certainty = Certainty::Likely;
  finding.field_path = context.path(".runtimeClassName");
  finding.notes.push_back({handler->span(), "the runtime must be configured with this handler"});
  finding.effect = RuleContext::effect(lifecycle::Step::Sandbox, nullptr, "ContainerCreating",
                                       "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get "
                                       "sandbox runtime: no runtime for \"" +
                                           std::string(handler->string_or("")) + "\" is configured");
  context.report(std::move(finding));
}

}  // namespace podseer::rules
