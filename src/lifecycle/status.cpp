// SPDX-License-Identifier: Apache-2.0
// Phase and conditions of a pod from the states of its containers, by the kubelet's own counting
// (Kubernetes 1.34.4, pkg/kubelet/kubelet_pods.go getPhase and pkg/kubelet/status/generate.go).
// Worked example: of two mains one runs and one waits in ImagePullBackOff without ever having run:
// phase Pending; ContainersReady False "containers with unready status: [app]".
#include "lifecycle/status.hpp"

#include <algorithm>

namespace podseer::lifecycle {

namespace {

using State = ContainerStatus::State;

/// lastState.terminated is set.
bool ran_before(const ContainerStatus& status) { return !status.last_reason.empty(); }

const ContainerStatus* find_status(const std::vector<ContainerStatus>& statuses, const kube::Container& container) {
  // The common case: same order. Otherwise by name.
  if (container.index < statuses.size() && statuses[container.index].name == *container.name) {
    return &statuses[container.index];
  }
  for (const ContainerStatus& status : statuses) {
    if (status.name == *container.name) return &status;
  }
  return nullptr;
}

/// An init container that ended well; the kubelet takes an OOM kill for a failure whatever the exit
/// code.
bool ended_well(const ContainerStatus& status) {
  return status.state == State::Terminated && status.exit_code == 0 && status.reason != "OOMKilled";
}

struct Counts {
  int pending_init = 0, failed_init = 0, pending_sidecar = 0;
  int unknown = 0, running = 0, waiting = 0, stopped = 0, succeeded = 0;
  bool main_exists = false;
};

void count_init(const kube::Container& container, const ContainerStatus* status, Counts& counts) {
  if (container.sidecar()) {
    if (status == nullptr) {
      ++counts.unknown;
    } else if (status->state == State::Running) {
      ++counts.running;
      if (!status->started) ++counts.pending_sidecar;
    } else if (status->state == State::Waiting && !ran_before(*status)) {
      ++counts.pending_sidecar;
      ++counts.waiting;
    }
    return;
  }
  if (status == nullptr || status->state == State::Running ||
      (status->state == State::Waiting && !ran_before(*status))) {
    ++counts.pending_init;
  } else if (status->state == State::Waiting || !ended_well(*status)) {
    ++counts.failed_init;
  }
}

void count_main(const ContainerStatus* status, Counts& counts) {
  if (status == nullptr) {
    ++counts.unknown;
  } else if (status->state == State::Running) {
    ++counts.running;
    counts.main_exists = true;
  } else if (status->state == State::Terminated) {
    ++counts.stopped;
    counts.main_exists = true;
    if (status->exit_code == 0) ++counts.succeeded;
  } else if (ran_before(*status)) {
    ++counts.stopped;
    counts.main_exists = true;
  } else {
    ++counts.waiting;
  }
}

/// "containers with unknown status: [a], containers with <what> status: [b c]"; empty when both are
/// empty.
std::string incomplete(std::string_view what, const std::vector<std::string>& unknown,
                       const std::vector<std::string>& names) {
  const auto list = [](std::string_view kind, const std::vector<std::string>& items) {
    std::string text = "containers with " + std::string(kind) + " status: [";
    for (std::size_t i = 0; i < items.size(); ++i) text += (i == 0 ? "" : " ") + items[i];
    return text + "]";
  };
  std::string text;
  if (!unknown.empty()) text = list("unknown", unknown);
  if (!names.empty()) text += (text.empty() ? "" : ", ") + list(what, names);
  return text;
}

Condition initialized(const kube::PodSpec& spec, std::string_view phase, const std::vector<ContainerStatus>& init,
                      const std::vector<ContainerStatus>& mains) {
  if (init.empty() && mains.empty() && !spec.init_containers.empty()) {
    return {"Initialized", "False", "UnknownContainerStatuses", ""};
  }
  if (phase == "Succeeded") return {"Initialized", "True", "PodCompleted", ""};
  const bool main_ran = std::any_of(mains.begin(), mains.end(), [](const ContainerStatus& status) {
    return status.state == State::Running || status.state == State::Terminated;
  });
  if (main_ran) return {"Initialized", "True", "", ""};
  std::vector<std::string> unknown, names;
  for (const kube::Container& container : spec.init_containers) {
    const ContainerStatus* status = find_status(init, container);
    if (status == nullptr) {
      unknown.emplace_back(*container.name);
    } else if (container.sidecar() ? !status->started : !status->ready) {
      names.emplace_back(*container.name);
    }
  }
  const std::string message = incomplete("incomplete", unknown, names);
  if (message.empty()) return {"Initialized", "True", "", ""};
  return {"Initialized", "False", "ContainersNotInitialized", message};
}

Condition containers_ready(const kube::PodSpec& spec, std::string_view phase, const std::vector<ContainerStatus>& init,
                           const std::vector<ContainerStatus>& mains) {
  if (init.empty() && mains.empty()) return {"ContainersReady", "False", "UnknownContainerStatuses", ""};
  if (phase == "Succeeded") return {"ContainersReady", "False", "PodCompleted", ""};
  if (phase == "Failed") return {"ContainersReady", "False", "PodFailed", ""};
  std::vector<std::string> unknown, names;
  const auto look = [&](const kube::Container& container, const ContainerStatus* status) {
    if (status == nullptr) {
      unknown.emplace_back(*container.name);
    } else if (!status->ready) {
      names.emplace_back(*container.name);
    }
  };
  for (const kube::Container& container : spec.init_containers) {
    if (container.sidecar()) look(container, find_status(init, container));
  }
  for (const kube::Container& container : spec.containers) look(container, find_status(mains, container));
  const std::string message = incomplete("unready", unknown, names);
  if (message.empty()) return {"ContainersReady", "True", "", ""};
  return {"ContainersReady", "False", "ContainersNotReady", message};
}

/// Nobody in the files sets the condition of a readiness gate: it does not exist.
Condition ready(const kube::PodSpec& spec, const Condition& containers) {
  if (containers.status != "True") return {"Ready", containers.status, containers.reason, containers.message};
  std::string message;
  for (const kube::Text& gate : spec.rare->readiness_gates) {
    if (!message.empty()) message += ", ";
    message += "corresponding condition of pod readiness gate \"" + std::string(*gate) + "\" does not exist.";
  }
  if (message.empty()) return {"Ready", "True", "", ""};
  return {"Ready", "False", "ReadinessGatesNotReady", message};
}

}  // namespace

std::string phase_of(const kube::PodSpec& spec, const std::vector<ContainerStatus>& init,
                     const std::vector<ContainerStatus>& mains, bool ended) {
  Counts counts;
  for (const kube::Container& container : spec.init_containers) {
    count_init(container, find_status(init, container), counts);
  }
  for (const kube::Container& container : spec.containers) count_main(find_status(mains, container), counts);
  const std::string_view policy = *spec.restart_policy;
  if (counts.failed_init > 0 && policy == "Never") return "Failed";
  if (counts.pending_init > 0 || (counts.pending_sidecar > 0 && !counts.main_exists) || counts.waiting > 0) {
    return "Pending";
  }
  if (counts.running > 0 && counts.unknown == 0) return "Running";
  if (counts.running == 0 && counts.stopped > 0 && counts.unknown == 0) {
    const bool all_well = counts.stopped == counts.succeeded;
    if (ended) return all_well ? "Succeeded" : "Failed";
    if (policy != "OnFailure" && policy != "Never") return "Running";
    if (all_well) return "Succeeded";
    return policy == "Never" ? "Failed" : "Running";
  }
  return "Pending";
}

std::vector<Condition> conditions_of(const kube::PodSpec& spec, std::string_view phase,
                                     const std::vector<ContainerStatus>& init,
                                     const std::vector<ContainerStatus>& mains, bool sandbox_ready) {
  const Condition containers = containers_ready(spec, phase, init, mains);
  return {{"PodReadyToStartContainers", sandbox_ready ? "True" : "False", "", ""},
          initialized(spec, phase, init, mains),
          ready(spec, containers),
          containers,
          {"PodScheduled", "True", "", ""}};
}

}  // namespace podseer::lifecycle
