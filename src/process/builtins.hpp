// SPDX-License-Identifier: Apache-2.0
// Builtins that are also programs of their own.
#pragma once

#include "process/interpreter.hpp"

namespace podseer::process {

int builtin_echo(Call& call);
int builtin_printf(Call& call);
int builtin_read(Call& call);
int builtin_test(Call& call);

}  // namespace podseer::process
