// SPDX-License-Identifier: Apache-2.0
// The language of nginx.conf: words, blocks and includes; which directives exist and where they may stand.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "process/shell.hpp"

namespace podseer::process::nginx {

/// One simple or block directive, in reading order; `context` is the block it stands in.
struct Directive {
  std::string context;             // "main", "events", "http", "server", "location", "upstream", "stream", "if", ...
  std::vector<std::string> words;  // name first
  std::string file;
  std::size_t line = 0;
  std::size_t block = 0;           // number of the block that it opens; 0: it opens none
  std::size_t parent = 0;          // number of the block it stands in
};

/// A configuration with everything it includes.
struct Config {
  std::vector<Directive> directives;
  bool complete = true;     // false: something was included that nobody can read
  std::string error;        // nginx' own words after "[emerg] "; empty when it can be read
  std::string error_file;   // the file that the error is in
  std::string error_word;   // the offending word
  std::size_t error_line = 0;
};

/// Reads `path` and what it includes, relative to /etc/nginx. Bounded in depth and size.
[[nodiscard]] Config read(const FileSystem& files, const std::string& path);

/// Is there such a directive in the official image's modules?
[[nodiscard]] Answer exists(std::string_view name);
/// May it stand in that block? Unknown for directives that are not in the table.
[[nodiscard]] Answer allowed(std::string_view name, std::string_view context);

}  // namespace podseer::process::nginx
