// SPDX-License-Identifier: Apache-2.0
// HorizontalPodAutoscaler of autoscaling/v1 and v2 (pkg/apis/autoscaling/validation, 1.34; the gate
// HPAScaleToZero is off).
// Worked example: a metric without a type gives two errors at `spec.metrics[0].type`, Required and
// Unsupported.
#include <array>

#include "admission/pod_checks.hpp"
#include "admission/validators.hpp"
#include "kube/quantity.hpp"

namespace podseer::admission {
namespace {

constexpr std::array<std::string_view, 5> kMetricTypes = {"ContainerResource", "External", "Object", "Pods",
                                                          "Resource"};
constexpr std::array<std::string_view, 3> kSelectPolicies = {"Disabled", "Max", "Min"};
constexpr std::array<std::string_view, 2> kPolicyTypes = {"Percent", "Pods"};
constexpr std::int64_t kMaxWindowSeconds = 3600;
constexpr std::int64_t kMaxPeriodSeconds = 1800;

void require_segment(const View& at, const Path& path, std::string_view detail, Errors& errors) {
  if (at.str().empty()) return errors.required(path, at, detail);
  add_complaints(kube::check_path_segment(at.str()), path, at, errors);
}

/// `group_needed`: the target of scaling must name its group; what a metric describes need not.
void validate_target_reference(const View& reference, const Path& path, bool group_needed, Errors& errors) {
  require_segment(reference["kind"], path.child("kind"), {}, errors);
  require_segment(reference["name"], path.child("name"), {}, errors);
  const View version = reference["apiVersion"];
  const std::string_view text = version.str();
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos && text.find('/', slash + 1) != std::string_view::npos) {
    errors.invalid(path.child("apiVersion"), version, "unexpected GroupVersion string: " + std::string(text));
  } else if (group_needed && (slash == std::string_view::npos || slash == 0) &&
             reference["kind"].str() != "ReplicationController") {
    errors.invalid(path.child("apiVersion"), version, "apiVersion must specify API group");
  }
}

bool is_positive(const View& quantity) {
  const auto amount = kube::Quantity::parse(quantity.node()->text());
  return amount && *amount > kube::Quantity();
}

void validate_target(const View& target, const Path& path, Errors& errors) {
  const View type = target["type"];
  if (type.str().empty()) errors.required(path.child("type"), type, "must specify a metric target type");
  if (type.str() != "Utilization" && type.str() != "Value" && type.str() != "AverageValue") {
    errors.invalid(path.child("type"), type, "must be either Utilization, Value, or AverageValue");
  }
  for (const std::string_view key : {"value", "averageValue"}) {
    const View at = target[key];
    if (at.present() && !is_positive(at)) errors.invalid(path.child(key), at, "must be positive");
  }
  const View utilization = target["averageUtilization"];
  if (utilization.present() && utilization.integer() < 1) {
    errors.invalid(path.child("averageUtilization"), utilization, "must be greater than 0");
  }
}

void validate_metric_name(const View& metric, const Path& path, Errors& errors) {
  require_segment(metric["name"], path.child("name"), "must specify a metric name", errors);
}

void validate_metric_source(std::string_view key, const View& source, const Path& path, Errors& errors) {
  const View target = source["target"];
  const Path target_path = path.child("target");
  const bool value = target["value"].present();
  const bool average = target["averageValue"].present();
  const bool utilization = target["averageUtilization"].present();
  if (key == "resource" || key == "containerResource") {
    const View name = source["name"];
    if (name.str().empty()) {
      errors.required(path.child("name"), name, "must specify a resource name");
    } else if (key == "containerResource") {
      validate_container_resource_name(name.str(), name, path.child("name"), errors);
    }
    if (key == "containerResource") {
      const View container = source["container"];
      if (container.str().empty()) errors.required(path.child("container"), container, "must specify a container");
      else add_complaints(kube::check_dns_label(container.str()), path.child("container"), container, errors);
    }
    validate_target(target, target_path, errors);
    if (!utilization && !average) {
      errors.required(target_path.child("averageUtilization"), target,
                      "must set either a target raw value or a target utilization");
    }
    if (utilization && average) {
      errors.forbidden(target_path.child("averageValue"), target["averageValue"],
                       "may not set both a target raw value and a target utilization");
    }
    return;
  }
  if (key == "object")
    validate_target_reference(source["describedObject"], path.child("describedObject"), false, errors);
  validate_metric_name(source["metric"], path.child("metric"), errors);
  validate_target(target, target_path, errors);
  if (key == "pods") {
    if (!average) {
      errors.required(target_path.child("averageValue"), target, "must specify a positive target averageValue");
    }
  } else if (!value && !average) {
    errors.required(target_path.child("averageValue"), target,
                    key == "object" ? "must set either a target value or averageValue"
                                    : "must set either a target value for metric or a per-pod target");
  } else if (key == "external" && value && average) {
    errors.forbidden(target_path.child("value"), target["value"],
                     "may not set both a target value for metric and a per-pod target");
  }
}

struct Source {
  std::string_view type, key;
};
constexpr std::array<Source, 5> kSources = {{{"Object", "object"},
                                             {"External", "external"},
                                             {"Pods", "pods"},
                                             {"Resource", "resource"},
                                             {"ContainerResource", "containerResource"}}};

void validate_metric(const View& metric, const Path& path, Errors& errors) {
  const View type = metric["type"];
  if (type.str().empty()) errors.required(path.child("type"), type, "must specify a metric source type");
  bool known = false;
  std::size_t present = 0;
  for (const Source& source : kSources) known = known || source.type == type.str();
  if (!known) errors.not_supported(path.child("type"), type, kMetricTypes);
  for (const Source& source : kSources) {
    const View at = metric[source.key];
    if (at.absent()) continue;
    if (++present == 1) validate_metric_source(source.key, at, path.child(source.key), errors);
  }
  std::string_view expected;
  for (const Source& source : kSources) {
    if (source.type != type.str()) continue;
    expected = source.key;
    if (metric[source.key].absent()) {
      errors.required(path.child(source.key), metric, "must populate information for the given metric source");
    }
  }
  if (present == 1) return;
  for (const Source& source : kSources) {
    if (source.key != expected && metric[source.key].present()) {
      errors.forbidden(path.child(source.key), metric[source.key], "must populate the given metric source only");
    }
  }
}

void validate_scaling_rules(const View& rules, const Path& path, Errors& errors) {
  if (rules.absent()) return;
  const View window = rules["stabilizationWindowSeconds"];
  if (window.integer() < 0) {
    errors.invalid(path.child("stabilizationWindowSeconds"), window, "must be greater than or equal to zero");
  } else if (window.integer() > kMaxWindowSeconds) {
    errors.invalid(path.child("stabilizationWindowSeconds"), window, "must be less than or equal to 3600");
  }
  validate_enum(rules["selectPolicy"], path.child("selectPolicy"), kSelectPolicies, errors);
  const View policies = rules["policies"];
  const Path policies_path = path.child("policies");
  if (policies.present() && policies.size() == 0) {
    errors.required(policies_path, policies, "must specify at least one Policy");
  }
  for (std::size_t i = 0; i < policies.size(); ++i) {
    const View policy = policies.at(i);
    const Path at = policies_path.index(i);
    const View type = policy["type"];
    if (type.str() != "Pods" && type.str() != "Percent") errors.not_supported(at.child("type"), type, kPolicyTypes);
    if (policy["value"].integer() <= 0) {
      errors.invalid(at.child("value"), policy["value"], std::to_string(policy["value"].integer()),
                     "must be greater than zero");
    }
    const View period = policy["periodSeconds"];
    if (period.integer() <= 0) {
      errors.invalid(at.child("periodSeconds"), period, std::to_string(period.integer()), "must be greater than zero");
    } else if (period.integer() > kMaxPeriodSeconds) {
      errors.invalid(at.child("periodSeconds"), period, "must be less than or equal to 1800");
    }
  }
}

}  // namespace

void validate_horizontal_pod_autoscaler(const View& root, const kube::Object& object, Errors& errors) {
  validate_object_meta(root["metadata"], Path("metadata"), NameRule::Subdomain, true, errors);
  const Path path("spec");
  const View spec = root["spec"];
  const View lowest = spec["minReplicas"];
  const View highest = spec["maxReplicas"];
  const std::int64_t min = lowest.integer(1);
  const std::int64_t max = highest.integer(0);
  const std::string max_text = std::to_string(max);
  if (min < 1) errors.invalid(path.child("minReplicas"), lowest, "must be greater than or equal to 1");
  if (max < 1) errors.invalid(path.child("maxReplicas"), highest, max_text, "must be greater than 0");
  if (max < min)
    errors.invalid(path.child("maxReplicas"), highest, max_text, "must be greater than or equal to `minReplicas`");
  validate_target_reference(spec["scaleTargetRef"], path.child("scaleTargetRef"), true, errors);
  const Path metrics_path = path.child("metrics");
  if (object.version == "v1") {
    const View utilization = spec["targetCPUUtilizationPercentage"];
    if (utilization.present() && utilization.integer() < 1) {
      const Path first = metrics_path.index(0);
      const Path resource = first.child("resource");
      const Path target = resource.child("target");
      errors.invalid(target.child("averageUtilization"), utilization, "must be greater than 0");
    }
    return;
  }
  const View metrics = spec["metrics"];
  for (std::size_t i = 0; i < metrics.size(); ++i) validate_metric(metrics.at(i), metrics_path.index(i), errors);
  const Path behavior = path.child("behavior");
  validate_scaling_rules(spec["behavior"]["scaleUp"], behavior.child("scaleUp"), errors);
  validate_scaling_rules(spec["behavior"]["scaleDown"], behavior.child("scaleDown"), errors);
}

}  // namespace podseer::admission
