// SPDX-License-Identifier: Apache-2.0
// Node-independent obstacles (plugins/schedulinggates, plugins/dynamicresources,
// pkg/scheduler/eventhandlers.go, v1.34.4). A gated pod shows SchedulingGated and gets no event; a pod
// of a scheduler that does not run shows Pending and gets neither event nor condition.
// Worked example: cpu: "500" asks for 500 cores, where 500m was meant.
#include "lifecycle/any_cluster.hpp"

#include <algorithm>
#include <string_view>

#include "lifecycle/node_match.hpp"
#include "lifecycle/placement_words.hpp"

namespace podseer::lifecycle {

namespace {

using Cause = PlacementProblem::Cause;
using world::Known;

// More than nearly every machine that can be rented has (Amazon EC2 and Azure instance tables, 2025:
// up to 224 cores and 24 TiB outside of a handful of single-purpose types).
constexpr std::int64_t kMostMilliCpu = 224'000;
constexpr std::int64_t kMostMemory = std::int64_t{24} << 40;

constexpr std::size_t kMostSearched = 200;  // scheduler names looked for in all pods

const yaml::Node* child(const yaml::Node* node, std::string_view key) {
  return node == nullptr ? nullptr : node->find(key);
}

std::string_view text_at(const yaml::Node* node) { return node == nullptr ? std::string_view{} : node->string_or(""); }

bool mentions(const kube::Container& container, std::string_view text) {
  const auto holds = [text](const kube::Text& one) { return one->find(text) != std::string_view::npos; };
  return std::any_of(container.command.begin(), container.command.end(), holds) ||
         std::any_of(container.args.begin(), container.args.end(), holds);
}

/// DeviceClass names that a ResourceClaim(Template)'s requests need, with their places.
std::vector<const yaml::Node*> device_classes(const yaml::Node* claim_spec) {
  std::vector<const yaml::Node*> out;
  const yaml::Node* requests = child(child(claim_spec, "devices"), "requests");
  if (requests == nullptr) return out;
  for (const yaml::Node& request : requests->items()) {
    const yaml::Node* exact = request.find("exactly");
    const yaml::Node* name = (exact == nullptr ? &request : exact)->find("deviceClassName");
    if (name != nullptr && name->is_string()) out.push_back(name);
  }
  return out;
}

}  // namespace

AnyCluster::AnyCluster(const world::World& world, std::span<const kube::PodTemplate* const> pods)
    : world_(world), pods_(pods) {}

bool AnyCluster::scheduler_mentioned(std::string_view name) {
  const auto at = mentioned_.find(std::string(name));
  if (at != mentioned_.end()) return at->second;
  if (mentioned_.size() >= kMostSearched) return true;  // nobody names that many: stay silent
  // A scheduler of the files knows its name from its arguments or its configuration.
  bool found = false;
  for (const kube::PodTemplate* pod : pods_) {
    for (const kube::Container& container : pod->spec.containers) found = found || mentions(container, name);
  }
  for (const kube::Object* object : world_.all("ConfigMap")) {
    const yaml::Node* data = object->root->find("data");
    if (found || data == nullptr) continue;
    for (const yaml::Entry& entry : data->entries()) {
      const std::string_view text = entry.value.text();
      found = found || (text.find("KubeSchedulerConfiguration") != std::string_view::npos &&
                        text.find(name) != std::string_view::npos);
    }
  }
  mentioned_.emplace(std::string(name), found);
  return found;
}

void AnyCluster::devices(const Candidate& candidate, std::vector<PlacementProblem>& out) const {
  const yaml::Node* claims = child(candidate.pod->spec.node, "resourceClaims");
  if (claims == nullptr) return;
  const bool closed = world_.assumptions().closed;
  const Certainty absence = closed ? Certainty::Certain : Certainty::Likely;
  std::size_t number = 0;
  for (const yaml::Node& claim : claims->items()) {
    const std::string path = "resourceClaims[" + std::to_string(number++) + "].";
    for (const std::string_view kind : {std::string_view("ResourceClaim"), std::string_view("ResourceClaimTemplate")}) {
      const std::string key = kind == "ResourceClaim" ? "resourceClaimName" : "resourceClaimTemplateName";
      const yaml::Node* name = claim.find(key);
      if (name == nullptr || !name->is_string()) continue;
      PlacementProblem problem = problem_of(candidate, Cause::ResourceClaims, name->span(), path + key);
      problem.subject = name->text();
      const Known there = world_.exists(kind, candidate.ns, name->text());
      if (there != Known::Yes) {
        problem.reason.clear();  // refused before it is queued: no condition, no event
        problem.certainty = absence;
        problem.explanation = "there is no " + std::string(kind) + " \"" + problem.subject + "\" in namespace " +
                              std::string(candidate.ns);
        out.push_back(std::move(problem));
        continue;
      }
      const kube::Object* object = world_.find(kind, candidate.ns, name->text());
      if (object == nullptr) continue;
      const yaml::Node* spec = object->root->find("spec");
      if (kind == "ResourceClaimTemplate") spec = child(spec, "spec");
      for (const yaml::Node* device : device_classes(spec)) {
        if (world_.exists("DeviceClass", {}, device->text()) != Known::No) continue;
        PlacementProblem missing = problem;
        missing.explanation = "the DeviceClass \"" + std::string(text_at(device)) + "\" does not exist";
        missing.message = "device class " + std::string(text_at(device)) + " does not exist";
        missing.related.emplace_back(device->span(), "this device class is not there");
        out.push_back(std::move(missing));
        break;
      }
      if (closed && spec != nullptr && !device_classes(spec).empty() && world_.all("ResourceSlice").empty() &&
          (out.empty() || out.back().field_path != problem.field_path)) {
        problem.explanation = "no driver offers devices here (there is no ResourceSlice)";
        problem.message = "cannot allocate all claims";
        out.push_back(std::move(problem));
      }
    }
  }
}

std::vector<PlacementProblem> AnyCluster::before_filtering(const Candidate& candidate) {
  std::vector<PlacementProblem> out;
  const kube::PodSpec& spec = candidate.pod->spec;
  const bool closed = world_.assumptions().closed;
  if (!spec.rare->scheduling_gates.empty()) {
    PlacementProblem gated =
        problem_of(candidate, Cause::Gated, spec.rare->scheduling_gates.front().span, "schedulingGates[0].name");
    gated.reason = "SchedulingGated";
    gated.message = "Scheduling is blocked due to non-empty scheduling gates";
    gated.subject = *spec.rare->scheduling_gates.front();
    gated.explanation = "the pod waits until a controller takes the gate " + gated.subject + " away";
    gated.certainty = closed ? Certainty::Certain : Certainty::Likely;
    out.push_back(std::move(gated));
  }
  if (*spec.scheduler_name != "default-scheduler" && !spec.scheduler_name->empty() &&
      !scheduler_mentioned(*spec.scheduler_name)) {
    PlacementProblem foreign =
        problem_of(candidate, Cause::UnknownScheduler, spec.scheduler_name.span, "schedulerName");
    foreign.reason.clear();
    foreign.subject = *spec.scheduler_name;
    foreign.explanation =
        "nothing here runs a scheduler called " + foreign.subject + ", and the default one leaves the pod alone";
    foreign.certainty = closed ? Certainty::Certain : Certainty::Likely;
    out.push_back(std::move(foreign));
  }
  if (spec.has_resource_claims) devices(candidate, out);
  // csi-translation-lib/plugins/azure_disk.go: only managed disks have a CSI counterpart, and `kind`
  // defaults to Shared (pkg/apis/core/v1/defaults.go).
  for (std::size_t i = 0; i < spec.volumes.size(); ++i) {
    const kube::Volume& volume = spec.volumes[i];
    if (volume.source_key != "azureDisk") continue;
    const yaml::Node* source = child(volume.node, "azureDisk");
    const yaml::Node* kind = child(source, "kind");
    const std::string_view written = kind == nullptr ? std::string_view("Shared") : text_at(kind);
    if (written == "Managed") continue;
    PlacementProblem inline_disk =
        problem_of(candidate, Cause::InlineVolume, kind == nullptr ? volume.name.span : kind->span(),
                   "volumes[" + std::to_string(i) + "].azureDisk.kind");
    inline_disk.reason = "SchedulerError";
    inline_disk.subject = *volume.name;
    inline_disk.message = "running \"NodeVolumeLimits\" filter plugin: converting volume(" + std::string(*volume.name) +
                          ") from inline to csi: kind(" + std::string(written) + ") is not supported in csi migration";
    inline_disk.explanation = "azureDisk volumes of kind " + std::string(written) +
                              " have no CSI driver; only Managed disks can still be used";
    out.push_back(std::move(inline_disk));
  }
  return out;
}

std::vector<PlacementProblem> AnyCluster::on_any_node(const Candidate& candidate) const {
  std::vector<PlacementProblem> out;
  const kube::PodSpec& spec = candidate.pod->spec;
  if (const auto impossible = impossible_node(spec, candidate.node_selector)) {
    const bool selector = impossible->field_path.starts_with("nodeSelector");
    PlacementProblem problem = problem_of(candidate, selector ? Cause::NodeSelector : Cause::NodeAffinity,
                                          impossible->span, impossible->field_path);
    problem.message = "node(s) didn't match Pod's node affinity/selector";
    problem.explanation = impossible->why;
    problem.subject = selector ? impossible->field_path : "node affinity";
    out.push_back(std::move(problem));
  }
  // kubeadm sets this label no more since 1.24 (k3s still does).
  if (const kube::LabelMap::Item* old = spec.node_selector.find("node-role.kubernetes.io/master")) {
    PlacementProblem problem =
        problem_of(candidate, Cause::NodeSelector, old->key_span, "nodeSelector[node-role.kubernetes.io/master]");
    problem.message = "node(s) didn't match Pod's node affinity/selector";
    problem.explanation =
        "since 1.24 control-plane nodes carry the label node-role.kubernetes.io/control-plane instead of this one";
    problem.subject = "node-role.kubernetes.io/master";
    problem.certainty = Certainty::Possible;
    out.push_back(std::move(problem));
  }
  for (const Demand& demand : candidate.demands) {
    const std::int64_t most = demand.resource == "cpu" ? kMostMilliCpu : demand.resource == "memory" ? kMostMemory : 0;
    if (most == 0 || demand.amount <= most) continue;
    PlacementProblem problem = problem_of(candidate, Cause::Resources, demand.span, demand.field_path());
    problem.subject = demand.resource;
    problem.message = "Insufficient " + std::string(demand.resource);
    problem.explanation = "a pod asks for " + print_amount(demand.resource, demand.amount) + " of " +
                          std::string(demand.resource) + ", more than nearly any machine has";
    if (demand.resource == "cpu" && demand.amount % 1000 == 0) {
      problem.explanation += "; " + std::to_string(demand.amount / 1000) + "m would be " +
                             std::to_string(demand.amount / 1000) + " thousandths of a core";
    }
    problem.certainty = Certainty::Likely;
    out.push_back(std::move(problem));
  }
  return out;
}

}  // namespace podseer::lifecycle
