// SPDX-License-Identifier: Apache-2.0
#include "cli/write_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "cli/interrupt.hpp"

namespace podseer::cli {
namespace {

/// Where the bytes really go: a link stays a link.
std::string behind_links(const std::string& path) {
  char real[PATH_MAX];
  return ::realpath(path.c_str(), real) != nullptr ? std::string(real) : path;
}

mode_t mode_of_new_files() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

}  // namespace

std::string write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t wrote = ::write(fd, text.data(), text.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return std::strerror(errno);
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return {};
}

std::string write_file_whole(const std::string& path, std::string_view text) {
  const auto failed = [&path](const std::string& why) { return "cannot write '" + path + "': " + why; };
  struct stat info {};
  const bool exists = ::stat(path.c_str(), &info) == 0;
  if (exists && !S_ISREG(info.st_mode)) {  // /dev/stdout, a pipe: written as it is
    const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0) return failed(std::strerror(errno));
    const std::string wrong = write_all(fd, text);
    const bool reader_left = !wrong.empty() && errno == EPIPE;
    ::close(fd);
    return wrong.empty() || reader_left ? std::string() : failed(wrong);
  }
  const std::string target = behind_links(path);
  Unfinished file(target);
  if (file.descriptor() < 0) return failed(std::strerror(errno));
  if (const std::string wrong = write_all(file.descriptor(), text); !wrong.empty()) return failed(wrong);
  const mode_t mode = exists ? info.st_mode & 07777U : mode_of_new_files();
  if (::fchmod(file.descriptor(), mode) != 0 || !file.rename_to(target)) return failed(std::strerror(errno));
  return {};
}

}  // namespace podseer::cli
