// SPDX-License-Identifier: Apache-2.0
// A pod's request, resource by resource (component-helpers/resource/helpers.go, v0.34.4):
//   S   = containers + sidecars (init containers with restartPolicy Always)
//   I_i = init container i + the sidecars declared before it
//   R   = max(S, every I_i); then a pod-level request replaces R; then the overhead is added.
// Worked example: an init container that asks for 4 CPUs before an app of 100m makes a pod of 4 CPUs,
// which no node of 2 CPUs can take, although the app alone would fit.
#include "lifecycle/requests.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>

namespace podseer::lifecycle {

namespace {

using kube::Quantity;
using kube::ResourceAmount;

// The sum of several requests, with the one that weighs most.
struct Sum {
  Quantity total;
  Quantity biggest;
  SourceSpan span;
  const kube::Container* container = nullptr;
  Demand::List list = Demand::List::Requests;
  bool any = false;

  void add(const ResourceAmount& one, const kube::Container* whose, Demand::List from) {
    if (!any || one.amount > biggest) {
      biggest = one.amount;
      span = one.span;
      container = whose;
      list = from;
    }
    any = true;
    total += one.amount;
  }
};

/// A request that is not written was copied from the limit.
Demand::List list_of(const ResourceAmount& request) {
  return request.origin == kube::Origin::Defaulted ? Demand::List::Limits : Demand::List::Requests;
}

std::vector<std::string_view> resources_named(const kube::PodSpec& spec) {
  std::vector<std::string_view> names;
  const auto take = [&names](const kube::ResourceList& list) {
    for (const ResourceAmount& one : list) {
      if (std::find(names.begin(), names.end(), one.name) == names.end()) names.push_back(one.name);
    }
  };
  for (const kube::Container& container : spec.containers) take(container.resources.requests);
  for (const kube::Container& container : spec.init_containers) take(container.resources.requests);
  take(spec.resources.requests);
  take(spec.resources.limits);
  take(spec.rare->overhead);
  return names;
}

// Resources that spec.resources may name (PodLevelResources, beta and on in 1.34).
bool pod_level(std::string_view resource) {
  return resource == "cpu" || resource == "memory" || resource.starts_with("hugepages-");
}

Sum sum_of_containers(const kube::PodSpec& spec, std::string_view resource, bool& any) {
  Sum running;   // containers and sidecars at the same time
  Sum sidecars;  // those declared so far
  Sum biggest_init;
  for (const kube::Container& container : spec.init_containers) {
    const ResourceAmount* request = kube::find_resource(container.resources.requests, resource);
    if (request != nullptr) any = true;
    Sum during = sidecars;
    if (request != nullptr) during.add(*request, &container, list_of(*request));
    if (container.sidecar()) sidecars = during;
    if (during.total > biggest_init.total) biggest_init = during;
  }
  running = sidecars;
  for (const kube::Container& container : spec.containers) {
    const ResourceAmount* request = kube::find_resource(container.resources.requests, resource);
    if (request == nullptr) continue;
    any = true;
    running.add(*request, &container, list_of(*request));
  }
  return biggest_init.total > running.total ? biggest_init : running;
}

Demand demand_of(const kube::PodSpec& spec, std::string_view resource) {
  bool any = false;
  Sum sum = sum_of_containers(spec, resource, any);
  if (pod_level(resource)) {
    const ResourceAmount* request = kube::find_resource(spec.resources.requests, resource);
    // Missing pod-level requests come from the containers, else from the pod-level limit.
    if (request == nullptr && !any) request = kube::find_resource(spec.resources.limits, resource);
    if (request != nullptr) {
      sum = {};
      sum.add(*request, nullptr, list_of(*request));
    }
  }
  if (const ResourceAmount* overhead = kube::find_resource(spec.rare->overhead, resource)) {
    sum.add(*overhead, nullptr, Demand::List::Overhead);
  }
  return {resource, scheduler_units(resource, sum.total), sum.span, sum.container, sum.list};
}

}  // namespace

std::string Demand::field_path() const {
  if (list == List::RuntimeClass) return "runtimeClassName";
  std::string path;
  if (list == List::Overhead) {
    path = "overhead";
  } else {
    if (container != nullptr)
      path = (container->init ? "initContainers[" : "containers[") + std::to_string(container->index) + "].";
    path += list == List::Limits ? "resources.limits" : "resources.requests";
  }
  return path.append("[").append(resource).append("]");
}

std::vector<Demand> requests_of(const kube::PodSpec& spec) {
  std::vector<Demand> out;
  for (const std::string_view resource : resources_named(spec)) out.push_back(demand_of(spec, resource));
  return out;
}

std::int64_t amount_of(const std::vector<Demand>& demands, std::string_view resource) {
  for (const Demand& demand : demands) {
    if (demand.resource == resource) return demand.amount;
  }
  return 0;
}

std::int64_t scheduler_units(std::string_view resource, const kube::Quantity& amount) {
  return resource == "cpu" ? amount.milli() : amount.units();
}

std::string print_amount(std::string_view resource, std::int64_t amount) {
  if (resource == "cpu") {
    if (amount % 1000 == 0) return std::to_string(amount / 1000);
    return std::to_string(amount) + "m";
  }
  const bool bytes = resource == "memory" || resource == "ephemeral-storage" || resource.starts_with("hugepages-");
  if (!bytes || amount < 1024) return std::to_string(amount);
  constexpr std::array<const char*, 5> kUnits = {"Ki", "Mi", "Gi", "Ti", "Pi"};
  double value = static_cast<double>(amount);
  std::size_t unit = 0;
  value /= 1024;
  while (value >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  char text[48];
  const bool whole = value == static_cast<double>(static_cast<std::int64_t>(value));
  std::snprintf(text, sizeof text, whole ? "%.0f%s" : "%.1f%s", value, kUnits[unit]);
  return text;
}

}  // namespace podseer::lifecycle
