// SPDX-License-Identifier: Apache-2.0
// The bytes of one input, whatever it is: a regular file (nothing else is ever opened: a FIFO would
// block, a device may never end), or standard input. UTF-16 with a byte order mark becomes UTF-8, as
// kubectl does it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "source/result.hpp"

namespace podseer::source {

/// Bytes; larger inputs are refused. Nobody applies a manifest this big: the API server takes 3 MiB a request.
inline constexpr std::size_t kMaxInputBytes = std::size_t{256} << 20U;

/// Reads a file, or standard input for "-". `/dev/stdin` and `/dev/fd/N` (a shell's `<(...)`) are
/// read as well, being open already. The failure is a sentence without the path.
[[nodiscard]] Result<std::string> read_input(const std::string& path, std::size_t limit = kMaxInputBytes);

/// UTF-16 with a byte order mark to UTF-8; anything else unchanged.
[[nodiscard]] std::string to_utf8(std::string bytes);

}  // namespace podseer::source
