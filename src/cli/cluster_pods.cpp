// SPDX-License-Identifier: Apache-2.0
// Pods as a cluster reports them, printed by the same algorithm as forecasts, so that both sides speak
// of STATUS in the same words.
#include "cli/cluster_pods.hpp"

#include <deque>

#include "kube/object.hpp"
#include "kube/pod.hpp"
#include "lifecycle/printer.hpp"
#include "yaml/document.hpp"

namespace podseer::cli {
namespace {

using lifecycle::ContainerStatus;

std::string text(const yaml::Node* node) { return node == nullptr ? std::string() : std::string(node->text()); }

std::vector<ContainerStatus> statuses(const yaml::Node* list, bool init) {
  std::vector<ContainerStatus> result;
  if (list == nullptr) return result;
  for (const yaml::Node& item : list->items()) {
    ContainerStatus status;
    status.init = init;
    status.name = text(item.find("name"));
    status.image = text(item.find("image"));
    if (const yaml::Node* count = item.find("restartCount")) status.restart_count = static_cast<int>(count->as_int());
    if (const yaml::Node* ready = item.find("ready")) status.ready = ready->as_bool();
    if (const yaml::Node* started = item.find("started")) status.started = started->as_bool();
    if (const yaml::Node* waiting = item.find("state", "waiting")) {
      status.reason = text(waiting->find("reason"));
      status.message = text(waiting->find("message"));
    } else if (const yaml::Node* ended = item.find("state", "terminated")) {
      status.state = ContainerStatus::State::Terminated;
      status.reason = text(ended->find("reason"));
      if (const yaml::Node* code = ended->find("exitCode")) status.exit_code = static_cast<int>(code->as_int());
    } else if (item.find("state", "running") != nullptr) {
      status.state = ContainerStatus::State::Running;
    }
    result.push_back(std::move(status));
  }
  return result;
}

// "Deployment/ns/name" of the workload that stands in the files: ReplicaSets of Deployments and Jobs of
// CronJobs are named NAME-HASH and NAME-MINUTES.
std::string owner_of(const kube::Object& pod) {
  const std::string ns = pod.ns.empty() ? "default" : std::string(pod.ns);
  const yaml::Node* owners = pod.root->find("metadata", "ownerReferences");
  if (owners == nullptr || owners->size() == 0) return "Pod/" + ns + "/" + std::string(pod.name);
  std::string kind = text(owners->items()[0].find("kind"));
  std::string name = text(owners->items()[0].find("name"));
  const std::size_t dash = name.rfind('-');
  const yaml::Node* hash = pod.root->find("metadata", "labels", "pod-template-hash");
  if (kind == "ReplicaSet" && hash != nullptr && name.ends_with("-" + text(hash))) {
    kind = "Deployment";
    name = name.substr(0, name.size() - text(hash).size() - 1);
  } else if (kind == "Job" && dash != std::string::npos && name.size() - dash == 9 &&
             name.find_first_not_of("0123456789", dash + 1) == std::string::npos) {
    kind = "CronJob";
    name = name.substr(0, dash);
  }
  return kind + "/" + ns + "/" + name;
}

void read_pod(const kube::Object& object, std::map<std::string, OwnerState>& owners) {
  const auto pod = kube::PodTemplate::read(object);
  const yaml::Node* status = object.root->find("status");
  if (!pod || status == nullptr) return;
  lifecycle::PodStatus now;
  now.phase = text(status->find("phase"));
  now.reason = text(status->find("reason"));
  if (const yaml::Node* conditions = status->find("conditions")) {
    for (const yaml::Node& item : conditions->items()) {
      now.conditions.push_back(
          {text(item.find("type")), text(item.find("status")), text(item.find("reason")), text(item.find("message"))});
    }
  }
  now.init_statuses = statuses(status->find("initContainerStatuses"), true);
  now.container_statuses = statuses(status->find("containerStatuses"), false);
  const lifecycle::Columns columns =
      print_columns(pod->spec, now, object.root->find("metadata", "deletionTimestamp") != nullptr);
  OwnerState& state = owners[owner_of(object)];
  state.statuses.insert(columns.status);
  const bool well = (columns.status == "Running" && columns.ready == columns.total) || columns.status == "Completed";
  state.failing = state.failing || !well;
}

}  // namespace

std::string read_cluster_pods(std::string_view bytes, std::map<std::string, OwnerState>& owners) {
  const yaml::Stream stream = yaml::parse(0, bytes);
  if (stream.failed()) return "is neither JSON nor YAML: " + stream.problems.front().message;
  bool any = false;
  for (const auto& document : stream.documents) {
    const yaml::Node* items = document->root.find("items");
    const auto one = [&](const yaml::Node& node) {
      const kube::Object object = kube::Object::read(node, 0, 0);
      if (!object.is("", "Pod")) return;
      any = true;
      read_pod(object, owners);
    };
    if (items == nullptr) {
      one(document->root);
    } else {
      any = true;
      for (const yaml::Node& item : items->items()) one(item);
    }
  }
  return any ? std::string() : "holds no pods; it should come from: kubectl get pods -A -o json";
}

}  // namespace podseer::cli
