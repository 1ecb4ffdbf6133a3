// SPDX-License-Identifier: Apache-2.0
// Paths as services want them: relative to the repository, with '/', percent-encoded.
#pragma once

#include <string>
#include <string_view>

namespace podseer::report {

/// `path` seen from the directory `root` (absolute; empty: the working directory): no leading "./",
/// symbolic links resolved. A path outside of the root stays absolute.
[[nodiscard]] std::string path_from_root(const std::string& path, const std::string& root);

/// Percent-encodes all but the unreserved characters of RFC 3986 and '/'.
[[nodiscard]] std::string percent_encoded(std::string_view path);

/// GITHUB_WORKSPACE, else the nearest directory upward that holds .git, else the working directory.
[[nodiscard]] std::string repository_root();

}  // namespace podseer::report
