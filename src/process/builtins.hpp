// SPDX-License-Identifier: Apache-2.0
// Builtins that are in other files than their table, and what they share.
#pragma once

#include "process/interpreter.hpp"

namespace podseer::process {

// builtins_io.cpp
int builtin_echo(Call& call);
int builtin_printf(Call& call);
int builtin_read(Call& call);
int builtin_test(Call& call);

// builtins_variables.cpp
int do_unset(Call& call);
int do_export(Call& call);
int do_local(Call& call);
int do_getopts(Call& call);
int do_let(Call& call);

// builtins_run.cpp
int do_eval(Call& call);
int do_dot(Call& call);
int do_exec(Call& call);
int do_command(Call& call);
int do_builtin(Call& call);
int do_type(Call& call);
int do_hash(Call& call);

// builtins_jobs.cpp
int do_trap(Call& call);
int do_wait(Call& call);
int do_kill(Call& call);

// builtins.cpp
[[nodiscard]] inline bool is_bash(const Call& call) { return call.st.dialect == Dialect::Bash; }
/// A builtin's complaint in the dialect's form.
void complain(Call& call, const std::string& text);
/// A special builtin's error: ash and dash end.
int fail_special(Call& call, const std::string& text, int status = 2);

}  // namespace podseer::process
