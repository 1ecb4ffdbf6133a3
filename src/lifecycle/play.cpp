// SPDX-License-Identifier: Apache-2.0
// Watches a simulation the way `kubectl get pods -w` would, and keeps what the table shows: each
// distinct (STATUS, READY, phase) with its share of the window, and the state of the containers
// then. Worked example: a container that ends at once shows Error for 10 to 15 s after each end and
// CrashLoopBackOff for the rest; between 60 and 240 s that is 1 to 5, so the row says
// CrashLoopBackOff.
#include "lifecycle/play.hpp"

#include <algorithm>
#include <cmath>

#include "lifecycle/simulate.hpp"

namespace podseer::lifecycle {

namespace {

using State = ContainerStatus::State;

/// How long after the looked-at moment restarts are still watched for: one longest back-off and
/// more.
constexpr Seconds kWatchOn = 400;

/// After so long every pod is in its final state or circle: the longest back-off has come round
/// several times.
constexpr Seconds kSteady = 3600;

struct Candidate {
  std::string status, ready, phase;
  Seconds share = 0;    // seconds within the window
  Seconds seen_at = 0;  // a moment at which it was shown
  PodStatus at_that_time;
};

int restarts_of(const PodStatus& status) {
  int sum = 0;
  for (const ContainerStatus& c : status.init_statuses) sum += c.restart_count;
  for (const ContainerStatus& c : status.container_statuses) sum += c.restart_count;
  return sum;
}

class Watcher {
 public:
  Watcher(const PodPlan& plan, std::optional<Seconds> at, bool with_timeline)
      : spec_(plan.pod->spec), at_(at), with_timeline_(with_timeline) {}

  void look(Seconds begin, const PodStatus& status) {
    if (seen_) close(begin);
    seen_ = true;
    begin_ = begin;
    current_ = status;
    for (const Condition& condition : status.conditions) {
      if (condition.type == "Ready" && condition.status == "True") out_.ready_at = std::min(out_.ready_at, begin);
    }
    if ((status.phase == "Succeeded" || status.phase == "Failed") && out_.done_phase.empty()) {
      out_.done_at = begin;
      out_.done_phase = status.phase;
    }
    const int restarts = restarts_of(status);
    while (static_cast<int>(out_.restarted_at.size()) < restarts) out_.restarted_at.push_back(begin);
    if (with_timeline_) draw(begin, status);
  }

  Played finish(Seconds until) {
    close(kNever);
    std::size_t best = 0;
    if (!at_) best = most_of_the_time();
    if (!candidates_.empty()) {
      out_.status = std::move(candidates_[best].at_that_time);
      out_.looked_at = candidates_[best].seen_at;
    }
    out_.columns = print_columns(spec_, out_.status);
    // Restarted at least once by the time of the look, and again after it.
    const Seconds looked = at_ ? *at_ : kWindowEnd;
    const auto before =
        std::count_if(out_.restarted_at.begin(), out_.restarted_at.end(), [&](Seconds t) { return t <= looked; });
    out_.growing = before > 0 && static_cast<std::size_t>(before) < out_.restarted_at.size() && out_.done_at > looked;
    for (TimelineRow& row : out_.timeline) {
      if (!row.segments.empty() && row.segments.back().end > until) row.segments.back().end = kNever;
    }
    return std::move(out_);
  }

 private:
  /// The look that began at begin_ lasted until `end`.
  void close(Seconds end) {
    if (at_) {
      // The last look that began before the moment.
      if (begin_ > *at_ && !candidates_.empty()) return;
      candidates_.clear();
      candidates_.push_back({{}, {}, {}, 0, std::max(begin_, std::min(*at_, end)), current_});
      return;
    }
    const Seconds from = std::max(begin_, kWindowBegin);
    const Seconds share = std::min(end, kWindowEnd) - from;
    if (share <= 0) return;
    const Columns columns = print_columns(spec_, current_);
    const std::string ready = columns.ready_text();
    auto it = std::find_if(candidates_.begin(), candidates_.end(), [&](const Candidate& c) {
      return c.status == columns.status && c.ready == ready && c.phase == current_.phase;
    });
    if (it == candidates_.end()) it = candidates_.insert(it, {columns.status, ready, current_.phase, 0, 0, {}});
    it->share += share;
    // The state nearest before the middle of the window stands for all that look alike.
    if (begin_ <= kSomeMinutes || it->at_that_time.phase.empty()) {
      it->at_that_time = current_;
      it->seen_at = std::max(from, std::min(kSomeMinutes, end));
    }
  }

  [[nodiscard]] std::size_t most_of_the_time() const {
    std::size_t best = 0;
    Seconds best_status = -1, best_share = -1;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      Seconds of_status = 0;
      for (const Candidate& other : candidates_) {
        if (other.status == candidates_[i].status) of_status += other.share;
      }
      if (of_status > best_status || (of_status == best_status && candidates_[i].share > best_share)) {
        best = i;
        best_status = of_status;
        best_share = candidates_[i].share;
      }
    }
    return best;
  }

  static TimelineSegment segment_of(const ContainerStatus& c) {
    TimelineSegment out;
    out.reason = c.reason;
    switch (c.state) {
      case State::Waiting:
        out.state = c.reason == "CrashLoopBackOff" || c.reason == "ImagePullBackOff" ? "backoff" : "waiting";
        break;
      case State::Running: out.state = c.ready ? "ready" : "running"; break;
      case State::Terminated: out.state = "terminated"; break;
    }
    return out;
  }

  void draw(Seconds begin, const PodStatus& status) {
    const auto add = [&](const ContainerStatus& c) {
      auto row = std::find_if(out_.timeline.begin(), out_.timeline.end(),
                              [&](const TimelineRow& r) { return r.init == c.init && r.container == c.name; });
      if (row == out_.timeline.end()) row = out_.timeline.insert(row, {c.name, c.init, {}});
      TimelineSegment next = segment_of(c);
      if (!row->segments.empty()) {
        TimelineSegment& last = row->segments.back();
        if (last.state == next.state && last.reason == next.reason) return;
        last.end = begin;
      }
      next.begin = begin;
      next.end = kNever;
      row->segments.push_back(std::move(next));
    };
    // Rows in the order of the spec: init containers first.
    for (const ContainerStatus& c : status.init_statuses) add(c);
    for (const kube::Container& container : spec_.containers) {
      for (const ContainerStatus& c : status.container_statuses) {
        if (c.name == *container.name) add(c);
      }
    }
  }

  const kube::PodSpec& spec_;
  std::optional<Seconds> at_;
  bool with_timeline_;
  bool seen_ = false;
  Seconds begin_ = 0;
  PodStatus current_;
  std::vector<Candidate> candidates_;
  Played out_;
};

}  // namespace

Played play(const PodPlan& plan, std::string_view pod_name, std::string_view ns, std::optional<Seconds> at,
            bool with_timeline) {
  // Timelines of pods with very many containers would be a picture nobody can read.
  constexpr std::size_t kMostRows = 64;
  if (plan.init.size() + plan.mains.size() > kMostRows) with_timeline = false;
  // What goes round in circles does so the same way for ever; only a deadline can still come.
  if (at && *at > kSteady)
    at = std::max(kSteady, std::isfinite(plan.deadline) ? std::min(*at, plan.deadline + kSteady) : kSteady);
  const Seconds until = at ? std::max(kHorizon, *at + kWatchOn) : kHorizon;
  Watcher watcher(plan, at, with_timeline);
  simulate(plan, pod_name, ns, until, [&](Seconds begin, const PodStatus& status) { watcher.look(begin, status); });
  return watcher.finish(until);
}

}  // namespace podseer::lifecycle
