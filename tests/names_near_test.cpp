// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "world/glob.hpp"
#include "world/world.hpp"

using podseer::world::glob_matches;
using podseer::world::nearest;

TEST_CASE("the nearest names come first, and far ones not at all", "[world]") {
  using Names = std::vector<std::string_view>;
  CHECK(nearest("postgress", {"redis", "postgres", "postgresql"}) == Names{"postgres", "postgresql"});
  CHECK(nearest("app-cofnig", {"app-config", "web-config"}) == Names{"app-config"});
  CHECK(nearest("web", {"web"}).empty());
  CHECK(nearest("a", {"b", "c"}).empty());
  CHECK(nearest("", {"a"}).empty());
  CHECK(nearest("config", {"config1", "config2", "config3", "config4"}).size() == 3);
}

TEST_CASE("a star in an external name stands for any text", "[world]") {
  CHECK(glob_matches("*", ""));
  CHECK(glob_matches("*-tls", "web-tls"));
  CHECK_FALSE(glob_matches("*-tls", "web-tls-old"));
  CHECK(glob_matches("a*b*c", "axxbyybzc"));
  CHECK_FALSE(glob_matches("a*b*c", "axxc"));
  CHECK_FALSE(glob_matches("", "x"));
  // A pattern that would take exponential time by backtracking.
  CHECK_FALSE(glob_matches("*a*a*a*a*a*a*a*a*b", std::string(2000, 'a')));
}
