// SPDX-License-Identifier: Apache-2.0
// What tells the scheduler where a pod may run, as the API server 1.34 checks it: affinity,
// topology spread, tolerations, node selector. Values of preferred node affinity are not checked,
// those of the required one are. On a Pod the keys of matchLabelKeys are first merged into the
// label selector, so a key that the selector names already is refused there, and let pass in a
// template. Worked example: an affinity term without topologyKey gives three errors: required,
// empty name part, and a name part that does not match.
#include <algorithm>

#include "admission/pod_checks.hpp"

namespace podseer::admission {
namespace {

constexpr std::string_view kWhenUnsatisfiable[] = {"DoNotSchedule", "ScheduleAnyway"};
constexpr std::string_view kNodePolicies[] = {"Honor", "Ignore"};
constexpr std::string_view kTolerationOperators[] = {"Equal", "Exists"};
constexpr std::string_view kTaintEffects[] = {"NoSchedule", "PreferNoSchedule", "NoExecute"};
constexpr std::int64_t kWeightMax = 100;
constexpr std::size_t kCompared = 1000;  // items beyond it are not compared with each other

void validate_label_name(const View& name, const Path& path, Errors& errors) {
  add_complaints(kube::check_qualified_name(name.str()), path, name.span(), quoted(name), errors);
}

void validate_node_requirement(const View& requirement, const Path& path, bool check_values, Errors& errors) {
  const View op = requirement["operator"];
  const View values = requirement["values"];
  const Path values_path = path.child("values");
  if (op.str() == "In" || op.str() == "NotIn") {
    if (values.size() == 0) {
      errors.required(values_path, values, "must be specified when `operator` is 'In' or 'NotIn'");
    }
  } else if (op.str() == "Exists" || op.str() == "DoesNotExist") {
    if (values.size() > 0) {
      errors.forbidden(values_path, values, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
    }
  } else if (op.str() == "Gt" || op.str() == "Lt") {
    if (values.size() != 1) {
      errors.required(values_path, values, "must be specified single value when `operator` is 'Lt' or 'Gt'");
    }
  } else {
    invalid_text(path.child("operator"), op, "not a valid selector operator", errors);
  }
  validate_label_name(requirement["key"], path.child("key"), errors);
  if (!check_values) return;
  std::size_t i = 0;
  for (const yaml::Node& node : values.items()) {
    const View value = view_of(node, values);
    add_complaints(kube::check_label_value(value.str()), values_path.index(i++), value, errors);
  }
}

void validate_field_requirement(const View& requirement, const Path& path, Errors& errors) {
  const View op = requirement["operator"];
  const View values = requirement["values"];
  const View key = requirement["key"];
  const Path values_path = path.child("values");
  if (op.str() == "In" || op.str() == "NotIn") {
    if (values.size() != 1) {
      errors.required(values_path, values,
                      "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
    }
  } else {
    invalid_text(path.child("operator"), op, "not a valid selector operator", errors);
  }
  if (key.str() != "metadata.name") {
    invalid_text(path.child("key"), key, "not a valid field selector key", errors);
    return;
  }
  std::size_t i = 0;
  for (const yaml::Node& node : values.items()) {
    const View value = view_of(node, values);
    add_complaints(kube::check_dns_subdomain(value.str()), values_path.index(i++), value, errors);
  }
}

void validate_node_term(const View& term, const Path& path, bool check_values, Errors& errors) {
  const View expressions = term["matchExpressions"];
  const Path expressions_path = path.child("matchExpressions");
  std::size_t i = 0;
  for (const yaml::Node& node : expressions.items()) {
    const Path at = expressions_path.index(i++);
    validate_node_requirement(view_of(node, expressions), at, check_values, errors);
  }
  const View fields = term["matchFields"];
  const Path fields_path = path.child("matchFields");
  i = 0;
  for (const yaml::Node& node : fields.items()) {
    const Path at = fields_path.index(i++);
    validate_field_requirement(view_of(node, fields), at, errors);
  }
}

void validate_weight(const View& term, const Path& path, Errors& errors) {
  const View weight = term["weight"];
  if (weight.integer() < 1 || weight.integer() > kWeightMax) {
    invalid_number(path.child("weight"), weight, "must be in the range 1-100", errors);
  }
}

}  // namespace

void validate_node_selector_terms(const View& node_selector, const Path& path, Errors& errors) {
  const View terms = node_selector["nodeSelectorTerms"];
  const Path terms_path = path.child("nodeSelectorTerms");
  if (terms.size() == 0) errors.required(terms_path, terms, "must have at least one node selector term");
  std::size_t i = 0;
  for (const yaml::Node& node : terms.items()) {
    const Path at = terms_path.index(i++);
    validate_node_term(view_of(node, terms), at, true, errors);
  }
}

namespace {

void validate_node_affinity(const View& affinity, const Path& path, Errors& errors) {
  const View required = affinity["requiredDuringSchedulingIgnoredDuringExecution"];
  if (required.present()) {
    validate_node_selector_terms(required, path.child("requiredDuringSchedulingIgnoredDuringExecution"), errors);
  }
  const View preferred = affinity["preferredDuringSchedulingIgnoredDuringExecution"];
  const Path preferred_path = path.child("preferredDuringSchedulingIgnoredDuringExecution");
  std::size_t i = 0;
  for (const yaml::Node& node : preferred.items()) {
    const View term = view_of(node, preferred);
    const Path at = preferred_path.index(i++);
    validate_weight(term, at, errors);
    validate_node_term(term["preference"], at.child("preference"), false, errors);
  }
}

/// Keys of matchLabelKeys or mismatchLabelKeys themselves.
void validate_label_keys(const View& keys, const View& selector, const Path& path, Errors& errors) {
  if (keys.size() == 0) return;
  if (selector.absent()) {
    errors.forbidden(path, keys, "must not be specified when labelSelector is not set");
    return;
  }
  std::size_t i = 0;
  for (const yaml::Node& node : keys.items()) validate_label_name(view_of(node, keys), path.index(i++), errors);
}

/// How often the selector names a key: in matchLabels, in matchExpressions.
std::size_t times_selected(const View& selector, std::string_view key) {
  std::size_t times = entry_of(selector["matchLabels"], key) != nullptr ? 1 : 0;
  const View expressions = selector["matchExpressions"];
  for (const yaml::Node& node : expressions.items()) times += view_of(node, expressions)["key"].str() == key ? 1U : 0U;
  return times;
}

void validate_match_keys(const View& owner, const Path& path, bool mismatch_too, const PodFacts& pod, Errors& errors) {
  const View keys = owner["matchLabelKeys"];
  const View mismatched = mismatch_too ? owner["mismatchLabelKeys"] : View(nullptr, owner.span());
  if (keys.size() == 0 && mismatched.size() == 0) return;
  if (keys.size() > kCompared || mismatched.size() > kCompared) return;
  const View selector = owner["labelSelector"];
  const Path keys_path = path.child("matchLabelKeys");
  validate_label_keys(keys, selector, keys_path, errors);
  validate_label_keys(mismatched, selector, path.child("mismatchLabelKeys"), errors);
  const View labels = pod.context->metadata["labels"];
  std::size_t i = 0;
  for (const yaml::Node& node : keys.items()) {
    const View key = view_of(node, keys);
    std::size_t mentions = 0, last = 0, at = 0;
    for (const yaml::Node& other : keys.items()) {
      if (other.string_or("") == key.str()) {
        ++mentions;
        last = at;
      }
      ++at;
    }
    if (last == i) {  // a repeated key is reported at its last place
      // A Pod's own label was appended to the selector before, once for each mention.
      const bool merged = pod.is_pod() && selector.present() && entry_of(labels, key.str()) != nullptr;
      const std::size_t times = times_selected(selector, key.str()) + (merged ? mentions : 0U);
      for (std::size_t extra = 1; extra < times; ++extra) {
        invalid_text(path.index(i), key, "exists in both matchLabelKeys and labelSelector", errors);
      }
    }
    ++i;
  }
  i = 0;
  for (const yaml::Node& node : keys.items()) {
    const View key = view_of(node, keys);
    bool both = false;
    for (const yaml::Node& other : mismatched.items()) both = both || other.string_or("") == key.str();
    if (both) invalid_text(keys_path.index(i), key, "exists in both matchLabelKeys and mismatchLabelKeys", errors);
    ++i;
  }
}

void validate_pod_term(const View& term, const Path& path, const PodFacts& pod, Errors& errors) {
  validate_label_selector(term["labelSelector"], path.child("labelSelector"), errors);
  validate_label_selector(term["namespaceSelector"], path.child("namespaceSelector"), errors);
  const View namespaces = term["namespaces"];
  for (const yaml::Node& node : namespaces.items()) {
    const View name = view_of(node, namespaces);
    add_complaints(kube::check_dns_label(name.str()), path.child("namespace"), name, errors);
  }
  validate_match_keys(term, path, true, pod, errors);
  const View topology = term["topologyKey"];
  if (topology.str().empty()) errors.required(path.child("topologyKey"), topology, "can not be empty");
  validate_label_name(topology, path.child("topologyKey"), errors);
}

void validate_pod_affinity(const View& affinity, const Path& path, const PodFacts& pod, Errors& errors) {
  const View required = affinity["requiredDuringSchedulingIgnoredDuringExecution"];
  const Path required_path = path.child("requiredDuringSchedulingIgnoredDuringExecution");
  std::size_t i = 0;
  for (const yaml::Node& node : required.items()) {
    const Path at = required_path.index(i++);
    validate_pod_term(view_of(node, required), at, pod, errors);
  }
  const View preferred = affinity["preferredDuringSchedulingIgnoredDuringExecution"];
  const Path preferred_path = path.child("preferredDuringSchedulingIgnoredDuringExecution");
  i = 0;
  for (const yaml::Node& node : preferred.items()) {
    const View term = view_of(node, preferred);
    const Path at = preferred_path.index(i++);
    validate_weight(term, at, errors);
    validate_pod_term(term["podAffinityTerm"], at.child("podAffinityTerm"), pod, errors);
  }
}

}  // namespace

void validate_affinity(const View& affinity, const Path& path, const PodFacts& pod, Errors& errors) {
  if (affinity.absent()) return;
  validate_node_affinity(affinity["nodeAffinity"], path.child("nodeAffinity"), errors);
  validate_pod_affinity(affinity["podAffinity"], path.child("podAffinity"), pod, errors);
  validate_pod_affinity(affinity["podAntiAffinity"], path.child("podAntiAffinity"), pod, errors);
}

void validate_topology_spread(const View& constraints, const Path& path, const PodFacts& pod, Errors& errors) {
  constexpr std::string_view kPositive = "must be greater than zero";
  std::size_t i = 0;
  for (const yaml::Node& node : constraints.items()) {
    const View constraint = view_of(node, constraints);
    const Path at = path.index(i++);
    const View skew = constraint["maxSkew"];
    if (skew.integer() <= 0) invalid_number(at.child("maxSkew"), skew, kPositive, errors);
    const View topology = constraint["topologyKey"];
    if (topology.str().empty()) errors.required(at.child("topologyKey"), topology, "can not be empty");
    const View when = constraint["whenUnsatisfiable"];
    require_one_of(when, at.child("whenUnsatisfiable"), kWhenUnsatisfiable, errors);
    const auto rest = constraints.items().subspan(i);
    for (const yaml::Node& later : rest.first(std::min(rest.size(), kCompared))) {
      const View other = view_of(later, constraints);
      if (other["topologyKey"].str() != topology.str() || other["whenUnsatisfiable"].str() != when.str()) continue;
      errors.add(
          ErrorType::Duplicate, at.child("{topologyKey, whenUnsatisfiable}"), constraint.span(),
          "Duplicate value: " + go_quote("{" + std::string(topology.str()) + ", " + std::string(when.str()) + "}"));
      break;
    }
    const View domains = constraint["minDomains"];
    if (domains.present()) {
      if (domains.integer() <= 0) invalid_number(at.child("minDomains"), domains, kPositive, errors);
      if (when.str() != "DoNotSchedule") {
        invalid_number(at.child("minDomains"), domains,
                       "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not " + std::string(when.str()),
                       errors);
      }
    }
    for (const std::string_view key : {"nodeAffinityPolicy", "nodeTaintsPolicy"}) {
      const View policy = constraint[key];
      if (policy.present()) require_one_of(policy, at.child(key), kNodePolicies, errors);
    }
    validate_match_keys(constraint, at, false, pod, errors);
    validate_label_selector(constraint["labelSelector"], at.child("labelSelector"), errors);
  }
}

void validate_tolerations(const View& tolerations, const Path& path, Errors& errors) {
  std::size_t i = 0;
  for (const yaml::Node& node : tolerations.items()) {
    const View toleration = view_of(node, tolerations);
    const Path at = path.index(i++);
    const View key = toleration["key"];
    const View op = toleration["operator"];
    const View value = toleration["value"];
    const View effect = toleration["effect"];
    if (!key.str().empty()) validate_label_name(key, at.child("key"), errors);
    if (key.str().empty() && op.str() != "Exists") {
      invalid_text(at.child("operator"), op,
                   "operator must be Exists when `key` is empty, which means \"match all values "
                   "and all keys\"",
                   errors);
    }
    if (toleration["tolerationSeconds"].present() && effect.str() != "NoExecute") {
      invalid_text(at.child("effect"), effect, "effect must be 'NoExecute' when `tolerationSeconds` is set", errors);
    }
    if (op.str().empty() || op.str() == "Equal") {
      std::string joined;
      for (const std::string& complaint : kube::check_label_value(value.str())) {
        joined += (joined.empty() ? "" : ";") + complaint;
      }
      if (!joined.empty()) invalid_text(at.child("operator"), value, joined, errors);
    } else if (op.str() == "Exists") {
      if (!value.str().empty()) {
        invalid_text(at.child("operator"), value, "value must be empty when `operator` is 'Exists'", errors);
      }
    } else {
      errors.not_supported(at.child("operator"), op, kTolerationOperators);
    }
    if (!effect.str().empty()) require_one_of(effect, at.child("effect"), kTaintEffects, errors);
  }
}

void validate_node_selector(const View& selector, const Path& path, Errors& errors) {
  validate_labels(selector, path, errors);
}

}  // namespace podseer::admission
