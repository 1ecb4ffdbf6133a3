// SPDX-License-Identifier: Apache-2.0
// maxUnavailable 0 with something that only one pod can hold (pkg/controller/deployment, Kubernetes 1.34).
// Example: one replica with hostPort 80 on one node: 25% of 1 is no pod that may be away, so the new
// pod comes first, and waits for the port for ever.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>

#include "lifecycle/candidate.hpp"
#include "lifecycle/node_match.hpp"
#include "rules/engine.hpp"
#include "rules/rule.hpp"

namespace podseer::rules {

namespace {

/// "25%" of `replicas`, rounded up or down, or the number itself.
std::int64_t resolve(std::string_view text, std::int64_t replicas, bool up) {
  const bool percent = text.ends_with('%');
  if (percent) text.remove_suffix(1);
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  value = std::clamp<std::int64_t>(value, 0, 1'000'000);
  if (!percent) return value;
  return (value * replicas + (up ? 99 : 0)) / 100;
}

/// The update removes no pod before a new one is ready.
bool adds_first(const kube::PodTemplate& pod) {
  if (pod.workload != kube::WorkloadKind::Deployment || *pod.strategy != "RollingUpdate") return false;
  const std::int64_t surge = resolve(*pod.max_surge, *pod.replicas, true);
  const std::int64_t away = resolve(*pod.max_unavailable, *pod.replicas, false);
  return *pod.replicas > 0 && surge > 0 && away == 0;
}

std::int64_t usable_nodes(const lifecycle::Candidate& candidate, const world::World& world) {
  const auto& nodes = world.cluster().nodes;
  return std::count_if(nodes.begin(), nodes.end(), [&](const world::ClusterNode& node) {
    return !node.unschedulable && lifecycle::node_selected(node, candidate.pod->spec, candidate.node_selector) &&
           lifecycle::untolerated(node, candidate.tolerations) == nullptr;
  });
}

class Teller {
 public:
  Teller(const kube::PodTemplate& pod, RuleContext& context) : pod_(pod), context_(context) {}

  void tell(SourceSpan span, const std::string& path, const std::string& why, Certainty certainty) {
    Finding finding =
        context_.finding(span, {{"why", why},
                                {"name", std::string(pod_.owner->name)},
                                {"outcome", certainty == Certainty::Possible ? "may stand still" : "stands still"}});
    finding.certainty = certainty;
    finding.field_path = context_.path("." + path);
    if (pod_.max_unavailable.written()) finding.notes.push_back({pod_.max_unavailable.span, "no pod may be away"});
    finding.effect = RuleContext::effect(lifecycle::Step::Rollout, nullptr, "", why);
    context_.report(std::move(finding));
  }

 private:
  const kube::PodTemplate& pod_;
  RuleContext& context_;
};

}  // namespace

void pod820_rolling_update_waits_for_itself(const kube::PodTemplate& pod, RuleContext& context) {
  if (!adds_first(pod) || !context.facts().placement.problems.empty()) return;
  Teller teller(pod, context);
  const world::World& world = context.world();
  const lifecycle::Candidate candidate = lifecycle::make_candidate(pod, world);
  const bool nodes_known = world.cluster().nodes_known;
  const bool full = nodes_known && usable_nodes(candidate, world) <= *pod.replicas;
  const Certainty sure = world.cluster().snapshot ? Certainty::Certain : Certainty::Likely;
  if (full && !candidate.ports.empty()) {
    const lifecycle::HostPort& port = candidate.ports.front();
    return teller.tell(
        port.span, port.field_path,
        "the new pod needs port " + std::to_string(port.port) + " of a node, and the old ones have it on every node",
        sure);
  }
  const auto& terms = pod.spec.required_pod_anti_affinity;
  for (std::size_t i = 0; full && i < terms.size(); ++i) {
    if (*terms[i].topology_key != "kubernetes.io/hostname" || !terms[i].namespaces.empty()) continue;
    // matchLabelKeys: pod-template-hash lets old and new pods share a node.
    if (!terms[i].match_label_keys.empty() || !terms[i].label_selector.matches(candidate.labels)) continue;
    return teller.tell(terms[i].topology_key.span,
                       "affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[" + std::to_string(i) +
                           "].topologyKey",
                       "the new pod avoids the old ones, and they are on every node", sure);
  }
  for (std::size_t v = 0; v < pod.spec.volumes.size(); ++v) {
    const kube::Volume& volume = pod.spec.volumes[v];
    if (volume.kind != kube::Volume::Kind::PersistentVolumeClaim) continue;
    const kube::Object* claim = world.find("PersistentVolumeClaim", context.ns(), *volume.claim_name);
    if (claim == nullptr) continue;
    const kube::ClaimSpec spec = kube::ClaimSpec::read(claim->root->find("spec"));
    if (spec.access_modes.size() != 1) continue;
    const std::string path = "volumes[" + std::to_string(v) + "].persistentVolumeClaim.claimName";
    const std::string name(*volume.claim_name);
    if (*spec.access_modes[0] == "ReadWriteOncePod") {
      return teller.tell(volume.claim_name.span, path, "claim " + name + " is ReadWriteOncePod, and the old pod has it",
                         Certainty::Certain);
    }
    // On another node the volume cannot be attached while the old pod has it.
    const bool one_node = nodes_known && world.cluster().nodes.size() == 1;
    if (*spec.access_modes[0] == "ReadWriteOnce" && !one_node) {
      return teller.tell(
          volume.claim_name.span, path,
          "claim " + name + " is ReadWriteOnce, and a new pod on another node cannot attach it while the old one lives",
          Certainty::Possible);
    }
  }
}

}  // namespace podseer::rules
