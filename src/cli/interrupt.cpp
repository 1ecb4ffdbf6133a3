// SPDX-License-Identifier: Apache-2.0
#include "cli/interrupt.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>

namespace podseer::cli {
namespace {

// What a signal handler may touch: written only while the signals are blocked.
char unfinished[PATH_MAX];
std::atomic<bool> is_unfinished{false};
std::atomic<pid_t> child{0};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<pid_t>::is_always_lock_free);

/// Safe in a signal handler.
void clean_up() {
  if (is_unfinished.load()) ::unlink(unfinished);
  if (const pid_t pid = child.load(); pid > 0) ::kill(pid, SIGKILL);
}

void on_signal(int signal) {
  clean_up();
  ::_exit(128 + signal);
}

[[noreturn]] void end_with(int status, const char* sentence) {
  clean_up();
  (void)!::write(STDERR_FILENO, sentence, std::strlen(sentence));
  ::_exit(status);
}

[[noreturn]] void on_no_memory() { end_with(2, "podseer: error: there is not enough memory for these files\n"); }
[[noreturn]] void on_terminate() { end_with(3, "podseer: internal error: an exception was not caught\n"); }

/// No signal is handled while this lives.
class Held {
 public:
  Held() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~Held() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

void end_cleanly() {
  // A closed standard stream must not become the number of a file that we open. What takes its place
  // fails on use, as the closed one would.
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) == -1) (void)!::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction now {};
    if (::sigaction(signal, nullptr, &now) != 0 || now.sa_handler == SIG_IGN) continue;
    struct sigaction action {};
    action.sa_handler = on_signal;
    sigfillset(&action.sa_mask);
    ::sigaction(signal, &action, nullptr);
  }
  std::set_new_handler(on_no_memory);
  std::set_terminate(on_terminate);
}

void set_child(pid_t pid) { child = pid; }

Unfinished::Unfinished(const std::string& beside) {
  const std::size_t slash = beside.rfind('/');
  path_ = (slash == std::string::npos ? std::string() : beside.substr(0, slash + 1)) + ".podseer-XXXXXX";
  if (path_.size() >= sizeof unfinished) {
    errno = ENAMETOOLONG;
    return;
  }
  const Held held;
  fd_ = ::mkostemp(path_.data(), O_CLOEXEC);
  if (fd_ < 0) return;
  std::memcpy(unfinished, path_.c_str(), path_.size() + 1);
  is_unfinished = true;
}

Unfinished::~Unfinished() {
  if (path_.empty()) return;
  const Held held;
  if (fd_ >= 0) ::close(fd_);
  if (is_unfinished.exchange(false)) ::unlink(path_.c_str());
}

bool Unfinished::rename_to(const std::string& path) {
  const Held held;
  const int fd = fd_;
  fd_ = -1;
  if (::close(fd) != 0 || ::rename(path_.c_str(), path.c_str()) != 0) return false;
  is_unfinished = false;
  return true;
}

}  // namespace podseer::cli
