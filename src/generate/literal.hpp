// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace podseer::generate {

/// `text` as a C++ string_view literal (`"..."sv`), one source line a text line.
[[nodiscard]] std::string literal(std::string_view text);

/// The whole of a file; empty and `error` set when it cannot be read.
[[nodiscard]] std::string read_all(const std::filesystem::path& path, std::string& error);

}  // namespace podseer::generate
