// SPDX-License-Identifier: Apache-2.0
// Words for rules between pods: which term, which domain, which other workload. Example: two replicas
// that avoid each other by hostname on one node: "its replicas refuse each other's company within one
// kubernetes.io/hostname, and there is 1 of those".
#include "lifecycle/placement_writers.hpp"

#include <algorithm>
#include <set>

namespace podseer::lifecycle {

namespace {

using Cause = PlacementProblem::Cause;

std::string selector_text(const kube::LabelSelector& selector) {
  std::string out;
  for (const auto& item : selector.match_labels.items) {
    out += (out.empty() ? "" : ", ") + std::string(item.key) + "=" + std::string(item.value);
  }
  for (const kube::Requirement& one : selector.match_expressions) {
    out += (out.empty() ? "" : ", ") + std::string(one.key) + " " + std::string(one.op);
    for (std::size_t i = 0; i < one.values.size(); ++i) out += (i == 0 ? " " : "|") + std::string(one.values[i]);
  }
  return out.empty() ? "anything" : out;
}

SourceSpan term_place(const kube::PodAffinityTerm& term) {
  if (!term.label_selector.match_labels.items.empty()) return term.label_selector.match_labels.items.front().value_span;
  return term.label_selector.present ? term.label_selector.span : term.span;
}

}  // namespace

PlacementProblem spread_problem(const Scene& scene, const Attempt& attempt) {
  const Candidate& candidate = *attempt.candidate;
  std::vector<std::size_t> numbers;  // of the DoNotSchedule constraints in the list
  const auto& all = candidate.pod->spec.topology_spread_constraints;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (*all[i].when_unsatisfiable == "DoNotSchedule") numbers.push_back(i);
  }
  std::size_t which = 0;
  Topology::Spread verdict = Topology::Spread::Fits;
  for (std::size_t n = 0; n < scene.nodes.size() && verdict == Topology::Spread::Fits; ++n) {
    if (use_for(attempt, n)) verdict = scene.topology.spread(attempt.view, n, &which);
  }
  if (numbers.empty()) return problem_of(candidate, Cause::TopologySpread, owner_place(candidate), "");
  const std::size_t number = numbers[std::min(which, numbers.size() - 1)];
  const kube::TopologySpreadConstraint& constraint = all[number];
  const std::string path = "topologySpreadConstraints[" + std::to_string(number) + "]";
  const std::string key(*constraint.topology_key);
  if (verdict == Topology::Spread::NoLabel) {
    PlacementProblem out =
        problem_of(candidate, Cause::TopologySpread, constraint.topology_key.span, path + ".topologyKey");
    out.subject = key;
    out.explanation = "no node has the label " + key + ", so no node belongs to any domain of this constraint";
    return out;
  }
  PlacementProblem out =
      problem_of(candidate, Cause::TopologySpread,
                 constraint.min_domains.written() ? constraint.min_domains.span : constraint.max_skew.span,
                 path + (constraint.min_domains.written() ? ".minDomains" : ".maxSkew"));
  out.subject = key;
  std::set<std::string> domains;
  for (const NodeState& state : scene.nodes) {
    if (const std::string* value = state.node->label(key)) domains.insert(*value);
  }
  out.explanation = "one more pod would exceed maxSkew " + std::to_string(*constraint.max_skew) + " over " +
                    std::to_string(domains.size()) + (domains.size() == 1 ? " domain" : " domains") + " of " + key;
  if (constraint.min_domains.set() && *constraint.min_domains > static_cast<std::int64_t>(domains.size())) {
    out.explanation += ": with fewer than minDomains " + std::to_string(*constraint.min_domains) +
                       " domains, each takes at most maxSkew pods";
  }
  return out;
}

PlacementProblem affinity_problem(const Scene& scene, const Attempt& attempt) {
  const Candidate& candidate = *attempt.candidate;
  const auto& terms = candidate.pod->spec.required_pod_affinity;
  const std::string path = "affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution";
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const bool labelled = std::any_of(scene.nodes.begin(), scene.nodes.end(), [&](const NodeState& state) {
      return state.node->label(*terms[i].topology_key) != nullptr;
    });
    if (labelled) continue;
    PlacementProblem out = problem_of(candidate, Cause::PodAffinity, terms[i].topology_key.span,
                                      path + "[" + std::to_string(i) + "].topologyKey");
    out.subject = *terms[i].topology_key;
    out.explanation = "no node has the label " + out.subject + " that the affinity is counted by";
    return out;
  }
  PlacementProblem out =
      problem_of(candidate, Cause::PodAffinity, terms.empty() ? owner_place(candidate) : term_place(terms[0]),
                 path + "[0].labelSelector");
  if (terms.empty()) return out;
  out.subject = selector_text(terms[0].label_selector);
  const std::vector<CandidateId>& targets = scene.topology.affinity_targets(candidate);
  if (targets.empty()) {
    out.explanation = "the pod must be placed beside a pod with " + out.subject +
                      ", and there is none in the namespaces that it looks at";
    out.certainty = scene.world.assumptions().closed ? out.certainty : Certainty::Likely;
    // The labels exist, only elsewhere: the usual mistake.
    for (std::size_t i = 0; i < scene.candidates.size() && i < kMostLookedAt; ++i) {
      const Candidate& other = scene.candidates[i];
      if (other.ns == candidate.ns || !terms[0].label_selector.matches(other.labels)) continue;
      out.related.emplace_back(owner_place(other),
                               name_of_owner(other) + " has these labels, in namespace " + std::string(other.ns));
      break;
    }
  } else {
    const Candidate& target = scene.candidates[targets.front()];
    out.explanation = "the pod must be placed beside a pod with " + out.subject +
                      ", and no such pod has found a node that it may use";
    if (target.id != candidate.id) {
      out.related.emplace_back(owner_place(target), name_of_owner(target) + " has these labels");
    }
  }
  return out;
}

PlacementProblem anti_affinity_problem(const Scene& scene, const Attempt& attempt, Topology::Verdict verdict) {
  const Candidate& candidate = *attempt.candidate;
  if (verdict == Topology::Verdict::ExistingAntiAffinity) {
    PlacementProblem out = problem_of(candidate, Cause::PodAntiAffinity, owner_place(candidate), "");
    const std::vector<CandidateId> avoiders = scene.topology.avoided_by(candidate);
    out.explanation = "pods that are placed already refuse this one's company by their anti-affinity";
    if (!avoiders.empty()) {
      const Candidate& other = scene.candidates[avoiders.front()];
      const auto& theirs = other.pod->spec.required_pod_anti_affinity;
      out.subject = name_of_owner(other);
      out.explanation = out.subject + " refuses the company of pods with these labels";
      out.related.emplace_back(theirs.empty() ? owner_place(other) : term_place(theirs.front()),
                               "this anti-affinity selects the pod");
    }
    return out;
  }
  const auto& terms = candidate.pod->spec.required_pod_anti_affinity;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const std::vector<CandidateId>& avoided = scene.topology.avoided(candidate, i);
    if (avoided.empty() || (terms.size() > i + 1 && attempt.view.anti[i].empty())) continue;
    PlacementProblem out = problem_of(candidate, Cause::PodAntiAffinity, term_place(terms[i]),
                                      "affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[" +
                                          std::to_string(i) + "].labelSelector");
    out.subject = *terms[i].topology_key;
    const bool itself = std::find(avoided.begin(), avoided.end(), candidate.id) != avoided.end();
    std::set<std::string> domains;
    for (const NodeState& state : scene.nodes) {
      if (const std::string* value = state.node->label(*terms[i].topology_key)) domains.insert(*value);
    }
    if (itself) {
      out.explanation = "its replicas refuse each other's company within one " + out.subject + ", and there " +
                        (domains.size() == 1 ? "is 1" : "are " + std::to_string(domains.size())) + " of those";
    } else {
      const Candidate& other = scene.candidates[avoided.front()];
      out.explanation = "the pod refuses the company of " + name_of_owner(other) + " within one " + out.subject;
      out.related.emplace_back(owner_place(other), "its pods are placed already");
    }
    return out;
  }
  return problem_of(candidate, Cause::PodAntiAffinity, owner_place(candidate), "");
}

}  // namespace podseer::lifecycle
