// SPDX-License-Identifier: Apache-2.0
#include "source/read.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "source/utf8.hpp"

namespace podseer::source {
namespace {

/// Closes what it holds.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ > STDERR_FILENO) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

std::string reason(int error) {
  switch (error) {
    case ENOENT: return "no such file or directory";
    case EACCES:
    case EPERM: return "permission denied";
    case ELOOP: return "too many levels of symbolic links";
    default: return std::strerror(error);
  }
}

std::string kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "is a directory";
  if (S_ISFIFO(mode)) return "is a named pipe, not a file";
  if (S_ISSOCK(mode)) return "is a socket, not a file";
  return "is a device, not a file";
}

/// A descriptor that the shell opened for us and named on the command line.
bool is_open_already(std::string_view path) {
  return path == "-" || path == "/dev/stdin" || path.starts_with("/dev/fd/") || path.starts_with("/proc/self/fd/");
}

std::string too_large(std::size_t limit) { return "is larger than " + std::to_string(limit >> 20U) + " MiB"; }

}  // namespace

Result<std::string> read_input(const std::string& path, std::size_t limit) {
  struct stat status {};
  int opened = STDIN_FILENO;
  if (path != "-") {
    const bool open_already = is_open_already(path);
    if (::stat(path.c_str(), &status) != 0) return Failure{reason(errno), path};
    if (!S_ISREG(status.st_mode) && !(open_already && !S_ISDIR(status.st_mode))) {
      return Failure{kind_of(status.st_mode), path};
    }
    // O_NONBLOCK: should a FIFO have taken the file's place meanwhile, opening it does not wait.
    opened = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | (open_already ? 0 : O_NONBLOCK));
    if (opened < 0) return Failure{reason(errno), path};
    const int fd = opened;
    if (::fstat(fd, &status) != 0 || (!S_ISREG(status.st_mode) && !open_already)) {
      ::close(fd);
      return Failure{kind_of(status.st_mode), path};
    }
  } else if (::fstat(STDIN_FILENO, &status) != 0) {
    return Failure{"standard input is closed", path};
  }
  const Descriptor file(opened);
  std::string bytes;
  std::size_t used = 0;
  if (S_ISREG(status.st_mode)) {
    if (static_cast<std::uint64_t>(status.st_size) > limit) return Failure{too_large(limit), path};
    bytes.resize(static_cast<std::size_t>(status.st_size) + 1);  // one more, to see the end without a second round
  }
  for (;;) {
    if (used == bytes.size()) bytes.resize(std::max<std::size_t>(bytes.size() * 2, 65536));
    const ssize_t got = ::read(file.get(), bytes.data() + used, bytes.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Failure{reason(errno), path};
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
    if (used > limit) return Failure{too_large(limit), path};
  }
  bytes.resize(used);
  return to_utf8(std::move(bytes));
}

std::string to_utf8(std::string bytes) {
  const bool little = bytes.starts_with("\xFF\xFE");
  if (!little && !bytes.starts_with("\xFE\xFF")) return bytes;
  const auto unit = [&](std::size_t i) {
    const auto first = static_cast<unsigned char>(bytes[i]), second = static_cast<unsigned char>(bytes[i + 1]);
    return static_cast<std::uint32_t>(little ? first | (second << 8U) : second | (first << 8U));
  };
  std::string out;
  out.reserve(bytes.size());
  std::size_t i = 2;
  for (; i + 1 < bytes.size(); i += 2) {
    std::uint32_t code = unit(i);
    if (code >= 0xD800 && code < 0xE000) {
      const std::uint32_t low = code < 0xDC00 && i + 3 < bytes.size() ? unit(i + 2) : 0;
      if (low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
        i += 2;
      } else {
        code = 0xFFFD;
      }
    }
    append_utf8(code, out);
  }
  if (i < bytes.size()) out += "\xEF\xBF\xBD";  // half a unit at the end
  return out;
}

}  // namespace podseer::source
