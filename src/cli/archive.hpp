// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace podseer::cli {

/// Path and bytes of a file that is not on disk: of a git revision, of an editor, of a rendering tool.
struct MemoryFile {
  std::string path;
  std::string bytes;
};

/// The regular files of a tar stream as `git archive` writes it; stops at the first header that is none.
[[nodiscard]] std::vector<MemoryFile> read_tar(std::string_view tar);

}  // namespace podseer::cli
