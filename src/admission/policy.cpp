// SPDX-License-Identifier: Apache-2.0
// ResourceQuota, LimitRange, PodDisruptionBudget, PriorityClass and RuntimeClass (pkg/apis/core, policy,
// scheduling and node validation, 1.34). A LimitRange is judged after its defaults: the limit defaults
// to max, the request to the limit, then to min.
// Worked example: {type: Container, min: {cpu: 2}, max: {cpu: 1}} gives
// `spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1`.
#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <optional>

#include "admission/pod_checks.hpp"
#include "admission/validators.hpp"
#include "kube/quantity.hpp"

namespace podseer::admission {
namespace {

using kube::Quantity;

constexpr std::string_view kNotNegative = "must be greater than or equal to 0";
constexpr std::string_view kNotStandard = "must be a standard resource type or fully qualified";

constexpr std::array<std::string_view, 9> kObjectCounts = {
    "pods",       "resourcequotas",         "services",           "replicationcontrollers", "secrets",
    "configmaps", "persistentvolumeclaims", "services.nodeports", "services.loadbalancers"};
constexpr std::array<std::string_view, 10> kQuotaAmounts = {"cpu",
                                                            "memory",
                                                            "ephemeral-storage",
                                                            "requests.cpu",
                                                            "requests.memory",
                                                            "requests.storage",
                                                            "requests.ephemeral-storage",
                                                            "limits.cpu",
                                                            "limits.memory",
                                                            "limits.ephemeral-storage"};
constexpr std::array<std::string_view, 6> kPodAmounts = {
    "cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"};
constexpr std::array<std::string_view, 3> kContainerResources = {"cpu", "memory", "ephemeral-storage"};
constexpr std::array<std::string_view, 7> kScopes = {"Terminating",          "NotTerminating",
                                                     "BestEffort",           "NotBestEffort",
                                                     "PriorityClass",        "CrossNamespacePodAffinity",
                                                     "VolumeAttributesClass"};
constexpr std::array<std::string_view, 2> kEvictionPolicies = {"AlwaysAllow", "IfHealthyBudget"};
constexpr std::array<std::string_view, 2> kPreemptionPolicies = {"PreemptLowerPriority", "Never"};

/// HighestUserDefinablePriority, and what the two system classes have.
constexpr std::int64_t kHighestUserPriority = 1000000000;
constexpr std::int64_t kClusterCritical = 2000000000;
constexpr std::int64_t kNodeCritical = 2000001000;

template <std::size_t N>
bool is_in(std::string_view text, const std::array<std::string_view, N>& list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool is_quota_huge_page(std::string_view name) {
  return name.starts_with("hugepages-") || name.starts_with("requests.hugepages-");
}

bool is_standard_quota(std::string_view name) {
  return is_in(name, kObjectCounts) || is_in(name, kQuotaAmounts) || is_quota_huge_page(name);
}

bool is_standard_resource(std::string_view name) { return is_standard_quota(name) || name == "storage"; }

/// A resource of a device plugin: nvidia.com/gpu.
bool is_extended(std::string_view name) {
  return name.find('/') != std::string_view::npos && name.find("kubernetes.io/") == std::string_view::npos &&
         !name.starts_with("requests.");
}

Quantity amount_at(const yaml::Entry& entry) {
  return entry.value.is_null() ? Quantity() : Quantity::parse(entry.value.text()).value_or(Quantity());
}

/// Syntax, and for names without a prefix that the server knows them. False when there was an error.
bool validate_resource_name(const yaml::Entry& entry, const Path& path, Errors& errors) {
  const kube::Complaints bad = kube::check_qualified_name(entry.key);
  add_complaints(bad, path, entry.key_span, go_quote(entry.key), errors);
  if (!bad.empty()) return false;
  if (entry.key.find('/') != std::string_view::npos || is_standard_resource(entry.key)) return true;
  add_complaints({std::string(kNotStandard)}, path, entry.key_span, go_quote(entry.key), errors);
  return false;
}

// --- ResourceQuota -------------------------------------------------------------------------------

bool scope_fits(std::string_view scope, std::string_view resource) {
  if (scope == "BestEffort") return resource == "pods";
  if (scope == "VolumeAttributesClass") {
    return resource == "persistentvolumeclaims" || resource == "requests.storage";
  }
  if (!is_in(scope, kScopes)) return true;
  return resource == "pods" || is_in(resource, kPodAmounts);
}

void validate_hard(const View& hard, const Path& path, Errors& errors) {
  for (const yaml::Entry& entry : hard.entries()) {
    const Path at = path.key(entry.key);
    validate_resource_name(entry, at, errors);
    if (entry.key.find('/') == std::string_view::npos && !is_standard_quota(entry.key)) {
      add_complaints({"must be a standard resource for quota"}, at, entry.key_span, go_quote(entry.key), errors);
    }
    const View value(&entry.value, entry.value.span());
    const Quantity amount = amount_at(entry);
    if (amount.is_negative()) errors.invalid(at, value, go_quote(amount.canonical()), kNotNegative);
    if ((is_in(entry.key, kObjectCounts) || is_extended(entry.key)) && !amount.is_integer()) {
      errors.invalid(at, value, go_quote(amount.canonical()), "must be an integer");
    }
  }
}

void validate_scopes(const View& spec, const Path& path, Errors& errors) {
  const View scopes = spec["scopes"];
  const Path at = path.child("scopes");
  const auto has = [&](std::string_view wanted) {
    return std::any_of(scopes.items().begin(), scopes.items().end(),
                       [&](const yaml::Node& node) { return node.string_or("") == wanted; });
  };
  const std::string all = scopes.size() > 0 ? printed_json(scopes) : std::string();
  for (std::size_t i = 0; i < scopes.size() && !errors.full(); ++i) {
    const std::string_view scope = scopes.at(i).str();
    const View one = scopes.at(i);
    if (!is_in(scope, kScopes)) errors.invalid(at, one, all, "unsupported scope");
    for (const yaml::Entry& entry : spec["hard"].entries()) {
      if (is_standard_quota(entry.key) && !scope_fits(scope, entry.key)) {
        errors.invalid(at, one, all, "unsupported scope applied to resource");
      }
    }
  }
  if (scopes.size() == 0) return;
  if ((has("BestEffort") && has("NotBestEffort")) || (has("Terminating") && has("NotTerminating"))) {
    errors.invalid(at, scopes, "conflicting scopes");
  }
}

void validate_scope_selector(const View& spec, const Path& path, Errors& errors) {
  const View expressions = spec["scopeSelector"]["matchExpressions"];
  const Path selector = path.child("scopeSelector");
  const Path at = selector.child("matchExpressions");
  for (std::size_t i = 0; i < expressions.size(); ++i) {
    const View expression = expressions.at(i);
    const View name = expression["scopeName"];
    const View op = expression["operator"];
    const View values = expression["values"];
    if (!is_in(name.str(), kScopes)) errors.invalid(at.child("scopeName"), name, "unsupported scope");
    for (const yaml::Entry& entry : spec["hard"].entries()) {
      if (is_standard_quota(entry.key) && !scope_fits(name.str(), entry.key)) {
        errors.invalid(at, name, printed_json(spec["scopeSelector"]), "unsupported scope applied to resource");
      }
    }
    const bool needs_exists =
        name.str() != "PriorityClass" && name.str() != "VolumeAttributesClass" && is_in(name.str(), kScopes);
    if (needs_exists && op.str() != "Exists") {
      errors.invalid(
          at.child("operator"), op,
          "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, "
          "ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or "
          "ResourceQuotaScopeCrossNamespacePodAffinity");
    }
    if (op.str() == "In" || op.str() == "NotIn") {
      if (values.size() == 0) {
        errors.required(at.child("values"), values,
                        "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
      }
    } else if (op.str() == "Exists" || op.str() == "DoesNotExist") {
      if (values.size() > 0) {
        errors.invalid(at.child("values"), values,
                       "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
      }
    } else {
      errors.invalid(at.child("operator"), op, "not a valid selector operator");
    }
  }
}

// --- LimitRange ----------------------------------------------------------------------------------

/// One resource's amounts in an item of a LimitRange, after defaulting.
struct Bounds {
  std::string_view name;
  std::optional<Quantity> min, max, limit, request, ratio;
  SourceSpan min_span, limit_span, request_span, ratio_span;
};

using AllBounds = std::map<std::string_view, Bounds>;

void validate_limit_name(const yaml::Entry& entry, std::string_view type, const Path& path, Errors& errors) {
  const bool good = validate_resource_name(entry, path, errors);
  if (type != "Pod" && type != "Container") return;
  const bool prefixed = entry.key.find('/') != std::string_view::npos;
  if (!prefixed && !is_in(entry.key, kContainerResources) && !entry.key.starts_with("hugepages-")) {
    add_complaints({"must be a standard resource for containers"}, path, entry.key_span, go_quote(entry.key), errors);
  } else if (good && prefixed && entry.key.find("kubernetes.io/") == std::string_view::npos &&
             !is_extended(entry.key)) {
    add_complaints({"doesn't follow extended resource name standard"}, path, entry.key_span, go_quote(entry.key),
                   errors);
  }
}

void apply_limit_defaults(AllBounds& all) {
  for (auto& [name, one] : all) {
    if (!one.limit && one.max) one.limit = one.max;
    if (!one.request && one.limit) one.request = one.limit;
    if (!one.request && one.min) one.request = one.min;
  }
}

void validate_bounds(const Bounds& one, const Path& path, Errors& errors) {
  const auto complain = [&](std::string_view key, SourceSpan span, const Quantity& value, std::string_view what,
                            const Quantity& low, std::string_view relation, const Quantity& high) {
    const Path list = path.child(key);
    errors.invalid(list.key(one.name), View(nullptr, span), go_quote(value.canonical()),
                   std::string(what) + " " + low.canonical() + " " + std::string(relation) + " " + high.canonical());
  };
  if (one.min && one.max && *one.min > *one.max) {
    complain("min", one.min_span, *one.min, "min value", *one.min, "is greater than max value", *one.max);
  }
  if (one.request && one.min && *one.min > *one.request) {
    complain("defaultRequest", one.request_span, *one.request, "min value", *one.min,
             "is greater than default request value", *one.request);
  }
  if (one.request && one.max && *one.request > *one.max) {
    complain("defaultRequest", one.request_span, *one.request, "default request value", *one.request,
             "is greater than max value", *one.max);
  }
  if (one.request && one.limit && *one.request > *one.limit) {
    complain("defaultRequest", one.request_span, *one.request, "default request value", *one.request,
             "is greater than default limit value", *one.limit);
  }
  if (one.limit && one.min && *one.min > *one.limit) {
    complain("default", one.limit_span, *one.min, "min value", *one.min, "is greater than default value", *one.limit);
  }
  if (one.limit && one.max && *one.limit > *one.max) {
    complain("default", one.limit_span, *one.max, "default value", *one.limit, "is greater than max value", *one.max);
  }
  const Path ratios = path.child("maxLimitRequestRatio");
  if (one.ratio && *one.ratio < Quantity::of(1)) {
    errors.invalid(ratios.key(one.name), View(nullptr, one.ratio_span), go_quote(one.ratio->canonical()),
                   "ratio " + one.ratio->canonical() + " is less than 1");
  }
  if (one.ratio && one.min && one.max && !one.min->is_zero()) {
    const double limit = static_cast<double>(one.max->nano()) / static_cast<double>(one.min->nano());
    if (static_cast<double>(one.ratio->nano()) / 1e9 > limit) {
      char text[64];
      std::snprintf(text, sizeof text, "%f", limit);
      errors.invalid(ratios.key(one.name), View(nullptr, one.ratio_span), go_quote(one.ratio->canonical()),
                     "ratio " + one.ratio->canonical() + " is greater than max/min = " + text);
    }
  }
  const bool overcommit = !is_extended(one.name) && !one.name.starts_with("hugepages-");
  if (!overcommit && one.limit && one.request && *one.limit != *one.request) {
    const Path requests = path.child("defaultRequest");
    errors.invalid(requests.key(one.name), View(nullptr, one.request_span), go_quote(one.request->canonical()),
                   "default value " + one.limit->canonical() + " must equal to defaultRequest value " +
                       one.request->canonical() + " in " + std::string(one.name));
  }
}

void validate_limit(const View& limit, const Path& path, Errors& errors) {
  const std::string_view type = limit["type"].str();
  AllBounds all;
  const auto read = [&](std::string_view key, std::optional<Quantity> Bounds::*amount, SourceSpan Bounds::*span,
                        std::initializer_list<std::string_view> defaulted_from = {}) {
    const Path list = path.child(key);
    SeenNames names;
    for (const yaml::Entry& entry : limit[key].entries()) names.add(entry.key);
    for (const std::string_view source : defaulted_from) {  // their names arrive here before they are checked
      if (type != "Container") break;
      for (const yaml::Entry& entry : limit[source].entries()) {
        if (names.add(entry.key)) validate_limit_name(entry, type, list.key(entry.key), errors);
      }
    }
    for (const yaml::Entry& entry : limit[key].entries()) {
      validate_limit_name(entry, type, list.key(entry.key), errors);
      Bounds& bounds = all[entry.key];
      bounds.name = entry.key;
      bounds.*amount = amount_at(entry);
      if (span != nullptr) bounds.*span = entry.value.span();
    }
  };
  read("max", &Bounds::max, nullptr);
  read("min", &Bounds::min, &Bounds::min_span);
  if (type == "Pod") {
    for (const std::string_view key : {"default", "defaultRequest"}) {
      if (limit[key].size() > 0)
        errors.forbidden(path.child(key), limit[key], "may not be specified when `type` is 'Pod'");
    }
  } else {
    read("default", &Bounds::limit, &Bounds::limit_span, {"max"});
    read("defaultRequest", &Bounds::request, &Bounds::request_span, {"default", "max", "min"});
  }
  if (type == "PersistentVolumeClaim" && limit["min"]["storage"].node() == nullptr &&
      limit["max"]["storage"].node() == nullptr) {
    errors.required(path.child("limits"), limit,
                    "either minimum or maximum storage value is required, but neither was provided");
  }
  read("maxLimitRequestRatio", &Bounds::ratio, &Bounds::ratio_span);
  for (auto& [name, one] : all) {  // what a default was made from is where to look
    if (!one.limit_span.exists()) one.limit_span = limit.span();
    if (!one.request_span.exists()) one.request_span = limit.span();
  }
  if (type == "Container") apply_limit_defaults(all);
  for (const auto& [name, one] : all) validate_bounds(one, path, errors);
}

bool is_system_class(std::string_view name, std::int64_t value, bool global) {
  return !global && ((name == "system-cluster-critical" && value == kClusterCritical) ||
                     (name == "system-node-critical" && value == kNodeCritical));
}

}  // namespace

void validate_resource_quota(const View& root, const kube::Object&, Errors& errors) {
  validate_object_meta(root["metadata"], Path("metadata"), NameRule::Subdomain, true, errors);
  const Path path("spec");
  validate_hard(root["spec"]["hard"], path.child("hard"), errors);
  validate_scopes(root["spec"], path, errors);
  validate_scope_selector(root["spec"], path, errors);
}

void validate_limit_range(const View& root, const kube::Object&, Errors& errors) {
  // One without a name gets one from the server (pkg/registry/core/limitrange/strategy.go).
  Errors metadata;
  validate_object_meta(root["metadata"], Path("metadata"), NameRule::Subdomain, true, metadata);
  for (ApiError& error : metadata.list()) {
    if (error.type != ErrorType::Required || error.field != "metadata.name") errors.list().push_back(std::move(error));
  }
  const Path spec("spec");
  const Path path = spec.child("limits");
  const View limits = root["spec"]["limits"];
  SeenNames types;
  for (std::size_t i = 0; i < limits.size(); ++i) {
    const View type = limits.at(i)["type"];
    const Path at = path.index(i);
    const kube::Complaints bad = kube::check_qualified_name(type.str());
    add_complaints(bad, at.child("type"), type, errors);
    const bool standard = type.str() == "Pod" || type.str() == "Container" || type.str() == "PersistentVolumeClaim";
    if (bad.empty() && type.str().find('/') == std::string_view::npos && !standard) {
      errors.invalid(at.child("type"), type, "must be a standard limit type or fully qualified");
    }
    if (!types.add(type.str())) errors.duplicate(at.child("type"), type);
    validate_limit(limits.at(i), at, errors);
  }
}

void validate_pod_disruption_budget(const View& root, const kube::Object&, Errors& errors) {
  const Path path("spec");
  const View spec = root["spec"];
  if (spec["minAvailable"].present() && spec["maxUnavailable"].present()) {
    errors.invalid(path, spec, printed_json(spec), "minAvailable and maxUnavailable cannot be both set");
  }
  for (const std::string_view key : {"minAvailable", "maxUnavailable"}) {
    validate_int_or_percent(spec[key], path.child(key), errors);
    validate_not_more_than_100_percent(spec[key], path.child(key), errors);
  }
  validate_label_selector(spec["selector"], path.child("selector"), errors);
  validate_enum(spec["unhealthyPodEvictionPolicy"], path.child("unhealthyPodEvictionPolicy"), kEvictionPolicies,
                errors);
}

void validate_priority_class(const View& root, const kube::Object& object, Errors& errors) {
  validate_object_meta(root["metadata"], Path("metadata"), NameRule::Subdomain, false, errors);
  const View value = root["value"];
  if (object.name.starts_with("system-")) {
    if (!is_system_class(object.name, value.integer(), root["globalDefault"].flag())) {
      const Path meta("metadata");
      errors.forbidden(meta.child("name"), root["metadata"]["name"],
                       "priority class names with 'system-' prefix are reserved for system use only. error: " +
                           std::string(object.name) + " is not a known system priority class");
    }
  } else if (value.integer() > kHighestUserPriority) {
    errors.forbidden(Path("value"), value, "maximum allowed value of a user defined priority is 1000000000");
  }
  validate_enum(root["preemptionPolicy"], Path("preemptionPolicy"), kPreemptionPolicies, errors);
}

namespace {
constexpr GoField kTolerationFields[] = {{"key", "Key", {}, "\"\""},
                                         {"operator", "Operator", {}, "\"\""},
                                         {"value", "Value", {}, "\"\""},
                                         {"effect", "Effect", {}, "\"\""},
                                         {"tolerationSeconds", "TolerationSeconds"}};
}  // namespace

void validate_runtime_class(const View& root, const kube::Object&, Errors& errors) {
  validate_object_meta(root["metadata"], Path("metadata"), NameRule::Subdomain, false, errors);
  add_complaints(kube::check_dns_label(root["handler"].str()), Path("handler"), root["handler"], errors);
  const Path overhead("overhead");
  validate_overhead(root["overhead"]["podFixed"], overhead, errors);  // the server leaves podFixed out
  const Path scheduling("scheduling");
  validate_labels(root["scheduling"]["nodeSelector"], scheduling.child("nodeSelector"), errors);
  const Path tolerations = scheduling.child("tolerations");
  const View list = root["scheduling"]["tolerations"];
  validate_tolerations(list, tolerations.child("tolerations"), errors);
  constexpr std::size_t kCompared = 1000;  // beyond any list that was written by hand
  for (std::size_t i = 1; i < list.size() && i < kCompared; ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      const auto same = [&](std::string_view key) { return list.at(i)[key].str() == list.at(k)[key].str(); };
      if (!same("key") || !same("operator") || !same("value") || !same("effect")) continue;
      errors.duplicate(tolerations.index(i), list.at(i), printed_struct(list.at(i), kTolerationFields));
      break;
    }
  }
}

}  // namespace podseer::admission
