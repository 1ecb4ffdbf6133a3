// SPDX-License-Identifier: Apache-2.0
// Admission plugins that look up what a pod names: ServiceAccount, Priority, RuntimeClass (API
// server 1.34, plugin/pkg/admission); and the order in which all plugins speak. They act on Pods
// only: a Deployment that names a missing ServiceAccount is accepted, its pods are not
// (admit_pods). Worked example: `pods "web" is forbidden: error looking up service account
// default/robot: serviceaccount "robot" not found`.
#include <algorithm>

#include "admission/effective_pod.hpp"
#include "source/ascii.hpp"

namespace podseer::admission {
namespace {

using world::Known;

/// Priorities of the classes that every cluster has (pkg/apis/scheduling).
struct SystemClass {
  std::string_view name;
  std::int64_t value;
};
constexpr SystemClass kSystemClasses[] = {{"system-cluster-critical", 2000000000},
                                          {"system-node-critical", 2000001000}};

/// Whether a thing that a pod names is there in time. `object` is it, where it is given.
struct Lookup {
  bool missing = false;
  const kube::Object* object = nullptr;
};
Lookup look_up(std::string_view kind, std::string_view ns, std::string_view name, const PodSource& pod,
               const world::World& world) {
  Lookup found;
  found.object = world.find(kind, ns, name);
  if (found.object != nullptr) {
    found.missing = !in_time_for(*found.object, pod);
    if (found.missing) found.object = nullptr;
  } else {
    found.missing = world.exists(kind, ns, name) != Known::Yes;
  }
  return found;
}

bool is_true(std::string_view text) {
  constexpr std::string_view kTrue[] = {"1", "t", "T", "TRUE", "true", "True"};  // strconv.ParseBool
  return is_one_of(text, kTrue);
}

bool names_secret(const View& list, std::string_view name) {
  for (const yaml::Node& node : list.items()) {
    if (view_of(node, list)["name"].str() == name) return true;
  }
  return false;
}

/// kubernetes.io/enforce-mountable-secrets: only secrets that the ServiceAccount lists may be used.
Objection check_mountable(const PodSource& pod, const kube::Object& account) {
  const View root(account.root, account.name_span);
  const yaml::Entry* enforce = entry_of(root["metadata"]["annotations"], "kubernetes.io/enforce-mountable-secrets");
  if (enforce == nullptr || !is_true(enforce->value.string_or(""))) return {};
  const View secrets = root["secrets"];
  const std::string tail =
      " is not allowed because service account " + std::string(account.name) + " does not reference that ";
  const auto secret_text = [](std::string_view name) { return "secret.secretName=\"" + std::string(name) + "\""; };
  const View volumes = pod.spec["volumes"];
  for (const yaml::Node& node : volumes.items()) {
    const View secret = view_of(node, volumes)["secret"];
    const View name = secret["secretName"];
    if (secret.absent() || names_secret(secrets, name.str())) continue;
    return {"volume with " + secret_text(name.str()) + tail + "secret", "volumes", name.span(), false};
  }
  for (const std::string_view list : {"initContainers", "containers"}) {
    const View containers = pod.spec[list];
    for (const yaml::Node& node : containers.items()) {
      const View container = view_of(node, containers);
      const std::string who = std::string(list == "containers" ? "container " : "init container ") +
                              std::string(container["name"].str()) + " with ";
      const View env = container["env"];
      for (const yaml::Node& item : env.items()) {
        const View entry = view_of(item, env);
        const View ref = entry["valueFrom"]["secretKeyRef"];
        if (ref.absent() || names_secret(secrets, ref["name"].str())) continue;
        return {who + "envVar " + std::string(entry["name"].str()) + " referencing " + secret_text(ref["name"].str()) +
                    tail + "secret",
                std::string(list), ref["name"].span(), false};
      }
      const View env_from = container["envFrom"];
      for (const yaml::Node& item : env_from.items()) {
        const View ref = view_of(item, env_from)["secretRef"];
        if (ref.absent() || names_secret(secrets, ref["name"].str())) continue;
        return {who + "envFrom referencing " + secret_text(ref["name"].str()) + tail + "secret", std::string(list),
                ref["name"].span(), false};
      }
    }
  }
  const View pull_secrets = pod.spec["imagePullSecrets"];
  std::size_t i = 0;
  for (const yaml::Node& node : pull_secrets.items()) {
    const View name = view_of(node, pull_secrets)["name"];
    if (!names_secret(root["imagePullSecrets"], name.str())) {
      return {"imagePullSecrets[" + std::to_string(i) + "].name=\"" + std::string(name.str()) + "\"" + tail +
                  "imagePullSecret",
              "imagePullSecrets", name.span(), false};
    }
    ++i;
  }
  return {};
}

bool same_amounts(const View& a, const View& b) {
  if (a.size() != b.size()) return false;
  for (const yaml::Entry& entry : a.entries()) {
    const yaml::Entry* other = entry_of(b, entry.key);
    if (other == nullptr || amount_of(view_of(entry)) != amount_of(view_of(*other))) return false;
  }
  return true;
}

constexpr std::string_view kMirror = "kubernetes.io/config.mirror";

Refusal refusal_of(const std::string& message, const Objection& objection) {
  Refusal refusal;
  refusal.reason = "Forbidden";
  refusal.message = message;
  refusal.field = objection.field.empty() ? std::string() : "spec." + objection.field;
  refusal.span = objection.span;
  refusal.from_absence = objection.from_absence;
  return refusal;
}

/// A second PriorityClass that wants to be the default.
Objection check_global_default(const kube::Object& object, const world::World& world) {
  const View root(object.root, object.name_span);
  const View flag = root["globalDefault"];
  if (!flag.flag()) return {};
  const kube::Object* first = nullptr;
  std::int64_t lowest = 0;
  for (const kube::Object* other : world.all("PriorityClass")) {
    const View other_root(other->root, other->name_span);
    if (other->name == object.name || !other_root["globalDefault"].flag() || !comes_before(*other, object)) continue;
    const std::int64_t value = other_root["value"].integer();
    if (first != nullptr && value >= lowest) continue;
    first = other;
    lowest = value;
  }
  if (first == nullptr) return {};
  return {"PriorityClass " + std::string(first->name) + " is already marked as default. Only one default can exist",
          "globalDefault", flag.span(), false};
}

std::string resource_of(const kube::Object& object) {
  if (object.is("scheduling.k8s.io", "PriorityClass")) return "priorityclasses.scheduling.k8s.io";
  std::string out = source::lowered(object.kind);
  out += out.ends_with('s') ? "es" : "s";
  if (!object.group.empty()) out += "." + std::string(object.group);
  return out;
}

}  // namespace

Objection check_service_account(const PodSource& pod, const world::World& world) {
  View name = pod.spec["serviceAccountName"];
  if (name.str().empty()) name = pod.spec["serviceAccount"];
  const std::string_view wanted = name.str().empty() ? std::string_view("default") : name.str();
  if (entry_of(pod.metadata["annotations"], kMirror) != nullptr) {
    return name.str().empty()
               ? Objection{}
               : Objection{"a mirror pod may not reference service accounts", "serviceAccountName", name.span(), false};
  }
  const Lookup found = look_up("ServiceAccount", pod.ns, wanted, pod, world);
  if (found.missing) {
    return {"error looking up service account " + std::string(pod.ns) + "/" + std::string(wanted) +
                ": serviceaccount " + go_quote(wanted) + " not found",
            "serviceAccountName", name.span(), !world.assumptions().closed};
  }
  return found.object == nullptr ? Objection{} : check_mountable(pod, *found.object);
}

const kube::Object* priority_class_of(const PodSource& pod, const world::World& world) {
  const std::string_view name = pod.spec["priorityClassName"].str();
  if (!name.empty()) return world.find("PriorityClass", "", name);
  const kube::Object* lowest = nullptr;
  for (const kube::Object* object : world.all("PriorityClass")) {
    const View root(object->root, object->name_span);
    if (!root["globalDefault"].flag() || !in_time_for(*object, pod)) continue;
    const auto value = [](const kube::Object* one) { return View(one->root, one->name_span)["value"].integer(); };
    if (lowest == nullptr || value(object) < value(lowest)) lowest = object;
  }
  return lowest;
}

Objection check_priority(const PodSource& pod, const world::World& world) {
  const View name = pod.spec["priorityClassName"];
  std::optional<std::int64_t> value;
  std::string_view policy;
  if (!name.str().empty()) {
    const Lookup found = look_up("PriorityClass", "", name.str(), pod, world);
    if (found.missing) {
      return {"no PriorityClass with name " + std::string(name.str()) + " was found", "priorityClassName", name.span(),
              !world.assumptions().closed};
    }
    for (const SystemClass& known : kSystemClasses) {
      if (known.name == name.str()) value = known.value;
    }
  }
  if (const kube::Object* given = priority_class_of(pod, world)) {
    const View root(given->root, given->name_span);
    value = root["value"].integer();
    policy = root["preemptionPolicy"].str();
  } else if (name.str().empty() && world.assumptions().closed) {
    value = 0;
  }
  if (policy.empty() && value) policy = "PreemptLowerPriority";
  const View written = pod.spec["priority"];
  if (value && written.present() && written.integer() != *value) {
    return {"the integer value of priority (" + std::to_string(written.integer()) +
                ") must not be provided in pod spec; priority admission controller computed " + std::to_string(*value) +
                " from the given PriorityClass name",
            "priority", written.span(), false};
  }
  const View written_policy = pod.spec["preemptionPolicy"];
  if (!policy.empty() && written_policy.present() && written_policy.str() != policy) {
    return {"the string value of PreemptionPolicy (" + std::string(written_policy.str()) +
                ") must not be provided in pod spec; priority admission controller computed " + std::string(policy) +
                " from the given PriorityClass name",
            "preemptionPolicy", written_policy.span(), false};
  }
  return {};
}

Objection check_runtime_class(const PodSource& pod, const world::World& world) {
  const View name = pod.spec["runtimeClassName"];
  const View overhead = pod.spec["overhead"];
  const kube::Object* given = nullptr;
  if (name.present()) {
    const Lookup found = look_up("RuntimeClass", "", name.str(), pod, world);
    if (found.missing) {
      return {"pod rejected: RuntimeClass " + go_quote(name.str()) + " not found", "runtimeClassName", name.span(),
              !world.assumptions().closed};
    }
    given = found.object;
    if (given == nullptr) return {};  // exists, but its contents are not known
  }
  const View runtime = given == nullptr ? View() : View(given->root, given->name_span);
  const View fixed = runtime["overhead"]["podFixed"];
  if (runtime["overhead"].absent()) {
    if (overhead.present()) {
      return {"pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead", "overhead",
              overhead.span(), false};
    }
  } else if (overhead.size() > 0 && !same_amounts(overhead, fixed)) {
    return {"pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead", "overhead", overhead.span(),
            false};
  }
  const View own_selector = pod.spec["nodeSelector"];
  const View class_selector = runtime["scheduling"]["nodeSelector"];
  for (const yaml::Entry& entry : class_selector.entries()) {
    const yaml::Entry* own = entry_of(own_selector, entry.key);
    if (own == nullptr || own->value.string_or("") == entry.value.string_or("")) continue;
    const std::string key(entry.key);
    return {"conflict: runtimeClass.scheduling.nodeSelector[" + key + "] = " + std::string(entry.value.string_or("")) +
                "; pod.spec.nodeSelector[" + key + "] = " + std::string(own->value.string_or("")),
            "nodeSelector", view_of(*own).span(), false};
  }
  return {};
}

std::optional<Refusal> admit_mutating(const kube::Object& object, const world::World& world, const Options&,
                                      Errors& validation) {
  if (!object.is("", "Pod")) return {};
  const PodSource pod = pod_source(object, world);
  for (const auto check : {check_service_account, check_priority, check_runtime_class}) {
    const Objection objection = check(pod, world);
    if (objection.exists()) return refusal_of(pod.forbidden() + objection.text, objection);
  }
  const std::vector<const kube::Object*> ranges = constraints_on("LimitRange", pod, world);
  if (!ranges.empty()) validate_filled_limits(effective_pod(pod, ranges), Path("spec"), validation);
  return {};
}

std::optional<Refusal> admit_validating(const kube::Object& object, const world::World& world, const Options& options) {
  if (object.is("", "Pod")) {
    const PodSource pod = pod_source(object, world);
    const std::vector<const kube::Object*> ranges = constraints_on("LimitRange", pod, world);
    Objection objection;
    if (!ranges.empty()) objection = check_limit_ranges(effective_pod(pod, ranges), ranges);
    if (!objection.exists()) objection = check_pod_security(pod, world, options.minor_version);
    if (!objection.exists()) objection = check_pod_quota(pod, 1, world).objection;
    if (objection.exists()) return refusal_of(pod.forbidden() + objection.text, objection);
    return {};
  }
  Objection objection;
  if (object.is("scheduling.k8s.io", "PriorityClass")) {
    objection = check_global_default(object, world);
  } else if (object.is("", "PersistentVolumeClaim")) {
    const std::vector<const kube::Object*> ranges = world.all("LimitRange", world.namespace_of(object));
    if (!ranges.empty()) objection = check_claim_limits(View(object.root, object.name_span), ranges);
  }
  if (!objection.exists()) objection = check_object_quota(object, world);
  if (!objection.exists()) return {};
  Refusal refusal =
      refusal_of(resource_of(object) + " " + go_quote(object.name) + " is forbidden: " + objection.text, objection);
  refusal.field = objection.field;
  return refusal;
}

}  // namespace podseer::admission
