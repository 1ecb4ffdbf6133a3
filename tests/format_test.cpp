// SPDX-License-Identifier: Apache-2.0
// The code is as `./dev format` leaves it.
#include <cstdio>

#include "catch.hpp"
#include "paths.hpp"

namespace podseer::tests {

TEST_CASE("the code is formatted", "[format]") {
  if (run("command -v clang-format-14").status != 0) {
    std::puts("format_test: skip: no clang-format-14 (./dev format installs it)");
    return;
  }
  const Ran ran = run("cd " + source_path(".").string() +
                          " && find src tests \\( -name '*.cpp' -o -name '*.hpp' \\) -print0 | "
                          "xargs -0 -P 2 -n 40 clang-format-14 --dry-run -Werror 2>&1 | head -n 5",
                      {}, 300);
  INFO(ran.out << ran.err);
  CHECK(ran.out.empty());
}

}  // namespace podseer::tests
