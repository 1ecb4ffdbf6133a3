// SPDX-License-Identifier: Apache-2.0
// ResourceQuota (apiserver resourcequota plugin, pkg/quota/v1/evaluator/core, 1.34): what a quota
// tracks must be specified by every container, and the sum of what was let in before plus this
// object must not exceed it. Only what is given counts: pods of the files in their order, and
// `status.used` of a quota from a snapshot. Worked example: hard pods=2 and a Deployment of 3
// replicas: two get in, the third one meets `exceeded quota: q, requested: pods=1, used: pods=2,
// limited: pods=2`.
#include <algorithm>
#include <map>

#include "admission/effective_pod.hpp"

namespace podseer::admission {
namespace {

using kube::Quantity;
using kube::WorkloadKind;

/// Sorted, as the server prints usages.
using Usage = std::map<std::string, Quantity, std::less<>>;

constexpr std::string_view kMustSpecify[] = {"cpu",    "limits.cpu",   "limits.memory",
                                             "memory", "requests.cpu", "requests.memory"};

/// Every answer adds up everything that comes before; beyond this number no answer is given.
constexpr std::size_t kCrowd = 500;

void set(Usage& usage, std::string_view name, const Quantity& amount) { usage[std::string(name)] = amount; }

bool is_extended(std::string_view name) {
  return name.find('/') != std::string_view::npos && name.find("kubernetes.io/") == std::string_view::npos &&
         !name.starts_with("requests.");
}

/// requests and limits under the names that quotas use (podComputeUsageHelper).
Usage compute_usage(const kube::ResourceList& requests, const kube::ResourceList& limits) {
  Usage usage;
  for (const kube::ResourceAmount& one : requests) {
    if (one.name == "cpu" || one.name == "memory" || one.name == "ephemeral-storage") {
      set(usage, one.name, one.amount);
      set(usage, "requests." + std::string(one.name), one.amount);
    } else if (one.name.starts_with("hugepages-")) {
      set(usage, one.name, one.amount);
      set(usage, "requests." + std::string(one.name), one.amount);
    } else if (is_extended(one.name)) {
      set(usage, "requests." + std::string(one.name), one.amount);
    }
  }
  for (const kube::ResourceAmount& one : limits) {
    if (one.name == "cpu" || one.name == "memory" || one.name == "ephemeral-storage") {
      set(usage, "limits." + std::string(one.name), one.amount);
    }
  }
  return usage;
}

Usage pod_usage(const EffectivePod& pod) {
  Usage usage = compute_usage(pod.total(false, true), pod.total(true, true));
  set(usage, "pods", Quantity::of(1));
  set(usage, "count/pods", Quantity::of(1));
  return usage;
}

bool is_best_effort(const EffectivePod& pod) {
  const auto asks = [](const kube::Resources& resources) {
    for (const kube::ResourceList* list : {&resources.requests, &resources.limits}) {
      for (const kube::ResourceAmount& one : *list) {
        if ((one.name == "cpu" || one.name == "memory") && !one.amount.is_zero() && !one.amount.is_negative())
          return true;
      }
    }
    return false;
  };
  if (asks(pod.pod_level)) return false;
  for (const EffectiveContainer& container : pod.containers) {
    if (asks(container.resources)) return false;
  }
  return true;
}

bool crosses_namespaces(const View& spec) {
  for (const std::string_view kind : {"podAffinity", "podAntiAffinity"}) {
    const View affinity = spec["affinity"][kind];
    const auto crosses = [](const View& term) {
      return term["namespaces"].size() > 0 || term["namespaceSelector"].present();
    };
    const View required = affinity["requiredDuringSchedulingIgnoredDuringExecution"];
    for (const yaml::Node& node : required.items()) {
      if (crosses(view_of(node, required))) return true;
    }
    const View preferred = affinity["preferredDuringSchedulingIgnoredDuringExecution"];
    for (const yaml::Node& node : preferred.items()) {
      if (crosses(view_of(node, preferred)["podAffinityTerm"])) return true;
    }
  }
  return false;
}

bool matches_priority(const PodSource& pod, const world::World& world, const View& requirement) {
  std::string_view name = pod.spec["priorityClassName"].str();
  if (name.empty()) {
    const kube::Object* fallback = priority_class_of(pod, world);
    if (fallback != nullptr) name = fallback->name;
  }
  const std::string_view op = requirement["operator"].str();
  const View values = requirement["values"];
  bool listed = false;
  for (const yaml::Node& node : values.items()) listed = listed || node.string_or("") == name;
  if (op == "Exists") return !name.empty();
  if (op == "DoesNotExist") return name.empty();
  if (op == "In") return !name.empty() && listed;
  return name.empty() || !listed;  // NotIn
}

/// Whether a quota's scopes cover a pod.
bool covers(const View& quota_spec, const PodSource& pod, const EffectivePod& effective, const world::World& world) {
  const auto matches = [&](std::string_view scope, const View& requirement) {
    const bool terminating = pod.spec["activeDeadlineSeconds"].present();
    if (scope == "Terminating") return terminating;
    if (scope == "NotTerminating") return !terminating;
    if (scope == "BestEffort") return is_best_effort(effective);
    if (scope == "NotBestEffort") return !is_best_effort(effective);
    if (scope == "CrossNamespacePodAffinity") return crosses_namespaces(pod.spec);
    if (scope == "PriorityClass") return matches_priority(pod, world, requirement);
    return false;
  };
  const View scopes = quota_spec["scopes"];
  for (const yaml::Node& node : scopes.items()) {
    // scopes: [PriorityClass] means that some class is named.
    if (node.string_or("") == "PriorityClass") {
      if (pod.spec["priorityClassName"].str().empty() && priority_class_of(pod, world) == nullptr) return false;
    } else if (!matches(node.string_or(""), View())) {
      return false;
    }
  }
  const View expressions = quota_spec["scopeSelector"]["matchExpressions"];
  for (const yaml::Node& node : expressions.items()) {
    const View requirement = view_of(node, expressions);
    if (!matches(requirement["scopeName"].str(), requirement)) return false;
  }
  return true;
}

/// One quota while objects are let in one after the other.
struct Ledger {
  const kube::Object* quota = nullptr;
  View spec;
  Usage hard;
  Usage used;

  explicit Ledger(const kube::Object& object) : quota(&object), spec(View(object.root, object.name_span)["spec"]) {
    for (const yaml::Entry& entry : spec["hard"].entries()) hard[std::string(entry.key)] = amount_of(view_of(entry));
    if (!object.context_only) return;
    const View status = View(object.root, object.name_span)["status"]["used"];
    for (const yaml::Entry& entry : status.entries()) used[std::string(entry.key)] = amount_of(view_of(entry));
  }
};

std::string printed(const Usage& usage, const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    const auto found = usage.find(name);
    const Quantity amount = found == usage.end() ? Quantity{} : found->second;
    out += (out.empty() ? "" : ",") + name + "=" + amount.canonical();
  }
  return out;
}

/// Text of `exceeded quota`, or empty when `usage` fits.
std::string exceeds(const Ledger& ledger, const Usage& usage) {
  std::vector<std::string> names;
  for (const auto& [name, limit] : ledger.hard) {
    const auto asked = usage.find(name);
    if (asked == usage.end() || asked->second.is_zero()) continue;
    const auto used = ledger.used.find(name);
    const Quantity total = asked->second + (used == ledger.used.end() ? Quantity{} : used->second);
    if (total > limit) names.push_back(name);
  }
  if (names.empty()) return {};
  return "exceeded quota: " + std::string(ledger.quota->name) + ", requested: " + printed(usage, names) +
         ", used: " + printed(ledger.used, names) + ", limited: " + printed(ledger.hard, names);
}

/// `amount` taken `times` times, by doubling.
Quantity multiple(Quantity amount, std::int64_t times) {
  Quantity sum;
  for (; times > 0; times /= 2) {
    if (times % 2 == 1) sum += amount;
    amount += amount;
  }
  return sum;
}

void charge(Ledger& ledger, const Usage& usage, std::int64_t times = 1) {
  for (const auto& [name, limit] : ledger.hard) {
    const auto asked = usage.find(name);
    if (asked != usage.end()) ledger.used[name] += multiple(asked->second, times);
  }
}

/// How many equal objects still fit.
std::int64_t room_for(const Ledger& ledger, const Usage& usage, std::int64_t wanted) {
  for (const auto& [name, limit] : ledger.hard) {
    const auto asked = usage.find(name);
    if (asked == usage.end() || asked->second.is_zero() || asked->second.is_negative()) continue;
    const auto used = ledger.used.find(name);
    const Quantity left = limit - (used == ledger.used.end() ? Quantity{} : used->second);
    if (left.is_negative()) return 0;
    const Quantity::Nano room = left.nano() / asked->second.nano();
    if (room < wanted) wanted = static_cast<std::int64_t>(room);
  }
  return wanted;
}

/// Text of `failed quota: ... must specify`, or empty.
std::string unspecified(const Ledger& ledger, const EffectivePod& pod) {
  if (pod.has_pod_level) return {};
  std::string text;
  for (const std::string_view name : kMustSpecify) {
    if (!ledger.hard.contains(name)) continue;
    std::vector<std::string_view> missing;
    for (const EffectiveContainer& container : pod.containers) {
      const bool limit = name.starts_with("limits.");
      const std::string_view resource = name.ends_with("cpu") ? "cpu" : "memory";
      const kube::ResourceList& list = limit ? container.resources.limits : container.resources.requests;
      if (kube::find_resource(list, resource) == nullptr) missing.push_back(container.name);
    }
    if (missing.empty()) continue;
    std::sort(missing.begin(), missing.end());
    missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
    text += (text.empty() ? "must specify " : "; ") + std::string(name) + " for: ";
    for (std::size_t i = 0; i < missing.size(); ++i) text += (i == 0 ? "" : ",") + std::string(missing[i]);
  }
  return text.empty() ? text : "failed quota: " + std::string(ledger.quota->name) + ": " + text;
}

/// Lets in as many of `wanted` equal pods as the ledgers allow. `why` is set for the first refused
/// one.
std::int64_t let_in(const PodSource& pod, std::int64_t wanted, std::vector<Ledger>& ledgers, const world::World& world,
                    std::string* why) {
  const std::vector<const kube::Object*> ranges = constraints_on("LimitRange", pod, world);
  const EffectivePod effective = effective_pod(pod, ranges);
  const Usage usage = pod_usage(effective);
  std::vector<Ledger*> interested;
  for (Ledger& ledger : ledgers) {
    if (!covers(ledger.spec, pod, effective, world)) continue;
    std::string text = unspecified(ledger, effective);
    if (!text.empty()) {
      if (why != nullptr) *why = std::move(text);
      return 0;
    }
    interested.push_back(&ledger);
  }
  std::int64_t allowed = wanted;
  for (const Ledger* ledger : interested) allowed = room_for(*ledger, usage, allowed);
  for (Ledger* ledger : interested) charge(*ledger, usage, allowed);
  if (allowed == wanted || why == nullptr) return allowed;
  for (const Ledger* ledger : interested) {
    if (why->empty()) *why = exceeds(*ledger, usage);
  }
  return allowed;
}

struct PodKind {
  std::string_view group, kind;
};
constexpr PodKind kPodKinds[] = {
    {"", "Pod"},           {"apps", "Deployment"},        {"apps", "ReplicaSet"}, {"apps", "StatefulSet"},
    {"apps", "DaemonSet"}, {"", "ReplicationController"}, {"batch", "Job"}};

/// Everything in the namespace that makes pods and reaches the cluster before `pod`.
std::vector<const kube::Object*> earlier_pods(const PodSource& pod, const world::World& world) {
  std::vector<const kube::Object*> earlier;
  for (const PodKind& known : kPodKinds) {
    for (const kube::Object* object : world.all(known.kind, pod.ns)) {
      if (object->group == known.group && !object->context_only && object != pod.owner &&
          comes_before(*object, *pod.owner)) {
        earlier.push_back(object);
      }
    }
  }
  std::sort(earlier.begin(), earlier.end(), [](const auto* a, const auto* b) { return comes_before(*a, *b); });
  return earlier;
}

// --- objects that are no pods
// ------------------------------------------------------------------------

struct Plural {
  std::string_view group, kind, resource;
  bool bare_name;  // also counted under its bare name
};
constexpr Plural kPlurals[] = {{"", "ConfigMap", "configmaps", true},
                               {"", "PersistentVolumeClaim", "persistentvolumeclaims", true},
                               {"", "ReplicationController", "replicationcontrollers", true},
                               {"", "ResourceQuota", "resourcequotas", true},
                               {"", "Secret", "secrets", true},
                               {"", "Service", "services", true},
                               {"", "ServiceAccount", "serviceaccounts", false},
                               {"apps", "DaemonSet", "daemonsets", false},
                               {"apps", "Deployment", "deployments", false},
                               {"apps", "ReplicaSet", "replicasets", false},
                               {"apps", "StatefulSet", "statefulsets", false},
                               {"batch", "CronJob", "cronjobs", false},
                               {"batch", "Job", "jobs", false},
                               {"networking.k8s.io", "Ingress", "ingresses", false}};

const Plural* plural_of(const kube::Object& object) {
  for (const Plural& known : kPlurals) {
    if (object.is(known.group, known.kind)) return &known;
  }
  return nullptr;
}

void add_service(const View& spec, Usage& usage) {
  const std::string_view type = spec["type"].str();
  const bool allocates = spec["allocateLoadBalancerNodePorts"].absent() || spec["allocateLoadBalancerNodePorts"].flag();
  const auto ports = static_cast<std::int64_t>(spec["ports"].size());
  if (type == "LoadBalancer") {
    set(usage, "services.loadbalancers", Quantity::of(1));
    if (allocates) set(usage, "services.nodeports", Quantity::of(ports));
  } else if (type == "NodePort") {
    set(usage, "services.nodeports", Quantity::of(ports));
  }
}

Usage object_usage(const kube::Object& object, const Plural& plural) {
  Usage usage;
  set(usage, "count/" + std::string(plural.resource) + (plural.group.empty() ? "" : "." + std::string(plural.group)),
      Quantity::of(1));
  if (plural.bare_name) set(usage, plural.resource, Quantity::of(1));
  const View spec = View(object.root, object.name_span)["spec"];
  if (plural.kind == "Service") add_service(spec, usage);
  if (plural.kind != "PersistentVolumeClaim") return usage;
  const View storage = spec["resources"]["requests"]["storage"];
  set(usage, "requests.storage", amount_of(storage));
  const std::string_view storage_class = spec["storageClassName"].str();
  if (storage_class.empty()) return usage;
  const std::string prefix = std::string(storage_class) + ".storageclass.storage.k8s.io/";
  set(usage, prefix + "requests.storage", amount_of(storage));
  set(usage, prefix + "persistentvolumeclaims", Quantity::of(1));
  return usage;
}

std::vector<Ledger> ledgers_of(const std::vector<const kube::Object*>& quotas) {
  std::vector<Ledger> ledgers;
  for (const kube::Object* quota : quotas) ledgers.emplace_back(*quota);
  return ledgers;
}

}  // namespace

std::int64_t pods_wanted(const kube::Object& object) {
  const View spec = View(object.root, object.name_span)["spec"];
  if (object.is("", "Pod")) return 1;
  if (object.is("apps", "DaemonSet")) return 1;  // at least, if a node suits it
  if (object.is("batch", "CronJob"))
    return std::max<std::int64_t>(0, spec["jobTemplate"]["spec"]["parallelism"].integer(1));
  if (object.is("batch", "Job")) {
    if (spec["suspend"].flag()) return 0;
    const std::int64_t parallelism = std::max<std::int64_t>(0, spec["parallelism"].integer(1));
    if (spec["completions"].absent()) return spec["parallelism"].absent() ? 1 : parallelism;
    return std::min(parallelism, spec["completions"].integer());
  }
  return std::max<std::int64_t>(0, spec["replicas"].integer(1));
}

QuotaAnswer check_pod_quota(const PodSource& pod, std::int64_t wanted, const world::World& world) {
  QuotaAnswer answer;
  answer.allowed = wanted;
  const std::vector<const kube::Object*> quotas = constraints_on("ResourceQuota", pod, world);
  if (quotas.empty()) return answer;
  const std::vector<const kube::Object*> earlier = earlier_pods(pod, world);
  if (earlier.size() > kCrowd) return answer;
  std::vector<Ledger> ledgers = ledgers_of(quotas);
  for (const kube::Object* object : earlier) {
    let_in(pod_source(*object, world), pods_wanted(*object), ledgers, world, nullptr);
  }
  answer.allowed = let_in(pod, wanted, ledgers, world, &answer.objection.text);
  if (answer.objection.exists()) answer.objection.span = pod.spec["containers"].span();
  return answer;
}

Objection check_object_quota(const kube::Object& object, const world::World& world) {
  const Plural* plural = plural_of(object);
  if (plural == nullptr) return {};
  const std::string_view ns = world.namespace_of(object);
  std::vector<const kube::Object*> quotas = world.all("ResourceQuota", ns);
  std::erase_if(quotas, [&](const kube::Object* quota) {
    return quota == &object || (quota->file == object.file && !comes_before(*quota, object));
  });
  if (quotas.empty()) return {};
  const std::vector<const kube::Object*> others = world.all(plural->kind, ns);
  if (others.size() > kCrowd) return {};
  std::vector<Ledger> ledgers = ledgers_of(quotas);
  const Usage usage = object_usage(object, *plural);
  for (Ledger& ledger : ledgers) {
    if (ledger.spec["scopes"].size() > 0 || ledger.spec["scopeSelector"].present()) continue;
    // Every namespace has the ConfigMap kube-root-ca.crt.
    if (plural->kind == "ConfigMap" && ledger.used.empty()) charge(ledger, usage);
    for (const kube::Object* other : others) {
      if (other == &object || other->context_only || other->group != plural->group || !comes_before(*other, object))
        continue;
      charge(ledger, object_usage(*other, *plural));
    }
    std::string text = exceeds(ledger, usage);
    if (!text.empty()) return {std::move(text), "", object.name_span, false};
  }
  return {};
}

}  // namespace podseer::admission
