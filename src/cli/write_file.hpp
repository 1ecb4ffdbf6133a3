// SPDX-License-Identifier: Apache-2.0
// Files are replaced whole or not at all: written under another name in the same directory, then
// renamed. A full disk, a signal or a crash leaves the old file as it was and nothing beside it.
#pragma once

#include <string>
#include <string_view>

namespace podseer::cli {

/// Writes everything; what went wrong (errno is kept), or empty.
[[nodiscard]] std::string write_all(int fd, std::string_view text);

/// Makes or replaces a file (a symbolic link's target); devices and pipes are written as they are. An
/// existing file keeps its mode. A sentence when that fails, else empty.
[[nodiscard]] std::string write_file_whole(const std::string& path, std::string_view text);

}  // namespace podseer::cli
