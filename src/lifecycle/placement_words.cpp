// SPDX-License-Identifier: Apache-2.0
// What to tell about pods that find no node. The scheduler counts reasons; a person wants the field:
// the request that is too big, the label that no node has, the workload that took the port. A plugin
// that refuses every node by itself is a problem of its own, told even where another hides it, for it
// is what comes next. Example: nodeSelector disktype=ssd and a request of 64 CPUs on nodes of 2
// without that label: two problems, the selector first.
#include "lifecycle/placement_words.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <set>

#include "lifecycle/node_match.hpp"
#include "lifecycle/placement_writers.hpp"

namespace podseer::lifecycle {

namespace {

using Cause = PlacementProblem::Cause;

constexpr std::size_t kMostNamed = 3;  // nodes, workloads or values that a sentence lists

/// "a, b, c and 4 more"
std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < kMostNamed; ++i) out += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > kMostNamed) out += " and " + std::to_string(names.size() - kMostNamed) + " more";
  return out;
}

std::string taint_text(const world::Taint& taint) {
  return taint.key + (taint.value.empty() ? "" : "=" + taint.value) + ":" + taint.effect;
}

std::string nodes_word(std::size_t count) {
  return count == 1 ? "the only node" : "each of the " + std::to_string(count) + " nodes";
}

// --- one writer a plugin ---------------------------------------------------------------------------

PlacementProblem resources(const Scene& scene, const Attempt& attempt, bool alone) {
  const Candidate& candidate = *attempt.candidate;
  const Demand* worst = nullptr;
  std::int64_t best_room = 0;
  std::string best_node;
  bool too_many = false;
  for (const Demand& demand : candidate.demands) {
    if (demand.amount <= 0) continue;
    std::int64_t room = 0;
    std::string where;
    bool fits = false;
    for (std::size_t i = 0; i < scene.nodes.size(); ++i) {
      if (!use_for(attempt, i)) continue;
      const NodeState& state = scene.nodes[i];
      const std::int64_t whole = state.allocatable(demand.resource);
      const std::int64_t left = alone ? whole : whole - state.used_of(demand.resource);
      if (!state.node->size_known && demand.resource.find('/') == std::string_view::npos) fits = true;
      if (demand.amount <= left) fits = true;
      if (where.empty() || left > room) {
        room = left;
        where = state.node->name;
      }
    }
    if (fits || worst != nullptr) continue;
    worst = &demand;
    best_room = room;
    best_node = where;
  }
  for (std::size_t i = 0; i < scene.nodes.size(); ++i) {
    if (use_for(attempt, i) && scene.nodes[i].pods + 1 > scene.nodes[i].allocatable("pods")) too_many = true;
  }
  if (worst == nullptr && too_many) {
    PlacementProblem out = problem_of(candidate, Cause::TooManyPods, owner_place(candidate), "");
    out.explanation = "the nodes already hold as many pods as they may";
    out.subject = "pods";
    return out;
  }
  if (worst == nullptr) {  // no resource fails everywhere: several together do
    for (const Demand& demand : candidate.demands) {
      if (worst == nullptr || demand.amount > 0) worst = &demand;
      if (demand.amount > 0) break;
    }
  }
  PlacementProblem out =
      problem_of(candidate, alone ? Cause::Resources : Cause::Crowded,
                 worst == nullptr ? owner_place(candidate) : worst->span, worst == nullptr ? "" : worst->field_path());
  if (worst == nullptr) return out;
  out.subject = worst->resource;
  const std::string resource(worst->resource);
  const std::string wanted = print_amount(resource, worst->amount);
  if (alone) {
    out.explanation =
        "a pod asks for " + wanted + " of " + resource + ", and " +
        (best_room <= 0 ? "no node has any"
                        : "the largest node (" + best_node + ") offers " + print_amount(resource, best_room));
  } else {
    out.explanation = "a pod asks for " + wanted + " of " + resource +
                      "; beside what is placed already, the emptiest node (" + best_node + ") has " +
                      print_amount(resource, std::max<std::int64_t>(best_room, 0)) + " left";
    std::set<CandidateId> told;
    std::size_t looked_at = 0;
    for (const NodeState& state : scene.nodes) {
      for (const auto& [id, count] : state.placed) {
        if (told.size() == kMostNamed || ++looked_at > kMostLookedAt) break;
        const Candidate& other = scene.candidates[id];
        const std::int64_t amount = amount_of(other.demands, resource);
        if (amount <= 0 || !told.insert(id).second) continue;
        out.related.emplace_back(owner_place(other),
                                 name_of_owner(other) + " takes " + print_amount(resource, amount) + " a pod");
      }
    }
  }
  return out;
}

PlacementProblem node_affinity(const Scene& scene, const Attempt& attempt) {
  const Candidate& candidate = *attempt.candidate;
  const kube::PodSpec& spec = candidate.pod->spec;
  // A single label that no node has explains more than the whole selector.
  for (const kube::LabelMap::Item& item : candidate.node_selector.items) {
    std::set<std::string> values;
    bool found = false;
    for (const NodeState& state : scene.nodes) {
      const std::string* value = state.node->label(item.key);
      if (value == nullptr) continue;
      values.insert(*value);
      if (*value == item.value || *value == "*") found = true;
    }
    if (found) continue;
    const bool own = spec.node_selector.find(item.key) != nullptr;
    PlacementProblem out =
        problem_of(candidate, Cause::NodeSelector, own ? item.value_span : spec.rare->runtime_class_name.span,
                   own ? "nodeSelector[" + std::string(item.key) + "]" : "runtimeClassName");
    out.subject = std::string(item.key) + "=" + std::string(item.value);
    out.explanation = "no node has the label " + out.subject;
    if (!own) {
      out.explanation += ", which the RuntimeClass asks for";
      out.related.emplace_back(item.value_span, "the RuntimeClass adds this node selector to its pods");
    }
    if (!values.empty()) { out.explanation += "; its values here: " + listed({values.begin(), values.end()}); }
    return out;
  }
  const bool affinity = spec.required_node_affinity_present;
  PlacementProblem out =
      problem_of(candidate, affinity ? Cause::NodeAffinity : Cause::NodeSelector,
                 affinity ? spec.node_affinity_span : spec.node_selector_span,
                 affinity ? "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution" : "nodeSelector");
  out.explanation = affinity ? "no node meets the required node affinity" : "no node has all labels of the selector";
  out.subject = affinity ? "node affinity" : "nodeSelector";
  if (!affinity) return out;
  // One term, one expression that no node meets: that is the place.
  if (spec.required_node_affinity.size() == 1) {
    for (const kube::Requirement& one : spec.required_node_affinity[0].match_expressions) {
      const bool met = std::any_of(scene.nodes.begin(), scene.nodes.end(),
                                   [&one](const NodeState& state) { return node_meets(*state.node, one); });
      if (met) continue;
      out.span = one.span;
      out.subject = std::string(one.key);
      std::set<std::string> values;
      for (const NodeState& state : scene.nodes) {
        if (const std::string* value = state.node->label(one.key)) values.insert(*value);
      }
      out.explanation = values.empty() ? "no node has the label " + out.subject
                                       : "no node meets what is asked of its label " + out.subject +
                                             "; its values here: " + listed({values.begin(), values.end()});
      break;
    }
  }
  return out;
}

PlacementProblem taints(const Scene& scene, const Attempt& attempt) {
  const Candidate& candidate = *attempt.candidate;
  std::set<std::string> found;
  for (const NodeState& state : scene.nodes) {
    if (const world::Taint* taint = untolerated(*state.node, candidate.tolerations)) found.insert(taint_text(*taint));
  }
  const auto& own = candidate.pod->spec.tolerations;
  const SourceSpan place =
      own.empty() || !own.front().key.span.exists() ? owner_place(candidate) : own.front().key.span;
  PlacementProblem out = problem_of(candidate, Cause::Taints, place, "tolerations");
  out.subject = found.empty() ? "" : *found.begin();
  out.explanation = "the pod does not tolerate " + listed({found.begin(), found.end()});
  return out;
}

PlacementProblem host_ports(const Scene& scene, const Attempt& attempt) {
  const Candidate& candidate = *attempt.candidate;
  for (const NodeState& state : scene.nodes) {
    const NodeState::Port* taken = nullptr;
    const HostPort* wanted = port_conflict(candidate, state, &taken);
    if (wanted == nullptr) continue;
    PlacementProblem out = problem_of(candidate, Cause::HostPorts, wanted->span, wanted->field_path);
    out.subject = std::to_string(wanted->port) + "/" + std::string(wanted->protocol);
    if (taken->by < scene.candidates.size()) {
      const Candidate& other = scene.candidates[taken->by];
      const bool itself = other.id == candidate.id;
      out.explanation = "a node has port " + out.subject + " only once, and " +
                        (itself ? "another replica" : name_of_owner(other)) + " has it on " +
                        (scene.nodes.size() == 1 ? "the only node" : "every node that is left");
      if (!itself) {
        const auto same = std::find_if(other.ports.begin(), other.ports.end(), [&](const HostPort& one) {
          return one.port == taken->port && one.protocol == taken->protocol;
        });
        out.related.emplace_back(same == other.ports.end() ? owner_place(other) : same->span,
                                 name_of_owner(other) + " takes the port");
      }
    } else {
      out.explanation = "the node's port " + out.subject + " is taken by the cluster itself";
    }
    return out;
  }
  return problem_of(candidate, Cause::HostPorts, owner_place(candidate), "");
}

PlacementProblem volumes(const Scene& scene, const Attempt& attempt) {
  const Candidate& candidate = *attempt.candidate;
  for (const Claim* claim : attempt.claims) {
    std::string path;
    if (claim->volume != nullptr) {
      const bool reachable = std::any_of(scene.nodes.begin(), scene.nodes.end(), [&](const NodeState& state) {
        return !claim->volume->has_node_affinity || node_meets_any(*state.node, claim->volume->node_terms);
      });
      if (reachable && attempt.claims.size() > 1) continue;
      const SourceSpan place = claim_place(candidate, *claim, &path);
      PlacementProblem out = problem_of(candidate, Cause::VolumeAffinity, place, path);
      out.subject = claim->name;
      out.explanation = "the claim " + std::string(claim->name) + " is bound to the PersistentVolume " +
                        std::string(claim->volume->object->name) + ", which no node that the pod may use can reach";
      out.related.emplace_back(claim->volume->object->name_span, "this volume can be used on certain nodes only");
      return out;
    }
    if (claim->fate != Claim::Fate::Chosen) continue;
    const SourceSpan place = claim_place(candidate, *claim, &path);
    PlacementProblem out = problem_of(candidate, Cause::ClaimUnbound, place, path);
    out.subject = claim->name;
    out.certainty = claim->certainty;
    out.explanation = "claim " + std::string(claim->name) + " finds no volume: " + claim->explanation;
    if (claim->decides.exists()) out.related.emplace_back(claim->decides, "this decides where its volume comes from");
    out.related.insert(out.related.end(), claim->related.begin(), claim->related.end());
    return out;
  }
  return problem_of(candidate, Cause::VolumeAffinity, owner_place(candidate), "");
}

PlacementProblem claim_in_use(const Attempt& attempt) {
  const Candidate& candidate = *attempt.candidate;
  for (const Claim* claim : attempt.claims) {
    if (!claim->in_use || claim->modes != kReadWriteOncePod) continue;
    std::string path;
    const SourceSpan place = claim_place(candidate, *claim, &path);
    PlacementProblem out = problem_of(candidate, Cause::ClaimInUse, place, path);
    out.subject = claim->name;
    out.explanation = "claim " + std::string(claim->name) + " is ReadWriteOncePod, and another pod uses it";
    if (claim->object != nullptr)
      out.related.emplace_back(claim->object->name_span, "this claim admits one pod at a time");
    if (claim->user.exists() && claim->user != candidate.pod->owner->name_span) {
      out.related.emplace_back(claim->user, "this workload's pod uses it");
    }
    return out;
  }
  return problem_of(candidate, Cause::ClaimInUse, owner_place(candidate), "");
}

PlacementProblem write(const Scene& scene, const Attempt& attempt, Plugin plugin, bool alone,
                       Topology::Verdict verdict) {
  const Candidate& candidate = *attempt.candidate;
  switch (plugin) {
    case Plugin::Unschedulable: {
      PlacementProblem out = problem_of(candidate, Cause::Unschedulable, owner_place(candidate), "");
      out.explanation = nodes_word(scene.nodes.size()) + " is cordoned (spec.unschedulable)";
      return out;
    }
    case Plugin::Taints: return taints(scene, attempt);
    case Plugin::NodeAffinity: return node_affinity(scene, attempt);
    case Plugin::HostPorts: return host_ports(scene, attempt);
    case Plugin::Resources: return resources(scene, attempt, alone);
    case Plugin::ClaimInUse: return claim_in_use(attempt);
    case Plugin::VolumeBinding:
    case Plugin::VolumeZone: return volumes(scene, attempt);
    case Plugin::Spread: return spread_problem(scene, attempt);
    case Plugin::PodAffinity:
      return verdict == Topology::Verdict::Affinity ? affinity_problem(scene, attempt)
                                                    : anti_affinity_problem(scene, attempt, verdict);
  }
  return problem_of(candidate, Cause::NoNodes, owner_place(candidate), "");
}

}  // namespace

std::string name_of_owner(const Candidate& candidate) {
  return std::string(kube::name_of(candidate.pod->workload)) + " " + std::string(candidate.pod->owner->name);
}

SourceSpan owner_place(const Candidate& candidate) { return candidate.pod->owner->name_span; }

bool use_for(const Attempt& attempt, std::size_t node) {
  return attempt.pinned < 0 || static_cast<std::size_t>(attempt.pinned) == node;
}

Certainty node_certainty(const world::World& world) {
  return world.cluster().snapshot ? Certainty::Certain : Certainty::Likely;
}

PlacementProblem problem_of(const Candidate& candidate, Cause cause, SourceSpan span, std::string_view path) {
  PlacementProblem out;
  out.cause = cause;
  out.reason = "Unschedulable";
  out.span = span.exists() ? span : owner_place(candidate);
  out.field_path = std::string(candidate.pod->field_prefix).append(path.empty() ? "" : ".").append(path);
  return out;
}

SourceSpan claim_place(const Candidate& candidate, const Claim& claim, std::string* path) {
  const kube::PodSpec& spec = candidate.pod->spec;
  for (std::size_t i = 0; i < spec.volumes.size(); ++i) {
    const kube::Volume& volume = spec.volumes[i];
    const std::string at = "volumes[" + std::to_string(i) + "].";
    if (volume.kind == kube::Volume::Kind::PersistentVolumeClaim && *volume.claim_name == claim.name) {
      if (path != nullptr) *path = at + "persistentVolumeClaim.claimName";
      return volume.claim_name.span;
    }
    if (volume.kind == kube::Volume::Kind::Ephemeral && claim.name.ends_with("-" + std::string(*volume.name))) {
      if (path != nullptr) *path = at + "ephemeral.volumeClaimTemplate";
      return claim.decides.exists() ? claim.decides : volume.span;
    }
  }
  return claim.decides;
}

PlacementProblem claim_problem(const Candidate& candidate, const Claim& claim, int nodes) {
  std::string path;
  const SourceSpan place = claim_place(candidate, claim, &path);
  PlacementProblem out = problem_of(candidate, claim.cause, place, path);
  out.certainty = claim.certainty;
  out.subject =
      claim.fate == Claim::Fate::Missing || claim.cause == Cause::StorageClassMissing ? claim.subject : claim.name;
  out.explanation = claim.fate == Claim::Fate::Missing
                        ? claim.explanation
                        : "claim " + std::string(claim.name) + " is never bound: " + claim.explanation;
  if (claim.fate == Claim::Fate::Hangs) {
    // For ten minutes (bindTimeoutSeconds) there is neither a condition nor an event.
    out.reason.clear();
    out.related.emplace_back(
        SourceSpan{},
        "a node is chosen and the volume waited for; after ten minutes the scheduler says: running PreBind "
        "plugin \"VolumeBinding\": binding volumes: context deadline exceeded");
  } else if (claim.fate == Claim::Fate::Chosen) {
    out.message = "node(s) didn't find available persistent volumes to bind";
  } else {
    out.message = prefilter_message(claim.scheduler_message, nodes);
  }
  if (claim.decides.exists() && claim.decides != out.span) {
    out.related.emplace_back(claim.decides,
                             claim.event.empty() ? "this decides" : "kubectl describe pvc: " + claim.event);
  }
  out.related.insert(out.related.end(), claim.related.begin(), claim.related.end());
  return out;
}

std::vector<PlacementProblem> node_problems(const Scene& scene, const Attempt& attempt,
                                            const std::vector<Refusal>& refusals) {
  constexpr std::array<Plugin, 10> kOrder = {
      Plugin::Unschedulable, Plugin::Taints,        Plugin::NodeAffinity, Plugin::HostPorts, Plugin::Resources,
      Plugin::ClaimInUse,    Plugin::VolumeBinding, Plugin::VolumeZone,   Plugin::Spread,    Plugin::PodAffinity};
  const bool never = attempt.candidate->never_preempts;
  std::vector<PlacementProblem> out;
  const auto finish = [&](PlacementProblem problem, const std::vector<Refusal>& why) {
    problem.message = filter_message(why, never);
    problem.certainty = std::min(problem.certainty, node_certainty(scene.world));
    out.push_back(std::move(problem));
  };
  std::size_t usable = 0;
  for (std::size_t n = 0; n < scene.nodes.size(); ++n) usable += use_for(attempt, n) ? 1U : 0U;
  for (const Plugin plugin : kOrder) {
    std::vector<Refusal> all;
    for (std::size_t n = 0; n < scene.nodes.size(); ++n) {
      if (!use_for(attempt, n)) continue;
      auto one = scene.filter.ask(plugin, attempt, n);
      if (!one || (!one->by_node_alone && plugin != Plugin::PodAffinity)) break;
      if (plugin == Plugin::PodAffinity && one->affinity != Topology::Verdict::Affinity) break;
      all.push_back(std::move(*one));
    }
    if (all.size() != usable || usable == 0) continue;
    const Topology::Verdict verdict = all.front().affinity;
    finish(write(scene, attempt, plugin, true, verdict), out.empty() && !refusals.empty() ? refusals : all);
  }
  if (!out.empty() || refusals.empty()) return out;
  // No plugin alone: the one that refuses most nodes, the cluster's own taints and cordons last.
  std::array<int, kOrder.size()> counts{};
  for (std::size_t n = 0; n < refusals.size(); ++n) {
    if (use_for(attempt, n)) ++counts[static_cast<std::size_t>(refusals[n].plugin)];
  }
  std::size_t best = kOrder.size();
  for (std::size_t i = 2; i < counts.size(); ++i) {
    if (counts[i] > 0 && (best == kOrder.size() || counts[i] > counts[best])) best = i;
  }
  for (std::size_t i = 0; i < 2 && best == kOrder.size(); ++i) {
    if (counts[i] > 0) best = i;
  }
  if (best == kOrder.size()) {
    PlacementProblem none = problem_of(*attempt.candidate, Cause::NoNodes, owner_place(*attempt.candidate), "");
    none.explanation = "the cluster has no nodes";
    finish(std::move(none), refusals);
    return out;
  }
  const auto plugin = static_cast<Plugin>(best);
  bool alone = true;
  Topology::Verdict verdict = Topology::Verdict::Fits;
  for (std::size_t n = 0; n < refusals.size(); ++n) {
    if (!use_for(attempt, n) || refusals[n].plugin != plugin) continue;
    alone = alone && refusals[n].by_node_alone;
    verdict = refusals[n].affinity;
  }
  finish(write(scene, attempt, plugin, alone, verdict), refusals);
  return out;
}

}  // namespace podseer::lifecycle
