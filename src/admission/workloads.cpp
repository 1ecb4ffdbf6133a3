// SPDX-License-Identifier: Apache-2.0
// Deployment, ReplicaSet, StatefulSet, DaemonSet and ReplicationController, as the API server 1.34
// checks them on create (pkg/apis/apps/validation, core's ValidateReplicationController). The
// selector must match the template's labels; a selector that does not parse hides every error of
// the template. Worked example: a DaemonSet with `rollingUpdate: {maxSurge: 1}` is refused, because
// maxUnavailable defaults to 1: `maxSurge: Invalid value: 1: may not be set when maxUnavailable is
// non-zero`.
#include <charconv>

#include "admission/pod_checks.hpp"

namespace podseer::admission {
namespace {

constexpr std::string_view kAlways[] = {"Always"};
constexpr std::string_view kMismatch = "`selector` does not match template `labels`";
constexpr std::int64_t kDefaultProgressDeadline = 600;  // SetDefaults_Deployment, seconds
constexpr std::int64_t kDefaultPercent = 25;            // of maxSurge and maxUnavailable of a Deployment

void mismatch(const View& pod_template, const Path& path, Errors& errors) {
  const View labels = pod_template["metadata"]["labels"];
  errors.invalid(path.child("metadata.labels"), labels, printed_json(labels), kMismatch);
}

/// restartPolicy Always and no activeDeadlineSeconds, as every controller but Job asks.
void validate_always_running(const View& pod_template, const Path& path, std::string_view kind, Errors& errors) {
  const View spec = pod_template["spec"];
  const Path spec_path = path.child("spec");
  const View policy = spec["restartPolicy"];
  if (!policy.str().empty()) require_one_of(policy, spec_path.child("restartPolicy"), kAlways, errors);
  const View deadline = spec["activeDeadlineSeconds"];
  if (deadline.present()) {
    errors.forbidden(spec_path.child("activeDeadlineSeconds"), deadline,
                     "activeDeadlineSeconds in " + std::string(kind) + " is not Supported");
  }
}

PodSpecContext context_of(const View& pod_template) {
  PodSpecContext context;
  context.metadata = pod_template["metadata"];
  return context;
}

/// Present and empty: `{}`.
bool selects_everything(const View& selector) {
  return selector["matchLabels"].size() + selector["matchExpressions"].size() == 0;
}

/// spec.selector of Deployment, ReplicaSet and StatefulSet. False when the template is not looked
/// at.
bool validate_selector(const View& spec, const Path& path, std::string_view kind, bool& mismatched, Errors& errors) {
  const View selector = spec["selector"];
  const Path at = path.child("selector");
  const View labels = spec["template"]["metadata"]["labels"];
  if (selector.absent()) {
    errors.required(at, selector);
    mismatched = true;  // nothing is selected
    return true;
  }
  validate_label_selector(selector, at, errors);
  if (selects_everything(selector)) {
    errors.invalid(at, selector, printed_selector(selector), "empty selector is invalid for " + std::string(kind));
    mismatched = false;
    return true;
  }
  if (!selector_is_valid(selector)) {
    if (kind == "statefulset") {
      errors.add(ErrorType::Invalid, at, selector.span(), "Invalid value: " + printed_selector(selector));
    } else {
      errors.invalid(at, selector, printed_selector(selector), "invalid label selector");
    }
    return false;
  }
  mismatched = !selector_matches(selector, labels);
  return true;
}

/// The number of an int-or-percent, percentages without their sign; other strings count as Go's
/// Atoi.
std::int64_t int_or_percent(const View& at, std::int64_t otherwise) {
  if (at.absent()) return otherwise;
  if (!at.node()->is_string()) return at.integer();
  std::string_view text = at.str();
  if (text.ends_with('%')) text.remove_suffix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : 0;
}

void validate_int_or_percent_if_written(const View& at, const Path& path, Errors& errors) {
  if (at.present()) validate_int_or_percent(at, path, errors);
}
void validate_percentage_limit(const View& at, const Path& path, Errors& errors) {
  if (at.present()) validate_not_more_than_100_percent(at, path, errors);
}

constexpr GoField kRollingUpdate[] = {{"maxUnavailable", "MaxUnavailable", {}, "0"}, {"maxSurge", "MaxSurge", {}, "0"}};
constexpr GoField kStrategy[] = {{"type", "Type", {}, "\"\""}, {"rollingUpdate", "RollingUpdate", kRollingUpdate}};
// maxUnavailable is dropped before (its gate is off), so nothing is ever found under the key "".
constexpr GoField kSetRollingUpdate[] = {{"partition", "Partition", {}, "0"}, {"", "MaxUnavailable"}};
constexpr GoField kSetStrategy[] = {{"type", "Type", {}, "\"\""},
                                    {"rollingUpdate", "RollingUpdate", kSetRollingUpdate}};

void refuse_strategy(const View& strategy, const Path& path, std::span<const std::string_view> supported,
                     Errors& errors) {
  std::string message = "Unsupported value: " + printed_struct(strategy, kStrategy) + ": supported values: ";
  for (std::size_t i = 0; i < supported.size(); ++i) message += (i == 0 ? "" : ", ") + go_quote(supported[i]);
  errors.add(ErrorType::NotSupported, path, strategy["type"].span(), std::move(message));
}

void validate_deployment_strategy(const View& strategy, const Path& path, Errors& errors) {
  constexpr std::string_view kTypes[] = {"Recreate", "RollingUpdate"};
  const std::string_view type = strategy["type"].str();
  const View rolling = strategy["rollingUpdate"];
  const Path rolling_path = path.child("rollingUpdate");
  if (type == "Recreate") {
    if (rolling.present()) {
      errors.forbidden(rolling_path, rolling, "may not be specified when strategy `type` is 'Recreate'");
    }
    return;
  }
  if (!type.empty() && type != "RollingUpdate") return refuse_strategy(strategy, path, kTypes, errors);
  const View unavailable = rolling["maxUnavailable"];
  const View surge = rolling["maxSurge"];
  const Path unavailable_path = rolling_path.child("maxUnavailable");
  validate_int_or_percent_if_written(unavailable, unavailable_path, errors);
  validate_int_or_percent_if_written(surge, rolling_path.child("maxSurge"), errors);
  if (int_or_percent(unavailable, kDefaultPercent) == 0 && int_or_percent(surge, kDefaultPercent) == 0) {
    errors.invalid(unavailable_path, unavailable, "may not be 0 when `maxSurge` is 0");
  }
  validate_percentage_limit(unavailable, unavailable_path, errors);
}

void validate_daemon_set_strategy(const View& strategy, const Path& path, Errors& errors) {
  constexpr std::string_view kTypes[] = {"RollingUpdate", "OnDelete"};
  const std::string_view type = strategy["type"].str();
  if (type == "OnDelete") return;
  if (!type.empty() && type != "RollingUpdate") return refuse_strategy(strategy, path, kTypes, errors);
  const Path rolling_path = path.child("rollingUpdate");
  const View rolling = strategy["rollingUpdate"];
  const View unavailable = rolling["maxUnavailable"];
  const View surge = rolling["maxSurge"];
  const Path unavailable_path = rolling_path.child("maxUnavailable");
  const Path surge_path = rolling_path.child("maxSurge");
  validate_int_or_percent_if_written(unavailable, unavailable_path, errors);
  validate_int_or_percent_if_written(surge, surge_path, errors);
  validate_percentage_limit(unavailable, unavailable_path, errors);
  validate_percentage_limit(surge, surge_path, errors);
  const bool has_unavailable = int_or_percent(unavailable, 1) != 0;  // defaults to 1
  const bool has_surge = int_or_percent(surge, 0) != 0;
  if (has_unavailable && has_surge) {
    errors.invalid(surge_path, surge, "may not be set when maxUnavailable is non-zero");
  } else if (!has_unavailable && !has_surge) {
    errors.required(unavailable_path, unavailable, "cannot be 0 when maxSurge is 0");
  }
}

void validate_stateful_set_strategy(const View& strategy, const Path& path, Errors& errors) {
  const std::string_view type = strategy["type"].str();
  const View rolling = strategy["rollingUpdate"];
  const Path rolling_path = path.child("rollingUpdate");
  if (type == "OnDelete") {
    if (rolling.present()) {
      errors.invalid(rolling_path, rolling, printed_struct(rolling, kSetRollingUpdate),
                     "only allowed for updateStrategy 'RollingUpdate'");
    }
  } else if (type.empty() || type == "RollingUpdate") {
    validate_non_negative(rolling["partition"], rolling_path.child("partition"), errors);
  } else {
    errors.invalid(path, strategy["type"], printed_struct(strategy, kSetStrategy),
                   "must be 'RollingUpdate' or 'OnDelete'");
  }
}

void validate_retention(const View& policy, const Path& path, Errors& errors) {
  constexpr std::string_view kPolicies[] = {"Retain", "Delete"};
  for (const std::string_view key : {"whenDeleted", "whenScaled"}) {
    const View value = policy[key];
    if (!value.str().empty()) require_one_of(value, path.child(key), kPolicies, errors);
  }
}

/// The template of a Deployment or ReplicaSet.
void validate_replicated_template(const View& spec, const Path& path, bool mismatched, Errors& errors) {
  const View pod_template = spec["template"];
  const Path at = path.child("template");
  if (mismatched) mismatch(pod_template, at, errors);
  validate_pod_template(pod_template, at, context_of(pod_template), errors);
  validate_always_running(pod_template, at, "ReplicaSet", errors);
}

}  // namespace

void validate_deployment(const View& root, const kube::Object&, Errors& errors) {
  validate_object_meta(root["metadata"], Path("metadata"), NameRule::Subdomain, true, errors);
  const View spec = root["spec"];
  const Path path("spec");
  validate_non_negative(spec["replicas"], path.child("replicas"), errors);
  bool mismatched = false;
  if (validate_selector(spec, path, "deployment", mismatched, errors)) {
    validate_replicated_template(spec, path, mismatched, errors);
  }
  validate_deployment_strategy(spec["strategy"], path.child("strategy"), errors);
  const View min_ready = spec["minReadySeconds"];
  validate_non_negative(min_ready, path.child("minReadySeconds"), errors);
  validate_non_negative(spec["revisionHistoryLimit"], path.child("revisionHistoryLimit"), errors);
  const View deadline = spec["progressDeadlineSeconds"];
  const Path deadline_path = path.child("progressDeadlineSeconds");
  validate_non_negative(deadline, deadline_path, errors);
  const std::int64_t seconds = deadline.integer(kDefaultProgressDeadline);
  if (seconds <= min_ready.integer()) {
    errors.invalid(deadline_path, deadline.present() ? deadline : min_ready, std::to_string(seconds),
                   "must be greater than minReadySeconds");
  }
}

void validate_replica_set(const View& root, const kube::Object&, Errors& errors) {
  validate_object_meta(root["metadata"], Path("metadata"), NameRule::Subdomain, true, errors);
  const View spec = root["spec"];
  const Path path("spec");
  validate_non_negative(spec["replicas"], path.child("replicas"), errors);
  validate_non_negative(spec["minReadySeconds"], path.child("minReadySeconds"), errors);
  bool mismatched = false;
  if (validate_selector(spec, path, "deployment", mismatched, errors)) {
    validate_replicated_template(spec, path, mismatched, errors);
  }
}

void validate_stateful_set(const View& root, const kube::Object&, Errors& errors) {
  validate_object_meta(root["metadata"], Path("metadata"), NameRule::Label, true, errors);
  const View spec = root["spec"];
  const Path path("spec");
  const View management = spec["podManagementPolicy"];
  if (!management.str().empty() && management.str() != "OrderedReady" && management.str() != "Parallel") {
    invalid_text(path.child("podManagementPolicy"), management, "must be 'OrderedReady' or 'Parallel'", errors);
  }
  validate_stateful_set_strategy(spec["updateStrategy"], path.child("updateStrategy"), errors);
  validate_retention(spec["persistentVolumeClaimRetentionPolicy"], path.child("persistentVolumeClaimRetentionPolicy"),
                     errors);
  const View claims = spec["volumeClaimTemplates"];
  const Path claims_path = path.child("volumeClaimTemplates");
  std::size_t i = 0;
  for (const yaml::Node& node : claims.items()) {
    const Path at = claims_path.index(i++);
    validate_claim_spec(view_of(node, claims)["spec"], at.child("spec"), errors);
  }
  validate_non_negative(spec["replicas"], path.child("replicas"), errors);
  validate_non_negative(spec["minReadySeconds"], path.child("minReadySeconds"), errors);
  validate_non_negative(spec["ordinals"]["start"], path.child("ordinals.start"), errors);
  const View service = spec["serviceName"];
  if (!service.str().empty())
    add_complaints(kube::check_dns_label(service.str()), path.child("serviceName"), service, errors);
  bool mismatched = false;
  const View pod_template = spec["template"];
  const Path template_path = path.child("template");
  if (validate_selector(spec, path, "statefulset", mismatched, errors)) {
    if (mismatched) mismatch(pod_template, template_path, errors);
    PodSpecContext context = context_of(pod_template);
    context.claim_templates = claims;
    context.ignore_host_names = true;
    validate_pod_template(pod_template, template_path, context, errors);
  }
  validate_always_running(pod_template, template_path, "StatefulSet", errors);
}

void validate_daemon_set(const View& root, const kube::Object&, Errors& errors) {
  validate_object_meta(root["metadata"], Path("metadata"), NameRule::Subdomain, true, errors);
  const View spec = root["spec"];
  const Path path("spec");
  const View selector = spec["selector"];
  const Path selector_path = path.child("selector");
  const View pod_template = spec["template"];
  const Path template_path = path.child("template");
  validate_label_selector(selector, selector_path, errors);
  const bool everything = selector.present() && selects_everything(selector);
  if (selector.absent() ||
      (!everything && selector_is_valid(selector) && !selector_matches(selector, pod_template["metadata"]["labels"]))) {
    mismatch(pod_template, template_path, errors);
  }
  if (everything) {
    errors.invalid(selector_path, selector, printed_selector(selector), "empty selector is invalid for daemonset");
  }
  validate_pod_template(pod_template, template_path, context_of(pod_template), errors);
  validate_always_running(pod_template, template_path, "DaemonSet", errors);
  validate_non_negative(spec["minReadySeconds"], path.child("minReadySeconds"), errors);
  validate_daemon_set_strategy(spec["updateStrategy"], path.child("updateStrategy"), errors);
  validate_non_negative(spec["revisionHistoryLimit"], path.child("revisionHistoryLimit"), errors);
}

void validate_replication_controller(const View& root, const kube::Object&, Errors& errors) {
  const View metadata = root["metadata"];
  const View spec = root["spec"];
  const Path path("spec");
  const View pod_template = spec["template"];
  const View labels = pod_template["metadata"]["labels"];
  const Path metadata_path("metadata");
  validate_object_meta(metadata, metadata_path, NameRule::Subdomain, true, errors);
  // Labels and selector are copied from the template where they are empty.
  if (metadata["labels"].size() == 0) validate_labels(labels, metadata_path.child("labels"), errors);
  validate_non_negative(spec["minReadySeconds"], path.child("minReadySeconds"), errors);
  const View selector = spec["selector"].size() > 0 ? spec["selector"] : labels;
  if (selector.size() == 0) errors.required(path.child("selector"), spec["selector"]);
  validate_non_negative(spec["replicas"], path.child("replicas"), errors);
  const Path template_path = path.child("template");
  if (pod_template.absent()) {
    errors.required(template_path, pod_template);
    return;
  }
  bool matches = true;
  for (const yaml::Entry& entry : spec["selector"].entries()) {
    const yaml::Entry* label = entry_of(labels, entry.key);
    matches = matches && label != nullptr && label->value.string_or("") == entry.value.string_or("");
  }
  if (!matches) mismatch(pod_template, template_path, errors);
  validate_pod_template(pod_template, template_path, context_of(pod_template), errors);
  validate_always_running(pod_template, template_path, "ReplicationController", errors);
}

}  // namespace podseer::admission
