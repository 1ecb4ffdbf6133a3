// SPDX-License-Identifier: Apache-2.0
// The kubelet's pod worker (Kubernetes 1.34.4, pkg/kubelet/kubelet.go SyncPod, pod_workers.go,
// kuberuntime/kuberuntime_manager.go computePodActions and doBackOff, reason_cache.go). Each sync
// first publishes what the runtime shows, with the reasons of failed starts from the sync before,
// then acts: kills what a probe gave up on, starts init containers in order, then the mains one
// after the other. The next sync comes when a container started or ended (seen by the relist every
// second), when a probe changes its mind, or after a wait: 10 to 15 s after a failure, 60 to 90 s
// otherwise. Worked example: `sh -c 'exit 1'` ends at 2 s and is restarted at once; it ends again
// at 3 s, and now the window of 10 s is open: the sync at 4 s shows Error and only notes the
// back-off, the sync at 16 s shows CrashLoopBackOff and starts it again, because more than 10 s
// have passed by then.
#include "lifecycle/simulate.hpp"

#include <algorithm>
#include <cmath>
#include <queue>

#include "lifecycle/facts.hpp"

namespace podseer::lifecycle {

namespace {

using State = ContainerStatus::State;

/// Syncs of one simulation at most: far above what 20 minutes of any pod need.
constexpr int kMostSyncs = 4000;
constexpr Seconds kHookHangs = 1e7;  // longer than anybody looks

/// One container as the runtime and the kubelet's caches know it.
struct Live {
  explicit Live(const ContainerPlan& p) : plan(&p) {}
  const ContainerPlan* plan;
  enum class Runtime : std::uint8_t { None, Running, Exited };
  Runtime runtime = Runtime::None;
  int attempts = 0;  // instances so far
  Seconds started_at = 0;
  Seconds ends_at = kNever;  // of the running instance, by itself
  Seconds finished_at = 0;   // of the exited instance
  int exit_code = 0;
  std::string_view exit_reason;
  std::string_view exit_message;
  // The instance before.
  bool has_last = false;
  Seconds last_finished_at = 0;
  int last_exit_code = 0;
  std::string_view last_reason;
  // Reason cache.
  std::string_view cached;
  std::string_view cached_message;
  Seconds cached_window = 0;
  // Restart back-off.
  bool backing_off = false;
  Seconds window = 0;
  Seconds window_set_at = 0;
  /// Finish of the newest exited instance in the snapshot of this sync; kNever: there is none.
  Seconds snapshot_exit = kNever;
  bool pulled = false;
  bool restart_after_kill = false;
};

class PodWorker {
 public:
  PodWorker(const PodPlan& plan, std::string_view pod_name, std::string_view ns, Seconds until, const Look& look)
      : plan_(plan), spec_(plan.pod->spec), pod_name_(pod_name), ns_(ns), until_(until), look_(look) {
    for (const ContainerPlan& c : plan.init) init_.emplace_back(c);
    for (const ContainerPlan& c : plan.mains) mains_.emplace_back(c);
    initialized_ = init_.empty();
  }

  void run() {
    if (publish_blocked()) return;
    event_at(plan_.deadline);
    Seconds wake = 0;
    for (int syncs = 0; syncs < kMostSyncs && wake <= until_; ++syncs) {
      // The worker waits for a relist that is newer than the end of its last sync.
      now_ = syncs == 0 ? wake : std::max(wake, next_relist(now_));
      while (!events_.empty() && events_.top() <= now_) events_.pop();
      settle();
      if (sync_statuses()) return;
      const bool blocked = plan_.block != PodPlan::Block::None;
      const bool failed = blocked || !act();
      const Seconds wait = failed ? (facts::sync_retry_least + facts::sync_retry_most) / 2
                                  : (facts::resync_least + facts::resync_most) / 2;
      // Without a failure or anything under way nothing changes any more.
      if ((blocked || !failed) && events_.empty()) return;
      wake = blocked ? kNever : now_ + wait;
      if (!events_.empty()) wake = std::max(now_, std::min(wake, events_.top()));
    }
  }

 private:
  void event_at(Seconds at) {
    if (at <= until_) events_.push(at);
  }
  /// The relist that sees what happened at `at`.
  void relist_after(Seconds at) {
    if (std::isfinite(at)) event_at(next_relist(at));
  }
  static Seconds next_relist(Seconds at) { return (std::floor(at / facts::relist_period) + 1) * facts::relist_period; }

  /// Pods that never reach the kubelet's loop. True when the life ends here.
  bool publish_blocked() {
    PodStatus status;
    switch (plan_.block) {
      case PodPlan::Block::Gated:
      case PodPlan::Block::Unscheduled:
        status.phase = "Pending";
        // Without a reason and words no scheduler has looked at the pod: there is no condition
        // either.
        if (plan_.blocked.effect != nullptr && plan_.blocked.effect->reason.empty() && plan_.blocked.message.empty())
          break;
        status.conditions = {
            {"PodScheduled", "False",
             plan_.block == PodPlan::Block::Gated ? "SchedulingGated" : std::string(plan_.blocked.reason),
             std::string(plan_.blocked.message)}};
        break;
      case PodPlan::Block::RefusedByNode:
        status.phase = "Failed";
        status.reason = plan_.blocked.reason;
        status.message = plan_.blocked.message;
        if (!spec_.node_name.written()) status.conditions = {{"PodScheduled", "True", "", ""}};
        break;
      default: return false;
    }
    look_(0, status);
    return true;
  }

  /// Processes that have ended by now.
  void settle() {
    for (std::vector<Live>* list : {&init_, &mains_}) {
      for (Live& c : *list) {
        if (c.runtime != Live::Runtime::Running || c.ends_at > now_) continue;
        end(c, c.ends_at, c.plan->exit_code, c.plan->exit_reason, c.plan->ending.message);
        if (c.plan->evicts) evicted_by_ = &c;
      }
    }
  }

  void end(Live& c, Seconds at, int exit_code, std::string_view reason, std::string_view message = {}) {
    c.runtime = Live::Runtime::Exited;
    c.finished_at = at;
    c.exit_code = exit_code;
    c.exit_reason = reason;
    c.exit_message = reason == "OOMKilled" ? std::string_view{} : message;
    c.ends_at = kNever;
    if (at >= now_) relist_after(at);  // what ended before was seen by the relist that led here
  }

  void kill(Live& c, Seconds takes, int exit_code) {
    if (c.ends_at <= now_ + takes) {
      now_ = std::max(now_, c.ends_at);
      end(c, c.ends_at, c.plan->exit_code, c.plan->exit_reason);
      return;
    }
    now_ += takes;
    end(c, now_, exit_code, exit_code == 0 ? "Completed" : "Error");
  }

  [[nodiscard]] bool failed(const Live& c) const { return c.exit_code != 0 || c.exit_reason == "OOMKilled"; }

  /// The container is to be started (again), by the pod's restart policy.
  [[nodiscard]] bool should_start(const Live& c) const {
    if (c.runtime == Live::Runtime::Running) return false;
    if (c.runtime == Live::Runtime::None || c.plan->sidecar) return true;
    const std::string_view policy = *spec_.restart_policy;
    if (c.plan->container->init) return failed(c) && policy != "Never";
    if (policy == "Never") return false;
    return policy != "OnFailure" || c.exit_code != 0;
  }

  [[nodiscard]] ContainerStatus status_of(const Live& c) const {
    ContainerStatus out;
    out.name = *c.plan->container->name;
    out.image = *c.plan->container->image;
    out.init = c.plan->container->init;
    out.restart_count = std::max(0, c.attempts - 1);
    if (c.has_last) {
      out.last_reason = c.last_reason;
      out.last_exit_code = c.last_exit_code;
    }
    const bool exempt = out.init && c.runtime == Live::Runtime::Exited && !failed(c);  // sidecars too
    if (!c.cached.empty() && !exempt && should_start(c)) {
      if (c.runtime == Live::Runtime::Exited) {
        out.last_reason = c.exit_reason;
        out.last_exit_code = c.exit_code;
      }
      out.state = State::Waiting;
      out.reason = c.cached;
      out.message = waiting_message(c);
    } else if (c.runtime == Live::Runtime::None) {
      out.state = State::Waiting;
      out.reason = init_.empty() ? "ContainerCreating" : "PodInitializing";
    } else if (c.runtime == Live::Runtime::Exited) {
      out.state = State::Terminated;
      out.reason = c.exit_reason;
      out.message = c.exit_message;
      out.exit_code = c.exit_code;
      out.ready = out.init && !c.plan->sidecar && !failed(c);
    } else {
      out.state = State::Running;
      const Seconds age = now_ - c.started_at;
      out.started = age >= c.plan->started_after;
      out.ready = out.started && age >= c.plan->ready_after && (!out.init || c.plan->sidecar);
    }
    return out;
  }

  [[nodiscard]] std::string waiting_message(const Live& c) const {
    if (c.cached == "CrashLoopBackOff") {
      return "back-off " + kube::print_go_duration(c.cached_window) +
             " restarting failed container=" + std::string(*c.plan->container->name) +
             " pod=" + std::string(pod_name_) + "_" + std::string(ns_);
    }
    if (c.cached == "ImagePullBackOff") {
      std::string text = "Back-off pulling image \"" + std::string(*c.plan->container->image) + "\": ErrImagePull";
      if (!c.cached_message.empty()) text += ": " + std::string(c.cached_message);
      return text;
    }
    return std::string(c.cached_message);
  }

  [[nodiscard]] PodStatus read_statuses() const {
    PodStatus status;
    for (const Live& c : init_) status.init_statuses.push_back(status_of(c));
    for (const Live& c : mains_) status.container_statuses.push_back(status_of(c));
    return status;
  }

  void publish(PodStatus status, bool sandbox) {
    status.conditions = conditions_of(spec_, status.phase, status.init_statuses, status.container_statuses, sandbox);
    std::stable_sort(status.container_statuses.begin(), status.container_statuses.end(),
                     [](const ContainerStatus& a, const ContainerStatus& b) { return a.name < b.name; });
    look_(now_, status);
  }

  /// The first half of a sync. True when the pod has ended.
  bool sync_statuses() {
    if (evicted_by_ != nullptr) {
      finish("Failed", "Evicted", evicted_by_->plan->ending.message);
      return true;
    }
    if (now_ >= plan_.deadline) {
      finish("Failed", "DeadlineExceeded", "Pod was active on the node longer than the specified deadline");
      return true;
    }
    PodStatus status = read_statuses();
    status.phase = phase_of(spec_, status.init_statuses, status.container_statuses, false);
    if (status.phase == "Succeeded" || status.phase == "Failed") {
      finish(status.phase, {}, {});
      return true;
    }
    publish(std::move(status), sandbox_);
    return false;
  }

  /// Ends the pod: kills what runs, and calls what cannot be found ContainerStatusUnknown.
  void finish(std::string_view phase, std::string_view reason, std::string_view message) {
    const Seconds begin = now_;
    Seconds longest = begin;
    for (std::vector<Live>* list : {&mains_, &init_}) {
      for (Live& c : *list) {
        if (c.runtime != Live::Runtime::Running) continue;
        now_ = begin;
        kill(c, c.plan->term_takes, c.plan->term_exit_code);
        longest = std::max(longest, now_);
      }
    }
    now_ = longest;
    PodStatus status = read_statuses();
    status.phase = phase;
    status.reason = reason;
    status.message = message;
    const auto lost = [](ContainerStatus& s) {
      if (s.state == State::Terminated) return;
      s.state = State::Terminated;
      s.reason = "ContainerStatusUnknown";
      s.message = "The container could not be located when the pod was terminated";
      s.exit_code = static_cast<int>(facts::exit_killed);
      s.started = s.ready = false;
    };
    const bool any_main = std::any_of(mains_.begin(), mains_.end(), [](const Live& c) { return c.attempts > 0; });
    if (init_.empty() || any_main || initialized_) {
      for (ContainerStatus& s : status.container_statuses) lost(s);
    }
    for (std::size_t i = 0; i < init_.size(); ++i) {
      if (i == 0 || init_[i].attempts > 0) lost(status.init_statuses[i]);
    }
    publish(std::move(status), false);
  }

  /// The second half of a sync. False when something could not be started.
  bool act() {
    for (std::vector<Live>* list : {&init_, &mains_}) {
      for (Live& c : *list) {
        c.snapshot_exit = c.runtime == Live::Runtime::Exited ? c.finished_at : c.has_last ? c.last_finished_at : kNever;
      }
    }
    if (!sandbox_) {
      now_ += facts::sandbox_takes;
      sandbox_ = true;
      relist_after(now_);
    }
    for (std::vector<Live>* list : {&init_, &mains_}) {
      for (Live& c : *list) {
        if (c.runtime != Live::Runtime::Running || now_ < c.started_at + c.plan->killed_after) continue;
        kill(c, c.plan->kill_takes, c.plan->term_exit_code);
        c.restart_after_kill = c.plan->sidecar || *spec_.restart_policy != "Never";
      }
    }
    const bool any_main = std::any_of(mains_.begin(), mains_.end(), [](const Live& c) { return c.attempts > 0; });
    const bool mains_done = any_main && std::all_of(mains_.begin(), mains_.end(), [&](const Live& c) {
                              return c.runtime == Live::Runtime::Exited && !should_start(c) && !c.restart_after_kill;
                            });
    if (mains_done) {
      for (std::size_t i = init_.size(); i-- > 0;) {
        if (init_[i].runtime == Live::Runtime::Running)
          kill(init_[i], init_[i].plan->term_takes, init_[i].plan->term_exit_code);
      }
      relist_after(now_);
      return true;
    }
    bool well = act_init(any_main);
    if (!initialized_) return well;
    for (Live& c : mains_) {
      if (should_start(c) || c.restart_after_kill) well = start(c) && well;
    }
    return well;
  }

  /// Init containers: only the furthest one decides; sidecars before it are kept running.
  bool act_init(bool any_main) {
    bool well = true;
    std::size_t furthest = init_.size();
    for (std::size_t i = init_.size(); i-- > 0;) {
      if (init_[i].runtime != Live::Runtime::None) {
        furthest = i;
        break;
      }
    }
    if (init_.empty()) return true;
    if (furthest == init_.size()) return start(init_[0]);
    for (std::size_t i = 0; i < furthest || (any_main && i <= furthest); ++i) {
      Live& c = init_[i];
      if (c.plan->sidecar && c.runtime == Live::Runtime::Exited) well = start(c) && well;
    }
    if (any_main || initialized_) return well;
    Live& c = init_[furthest];
    if (c.runtime == Live::Runtime::Exited && (c.plan->sidecar || failed(c))) return start(c) && well;
    const bool done =
        c.plan->sidecar ? now_ - c.started_at >= c.plan->started_after : c.runtime == Live::Runtime::Exited;
    if (!done) return well;
    if (furthest + 1 < init_.size()) return start(init_[furthest + 1]) && well;
    initialized_ = true;
    return well;
  }

  bool fail(Live& c, std::string_view reason, std::string_view message, Seconds window = 0) {
    c.cached = reason;
    c.cached_message = message;
    c.cached_window = window;
    return false;
  }

  /// Starts a container, or notes why it cannot be.
  bool start(Live& c) {
    c.restart_after_kill = false;
    if (std::isfinite(c.snapshot_exit)) {
      const bool remembered = c.backing_off && c.snapshot_exit - c.window_set_at <= facts::backoff_forgotten_after;
      if (remembered && now_ - c.snapshot_exit < c.window) return fail(c, "CrashLoopBackOff", {}, c.window);
      c.window = remembered ? std::min(c.window * 2, facts::restart_backoff_most) : facts::restart_backoff_first;
      c.window_set_at = now_;
      c.backing_off = true;
    }
    if (c.plan->image.set) return pull_fails(c);
    if (!c.pulled) now_ += facts::pull_takes;
    c.pulled = true;
    if (c.plan->configure.set) return fail(c, c.plan->configure.reason, c.plan->configure.message);
    if (c.plan->create.set) return fail(c, c.plan->create.reason, c.plan->create.message);
    if (c.runtime == Live::Runtime::Exited) {
      c.has_last = true;
      c.last_finished_at = c.finished_at;
      c.last_exit_code = c.exit_code;
      c.last_reason = c.exit_reason;
    }
    now_ += facts::start_takes;
    ++c.attempts;
    if (c.plan->start.set) {
      end(c, now_, static_cast<int>(facts::exit_start_error), "StartError", c.plan->start.message);
      return fail(c, c.plan->start.reason, c.plan->start.message);
    }
    c.runtime = Live::Runtime::Running;
    c.started_at = now_;
    c.ends_at = c.plan->repeats || c.attempts == 1 ? now_ + c.plan->life : kNever;
    relist_after(now_);
    relist_after(c.ends_at);
    // A probe that changes its mind, as long as the container runs, makes a sync of its own.
    for (const Seconds after : {c.plan->started_after, c.plan->ready_after, c.plan->killed_after}) {
      if (after > 0 && now_ + after < c.ends_at) event_at(now_ + after);
    }
    if (c.plan->post_start_hangs) {
      now_ += kHookHangs;
      c.cached = {};
      return true;
    }
    if (c.plan->post_start.set) {
      kill(c, c.plan->term_takes, c.plan->term_exit_code);
      return fail(c, c.plan->post_start.reason, c.plan->post_start.message);
    }
    now_ += c.plan->post_start_takes;
    c.cached = {};
    return true;
  }

  bool pull_fails(Live& c) {
    const Fault& fault = c.plan->image;
    const bool pulls = fault.reason == "ErrImagePull" || fault.reason == "ImagePullBackOff" ||
                       fault.reason == "RegistryUnavailable" || fault.reason == "SignatureValidationFailed";
    if (!pulls) return fail(c, fault.reason, fault.message);
    PullBackoff& back = pull_backoff(*c.plan->container->image);
    if (back.window > 0 && now_ - back.failed_at < back.window) return fail(c, "ImagePullBackOff", fault.message);
    now_ += facts::pull_failure_takes;
    back.window = back.window > 0 ? std::min(back.window * 2, facts::pull_backoff_most) : facts::pull_backoff_first;
    back.failed_at = now_;
    return fail(c, fault.reason == "ImagePullBackOff" ? std::string_view("ErrImagePull") : fault.reason, fault.message);
  }

  /// The pull back-off is kept for the pod and the image, not for the container.
  struct PullBackoff {
    std::string_view image;
    Seconds window = 0;
    Seconds failed_at = 0;
  };
  PullBackoff& pull_backoff(std::string_view image) {
    for (PullBackoff& back : pulls_) {
      if (back.image == image) return back;
    }
    pulls_.push_back({image});
    return pulls_.back();
  }

  const PodPlan& plan_;
  const kube::PodSpec& spec_;
  std::string_view pod_name_, ns_;
  Seconds until_;
  const Look& look_;
  std::vector<Live> init_, mains_;
  std::vector<PullBackoff> pulls_;
  std::priority_queue<Seconds, std::vector<Seconds>, std::greater<>> events_;
  Seconds now_ = 0;
  bool sandbox_ = false;
  bool initialized_ = false;
  const Live* evicted_by_ = nullptr;
};

}  // namespace

void simulate(const PodPlan& plan, std::string_view pod_name, std::string_view ns, Seconds until, const Look& look) {
  PodWorker(plan, pod_name, ns, until, look).run();
}

}  // namespace podseer::lifecycle
