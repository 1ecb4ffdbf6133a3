// SPDX-License-Identifier: Apache-2.0
// The API server's printer of pods, step by step (pkg/printers/internalversion/printers.go,
// printPod, Kubernetes 1.34.4). The steps are numbered as in the tests. Worked example: phase
// Running, main `app` waiting CrashLoopBackOff after 4 restarts, main `proxy` running and ready:
// STATUS CrashLoopBackOff, READY 1/2, RESTARTS 4.
#include "lifecycle/printer.hpp"

#include <algorithm>

namespace podseer::lifecycle {

namespace {

using State = ContainerStatus::State;

/// The reason of a container that ended, or what stands for an empty one.
std::string ended_reason(const ContainerStatus& status) {
  if (!status.reason.empty()) return status.reason;
  return "ExitCode:" + std::to_string(status.exit_code);
}

bool is_sidecar(const kube::PodSpec& spec, std::string_view name) {
  return std::any_of(spec.init_containers.begin(), spec.init_containers.end(),
                     [&](const kube::Container& c) { return *c.name == name && c.sidecar(); });
}

const Condition* find_condition(const PodStatus& status, std::string_view type) {
  for (const Condition& condition : status.conditions) {
    if (condition.type == type) return &condition;
  }
  return nullptr;
}

bool is_true(const PodStatus& status, std::string_view type) {
  const Condition* condition = find_condition(status, type);
  return condition != nullptr && condition->status == "True";
}

}  // namespace

std::string Columns::ready_text() const { return std::to_string(ready) + "/" + std::to_string(total); }

Columns print_columns(const kube::PodSpec& spec, const PodStatus& status, bool deleting) {
  Columns out;
  // 1. The phase, or the pod's own reason.
  out.status = status.reason.empty() ? status.phase : status.reason;
  // 2. Scheduling gates.
  const Condition* scheduled = find_condition(status, "PodScheduled");
  if (scheduled != nullptr && scheduled->reason == "SchedulingGated") out.status = "SchedulingGated";
  // 3. Sidecars count like mains.
  out.total = static_cast<int>(spec.containers.size());
  for (const kube::Container& container : spec.init_containers) out.total += container.sidecar() ? 1 : 0;
  // 4. Init containers in order, up to the first that is not done.
  bool initializing = false;
  int sidecar_restarts = 0;
  for (std::size_t i = 0; i < status.init_statuses.size(); ++i) {
    const ContainerStatus& init = status.init_statuses[i];
    const bool sidecar = i < spec.init_containers.size() && *spec.init_containers[i].name == init.name
                             ? spec.init_containers[i].sidecar()
                             : is_sidecar(spec, init.name);
    out.restarts += init.restart_count;
    if (sidecar) sidecar_restarts += init.restart_count;
    if (init.state == State::Terminated && init.exit_code == 0) continue;
    if (sidecar && init.started) {
      if (init.ready) ++out.ready;
      continue;
    }
    if (init.state == State::Terminated) {
      out.status = "Init:" + ended_reason(init);
    } else if (init.state == State::Waiting && !init.reason.empty() && init.reason != "PodInitializing") {
      out.status = "Init:" + init.reason;
    } else {
      out.status = "Init:" + std::to_string(i) + "/" + std::to_string(spec.init_containers.size());
    }
    out.decided_by = &init;
    initializing = true;
    break;
  }
  // 5. Main containers from the last to the first: the first by name wins.
  if (!initializing || is_true(status, "Initialized")) {
    out.restarts = sidecar_restarts;
    bool has_running = false;
    for (std::size_t i = status.container_statuses.size(); i-- > 0;) {
      const ContainerStatus& main = status.container_statuses[i];
      out.restarts += main.restart_count;
      if (main.state == State::Waiting && !main.reason.empty()) {
        out.status = main.reason;
        out.decided_by = &main;
      } else if (main.state == State::Terminated) {
        out.status = ended_reason(main);
        out.decided_by = &main;
      } else if (main.state == State::Running && main.ready) {
        has_running = true;
        ++out.ready;
      }
    }
    // 6. One is done while others still run.
    if (out.status == "Completed" && has_running) { out.status = is_true(status, "Ready") ? "Running" : "NotReady"; }
  }
  // 7. On its way out.
  if (deleting && status.reason == "NodeLost") {
    out.status = "Unknown";
  } else if (deleting && status.phase != "Succeeded" && status.phase != "Failed") {
    out.status = "Terminating";
  }
  return out;
}

}  // namespace podseer::lifecycle
