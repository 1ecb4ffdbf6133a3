// SPDX-License-Identifier: Apache-2.0
// A container's command line, and whether the runtime can start it at all. Used only in this folder.
#pragma once

#include <string>
#include <vector>

#include "process/container_setup.hpp"

namespace podseer::process {

/// The command line before and after expansion, with where each word was written.
struct Line {
  Argv argv;
  std::vector<SourceSpan> spans;
  std::vector<std::string> written;
  bool from_image = false;  // argv[0] is the image's
  bool unknown = false;     // the image's own words are not known
};

[[nodiscard]] Line command_line(const kube::Container& container, const ImageInfo* image,
                                const Environment& environment);

/// Why runc would not start argv[0]; Kind Unknown when it would, or when nobody knows. A script that the
/// kernel itself must interpret gets its interpreter put before it.
[[nodiscard]] Outcome check_start(const Setup& setup, Line& line);
/// A directory mounted on a file of the image, or a file on a directory.
[[nodiscard]] Outcome check_mounts(const Setup& setup);
/// A memory limit below what starting a process takes.
[[nodiscard]] Outcome check_memory(const Setup& setup);
/// An outcome of kind NotStarted with runc's message around `log`.
[[nodiscard]] Outcome not_started(Outcome::StartError error, Outcome::Cause cause, std::string subject, std::string log,
                                  std::string explanation);

}  // namespace podseer::process
