// SPDX-License-Identifier: Apache-2.0
// Pods among pods (plugins/interpodaffinity/filtering.go and plugins/podtopologyspread/filtering.go,
// v1.34.4). Required affinity: every term's topology must already hold a pod that meets all terms,
// unless no such pod is placed anywhere and the newcomer meets them itself. Anti-affinity works both
// ways. Spread: fails where matching + self - minimum > maxSkew, the minimum over all domains that
// the node affinity allows (tainted nodes included), 0 when there are fewer than minDomains.
// Worked example: three replicas that avoid their own kind by hostname on two nodes: one stays Pending,
// `node(s) didn't match pod anti-affinity rules`.
#include "lifecycle/topology.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "lifecycle/node_match.hpp"

namespace podseer::lifecycle {

namespace {

bool replaced_on_rollout(std::string_view key) {
  // Labels whose value a controller makes up: alike for the pods of one template, and for no others.
  return key == "pod-template-hash" || key == "controller-revision-hash";
}

/// One selection of pods: selector, namespaces, and the label keys folded in at pod creation.
struct Selection {
  const kube::LabelSelector* selector = nullptr;
  std::vector<std::string_view> namespaces;  // listed, or the pod's own
  const kube::LabelSelector* namespace_selector = nullptr;
  std::vector<kube::Requirement> folded;
  bool only_own = false;  // matchLabelKeys: pod-template-hash
  bool not_own = false;   // mismatchLabelKeys: pod-template-hash
  CandidateId owner = 0;

  void append_to(std::string& key) const {
    const auto add = [&key](std::string_view text) {
      key += text;
      key += '\x1f';
    };
    for (const std::string_view ns : namespaces) add(ns);
    add("\x1e");
    const auto add_selector = [&add](const kube::LabelSelector& one) {
      for (const auto& item : one.match_labels.items) {
        add(item.key);
        add(item.value);
      }
      add("\x1e");
      for (const kube::Requirement& requirement : one.match_expressions) {
        add(requirement.key);
        add(requirement.op);
        for (const std::string_view value : requirement.values) add(value);
        add("\x1d");
      }
    };
    if (namespace_selector != nullptr) add_selector(*namespace_selector);
    add(namespace_selector == nullptr ? "own" : "selected");
    add(selector->present ? "" : "absent");
    add_selector(*selector);
    for (const kube::Requirement& one : folded) {
      add(one.key);
      add(one.op);
      for (const std::string_view value : one.values) add(value);
    }
    if (only_own || not_own) add(std::to_string(owner) + (only_own ? "=" : "!"));
  }
};

}  // namespace

/// Finds who is meant by the terms, through an index of labels.
struct Topology::Builder {
  Topology& out;
  const world::World& world;
  std::map<std::pair<std::string_view, std::string_view>, std::vector<CandidateId>> by_label;
  std::vector<CandidateId> everyone;
  std::unordered_map<std::string, std::size_t> matcher_ids;
  std::unordered_map<std::string, std::size_t> anti_ids;
  std::map<std::string_view, kube::LabelMap> namespace_labels;

  Builder(Topology& topology, const world::World& the_world) : out(topology), world(the_world) {
    for (const Candidate& candidate : out.candidates_) {
      everyone.push_back(candidate.id);
      for (const auto& item : candidate.labels.items) by_label[{item.key, item.value}].push_back(candidate.id);
    }
  }

  const kube::LabelMap& labels_of(std::string_view ns) {
    const auto at = namespace_labels.find(ns);
    if (at != namespace_labels.end()) return at->second;
    kube::LabelMap labels;
    for (const auto& [key, value] : world.namespace_labels(ns)) labels.items.push_back({key, value, {}, {}});
    return namespace_labels.emplace(ns, std::move(labels)).first->second;
  }

  bool meant(const Selection& selection, const Candidate& candidate) {
    const bool listed =
        std::find(selection.namespaces.begin(), selection.namespaces.end(), candidate.ns) != selection.namespaces.end();
    if (!listed) {
      const kube::LabelSelector* by_namespace = selection.namespace_selector;
      // The scheduler also asks the selector about a namespace without labels, so that NotIn and
      // DoesNotExist select every namespace.
      if (by_namespace == nullptr ||
          (!by_namespace->matches(labels_of(candidate.ns)) && !by_namespace->matches(kube::LabelMap{}))) {
        return false;
      }
    }
    if (selection.only_own && candidate.id != selection.owner) return false;
    if (selection.not_own && candidate.id == selection.owner) return false;
    if (!selection.selector->matches(candidate.labels)) return false;
    return std::all_of(selection.folded.begin(), selection.folded.end(),
                       [&candidate](const kube::Requirement& one) { return one.matches(candidate.labels); });
  }

  // Those whom the selector might mean: by its rarest label where it names one.
  const std::vector<CandidateId>& possible(const Selection& selection) {
    static const std::vector<CandidateId> kNobody;
    if (!selection.selector->present) return kNobody;
    const std::vector<CandidateId>* best = &everyone;
    const auto consider = [&](std::string_view key, std::string_view value) {
      const auto at = by_label.find({key, value});
      const std::vector<CandidateId>* those = at == by_label.end() ? &kNobody : &at->second;
      if (those->size() < best->size()) best = those;
    };
    for (const auto& item : selection.selector->match_labels.items) consider(item.key, item.value);
    for (const kube::Requirement& one : selection.selector->match_expressions) {
      if (one.op == "In" && one.values.size() == 1) consider(one.key, one.values[0]);
    }
    return *best;
  }

  std::size_t matcher(const std::vector<Selection>& all) {
    std::string key;
    for (const Selection& one : all) {
      one.append_to(key);
      key += '\x1c';
    }
    const auto [at, fresh] = matcher_ids.emplace(std::move(key), out.matchers_.size());
    if (!fresh) return at->second;
    Matcher made;
    for (const CandidateId id : possible(all.front())) {
      const Candidate& candidate = out.candidates_[id];
      const bool match =
          std::all_of(all.begin(), all.end(), [&](const Selection& one) { return meant(one, candidate); });
      if (!match) continue;
      made.pods.push_back(id);
      out.wishes_[id].counted_by.push_back(out.matchers_.size());
    }
    out.matchers_.push_back(std::move(made));
    return at->second;
  }

  static void fold(Selection& selection, const Candidate& candidate, const std::vector<std::string_view>& keys,
                   std::string_view op) {
    for (const std::string_view key : keys) {
      const kube::LabelMap::Item* label = candidate.labels.find(key);
      if (label == nullptr) {
        if (replaced_on_rollout(key)) (op == "In" ? selection.only_own : selection.not_own) = true;
        continue;
      }
      kube::Requirement one;
      one.key = key;
      one.op = op;
      one.values = {label->value};
      selection.folded.push_back(std::move(one));
    }
  }

  Selection selection_of(const Candidate& candidate, const kube::PodAffinityTerm& term) {
    Selection out_selection;
    out_selection.selector = &term.label_selector;
    out_selection.owner = candidate.id;
    out_selection.namespaces = term.namespaces;
    if (term.namespace_selector.present) {
      out_selection.namespace_selector = &term.namespace_selector;
    } else if (term.namespaces.empty()) {
      out_selection.namespaces = {candidate.ns};
    }
    if (term.label_selector.present) {
      fold(out_selection, candidate, term.match_label_keys, "In");
      fold(out_selection, candidate, term.mismatch_label_keys, "NotIn");
    }
    return out_selection;
  }

  std::size_t anti_term(const Candidate& candidate, const kube::PodAffinityTerm& term) {
    const std::size_t id = matcher({selection_of(candidate, term)});
    const std::string key = std::to_string(id) + "/" + std::string(*term.topology_key);
    const auto [at, fresh] = anti_ids.emplace(key, out.anti_terms_.size());
    if (fresh) {
      AntiTerm made;
      made.matcher = id;
      made.key = *term.topology_key;
      for (const CandidateId meant_pod : out.matchers_[id].pods) {
        out.wishes_[meant_pod].avoided_by.push_back(out.anti_terms_.size());
      }
      out.anti_terms_.push_back(std::move(made));
    }
    out.anti_terms_[at->second].owners.push_back(candidate.id);
    return at->second;
  }

  void read(const Candidate& candidate) {
    Wishes& wishes = out.wishes_[candidate.id];
    const kube::PodSpec& spec = candidate.pod->spec;
    if (!spec.required_pod_affinity.empty()) {
      std::vector<Selection> all;
      for (const kube::PodAffinityTerm& term : spec.required_pod_affinity) all.push_back(selection_of(candidate, term));
      wishes.has_affinity = true;
      wishes.affinity = matcher(all);
    }
    for (const kube::PodAffinityTerm& term : spec.required_pod_anti_affinity) {
      wishes.anti.push_back(anti_term(candidate, term));
    }
    for (const kube::TopologySpreadConstraint& constraint : spec.topology_spread_constraints) {
      if (*constraint.when_unsatisfiable != "DoNotSchedule") continue;
      Selection selection;
      selection.selector = &constraint.label_selector;
      selection.owner = candidate.id;
      selection.namespaces = {candidate.ns};
      if (constraint.label_selector.present) fold(selection, candidate, constraint.match_label_keys, "In");
      wishes.spread.push_back(matcher({selection}));
      wishes.constraints.push_back(&constraint);
    }
  }
};

Topology::Topology(const std::vector<Candidate>& candidates, const std::vector<NodeState>& nodes,
                   const world::World& world)
    : candidates_(candidates), nodes_(nodes), wishes_(candidates.size()) {
  const bool any = std::any_of(candidates.begin(), candidates.end(), [](const Candidate& one) {
    return !one.pod->spec.required_pod_affinity.empty() || !one.pod->spec.required_pod_anti_affinity.empty() ||
           !one.pod->spec.topology_spread_constraints.empty();
  });
  if (!any) return;
  Builder builder(*this, world);
  for (const Candidate& candidate : candidates) builder.read(candidate);
}

namespace {

using Counts = std::map<std::string_view, int>;

}  // namespace

Topology::View Topology::look(const Candidate& candidate) const {
  View view;
  view.candidate = &candidate;
  const Wishes& wishes = wishes_[candidate.id];
  const kube::PodSpec& spec = candidate.pod->spec;
  const auto count = [this](const std::unordered_map<std::size_t, int>& on, std::string_view key) {
    Counts counts;
    for (const auto& [node, pods] : on) {
      const std::string* value = nodes_[node].node->label(key);
      if (value != nullptr) counts[*value] += pods;
    }
    return counts;
  };
  if (wishes.has_affinity) {
    const Matcher& matcher = matchers_[wishes.affinity];
    view.self_matches = std::find(matcher.pods.begin(), matcher.pods.end(), candidate.id) != matcher.pods.end();
    for (const kube::PodAffinityTerm& term : spec.required_pod_affinity) {
      view.affinity.push_back(count(matcher.on, *term.topology_key));
      if (!view.affinity.back().empty()) view.affinity_anywhere = true;
    }
  }
  for (const std::size_t id : wishes.anti) {
    view.anti.push_back(count(matchers_[anti_terms_[id].matcher].on, anti_terms_[id].key));
  }
  for (const std::size_t id : wishes.avoided_by)
    view.existing.push_back(count(anti_terms_[id].on, anti_terms_[id].key));
  for (std::size_t i = 0; i < wishes.spread.size(); ++i) {
    const kube::TopologySpreadConstraint& constraint = *wishes.constraints[i];
    const Matcher& matcher = matchers_[wishes.spread[i]];
    const bool counted = constraint.label_selector.present && !constraint.label_selector.is_empty();
    Counts counts;
    for (std::size_t n = 0; n < nodes_.size(); ++n) {
      const world::ClusterNode& node = *nodes_[n].node;
      const bool labelled = std::all_of(
          wishes.constraints.begin(), wishes.constraints.end(),
          [&node](const kube::TopologySpreadConstraint* one) { return node.label(*one->topology_key) != nullptr; });
      if (!labelled) continue;
      if (*constraint.node_affinity_policy != "Ignore" && !node_selected(node, spec, candidate.node_selector)) continue;
      if (*constraint.node_taints_policy == "Honor" && untolerated(node, candidate.tolerations) != nullptr) continue;
      int& pods = counts[*node.label(*constraint.topology_key)];
      const auto here = matcher.on.find(n);
      if (counted && here != matcher.on.end()) pods += here->second;
    }
    int minimum = std::numeric_limits<int>::max();
    for (const auto& [value, pods] : counts) minimum = std::min(minimum, pods);
    const std::int64_t domains = constraint.min_domains.set() ? *constraint.min_domains : 1;
    if (static_cast<std::int64_t>(counts.size()) < domains) minimum = 0;
    view.spread.push_back(std::move(counts));
    view.spread_minimum.push_back(minimum);
  }
  return view;
}

Topology::Verdict Topology::verdict(const View& view, std::size_t index) const {
  const world::ClusterNode& node = *nodes_[index].node;
  const kube::PodSpec& spec = view.candidate->pod->spec;
  const Wishes& wishes = wishes_[view.candidate->id];
  bool all_here = true;
  for (std::size_t i = 0; i < view.affinity.size(); ++i) {
    const std::string* value = node.label(*spec.required_pod_affinity[i].topology_key);
    if (value == nullptr) return Verdict::Affinity;
    if (!view.affinity[i].contains(*value)) all_here = false;
  }
  if (!all_here && (view.affinity_anywhere || !view.self_matches)) return Verdict::Affinity;
  for (std::size_t i = 0; i < view.anti.size(); ++i) {
    const std::string* value = node.label(anti_terms_[wishes.anti[i]].key);
    if (value != nullptr && view.anti[i].contains(*value)) return Verdict::AntiAffinity;
  }
  for (std::size_t i = 0; i < view.existing.size(); ++i) {
    const std::string* value = node.label(anti_terms_[wishes.avoided_by[i]].key);
    if (value != nullptr && view.existing[i].contains(*value)) return Verdict::ExistingAntiAffinity;
  }
  return Verdict::Fits;
}

Topology::Spread Topology::spread(const View& view, std::size_t index, std::size_t* which) const {
  const world::ClusterNode& node = *nodes_[index].node;
  const Wishes& wishes = wishes_[view.candidate->id];
  for (std::size_t i = 0; i < view.spread.size(); ++i) {
    if (which != nullptr) *which = i;
    const kube::TopologySpreadConstraint& constraint = *wishes.constraints[i];
    const std::string* value = node.label(*constraint.topology_key);
    if (value == nullptr) return Spread::NoLabel;
    const bool self = constraint.label_selector.matches(view.candidate->labels);
    const auto here = view.spread[i].find(*value);
    const std::int64_t matching = here == view.spread[i].end() ? 0 : here->second;
    if (matching + (self ? 1 : 0) - view.spread_minimum[i] > *constraint.max_skew) return Spread::Skewed;
  }
  return Spread::Fits;
}

void Topology::placed(const Candidate& candidate, std::size_t node) {
  const Wishes& wishes = wishes_[candidate.id];
  for (const std::size_t id : wishes.counted_by) ++matchers_[id].on[node];
  for (const std::size_t id : wishes.anti) ++anti_terms_[id].on[node];
}

namespace {
const std::vector<CandidateId> kNone;
}  // namespace

const std::vector<CandidateId>& Topology::affinity_targets(const Candidate& candidate) const {
  const Wishes& wishes = wishes_[candidate.id];
  return wishes.has_affinity ? matchers_[wishes.affinity].pods : kNone;
}

const std::vector<CandidateId>& Topology::avoided(const Candidate& candidate, std::size_t term) const {
  const Wishes& wishes = wishes_[candidate.id];
  return term < wishes.anti.size() ? matchers_[anti_terms_[wishes.anti[term]].matcher].pods : kNone;
}

std::vector<CandidateId> Topology::avoided_by(const Candidate& candidate) const {
  std::vector<CandidateId> out;
  for (const std::size_t id : wishes_[candidate.id].avoided_by) {
    out.insert(out.end(), anti_terms_[id].owners.begin(), anti_terms_[id].owners.end());
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace podseer::lifecycle
