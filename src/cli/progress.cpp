// SPDX-License-Identifier: Apache-2.0
#include "cli/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string_view>

#include "report/text.hpp"

namespace podseer::cli {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kPatience = std::chrono::seconds(1);       // before the first line
constexpr auto kPeriod = std::chrono::milliseconds(100);  // between two drawings
constexpr std::string_view kErase = "\r\x1b[K";

bool is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

int columns() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20 ? size.ws_col : 80;
}

void put(std::string_view text) {
  if (::write(STDERR_FILENO, text.data(), text.size()) < 0) return;  // a terminal that is gone
}

}  // namespace

bool Progress::wanted(int quiet) {
  if (quiet > 0 || is_set("CI") || isatty(STDERR_FILENO) != 1) return false;
  const char* term = std::getenv("TERM");
  return term != nullptr && std::string_view(term) != "dumb";
}

Progress::Progress(bool on) {
  if (on) thread_ = std::thread([this] { run(); });
}

void Progress::begin(const std::string& what, std::size_t total) {
  const std::lock_guard lock(mutex_);
  what_ = what;
  total_ = total;
  done_ = 0;
}

void Progress::draw(double seconds) {
  std::string line = "podseer: " + (what_.empty() ? "working" : what_);
  if (total_ > 1)
    line += " (" + std::to_string(std::min(done_.load() + 1, total_)) + " of " + std::to_string(total_) + ")";
  line += ", " + std::to_string(static_cast<int>(seconds)) + " s";
  put(std::string(kErase) + report::cut(report::printable(line, true), columns() - 1, false));
  drawn_ = true;
}

void Progress::run() {
  const Clock::time_point begin = Clock::now();
  std::unique_lock lock(mutex_);
  if (wake_.wait_for(lock, kPatience, [this] { return stopping_; })) return;
  do {
    draw(std::chrono::duration<double>(Clock::now() - begin).count());
  } while (!wake_.wait_for(lock, kPeriod, [this] { return stopping_; }));
}

void Progress::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
  if (drawn_) put(kErase);
}

}  // namespace podseer::cli
