// SPDX-License-Identifier: Apache-2.0
#include "admission/effective_pod.hpp"

#include <algorithm>
#include <tuple>

namespace podseer::admission {
namespace {

using kube::Quantity;
using kube::ResourceAmount;
using kube::ResourceList;
using kube::WorkloadKind;

struct KindPath {
  std::string_view group, kind;
  WorkloadKind workload;
};
constexpr KindPath kWorkloads[] = {{"", "Pod", WorkloadKind::Pod},
                                   {"apps", "Deployment", WorkloadKind::Deployment},
                                   {"apps", "ReplicaSet", WorkloadKind::ReplicaSet},
                                   {"apps", "StatefulSet", WorkloadKind::StatefulSet},
                                   {"apps", "DaemonSet", WorkloadKind::DaemonSet},
                                   {"", "ReplicationController", WorkloadKind::ReplicationController},
                                   {"batch", "Job", WorkloadKind::Job},
                                   {"batch", "CronJob", WorkloadKind::CronJob},
                                   {"", "PodTemplate", WorkloadKind::PodTemplate}};

View template_of(const View& root, WorkloadKind workload) {
  switch (workload) {
    case WorkloadKind::Pod: return root;
    case WorkloadKind::PodTemplate: return root["template"];
    case WorkloadKind::CronJob: return root["spec"]["jobTemplate"]["spec"]["template"];
    default: return root["spec"]["template"];
  }
}

ResourceList read_list(const View& list) {
  ResourceList out;
  for (const yaml::Entry& entry : list.entries()) {
    const View value = view_of(entry);
    out.push_back({entry.key, amount_of(value), value.span(), kube::Origin::Written});
  }
  return out;
}

void fill(ResourceList& list, const ResourceList& defaults) {
  for (const ResourceAmount& one : defaults) {
    if (kube::find_resource(list, one.name) != nullptr) continue;
    list.push_back(one);
    list.back().origin = kube::Origin::Defaulted;
  }
}

/// default and defaultRequest of a LimitRange's Container item, completed as the API server does: a
/// missing default is the max, a missing defaultRequest the default, else the min.
kube::Resources defaults_of(const View& item) {
  kube::Resources defaults;
  defaults.limits = read_list(item["default"]);
  defaults.requests = read_list(item["defaultRequest"]);
  fill(defaults.limits, read_list(item["max"]));
  fill(defaults.requests, defaults.limits);
  fill(defaults.requests, read_list(item["min"]));
  return defaults;
}

void add_to(ResourceList& sums, const ResourceList& list) {
  for (const ResourceAmount& one : list) {
    bool found = false;
    for (ResourceAmount& sum : sums) {
      if (sum.name != one.name) continue;
      sum.amount += one.amount;
      found = true;
    }
    if (!found) sums.push_back(one);
  }
}

void raise_to(ResourceList& sums, const ResourceList& list) {
  for (const ResourceAmount& one : list) {
    bool found = false;
    for (ResourceAmount& sum : sums) {
      if (sum.name != one.name) continue;
      if (one.amount > sum.amount) sum.amount = one.amount;
      found = true;
    }
    if (!found) sums.push_back(one);
  }
}

bool is_pod_level(std::string_view name) { return name == "cpu" || name == "memory" || name.starts_with("hugepages-"); }

}  // namespace

std::string PodSource::name() const {
  const std::string base(owner->name);
  if (bare())
    return !base.empty() ? base : owner->generate_name.empty() ? "Unknown" : std::string(owner->generate_name);
  if (workload != WorkloadKind::StatefulSet) return base + "-";
  const View root(owner->root, owner->name_span);
  return base + "-" + std::to_string(root["spec"]["ordinals"]["start"].integer());
}

PodSource pod_source(const kube::Object& object, const world::World& world) {
  PodSource source;
  source.owner = &object;
  for (const KindPath& known : kWorkloads) {
    if (!object.is(known.group, known.kind)) continue;
    source.workload = known.workload;
    const View pod_template = template_of(View(object.root, object.name_span), known.workload);
    source.spec = pod_template["spec"];
    source.metadata = pod_template["metadata"];
    source.ns = world.namespace_of(object);
  }
  return source;
}

bool comes_before(const kube::Object& a, const kube::Object& b) {
  if (a.context_only != b.context_only) return a.context_only;
  return std::tuple(a.file, a.document, a.item) < std::tuple(b.file, b.document, b.item);
}

bool in_time_for(const kube::Object& thing, const PodSource& pod) {
  if (!pod.bare() || thing.context_only || thing.file != pod.owner->file) return true;
  return comes_before(thing, *pod.owner);
}

std::vector<const kube::Object*> constraints_on(std::string_view kind, const PodSource& pod,
                                                const world::World& world) {
  std::vector<const kube::Object*> objects = world.all(kind, pod.ns);
  std::erase_if(objects, [&](const kube::Object* object) {
    return !object->context_only && object->file == pod.owner->file && !comes_before(*object, *pod.owner);
  });
  return objects;
}

kube::Quantity amount_in(const ResourceList& list, std::string_view name) {
  const ResourceAmount* found = kube::find_resource(list, name);
  return found == nullptr ? Quantity{} : found->amount;
}

EffectivePod effective_pod(const PodSource& pod, std::span<const kube::Object* const> limit_ranges) {
  EffectivePod out;
  out.spec = pod.spec;
  std::vector<kube::Resources> defaults;
  for (const kube::Object* range : limit_ranges) {
    const View limits = View(range->root, range->name_span)["spec"]["limits"];
    for (const yaml::Node& node : limits.items()) {
      const View item = view_of(node, limits);
      if (item["type"].str() == "Container") defaults.push_back(defaults_of(item));
    }
  }
  for (const std::string_view list : {"containers", "initContainers"}) {
    const View containers = pod.spec[list];
    std::size_t index = 0;
    for (const yaml::Node& node : containers.items()) {
      EffectiveContainer container;
      container.container = view_of(node, containers);
      container.name = container.container["name"].str();
      container.init = list == "initContainers";
      container.sidecar = container.init && container.container["restartPolicy"].str() == "Always";
      container.index = index++;
      const View resources = container.container["resources"];
      container.resources.span = resources.span();
      container.resources.limits = read_list(resources["limits"]);
      container.resources.requests = read_list(resources["requests"]);
      fill(container.resources.requests, container.resources.limits);
      for (const kube::Resources& one : defaults) {
        fill(container.resources.limits, one.limits);
        fill(container.resources.requests, one.requests);
      }
      out.containers.push_back(std::move(container));
    }
  }
  out.overhead = read_list(pod.spec["overhead"]);
  const View pod_level = pod.spec["resources"];
  out.pod_level.limits = read_list(pod_level["limits"]);
  out.pod_level.requests = read_list(pod_level["requests"]);
  out.has_pod_level = !out.pod_level.limits.empty() || !out.pod_level.requests.empty();
  if (!out.pod_level.limits.empty()) fill(out.pod_level.requests, out.pod_level.limits);
  return out;
}

ResourceList EffectivePod::total(bool limits, bool with_overhead) const {
  const auto list_of = [&](const EffectiveContainer& container) -> const ResourceList& {
    return limits ? container.resources.limits : container.resources.requests;
  };
  ResourceList sums, sidecars, while_starting;
  for (const EffectiveContainer& container : containers) {
    if (!container.init) add_to(sums, list_of(container));
  }
  for (const EffectiveContainer& container : containers) {
    if (!container.init) continue;
    ResourceList running = sidecars;
    add_to(running, list_of(container));
    if (container.sidecar) {
      add_to(sums, list_of(container));
      sidecars = running;
    }
    raise_to(while_starting, running);
  }
  raise_to(sums, while_starting);
  for (const ResourceAmount& one : limits ? pod_level.limits : pod_level.requests) {
    if (!is_pod_level(one.name)) continue;
    std::erase_if(sums, [&](const ResourceAmount& sum) { return sum.name == one.name; });
    sums.push_back(one);
  }
  if (!with_overhead) return sums;
  for (const ResourceAmount& one : overhead) {
    // A limit is only raised by the overhead where there is one.
    if (limits && kube::find_resource(sums, one.name) == nullptr) continue;
    add_to(sums, {one});
  }
  return sums;
}

void validate_filled_limits(const EffectivePod& pod, const Path& spec_path, Errors& errors) {
  for (const EffectiveContainer& container : pod.containers) {
    for (const ResourceAmount& request : container.resources.requests) {
      const ResourceAmount* limit = kube::find_resource(container.resources.limits, request.name);
      if (limit == nullptr || request.amount <= limit->amount) continue;
      if (limit->origin == kube::Origin::Written && request.origin == kube::Origin::Written) continue;  // found already
      const Path list = spec_path.child(container.init ? "initContainers" : "containers");
      const Path item = list.index(container.index);
      const SourceSpan span = request.origin == kube::Origin::Written  ? request.span
                              : limit->origin == kube::Origin::Written ? limit->span
                                                                       : container.resources.span;
      errors.add(ErrorType::Invalid, item.child("resources.requests"), span,
                 "Invalid value: " + go_quote(request.amount.canonical()) + ": must be less than or equal to " +
                     std::string(request.name) + " limit of " + limit->amount.canonical());
    }
  }
}

}  // namespace podseer::admission
