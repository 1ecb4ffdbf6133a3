// SPDX-License-Identifier: Apache-2.0
// Models of the programs that images are made for: what they demand of arguments, environment, files and
// rights before they serve, and what they say when they end. Facts come from the image tables; only the
// reading of a configuration language is code.
#pragma once

#include <string>
#include <vector>

#include "process/container_context.hpp"

namespace podseer::process {

/// A program about to run.
struct Started {
  const ContainerContext* context = nullptr;
  const ImageProgram* program = nullptr;         // null: only the name is known
  std::string name;                              // base name
  std::vector<std::optional<std::string>> argv;  // argv[0] included
  const std::map<std::string, Value>* env = nullptr;
  bool env_complete = true;
  std::string cwd;
  std::int64_t uid = 0;
  bool through_entrypoint = false;
  const FileSystem* files = nullptr;

  [[nodiscard]] Value variable(std::string_view wanted) const;
  /// The value behind `--name value`, `--name=value` or, for one letter, `-nvalue`; the last one counts.
  /// Unknown when the command line has unknown words.
  [[nodiscard]] Value option(Words names) const;
  [[nodiscard]] bool words_known() const;
};

/// Ready-made outcomes.
[[nodiscard]] Outcome serves(std::vector<std::int64_t> ports, bool known);
[[nodiscard]] Outcome ends(int code, Outcome::Cause cause, std::string subject, std::string log,
                           std::string explanation);

/// `out` with its place: `word` in a line (1-based) of the file at `path`, or all of the line where it has no such
/// word. Without a place when the manifests do not give the file.
[[nodiscard]] Outcome at_line(const Started& started, std::string_view path, std::size_t line, std::string_view word,
                              Outcome out);
/// The same for a line of a script that is a word of the container's command line.
[[nodiscard]] Outcome at_argument(const Started& started, std::string_view text, std::size_t line, Outcome out);

/// The image's entrypoint script with its arguments (`call.argv` begins with the script).
[[nodiscard]] Outcome run_entrypoint(const ContainerContext& context, const ProgramCall& call);
/// Any other program of the image.
[[nodiscard]] Outcome run_program(const ContainerContext& context, const ProgramCall& call, bool through_entrypoint);

/// Readers of one program's arguments and configuration. Kind Unknown: nothing speaks against its serving.
[[nodiscard]] Outcome read_nginx(const Started& started);
[[nodiscard]] Outcome read_redis(const Started& started);
[[nodiscard]] Outcome read_postgres(const Started& started);
[[nodiscard]] Outcome read_mysql(const Started& started);
[[nodiscard]] Outcome read_python(const Started& started);
[[nodiscard]] Outcome read_node(const Started& started);
[[nodiscard]] Outcome read_java(const Started& started);

/// Replaces `{path}` and the like.
[[nodiscard]] std::string fill(std::string_view text,
                               std::initializer_list<std::pair<std::string_view, std::string>> values);

}  // namespace podseer::process
