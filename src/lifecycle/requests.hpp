// SPDX-License-Identifier: Apache-2.0
// What a pod asks of a node, as the scheduler adds it up.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kube/pod.hpp"

namespace podseer::lifecycle {

using source::SourceSpan;

/// One resource of a pod's request. cpu counts in thousandths of a core, everything else in whole
/// units (bytes, devices), fractions rounded up.
struct Demand {
  std::string_view resource;
  std::int64_t amount = 0;
  SourceSpan span;                             // the request that weighs most
  const kube::Container* container = nullptr;  // whose request that is; null: the pod's own
  enum class List : std::uint8_t { Requests, Limits, Overhead, RuntimeClass };
  List list = List::Requests;
  /// Below the pod's spec: "containers[0].resources.requests[cpu]".
  [[nodiscard]] std::string field_path() const;
};

/// The request of the whole pod, one entry a resource, in order of first mention; zeroes are kept.
/// Reads the spec as it stands: what LimitRange and RuntimeClass add must already be in it.
[[nodiscard]] std::vector<Demand> requests_of(const kube::PodSpec& spec);

/// The amount under `resource`, or 0.
[[nodiscard]] std::int64_t amount_of(const std::vector<Demand>& demands, std::string_view resource);

/// A quantity in the scheduler's unit for that resource.
[[nodiscard]] std::int64_t scheduler_units(std::string_view resource, const kube::Quantity& amount);

/// The amount for people: "2 CPUs", "500m", "1.5Gi".
[[nodiscard]] std::string print_amount(std::string_view resource, std::int64_t amount);

}  // namespace podseer::lifecycle
