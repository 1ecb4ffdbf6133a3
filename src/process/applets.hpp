// SPDX-License-Identifier: Apache-2.0
// What the models of programs share. An option that a model does not know ends the reading with Unknown.
#pragma once

#include <set>

#include "process/interpreter.hpp"

namespace podseer::process {

/// The words of a command line, options apart.
struct Options {
  std::set<char> flags;
  std::map<char, std::string> values;  // the last one wins
  std::vector<std::string> patterns;   // every -e
  std::vector<std::string> words;      // what is no option
  std::set<std::string> long_flags;
  std::map<std::string, std::string> long_values;
  [[nodiscard]] bool has(char c) const { return flags.contains(c); }
};

/// Reads options: `plain` letters take nothing, `with_value` letters take a word; of long ones only those in
/// `long_names` ("name" or "name=") are known. `stop_at_word`: options end at the first word.
/// Anything else: gives up.
[[nodiscard]] Options read_options(Call& call, std::string_view plain, std::string_view with_value = {},
                                   const std::vector<std::string_view>& long_names = {}, bool stop_at_word = false);

/// The text of a file or, for "-", of standard input; empty, after a message, when it cannot be read.
[[nodiscard]] std::optional<std::string> read_file(Call& call, const std::string& name);
/// For a filter that keeps whole lines: one of the files is a line that never ends (/dev/zero), so that the container
/// is killed at its memory limit. Returns where there is no limit, or no such file.
void hoard_lines(Call& call, const std::vector<std::string>& names);
/// All inputs of a filter, one after the other: the files named or standard input. `status` becomes 1 when one fails.
[[nodiscard]] std::string read_inputs(Call& call, const std::vector<std::string>& names, int& status);
/// Writes a file as the process' user. The system's reason when it is refused; empty when it is done.
std::string write_file(Call& call, const std::string& name, const std::string& text, bool append);
/// May something be made or removed in the directory of `path`? The system's reason when not.
std::string may_change_directory(Call& call, const std::string& path);
/// "5", "1.5s", "2m", "1h", "1d", "infinity" (kNoEnd); empty when it is no time.
[[nodiscard]] std::optional<Seconds> read_duration(std::string_view text, Tools tools);
/// POSIX regular expressions in re2's words; empty when re2 cannot say it.
[[nodiscard]] std::optional<std::string> to_re2(std::string_view pattern, bool extended);
[[nodiscard]] bool gnu(const Call& call);
/// Does bash's /dev/tcp/HOST/PORT connect? Says why not, takes the time that the failure takes.
[[nodiscard]] bool connects(Call& call, std::string_view path);
/// Does the process have that capability (without "CAP_")? Only root keeps any past exec.
[[nodiscard]] bool may_use(const Call& call, std::string_view capability);
/// A port that may not be bound: prints `text` and blames.
[[nodiscard]] bool port_refused(Call& call, std::int64_t port);

using ProgramTable = std::map<std::string_view, Program>;
void add_system_programs(ProgramTable& table);
void add_admin_programs(ProgramTable& table);
void add_file_programs(ProgramTable& table);
void add_copy_programs(ProgramTable& table);
void add_text_programs(ProgramTable& table);
void add_search_programs(ProgramTable& table);
void add_edit_programs(ProgramTable& table);
void add_network_programs(ProgramTable& table);

}  // namespace podseer::process
