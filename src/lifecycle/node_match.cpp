// SPDX-License-Identifier: Apache-2.0
// Node selection as the scheduler does it (component-helpers/scheduling/corev1/nodeaffinity and
// api/core/v1/toleration.go, v0.34.4). Worked example: a pod with nodeSelector disktype=ssd and two
// affinity terms may use a node that has the label AND meets one of the terms; a toleration `Equal`
// without a value does not tolerate the taint dedicated=gpu:NoSchedule.
#include "lifecycle/node_match.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <set>

namespace podseer::lifecycle {

namespace {

std::optional<std::int64_t> integer(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

constexpr std::string_view kSomeValue = "*";  // of a preset: there is a value, which is not known

bool lists(const kube::Requirement& requirement, std::string_view value) {
  return std::find(requirement.values.begin(), requirement.values.end(), value) != requirement.values.end();
}

}  // namespace

bool node_meets(const world::ClusterNode& node, const kube::Requirement& requirement) {
  const std::string* value = node.label(requirement.key);
  const bool unknown = value != nullptr && *value == kSomeValue;
  if (requirement.op == "In") return value != nullptr && (unknown || lists(requirement, *value));
  if (requirement.op == "NotIn") return value == nullptr || unknown || !lists(requirement, *value);
  if (requirement.op == "Exists") return value != nullptr;
  if (requirement.op == "DoesNotExist") return value == nullptr;
  if (requirement.op == "Gt" || requirement.op == "Lt") {
    if (value == nullptr || requirement.values.size() != 1) return false;
    const auto limit = integer(requirement.values[0]);
    if (!limit) return false;
    if (unknown) return true;
    const auto have = integer(*value);
    return have && (requirement.op == "Gt" ? *have > *limit : *have < *limit);
  }
  return false;
}

bool node_meets(const world::ClusterNode& node, const kube::NodeSelectorTerm& term) {
  if (term.match_expressions.empty() && term.match_fields.empty()) return false;
  for (const kube::Requirement& field : term.match_fields) {
    const bool named = lists(field, node.name);
    if (field.key != "metadata.name" || field.values.size() != 1) return false;
    if (field.op == "In" ? !named : field.op == "NotIn" ? named : true) return false;
  }
  return std::all_of(term.match_expressions.begin(), term.match_expressions.end(),
                     [&node](const kube::Requirement& one) { return node_meets(node, one); });
}

bool node_meets_any(const world::ClusterNode& node, const std::vector<kube::NodeSelectorTerm>& terms) {
  return std::any_of(terms.begin(), terms.end(),
                     [&node](const kube::NodeSelectorTerm& term) { return node_meets(node, term); });
}

bool node_has_labels(const world::ClusterNode& node, const kube::LabelMap& selector,
                     const kube::LabelMap::Item** missing) {
  for (const kube::LabelMap::Item& item : selector.items) {
    const std::string* value = node.label(item.key);
    if (value != nullptr && (*value == kSomeValue || *value == item.value)) continue;
    if (missing != nullptr) *missing = &item;
    return false;
  }
  return true;
}

bool node_selected(const world::ClusterNode& node, const kube::PodSpec& spec, const kube::LabelMap& selector) {
  return node_has_labels(node, selector) &&
         (!spec.required_node_affinity_present || node_meets_any(node, spec.required_node_affinity));
}

bool tolerates(const kube::Toleration& toleration, const world::Taint& taint) {
  if (!toleration.effect->empty() && *toleration.effect != taint.effect) return false;
  if (!toleration.key->empty() && *toleration.key != taint.key) return false;
  if (*toleration.op == "Exists") return true;
  if (!toleration.op->empty() && *toleration.op != "Equal") return false;
  return *toleration.value == taint.value;
}

const world::Taint* untolerated(const world::ClusterNode& node, std::span<const kube::Toleration> tolerations,
                                bool no_execute_only) {
  for (const world::Taint& taint : node.taints) {
    if (taint.effect != "NoExecute" && (no_execute_only || taint.effect != "NoSchedule")) continue;
    const bool tolerated = std::any_of(tolerations.begin(), tolerations.end(),
                                       [&taint](const kube::Toleration& one) { return tolerates(one, taint); });
    if (!tolerated) return &taint;
  }
  return nullptr;
}

std::vector<kube::Toleration> daemon_tolerations(bool host_network) {
  // pkg/controller/daemon/util/daemonset_util.go, AddOrUpdateDaemonPodTolerations, v1.34.4
  struct Row {
    std::string_view key, effect;
  };
  constexpr Row kRows[] = {
      {"node.kubernetes.io/not-ready", "NoExecute"},      {"node.kubernetes.io/unreachable", "NoExecute"},
      {"node.kubernetes.io/disk-pressure", "NoSchedule"}, {"node.kubernetes.io/memory-pressure", "NoSchedule"},
      {"node.kubernetes.io/pid-pressure", "NoSchedule"},  {"node.kubernetes.io/unschedulable", "NoSchedule"},
  };
  std::vector<kube::Toleration> out;
  const auto add = [&out](std::string_view key, std::string_view effect) {
    kube::Toleration one;
    one.key.set_default(key);
    one.op.set_default("Exists");
    one.effect.set_default(effect);
    out.push_back(one);
  };
  for (const Row& row : kRows) add(row.key, row.effect);
  if (host_network) add("node.kubernetes.io/network-unavailable", "NoSchedule");
  return out;
}

namespace {

// What a conjunction of requirements leaves of one label.
struct Allowed {
  bool must_exist = false;
  bool must_not_exist = false;
  std::optional<std::set<std::string_view>> values;  // empty optional: any value
  std::set<std::string_view> excluded;
  SourceSpan last;

  void only(const std::set<std::string_view>& wanted) {
    must_exist = true;
    if (!values) {
      values = wanted;
      return;
    }
    std::set<std::string_view> both;
    std::set_intersection(values->begin(), values->end(), wanted.begin(), wanted.end(),
                          std::inserter(both, both.begin()));
    values = std::move(both);
  }
  [[nodiscard]] bool possible() const {
    if (must_exist && must_not_exist) return false;
    if (!values) return true;
    return std::any_of(values->begin(), values->end(),
                       [this](std::string_view value) { return !excluded.contains(value); });
  }
};

using AllowedByKey = std::map<std::string_view, Allowed>;

void restrict_by(AllowedByKey& all, const kube::Requirement& requirement) {
  Allowed& allowed = all[requirement.key];
  allowed.last = requirement.span;
  if (requirement.op == "In") allowed.only({requirement.values.begin(), requirement.values.end()});
  if (requirement.op == "NotIn") allowed.excluded.insert(requirement.values.begin(), requirement.values.end());
  if (requirement.op == "Exists" || requirement.op == "Gt" || requirement.op == "Lt") allowed.must_exist = true;
  if (requirement.op == "DoesNotExist") allowed.must_not_exist = true;
}

// Values that kubelets write: GOOS and GOARCH of the platforms that Kubernetes is released for
// (kubernetes/kubernetes, hack/lib/golang.sh, v1.34) and of its unofficial ports.
bool known_platform_value(std::string_view key, std::string_view value) {
  if (key == "kubernetes.io/os" || key == "beta.kubernetes.io/os") return value == "linux" || value == "windows";
  if (key == "kubernetes.io/arch" || key == "beta.kubernetes.io/arch") {
    constexpr std::string_view kArchitectures[] = {"amd64",   "arm64", "arm",      "ppc64le", "s390x",
                                                   "riscv64", "386",   "mips64le", "loong64"};
    return std::find(std::begin(kArchitectures), std::end(kArchitectures), value) != std::end(kArchitectures);
  }
  return true;
}

}  // namespace

std::optional<Impossible> impossible_node(const kube::PodSpec& spec, const kube::LabelMap& selector) {
  AllowedByKey base;
  for (const kube::LabelMap::Item& item : selector.items) {
    base[item.key].only({item.value});
    base[item.key].last = item.value_span;
    if (!known_platform_value(item.key, item.value)) {
      return Impossible{item.value_span, "nodeSelector[" + std::string(item.key) + "]",
                        "no node's label " + std::string(item.key) + " has the value \"" + std::string(item.value) +
                            "\": kubelets write Go's names, such as linux, amd64 and arm64",
                        true};
    }
  }
  if (!spec.required_node_affinity_present) return std::nullopt;
  const std::string path = "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution";
  std::string why;
  SourceSpan at = spec.node_affinity_span;
  for (const kube::NodeSelectorTerm& term : spec.required_node_affinity) {
    if (term.match_expressions.empty() && term.match_fields.empty()) {
      if (why.empty()) why = "a term without expressions matches no node";
      continue;
    }
    AllowedByKey all = base;
    for (const kube::Requirement& one : term.match_expressions) restrict_by(all, one);
    const auto bad = std::find_if(all.begin(), all.end(), [](const auto& entry) { return !entry.second.possible(); });
    if (bad == all.end()) return std::nullopt;
    at = bad->second.last;
    why = "no value of the label " + std::string(bad->first) + " meets everything that is asked of it";
  }
  if (why.empty()) why = "no term is given, and no terms match no node";
  return Impossible{at, path, why, true};
}

}  // namespace podseer::lifecycle
