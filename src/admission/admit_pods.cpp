// SPDX-License-Identifier: Apache-2.0
// May the pods of an accepted workload be created, and what do mutating plugins add to them? A
// template is accepted as long as it is well formed; the pods themselves meet the plugins, the
// checks for Pods only, and the quotas (facts: admission 6, kubelet 12.0). Worked example: a
// Deployment of 3 replicas in a namespace with 2 pods left gets 2 pods, and the event `Error
// creating: pods "web-..." is forbidden: exceeded quota: ...`.
#include "admission/effective_pod.hpp"

namespace podseer::admission {
namespace {

using kube::Origin;

constexpr std::int64_t kTolerationSeconds = 300;  // DefaultTolerationSeconds, of not-ready and unreachable
constexpr std::size_t kRevisionHashMin = 10;      // digits of a controller revision's hash, nearly always
constexpr std::size_t kLabelMax = 63;

// --- completing the typed model
// ----------------------------------------------------------------------

void fill(kube::ResourceList& list, const kube::ResourceList& effective) {
  for (const kube::ResourceAmount& one : effective) {
    if (kube::find_resource(list, one.name) != nullptr) continue;
    list.push_back(one);
    list.back().origin = Origin::Defaulted;
  }
}

void complete_resources(kube::PodTemplate& pod, const EffectivePod& effective) {
  for (const EffectiveContainer& container : effective.containers) {
    std::vector<kube::Container>& list = container.init ? pod.spec.init_containers : pod.spec.containers;
    if (container.index >= list.size()) continue;
    fill(list[container.index].resources.limits, container.resources.limits);
    fill(list[container.index].resources.requests, container.resources.requests);
  }
}

void complete_priority(kube::PodTemplate& pod, const PodSource& source, const world::World& world) {
  const kube::Object* given = priority_class_of(source, world);
  if (given != nullptr) {
    const View root(given->root, given->name_span);
    pod.spec.priority_class_name.set_default(given->name);
    pod.spec.priority.set_default(root["value"].integer());
    const std::string_view policy = root["preemptionPolicy"].str();
    pod.spec.preemption_policy.set_default(policy.empty() ? "PreemptLowerPriority" : policy);
    return;
  }
  const std::string_view name = *pod.spec.priority_class_name;
  if (name == "system-node-critical") pod.spec.priority.set_default(2000001000);
  if (name == "system-cluster-critical") pod.spec.priority.set_default(2000000000);
  if (name.empty()) pod.spec.priority.set_default(0);
  pod.spec.preemption_policy.set_default("PreemptLowerPriority");
}

bool tolerates(const kube::PodSpec& spec, std::string_view key) {
  for (const kube::Toleration& toleration : spec.tolerations) {
    if (*toleration.key != key && !toleration.key->empty()) continue;
    if (*toleration.effect == "NoExecute" || toleration.effect->empty()) return true;
  }
  return false;
}

void complete_tolerations(kube::PodTemplate& pod) {
  constexpr std::string_view kKeys[] = {"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"};
  bool missing[2] = {};
  for (std::size_t i = 0; i < 2; ++i) missing[i] = !tolerates(pod.spec, kKeys[i]);
  for (std::size_t i = 0; i < 2; ++i) {
    if (!missing[i]) continue;
    kube::Toleration toleration;
    toleration.key.set_default(kKeys[i]);
    toleration.op.set_default("Exists");
    toleration.effect.set_default("NoExecute");
    toleration.toleration_seconds.set_default(kTolerationSeconds);
    pod.spec.tolerations.push_back(toleration);
  }
}

kube::Text text_of(const View& at) {
  kube::Text text;
  if (at.absent()) return text;
  text.value = at.str();
  text.span = at.span();
  text.origin = Origin::Defaulted;
  return text;
}

void complete_from_runtime_class(kube::PodTemplate& pod, const world::World& world) {
  if (!pod.spec.rare->runtime_class_name.set()) return;
  const kube::Object* given = world.find("RuntimeClass", "", *pod.spec.rare->runtime_class_name);
  if (given == nullptr) return;
  const View root(given->root, given->name_span);
  if (pod.spec.rare->overhead.empty()) {
    for (const yaml::Entry& entry : root["overhead"]["podFixed"].entries()) {
      pod.spec.rare.edit().overhead.push_back(
          {entry.key, amount_of(view_of(entry)), entry.key_span, Origin::Defaulted});
    }
  }
  const View scheduling = root["scheduling"];
  for (const yaml::Entry& entry : scheduling["nodeSelector"].entries()) {
    if (pod.spec.node_selector.find(entry.key) != nullptr) continue;
    pod.spec.node_selector.items.push_back({entry.key, entry.value.string_or(""), entry.key_span, entry.value.span()});
  }
  const View tolerations = scheduling["tolerations"];
  for (const yaml::Node& node : tolerations.items()) {
    const View item = view_of(node, tolerations);
    kube::Toleration toleration;
    toleration.key = text_of(item["key"]);
    toleration.op = text_of(item["operator"]);
    toleration.value = text_of(item["value"]);
    toleration.effect = text_of(item["effect"]);
    if (item["tolerationSeconds"].present())
      toleration.toleration_seconds.set_default(item["tolerationSeconds"].integer());
    pod.spec.tolerations.push_back(std::move(toleration));
  }
}

void complete_from_account(kube::PodTemplate& pod, const PodSource& source, const world::World& world) {
  if (pod.spec.service_account_name->empty()) {
    pod.spec.service_account_name.value = "default";
    pod.spec.service_account_name.origin = Origin::Defaulted;
  }
  const kube::Object* account = world.find("ServiceAccount", source.ns, *pod.spec.service_account_name);
  if (account == nullptr) return;
  const View root(account->root, account->name_span);
  const View automount = root["automountServiceAccountToken"];
  if (automount.present()) pod.spec.automount_service_account_token.set_default(automount.flag());
  if (!pod.spec.image_pull_secrets.empty()) return;
  const View secrets = root["imagePullSecrets"];
  for (const yaml::Node& node : secrets.items())
    pod.spec.image_pull_secrets.push_back(text_of(view_of(node, secrets)["name"]));
}

// --- verdict
// ------------------------------------------------------------------------------------------

PodVerdict refused(const PodSource& source, const Objection& objection, std::string_view prefix) {
  PodVerdict verdict;
  verdict.created = false;
  verdict.allowed = 0;
  verdict.message = source.forbidden() + objection.text;
  verdict.from_absence = objection.from_absence;
  ApiError error;
  error.type = ErrorType::Denied;
  error.field = objection.field.empty() ? std::string(prefix) : std::string(prefix) + "." + objection.field;
  error.message = objection.text;
  error.span = objection.span;
  error.from_absence = objection.from_absence;
  verdict.errors.push_back(std::move(error));
  return verdict;
}

/// `Pod "web-" is invalid: spec...`, with the fields as the owner's file has them.
PodVerdict invalid(const PodSource& source, std::vector<ApiError> errors, std::string_view prefix) {
  constexpr std::string_view kSpec = "spec";
  PodVerdict verdict;
  verdict.created = false;
  verdict.allowed = 0;
  verdict.message = "Pod " + go_quote(source.name()) + " is invalid: ";
  if (errors.size() > 1) verdict.message += "[";
  for (std::size_t i = 0; i < errors.size(); ++i) {
    verdict.message += (i == 0 ? "" : ", ") + errors[i].field + ": " + errors[i].message;
    if (errors[i].field.starts_with(kSpec))
      errors[i].field = std::string(prefix) + errors[i].field.substr(kSpec.size());
  }
  if (errors.size() > 1) verdict.message += "]";
  verdict.errors = std::move(errors);
  return verdict;
}

/// Labels that a StatefulSet puts on its pods hold its name and a hash.
void validate_stateful_set_labels(const PodSource& source, Errors& errors) {
  if (source.workload != kube::WorkloadKind::StatefulSet) return;
  if (source.owner->name.size() + 1 + kRevisionHashMin <= kLabelMax) return;
  errors.add(ErrorType::Invalid, Path("metadata.labels"), source.owner->name_span,
             "Invalid value: " + go_quote(std::string(source.owner->name) + "-<hash>") + ": " +
                 kube::max_length_message(kLabelMax));
}

}  // namespace

namespace {

/// The claims that a StatefulSet makes before its first pod.
PodVerdict judge_claims(const kube::PodTemplate& pod, const PodSource& source,
                        std::span<const kube::Object* const> ranges) {
  if (source.workload != kube::WorkloadKind::StatefulSet) return {};
  const View templates = View(source.owner->root, source.owner->name_span)["spec"]["volumeClaimTemplates"];
  for (const yaml::Node& node : templates.items()) {
    const View claim = view_of(node, templates);
    const Objection objection = check_claim_limits(claim, ranges);
    if (!objection.exists()) continue;
    PodVerdict verdict = refused(source, objection, pod.field_prefix);
    const std::string name = std::string(claim["metadata"]["name"].str()) + "-" + source.name();
    verdict.message = "persistentvolumeclaims " + go_quote(name) + " is forbidden: " + objection.text;
    verdict.errors.front().field = "spec.volumeClaimTemplates";
    return verdict;
  }
  return {};
}

/// A workload's pods before the plugins, the checks for Pods, and the quotas.
PodVerdict judge(const kube::PodTemplate& pod, const PodSource& source, const EffectivePod& effective,
                 std::span<const kube::Object* const> ranges, const world::World& world, const Options& options) {
  for (const auto check : {check_service_account, check_priority, check_runtime_class}) {
    const Objection objection = check(source, world);
    if (objection.exists()) return refused(source, objection, pod.field_prefix);
  }
  if (!ranges.empty()) {
    PodVerdict claims = judge_claims(pod, source, ranges);
    if (!claims.created) return claims;
  }
  Errors errors;
  validate_stateful_set_labels(source, errors);
  validate_as_pod(source, errors);
  if (!ranges.empty()) validate_filled_limits(effective, Path("spec"), errors);
  if (!errors.empty()) return invalid(source, std::move(errors.list()), pod.field_prefix);
  if (!ranges.empty()) {
    const Objection objection = check_limit_ranges(effective, ranges);
    if (objection.exists()) return refused(source, objection, pod.field_prefix);
  }
  const Objection objection = check_pod_security(source, world, options.minor_version);
  if (objection.exists()) return refused(source, objection, pod.field_prefix);

  PodVerdict verdict;
  const std::int64_t wanted = pods_wanted(*pod.owner);
  if (wanted <= 0) return verdict;
  const QuotaAnswer quota = check_pod_quota(source, wanted, world);
  if (quota.allowed >= wanted || !quota.objection.exists()) return verdict;
  verdict = refused(source, quota.objection, pod.field_prefix);
  verdict.allowed = static_cast<int>(quota.allowed);
  verdict.created = quota.allowed > 0;
  return verdict;
}

}  // namespace

PodVerdict admit_pods(kube::PodTemplate& pod, const world::World& world, const Options& options) {
  if (pod.owner == nullptr || pod.owner->root == nullptr) return {};
  const PodSource source = pod_source(*pod.owner, world);
  const std::vector<const kube::Object*> ranges = constraints_on("LimitRange", source, world);
  EffectivePod effective;
  if (!ranges.empty()) {
    effective = effective_pod(source, ranges);
    complete_resources(pod, effective);
  }
  complete_priority(pod, source, world);
  complete_tolerations(pod);
  complete_from_runtime_class(pod, world);
  complete_from_account(pod, source, world);
  PodVerdict verdict;
  if (!source.bare() && source.workload != kube::WorkloadKind::PodTemplate) {
    verdict = judge(pod, source, effective, ranges, world, options);
  }
  verdict.dropped = dropped_fields(source, pod.field_prefix, options.minor_version);
  return verdict;
}

}  // namespace podseer::admission
