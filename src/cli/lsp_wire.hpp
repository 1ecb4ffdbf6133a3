// SPDX-License-Identifier: Apache-2.0
// JSON-RPC over standard input and output: `Content-Length: N`, a blank line, N bytes of JSON.
#pragma once

#include <optional>
#include <string>

namespace podseer::cli {

/// Reads messages from a file descriptor. One reader a descriptor.
class MessageReader {
 public:
  explicit MessageReader(int fd) : fd_(fd) {}
  /// The next message's JSON; empty at the end of the stream, or when the stream is no LSP.
  [[nodiscard]] std::optional<std::string> next();
  /// True when another message, or a part of one, is already there: work can wait until it is read.
  [[nodiscard]] bool pending() const;

 private:
  bool fill();
  int fd_;
  std::string buffer_;
};

/// Writes one message; false when nobody listens any more.
bool write_message(int fd, const std::string& json);

/// "file:///a%20b.yaml" to "/a b.yaml"; empty for other schemes.
[[nodiscard]] std::string path_of_uri(const std::string& uri);
[[nodiscard]] std::string uri_of_path(const std::string& path);

}  // namespace podseer::cli
