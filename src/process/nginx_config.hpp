// SPDX-License-Identifier: Apache-2.0
// The language of nginx.conf: words, blocks and includes; which directives exist and where they may stand.
#pragma once

#include <cstdint>
#include <span>
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
  std::size_t block = 0;   // number of the block that it opens; 0: it opens none
  std::size_t parent = 0;  // number of the block it stands in
};

/// A configuration with everything it includes.
struct Config {
  std::vector<Directive> directives;
  bool complete = true;    // false: something was included that nobody can read
  std::string error;       // nginx' own words after "[emerg] "; empty when it can be read
  std::string error_file;  // the file that the error is in
  std::string error_word;  // the offending word
  std::size_t error_line = 0;
};

/// Reads `path` and what it includes, relative to /etc/nginx, after the directives of `-g`. Bounded in depth and size.
[[nodiscard]] Config read(const FileSystem& files, const std::string& path, const std::string& globals = {});

/// How nginx takes the value of a directive; Own: by code of its own.
enum class Slot : std::uint8_t { Own, Flag, Number, Size, Offset, Time, Text, Choice, Buffers, Value };

/// One way in which a directive may be written; the letters and bits are explained in nginx_forms.cpp.
struct Form {
  std::string_view name;
  std::string_view contexts;
  std::uint16_t arguments = 0;
  Slot slot = Slot::Own;
};

/// All forms of that name; empty when nothing is known of it.
[[nodiscard]] std::span<const Form> forms_of(std::string_view name);
/// The letter of a block of that name inside a block of the letter `place`; 0 when there is none.
[[nodiscard]] char place_within(char place, std::string_view block);
/// What nginx says of a directive at that place, `opens` a block or ends with ';', without file and line; empty:
/// nothing.
[[nodiscard]] std::string form_error(const std::vector<std::string>& words, char place, bool opens);
/// Does a second one in the same block end the start ("is duplicate")?
[[nodiscard]] bool only_once(std::string_view name, char place);
/// What nginx says once it has read everything: zones, formats, variables, sockets. `image_config`: below the image's
/// own nginx.conf, which defines the log format `main`.
[[nodiscard]] std::string whole_error(const Config& config, bool image_config);

/// Is there such a directive in the official image's modules?
[[nodiscard]] Answer exists(std::string_view name);
/// May it stand in that block? Unknown for directives that are not in the table.
[[nodiscard]] Answer allowed(std::string_view name, std::string_view context);

}  // namespace podseer::process::nginx
