// SPDX-License-Identifier: Apache-2.0
// What people run is hardened: position independent, read-only relocations bound at the start, guarded
// stack, checked copies, and where the processor knows it, tracked indirect branches (the mark in the file is
// the linker's affair: it is lost as soon as one start-up object of the C library lacks it).
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "catch.hpp"
#include "paths.hpp"

using namespace podseer;

TEST_CASE("the release build is hardened", "[hardening]") {
  const std::filesystem::path release = tests::source_path("build/release/podseer");
  const std::filesystem::path ninja = tests::source_path("build/release/build.ninja");
  if (!std::filesystem::exists(release) || std::system("command -v readelf >/dev/null 2>&1") != 0) {
    std::printf("skipped: no build/release/podseer, or no readelf\n");
    return;
  }
  const std::string flags = tests::read_file(ninja);
  if (flags.find("-fstack-clash-protection") == std::string::npos) {
    std::printf("skipped: build/release was configured before the flags\n");
    return;
  }
  for (const char* flag : {"-D_FORTIFY_SOURCE=3", "-fstack-protector-strong", "-fPIE", "-fcf-protection"}) {
#if !defined(__x86_64__)
    if (std::string_view(flag) == "-fcf-protection") continue;
#endif
    INFO(flag);
    CHECK(flags.find(flag) != std::string::npos);
  }
  const auto elf = [&release](const std::string& what) {
    const tests::Ran ran = tests::run("readelf -W " + what + " " + release.string());
    REQUIRE(ran.status == 0);
    return ran.out;
  };
  const auto has = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
  CHECK(has(elf("-h"), "DYN (Position-Independent Executable file)"));
  const std::string segments = elf("-l");
  CHECK(has(segments, "GNU_RELRO"));
  CHECK(has(segments, "GNU_STACK"));
  CHECK_FALSE(has(segments.substr(segments.find("GNU_STACK"), 120), "RWE"));
  CHECK(has(elf("-d"), "NOW"));
  const std::string symbols = elf("--dyn-syms");
  CHECK(has(symbols, "__stack_chk_fail"));
  CHECK(has(symbols, "_chk@"));
}
