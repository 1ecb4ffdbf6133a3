// SPDX-License-Identifier: Apache-2.0
// Requests and limits, as the API server 1.34 checks them (validateResourceRequirements). On a Pod
// the limits are first copied to the requests that are absent, so a bad limit is reported for both;
// templates get no such copy. cpu and memory may be overcommitted; hugepages and extended resources
// need a limit equal to the request.
// Worked example: requests.cpu 2 over limits.cpu 1 gives
// `resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1`.
#include <algorithm>

#include "admission/pod_checks.hpp"

namespace podseer::admission {
namespace {

using kube::Quantity;

constexpr std::string_view kStandard[] = {"cpu",
                                          "memory",
                                          "ephemeral-storage",
                                          "requests.cpu",
                                          "requests.memory",
                                          "requests.ephemeral-storage",
                                          "limits.cpu",
                                          "limits.memory",
                                          "limits.ephemeral-storage",
                                          "pods",
                                          "resourcequotas",
                                          "services",
                                          "replicationcontrollers",
                                          "secrets",
                                          "configmaps",
                                          "persistentvolumeclaims",
                                          "storage",
                                          "requests.storage",
                                          "services.nodeports",
                                          "services.loadbalancers"};
constexpr std::string_view kCounted[] = {
    "pods",       "resourcequotas",         "services",           "replicationcontrollers", "secrets",
    "configmaps", "persistentvolumeclaims", "services.nodeports", "services.loadbalancers"};
constexpr std::string_view kHugePages = "hugepages-";
constexpr std::string_view kPodLevel[] = {"cpu", "hugepages-", "memory"};

bool has_slash(std::string_view name) { return name.find('/') != std::string_view::npos; }
bool is_huge_page(std::string_view name) { return name.starts_with(kHugePages); }
bool is_native(std::string_view name) {
  return !has_slash(name) || name.find("kubernetes.io/") != std::string_view::npos;
}
bool may_overcommit(std::string_view name) { return is_native(name) && !is_huge_page(name); }
bool is_extended(std::string_view name) {
  if (is_native(name) || name.starts_with("requests.")) return false;
  return kube::check_qualified_name("requests." + std::string(name)).empty();
}

enum class Level : std::uint8_t { Container, Pod };

void validate_name(std::string_view name, const View& at, const Path& path, Level level, Errors& errors) {
  if (name == "cpu" || name == "memory" || (level == Level::Container && name == "ephemeral-storage")) return;
  const auto refuse = [&](std::string_view detail) { errors.invalid(path, at, go_quote(name), detail); };
  const kube::Complaints complaints = kube::check_qualified_name(name);
  for (const std::string& complaint : complaints) refuse(complaint);
  bool known = complaints.empty();
  if (known && !has_slash(name) && !is_one_of(name, kStandard) && !is_huge_page(name) &&
      !name.starts_with("requests.hugepages-")) {
    refuse("must be a standard resource type or fully qualified");
    known = false;
  }
  if (level == Level::Pod) {
    if (known && !is_huge_page(name)) {
      std::string message = "Unsupported value: " + go_quote(name) + ": supported values: ";
      for (const std::string_view one : kPodLevel) message += (one == "cpu" ? "" : ", ") + go_quote(one);
      errors.add(ErrorType::NotSupported, path, at.span(), std::move(message));
    }
    return;
  }
  if (!has_slash(name)) {
    if (!is_huge_page(name)) refuse("must be a standard resource for containers");
  } else if (!is_native(name) && !is_extended(name)) {
    refuse("doesn't follow extended resource name standard");
  }
}

void validate_amount(std::string_view name, const Quantity& amount, const View& at, const Path& path, Errors& errors) {
  if (amount.is_negative()) {
    errors.invalid(path, at, go_quote(amount.canonical()), "must be greater than or equal to 0");
  }
  const bool counted = (!is_native(name) && is_extended(name)) || is_one_of(name, kCounted);
  if (counted && !amount.is_integer()) { errors.invalid(path, at, go_quote(amount.canonical()), "must be an integer"); }
}

void validate_huge_page(std::string_view name, const Quantity& amount, const View& at, const Path& path,
                        Errors& errors) {
  const auto size = Quantity::parse(name.substr(kHugePages.size()));
  const bool divisible =
      size && !size->is_negative() && !size->is_zero() && size->is_integer() && amount.units() % size->units() == 0;
  if (divisible) return;
  errors.invalid(path, at, go_quote(amount.canonical()),
                 amount.canonical() + " is not positive integer multiple of " + std::string(name));
}

struct Contains {
  bool compute = false;  // cpu or memory
  bool huge_pages = false;
};

void note(std::string_view name, Contains& contains) {
  if (is_huge_page(name)) contains.huge_pages = true;
  if (name == "cpu" || name == "memory") contains.compute = true;
}

struct Lists {
  const View& limits;
  const View& requests;
  Path limits_path, requests_path;
};

/// One request, written or copied from its limit.
void validate_request(std::string_view name, const View& value, const Lists& lists, Level level, Errors& errors) {
  const Quantity amount = amount_of(value);
  const Path at = lists.requests_path.key(name);
  validate_name(name, value, at, level, errors);
  validate_amount(name, amount, value, at, errors);
  if (const yaml::Entry* limit_entry = entry_of(lists.limits, name)) {
    const Quantity limit = amount_of(view_of(*limit_entry));
    if (amount != limit && !may_overcommit(name)) {
      errors.invalid(lists.requests_path, value, go_quote(amount.canonical()),
                     "must be equal to " + std::string(name) + " limit of " + limit.canonical());
    } else if (amount > limit) {
      errors.invalid(lists.requests_path, value, go_quote(amount.canonical()),
                     "must be less than or equal to " + std::string(name) + " limit of " + limit.canonical());
    }
  } else if (!may_overcommit(name)) {
    errors.required(lists.limits_path, value, "Limit must be set for non overcommitable resources");
  }
  if (is_huge_page(name)) validate_huge_page(name, amount, value, at, errors);
}

void validate_lists(const View& resources, const View& limits, const View& requests, const Path& path, Level level,
                    bool copy_limits, Errors& errors) {
  const Lists lists{limits, requests, path.child("limits"), path.child("requests")};
  Contains contains;
  for (const yaml::Entry& entry : limits.entries()) {
    const View value = view_of(entry);
    const Path at = lists.limits_path.key(entry.key);
    const Quantity amount = amount_of(value);
    validate_name(entry.key, value, at, level, errors);
    validate_amount(entry.key, amount, value, at, errors);
    if (is_huge_page(entry.key)) validate_huge_page(entry.key, amount, value, at, errors);
    note(entry.key, contains);
  }
  for (const yaml::Entry& entry : requests.entries()) {
    validate_request(entry.key, view_of(entry), lists, level, errors);
    note(entry.key, contains);
  }
  if (copy_limits) {
    for (const yaml::Entry& entry : limits.entries()) {
      if (entry_of(requests, entry.key) == nullptr) validate_request(entry.key, view_of(entry), lists, level, errors);
    }
  }
  if (contains.huge_pages && !contains.compute) errors.forbidden(path, resources, "HugePages require cpu or memory");
}

/// resources.claims: names of spec.resourceClaims, each once (or once a request).
void validate_claim_names(const View& claims, const Path& path, const PodFacts& pod, Errors& errors) {
  constexpr std::size_t kRemembered = 1024;  // more claims than any pod has; keeps hostile lists cheap
  std::vector<std::pair<std::string_view, std::string_view>> seen;  // name, request
  std::size_t i = 0;
  for (const yaml::Node& node : claims.items()) {
    const View claim = view_of(node, claims);
    const View name = claim["name"];
    const std::string_view request = claim["request"].str();
    const Path at = path.index(i++);
    if (name.str().empty()) {
      errors.required(at, name);
      continue;
    }
    bool whole = false, same = false, part = false;
    for (const auto& [other, other_request] : seen) {
      if (other != name.str()) continue;
      whole = whole || other_request.empty();
      same = same || other_request == request;
      part = part || !other_request.empty();
    }
    std::string key(name.str());
    if (!whole && !request.empty()) {
      add_complaints(kube::check_dns_label(request), at.child("request"), claim["request"], errors);
      key += "/" + std::string(request);
    }
    if (whole || same || (request.empty() && part)) {
      errors.add(ErrorType::Duplicate, at, name.span(), "Duplicate value: " + go_quote(key));
    }
    if (!whole && seen.size() < kRemembered) seen.emplace_back(name.str(), request);
    if (pod.claims.has(name.str())) continue;
    std::string detail = ": must be one of the names in pod.spec.resourceClaims";
    if (pod.claims.empty()) {
      detail += " which is empty";
    } else {
      std::vector<std::string_view> names = pod.claims.names();
      std::sort(names.begin(), names.end());
      for (std::size_t k = 0; k < names.size(); ++k) { detail += (k == 0 ? ": " : ", ") + std::string(names[k]); }
    }
    errors.add(ErrorType::NotFound, at, name.span(), "Not found: " + quoted(name) + detail);
  }
}

// --- sums over containers (component-helpers, resource package) --------------------------------

/// Amount of `name` that the list of a container holds; requests of a Pod fall back to limits.
Quantity amount_in(const View& container, std::string_view list, std::string_view name, bool is_pod) {
  const View resources = container["resources"];
  if (const yaml::Entry* entry = entry_of(resources[list], name)) return amount_of(view_of(*entry));
  if (list == "requests" && is_pod) {
    if (const yaml::Entry* entry = entry_of(resources["limits"], name)) return amount_of(view_of(*entry));
  }
  return {};
}

/// Main containers and sidecars summed, at least what any init container needs while it runs.
Quantity aggregate(const PodFacts& pod, std::string_view list, std::string_view name) {
  Quantity sum, sidecars, largest_init;
  for (const yaml::Node& node : pod.spec["containers"].items()) {
    sum += amount_in(view_of(node, pod.spec), list, name, pod.is_pod());
  }
  for (const yaml::Node& node : pod.spec["initContainers"].items()) {
    const View container = view_of(node, pod.spec);
    const Quantity amount = amount_in(container, list, name, pod.is_pod());
    Quantity running = sidecars;
    running += amount;
    if (container["restartPolicy"].str() == "Always") {
      sum += amount;
      sidecars += amount;
    }
    if (running > largest_init) largest_init = running;
  }
  return largest_init > sum ? largest_init : sum;
}

bool some_container_has(const PodFacts& pod, std::string_view list, std::string_view name) {
  for (const std::string_view kind : {"containers", "initContainers"}) {
    for (const yaml::Node& node : pod.spec[kind].items()) {
      const View resources = view_of(node, pod.spec)["resources"];
      if (entry_of(resources[list], name) != nullptr) return true;
      if (list == "requests" && pod.is_pod() && entry_of(resources["limits"], name) != nullptr) return true;
    }
  }
  return false;
}

/// On a Pod with pod-level resources, huge pages that only containers name become pod-level limits
/// and requests of their sum (defaultHugePagePodLimits).
void validate_filled_huge_pages(const Path& path, const PodFacts& pod, Errors& errors) {
  const View resources = pod.spec["resources"];
  const View limits = resources["limits"];
  const View requests = resources["requests"];
  if (limits.size() + requests.size() == 0) return;
  const Path limits_path = path.child("limits");
  const Path requests_path = path.child("requests");
  SeenNames filled;
  for (const std::string_view list : {"containers", "initContainers"}) {
    for (const yaml::Node& node : pod.spec[list].items()) {
      const View container_limits = view_of(node, pod.spec)["resources"]["limits"];
      for (const yaml::Entry& entry : container_limits.entries()) {
        const std::string_view name = entry.key;
        if (!is_huge_page(name) || entry_of(limits, name) || entry_of(requests, name)) continue;
        if (!filled.add(name)) continue;
        const View place = view_of(entry);
        const Quantity sum = aggregate(pod, "limits", name);
        validate_huge_page(name, sum, place, limits_path.key(name), errors);
        validate_huge_page(name, sum, place, requests_path.key(name), errors);
        const Quantity asked = aggregate(pod, "requests", name);
        if (asked <= sum) continue;
        errors.invalid(requests_path.key(name), place, go_quote(sum.canonical()),
                       "must be greater than or equal to aggregate container requests of " + asked.canonical());
      }
    }
  }
}

}  // namespace

void validate_container_resource_name(std::string_view name, const View& at, const Path& path, Errors& errors) {
  validate_name(name, at, path, Level::Container, errors);
}

void validate_resources(const View& resources, const Path& path, const PodFacts& pod, Errors& errors) {
  if (resources.absent()) return;
  validate_lists(resources, resources["limits"], resources["requests"], path, Level::Container, pod.is_pod(), errors);
  validate_claim_names(resources["claims"], path.child("claims"), pod, errors);
}

void validate_overhead(const View& overhead, const Path& path, Errors& errors) {
  if (overhead.absent()) return;
  validate_lists(overhead, overhead, View(nullptr, overhead.span()), path, Level::Container, false, errors);
}

void validate_pod_resources(const Path& path, const PodFacts& pod, Errors& errors) {
  const View resources = pod.spec["resources"];
  if (resources.absent()) return;
  const Path at = path.child("resources");
  if (pod.os == "windows") {
    errors.forbidden(at, resources, "may not be set for a windows pod");
    return;
  }
  const View claims = resources["claims"];
  if (claims.present()) {
    errors.forbidden(at.child("claims"), claims, "claims may not be set for Resources at pod-level");
  }
  const View limits = resources["limits"];
  const View requests = resources["requests"];
  // A Pod's missing requests are filled from its containers, which are checked already, or its
  // limits.
  validate_lists(resources, limits, requests, at, Level::Pod, false, errors);
  if (pod.is_pod() && limits.size() > 0) {
    const Lists lists{limits, requests, at.child("limits"), at.child("requests")};
    for (const yaml::Entry& entry : limits.entries()) {
      if (entry_of(requests, entry.key) != nullptr) continue;
      const bool filled = may_overcommit(entry.key) && some_container_has(pod, "requests", entry.key);
      if (!filled) {
        if (entry.key == "cpu" || entry.key == "memory" || is_huge_page(entry.key)) {
          validate_request(entry.key, view_of(entry), lists, Level::Pod, errors);
        }
        continue;
      }
      const Quantity sum = aggregate(pod, "requests", entry.key);
      const Quantity limit = amount_of(view_of(entry));
      if (sum > limit) {
        errors.invalid(lists.requests_path, view_of(entry), go_quote(sum.canonical()),
                       "must be less than or equal to " + std::string(entry.key) + " limit of " + limit.canonical());
      }
    }
  }
  if (pod.is_pod()) validate_filled_huge_pages(at, pod, errors);
  validate_claim_names(claims, at.child("claims"), pod, errors);

  const Path requests_path = at.child("requests");
  const auto check_request = [&](std::string_view name, const View& value) {
    if (!some_container_has(pod, "requests", name)) return;
    const Quantity sum = aggregate(pod, "requests", name);
    const Quantity amount = amount_of(value);
    if (sum > amount) {
      errors.invalid(requests_path.key(name), value, go_quote(amount.canonical()),
                     "must be greater than or equal to aggregate container requests of " + sum.canonical());
    }
  };
  for (const yaml::Entry& entry : requests.entries()) check_request(entry.key, view_of(entry));
  const Path limits_path = at.child("limits");
  for (const yaml::Entry& entry : limits.entries()) {
    if (!is_huge_page(entry.key)) continue;
    const Quantity sum = aggregate(pod, "limits", entry.key);
    const Quantity amount = amount_of(view_of(entry));
    if (sum > amount) {
      errors.invalid(limits_path.key(entry.key), view_of(entry), go_quote(amount.canonical()),
                     "must be greater than or equal to aggregate container limits of " + sum.canonical());
    }
  }
  const Path containers_path = at.child("containers");
  const View containers = pod.spec["containers"];
  std::size_t i = 0;
  for (const yaml::Node& node : containers.items()) {
    const Path container_path = containers_path.index(i++);
    const View container_limits = view_of(node, containers)["resources"]["limits"];
    for (const yaml::Entry& entry : container_limits.entries()) {
      const yaml::Entry* pod_limit = entry_of(limits, entry.key);
      if (pod_limit == nullptr) continue;
      const Quantity amount = amount_of(view_of(entry));
      const Quantity limit = amount_of(view_of(*pod_limit));
      if (amount <= limit) continue;
      const Path key_path = container_path.key(entry.key);
      errors.invalid(key_path.child("limits"), view_of(entry), go_quote(amount.canonical()),
                     "must be less than or equal to pod limits of " + limit.canonical());
    }
  }
}

void validate_resource_claims(const Path& path, PodFacts& pod, Errors& errors) {
  const View claims = pod.spec["resourceClaims"];
  SeenNames names;
  std::size_t i = 0;
  for (const yaml::Node& node : claims.items()) {
    const View claim = view_of(node, claims);
    const Path at = path.index(i++);
    const View name = claim["name"];
    if (!name.str().empty()) pod.claims.add(name.str());
    if (name.str().empty()) {
      errors.required(at.child("name"), name);
    } else if (names.has(name.str())) {
      errors.duplicate(at.child("name"), name);
    } else {
      add_complaints(kube::check_dns_label(name.str()), at.child("name"), name, errors);
      names.add(name.str());
    }
    const View direct = claim["resourceClaimName"];
    const View from_template = claim["resourceClaimTemplateName"];
    if (direct.present() == from_template.present()) {
      static constexpr GoField kClaim[] = {{"name", "Name", {}, "\"\""},
                                           {"resourceClaimName", "ResourceClaimName"},
                                           {"resourceClaimTemplateName", "ResourceClaimTemplateName"}};
      errors.invalid(at, claim, printed_struct(claim, kClaim),
                     direct.present()
                         ? "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"
                         : "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`");
    }
    for (const std::string_view key : {"resourceClaimName", "resourceClaimTemplateName"}) {
      const View reference = claim[key];
      if (reference.present())
        add_complaints(kube::check_dns_subdomain(reference.str()), at.child(key), reference, errors);
    }
  }
}

}  // namespace podseer::admission
