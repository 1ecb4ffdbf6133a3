// SPDX-License-Identifier: Apache-2.0
// One line on the terminal for work that takes longer than a second: what is being done, how far it is.
//
//     podseer: rendering overlays/prod (3 of 12), 4 s
//
// It is drawn on standard error, over itself, and is gone when the report comes. Where nobody looks (no
// terminal, CI, -q, TERM=dumb) there is no line and no thread; before the first second there is none either.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <thread>

namespace podseer::cli {

class Progress {
 public:
  /// Does somebody look? `quiet` is the count of -q.
  [[nodiscard]] static bool wanted(int quiet);

  /// With `on` false nothing ever happens.
  explicit Progress(bool on);
  ~Progress() { stop(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// A new piece of work: "reading" of `total` "files"; 0: its size is not known.
  void begin(const std::string& what, std::size_t total = 0);
  /// One of them is done. From any thread.
  void step() { done_.fetch_add(1, std::memory_order_relaxed); }
  /// Takes the line away for good.
  void stop();

 private:
  void draw(double seconds);
  void run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::string what_;
  std::size_t total_ = 0;
  std::atomic<std::size_t> done_{0};
  bool stopping_ = false;
  bool drawn_ = false;
  std::thread thread_;
};

}  // namespace podseer::cli
