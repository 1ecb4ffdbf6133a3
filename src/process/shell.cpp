// SPDX-License-Identifier: Apache-2.0
// The way into the shell reader: one command line, read along every path that something unknown opens.
#include "process/shell.hpp"

namespace podseer::process {

Outcome Commands::run(const ProgramCall&) const { return {}; }

ShellResult run_command(const ShellInput&) { return {}; }

}  // namespace podseer::process
