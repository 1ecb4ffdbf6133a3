// SPDX-License-Identifier: Apache-2.0
// The build-time tool that turns data files (rules/, schemas/) into C++ tables, so that a run of
// podseer parses none of them. One generator a table: generate/NAME.cpp.
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include "generate/generate.hpp"

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: podseer_generate TABLE OUTPUT.cpp SOURCE_DIR\n");
    return 2;
  }
  const std::string table = argv[1];
  std::ostringstream text;
  for (const podseer::generate::Table& known : podseer::generate::tables()) {
    if (table != known.name) continue;
    const std::string error = known.write(argv[3], text);
    if (!error.empty()) {
      std::fprintf(stderr, "podseer_generate %s: %s\n", argv[1], error.c_str());
      return 1;
    }
    std::ofstream out(argv[2], std::ios::binary);
    out << text.str();
    return out.good() ? 0 : 1;
  }
  std::fprintf(stderr, "podseer_generate: no table %s\n", argv[1]);
  return 2;
}
