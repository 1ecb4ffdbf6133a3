// SPDX-License-Identifier: Apache-2.0
#include "cli/lsp_wire.hpp"

#include <poll.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "source/ascii.hpp"

namespace podseer::cli {
namespace {

constexpr std::size_t kMaxMessage = std::size_t{256} << 20;  // bytes
constexpr std::size_t kMaxHeader = 4096;                     // bytes

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

bool MessageReader::fill() {
  char bytes[65536];
  while (true) {
    const ssize_t got = ::read(fd_, bytes, sizeof bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(got));
    return true;
  }
}

std::optional<std::string> MessageReader::next() {
  std::size_t end;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (buffer_.size() > kMaxHeader || !fill()) return std::nullopt;
  }
  std::size_t length = 0;
  bool found = false;
  for (std::size_t at = 0; at < end;) {
    std::size_t stop = buffer_.find("\r\n", at);
    const std::string line = source::lowered(buffer_.substr(at, stop - at));
    if (line.starts_with("content-length:")) {
      length = std::strtoull(line.c_str() + 15, nullptr, 10);
      found = true;
    }
    at = stop + 2;
  }
  if (!found || length > kMaxMessage) return std::nullopt;
  while (buffer_.size() < end + 4 + length) {
    if (!fill()) return std::nullopt;
  }
  std::string message = buffer_.substr(end + 4, length);
  buffer_.erase(0, end + 4 + length);
  return message;
}

bool MessageReader::pending() const {
  if (!buffer_.empty()) return true;
  pollfd fd{fd_, POLLIN, 0};
  return ::poll(&fd, 1, 0) > 0 && (fd.revents & POLLIN) != 0;
}

bool write_message(int fd, const std::string& json) {
  std::string text = "Content-Length: " + std::to_string(json.size()) + "\r\n\r\n" + json;
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t wrote = ::write(fd, text.data() + at, text.size() - at);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return false;
    at += static_cast<std::size_t>(wrote);
  }
  return true;
}

std::string path_of_uri(const std::string& uri) {
  if (!uri.starts_with("file://")) return {};
  std::string path;
  for (std::size_t i = 7; i < uri.size(); ++i) {
    if (uri[i] == '%' && i + 2 < uri.size() && hex(uri[i + 1]) >= 0 && hex(uri[i + 2]) >= 0) {
      path += static_cast<char>(hex(uri[i + 1]) * 16 + hex(uri[i + 2]));
      i += 2;
    } else {
      path += uri[i];
    }
  }
  return path;
}

std::string uri_of_path(const std::string& path) {
  std::error_code ignored;
  const std::string absolute = std::filesystem::absolute(path, ignored).lexically_normal().string();
  std::string uri = "file://";
  for (const char c : absolute) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '/' || c == '-' || c == '_' || c == '.' || c == '~') {
      uri += c;
    } else {
      char buffer[4];
      std::snprintf(buffer, sizeof buffer, "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
      uri += buffer;
    }
  }
  return uri;
}

}  // namespace podseer::cli
