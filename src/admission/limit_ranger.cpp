// SPDX-License-Identifier: Apache-2.0
// LimitRanger (API server 1.34, plugin/pkg/admission/limitranger): min, max and ratio of
// containers, of the whole pod, and of claims. Defaults are filled in before (effective_pod).
// Several complaints are printed as a list. Worked example: `maximum memory usage per Container is
// 256Mi, but limit is 1Gi`.
#include <cstdio>

#include "admission/effective_pod.hpp"

namespace podseer::admission {
namespace {

using kube::Quantity;
using kube::ResourceAmount;
using kube::ResourceList;

/// Collects the plugin's sentences; the first one's place is the objection's.
class Complaints {
 public:
  void add(std::string text, const std::string& field, SourceSpan span) {
    for (const std::string& known : texts_) {
      if (known == text) return;
    }
    if (texts_.empty()) {
      objection_.field = field;
      objection_.span = span;
    }
    texts_.push_back(std::move(text));
  }
  Objection done() {
    if (texts_.size() == 1) objection_.text = texts_.front();
    if (texts_.size() > 1) {
      for (const std::string& text : texts_) objection_.text += (objection_.text.empty() ? "[" : ", ") + text;
      objection_.text += "]";
    }
    return objection_;
  }

 private:
  std::vector<std::string> texts_;
  Objection objection_;
};

/// What is measured: a container, the pod, a claim.
struct Measured {
  std::string_view type;
  const ResourceList& requests;
  const ResourceList& limits;
  std::string field;
  SourceSpan span;
  bool requests_only = false;  // claims have no limits
};

std::string subject(std::string_view bound, std::string_view resource, const Measured& measured,
                    const Quantity& enforced) {
  return std::string(bound) + " " + std::string(resource) + " usage per " + std::string(measured.type) + " is " +
         enforced.canonical();
}

void check_min(const ResourceAmount& bound, const Measured& measured, Complaints& out) {
  const ResourceAmount* request = kube::find_resource(measured.requests, bound.name);
  const ResourceAmount* limit = kube::find_resource(measured.limits, bound.name);
  const std::string start = subject("minimum", bound.name, measured, bound.amount);
  if (request == nullptr) {
    out.add(start + ".  No request is specified", measured.field, measured.span);
  } else if (request->amount < bound.amount) {
    out.add(start + ", but request is " + request->amount.canonical(), measured.field, request->span);
  } else if (limit != nullptr && limit->amount < bound.amount) {
    out.add(start + ", but limit is " + limit->amount.canonical(), measured.field, limit->span);
  }
}

void check_max(const ResourceAmount& bound, const Measured& measured, Complaints& out) {
  const ResourceAmount* request = kube::find_resource(measured.requests, bound.name);
  const ResourceAmount* limit = kube::find_resource(measured.limits, bound.name);
  const std::string start = subject("maximum", bound.name, measured, bound.amount);
  if (measured.requests_only && request == nullptr) {
    out.add(start + ".  No request is specified", measured.field, measured.span);
  } else if (!measured.requests_only && limit == nullptr) {
    out.add(start + ".  No limit is specified", measured.field, measured.span);
  } else if (!measured.requests_only && limit->amount > bound.amount) {
    out.add(start + ", but limit is " + limit->amount.canonical(), measured.field, limit->span);
  } else if (request != nullptr && request->amount > bound.amount) {
    out.add(start + ", but request is " + request->amount.canonical(), measured.field, request->span);
  }
}

void check_ratio(const ResourceAmount& bound, const Measured& measured, Complaints& out) {
  const ResourceAmount* request = kube::find_resource(measured.requests, bound.name);
  const ResourceAmount* limit = kube::find_resource(measured.limits, bound.name);
  const std::string start = std::string(bound.name) + " max limit to request ratio per " + std::string(measured.type) +
                            " is " + bound.amount.canonical();
  if (request == nullptr || request->amount.is_zero()) {
    out.add(start + ", but no request is specified or request is 0", measured.field, measured.span);
    return;
  }
  if (limit == nullptr || limit->amount.is_zero()) {
    out.add(start + ", but no limit is specified or limit is 0", measured.field, measured.span);
    return;
  }
  const double ratio = static_cast<double>(limit->amount.milli()) / static_cast<double>(request->amount.milli());
  if (ratio * 1000 <= static_cast<double>(bound.amount.milli())) return;
  char shown[64];
  std::snprintf(shown, sizeof shown, "%f", ratio);
  out.add(start + ", but provided ratio is " + shown, measured.field, limit->span);
}

template <typename Check>
void for_each_bound(const View& bounds, Check&& check) {
  for (const yaml::Entry& entry : bounds.entries()) {
    check(ResourceAmount{entry.key, amount_of(view_of(entry)), entry.key_span, kube::Origin::Written});
  }
}

void measure(const View& item, const Measured& measured, Complaints& out) {
  for_each_bound(item["min"], [&](const ResourceAmount& bound) { check_min(bound, measured, out); });
  for_each_bound(item["max"], [&](const ResourceAmount& bound) { check_max(bound, measured, out); });
  if (measured.requests_only) return;
  for_each_bound(item["maxLimitRequestRatio"], [&](const ResourceAmount& bound) { check_ratio(bound, measured, out); });
}

template <typename Visit>
void for_each_item(const kube::Object& range, std::string_view type, Visit&& visit) {
  const View limits = View(range.root, range.name_span)["spec"]["limits"];
  for (const yaml::Node& node : limits.items()) {
    const View item = view_of(node, limits);
    if (item["type"].str() == type) visit(item);
  }
}

}  // namespace

Objection check_limit_ranges(const EffectivePod& pod, std::span<const kube::Object* const> limit_ranges) {
  for (const kube::Object* range : limit_ranges) {
    Complaints out;
    for_each_item(*range, "Container", [&](const View& item) {
      for (const EffectiveContainer& container : pod.containers) {
        const std::string field = std::string(container.init ? "initContainers[" : "containers[") +
                                  std::to_string(container.index) + "].resources";
        measure(
            item,
            {"Container", container.resources.requests, container.resources.limits, field, container.resources.span},
            out);
      }
    });
    for_each_item(*range, "Pod", [&](const View& item) {
      const ResourceList requests = pod.total(false, false);
      const ResourceList limits = pod.total(true, false);
      measure(item, {"Pod", requests, limits, "containers", pod.spec["containers"].span()}, out);
    });
    Objection objection = out.done();
    if (objection.exists()) return objection;
  }
  return {};
}

Objection check_claim_limits(const View& claim, std::span<const kube::Object* const> limit_ranges) {
  const View resources = claim["spec"]["resources"];
  ResourceList requests;
  const View written = resources["requests"];
  for (const yaml::Entry& entry : written.entries()) {
    requests.push_back({entry.key, amount_of(view_of(entry)), view_of(entry).span(), kube::Origin::Written});
  }
  const ResourceList none;
  for (const kube::Object* range : limit_ranges) {
    Complaints out;
    for_each_item(*range, "PersistentVolumeClaim", [&](const View& item) {
      measure(item, {"PersistentVolumeClaim", requests, none, "spec.resources.requests", resources.span(), true}, out);
    });
    Objection objection = out.done();
    if (objection.exists()) return objection;
  }
  return {};
}

}  // namespace podseer::admission
